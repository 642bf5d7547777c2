"""Who steals the disk gets nothing: no word of anybody, and no key that opens one.

An office works on files through its real pages and is killed in the middle. Then everything that
lies there is searched: databases, write-ahead logs, keys.db, sessions, cache, log, temporary files.
"""

import base64
import binascii
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from manumit.core import sealing
from manumit.web import environment
from meta import source
from stolen_disk import disk

pytestmark = pytest.mark.slow
SECRETS = {
    "MANUMIT_SECRET_KEY": "only-for-tests-" + "0123456789abcdefghijklmnopqrst" * 2,
    "MANUMIT_LOG_KEY": "33" * 32,
}


def _kind(place: str) -> str:
    """Return page and field of a place such as `case_status 0 1: organisation`."""
    page, field = place.split(": ", 1)
    return f"{page.split()[0]}: {field}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Let an office work for a day, kill it, and return what it left and what it had said."""
    home = tmp_path_factory.mktemp("stolen")
    for name in ("data", "tmp"):
        (home / name).mkdir()
    keep = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    with (home / "log").open("w") as log:
        worker = subprocess.Popen(
            [sys.executable, str(source.ROOT / "tests" / "stolen_disk" / "office.py")],
            stdout=subprocess.PIPE, stderr=log, text=True,
            env=keep | SECRETS | {
                "MANUMIT_DATA": str(home / "data"), "TMPDIR": str(home / "tmp"),
                "HOME": str(home), "PYTHONPATH": str(source.ROOT / "tests"),
                "DJANGO_SETTINGS_MODULE": "manumit.web.settings",
            },
        )  # fmt: skip
        assert worker.stdout
        line = worker.stdout.readline()
        worker.kill()
        worker.wait()
    assert line, (home / "log").read_text()[-3000:]
    return home, json.loads(line)


def test_no_word_of_anybody_lies_there(office: tuple[Path, dict[str, Any]]) -> None:
    home, said = office
    typed = said["typed"]
    control = said["control"]
    accepted = [s for s in said["sent"] if s[3] in {302, 303}]
    refused = sorted({f"{name}: {status}" for name, _, _, status in said["sent"] if status >= 400})
    print(f"{len(typed)} fields, {len(said['sent'])} forms sent, {len(accepted)} accepted")
    print("not accepted at least once:", refused)
    assert not [s for s in said["sent"] if s[3] >= 500]
    assert len(accepted) >= 20
    assert len(typed) >= 20
    hits = disk.Searcher([w for w in typed.values() if w != control]).search_tree(home)
    where = {word: place for place, word in typed.items()}
    found = {_kind(where[h.word]) for h in hits}
    assert found == set(), sorted(f"{where[h.word]} in {h.file} as {h.shape}" for h in hits)


def test_a_word_in_a_plain_column_is_found(office: tuple[Path, dict[str, Any]]) -> None:
    home, said = office
    hits = disk.Searcher([said["control"]]).search_tree(home)
    assert {h.file.split("/")[-1] for h in hits} & {"manumit.db", "manumit.db-wal"}


@pytest.mark.parametrize("word", ["Zeynéb of the fiction"])
def test_every_shape_is_found(word: str) -> None:
    searcher = disk.Searcher([word])
    for shape, pattern in (*disk.shapes(word), *disk.windows(word)):
        found = searcher.search("file", b"\x00\xff" * 40 + pattern + b"\x01" * 9)
        assert found, shape
    assert searcher.search("file", bytes(range(256)) * 40) == set()


# --- keys ----------------------------------------------------------------------------------------
def _rows(path: Path, question: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return connection.execute(question).fetchall()


def _wraps(home: Path) -> list[tuple[str, bytes, bytes]]:
    """Return one wrap of each kind with what it is bound to, as anybody can read them."""
    keys = home / "data" / "keys.db"
    found = []
    for kind, column, table in (
        ("unlock", "wrap", "core_unlock"),
        ("user-passphrase", "by_passphrase", "core_userkey"),
        ("user-recovery", "by_recovery", "core_userkey"),
    ):
        owner, wrap = _rows(keys, f"SELECT user_id, {column} FROM {table} ORDER BY rowid")[-1]
        found.append((kind, wrap, f"{kind}|{UUID(owner)}".encode()))
    unit, generation, wrap = _rows(
        keys, "SELECT unit_id, generation, secret_wrap FROM core_unitkey ORDER BY rowid"
    )[-1]
    found.append(("unit-secret", wrap, f"unit-secret|{UUID(unit)}|{generation}".encode()))
    thing, field_class, version, unit, generation, wrap = _rows(
        keys,
        "SELECT object_id, field_class, version, unit_id, generation, wrap FROM core_keywrap "
        "WHERE NOT hpke AND field_class = 'identity' ORDER BY rowid",
    )[-1]
    aad = f"class|{UUID(thing)}|{field_class}|{version}|{UUID(unit)}|{generation}".encode()
    return [*found, ("class", wrap, aad)]


def _derived(home: Path) -> Iterator[bytes]:
    """Yield what is commonly made of the texts in environment, sessions and cache."""
    texts = [*SECRETS.values()]
    for table in ("django_session", "web_livesession", "web_cacheentry", "mfa_authenticator"):
        for row in _rows(home / "data" / "manumit.db", f"SELECT * FROM {table}"):
            texts += [cell for cell in row if isinstance(cell, str)]
            for cell in row:
                if isinstance(cell, str):
                    texts += cell.replace(":", " ").replace('"', " ").split()
    labels = ("unlock", "device", "throttle", "second factors", "session", "keys", "")
    for text in dict.fromkeys(texts):
        data = text.encode()
        raw = [data, data[:32], data[-32:]]
        for decode in (binascii.unhexlify, base64.urlsafe_b64decode, base64.b64decode):
            try:
                raw.append(decode(data + b"=" * (-len(data) % 4)))
            except (binascii.Error, ValueError):
                continue
        for piece in raw:
            yield from (piece[i : i + 32] for i in range(max(len(piece) - 31, 0)))
            yield hashlib.sha256(piece).digest()
            yield hashlib.sha3_256(piece).digest()
            yield hashlib.blake2b(piece, digest_size=32).digest()
            yield from (sealing.subkey(hashlib.sha256(piece).digest(), n.encode()) for n in labels)
        yield from (environment.subkey(text, label) for label in labels)


def _windows(home: Path) -> Iterator[bytes]:
    """Yield every 32 bytes in the file of keys that could be a key."""
    for name in ("keys.db", "keys.db-wal"):
        path = home / "data" / name
        data = path.read_bytes() if path.exists() else b""
        every = np.lib.stride_tricks.sliding_window_view(np.frombuffer(data, np.uint8), 32)
        for start in range(0, len(every), 65536):
            part = np.sort(every[start : start + 65536], axis=1)
            # 32 random bytes have about 30 different values; text and empty space have few.
            values = 1 + (np.diff(part, axis=1) != 0).sum(axis=1)
            for place in np.nonzero(values >= 22)[0]:
                yield data[start + int(place) : start + int(place) + 32]


def _opened(wraps: list[tuple[str, bytes, bytes]], keys: Iterator[bytes]) -> set[str]:
    found, seen = set(), set()
    for key in keys:
        if len(key) != 32 or key in seen:
            continue
        seen.add(key)
        for kind, wrap, aad in wraps:
            try:
                sealing.unwrap_key(key, wrap, aad)
            except sealing.SealBroken:
                continue
            found.add(kind)
    print(f"{len(seen)} candidates against {len(wraps)} wraps")
    return found


def test_no_key_can_be_recovered_from_disk_and_environment(
    office: tuple[Path, dict[str, Any]],
) -> None:
    home, _said = office
    assert _rows(home / "data" / "manumit.db", "SELECT count(*) FROM django_session")[0][0] > 0
    wraps = [w for w in _wraps(home) if w[0] in {"class", "unlock"}]
    assert _opened(_wraps(home), _derived(home)) == set()
    assert _opened(wraps, _windows(home)) == set()


def test_with_the_browser_s_half_the_same_search_succeeds(
    office: tuple[Path, dict[str, Any]],
) -> None:
    home, said = office
    every = _rows(home / "data" / "keys.db", "SELECT user_id, wrap FROM core_unlock")
    wraps = [("unlock", wrap, f"unlock|{UUID(owner)}".encode()) for owner, wrap in every]
    wraps += [wrap for wrap in _wraps(home) if wrap[0] != "unlock"]
    halves = iter([base64.urlsafe_b64decode(cookie) for cookie in said["cookies"]])
    assert _opened(wraps, halves) == {"unlock"}
