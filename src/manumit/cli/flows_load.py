"""`manumit flows load`: files of banks and of researchers into a ledger."""

import errno
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manumit.cli import flows_ground, ground

if TYPE_CHECKING:
    from manumit.flows import models


@click.command("load")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "mapped",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A mapping (TOML) that says which column is what.",
)
@click.option("--as", "username", default="", help="Load into the ledger of this account's unit.")
@click.option("--currency", default="", help="Of amounts where the file names none, such as EUR.")
@click.option("--time-zone", default="", help="Of times that name none, such as Asia/Amman.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def load(
    files: tuple[Path, ...],
    mapped: Path | None,
    username: str,
    currency: str,
    time_zone: str,
    as_json: bool,
) -> None:
    """Load files into a ledger; loading the same file again changes nothing.

    What a file is, is found from what is in it. Without --as it goes to the bench, which is for
    published and made data and needs no account. Rows that were not taken are kept with line, reason
    and cure, and counted. Exit code 2: a file cannot be read.

    Example: manumit flows load statement.csv --currency EUR --time-zone Europe/Paris
    """
    flows_ground.ready()
    said = flows_ground.read_text(mapped, "--mapping") if mapped else ""
    actor, ledger, key = flows_ground.ledger(username)
    _check(currency, time_zone)
    answers = []
    for path in files:
        begun = time.monotonic()
        answer = _one(path, (actor, ledger, key), (said, currency, time_zone), as_json)
        answers.append(answer | {"seconds": round(time.monotonic() - begun, 2)})
    ground.tell({"files": answers}, as_json, "\n".join(_words(each) for each in answers))
    if any(each["state"] == "failed" for each in answers):
        raise SystemExit(2)


def _check(currency: str, time_zone: str) -> None:
    from zoneinfo import available_timezones

    from manumit.flows import money

    if currency and not money.known(currency):
        ground.fail(f"--currency {currency}: unknown. Cure: three letters of ISO 4217, as EUR.")
    if time_zone and time_zone not in available_timezones():
        ground.fail(f"--time-zone {time_zone}: unknown. Cure: a name such as Asia/Amman.")


def _one(
    path: Path, where: tuple[Any, Any, bytes], asked: tuple[str, str, str], as_json: bool
) -> dict[str, Any]:
    from manumit.core.actions import acting
    from manumit.flows import batch, mapping
    from manumit.flows.actions import bringing

    actor, ledger, key = where
    shown = _shown(as_json)
    try:
        with path.open("rb") as stream:
            source = bringing.source_of(stream, path.name, *asked)
            done, known = bringing.bring_file(
                by=actor,
                at=ground.now(),
                ledger=ledger,
                key=key,
                stream=stream,
                name=path.name,
                source=source,
                clock=ground.now,
                progress=shown,
            )
    except OSError as problem:
        cure = "name a file that can be read."
        if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
            cure = "make room, and run the same again; it goes on where it stopped."
        ground.fail(f"{path}: {problem.strerror}. Cure: {cure}")
    except batch.Unreadable as problem:
        ground.fail(f"{path}, line {problem.line}, {problem.field}: {problem.cure}")
    except mapping.BadMapping as problem:
        ground.fail(f"--mapping: {problem}")
    except acting.Refused as refusal:
        ground.fail(f"{path}: {refusal.reason}")
    return _told(path, done, known)


def _shown(as_json: bool) -> Callable[["models.Load"], None]:
    """Show rows as they come in, where somebody looks."""
    terminal = sys.stderr.isatty() and not as_json

    def show(load: "models.Load") -> None:
        if terminal:
            click.echo(f"\r{load.rows_read:,} rows …", nl=False, err=True)

    return show


def _told(path: Path, load: "models.Load", known: bool) -> dict[str, Any]:
    return {
        "file": str(path),
        "load": load.number,
        "state": str(load.state),
        "already_loaded": known,
        "layout": load.layout,
        "rows_read": load.rows_read,
        "rows_loaded": load.rows_loaded,
        "rows_known": load.rows_known,
        "rows_rejected": load.rows_rejected,
        "rejected": load.rejected,
        "notes": load.notes,
        "accounts": load.accounts,
        "said": load.said,
    }


def _words(answer: dict[str, Any]) -> str:
    from manumit.flows.readers import reasons

    if answer["state"] == "failed":
        return f"{answer['file']}: not loaded. {answer['said']}"
    if answer["already_loaded"]:
        return f"{answer['file']}: already loaded (load {answer['load']}); nothing changed."
    lines = [
        f"{answer['file']}: {answer['layout']}, load {answer['load']}, {answer['seconds']} s",
        f"  rows read {answer['rows_read']:,}: loaded {answer['rows_loaded']:,}, known before "
        f"{answer['rows_known']:,}, not taken {answer['rows_rejected']:,}",
    ]
    for code, count in sorted(answer["rejected"].items(), key=lambda item: -item[1]):
        wrong, cure = reasons.REASONS.get(code, (code, ""))
        lines.append(f"  {count:,} × {wrong} {cure}".rstrip())
    return "\n".join(lines)
