"""A backup of PostgreSQL: into SQLite for the drill, and back into PostgreSQL."""

import subprocess
from pathlib import Path

import pytest

from cli import backup_office
from cli.test_backup import Place
from postgres import server

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.skipif(server.programs() is None, reason=server.MISSING),
]


def test_a_backup_of_postgres_comes_back_in_both(tmp_path: Path) -> None:
    place = Place(tmp_path / "machine")
    place.data.mkdir()
    with server.running() as running:
        before = {"DATABASE_URL": running.url()}
        place.said = place.office("build", **before)
        place.answer("backup-key", "new", "safe")
        made = place.answer("backup", "backups/one", "--to", "safe.pub", **before)
        drill = place.answer("backup", "drill", "backups/one", "--key", "safe.key", bare=True)
        assert (drill["rows"], drill["root"]) == (made["rows"], made["root"])
        subprocess.run(
            [f"{running.bin}/createdb", "-h", str(running.home), "-U", server.USER, "second"],
            check=True,
        )
        after = {"DATABASE_URL": running.url("second")}
        into = place.home / "new"
        words = ("backups/one", "--key", "safe.key", "--into", str(into))
        told = place.answer("restore", *words, bare=True, **after)
        assert told["rows"] == made["rows"]
        name = backup_office.KEPT
        said = place.office("open", place.reference(name), name, data=into, **after)
        assert said["opened"]["name"] == name
        assert said["found"]
        assert said["record"] == []
        place.office("erase", place.reference(name), data=into, **after)
        full = place.run("restore", *words[:-1], "again", bare=True, **after)
        assert full.returncode == 2
        assert "not empty" in full.stderr
        assert not (place.home / "again").exists()
