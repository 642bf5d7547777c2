"""A ledger's files come back with a backup, byte by byte, and nothing is put where it does not belong."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from flows import ledgers
from manumit.core import backupfile
from manumit.core.actions import keptfiles
from manumit.flows.actions import names, store

MADE = "Date,From,To,Amount\n2026-01-02 10:00,EXA1,EXB2,5.00\n2026-02-03 11:00,EXB2,EXC3,7.50\n"
MAPPING = """
id = "made-bank"
[columns]
at = "Date"
source = "From"
target = "To"
amount = "Amount"
[time]
formats = ["%Y-%m-%d %H:%M"]
[constant]
currency = "USD"
"""


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def command(home: Path, *words: str) -> str:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MANUMIT_", "DJANGO_"))}
        secrets = {
            f"MANUMIT_{name}_FILE": str(home / "secrets" / name.lower().replace("_", "-"))
            for name in ("SECRET_KEY", "LOG_KEY")
            if (home / "secrets").is_dir()
        }
        done = subprocess.run(
            [sys.executable, "-c", "from manumit.cli import main; main()", *words],
            env=kept | secrets | {"MANUMIT_DATA": str(home)},
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return command


def carried(home: Path) -> dict[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in (home / "flows").rglob("*")
        if path.is_file() and path.name != "lock"
    }


def test_a_ledger_comes_back_with_a_backup(tmp_path: Path, run: Any) -> None:
    home, back = tmp_path / "home", tmp_path / "back"
    (tmp_path / "bank.csv").write_text(MADE)
    (tmp_path / "bank.toml").write_text(MAPPING)
    load = ("flows", "load", "bank.csv", "--mapping", "bank.toml", "--json")
    assert json.loads(run(home, *load))["files"][0]["rows_loaded"] == 2
    run(home, "backup-key", "new", "safe")
    made = json.loads(run(home, "backup", "make", "x.backup", "--to", "safe.pub", "--json"))
    before = carried(home)
    assert made["files"] == len(before) > 4
    told = json.loads(
        run(tmp_path, "restore", "x.backup", "--key", "safe.key", "--into", str(back), "--json")
    )
    assert told["files"] == made["files"]
    assert carried(back) == before
    assert json.loads(run(back, *load))["files"][0]["already_loaded"]


@pytest.fixture
def home(settings: LazySettings, tmp_path: Path, db: None) -> Path:
    settings.MANUMIT_DATA = tmp_path
    return tmp_path


@pytest.mark.django_db(databases=["default", "keys"])
def test_what_is_half_or_can_be_made_again_stays_out(home: Path) -> None:
    bureau = ledgers.bureau()
    ledgers.add(bureau, [{"text": "rent"}])
    for part in (
        "staging/000002/000000/rows.parquet",
        "spill/x",
        "derived/facts/x",
        "sealed/.y.part",
    ):
        store.write_bytes(b"half", store.folder(bureau.ledger) / part)
    listed = {name.split("/", 2)[2].split("/")[0] for name in keptfiles.listed()}
    assert listed == {"entries", "keys", "names", "sealed"}
    opened = names.open_entries(
        by=bureau.analyst_actor,
        at=ledgers.AT,
        ledger=bureau.ledger,
        entries=[1_000_000_001],
        purpose="test",
    )
    assert opened[1_000_000_001] == {"text": "rent"}


@pytest.mark.parametrize(
    "name",
    ["flows/../x", "/etc/x", "secrets/key", "flows", "flows/a/../../b", "flows//x", "flows/.x"],
)
def test_no_file_is_put_anywhere_else(home: Path, name: str) -> None:
    line = json.dumps(base64.b64encode(b"x").decode()).encode()
    lines: Iterator[bytes] = iter([line])
    with pytest.raises(backupfile.BadBackup):
        keptfiles.fill(name, lines)


def test_a_file_in_pieces_is_the_same_and_is_never_written_over(home: Path) -> None:
    whole = bytes(range(256)) * 2000
    store.write_bytes(whole, home / "flows" / "a" / "b.parquet")
    lines = [*keptfiles.told("flows/a/b.parquet"), b"{}"]
    assert len(lines) > 2
    figure, after = keptfiles.fill("flows/a/c.parquet", iter(lines))
    assert figure == keptfiles.figure("flows/a/b.parquet")
    assert after == b"{}"
    assert (home / "flows/a/c.parquet").read_bytes() == whole
    with pytest.raises(FileExistsError):
        keptfiles.fill("flows/a/c.parquet", iter(lines))
