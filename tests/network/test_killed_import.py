"""An import killed in the middle goes on after its last batch, and no file ever holds a plain name."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROWS = 12_000
CANARY = "CANARYNAME"

pytestmark = pytest.mark.slow


def _command(home: Path, *words: str) -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MANUMIT_", "DJANGO_"))}
    return subprocess.Popen(
        [sys.executable, "-c", "from manumit.cli import main; main()", "network", *words, "--json"],
        env=kept | {"MANUMIT_DATA": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _told(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    answer: dict[str, Any] = json.loads(out)
    return answer


def _line(home: Path) -> int:
    """Return how far the import is: the last line that is in."""
    if not (home / "manumit.db").exists():
        return 0
    try:
        with sqlite3.connect(f"file:{home / 'manumit.db'}?mode=ro", uri=True) as reader:
            return int(reader.execute("SELECT max(line) FROM network_parcel").fetchone()[0] or 0)
    except sqlite3.OperationalError:
        return 0  # no table yet


def _plain(home: Path) -> list[str]:
    return [p.name for p in home.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]


def test_killed_and_run_again_it_is_whole(tmp_path):
    home, file, out = tmp_path / "home", tmp_path / "in.json", tmp_path / "out.json"
    home.mkdir()
    with file.open("w", encoding="utf-8") as stream:
        for n in range(ROWS):
            says = {"name": [f"{CANARY} {n}"]}
            stream.write(json.dumps({"id": f"p{n}", "schema": "Person", "properties": says}) + "\n")
    first = _command(home, "import", str(file))
    end = time.monotonic() + 120
    while not _line(home) and time.monotonic() < end and first.poll() is None:
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert first.returncode == -signal.SIGKILL
    assert _plain(home) == []
    again = _told(_command(home, "import", str(file)))
    assert again["rows"] == ROWS
    assert 0 < again["resumed_after_line"] < ROWS
    _told(_command(home, "export", str(out), "--handling", "amber_strict"))
    assert sorted(json.loads(line)["id"] for line in out.open()) == sorted(
        f"p{n}" for n in range(ROWS)
    )
    assert _plain(home) == []
    assert _told(_command(home, "import", str(file)))["already_here"]
