"""`manumit network resolve`: which records may be one person, in a file or in a register."""

import csv
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manumit.cli import ground

if TYPE_CHECKING:
    from manumit.core.actions import acting
    from manumit.network import clustering, manyrecords, models, resolving
    from manumit.network.actions import bulk

_FILE = click.Path(dir_okay=False, path_type=Path)
_SHOWN = 20


@click.command("resolve")
@click.argument("file", type=_FILE, required=False)
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True,
    help="duckdb: this machine. spark: a Spark master, for what is too large for one.",
)  # fmt: skip
@click.option("--master", default="local[2]", show_default=True, help="The Spark master.")
@click.option("--out", type=_FILE, help="Write id, cluster and records in it, one line a record.")
@click.option("--judgements", type=_FILE, help="What people decided, as JSON lines; it holds.")
@click.option("--as", "username", default="", help="Work on the register of this account's unit.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def resolve(
    file: Path | None,
    engine: str,
    master: str,
    out: Path | None,
    judgements: Path | None,
    username: str,
    as_json: bool,
) -> None:
    """Say which records may be one person; nothing is joined, people decide.

    FILE is a CSV of people with an id and a name (also given name and surname), and where they are
    known date of birth, nationality, place, document and phone. Nothing of it is stored. Without FILE
    the records of the register are compared, and what is found waits on the page One or two? for a
    decision; on the bench (without --as) the likeliest pairs are told here.

    Example: manumit network resolve people.csv --out clusters.csv
    """
    if file is None:
        if out or judgements:
            ground.fail("--out and --judgements go with a FILE. Cure: name one.")
        _register(username, _engine(engine, master), as_json)
        return
    records, ids = _read(file)
    made = _decided(judgements, ids) if judgements else None
    from manumit.network.actions import bulk

    try:
        found = bulk.resolve(records, made, _engine(engine, master))
    except ImportError as problem:
        ground.fail(f"--engine spark: {problem}. Cure: make spark, or --engine duckdb.")
    if out:
        _write(out, ids, found)
    answer = _answer(engine, ids, found, whole=out is None)
    ground.tell(answer, as_json, "\n".join(_words(answer, out)))


def _engine(engine: str, master: str) -> "bulk.Engine":
    from manumit.network.actions import bulk

    return bulk.spark(master) if engine == "spark" else bulk.here


def _read(file: Path) -> tuple["manyrecords.Records", list[str]]:
    from manumit.network import manyrecords, recordfile

    gathering, ids = manyrecords.Gathering(), list[str]()
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for one in recordfile.read(lines):
                gathering.add(one)
                ids.append(one.id)
    except OSError as error:
        ground.fail(f"{file}: {error.strerror}. Cure: name a file that can be read.")
    except UnicodeDecodeError:
        line = ground.line_not_utf8(file)
        ground.fail(f"{file}, line {line}: not UTF-8. Cure: save the file as UTF-8.")
    except recordfile.Unreadable as error:
        ground.fail(f"{file}, line {error.line}: {error.reason} Cure: {error.cure}")
    return gathering.records(), ids


def _decided(path: Path, ids: Sequence[str]) -> "clustering.Judgements[int]":
    from manumit.network import clustering, decisionfile

    rows = {one: number for number, one in enumerate(ids)}
    try:
        with path.open(encoding="utf-8") as lines:
            every = list(decisionfile.read(lines))
    except OSError as error:
        ground.fail(f"{path}: {error.strerror}. Cure: name a file that can be read.")
    except decisionfile.Unreadable as error:
        ground.fail(f"{path}, line {error.line}: {error.reason} Cure: {error.cure}")
    return clustering.judgements(
        (rows[one.left], rows[one.right], one.verdict)
        for one in every
        if one.left in rows and one.right in rows
    )


def _write(out: Path, ids: Sequence[str], found: "resolving.Resolved") -> None:
    import numpy as np

    sizes = np.bincount(found.cluster, minlength=len(ids))
    try:
        with out.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["id", "cluster", "records"])
            for one, cluster in zip(ids, found.cluster.tolist(), strict=True):
                writer.writerow([one, ids[cluster], int(sizes[cluster])])
    except OSError as error:
        ground.fail(f"{out}: {error.strerror}. Cure: name a file that can be written.")


def _answer(
    engine: str, ids: Sequence[str], found: "resolving.Resolved", *, whole: bool
) -> dict[str, Any]:
    groups = found.groups()
    return {
        "engine": engine,
        "records": len(ids),
        "clusters": len(ids) - sum(len(group) - 1 for group in groups),
        "clusters_of_several": len(groups),
        "largest": max((len(group) for group in groups), default=min(1, len(ids))),
        "flags": [
            {
                "why": flag.why.value,
                "members": [ids[row] for row in flag.members],
                "path": [ids[row] for row in flag.path],
            }
            for flag in found.flags
        ],
        "groups": [[ids[row] for row in group] for group in groups] if whole else [],
    }


def _words(answer: dict[str, Any], out: Path | None) -> Iterator[str]:
    yield (
        f"{answer['records']} records: {answer['clusters_of_several']} clusters of several, "
        f"the largest of {answer['largest']}."
    )
    for flag in answer["flags"]:
        yield f"Look at: {' – '.join(flag['path'] or flag['members'][:5])}. {flag['why']}"
    if out:
        yield f"Written to {out}."
    for group in answer["groups"][:_SHOWN]:
        yield f"  {', '.join(group)}"
    if len(answer["groups"]) > _SHOWN:
        yield f"  and {len(answer['groups']) - _SHOWN} more; --out FILE writes all"


def _register(username: str, engine: "bulk.Engine", as_json: bool) -> None:
    from manumit.cli import account, flows_ground

    flows_ground.ready()
    from manumit.core.actions import acting
    from manumit.network.actions import comparing

    by = account.actor(username, ground.now()) if username else acting.SYSTEM

    def shown(row: Any) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{row.entities_read} of {row.entities_count}", nl=False, err=True)

    try:
        row = comparing.begin(by=by, at=ground.now())
        done = comparing.carry_out(
            by=by, comparing=row, clock=ground.now, shown=shown, engine=engine
        )
    except acting.Refused as refusal:
        ground.fail(f"{refusal.reason} Cure: bring in records first: manumit network import FILE.")
    answer: dict[str, Any] = {
        "state": str(done.state),
        "records": done.entities_count,
        "proposals": done.proposals_count,
        "said": done.said,
    }
    text = f"{done.entities_count} records compared: {done.proposals_count} pairs to look at."
    if not username:  # the bench has no page to look at them
        pairs = _pairs(by, done)
        answer["pairs"] = pairs
        text = "\n".join([text, *map(_pair_words, pairs)])
    ground.tell(answer, as_json, done.said or text)
    if done.said:
        raise SystemExit(1)


def _pairs(by: "acting.Actor", done: "models.Comparing") -> list[dict[str, Any]]:
    from manumit.network.actions import comparing

    rows = list(comparing.waiting(done.register)[:_SHOWN])
    named = comparing.identified(by=by, at=ground.now(), purpose=comparing.PURPOSE, proposals=rows)
    return [
        {"left": left, "right": right, "bits": round(row.bits, 1)}
        for row, (left, right) in zip(rows, named, strict=True)
    ]


def _pair_words(pair: dict[str, Any]) -> str:
    from manumit.network.shown import plainly

    return f"  {plainly(pair['left'])}, {plainly(pair['right'])}: {pair['bits']:+} bits"


@click.command("judgements")
@click.option("--out", type=_FILE, help="Write what people decided to this file.")
@click.option("--take", type=_FILE, help="Take in what people decided, from this file.")
@click.option("--to", "recipient", default="", help="Who gets the file.")
@click.option("--purpose", default="", help="What for.")
@click.option("--basis", default="", help="The legal basis, by its code.")
@click.option("--as", "username", default="", help="Work on the register of this account's unit.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def judgements(
    out: Path | None,
    take: Path | None,
    recipient: str,
    purpose: str,
    basis: str,
    username: str,
    as_json: bool,
) -> None:
    """Write out or take in what people decided of pairs of records, as JSON lines.

    Records are named by the identifier that they had where they came from, so that decisions hold
    after the next import and in another register. What stands here is never overwritten.

    Example: manumit network judgements --out decided.jsonl
    """
    from manumit.cli import account, flows_ground

    if bool(out) == bool(take):
        ground.fail("Give --out or --take. Cure: name one of them, with a file.")
    flows_ground.ready()
    from manumit.core.actions import acting
    from manumit.network import decisionfile
    from manumit.network.actions import decided

    by = account.actor(username, ground.now()) if username else acting.SYSTEM
    try:
        if out:
            answer = _given_out(by, out, (recipient, purpose, basis))
        else:
            answer = decided.take(by=by, clock=ground.now, rows=_rows(take or Path()))
    except acting.Refused as refusal:
        ground.fail(f"{refusal.reason} Cure: see manumit network judgements --help.")
    except decisionfile.Unreadable as error:
        ground.fail(f"{take}, line {error.line}: {error.reason} Cure: {error.cure}")
    ground.tell(answer, as_json, json.dumps(answer, ensure_ascii=False))


def _given_out(by: Any, out: Path, to: tuple[str, str, str]) -> dict[str, Any]:
    from manumit.network.actions import decided

    data, count = decided.written(
        by=by, at=ground.now(), recipient=to[0], purpose=to[1], basis=to[2]
    )
    try:
        out.unlink(missing_ok=True)
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(data)  # reasons are words of people: nobody else on the machine reads it
    except OSError as error:
        ground.fail(f"{out}: {error.strerror}. Cure: name a file that can be written.")
    return {"written": count, "file": str(out)}


def _rows(path: Path) -> list[Any]:
    from manumit.network import decisionfile

    try:
        with path.open(encoding="utf-8") as lines:
            return list(decisionfile.read(lines))
    except OSError as error:
        ground.fail(f"{path}: {error.strerror}. Cure: name a file that can be read.")


@click.command("work", hidden=True)
@click.argument("what", type=click.Choice(["compare"]))
@click.argument("which", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def work(what: str, which: Any, as_json: bool) -> None:
    """Do one piece of long work (started by a page, not by hand).

    Example: manumit network work compare 0190d3c2-7b1e-7c3a-9a55-1f2e3d4c5b6a < key
    """
    import base64

    del what
    ground.ready()
    from manumit.network.actions import comparing

    secret = base64.b64decode(sys.stdin.readline().strip() or b"").decode()
    row = comparing.take_up(comparing_id=which, secret=secret, clock=ground.now)
    ground.tell({"state": str(row.state)}, as_json, str(row.state))
