"""`manumit restore`, `manumit backup drill`: back from a backup, and proof that it came back whole."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from manumit.cli import backup, ground
from manumit.core import backupfile, backupkeys, sealing

if TYPE_CHECKING:
    from manumit.core.actions.restoring import Restored

MARK = "being-restored"  # a directory that holds this is not whole
_SETTINGS = {"MANUMIT_SECRET_KEY": "secret-key", "MANUMIT_LOG_KEY": "log-key"}
_THERE = click.Path(exists=True, dir_okay=False, path_type=Path)
_KEY = click.Path(dir_okay=False, path_type=Path, allow_dash=True)


@dataclass(frozen=True)
class Opened:
    """A backup whose key fits: what it says of itself, and its text line by line, each checked."""

    header: backupfile.Header
    about: dict[str, Any]
    lines: Iterator[bytes]


@click.command()
@click.argument("file", type=_THERE)
@click.option(
    "--key", "keys", multiple=True, required=True, type=_KEY,
    help="Secret half of a backup key (*.key); - reads it from standard input.",
)  # fmt: skip
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The new data directory, empty or not there yet; else MANUMIT_DATA.",
)
@click.option(
    "--erased", type=_THERE,
    help="Newer list of `manumit backup erased`, or record.jsonl of a newer export of the record.",
)  # fmt: skip
@click.option(
    "--checkpoint", "checkpoints", multiple=True, type=_THERE,
    help="A checkpoint that somebody outside kept: an older backup in a newer one's place is seen.",
)  # fmt: skip
@click.option(
    "--signed-by", "signed_by", type=_THERE,
    help="public-key.txt of an export of the record: a backup of another instance is refused.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def restore(
    file: Path,
    keys: tuple[Path, ...],
    into: Path | None,
    erased: Path | None,
    checkpoints: tuple[Path, ...],
    signed_by: Path | None,
    as_json: bool,
) -> None:
    """Bring an instance back from FILE into an empty data directory.

    Every piece is checked before it is used; every row, the instance's signature and the whole
    record are compared after. The directory has its name only when all of it held. With
    DATABASE_URL set, content goes into that (empty) PostgreSQL database.

    Example: manumit restore manumit-20261122T090000Z.backup --key safe.key --into /srv/manumit
    """
    named = into or Path(os.environ.get("MANUMIT_DATA") or "~/.local/share/manumit")
    target = named.expanduser().resolve()
    if target.exists() and any(target.iterdir()):
        ground.fail(f"{target}: not empty. Cure: --into with a new directory")
    secrets = backup.secrets_of(keys)
    again = backup.list_of_erased(erased) if erased else {}
    witnessed = tuple(path.read_text("utf-8") for path in checkpoints)
    work = _work_beside(target)
    began = time.monotonic()
    try:
        with file.open("rb") as source:
            opened = open_backup(source, secrets)
            _refuse_another(opened.about, signed_by)
            _write_secrets(work, opened.about)
            _settle_in(work)
            restored = _load(opened, witnessed)
            people, wraps = _again(again, restored)
        _finish(work, target)
    except (backupfile.BadBackup, backupkeys.BadBackupKey) as problem:
        ground.fail(f"{file}: {problem}")
    finally:
        if (work / MARK).exists():
            shutil.rmtree(work)
    seconds = round(time.monotonic() - began, 1)
    answer = _answer(restored) | {
        "into": str(target), "seconds": seconds, "erased_again": people, "keys_destroyed_again": wraps,
    }  # fmt: skip
    text = (
        f"{restored.rows} rows of {restored.tables} tables and {restored.files} files are back in "
        f"{target}, as they were at "
        f"{restored.made_at} ({seconds} s).\n"
        f"Record: {restored.leaves} leaves, root {restored.root}, equal to the backup's.\n"
        f"Erased again: {people} people, {wraps} keys.\n"
        f"Next: set -a; . {target / 'manumit.env'}; set +a; manumit init --without-account; "
        "manumit verify; manumit serve"
    )
    ground.tell(answer, as_json, text)


@click.command()
@click.argument("file", required=False, type=_THERE)
@click.option(
    "--key", "keys", multiple=True, type=_KEY, help="Secret half of a backup key (*.key)."
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def drill(file: Path | None, keys: tuple[Path, ...], as_json: bool) -> None:
    """Restore FILE into a scratch directory, compare every row and the record, and say how long.

    Changes nothing anywhere and needs no server: do it every month where the keys are kept. Without
    FILE a backup of this instance is made for a key of one use and tried at once. Exit code 1 when
    the backup does not come back as it was.

    Example: manumit backup drill manumit-20261122T090000Z.backup --key safe.key
    """
    if file is None:
        raise SystemExit(_drill_of_this_instance(as_json))
    if not keys:
        ground.fail("--key: missing. Cure: the secret half of a key that the backup was made for")
    secrets = backup.secrets_of(keys)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="manumit-drill-") as scratch:
        try:
            with file.open("rb") as source:
                opened = open_backup(source, secrets)
                _environment(Path(scratch), opened.about)
                restored = _load(opened, ())
        except backupkeys.BadBackupKey as problem:
            ground.fail(f"{file}: {problem}")
        except backupfile.BadBackup as problem:
            ground.tell({"ok": False, "problem": str(problem)}, as_json, f"{file}: {problem}")
            raise SystemExit(1) from None
        finally:
            _close()
        used = sum(path.stat().st_size for path in Path(scratch).rglob("*") if path.is_file())
    seconds = round(time.monotonic() - began, 1)
    age = round((ground.now() - opened.header.made_at).total_seconds() / 60)
    answer = _answer(restored) | {
        "ok": True, "seconds": seconds, "age_minutes": age, "bytes": file.stat().st_size,
        "bytes_restored": used, "compared": restored.compared,
    }  # fmt: skip
    text = (
        f"It came back: {restored.rows} rows of {restored.tables} tables and {restored.files} files, "
        f"every one compared, in {seconds} s.\nRecord: {restored.leaves} leaves, root {restored.root}, whole and equal.\n"
        f"What would be lost today: the last {age} minutes."
    )
    ground.tell(answer, as_json, text)


def _drill_of_this_instance(as_json: bool) -> int:
    """Back up to a key that lives in this process alone, and try that backup in another one."""
    ground.ready_with_tables()
    from manumit.core.actions import acting, backups

    at = ground.now()
    recipient, secret = backupkeys.new("drill", at.date(), weeks=1)
    with tempfile.TemporaryDirectory(prefix="manumit-drill-") as scratch:
        path = Path(scratch) / "drill.backup"
        with path.open("wb") as out:
            writer = backupfile.Writer(out, [recipient], at)
            backups.make(out=writer, by=acting.SYSTEM, at=at, recipients=(recipient.id,))
        words = ["backup", "drill", str(path), "--key", "-", *(["--json"] if as_json else [])]
        program = "from manumit.cli import main; main(prog_name='manumit')"
        return subprocess.run(
            [sys.executable, "-c", program, *words],
            input=backupkeys.secret_text(secret), text=True, check=False,
        ).returncode  # fmt: skip


def open_backup(source: BinaryIO, secrets: Sequence[backupkeys.Secret]) -> Opened:
    """Open a backup by one of the keys; raises BadBackup, BadBackupKey."""
    header = backupfile.read_header(source)
    key = backupfile.file_key(header, secrets, ground.now().date())
    lines = backupfile.lines(backupfile.pieces(source, header, key))
    return Opened(header, backupfile.about(lines), lines)


def _refuse_another(about: dict[str, Any], signed_by: Path | None) -> None:
    """Refuse a backup of another instance: anybody can make one for a public key."""
    if signed_by is None:
        return
    key = sealing.public_of(bytes.fromhex(about["secrets"]["log-key"])).hex()
    if signed_by.read_text("utf-8").strip() != key:
        raise backupfile.BadBackup(f"it is not of the instance whose key is in {signed_by}")


def _work_beside(target: Path) -> Path:
    """Make the directory in which the instance grows; it gets its name at the very end."""
    work = target.with_name(f"{target.name}.restoring")
    if (work / MARK).exists():
        shutil.rmtree(work)  # what an interrupted restore left
    try:
        work.mkdir(mode=0o700, parents=True)
    except OSError as problem:
        ground.fail(f"{work}: cannot be made ({problem.strerror}). Cure: --into with another place")
    (work / MARK).touch()
    return work


def _write_secrets(work: Path, about: dict[str, Any]) -> None:
    (work / "secrets").mkdir(mode=0o700)
    for file in _SETTINGS.values():
        _write(work / "secrets" / file, str(about["secrets"][file]) + "\n")


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _settle_in(work: Path) -> None:
    """Let the settings of this process point into the new directory."""
    for name, file in _SETTINGS.items():
        os.environ.pop(name, None)
        os.environ[f"{name}_FILE"] = str(work / "secrets" / file)
    os.environ["MANUMIT_DATA"] = str(work)


def _environment(scratch: Path, about: dict[str, Any]) -> None:
    """The same for a drill: secrets stay in memory, and content goes into files."""
    os.environ.pop("DATABASE_URL", None)
    for name, file in _SETTINGS.items():
        os.environ.pop(f"{name}_FILE", None)
        os.environ[name] = str(about["secrets"][file])
    os.environ["MANUMIT_DATA"] = str(scratch)


def _load(opened: Opened, witnessed: tuple[str, ...]) -> "Restored":
    ground.ready()
    from manumit.core.actions import restoring

    restoring.prepare(opened.about)
    return restoring.load(
        lines=opened.lines,
        made=opened.about,
        witnessed=witnessed,
        progress=backup.progress("Restoring"),
    )


def _again(erased: dict[str, list[Any]], restored: "Restored") -> tuple[int, int]:
    from manumit.cases.actions import retention
    from manumit.core.actions import acting, restoring

    at = ground.now()
    restoring.note(by=acting.SYSTEM, at=at, restored=restored)
    if not any(erased.values()):
        return 0, 0
    return retention.erase_again(
        by=acting.SYSTEM,
        at=at,
        cases=erased["case"],
        wraps=erased["wrap"],
        consents=erased["consent"],
    )


def _finish(work: Path, target: Path) -> None:
    """Give the whole instance its name: one step, so that it is either there or not."""
    _close()
    places = [f"{name}_FILE={target / 'secrets' / file}" for name, file in _SETTINGS.items()]
    _write(work / "manumit.env", "\n".join([f"MANUMIT_DATA={target}", *places, ""]))
    (work / MARK).unlink()
    backup.sync(work)
    work.rename(target)
    backup.sync(target.parent)


def _close() -> None:
    """Close the databases where they were opened: SQLite then writes its log back into the file."""
    if "django" not in sys.modules:
        return
    from django.conf import settings
    from django.db import connections

    if settings.configured:
        connections.close_all()


def _answer(restored: "Restored") -> dict[str, Any]:
    return {
        "tables": restored.tables,
        "rows": restored.rows,
        "files": restored.files,
        "leaves": restored.leaves,
        "root": restored.root,
        "made_at": restored.made_at,
    }
