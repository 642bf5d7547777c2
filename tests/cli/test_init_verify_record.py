"""`manumit init`, `verify` and `record export`, as a person runs them: on files, by the command."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

PASSPHRASE = "seven fictional lanterns over water"


def run(*words: str, home: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command with the settings that `init` wrote, if it has."""
    environ = {name: os.environ[name] for name in ("PATH",)} | {"HOME": str(home)}
    written = home / "data" / "manumit.env"
    if written.exists():
        environ |= dict(line.split("=", 1) for line in written.read_text().splitlines())
    return subprocess.run(
        [sys.executable, "-c", "from manumit.cli import main; main(prog_name='manumit')", *words],
        env=environ, input=stdin, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance that was just made."""
    home = tmp_path_factory.mktemp("instance")
    done = run(
        "init", "--data", str(home / "data"), "--organisation", "Example Aid", "--username", "head",
        "--name", "Test Person", "--passphrase-file", "-", "--json", home=home, stdin=PASSPHRASE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["administrator"] == "head"
    assert told["recovery_code"]
    return home


def test_only_its_owner_can_read_what_init_makes(instance: Path) -> None:
    data = instance / "data"
    assert data.stat().st_mode & 0o777 == 0o700
    for path in (*data.rglob("*"),):
        assert path.stat().st_mode & 0o077 == 0, path
    assert {p.name for p in (data / "secrets").iterdir()} == {"secret-key", "log-key"}
    assert PASSPHRASE not in "".join(p.read_text() for p in (data / "secrets").iterdir())


def test_init_again_changes_nothing(instance: Path) -> None:
    secrets = {p: p.read_text() for p in (instance / "data" / "secrets").iterdir()}
    done = run("init", "--data", str(instance / "data"), "--json", home=instance)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["administrator"] is None
    assert {p: p.read_text() for p in secrets} == secrets


def test_a_weak_passphrase_leaves_no_account(tmp_path: Path) -> None:
    words = ("init", "--data", str(tmp_path / "data"), "--organisation", "Example Aid", "--username",
             "head", "--name", "Test Person", "--passphrase-file", "-")  # fmt: skip
    done = run(*words, home=tmp_path, stdin="short")
    assert (done.returncode, done.stdout) == (2, "")
    assert "15" in done.stderr
    assert run(*words, home=tmp_path, stdin=PASSPHRASE).returncode == 0


def test_without_settings_a_command_says_what_to_do(tmp_path: Path) -> None:
    done = run("verify", home=tmp_path)
    assert done.returncode == 2
    assert "MANUMIT_SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_outsider_can_check_the_export_without_the_product(
    instance: Path, tmp_path: Path
) -> None:
    out = tmp_path / "witness"
    done = run("record", "export", str(out), "--json", home=instance)
    assert done.returncode == 0, done.stderr
    leaves = json.loads(done.stdout)["leaves"]
    lines = (out / "record.jsonl").read_bytes().splitlines()
    assert len(lines) == leaves
    assert json.loads(lines[-1])["act"] == "record.export"
    key = (out / "public-key.txt").read_text().strip()

    def outsider() -> int:
        return subprocess.run(
            [sys.executable, "-I", "verify_record.py", "record.jsonl", "checkpoint.txt", "--key", key],
            cwd=out, capture_output=True, check=False,
        ).returncode  # fmt: skip

    assert outsider() == 0
    (out / "record.jsonl").write_bytes(b"\n".join(lines[:-1]) + b"\n")
    assert outsider() == 1
    again = run("record", "export", str(out), home=instance)
    assert again.returncode == 2
    assert "already there" in again.stderr


def test_verify_holds_then_names_what_was_changed(instance: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert run("record", "export", str(kept), home=instance).returncode == 0
    whole = run("verify", "--checkpoint", str(kept / "checkpoint.txt"), "--json", home=instance)
    assert (whole.returncode, json.loads(whole.stdout)["ok"]) == (0, True)
    with sqlite3.connect(instance / "data" / "manumit.db") as database:
        database.execute("UPDATE core_leaf SET act = 'case.read' WHERE seq = 1")
    broken = run("verify", "--json", home=instance)
    assert broken.returncode == 1
    assert "leaf 1" in json.loads(broken.stdout)["problems"][0]
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\xff")
    odd = run("verify", "--checkpoint", str(picture), home=instance)
    assert odd.returncode == 2
    assert "picture.png" in odd.stderr
