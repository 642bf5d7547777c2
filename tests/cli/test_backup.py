"""Backup and restore as a person runs them: on files, by the command, and killed in the middle."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli import backup_office
from manumit.core import backupkeys
from meta import source

pytestmark = pytest.mark.slow
KEPT, GONE = backup_office.KEPT, backup_office.GONE
SECRETS = {
    "MANUMIT_SECRET_KEY": "only-for-tests-" + "0123456789abcdefghijklmnopqrst" * 2,
    "MANUMIT_LOG_KEY": "44" * 32,
}
COMMAND = [sys.executable, "-c", "from manumit.cli import main; main(prog_name='manumit')"]


class Place:
    """A machine: a directory, and what can be run there."""

    def __init__(self, home: Path) -> None:
        self.home, self.data = home, home / "data"
        for name in ("tmp", "backups"):
            (home / name).mkdir(parents=True)
        self.said: dict[str, Any] = {}

    def environ(self, data: Path | None = None, **more: str) -> dict[str, str]:
        """Return the environment of an instance; a restored one brings its own secrets."""
        told = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
        }
        written = (data or self.data) / "manumit.env"
        if written.exists():
            told |= dict(line.split("=", 1) for line in written.read_text().splitlines())
        else:
            told |= SECRETS | {"MANUMIT_DATA": str(data or self.data)}
        return told | more

    def office(self, *words: str, data: Path | None = None, **more: str) -> dict[str, Any]:
        """Let the office do something; returns what it said."""
        python = {"PYTHONPATH": str(source.ROOT / "tests"),
                  "DJANGO_SETTINGS_MODULE": "manumit.web.settings"}  # fmt: skip
        done = subprocess.run(
            [sys.executable, str(source.ROOT / "tests" / "cli" / "backup_office.py"), *words],
            env=self.environ(data, **python, **more), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def run(self, *words: str, bare: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the product; `bare` is a machine without any setting."""
        environ = {k: v for k, v in self.environ(**more).items() if not (bare and "MANUMIT" in k)}
        return subprocess.run(
            [*COMMAND, *words], env=environ, cwd=self.home, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    def answer(self, *words: str, **more: Any) -> dict[str, Any]:
        """Run a command that succeeds; returns its JSON."""
        done = self.run(*words, "--json", **more)
        assert done.returncode == 0, done.stderr + done.stdout
        return dict(json.loads(done.stdout))

    def reference(self, name: str) -> str:
        return str(self.said["people"][name]["case"])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An instance with two people; a backup from before and one from after the second was erased."""
    here = Place(tmp_path_factory.mktemp("machine"))
    here.data.mkdir()
    here.said = here.office("build")
    here.answer("backup-key", "new", "safe", "--name", "Example safe")
    here.answer("backup", "backups/before", "--to", "safe.pub")
    here.office("erase", here.reference(GONE))
    here.answer("backup", "erased", "backups/erased.jsonl")
    here.answer("backup", "backups/after", "--to", "safe.pub")
    return here


def opened(place: Place, name: str, data: Path | None = None) -> dict[str, Any]:
    said = place.office("open", place.reference(name), name, data=data)
    assert said["record"] == []
    return said


def restored(place: Place, *words: str) -> tuple[Path, dict[str, Any]]:
    """Restore on a bare machine into a new directory."""
    into = place.home / f"new-{len(list(place.home.iterdir()))}"
    told = place.answer("restore", *words, "--key", "safe.key", "--into", str(into), bare=True)
    return into, told


def test_erased_is_erased_in_the_database_and_the_record_still_verifies(place: Place) -> None:
    files = [path.read_bytes() for path in place.data.iterdir() if path.is_file()]
    for name, lies_there in ((KEPT, True), (GONE, False)):
        for wrap in place.said["people"][name]["wraps"]:
            assert any(bytes.fromhex(wrap) in data for data in files) is lies_there, name
    said = opened(place, GONE)
    assert said["erased"]
    assert not said["found"]
    assert GONE not in json.dumps(said)


def test_what_comes_back_is_what_was_there_and_opens(place: Place) -> None:
    into, told = restored(place, "backups/after")
    assert told["rows"] > 100
    assert told["leaves"] > 10
    said = opened(place, KEPT, into)
    assert said["opened"]["name"] == KEPT
    assert said["found"]
    assert GONE not in json.dumps(opened(place, GONE, into))
    for path in (into, *into.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_an_older_backup_brings_nobody_back(place: Place) -> None:
    into, told = restored(place, "backups/before", "--erased", "backups/erased.jsonl")
    assert told["erased_again"] == 1
    said = opened(place, GONE, into)
    assert said["erased"]
    assert not said["found"]
    assert GONE not in json.dumps(said)
    assert opened(place, KEPT, into)["opened"]["name"] == KEPT
    files = b"".join(p.read_bytes() for p in into.iterdir() if p.suffix == ".db")
    wraps = [bytes.fromhex(w) for w in place.said["people"][GONE]["wraps"]]
    assert not [w for w in wraps if w in files]


def test_without_the_list_an_older_backup_would_until_its_key_is_forgotten(place: Place) -> None:
    """The control of the test above, and what the weekly forgetting is for."""
    into, _ = restored(place, "backups/before")
    assert opened(place, GONE, into)["opened"]["name"] == GONE
    shutil.rmtree(into)
    key = backupkeys.read_secret((place.home / "safe.key").read_text())
    later = backupkeys.begins_on(key.week) + timedelta(days=backupkeys.LIFE_DAYS)
    (place.home / "later.key").write_text(backupkeys.secret_text(key.forget(later)))
    done = place.run("restore", "backups/before", "--key", "later.key", "--into", "none", bare=True)
    assert done.returncode == 2
    assert "forgotten" in done.stderr
    assert not list(place.home.glob("none*"))


def test_the_file_shows_nothing_not_even_what_is_plain_in_the_database(place: Place) -> None:
    unit = place.said["unit"].encode()
    live = b"".join(p.read_bytes() for p in place.data.iterdir() if p.is_file())
    assert unit in live
    for path in place.home.glob("backups/*"):
        data = path.read_bytes()
        for word in (unit, KEPT.encode(), SECRETS["MANUMIT_LOG_KEY"].encode(), b"SQLite"):
            assert word not in data, path
    assert list((place.home / "tmp").iterdir()) == []


def test_a_backup_that_was_changed_leaves_nothing(place: Place) -> None:
    data = (place.home / "backups" / "after").read_bytes()
    flipped = bytearray(data)
    flipped[-40] ^= 1
    for name, bad in (("cut", data[: len(data) * 2 // 3]), ("flipped", bytes(flipped))):
        path = place.home / name
        path.write_bytes(bad)
        done = place.run("restore", name, "--key", "safe.key", "--into", "bad", bare=True)
        assert done.returncode == 2, name
        assert "Cure" in done.stderr
        assert "Traceback" not in done.stderr
        assert not list(place.home.glob("bad*"))
    done = place.run("backup", "drill", "cut", "--key", "safe.key", "--json", bare=True)
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False
    assert list((place.home / "tmp").iterdir()) == []


def test_an_older_backup_in_a_newer_ones_place_is_seen_by_a_kept_checkpoint(place: Place) -> None:
    place.answer("record", "export", "witness")
    old = ("--key", "safe.key", "--into", "old", "--checkpoint", "witness/checkpoint.txt")
    done = place.run("restore", "backups/before", *old, bare=True)
    assert done.returncode == 2
    assert "record does not hold" in done.stderr
    (place.home / "other-key.txt").write_text("55" * 32)
    ours, other = "witness/public-key.txt", "other-key.txt"
    for named, code in ((other, 2), (ours, 0)):
        words = ("backups/after", "--key", "safe.key", "--into", "old", "--signed-by", named)
        done = place.run("restore", *words, bare=True)
        assert done.returncode == code, done.stderr
    shutil.rmtree(place.home / "old")
    assert not list(place.home.glob("old*"))


def test_a_drill_compares_every_table_and_says_how_long(place: Place) -> None:
    told = place.answer("backup", "drill", "backups/after", "--key", "safe.key", bare=True)
    assert told["ok"] is True
    assert sum(told["compared"].values()) == told["rows"]
    assert told["seconds"] > 0
    assert told["age_minutes"] >= 0
    assert {"core.KeyWrap", "cases.Case", "core.Leaf"} <= set(told["compared"])
    own = place.answer("backup", "drill")
    assert own["ok"] is True
    assert own["leaves"] > told["leaves"]
    assert list((place.home / "tmp").iterdir()) == []


def test_backups_made_while_people_work_are_whole(place: Place) -> None:
    writer = subprocess.Popen(
        [sys.executable, str(source.ROOT / "tests" / "cli" / "backup_office.py"), "write"],
        stdout=subprocess.PIPE,
        env=place.environ(PYTHONPATH=str(source.ROOT / "tests"),
                          DJANGO_SETTINGS_MODULE="manumit.web.settings"),
    )  # fmt: skip
    try:
        assert writer.stdout
        writer.stdout.readline()
        made = place.answer("backup", "backups/busy", "--to", "safe.pub")
    finally:
        writer.kill()
        writer.wait()
    told = place.answer("backup", "drill", "backups/busy", "--key", "safe.key", bare=True)
    assert (told["rows"], told["root"]) == (made["rows"], made["root"])
    assert told["compared"]["core.User"] == told["compared"]["core.UserKey"]


def kill_in_the_middle(place: Place, words: list[str], seen: str, chance: random.Random) -> None:
    """Start a command, wait until it has begun to write, and kill it a moment later."""
    process = subprocess.Popen(
        [*COMMAND, *words], env=place.environ(), cwd=place.home,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None and not list(place.home.glob(seen)):
        time.sleep(0.002)
    time.sleep(chance.uniform(0.0, 0.25))
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_killed_in_the_middle_nothing_looks_whole(place: Place) -> None:
    chance = random.Random(2331)
    for number in range(3):
        words = ["backup", f"backups/killed-{number}", "--to", "safe.pub"]
        kill_in_the_middle(place, words, f"backups/.killed-{number}.partial", chance)
        for path in place.home.glob("backups/killed-*"):  # it was quicker than the kill
            whole = place.run("backup", "drill", str(path), "--key", "safe.key", bare=True)
            assert whole.returncode == 0, whole.stderr
    for _ in range(3):
        words = ["restore", "backups/after", "--key", "safe.key", "--into", "back"]
        kill_in_the_middle(place, words, "back.restoring", chance)
        if (place.home / "back").exists():  # it was quicker than the kill
            shutil.rmtree(place.home / "back")
    told = place.answer(
        "restore", "backups/after", "--key", "safe.key", "--into", "back", bare=True
    )
    assert told["rows"] > 100
    assert not list(place.home.glob("*.restoring"))


def test_what_is_there_is_never_written_over(place: Place) -> None:
    for words, reason in (
        (("backup", "backups/after", "--to", "safe.pub"), "already there"),
        (("restore", "backups/after", "--key", "safe.key", "--into", "data"), "not empty"),
        (("backup-key", "new", "safe"), "already there"),
        (("backup", "x", "--to", "safe.key"), "*.pub"),
        (("restore", "backups/after", "--key", "safe.pub", "--into", "x"), "*.key"),
    ):
        done = place.run(*words)
        assert done.returncode == 2, words
        assert reason in done.stderr
        assert "Traceback" not in done.stderr
