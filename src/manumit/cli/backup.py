"""`manumit backup`, `manumit backup-key`: copies that only an offline key opens, and not for long."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from manumit.cli import ground
from manumit.core import backupfile, backupkeys

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--to",
    "recipients",
    multiple=True,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Public half of a backup key (*.pub); may be given more than once.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def make(file: Path, recipients: tuple[Path, ...], as_json: bool) -> None:
    """Write everything of this instance into FILE, encrypted to offline keys.

    FILE may be a directory (the name is then the time) or - for standard output, so that another
    machine can fetch the backup and this one can write to none. The server goes on meanwhile.
    Nothing but the encrypted file touches the disk, and it has its name only when it is whole.

    \b
    Example, every fifteen minutes by cron:
      */15 * * * *  manumit backup make /backup --to safe.pub --to second-safe.pub
    """
    told = [public(path) for path in recipients]
    ground.ready_with_tables()
    from manumit.core.actions import acting, backups

    at = ground.now()
    target = named(file, at)
    try:
        with _destination(target) as out:
            writer = backupfile.Writer(out, told, at)
            made = backups.make(
                out=writer,
                by=acting.SYSTEM,
                at=at,
                recipients=tuple(who.id for who in told),
                progress=progress("Backing up"),
            )
    except (backupfile.BadBackup, backupkeys.BadBackupKey) as problem:
        ground.fail(str(problem))
    ends = backupkeys.ends_on(backupkeys.week_of(at.date()))
    answer = {
        "file": str(target), "tables": made.tables, "rows": made.rows, "files": made.files, "bytes": made.size,
        "leaves": made.leaves, "root": made.root, "opens_until": str(ends),
        "to": [who.id for who in told],
    }  # fmt: skip
    text = (
        f"{made.rows} rows of {made.tables} tables and {made.files} files in {target} "
        f"({made.size:,} bytes).\n"
        f"Record: {made.leaves} leaves, root {made.root}\n"
        f"It opens until {ends}, not longer: what is erased now is gone from every backup then."
    )
    if str(target) == "-":
        click.echo(text, err=True)
    else:
        ground.tell(answer, as_json, text)


def named(file: Path, at: datetime) -> Path:
    """Return where a backup goes: the file, or one named by the time in a directory."""
    if file.is_dir():
        return file / f"manumit-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup"
    return file


def public(path: Path) -> backupkeys.Recipient:
    """Read the public half of a key."""
    try:
        return backupkeys.read_public(path.read_text("utf-8"))
    except (backupkeys.BadBackupKey, UnicodeDecodeError, OSError) as problem:
        ground.fail(f"{path}: {problem}. Cure: give the *.pub file that backup-key new wrote")


def secret(path: Path) -> backupkeys.Secret:
    """Read the secret half of a key; - reads standard input."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
        return backupkeys.read_secret(text)
    except (backupkeys.BadBackupKey, UnicodeDecodeError, OSError) as problem:
        ground.fail(f"{path}: {problem}. Cure: give the *.key file that backup-key new wrote")


@contextmanager
def _destination(target: Path) -> Iterator[BinaryIO]:
    """Give a file that has its name only once it is whole and on the disk."""
    if str(target) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if target.exists():
        ground.fail(f"{target}: already there. Cure: another name, or a directory")
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)  # what an interrupted backup left
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        partial.rename(target)
        sync(target.parent)
    except OSError as problem:
        ground.fail(f"{target}: {problem.strerror}. Cure: another place")
    finally:
        partial.unlink(missing_ok=True)


def sync(directory: Path) -> None:
    """Make the names in a directory survive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def progress(what: str) -> Callable[[str, int], None]:
    """Return what tells a person at a terminal how far it is; silent elsewhere."""
    if not sys.stderr.isatty():
        return lambda _table, _rows: None

    def tell(table: str, rows: int) -> None:
        click.echo(f"\r\033[K{what}: {table}, {rows} rows", err=True, nl=False)

    return tell


@click.command()
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def erased(file: Path, as_json: bool) -> None:
    """Write to FILE what was erased and taken back here: identifiers, nothing else.

    A backup is older than the last erasures. Keep the newest list elsewhere and give it to
    `manumit restore --erased`, which does them again before anybody can sign in.

    Example: manumit backup erased /backup/erased.jsonl
    """
    ground.ready_with_tables()
    from manumit.cases.models import Case, Consent
    from manumit.core.actions import restoring

    cases = Case.objects.filter(erased_at__isnull=False).values_list("id", flat=True)
    words = Consent.objects.filter(withdrawn_at__isnull=False).values_list("id", flat=True)
    kinds = {"case": cases.order_by("id"), "consent": words.order_by("id")}
    counted = dict.fromkeys(("case", "consent", "wrap"), 0)
    partial = file.with_name(f".{file.name}.partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        for kind, ids in (*kinds.items(), ("wrap", restoring.destroyed())):
            for each in ids:
                out.write(json.dumps({kind: str(each)}) + "\n")
                counted[kind] += 1
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)
    sync(file.parent)
    text = ", ".join(f"{number} {kind}s" for kind, number in counted.items())
    ground.tell({"file": str(file)} | counted, as_json, f"{text} written to {file}.")


@click.command()
@click.argument("file", type=_FILE)
@click.option("--name", default="", help="Whose key it is, such as “head office safe”.")
@click.option(
    "--weeks",
    default=backupkeys.WEEKS,
    show_default=True,
    type=click.IntRange(1, 600),
    help="How many weeks it serves.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def new_key(file: Path, name: str, weeks: int, as_json: bool) -> None:
    """Make a key: FILE.key to keep offline, and FILE.pub for the server.

    Do it on a machine that is not the server. Two keys in two places are better than one: a backup
    opens with any of those it was made for.

    Example: manumit backup-key new safe --name "head office safe"
    """
    base = file.with_suffix("") if file.suffix in {".key", ".pub"} else file
    try:
        recipient, held = backupkeys.new(name or base.name, ground.now().date(), weeks)
    except backupkeys.BadBackupKey as problem:
        ground.fail(f"--name: {problem}")
    files = (base.with_name(base.name + ".key"), base.with_name(base.name + ".pub"))
    texts = (backupkeys.secret_text(held), backupkeys.public_text(recipient))
    for path in files:
        if path.exists():
            ground.fail(f"{path}: already there. Cure: another name")
    for path, text in zip(files, texts, strict=True):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(text)
    last = backupkeys.begins_on(recipient.last + 1)
    answer = {
        "key": str(files[0]), "public": str(files[1]), "fingerprint": recipient.id,
        "serves_until": str(last),
    }  # fmt: skip
    text = (
        f"Keep offline: {files[0]}\nFor the server: {files[1]}, fingerprint {recipient.id}\n"
        f"It serves until {last}. Run `manumit backup-key forget {files[0]}` every week."
    )
    ground.tell(answer, as_json, text)


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def forget(files: tuple[Path, ...], as_json: bool) -> None:
    """Destroy, in each key file, what opens backups of weeks that are over for good.

    This is what makes an erasure complete: run it every week, and keep no copy of the file as it was.

    Example: manumit backup-key forget /media/stick/safe.key
    """
    answer, lines = [], []
    on = ground.now().date()
    for path in files:
        before = secret(path)
        after = keep_forgotten(path, before)
        opens = backupkeys.begins_on(after.week)
        due = backupkeys.ends_on(after.week)
        lines.append(
            f"{path}: {after.week - before.week} week(s) forgotten; opens backups made from "
            f"{opens} on. Again by {due}."
        )
        answer.append({"file": str(path), "forgotten": after.week - before.week,
                       "opens_from": str(opens), "again_by": str(due), "on": str(on)})  # fmt: skip
    ground.tell({"keys": answer}, as_json, "\n".join(lines))


def keep_forgotten(path: Path, held: backupkeys.Secret) -> backupkeys.Secret:
    """Bring a key file to today; what it held before is overwritten in its place."""
    after = held.forget(ground.now().date())
    if after == held or str(path) == "-":
        return after
    text = backupkeys.secret_text(after).encode()
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        with path.open("r+b") as old:
            old.write(bytes(path.stat().st_size))
            old.flush()
            os.fsync(old.fileno())
        fresh.replace(path)
        sync(path.parent)
    except OSError as problem:
        fresh.unlink(missing_ok=True)
        ground.fail(
            f"{path}: cannot be brought to today ({problem.strerror}). Cure: make it writable"
        )
    return after


def secrets_of(paths: Sequence[Path]) -> list[backupkeys.Secret]:
    """Read keys for restoring, each brought to today first."""
    return [keep_forgotten(path, secret(path)) for path in paths]


def list_of_erased(path: Path) -> dict[str, list[Any]]:
    """Read a list of erasures, or a newer export of the record; fails with line and cure."""
    from uuid import UUID

    found: dict[str, list[Any]] = {"case": [], "consent": [], "wrap": []}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            told = json.loads(line)
            if "act" in told:
                told = _of_leaf(told)
            for kind, each in told.items():
                found[kind].append(UUID(each))
        except (ValueError, KeyError, TypeError, AttributeError):
            ground.fail(
                f"{path}, line {number}: neither a list by `manumit backup erased` nor an export "
                "of the record. Cure: give one of the two as it was written"
            )
    return found


def _of_leaf(leaf: dict[str, Any]) -> dict[str, str]:
    if leaf.get("outcome") != "done":
        return {}
    if leaf.get("verb") == "confirm_erasure":
        return {"case": str(leaf["objects"]["case"])}
    if leaf.get("verb") == "withdraw_consent":
        return {"consent": str(leaf["objects"]["consent"])}
    return {}
