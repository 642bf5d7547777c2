"""Bringing a file in: entities first, then what joins them, then what its source no longer says.

A file is one source's word on a day. The same bytes twice change nothing. A newer file of the same
source ends the claims that it no longer makes and adds new ones (unless lines of it cannot be read:
a file that was cut off or holds nothing ends nothing); what people contested or withdrew meanwhile
stays so. Rows go in by batches, each whole, and a run that was broken off goes on after
the last batch. Values are sealed under the key of their parcel, which serves for 200,000 of them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from django.db.models import Q

from manumit.core.actions import acting, guard
from manumit.network import claims, ftm, models, schemata
from manumit.network.actions import entering, parcels, registers

BATCH = 10_000  # rows in one transaction
_ENTITIES = 500  # asked for at once


class Part(IntEnum):
    """What a run is doing."""

    THINGS = 1
    LINKS = 2
    DONE = 3


@dataclass(frozen=True)
class How:
    """What holds for every claim of a file."""

    title: str
    digest: str
    kind: str = models.SourceKind.PUBLISHED.value
    reliability: str = "B"
    credibility: str = "2"
    handling: claims.Handling = claims.Handling.AMBER_STRICT


@dataclass
class Outcome:
    """What came of a file."""

    source: UUID | None = None
    known: bool = False  # the same bytes were in already
    resumed_after: int = 0  # line
    rows: int = 0
    entities: int = 0
    relations: int = 0
    changed: int = 0
    ended: int = 0
    missing: int = 0  # named, and not in the file
    faults: list[ftm.Fault] = field(default_factory=list)
    faults_count: int = 0


Reader = Callable[[], Iterator[ftm.Row | ftm.Fault]]
_MOST_FAULTS = 1_000  # kept to be shown; all are counted


def bring(
    *,
    by: acting.Actor,
    clock: Callable[[], datetime],
    how: How,
    reader: Reader,
    progress: Callable[[Outcome], None] = lambda _: None,
) -> Outcome:
    """Bring a file in; `reader` reads it anew each time it is called. Raises Refused."""
    source, begun = begin(by=by, at=clock(), how=how)
    done = Outcome(source=source.id)
    if begun.part == Part.DONE:
        done.known = begun.rows > 0  # nothing came of it: it is no better the second time
        return done
    done.resumed_after = begun.line
    for part in (Part.THINGS, Part.LINKS):
        if begun.part > part:
            continue
        after = begun.line if begun.part == part else 0
        for rows in _batches(reader(), after, part, done):
            counted = take(by=by, at=clock(), source=source, how=how, part=part, rows=tuple(rows))
            _add(done, counted)
            progress(done)
    _add(done, _finish(by, clock, source, how, reader))
    progress(done)
    return done


def _add(done: Outcome, counted: parcels.Counted) -> None:
    for name in ("entities", "relations", "changed", "ended", "missing"):
        setattr(done, name, getattr(done, name) + getattr(counted, name))


def _batches(
    rows: Iterable[ftm.Row | ftm.Fault], after: int, part: Part, done: Outcome
) -> Iterator[list[ftm.Row]]:
    batch: list[ftm.Row] = []
    for row in rows:
        if isinstance(row, ftm.Fault):
            if part == Part.THINGS:
                done.faults_count += 1
                if len(done.faults) < _MOST_FAULTS:
                    done.faults.append(row)
            continue
        done.rows += part == Part.THINGS
        if row.line <= after:
            continue
        if len(batch) >= BATCH and row.line != batch[-1].line:
            yield batch
            batch = []
        if _belongs(row, part):
            batch.append(row)
    if batch:
        yield batch


def _belongs(row: ftm.Row, part: Part) -> bool:
    schema = schemata.schema(row.schema)
    if part == Part.THINGS:
        return schema.edge is None
    return schema.edge is not None or not schema.refs.isdisjoint(row.says)


@acting.action("network.import")
def begin(*, by: acting.Actor, at: datetime, how: How) -> tuple[models.Source, models.Parcel]:
    """Find or note the source of a file and where its run stands; a new run begins at line 0."""
    register = registers.mine(by)
    guard.refuse_if(claims.why_not_grade(how.reliability, how.credibility))
    if not how.title.strip():
        raise acting.Refused("Say which source the file comes from.")
    source = _source(by, at, register, how)
    last = source.parcels.order_by("-number").first()
    if last is not None and last.digest == how.digest:
        return source, last  # done already, or broken off: the run goes on
    return source, parcels.new(by, at, source, how.digest, (last.run if last else 0) + 1)


def _source(by: acting.Actor, at: datetime, register: models.Register, how: How) -> models.Source:
    rows = list(register.sources.exclude(digest="").order_by("at"))
    for row, words in zip(rows, registers.read(by, register, rows), strict=True):
        if words["title"] == how.title.strip():
            row.digest = how.digest
            row.save(update_fields=["digest"])
            return row
    return entering.add_source(
        by=by,
        at=at,
        kind=how.kind,
        title=how.title,
        reliability=how.reliability,
        digest=how.digest,
    )


@acting.action("network.import")
def take(
    *,
    by: acting.Actor,
    at: datetime,
    source: models.Source,
    how: How,
    part: Part,
    rows: tuple[ftm.Row, ...],
) -> parcels.Counted:
    """Take in one batch of rows and note how far the run is."""
    held = registers.hold(by, "network.import", source)
    work = parcels.Work(by, at, held, part=part.value, line=rows[-1].line)
    work.grade(how.reliability, how.credibility, how.handling.value)
    if part == Part.THINGS:
        work.things(rows)
    else:
        work.links(rows)
    return work.done(len(rows))


def _finish(
    by: acting.Actor,
    clock: Callable[[], datetime],
    source: models.Source,
    how: How,
    reader: Reader,
) -> parcels.Counted:
    seen: frozenset[UUID] | None = None
    last = source.parcels.order_by("-number").first()
    if last is not None and last.run > 1:
        work = parcels.Work(by, clock(), source, part=Part.LINKS.value, line=last.line)
        named = _named(reader())
        seen = frozenset(work.places(named).values()) if named else None
    return finish(by=by, at=clock(), source=source, seen=seen)


def _named(rows: Iterable[ftm.Row | ftm.Fault]) -> set[str]:
    """Return who a file names; nobody where a line cannot be read: it may be what is missed."""
    named: set[str] = set()
    for row in rows:
        if isinstance(row, ftm.Fault):
            return set()
        named.add(row.id)
    return named


@acting.action("network.import")
def finish(
    *, by: acting.Actor, at: datetime, source: models.Source, seen: frozenset[UUID] | None
) -> parcels.Counted:
    """End what the source no longer says (`seen`: what it still names) and close the run."""
    held = registers.hold(by, "network.import", source)
    work = parcels.Work(by, at, held, part=Part.DONE.value, line=0)
    if seen is not None:
        _end(work, seen)
    return work.done(0)


@dataclass(frozen=True)
class Foreseen:
    """What a file would find of its source, and end, were it brought in now."""

    known: bool = False  # the same bytes are in already
    begun_after: int = 0  # line: it was broken off, and would go on
    again: int = 0  # entities that are in already
    over: tuple[UUID, ...] = ()  # entities of which the source would say nothing any more
    ended: int = 0  # claims


def foreseen(
    *, by: acting.Actor, at: datetime, source: models.Source, digest: str, reader: Reader
) -> Foreseen:
    """Tell what a file of a source that is here would do; nothing is opened or changed."""
    last = source.parcels.order_by("-number").first()
    if last is None:
        return Foreseen()
    same = last.digest == digest
    if same and last.part == Part.DONE:
        return Foreseen(known=last.rows > 0)
    named = _named(reader())
    work = parcels.Work(by, at, source, part=Part.THINGS.value, line=0)
    seen = frozenset(work.places(named).values())
    here = source.register.entities.filter(claims__source=source, claims__ended_at=None)
    again = {one for one in here.values_list("id", flat=True).iterator() if one in seen}
    over = _over(source, seen) if named and last.run + (not same) > 1 else []
    return Foreseen(
        begun_after=last.line if same else 0,
        again=len(again),
        over=tuple(dict.fromkeys(entity for _claim, entity in over)),
        ended=len(over),
    )


def _over(source: models.Source, seen: frozenset[UUID]) -> list[tuple[UUID, UUID]]:
    """Return claims, with their entities, that a file ended; what was entered by hand it never said."""
    by_hand = Q(seal_owner=source.register_id, parted_from=None)
    standing = models.Claim.objects.filter(~by_hand, source=source, ended_at=None)
    return [
        (claim, entity)
        for claim, entity in standing.values_list("id", "entity_id").iterator()
        if entity not in seen
    ]


def _end(work: parcels.Work, seen: frozenset[UUID]) -> None:
    over = _over(work.source, seen)
    for start in range(0, len(over), _ENTITIES):
        some = over[start : start + _ENTITIES]
        models.Claim.objects.filter(id__in=[c for c, _ in some]).update(ended_at=work.at)
        entities = models.Entity.objects.filter(id__in=[e for _, e in some])
        entities.exclude(
            id__in=models.Claim.objects.filter(
                entity__in=[e for _, e in some], ended_at=None
            ).values("entity_id")
        ).update(gone_at=work.at)
    work.counted.ended += len(over)
