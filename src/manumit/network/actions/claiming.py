"""The life of claims: proposed, accepted, contested, withdrawn; and how sure a relation is held to be.

What somebody enters is a proposal until it is accepted. Nothing is overwritten: a claim ends, and
another one is made. Every reason stays with its claim, sealed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from manumit.core.actions import acting, guard, names, sealed
from manumit.core.reasons import say
from manumit.network import claims, models, schemata
from manumit.network.actions import registers
from manumit.network.claims import Act, Certainty, Handling, State

Says = Mapping[str, Sequence[str]]
_NAMES = frozenset({"name", "alias", "previousName", "weakAlias"})
_EXACT = frozenset({"identifier", "phone"})


@acting.action("network.write")
def add_claim(
    *,
    by: acting.Actor,
    at: datetime,
    entity: models.Entity,
    prop: str,
    values: Sequence[str],
    source: models.Source,
    reliability: str | None = None,
    credibility: str = "6",
    handling: Handling = Handling.AMBER_STRICT,
    on: date | None = None,
) -> models.Claim:
    """Propose a claim about an entity."""
    held = registers.hold(by, "network.write", source)
    about = registers.hold(by, "network.write", entity)
    says = {prop: list(values)}
    guard.refuse_if(why_not_says(about.schema, says))
    made = propose(by, at, about, says, held, reliability, credibility, handling, on)
    if about.gone_at is not None:
        about.gone_at = None
        about.save(update_fields=["gone_at"])
    if handling != Handling.RED:
        remember(by, at, about, says)
    _name_anew(by, about)
    return made


@acting.action("network.write")
def accept(*, by: acting.Actor, at: datetime, claim: models.Claim) -> models.Claim:
    """Accept a claim: from now on the entity is what it says."""
    row = _hold(by, claim)
    guard.refuse_if(claims.why_not(row.state, Act.ACCEPT))
    row.state = claims.after(row.state, Act.ACCEPT).value
    row.accepted_by, row.accepted_at = by.user, at
    _note(by, at, row, Act.ACCEPT, "")
    row.save(update_fields=["state", "accepted_by", "accepted_at", "note", "says", "seal_version"])
    _name_anew(by, row.entity)
    return row


@acting.action("network.write")
def contest(
    *, by: acting.Actor, at: datetime, claim: models.Claim, reason: str, prop: str = ""
) -> models.Claim:
    """Give a reason against a claim, or against one property of an imported one; it stays visible."""
    row = _part(by, at, _hold(by, claim), prop)
    guard.refuse_if(claims.why_not(row.state, Act.CONTEST) or claims.why_not_reason(reason))
    row.state = claims.after(row.state, Act.CONTEST).value
    _note(by, at, row, Act.CONTEST, reason)
    row.save(update_fields=["state", "note", "says", "seal_version"])
    _name_anew(by, row.entity)
    return row


@acting.action("network.write")
def withdraw_claim(
    *, by: acting.Actor, at: datetime, claim: models.Claim, reason: str, prop: str = ""
) -> models.Claim:
    """End a claim, with a reason; it can still be seen as it stood before."""
    row = _part(by, at, _hold(by, claim), prop)
    guard.refuse_if(claims.why_not(row.state, Act.WITHDRAW) or claims.why_not_reason(reason))
    row.state = claims.after(row.state, Act.WITHDRAW).value
    row.ended_at, row.ended_by = at, by.user
    _note(by, at, row, Act.WITHDRAW, reason)
    row.save(update_fields=["state", "ended_at", "ended_by", "note", "says", "seal_version"])
    if not row.entity.claims.filter(ended_at=None).exists():
        row.entity.gone_at = at
        row.entity.save(update_fields=["gone_at"])
    _unlink(by, at, row.entity)
    _name_anew(by, row.entity)
    return row


@acting.action("network.confirm")
def confirm(*, by: acting.Actor, at: datetime, entity: models.Entity, reason: str) -> models.Entity:
    """Confirm a relation or an identification as a second person."""
    return _certain(
        by, at, registers.hold(by, "network.confirm", entity), Certainty.CONFIRMED, reason
    )


@acting.action("network.write")
def hold_for(
    *, by: acting.Actor, at: datetime, entity: models.Entity, certainty: Certainty, reason: str
) -> models.Entity:
    """Say how sure a relation or an identification is held to be, short of confirming it."""
    if certainty is Certainty.CONFIRMED:
        raise acting.Refused("A colleague confirms it, on the same page.")
    return _certain(by, at, registers.hold(by, "network.write", entity), certainty, reason)


def _certain(
    by: acting.Actor, at: datetime, row: models.Entity, to: Certainty, reason: str
) -> models.Entity:
    standing = list(row.claims.filter(ended_at=None).order_by("at"))
    entered = {claim.by_id for claim in standing}
    good = [claim for claim in standing if claim.state == State.ACCEPTED]
    guard.refuse_if(
        claims.why_not_certain(to, by=by.id, entered_by=entered, accepted=bool(good))
        or claims.why_not_reason(reason)
    )
    if to == row.certainty:
        raise acting.Refused("It is held so already.")
    row.certainty = to.value
    row.save(update_fields=["certainty"])
    noted = (good or standing)[-1:]
    for claim in noted:
        _note(by, at, claim, f"certainty-{to.name.lower()}", reason)
        claim.save(update_fields=["note", "says", "seal_version"])
    return row


def why_not_says(schema: str, says: Says) -> str:
    """Return why these properties and values cannot be said about something; "" when they can."""
    for prop, values in says.items():
        one = schemata.prop(schema, prop)
        if one is None:
            return say("Nothing of the name {prop} is said about this.", prop=prop)
        for value in values:
            if reason := schemata.why_not_value(one, value):
                return reason
    return ""


def propose(
    by: acting.Actor,
    at: datetime,
    entity: models.Entity,
    says: Says,
    source: models.Source,
    reliability: str | None,
    credibility: str,
    handling: Handling,
    on: date | None,
) -> models.Claim:
    """Make a claim that waits to be accepted, inside an action; an unusable grade is refused."""
    grade = reliability or source.reliability
    guard.refuse_if(claims.why_not_grade(grade, credibility))
    made = models.Claim(
        register=entity.register,
        entity=entity,
        source=source,
        reliability=grade,
        credibility=credibility,
        handling=Handling(handling).value,
        on=on or source.on,
        state=State.PROPOSED.value,
        by=by.user,
        at=at,
        seal_owner=entity.register_id,
    )
    kept = {prop: [value.strip() for value in values] for prop, values in says.items()}
    sealed.write(made, {"says": kept}, registers.keys(by, entity.register))
    made.save(force_insert=True)
    _link(entity, kept)
    return made


def _link(entity: models.Entity, says: Says) -> None:
    """Note which other entities a claim names, for walking along them; inside an action."""
    for prop, values in says.items():
        one = schemata.prop(entity.schema, prop)
        if one is None or one.type != "entity":
            continue
        named = models.Entity.objects.filter(register=entity.register, id__in=_ids(values))
        models.Link.objects.bulk_create(
            [
                models.Link(register=entity.register, tail=entity, head=head, name=prop)
                for head in named
            ],
            ignore_conflicts=True,
        )
        said = models.Link.objects.filter(tail=entity, name=prop, head__in=named)
        said.exclude(gone_at=None).update(gone_at=None)


def _unlink(by: acting.Actor, at: datetime, entity: models.Entity) -> None:
    """End links that no standing claim of an entity says any more."""
    links = list(entity.links_out.filter(gone_at=None))
    if not links:
        return
    rows = list(entity.claims.filter(ended_at=None))
    said = {
        (prop, value)
        for words in registers.read(by, entity.register, rows)
        for prop, value in claims.statements(words["says"])
    }
    gone = [one.pk for one in links if (one.name, str(one.head_id)) not in said]
    models.Link.objects.filter(pk__in=gone).update(gone_at=at)


def _ids(values: Iterable[str]) -> list[str]:
    return [v for v in values if len(v) == 36 and v.count("-") == 4]


def _hold(by: acting.Actor, claim: models.Claim) -> models.Claim:
    row = registers.hold(by, "network.write", claim)
    if claims.hidden(row.handling, row.by_id, by.id):
        raise acting.NotFound
    if row.ended_at is not None:  # parted, or no longer said: decide on what took its place
        guard.refuse_if(claims.why_not(State.WITHDRAWN, Act.WITHDRAW))
    return row


def _part(by: acting.Actor, at: datetime, row: models.Claim, prop: str) -> models.Claim:
    """Part one property from a claim that says many; the whole ends, its parts stand in its place."""
    words = registers.read(by, row.register, [row])[0]
    says: dict[str, list[str]] = words["says"]
    if not prop or set(says) == {prop}:
        return row
    if prop not in says:
        raise acting.NotFound
    rest = {name: values for name, values in says.items() if name != prop}
    row.ended_at, row.ended_by = at, by.user
    row.save(update_fields=["ended_at", "ended_by"])
    note = words.get("note")
    _parted(by, at, row, {"says": rest, "note": note})
    return _parted(by, at, row, {"says": {prop: says[prop]}, "note": note})


def _parted(
    by: acting.Actor, at: datetime, row: models.Claim, words: dict[str, Any]
) -> models.Claim:
    made = models.Claim(
        register=row.register,
        entity=row.entity,
        source=row.source,
        reliability=row.reliability,
        credibility=row.credibility,
        handling=row.handling,
        on=row.on,
        state=row.state,
        by=row.by,
        at=at,
        accepted_by=row.accepted_by,
        accepted_at=row.accepted_at,
        parted_from=row,
        seal_owner=row.register_id,
    )
    sealed.write(made, words, registers.keys(by, row.register))
    made.save(force_insert=True)
    return made


def _note(by: acting.Actor, at: datetime, row: models.Claim, act: str, reason: str) -> None:
    ring = registers.keys_for(by, row.register, [row.seal_owner])[row.seal_owner]
    before: list[dict[str, Any]] = sealed.read(row, ring).get("note") or []
    entry = {"act": act, "by": str(by.id or ""), "at": at.isoformat(), "text": reason.strip()}
    sealed.write(row, {"note": [*before, entry]}, ring)


def _name_anew(by: acting.Actor, entity: models.Entity) -> None:
    """Write an entity's caption anew from what is accepted, or else from what is proposed."""
    rows = list(entity.claims.filter(ended_at=None).exclude(handling=Handling.RED).order_by("at"))
    said = registers.read(by, entity.register, rows)
    for wanted in ((State.ACCEPTED,), (State.PROPOSED,), (State.CONTESTED,)):
        merged: dict[str, list[str]] = {}
        for row, values in zip(rows, said, strict=True):
            if row.state in wanted:
                for prop, each in values["says"].items():
                    merged.setdefault(prop, []).extend(each)
        if label := schemata.caption(entity.schema, merged):
            break
    else:
        return
    ring = registers.keys_for(by, entity.register, [entity.seal_owner])[entity.seal_owner]
    card = sealed.read(entity, ring).get("card") or {}
    if card.get("label") != label:
        sealed.write(entity, {"card": card | {"label": label}}, ring)
        entity.save(update_fields=["card", "seal_version"])


def remember(by: acting.Actor, at: datetime, entity: models.Entity, says: Says) -> None:
    """Make an entity findable by its names and numbers, in its unit's own index."""
    unit = entity.register.unit
    if unit is None:
        return
    called = [v for prop, values in says.items() if prop in _NAMES for v in values]
    if called:
        names.remember(by=by, at=at, unit=unit, object_id=entity.id, names=called)
    for prop, values in says.items():
        one = schemata.prop(entity.schema, prop)
        if one and one.type in _EXACT:
            for value in values:
                names.remember_identifier(
                    by=by, unit=unit, object_id=entity.id, kind=one.type, value=value
                )
