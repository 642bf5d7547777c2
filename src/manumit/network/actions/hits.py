"""Hits: the register held against the lists, and what people decided about each proposal.

What is sealed in `found`: {"list", "reference", "name" (theirs), "ours" (our name that it was found
by), "score", "bits", "reasons", "version" and "entry" (the row it was found in), "figure" (of what the
entry says of who somebody is), "changed" (field: removed, added, where the question is put anew)}.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from manumit.core import sealing
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass
from manumit.network import claims, hits, listed, models
from manumit.network.actions import opening, registers
from manumit.network.models import Hit, Screened, Version

if TYPE_CHECKING:
    from manumit.network import rescreening

AT_ONCE = 5000  # entities that a page looks at; more are a command's work
SOON_ENTITIES, SOON_ENTRIES = 20, 3_000  # what is looked at while somebody waits: half a second
_BATCH = 500
PURPOSE = "held against lists"
TOO_MUCH = (
    "There is more to look at than a page can do. Use the command: manumit watchlist rescreen"
)


@dataclass(frozen=True)
class Done:
    """What one run looked at and found."""

    entities: int
    compared: int
    new: int


@dataclass(frozen=True)
class _Job:
    """One list and which entities have to be held against it."""

    version: Version
    before: Version | None
    fresh: frozenset[UUID]  # their claims changed
    everybody: bool


def of(entity: models.Entity) -> list[Hit]:
    """Return the hits of an entity that stand, the likeliest first; no words are opened."""
    return list(entity.hits.standing().order_by("-score", "at"))


def to_do(register: models.Register) -> int:
    """Count the entities that have to be looked at again, over all lists."""
    rows = _screenable(register)
    return sum(rows.count() if job.everybody else len(job.fresh) for job in _jobs(register))


def _screenable(register: models.Register) -> QuerySet[models.Entity]:
    from manumit.network import rescreening  # numpy is loaded where people are compared

    return models.Entity.objects.filter(
        register=register, schema__in=rescreening.SCHEMATA, gone_at=None
    )


def _jobs(register: models.Register) -> Iterator[_Job]:
    done = {one.list: one for one in Screened.objects.filter(register=register)}
    for version in models.newest():
        last = done.get(version.list)
        if last is None:
            yield _Job(version, None, frozenset(), everybody=True)
            continue
        after = last.until
        ids = _screenable(register).filter(pk__in=_touched(register, after))
        fresh = frozenset(ids.values_list("pk", flat=True))
        before = last.version if last.version_id != version.pk else None
        if before or fresh:
            yield _Job(version, before, fresh, everybody=before is not None)


def _touched(register: models.Register, after: datetime) -> "QuerySet[models.Claim, Any]":
    """Return who has claims that came, were accepted or ended since: three looks, each by an index."""
    claims = models.Claim.objects.filter(register=register)
    since = (
        Q(at__gt=after),
        Q(accepted_at__gt=after) & Q(accepted_at__gt=F("at")),
        Q(ended_at__gt=after),
    )
    new, accepted, ended = (claims.filter(one).values("entity") for one in since)
    return new.union(accepted, ended)


@guard.opening("hit.decide")
def rescreen(
    *, by: acting.Actor, at: datetime, most: int | None = None, purpose: str = PURPOSE
) -> Done:
    """Hold what changed, on either side, against each other. Opens names: call it outside actions.

    Raises Refused where more than `most` entities are to be looked at.
    """
    register = registers.mine(by)
    if most is not None and to_do(register) > most:
        raise acting.Refused(TOO_MUCH)
    entities = compared = new = 0
    for job in list(_jobs(register)):
        looked, pairs, made = _screen(by, at, register, job, purpose)
        entities, compared, new = entities + looked, compared + pairs, new + made
    return Done(entities, compared, new)


def soon(*, by: acting.Actor, at: datetime) -> Done | None:
    """Hold what was just entered against the lists, where that is a matter of a moment.

    None where it is more than that: the page of matches says how many wait. Call it outside actions.
    """
    register = registers.mine(by)
    entries = sum(version.entries_count for version in models.newest())
    if not 0 < entries <= SOON_ENTRIES or not 0 < to_do(register) <= SOON_ENTITIES:
        return None
    try:
        return rescreen(by=by, at=at, purpose=f"{PURPOSE}, as it was entered")
    except acting.Refused:  # it is on the record; what was entered stands all the same, and waits
        return None


def _screen(
    by: acting.Actor, at: datetime, register: models.Register, job: _Job, purpose: str
) -> tuple[int, int, int]:
    from manumit.network import rescreening

    now = models.watchlist(job.version)
    old = models.watchlist(job.before) if job.before else None
    changed = None
    if old is not None:
        changed = rescreening.changed(old, now)
    elif not job.everybody:
        changed = frozenset()
    screen = rescreening.Screen(now, changed)
    rows = _screenable(register).order_by("pk")
    if not job.everybody or (changed is not None and not changed):
        rows = rows.filter(pk__in=job.fresh)
    proposals: list[rescreening.Proposal] = []
    looked = compared = 0
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), _BATCH):
        batch = list(models.Entity.objects.filter(pk__in=ids[start : start + _BATCH]))
        seen = opening.seen(by=by, at=at, purpose=purpose, entities=batch, shared=True)
        known = filter(None, map(rescreening.ours, seen.values()))
        result = screen.ask(known, job.fresh)
        proposals += result.proposals
        compared += result.compared
        looked += len(batch)
    made = keep_hits(
        by=by,
        at=at,
        register=register,
        version=job.version,
        found=_told(proposals, job.version),
        compared=compared,
    )
    return looked, compared, len(made)


def _told(
    proposals: "Iterable[rescreening.Proposal]", version: Version
) -> list[tuple[UUID, dict[str, Any]]]:
    entries = dict(version.entries.values_list("reference", "pk"))
    return [
        (
            one.entity,
            {
                "list": version.list,
                "reference": one.hit.entry.reference,
                "also": list(hits.references(one.hit.entry))[1:],
                "name": one.hit.name,
                "ours": one.ours,
                "score": one.hit.score,
                "bits": one.hit.bits,
                "reasons": list(one.hit.reasons),
                "version": str(version.pk),
                "entry": str(entries[one.hit.entry.reference[:120]]),
                "figure": hits.figure(one.hit.entry),
            },
        )
        for one in proposals
    ]


@acting.action("hit.decide")
def keep_hits(
    *,
    by: acting.Actor,
    at: datetime,
    register: models.Register,
    version: Version,
    found: Sequence[tuple[UUID, Mapping[str, Any]]],
    compared: int,
) -> list[Hit]:
    """Keep what screening proposes; what was decided stays decided while the entry says the same."""
    row = guard.hold(by, "hit.decide", register)
    keys = registers.keys(by, row)
    standing = {
        (one.entity_id, bytes(one.blind)): one
        for one in Hit.objects.filter(register=row).standing()
    }
    made = []
    for entity, words in found:
        made += _keep(at, row, keys, standing, entity, dict(words))
    _let_go(keys, standing.values(), version)
    Screened.objects.update_or_create(
        register=row,
        list=version.list,
        defaults={"version": version, "until": at, "compared": compared, "at": at, "by": by.user},
    )
    return made


def _keep(
    at: datetime,
    register: models.Register,
    keys: registers.Keys,
    standing: dict[tuple[UUID, bytes], Hit],
    entity: UUID,
    words: dict[str, Any],
) -> list[Hit]:
    """Make a hit where there is none, or put a decided question anew where the entry was amended."""
    own = blind(keys, words["list"], words["reference"])
    before = next(
        (
            standing[entity, blind(keys, words["list"], reference)]
            for reference in (words["reference"], *words["also"])
            if (entity, blind(keys, words["list"], reference)) in standing
        ),
        None,
    )
    if before is None:
        made = _new(at, register, keys, entity, own, words, None)
        standing[entity, own] = made
        return [made]
    last = sealed.read(before, keys)["found"]
    if last["figure"] == words["figure"] or before.state == hits.State.PROPOSED:
        if before.state == hits.State.PROPOSED:
            kept = {name: last[name] for name in ("changed",) if name in last}
            sealed.write(before, {"found": words | kept}, keys)
            before.score = round(words["score"] * 100)
            before.save(update_fields=["found", "reason", "answer", "seal_version", "score"])
        return []
    del standing[before.entity_id, bytes(before.blind)]
    before.state = hits.State.SUPERSEDED.value
    before.save(update_fields=["state"])
    words["changed"] = _changed(last["entry"], words["entry"])
    made = _new(at, register, keys, entity, own, words, before)
    standing[entity, own] = made
    return [made]


def _new(
    at: datetime,
    register: models.Register,
    keys: registers.Keys,
    entity: UUID,
    own: bytes,
    words: dict[str, Any],
    earlier: Hit | None,
) -> Hit:
    made = Hit(
        register=register,
        entity_id=entity,
        blind=own,
        score=round(words["score"] * 100),
        state=hits.State.PROPOSED.value,
        at=at,
        earlier=earlier,
        seal_owner=register.id,
    )
    sealed.write(made, {"found": words}, keys)
    made.save(force_insert=True)
    return made


def _changed(before: str, after: str) -> dict[str, Any]:
    from manumit.network import rescreening

    rows = {str(row.pk): row.read() for row in models.Entry.objects.filter(pk__in=[before, after])}
    return rescreening.what_changed(rows[before], rows[after])


def _let_go(keys: registers.Keys, standing: Collection[Hit], version: Version) -> None:
    """End open questions about entries that the list has no more; decided ones stay."""
    there = set(version.entries.values_list("reference", flat=True))
    for one in standing:
        if one.state in hits.DECIDED:
            continue
        words = sealed.read(one, keys)["found"]
        if words["list"] == version.list and words["reference"][:120] not in there:
            one.state = hits.State.SUPERSEDED.value
            one.save(update_fields=["state"])


def blind(keys: registers.Keys, list_: str, reference: str) -> bytes:
    """Return by what a hit is found again, without saying in the open what it is about."""
    return sealing.blind(keys[FieldClass.NETWORK], "hit", f"{list_}\n{reference}")


@acting.action("hit.decide")
def decide(*, by: acting.Actor, at: datetime, hit: Hit, answer: hits.Answer, reason: str) -> Hit:
    """Say whether it is the same; that it is takes a second person, on the same page."""
    row = registers.hold(by, "hit.decide", hit)
    guard.refuse_if(
        hits.why_not(row.state, answer, user=by.id, first=row.decided_by_id)
        or hits.why_not_reason(reason)
    )
    keys = registers.keys(by, row.register)
    second = row.state == hits.State.SECOND
    row.state = hits.NEXT[hits.State(row.state)][answer].value
    if second:
        row.second_by, row.second_at = by.user, at
        sealed.write(row, {"answer": reason.strip()}, keys)
    else:
        row.decided_by, row.decided_at = by.user, at
        row.second_by, row.second_at = None, None
        sealed.write(row, {"reason": reason.strip(), "answer": None}, keys)
    row.save()
    return row


@guard.opening("hit.read")
def open_hits(
    *, by: acting.Actor, at: datetime, rows: Sequence[Hit], purpose: str
) -> list[dict[str, Any]]:
    """Open what hits say, one dictionary a row."""
    return registers.opened(by, at, rows, purpose)


def entry_now(words: Mapping[str, Any]) -> tuple[models.Entry | None, bool]:
    """Return the entry a hit is about, as it was found, and whether the list still has it."""
    row = models.Entry.objects.select_related("version").filter(pk=words["entry"]).first()
    newest = next((v for v in models.newest() if v.list == words["list"]), None)
    there = (
        newest is not None and newest.entries.filter(reference=words["reference"][:120]).exists()
    )
    return row, there


def said(seen: claims.Seen) -> dict[str, tuple[str, ...]]:
    """Return what is known of an entity and stands, by property."""
    found: dict[str, list[str]] = {}
    for one in seen.said:
        if one.state in (claims.State.ACCEPTED, claims.State.PROPOSED):
            found.setdefault(one.prop, []).append(one.value)
    return {prop: tuple(dict.fromkeys(values)) for prop, values in found.items()}


def names_of(entry: listed.Listed) -> list[str]:
    """Return the names of an entry, those that tell little last."""
    ranked = sorted(entry.names, key=lambda called: called.style is listed.Style.LOW)
    return list(dict.fromkeys(called.text for called in ranked))
