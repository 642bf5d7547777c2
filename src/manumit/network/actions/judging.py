"""Same, not the same, unsure: people decide, a second one where it weighs, and everything can be undone.

Clusters follow from what stands (`clustering.decided`); after a decision only the part of the register
that hangs together with the two records is worked out anew. An identity keeps its name as long as most
of its records stay; a name is never used for another cluster.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from manumit.core.actions import acting, guard, sealed
from manumit.core.reasons import say
from manumit.network import claims, clustering, models, schemata
from manumit.network.actions import registers
from manumit.network.clustering import Verdict
from manumit.network.models import Entity, Identity, Judgement, Membership

_AT_ONCE = 500
_KINDS = ("Person", "Organization", "LegalEntity")


def identity_of(entity: Entity) -> Identity | None:
    """Return the identity that a record belongs to; None where it stands alone."""
    found = Membership.objects.filter(entity=entity, ended_at=None).select_related("identity")
    member = found.first()
    return member.identity if member else None


def members(identity: Identity) -> list[Entity]:
    """Return the records of an identity as it is now, in order."""
    rows = Membership.objects.filter(identity=identity, ended_at=None).select_related("entity")
    return [row.entity for row in rows.order_by("entity_id")]


def also_known_as(entity: Entity) -> list[Entity]:
    """Return the other records that people hold to be the same."""
    identity = identity_of(entity)
    return [one for one in members(identity) if one.pk != entity.pk] if identity else []


def of(entity: Entity) -> list[Judgement]:
    """Return the judgements about a record that were not undone, the latest first."""
    rows = Judgement.objects.filter(Q(left=entity) | Q(right=entity), undone_at=None)
    return list(rows.select_related("by", "second_by").order_by("-at"))


def about(left: Entity, right: Entity) -> Judgement | None:
    """Return the judgement of two records that was not undone."""
    one, other = clustering.ordered(left.pk, right.pk)
    rows = Judgement.objects.filter(left=one, right=other, undone_at=None)
    return rows.select_related("by", "second_by").first()


def weighs(entities: Iterable[Entity]) -> bool:
    """Tell whether two people must agree: one of the records may be responsible for something.

    That is whoever appears in an inquiry, or has a part or a position in a relation.
    """
    ids = [entity.pk for entity in entities]
    if models.Appearance.objects.filter(entity__in=ids).exists():
        return True
    relations = Entity.objects.filter(Q(tail__in=ids) | Q(head__in=ids), gone_at=None)
    return relations.exclude(role="").exists()


def why_not_judge(left: Entity, right: Entity) -> str:
    """Return why two records cannot be held to be one or two; "" when they can."""
    if left.pk == right.pk:
        return say("This is one record. Choose two different ones.")
    if left.gone_at or right.gone_at:
        return say("One of the two records was withdrawn.")
    if left.tail_id or right.tail_id:
        return say("A relation is nobody. Choose two people or two groups.")
    if family(left) != family(right):
        return say("These are two kinds of things: they cannot be one.")
    return ""


def family(entity: Entity) -> str:
    """Return the general kind within which two records may be one."""
    return next((k for k in _KINDS[:2] if schemata.is_a(entity.schema, k)), "") or (
        _KINDS[2] if schemata.is_a(entity.schema, _KINDS[2]) else entity.schema
    )


@acting.action("network.judge")
def judge(
    *,
    by: acting.Actor,
    at: datetime,
    left: Entity,
    right: Entity,
    verdict: Verdict,
    reason: str,
) -> Judgement:
    """Decide whether two records are one; raises Refused while another decision stands."""
    one, other = sorted(
        (registers.hold(by, "network.judge", entity) for entity in (left, right)),
        key=lambda entity: entity.pk,
    )
    guard.refuse_if(why_not_judge(one, other) or claims.why_not_reason(reason))
    if about(one, other):
        raise acting.Refused("This was decided already. Take that back first, with a reason.")
    made = Judgement(
        register=one.register,
        left=one,
        right=other,
        verdict=Verdict(verdict).value,
        needs_two=by.user is not None and verdict != Verdict.UNSURE and weighs([one, other]),
        by=by.user,
        at=at,
        seal_owner=one.register_id,
    )
    sealed.write(made, {"reason": reason.strip()}, registers.keys(by, one.register))
    made.save(force_insert=True)
    recompute(register=one.register, touched=[one.pk, other.pk], at=at)
    return made


@acting.action("network.confirm")
def confirm(*, by: acting.Actor, at: datetime, judgement: Judgement, reason: str) -> Judgement:
    """Agree with somebody else's judgement, which counts from now on."""
    row = registers.hold(by, "network.confirm", judgement)
    guard.refuse_if(why_not_confirm(row, by) or claims.why_not_reason(reason))
    row.second_by, row.second_at = by.user, at
    sealed.write(row, {"second_reason": reason.strip()}, registers.keys(by, row.register))
    row.save()
    recompute(register=row.register, touched=[row.left_id, row.right_id], at=at)
    return row


def why_not_confirm(row: Judgement, by: acting.Actor) -> str:
    """Return why somebody cannot confirm a judgement; "" when they can."""
    if row.undone_at:
        return say("This decision was taken back.")
    if not row.needs_two:
        return say("This decision needs no second person.")
    if row.second_by_id:
        return say("A second person has agreed already.")
    if row.by_id == by.id:
        return say("You decided this yourself. A colleague has to agree.")
    return ""


@acting.action("network.judge")
def undo(*, by: acting.Actor, at: datetime, judgement: Judgement, reason: str) -> Judgement:
    """Take a judgement back; the records are as if it had never been made, the judgement stays."""
    row = registers.hold(by, "network.judge", judgement)
    guard.refuse_if(claims.why_not_reason(reason))
    if row.undone_at:
        raise acting.Refused("This decision was taken back already.")
    row.undone_by, row.undone_at = by.user, at
    sealed.write(row, {"undone_reason": reason.strip()}, registers.keys(by, row.register))
    row.save()
    recompute(register=row.register, touched=[row.left_id, row.right_id], at=at)
    return row


@guard.opening("network.read")
def reasons(
    *, by: acting.Actor, at: datetime, purpose: str, judgements: Sequence[Judgement]
) -> dict[UUID, dict[str, str]]:
    """Return why people decided: {"reason", "second_reason", "undone_reason"} of each."""
    opened = registers.opened(by, at, judgements, purpose)
    names = ("reason", "second_reason", "undone_reason")
    return {
        row.id: {name: str(words.get(name) or "") for name in names}
        for row, words in zip(judgements, opened, strict=True)
    }


def weigh_again(*, register: models.Register, entities: Collection[UUID], at: datetime) -> None:
    """Let what one person decided wait for a second, now that it weighs; inside an action."""
    alone = Judgement.objects.filter(
        Q(left__in=entities) | Q(right__in=entities),
        register=register,
        needs_two=False,
        undone_at=None,
        by__isnull=False,
    ).exclude(verdict=Verdict.UNSURE.value)
    ends = {end for pair in alone.values_list("left", "right") for end in pair}
    if alone.update(needs_two=True):
        recompute(register=register, touched=ends, at=at)


@dataclass(frozen=True)
class Cluster:
    """Records that hang together by what people decided."""

    entities: tuple[UUID, ...]
    groups: tuple[tuple[UUID, ...], ...]
    flags: tuple[clustering.Flag[UUID], ...]


def cluster_of(register: models.Register, entity: UUID) -> Cluster:
    """Return what hangs together with a record, how it falls apart, and what to look at."""
    return _cluster(register, [entity])


def decisions(
    register: models.Register, among: Collection[UUID] | None = None
) -> clustering.Judgements[UUID]:
    """Return what stands, of a register or among some of its records."""
    rows = Judgement.objects.standing().filter(register=register)
    if among is None:
        found = list(rows.values_list("left", "right", "verdict"))
    else:
        found = [
            row
            for part in _parts(sorted(among))
            for row in rows.filter(left__in=part).values_list("left", "right", "verdict")
            if row[1] in among
        ]
    return clustering.judgements((one, other, Verdict(verdict)) for one, other, verdict in found)


def recompute(*, register: models.Register, touched: Collection[UUID], at: datetime) -> None:
    """Work out anew who is one, for what hangs together with these records; inside an action."""
    found = _cluster(register, touched)
    groups = [group for group in found.groups if len(group) > 1]
    standing = [
        row
        for part in _parts(found.entities)
        for row in Membership.objects.filter(entity__in=part, ended_at=None).select_related(
            "identity"
        )
    ]
    oldest = sorted({row.identity for row in standing}, key=lambda one: (one.at, one.pk))
    before = {
        number: {row.entity_id for row in standing if row.identity_id == identity.pk}
        for number, identity in enumerate(oldest)
    }
    wanted: dict[UUID, UUID] = {}
    since = {row.entity_id: row.at for row in standing}
    # Whoever has belonged longest is the lowest: with them an identity stays.
    longest = sorted(found.entities, key=lambda one: (since.get(one, at), one))
    place = {entity: number for number, entity in enumerate(longest)}
    numbered = [[place[one] for one in group] for group in groups]
    held = {n: [place[one] for one in every] for n, every in before.items()}
    for group, number in zip(groups, clustering.identities(held, numbered), strict=True):
        made = oldest[number] if number is not None else _new(register, at)
        wanted.update(dict.fromkeys(group, made.pk))
    over = [row for row in standing if wanted.get(row.entity_id) != row.identity_id]
    for row in over:
        row.ended_at = at
    Membership.objects.bulk_update(over, ["ended_at"])
    still = {row.entity_id for row in standing} - {row.entity_id for row in over}
    Membership.objects.bulk_create(
        Membership(register=register, identity_id=identity, entity_id=entity, at=at)
        for entity, identity in wanted.items()
        if entity not in still
    )
    ended = {one.pk for one in oldest} - set(wanted.values())
    Identity.objects.filter(pk__in=ended, ended_at=None).update(ended_at=at)


def _new(register: models.Register, at: datetime) -> Identity:
    return Identity.objects.create(register=register, at=at)


def _cluster(register: models.Register, start: Collection[UUID]) -> Cluster:
    reached = _reached(register, start)
    groups, flags = clustering.decided(reached, decisions(register, reached))
    flags += [
        clustering.Flag(clustering.Why.MANY, group, ())
        for group in groups
        if len(group) > clustering.MANY
    ]
    return Cluster(tuple(sorted(reached)), tuple(groups), tuple(flags))


def _reached(register: models.Register, start: Collection[UUID]) -> set[UUID]:
    """Return what hangs together with records by "same", or did until now."""
    same = Judgement.objects.standing().filter(register=register, verdict=Verdict.SAME.value)
    reached, edge = set(start), set(start)
    while edge:
        found: set[UUID] = set()
        for part in _parts(sorted(edge)):
            ends = same.filter(Q(left__in=part) | Q(right__in=part)).values_list("left", "right")
            found.update(one for pair in ends for one in pair)
            beside = Membership.objects.filter(entity__in=part, ended_at=None).values("identity")
            rows = Membership.objects.filter(identity__in=beside, ended_at=None)
            found.update(rows.values_list("entity_id", flat=True))
        edge = found - reached
        reached |= edge
    return reached


def _parts(some: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (some[start : start + _AT_ONCE] for start in range(0, len(some), _AT_ONCE))
