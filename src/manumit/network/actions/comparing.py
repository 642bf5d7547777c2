"""All records of a register compared with each other: what comes out are proposals for people.

It runs in a process of its own and shows how far it is; names are opened in memory, by the keys of
whoever started it, and each opening is on the record. What people decided before is respected: a pair
that was decided is not proposed again.
"""

import base64
import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from manumit.core.actions import acting, guard, keys, sealed
from manumit.core.reasons import say
from manumit.network import clustering, models, schemata
from manumit.network.actions import exporting, judging, opening, registers
from manumit.network.claims import Seen
from manumit.network.models import Comparing, ComparingState, Entity, Proposal

if TYPE_CHECKING:
    from manumit.network import manyrecords
    from manumit.network.actions import bulk

Clock = Callable[[], datetime]
QUIET = timedelta(minutes=2)  # without a sign of life for so long it is taken as interrupted
MOST = 5_000  # proposals kept, the likeliest
LEAST = -3.0  # bits: about one in nine
PURPOSE = "compare records"
_BATCH = 500
_MAIN = "from manumit.cli import main; main()"


def last(register: models.Register) -> Comparing | None:
    """Return the latest comparison of a register."""
    return Comparing.objects.filter(register=register).order_by("-number").first()


def interrupted(row: Comparing, at: datetime) -> bool:
    """Tell whether a comparison that should run gives no sign of life."""
    return row.state == ComparingState.RUNNING and at - row.seen_at > QUIET


@acting.action("network.judge")
def begin(*, by: acting.Actor, at: datetime) -> Comparing:
    """Note that all records are to be compared; raises Refused while it is being done."""
    register = registers.mine(by)
    before = last(register)
    if before and before.state == ComparingState.RUNNING and not interrupted(before, at):
        raise acting.Refused(say("The records are being compared. Wait until it is done."))
    if before and before.state == ComparingState.RUNNING:
        before.state, before.said, before.done_at = ComparingState.FAILED, _STOPPED, at
        before.save(update_fields=["state", "said", "done_at"])
    return Comparing.objects.create(
        register=register,
        number=registers.next_number(register, Comparing),
        state=ComparingState.RUNNING,
        by=by.user,
        at=at,
        seen_at=at,
        entities_count=_everybody(register).count(),
    )


_STOPPED = "It stopped on the way. Start it again."


def start(*, by: acting.Actor, at: datetime, secret: str) -> Comparing:
    """Begin a comparison in a process of its own; `secret` opens the keys of whoever asks.

    The secret goes by the input of the process alone.
    """
    row = begin(by=by, at=at)
    environment = dict(os.environ)
    environment.setdefault("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE)
    child = subprocess.Popen(
        [sys.executable, "-c", _MAIN, "network", "work", "compare", str(row.pk)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    if child.stdin:
        with child.stdin as stream:
            stream.write(base64.b64encode(secret.encode()) + b"\n")
    return row


def take_up(*, comparing_id: UUID, secret: str, clock: Clock) -> Comparing:
    """Carry out a comparison that a page began."""
    row = Comparing.objects.select_related("by__unit", "register").get(pk=comparing_id)
    ring = keys.keyring_for(user=row.by, cookie_secret=secret, at=clock()) if row.by else None
    return carry_out(by=acting.Actor(user=row.by, keyring=ring), comparing=row, clock=clock)


def carry_out(
    *,
    by: acting.Actor,
    comparing: Comparing,
    clock: Clock,
    shown: Callable[[Comparing], None] | None = None,
    engine: "bulk.Engine | None" = None,
) -> Comparing:
    """Compare all records and put down the proposals; what goes wrong is said on the page."""
    try:
        found = list(_found(by, comparing, clock, shown, engine))
    except Exception as problem:
        # The page must not wait for ever; a value of a claim never goes along.
        refused = isinstance(problem, acting.Refused)
        said = problem.reason if isinstance(problem, acting.Refused) else _STOPPED
        _end(comparing, clock(), ComparingState.FAILED, said)
        if refused:
            return comparing
        raise
    return put(by=by, at=clock(), comparing=comparing, found=tuple(found))


def _end(row: Comparing, at: datetime, state: ComparingState, said: str = "") -> None:
    row.state, row.said, row.seen_at, row.done_at = state, said, at, at
    row.save()


@dataclass(frozen=True)
class Found:
    """Two records that may be one, how surely, why, and how many would be together."""

    left: UUID
    right: UUID
    bits: float
    weights: dict[str, float]
    together: int


@acting.action("network.judge")
def put(
    *, by: acting.Actor, at: datetime, comparing: Comparing, found: Sequence[Found]
) -> Comparing:
    """Put the proposals of a comparison in the place of earlier ones, the likeliest first."""
    row = registers.hold(by, "network.judge", comparing)
    kept = sorted(found, key=lambda one: (-one.bits, one.left, one.right))[:MOST]
    ring = registers.keys(by, row.register)
    made = []
    for one in kept:
        proposal = Proposal(
            register=row.register,
            comparing=row,
            left_id=one.left,
            right_id=one.right,
            bits=one.bits,
            together=one.together,
            seal_owner=row.register_id,
        )
        sealed.write(proposal, {"weights": one.weights}, ring)
        made.append(proposal)
    Proposal.objects.filter(register=row.register).delete()
    Proposal.objects.bulk_create(made, batch_size=_BATCH)
    row.proposals_count = len(made)
    _end(row, at, ComparingState.DONE)
    return row


def waiting(register: models.Register) -> QuerySet[Proposal]:
    """Return the proposals that nobody has decided, the likeliest first."""
    judged = models.Judgement.objects.filter(
        left=OuterRef("left"), right=OuterRef("right"), undone_at=None
    )
    rows = Proposal.objects.filter(register=register, left__gone_at=None, right__gone_at=None)
    rows = rows.filter(~Exists(judged)).select_related("left", "right")
    return rows.order_by("-bits", "id")


@guard.opening("network.read")
def identified(
    *, by: acting.Actor, at: datetime, purpose: str, proposals: Sequence[Proposal]
) -> list[tuple[str, str]]:
    """Return the two records of each proposal by the identifiers that an export gives them."""
    both = [end for one in proposals for end in (one.left, one.right)]
    if not both:
        return []
    if exporting.several_files(proposals[0].register):
        return [(str(one.left_id), str(one.right_id)) for one in proposals]
    opened = registers.opened(by, at, both, purpose)
    named = [
        str((words.get("card") or {}).get("id") or row.pk)
        for row, words in zip(both, opened, strict=True)
    ]
    return list(zip(named[::2], named[1::2], strict=True))


@guard.opening("network.read")
def weights(
    *, by: acting.Actor, at: datetime, purpose: str, left: Entity, right: Entity
) -> tuple[Proposal | None, dict[str, float]]:
    """Return the proposal of two records and what made it, in bits by what it is about."""
    one, other = clustering.ordered(left.pk, right.pk)
    row = Proposal.objects.filter(register=left.register, left=one, right=other).first()
    if row is None:
        return None, {}
    opened = registers.opened(by, at, [row], purpose)
    return row, opened[0].get("weights") or {}


def _everybody(register: models.Register) -> QuerySet[Entity]:
    schemas = [one.name for one in schemata.every() if schemata.is_a(one.name, "LegalEntity")]
    return Entity.objects.filter(register=register, gone_at=None, schema__in=schemas, tail=None)


def _found(
    by: acting.Actor,
    row: Comparing,
    clock: Clock,
    shown: Callable[[Comparing], None] | None,
    engine: "bulk.Engine | None",
) -> Iterator[Found]:
    from manumit.network import manyrecords

    gathering: dict[str, manyrecords.Gathering] = {}
    ids: dict[str, list[UUID]] = {}
    for entity, record in _records(by, row, clock, shown):
        kind = judging.family(entity)
        gathering.setdefault(kind, manyrecords.Gathering()).add(record)
        ids.setdefault(kind, []).append(entity.pk)
    decided = judging.decisions(row.register)
    stand = models.Judgement.objects.filter(register=row.register, undone_at=None)
    judged = set(stand.values_list("left", "right"))
    for kind in sorted(gathering):
        yield from _proposed(gathering[kind].records(), ids[kind], decided, judged, engine)


def _proposed(
    records: "manyrecords.Records",
    ids: list[UUID],
    decided: clustering.Judgements[UUID],
    judged: set[tuple[UUID, UUID]],
    engine: "bulk.Engine | None",
) -> Iterator[Found]:
    import numpy as np

    from manumit.network import manypairs, resolving
    from manumit.network.actions import bulk

    rows = {entity: number for number, entity in enumerate(ids)}

    def here(pairs: Iterable[tuple[UUID, UUID]]) -> list[tuple[int, int]]:
        return [(rows[a], rows[b]) for a, b in pairs if a in rows and b in rows]

    made = clustering.Judgements(here(decided.same), here(decided.not_same), here(decided.unsure))
    done = bulk.resolve(records, made, engine or bulk.here)
    sizes = {group[0]: len(group) for group in done.groups()}
    keep = done.pairs.bits >= LEAST
    found = manypairs.Pairs(done.pairs.both[keep], done.pairs.bits[keep])
    weights = manypairs.accounts(records, manypairs.telling(records), found)
    same = resolving.connected(len(ids), np.asarray(list(made.same), np.int32).reshape(-1, 2))
    for number, (one, other) in enumerate(found.both.tolist()):
        left, right = clustering.ordered(ids[one], ids[other])
        if (left, right) in judged or same[one] == same[other]:
            continue
        cluster = int(done.cluster[one])
        together = sizes.get(cluster, 2) if cluster == done.cluster[other] else 2
        yield Found(left, right, float(found.bits[number]), weights[number], together)


def _records(
    by: acting.Actor,
    row: Comparing,
    clock: Clock,
    shown: Callable[[Comparing], None] | None,
) -> Iterator[tuple[Entity, "manyrecords.Record"]]:
    from manumit.network import likerecords

    everybody = _everybody(row.register).order_by("pk")
    row.entities_count, row.entities_read = everybody.count(), 0
    every = everybody.iterator(chunk_size=_BATCH)
    while batch := list(itertools.islice(every, _BATCH)):
        yield from _opened(by, row, clock, batch, likerecords.record)
        _beat(row, clock(), shown)


def _beat(row: Comparing, at: datetime, shown: Callable[[Comparing], None] | None) -> None:
    row.seen_at = at
    row.save(update_fields=["seen_at", "entities_count", "entities_read"])
    if shown:
        shown(row)


def _opened(
    by: acting.Actor,
    row: Comparing,
    clock: Clock,
    batch: list[Entity],
    read: Callable[[Seen, list[Seen]], "manyrecords.Record"],
) -> Iterator[tuple[Entity, "manyrecords.Record"]]:
    links = models.Link.objects.filter(head__in=batch, name="holder", gone_at=None)
    papers = [
        link
        for link in links.select_related("tail")
        if schemata.is_a(link.tail.schema, "Identification")
    ]
    every = {one.pk: one for one in [*batch, *(link.tail for link in papers)]}
    seen = opening.seen(
        by=by, at=clock(), purpose=PURPOSE, entities=list(every.values()), shared=True
    )
    of: dict[UUID, list[Seen]] = {}
    for link in papers:
        of.setdefault(link.head_id, []).append(seen[link.tail_id])
    for entity in batch:
        yield entity, read(seen[entity.pk], of.get(entity.pk, []))
    row.entities_read += len(batch)
