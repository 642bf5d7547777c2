"""`manumit import htcds`, `manumit export htcds|gbvims|ctdc`: records of people in and out."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manumit.cli import account, ground

if TYPE_CHECKING:
    from manumit.cases import htcds_table, recipients
    from manumit.core.actions import acting


@click.command("htcds")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, row by row; write nothing.")
@click.option("--as", "username", default="", help="The account that answers for it (supervisor).")
@click.option(
    "--from", "sender", default="", help="Who sent the sheet; its identifiers are theirs."
)
@click.option("--told", is_flag=True, help="You vouch that who said yes was told all seven points.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write rows that did not come in, with reasons, to this file (.xlsx or .csv).",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def import_htcds(
    file: Path,
    dry_run: bool,
    username: str,
    sender: str,
    told: bool,
    rejected: Path | None,
    as_json: bool,
) -> None:
    """Bring in a sheet of people of the case data standard (HTCDS 2.0).

    FILE is the official Excel sheet, a CSV or Excel file with prefixed names, or what a survey
    server gives out; what it is, is found from what is in it. Rows become cases of the unit of the
    account that answers for it. Loading the same sheet again changes nothing. Without consent that
    counts, a row comes in without who it is. Without --as a dry run checks the file alone: which
    rows are here already can be told only by somebody who holds the unit's key.

    Example: manumit import htcds cases.xlsx --dry-run
    """
    from manumit.cases import htcds_table
    from manumit.directory import entry

    if not dry_run and not username:
        ground.fail("Give --as with the account of a supervisor, or --dry-run to look only.")
    try:
        reading = htcds_table.read(file.name, _bytes(file))
    except entry.Unreadable as error:
        ground.fail(f"{error.file}, line {error.line}: {error.reason} Cure: {error.cure}")
    if username:
        answer, lines = _with_keys(reading, username, sender, told, dry_run)
    else:
        answer, lines = _file_alone(reading, told)
    answer |= {"dry_run": dry_run, "unknown_columns": reading.unknown, "notes": reading.notes}
    if rejected is not None:
        from manumit.core import workbook  # loaded where a workbook is written

        ending = rejected.suffix.lower()
        made = htcds_table.csv_of(lines) if ending == ".csv" else workbook.of("Rows", lines)
        _write(rejected, made)
    ground.tell(answer, as_json, _words(answer))
    if dry_run and answer["counts"]["refused"]:
        raise SystemExit(1)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        ground.fail(f"{path}: {error.strerror}. Cure: name a file that can be read.")


def _with_keys(
    reading: "htcds_table.Reading", username: str, sender: str, told: bool, dry_run: bool
) -> tuple[dict[str, Any], list[list[str]]]:
    ground.ready_with_tables()
    from manumit.cases.actions import htcds as acts
    from manumit.core.actions import acting

    at = ground.now()
    by = account.actor(username, at)
    try:
        planned = acts.plan(by=by, at=at, reading=reading, sender=sender, told=told)
        if not dry_run:
            parts = planned.parts()
            for number, part in enumerate(parts, 1):
                acts.load(by=by, at=at, planned=part)
                if sys.stderr.isatty():
                    click.echo(f"\r{number * 100 // len(parts)} %", nl=False, err=True)
    except acting.Refused as refusal:
        ground.fail(refusal.reason)
    rows = [
        {
            "line": row.line,
            "outcome": row.outcome.value,
            "case": row.case.reference if row.case else "",
            "fields": list(row.fields),
            "without_identity": row.unnamed if row.outcome is acts.Outcome.MAKE else "",
            "reasons": _problems(row.reasons),
        }
        for row in planned.rows
    ]
    return {"counts": planned.counts(), "rows": rows}, planned.rejected()


def _file_alone(
    reading: "htcds_table.Reading", told: bool
) -> tuple[dict[str, Any], list[list[str]]]:
    """Say what can be said without opening anything: which rows are whole."""
    from manumit.cases import htcds_case, htcds_table

    today = ground.now().date()
    rows, bad = [], {}
    for row in reading.rows:
        found = [htcds_table.Problem(*each) for each in htcds_case.problems(row.record, today)]
        reasons = (*row.problems, *found)
        if reasons:
            bad[row.line] = reasons
        rows.append(
            {
                "line": row.line,
                "outcome": "refused" if reasons else "whole",
                "without_identity": "" if reasons else htcds_case.why_not_named(row.record, told),
                "reasons": _problems(reasons),
            }
        )
    counts = {"whole": len(rows) - len(bad), "refused": len(bad)}
    return {"counts": counts, "rows": rows}, htcds_table.rejected(reading, bad)


def _problems(reasons: "Sequence[htcds_table.Problem]") -> list[dict[str, str]]:
    return [{"field": p.field, "reason": str(p.reason), "cure": str(p.cure)} for p in reasons]


_SAID = {
    "made": "new",
    "changed": "changed",
    "same": "unchanged",
    "left": "left alone",
    "refused": "not taken in",
    "whole": "whole",
}


def _words(answer: dict[str, Any]) -> str:
    said = ", ".join(f"{count} {_SAID[name]}" for name, count in answer["counts"].items())
    lines = [("Nothing written. It would be: " if answer["dry_run"] else "") + said + "."]
    lines += answer["notes"]
    if answer["unknown_columns"]:
        named = ", ".join(answer["unknown_columns"])
        lines.append(f"Columns the standard does not know, kept sealed: {named}.")
    without = sum(bool(row["without_identity"]) for row in answer["rows"])
    if without:
        lines.append(f"{without} without who it is: no consent that counts (see --told).")
    for row in answer["rows"]:
        if row.get("fields"):
            lines.append(f"line {row['line']}: case {row['case']}: {', '.join(row['fields'])}")
        lines += [
            f"line {row['line']}: {p['field']}: {p['reason']} {p['cure']}" for p in row["reasons"]
        ]
    return "\n".join(lines)


# --- out -------------------------------------------------------------------------------------------

_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
_AS = click.option("--as", "username", default="", help="The account that answers for it.")
_FOR = click.option(
    "--purpose",
    default="share_for_research_statistics",
    show_default=True,
    help="What the people agreed to, as hand_over_case or share_with_partner.",
)
_TO = click.option(
    "--to", "name", default="", help="Who receives it, by the name people agreed to."
)
_NAMED = click.option(
    "--with-identity", is_flag=True, help="With who people are; needs --purpose and --to."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


@click.command("htcds")
@_FILE
@_AS
@_FOR
@_TO
@_NAMED
@_JSON
def export_htcds(
    file: Path, username: str, purpose: str, name: str, with_identity: bool, as_json: bool
) -> None:
    """Write records of the unit's people to FILE as the case data standard (HTCDS 2.0).

    FILE ends in .xlsx (the official sheet) or .csv (prefixed names). Only people who agreed to this
    purpose and this recipient are in it; the rest is counted with the reason. Without
    --with-identity only coded facts leave, under a code of this recipient's. Each disclosure stands
    on the record and on the case.

    Example: manumit export htcds out.xlsx --as sam --purpose hand_over_case --to "Example Partner"
    """
    kind = "htcds_csv" if file.suffix.lower() == ".csv" else "htcds"
    _export(file, kind, username, purpose, name, with_identity, as_json)


@click.command("gbvims")
@_FILE
@_AS
@_FOR
@_TO
@_NAMED
@_JSON
def export_gbvims(
    file: Path, username: str, purpose: str, name: str, with_identity: bool, as_json: bool
) -> None:
    """Write incidents to FILE (.xlsx) in the columns of the GBVIMS Incident Recorder.

    No names, ever. Days and places only --with-identity. What nobody here asks stays empty; columns
    that must be filled are counted.

    Example: manumit export gbvims incidents.xlsx --as sam
    """
    _export(file, "gbvims", username, purpose, name, with_identity, as_json)


@click.command("ctdc")
@_FILE
@_AS
@_JSON
def export_ctdc(file: Path, username: str, as_json: bool) -> None:
    """Write people who agreed to be counted to FILE (.csv), coded for statistics.

    The 27 variables of the CTDC Global Synthetic Dataset; facts that fewer than 11 people of the
    file share are left out. It is for those who count, not for publishing.

    Example: manumit export ctdc counted.csv --as sam
    """
    _export(file, "ctdc", username, "share_for_research_statistics", "", False, as_json)


def _export(
    file: Path,
    kind: str,
    username: str,
    purpose: str,
    name: str,
    with_identity: bool,
    as_json: bool,
) -> None:
    ground.ready_with_tables()
    from manumit.cases import consent
    from manumit.cases.actions import exports
    from manumit.core.actions import acting

    at = ground.now()
    by = account.actor(username, at)
    if purpose not in {each.value for each in exports.PURPOSES}:
        known = ", ".join(each.value for each in exports.PURPOSES)
        ground.fail(f"--purpose {purpose}: records do not leave for this. Cure: one of {known}.")
    wish = exports.Wish(
        exports.Kind(kind), consent.Purpose(purpose), _recipient(by, name), with_identity
    )
    try:
        made = exports.take_out(by=by, at=at, wish=wish)
    except acting.Refused as refusal:
        ground.fail(refusal.reason)
    _write(file, made.data)
    answer = {
        "file": str(file),
        "rows": made.rows,
        "left_out": _counted(made.left_out),
        "held_back": _counted(made.held_back),
        "notes": _counted(made.notes),
    }
    ground.tell(answer, as_json, _told(answer))


def _recipient(by: "acting.Actor", name: str) -> "recipients.Recipient":
    from manumit.cases import recipients
    from manumit.cases.actions import exports

    if not name:
        return recipients.NOBODY
    known = exports.known_recipients(by)
    wanted = recipients.folded(name)
    found = [r for r in known if name == r.id or wanted in r.names]
    if len(found) != 1:
        say = "Nobody agreed to this recipient" if not found else "Several recipients are called so"
        named = "; ".join(f"{r.name} ({r.id})" for r in (found or known)) or "none yet"
        ground.fail(f"--to {name}: {say}. Cure: one of: {named}.")
    return found[0]


def _counted(reasons: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"reason": str(reason), "count": count} for reason, count in reasons.items()]


def _told(answer: dict[str, Any]) -> str:
    lines = [f"{answer['rows']} rows written to {answer['file']}."]
    heads = {"left_out": "Left out", "held_back": "Held back", "notes": "Note"}
    for key, head in heads.items():
        lines += [f"{head}: {each['count']} × {each['reason']}" for each in answer[key]]
    return "\n".join(lines)


def _write(path: Path, data: bytes) -> None:
    """Write a file of people for its owner's eyes alone; it appears whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    old = os.umask(0o077)
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        ground.fail(f"{path}: {error.strerror}. Cure: name a file in a directory you may write to.")
    finally:
        os.umask(old)
        part.unlink(missing_ok=True)
