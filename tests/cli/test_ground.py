"""Two first commands at one moment on an empty data directory wait for each other."""

import json
import os
import subprocess
import sys
from pathlib import Path

from manumit.cli import ground

COMMAND = "from manumit.cli import main; main(prog_name='manumit')"


def _begun(home: Path, *words: str, before: str = "") -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MANUMIT_", "DJANGO_"))}
    return subprocess.Popen(
        [sys.executable, "-c", before + COMMAND, *words],
        env=kept | {"MANUMIT_DATA": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_first_commands_at_one_moment(tmp_path: Path) -> None:
    home = tmp_path / "home"
    both = [_begun(home, "network", "export", str(tmp_path / n), "--json") for n in ("a", "b")]
    for one in both:
        out, err = one.communicate(timeout=120)
        assert one.returncode == 0, err
        assert json.loads(out)["entities"] == 0
    assert {p.name for p in (home / "secrets").iterdir()} == {"secret-key", "log-key"}
    assert all(p.stat().st_mode & 0o077 == 0 for p in home.rglob("*"))


def test_whoever_comes_second_says_so_and_waits(tmp_path: Path) -> None:
    with ground.setting_up(tmp_path):
        other = _begun(tmp_path, "network", "export", str(tmp_path / "out"))
        assert other.stderr is not None
        assert other.stderr.readline().endswith("Waiting …\n")
        assert not (tmp_path / "manumit.db").exists()
        assert other.poll() is None
    assert other.wait(timeout=120) == 0, other.stderr.read()
