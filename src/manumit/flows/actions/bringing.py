"""A file from somebody's hands into the ledger: by a command as it lies there, by a page sealed first.

What is given on a page never touches the disk unsealed: it waits sealed under the ledger's key until
the process that loads it has done so.
"""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from manumit.core import sealing
from manumit.core.actions import acting, guard, record
from manumit.flows import batch, mapping, models, proposing, sealedblocks
from manumit.flows.actions import ledgers, loading, staging, store
from manumit.flows.readers import how, reading

MOST_UPLOADED = 25 * 1024 * 1024  # bytes a page takes; a command takes any size


def batches_of(
    load: models.Load, stream: BinaryIO, name: str
) -> Callable[[], Iterator[batch.Batch]]:
    """Return what reads a file as its load says, from its beginning each time."""
    asked = how.Reading(
        now=load.at,  # of the first try: a later one must cut the same batches
        mapping=mapping.read(load.mapping) if load.mapping else None,
        currency=load.currency or "XXX",
        time_zone=load.time_zone or load.ledger.time_zone,
    )

    def read() -> Iterator[batch.Batch]:
        stream.seek(0)
        return reading.read(stream, name, asked)

    return read


def source_of(
    stream: BinaryIO, name: str, mapped: str = "", currency: str = "", time_zone: str = ""
) -> loading.Source:
    """Look at a file and say how it would be read; raises batch.Unreadable, mapping.BadMapping."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    layout = "" if mapped else reading.look(stream, name).layout
    if not layout and not mapped:
        raise batch.Unreadable(
            1,
            "file",
            "layout_unknown",
            "It is not known which column is what. Let `manumit flows mapping FILE --out bank.toml`"
            " propose it, look it over, and load the file with --mapping bank.toml.",
        )
    if mapped:
        mapping.read(mapped)
    digest = loading.digest(stream, mapped)
    return loading.Source(digest, layout or "mapping", mapped, currency, time_zone, size)


def bring_file(
    *,
    by: acting.Actor,
    at: datetime,
    ledger: models.Ledger,
    key: bytes,
    stream: BinaryIO,
    name: str,
    source: loading.Source,
    clock: loading.Clock,
    progress: Callable[[models.Load], None] = lambda _load: None,
) -> tuple[models.Load, bool]:
    """Load one file; returns the load, and whether the very same file was in already."""
    load = loading.begin(by=by, at=at, ledger=ledger, source=source)
    if load.state == models.State.DONE:
        return load, True
    done = loading.work(
        by=by,
        load=load,
        key=key,
        batches=batches_of(load, stream, name),
        clock=clock,
        size_read=stream.tell,
        progress=progress,
    )
    return done, False


def _place(load: models.Load) -> sealing.Context:
    return sealedblocks.Place(load.ledger_id, load.id, "upload").context(0)


def _path(load: models.Load) -> Path:
    return store.scratch(load.ledger, "uploads") / f"{load.id}.sealed"


@acting.action("ledger.load")
def give(
    *, by: acting.Actor, at: datetime, ledger: models.Ledger, name: str, data: bytes
) -> models.Load:
    """Take a file from a page: sealed at once, and waiting for somebody to say how it is read."""
    if ledger != ledgers.mine(by):
        raise acting.NotFound
    if len(data) > MOST_UPLOADED:
        raise acting.Refused("The file is larger than 25 megabytes. Load it with the command.")
    key = ledgers.key_of(by=by, ledger=ledger)
    stream = io.BytesIO(data)
    try:
        layout = reading.look(stream, name).layout
    except batch.Unreadable as problem:
        raise acting.Refused(problem.cure) from problem
    source = loading.Source(
        loading.digest(stream), layout, time_zone=ledger.time_zone, size=len(data)
    )
    load = loading.begin(by=by, at=at, ledger=ledger, source=source)
    if load.state != models.State.DONE:
        load.state = models.State.WAITING
        load.save(update_fields=["state"])
        head = json.dumps({"name": name[-200:]}).encode() + b"\n"
        sealed = sealing.seal(sealedblocks.key_of(key, load.id), head + data, _place(load))
        store.write_bytes(sealed, _path(load))
    return load


def given(load: models.Load, key: bytes) -> tuple[str, BinaryIO] | None:
    """Return the name and the bytes of a file that was given on a page; None when it is gone."""
    path = _path(load)
    if not path.is_file():
        return None
    plain = sealing.open_sealed(sealedblocks.key_of(key, load.id), path.read_bytes(), _place(load))
    head, _, data = plain.partition(b"\n")
    return str(json.loads(head)["name"]), io.BytesIO(data)


@acting.action("ledger.load")
def agree(
    *,
    by: acting.Actor,
    at: datetime,
    load: models.Load,
    mapped: str = "",
    currency: str = "",
    time_zone: str = "",
) -> models.Load:
    """Say how a file that waits is read; from now on it may be loaded."""
    if load.ledger != ledgers.mine(by):
        raise acting.NotFound
    if load.state == models.State.DONE:
        raise acting.Refused("This file is in the ledger already.")
    if mapped:
        try:
            mapping.read(mapped)
        except mapping.BadMapping as problem:
            raise acting.Refused(str(problem)) from problem
        load.layout, load.mapping = "mapping", mapped
        there = given(load, ledgers.key_of(by=by, ledger=load.ledger))
        if there is None:
            raise acting.Refused("The file is no longer here. Give it again.")
        load.digest = loading.digest(there[1], mapped)
        if models.Load.objects.filter(ledger=load.ledger, digest=load.digest).exclude(pk=load.pk):
            raise acting.Refused("This file was loaded with this mapping before.")
    elif not load.layout:
        raise acting.Refused("Say which column is what.")
    load.currency, load.time_zone = currency, time_zone
    load.state, load.seen_at, load.said = models.State.RUNNING, at, ""
    load.save()
    return load


@acting.action("ledger.load")
def forget(*, by: acting.Actor, at: datetime, load: models.Load) -> models.Load:
    """Forget a file that was given and is not in the ledger: nothing of it stays."""
    if load.ledger != ledgers.mine(by):
        raise acting.NotFound
    if load.state == models.State.DONE:
        raise acting.Refused("This file is in the ledger already.")
    if store.busy(load.ledger):
        raise acting.Refused("A file is being loaded just now. Try again when it is in.")
    _path(load).unlink(missing_ok=True)
    staging.forget(load)
    load.state, load.said, load.seen_at = models.State.FAILED, "This file was forgotten.", at
    load.save(update_fields=["state", "said", "seen_at"])
    return load


def take_up(
    *, by: acting.Actor, load_id: UUID, key: bytes, clock: loading.Clock
) -> models.Load | None:
    """Load a file that was given on a page, and forget the copy; None when it is gone."""
    load = models.Load.objects.select_related("ledger", "by").get(pk=load_id)
    there = given(load, key)
    if there is None:
        return None
    name, stream = there
    done = loading.work(
        by=by,
        load=load,
        key=key,
        batches=batches_of(load, stream, name),
        clock=clock,
        size_read=stream.tell,
    )
    if done.state == models.State.DONE:
        _path(done).unlink(missing_ok=True)
    return done


@dataclass(frozen=True)
class Glance:
    """A first look at a file that waits. `sample` is plain: for the page alone."""

    layout: str
    headers: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    proposed: mapping.Mapping | None = None
    reasons: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = ()


@guard.opening("ledger.load")
def glance(*, by: acting.Actor, at: datetime, load: models.Load) -> Glance:
    """Look at a file that waits; its first rows are opened, on the record."""
    record.append(
        by=by.id,
        at=at,
        act="open",
        field_class=sealing.FieldClass.FINANCE,
        purpose="how a file is read",
        objects={"ledger": str(load.ledger_id), "load": str(load.id)},
    )
    there = given(load, ledgers.key_of(by=by, ledger=load.ledger))
    if there is None:
        raise acting.Refused("The file is no longer here. Give it again.")
    name, stream = there
    seen = reading.look(stream, name)
    if seen.layout:
        return Glance(seen.layout, seen.headers, seen.sample)
    proposal = proposing.propose(seen.headers, seen.sample, skip=seen.skip)
    return Glance(
        "",
        seen.headers,
        seen.sample,
        proposal.mapping,
        tuple(proposal.reasons.items()),
        tuple(proposal.doubts),
    )


def asked_of(proposed: mapping.Mapping | None) -> dict[str, str]:
    """Return a mapping as the page asks for it."""
    if proposed is None:
        return {"style": "plain", "decimal": "."}
    columns = {f"column_{name}": several[0] for name, several in proposed.columns.items()}
    return columns | {
        "style": proposed.style,
        "formats": "|".join(proposed.formats),
        "decimal": proposed.decimal,
        "thousands": proposed.thousands,
        "constant_currency": proposed.constant.get("currency", ""),
        "zone": proposed.zone,
    }


def mapping_of(told: dict[str, Any], proposed: mapping.Mapping | None) -> str:
    """Return what was answered on the page as a mapping's text; raises Refused."""
    base = proposed or mapping.Mapping(id="by-hand", columns={})
    columns = {}
    for name, column in told.items():
        field = name.removeprefix("column_")
        if name == field or not column:
            continue
        before = base.columns.get(field, ())
        columns[field] = before if before[:1] == (column,) else (column,)
    constant = {k: v for k, v in base.constant.items() if k != "currency"}
    if told["constant_currency"] and "currency" not in columns:
        constant["currency"] = told["constant_currency"].strip().upper()
    made = replace(
        base,
        columns=columns,
        style=told["style"],
        formats=tuple(each.strip() for each in told["formats"].split("|") if each.strip()),
        decimal=told["decimal"],
        thousands=told["thousands"],
        constant=constant,
        zone=told["zone"].strip(),
    )
    try:
        mapping.check(made)
    except mapping.BadMapping as problem:
        raise acting.Refused(_words(problem)) from problem
    return mapping.write(made)


def _words(problem: mapping.BadMapping) -> str:
    """Return what a mapping lacks in words; a column's field is named by its cure."""
    where = "" if problem.key.startswith("columns") else f"{problem.key}: "
    return f"{where}{problem.reason} {problem.cure}"
