"""`manumit network import|export|mapping`: files of entities into a register, and out of it."""

import gc
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manumit.cli import account, flows_ground, ground

if TYPE_CHECKING:
    from manumit.core.actions import acting
    from manumit.network import ftm, tablemap
    from manumit.network.actions import importing

_FILE = click.Path(dir_okay=False, path_type=Path)
_HANDLING = click.Choice(["red", "amber_strict", "amber", "green", "clear"])
_SHOWN = 5  # faults told to a person; --json tells all that are kept


def ground_of(username: str) -> "acting.Actor":
    """Return who acts and make sure of their register: the bench without a name."""
    from manumit.core.actions import acting
    from manumit.network.actions import entering, registers

    if not username:
        with ground.setting_up():
            if registers.bench() is None:
                entering.open_register(by=acting.SYSTEM, at=ground.now())
        return acting.SYSTEM
    actor = account.actor(username, ground.now())
    try:
        registers.mine(actor)
    except acting.Refused as refusal:
        ground.fail(refusal.reason)
    return actor


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--mapping", "mapped", type=_FILE, help="Which column is what (TOML), for CSV.")
@click.option("--as", "username", default="", help="Into the register of this account's unit.")
@click.option("--source", default="", help="Whose word it is; without: the file's name.")
@click.option(
    "--kind",
    default="published",
    type=click.Choice(["published", "open", "official", "report", "device", "released", "own"]),
    help="What kind of source it is.",
)
@click.option("--grade", default="B2", help="Reliability and credibility, A1 to F6.")
@click.option("--handling", default="amber_strict", type=_HANDLING, help="Who may see it.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def import_file(
    file: Path,
    mapped: Path | None,
    username: str,
    source: str,
    kind: str,
    grade: str,
    handling: str,
    as_json: bool,
) -> None:
    """Bring entities and relations in; the same file again changes nothing.

    FILE is FollowTheMoney entities (JSON lines), statements (CSV), or CSV with a --mapping (`manumit
    network mapping FILE` proposes one). A newer file of the same --source ends what it no longer
    says. What was broken off goes on. Without --as it goes to the bench, which is for published and
    made data. Exit code 2: the file cannot be read.

    Example: manumit network import entities.ftm.json --source "Example list"
    """
    flows_ground.ready()
    from manumit.core.actions import acting, upkeep
    from manumit.network import ftm
    from manumit.network.actions import importing
    from manumit.network.claims import Handling

    plan = _plan(mapped)
    actor = ground_of(username)
    notes = ftm.Notes()
    upkeep.expect_many_rows()
    gc.set_threshold(100_000)  # rows hold no cycles; looking for some takes a tenth of the time
    try:
        with file.open("rb") as stream:
            how = importing.How(
                title=source or file.stem,
                digest=hashlib.file_digest(stream, "sha256").hexdigest(),
                kind=kind,
                reliability=grade[:1].upper(),
                credibility=grade[1:],
                handling=Handling(handling),
            )
            done = importing.bring(
                by=actor,
                clock=ground.now,
                how=how,
                reader=_reader(stream, plan, notes),
                progress=_progress(as_json),
            )
    except OSError as problem:
        cure = "name a file that can be read, and see that there is room."
        ground.fail(f"{file}: {problem.strerror}. Cure: {cure}")
    except acting.Refused as refusal:
        ground.fail(f"{file}: {refusal.reason}")
    upkeep.refresh_statistics()
    answer = _told(file, done, notes)
    ground.tell(answer, as_json, _words(answer))
    if not (done.known or done.rows or done.resumed_after):
        ground.fail(f"{file}: no entity in it. Cure: look at the faults, or give a --mapping.")


def _plan(mapped: Path | None) -> "tablemap.Plan | None":
    if mapped is None:
        return None
    from manumit.network import tablemap

    try:
        return tablemap.parse(flows_ground.read_text(mapped, "--mapping"))
    except tablemap.BadMapping as problem:
        ground.fail(f"--mapping {mapped}: {problem}")


def _reader(
    stream: Any, plan: "tablemap.Plan | None", notes: "ftm.Notes"
) -> Callable[[], Iterator["ftm.Row | ftm.Fault"]]:
    from manumit.network import ftm, tablemap

    begun: list[int] = []

    def read() -> Iterator["ftm.Row | ftm.Fault"]:
        stream.seek(0)
        told = ftm.Notes() if begun else notes  # counted once, however often it is read
        begun.append(1)
        return tablemap.read(stream, plan, told) if plan else ftm.read(stream, told)

    return read


def _progress(as_json: bool) -> Callable[["importing.Outcome"], None]:
    terminal = sys.stderr.isatty() and not as_json

    def show(done: "importing.Outcome") -> None:
        if terminal:
            there = done.entities + done.relations
            click.echo(f"\r{done.rows:,} rows read, {there:,} in …", nl=False, err=True)

    return show


def _told(file: Path, done: "importing.Outcome", notes: "ftm.Notes") -> dict[str, Any]:
    return {
        "file": str(file),
        "already_here": done.known,
        "resumed_after_line": done.resumed_after,
        "rows": done.rows,
        "entities": done.entities,
        "relations": done.relations,
        "changed": done.changed,
        "ended": done.ended,
        "named_but_not_there": done.missing,
        "kept_apart": dict(notes.told()),
        "faults": done.faults_count,
        "first_faults": [
            {"line": f.line, "field": f.field, "reason": f.reason, "cure": f.cure}
            for f in done.faults
        ],
    }


def _words(answer: dict[str, Any]) -> str:
    if answer["already_here"]:
        return f"{answer['file']}: here already; nothing was changed."
    lines = [
        f"{answer['file']}: {answer['entities']:,} entities and {answer['relations']:,} relations"
        f" new, {answer['changed']:,} changed, {answer['ended']:,} claims ended."
    ]
    if answer["named_but_not_there"]:
        lines.append(f"{answer['named_but_not_there']:,} are named and not in the file.")
    lines += [f"Kept apart: {what} ({count:,}×)" for what, count in answer["kept_apart"].items()]
    for fault in answer["first_faults"][:_SHOWN]:
        where = f"line {fault['line']}" + (f", {fault['field']}" if fault["field"] else "")
        lines.append(f"{where}: {fault['reason']} Cure: {fault['cure']}")
    if answer["faults"] > _SHOWN:
        lines.append(f"{answer['faults']:,} faults in all; --json lists them.")
    return "\n".join(lines)


@click.command("export")
@click.argument("file", type=_FILE)
@click.option("--as", "username", default="", help="Of the register of this account's unit.")
@click.option(
    "--handling",
    default="green",
    type=_HANDLING,
    help="Only claims at least as open as this; red goes into no file.",
)
@click.option("--to", "recipient", default="", help="Who receives it.")
@click.option("--purpose", default="", help="What it is for.")
@click.option(
    "--basis",
    default="",
    help="What allows it: treaty, national_law, reciprocity, resolution, court_order.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def export_file(
    file: Path,
    username: str,
    handling: str,
    recipient: str,
    purpose: str,
    basis: str,
    as_json: bool,
) -> None:
    """Write a register as FollowTheMoney entities (JSON lines): accepted claims alone.

    Who receives it, what for, and on which basis is put on the record before the file is there; a
    unit's register does not leave without. The bench needs none of them.

    Example: manumit network export entities.ftm.json --handling amber_strict
    """
    flows_ground.ready()
    from manumit.core.actions import acting
    from manumit.network.actions import exporting, registers, sent
    from manumit.network.claims import Handling

    actor = ground_of(username)
    if not username:  # published and made data, which stays on the machine
        recipient, purpose = recipient or "the bench", purpose or "work on the machine"
        basis = basis or sent.OWN
    written = exporting.Written()
    part = file.with_name(file.name + ".part")
    try:
        found = exporting.lines(
            by=actor, at=ground.now(), handling=Handling(handling), written=written
        )
        digest, size = _write(part, found)
        sent.note_sent(
            by=actor,
            at=ground.now(),
            register=registers.mine(actor),
            what="export",
            recipient=recipient,
            purpose=purpose,
            basis=basis,
            claims=written.claims,
            entities=(),
            digest=digest,
            size=size,
        )
        part.replace(file)
    except OSError as problem:
        ground.fail(f"{file}: {problem.strerror}. Cure: name a file that can be written.")
    except acting.Refused as refusal:
        red = handling == Handling.RED.value
        cure = "amber_strict, or more open." if red else "give --to, --purpose and --basis."
        ground.fail(f"{file}: {refusal.reason} Cure: {cure}")
    finally:
        part.unlink(missing_ok=True)
    answer = {
        "file": str(file),
        "entities": written.entities,
        "relations": written.relations,
        "held_back": written.held_back,
        "sha256": digest,
    }
    text = (
        f"{file}: {written.entities:,} entities and {written.relations:,} relations."
        f" {written.held_back:,} claims were held back: not accepted, or handled more strictly."
    )
    ground.tell(answer, as_json, text)


def _write(part: Path, found: Iterator[str]) -> tuple[str, int]:
    """Write lines to a file that nobody else may read; return SHA-256 and bytes."""
    part.unlink(missing_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        for line in found:
            raw = line.encode() + b"\n"
            stream.write(raw)
            digest.update(raw)
            size += len(raw)
    return digest.hexdigest(), size


@click.command("mapping")
@click.argument("file", type=_FILE)
@click.option("--schema", default="Person", help="What the rows are, as FollowTheMoney calls it.")
@click.option("--out", type=_FILE, help="Write the mapping here (TOML).")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def mapping(file: Path, schema: str, out: Path | None, as_json: bool) -> None:
    """Propose what the columns of a table are, for `manumit network import --mapping`.

    Look it over: only headings are read. Exit code 1: no column is understood.

    Example: manumit network mapping people.csv --out people.toml
    """
    from manumit.network import schemata, tablemap

    if schemata.find(schema) is None:
        ground.fail(f"--schema {schema}: no such schema. Cure: Person, Organization, Vehicle, …")
    try:
        with file.open("rb") as stream:
            headings, _ = tablemap.table(stream)
        found = tablemap.propose(headings, schema)
        if out:
            out.write_text(found.text, encoding="utf-8")
    except OSError as problem:
        ground.fail(f"{problem.filename}: {problem.strerror}. Cure: name another file.")
    answer = {"mapping": found.text, "reasons": found.reasons, "left_out": found.left_out}
    lines = [] if out else [found.text]
    lines += [f"{column}: {reason}" for column, reason in found.reasons.items()]
    lines += [f"{column}: not understood" for column in found.left_out]
    ground.tell(answer, as_json, "\n".join(lines))
    if not found.reasons:
        raise SystemExit(1)
