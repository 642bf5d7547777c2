"""Bringing a file into a ledger: begun, worked through batch by batch, and done at once.

Nothing counts before the whole file is in; whatever interrupts it, the next run takes it up after the
last finished batch. The same bytes are brought in once; rows that are in the ledger already are
counted as known.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.db.models import Max

from manumit.core import reasons
from manumit.core.actions import acting, guard
from manumit.flows import batch, models, money, tables
from manumit.flows.actions import committing, ledgers, staging, store

Clock = Callable[[], datetime]
ROWS_AT_MOST = tables.PER_LOAD - 1


@dataclass(frozen=True)
class Source:
    """What is brought in: its digest, how it is read, and how large it is (bytes)."""

    digest: str
    layout: str
    mapping: str = ""
    currency: str = ""
    time_zone: str = ""
    size: int = 0


def digest(stream: BinaryIO, mapping: str = "") -> str:
    """Return SHA-256 of a file's bytes and of the mapping that reads it (hexadecimal)."""
    told = hashlib.sha256()
    stream.seek(0)
    while portion := stream.read(1 << 20):
        told.update(portion)
    stream.seek(0)
    if mapping:
        told.update(b"\0mapping\0" + mapping.encode())
    return told.hexdigest()


@acting.action("ledger.load")
def begin(*, by: acting.Actor, at: datetime, ledger: models.Ledger, source: Source) -> models.Load:
    """Begin a load, or take up one of the same bytes that was interrupted; one that is done is
    returned as it is."""
    if ledger != ledgers.mine(by):
        raise acting.NotFound
    guard.hold(by, "ledger.load", ledger)  # numbers are given one after another
    there = models.Load.objects.filter(ledger=ledger, digest=source.digest).first()
    if there is None:
        last = models.Load.objects.filter(ledger=ledger).aggregate(last=Max("number"))["last"]
        there = models.Load(ledger=ledger, number=(last or 0) + 1, digest=source.digest, at=at)
        there.first_entry = there.number * tables.PER_LOAD + 1
        there.by = by.user
    elif there.state == models.State.DONE:
        return there
    there.layout, there.mapping = source.layout[:40], source.mapping
    there.currency, there.time_zone, there.size = source.currency, source.time_zone, source.size
    there.state, there.said, there.seen_at = models.State.RUNNING, "", at
    there.save()
    return there


@acting.action("ledger.load")
def finish(
    *, by: acting.Actor, at: datetime, load: models.Load, committed: committing.Committed
) -> models.Load:
    """Make a load count: from now on its rows are in the ledger."""
    del by
    load.rows_loaded, load.rows_known = committed.loaded, committed.known
    load.first_at, load.last_at = committed.first_at, committed.last_at
    if committed.clashes:
        load.rejected[committing.DUPLICATE] = committed.clashes
    load.rows_rejected = sum(load.rejected.values())
    load.state, load.seen_at, load.done_at = models.State.DONE, at, at
    load.size_read = load.size
    load.save()
    return load


@acting.action("ledger.load")
def stop(*, by: acting.Actor, at: datetime, load: models.Load, said: str) -> models.Load:
    """Say why a load could not go on. Nothing of it counts; a next run may take it up."""
    del by
    load.state, load.said, load.seen_at = models.State.FAILED, said[:400], at
    load.save(update_fields=["state", "said", "seen_at"])
    return load


def _beat(load: models.Load, stage: staging.Staging, at: datetime, size_read: int) -> None:
    load.rows_read, load.rejected = stage.read, dict(stage.rejected)
    load.rows_rejected, load.notes = stage.rejected.total(), dict(stage.notes)
    load.accounts, load.seen_at = stage.accounts, at
    load.size_read = min(size_read, load.size)
    load.save(
        update_fields=[
            *("rows_read", "rejected", "rows_rejected", "notes", "accounts", "seen_at"),
            "size_read",
        ]
    )


def work(
    *,
    by: acting.Actor,
    load: models.Load,
    key: bytes,
    batches: Callable[[], Iterable[batch.Batch]],
    clock: Clock,
    size_read: Callable[[], int] = lambda: 0,
    progress: Callable[[models.Load], None] = lambda _load: None,
) -> models.Load:
    """Work through a load that was begun, with the ledger's key; returns it done or stopped.

    `batches` must give the same batches whenever it is asked.
    """
    with store.alone(load.ledger):
        load.refresh_from_db()
        if load.state == models.State.DONE:
            return load
        rates = money.rates(load.ledger.rates) if load.ledger.rates else []
        stage = staging.opened(load, key, tables.ground(key, load.ledger.currency, rates))
        try:
            for told in _left(batches(), stage.batches):
                staging.write(stage, told)
                if stage.rows > ROWS_AT_MOST:
                    raise batch.Unreadable(0, "file", "too_many_rows", "Split the file.")
                _beat(load, stage, clock(), size_read())
                progress(load)
        except batch.Unreadable as problem:
            return _stopped(by, load, clock(), problem)
        _beat(load, stage, clock(), load.size)
        committed = committing.commit(stage)
        load = finish(by=by, at=clock(), load=load, committed=committed)
        store.clear(stage.home)
    return load


def _left(batches: Iterable[batch.Batch], finished: int) -> Iterator[batch.Batch]:
    return islice(iter(batches), finished, None)


def _stopped(
    by: acting.Actor, load: models.Load, at: datetime, problem: batch.Unreadable
) -> models.Load:
    """Say where a file cannot be read on, and forget what was read of it."""
    said = (
        problem.cure
        if not problem.line
        else reasons.say(
            "Line {line}, {field}: {cure}",
            line=problem.line,
            field=problem.field,
            cure=problem.cure,
        )
    )
    load = stop(by=by, at=at, load=load, said=said)
    staging.forget(load)
    return load


def bring_in(
    *,
    by: acting.Actor,
    at: datetime,
    ledger: models.Ledger,
    key: bytes,
    source: Source,
    batches: Callable[[], Iterable[batch.Batch]],
    clock: Clock,
) -> tuple[models.Load, bool]:
    """Begin and work; returns the load, and whether the very same file was in already."""
    load = begin(by=by, at=at, ledger=ledger, source=source)
    if load.state == models.State.DONE:
        return load, True
    return work(by=by, load=load, key=key, batches=batches, clock=clock), False
