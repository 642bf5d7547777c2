"""Entering what is known: sources, entities, relations, and the life of claims.

What somebody enters is a proposal until it is accepted. Nothing is overwritten: a claim ends, and
another one is made. Every reason stays with its claim, sealed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from manumit.core.actions import acting, guard, names, sealed
from manumit.core.reasons import say
from manumit.network import claims, models, schemata
from manumit.network.actions import judging, registers
from manumit.network.claims import Act, Certainty, Handling, State

Says = Mapping[str, Sequence[str]]
_NAMES = frozenset({"name", "alias", "previousName", "weakAlias"})
_EXACT = frozenset({"identifier", "phone"})


@acting.action("network.write")
def open_register(*, by: acting.Actor, at: datetime) -> models.Register:
    """Open the register of the actor's unit and make its key; for the system, the bench."""
    unit = by.unit if by.user else None
    if models.Register.objects.filter(unit=unit).exists():
        raise acting.Refused("There is a register already.")
    made = models.Register.objects.create(unit=unit, at=at)
    registers.new_keys(by, at, made, made.id)
    return made


def register_of(by: acting.Actor) -> models.Register:
    """Return the register of the actor's unit, or the bench for the system; raises Refused."""
    return registers.mine(by)


@acting.action("network.write")
def add_source(
    *,
    by: acting.Actor,
    at: datetime,
    kind: str,
    title: str,
    reference: str = "",
    reliability: str = "F",
    on: date | None = None,
    protected: bool = False,
    digest: str = "",
) -> models.Source:
    """Note a source: a document, a list on one day, a person under a cover name."""
    register = registers.mine(by)
    guard.refuse_if(claims.why_not_grade(reliability, "6"))
    if kind not in models.SourceKind.values:
        raise acting.Refused("Choose what kind of source it is.")
    if not title.strip():
        raise acting.Refused("Give the source a title that colleagues understand.")
    made = models.Source(
        register=register,
        kind=kind,
        reliability=reliability,
        on=on,
        protected=protected or kind == models.SourceKind.PERSON,  # a person is never named outside
        digest=digest,
        by=by.user,
        at=at,
        seal_owner=register.id,
    )
    said = {"title": title.strip(), "reference": reference.strip() or None}
    sealed.write(made, said, registers.keys(by, register))
    made.save(force_insert=True)
    return made


@acting.action("network.write")
def add_entity(
    *,
    by: acting.Actor,
    at: datetime,
    schema: str,
    says: Says,
    source: models.Source,
    reliability: str | None = None,
    credibility: str = "6",
    handling: Handling = Handling.AMBER_STRICT,
    on: date | None = None,
) -> models.Entity:
    """Enter somebody or something new; one proposed claim per property."""
    held = registers.hold(by, "network.write", source)
    guard.refuse_if(_why_not_new(schema, says))
    red = handling == Handling.RED
    made = _entity(by, at, held.register, schema, {} if red else says)
    for prop, values in says.items():
        _claim(by, at, made, {prop: values}, held, reliability, credibility, handling, on)
    if not red:
        _remember(by, at, made, says)
    return made


@acting.action("network.write")
def relate(
    *,
    by: acting.Actor,
    at: datetime,
    tail: models.Entity,
    head: models.Entity,
    source: models.Source,
    schema: str = "UnknownLink",
    role: str = "",
    since: str = "",
    until: str = "",
    says: Says | None = None,
    reliability: str | None = None,
    credibility: str = "6",
    handling: Handling = Handling.AMBER_STRICT,
    on: date | None = None,
) -> models.Entity:
    """Enter a relation between two entities, with its time and role; one proposed claim."""
    held = registers.hold(by, "network.write", source)
    ends = [registers.hold(by, "network.write", one) for one in (tail, head)]
    guard.refuse_if(_why_not_relation(schema, ends[0], ends[1], since, until))
    if role and not schemata.role_code(role):
        raise acting.Refused("Choose the role from the list.")
    role = schemata.role_code(role)
    told: dict[str, list[str]] = {prop: list(values) for prop, values in (says or {}).items()}
    for prop, value in (("startDate", since), ("endDate", until)):
        if value and schemata.prop(schema, prop):
            told.setdefault(prop, [value])
    word = "processRole" if schema == "Involvement" else "role"
    if role and schemata.prop(schema, word):
        told.setdefault(word, [role])
    guard.refuse_if(_why_not_says(schema, told))
    called = {} if handling == Handling.RED else told
    made = _entity(by, at, held.register, schema, called, ends, role, since, until)
    _claim(by, at, made, told, held, reliability, credibility, handling, on)
    if role:
        judging.weigh_again(register=held.register, entities=[one.id for one in ends], at=at)
    return made


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
    guard.refuse_if(_why_not_says(about.schema, says))
    made = _claim(by, at, about, says, held, reliability, credibility, handling, on)
    if about.gone_at is not None:
        about.gone_at = None
        about.save(update_fields=["gone_at"])
    if handling != Handling.RED:
        _remember(by, at, about, says)
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
        _write_note(by, at, claim, f"certainty-{to.name.lower()}", reason)
        claim.save(update_fields=["note", "says", "seal_version"])
    return row


def _why_not_new(schema: str, says: Says) -> str:
    found = schemata.find(schema)
    if found is None or found.abstract:
        return say("There is nothing of this kind to enter.")
    if not any(value.strip() for values in says.values() for value in values):
        return say("Enter a name or anything else that is known.")
    return _why_not_says(schema, says)


def _why_not_says(schema: str, says: Says) -> str:
    for prop, values in says.items():
        one = schemata.prop(schema, prop)
        if one is None:
            return say("Nothing of the name {prop} is said about this.", prop=prop)
        for value in values:
            if reason := schemata.why_not_value(one, value):
                return reason
    return ""


def _why_not_relation(
    schema: str, tail: models.Entity, head: models.Entity, since: str, until: str
) -> str:
    edge = schemata.edge(schema)
    if edge is None:
        return say("This is no kind of relation.")
    if tail.pk == head.pk:
        return say("A relation joins two different entities.")
    for end, prop in ((tail, edge.source), (head, edge.target)):
        wanted = schemata.schema(schema).props[prop]
        if wanted.range and not schemata.is_a(end.schema, wanted.range):
            return say(
                "“{what}” must be: {range}.",
                what=say(wanted.label),
                range=say(schemata.schema(wanted.range).label),
            )
    if since and until and since > until[: len(since)]:
        return say("It cannot end before it begins.")
    return ""


def _entity(
    by: acting.Actor,
    at: datetime,
    register: models.Register,
    schema: str,
    says: Says,
    ends: Sequence[models.Entity] = (),
    role: str = "",
    since: str = "",
    until: str = "",
) -> models.Entity:
    tail, head = ends or (None, None)
    made = models.Entity(
        register=register,
        schema=schema,
        tail=tail,
        head=head,
        role=role,
        since=since,
        until=until,
        at=at,
        seal_owner=register.id,
    )
    card = {"label": schemata.caption(schema, says)}
    sealed.write(made, {"card": card}, registers.keys(by, register))
    made.save(force_insert=True)
    return made


def _claim(
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
    link(entity, kept)
    return made


def link(entity: models.Entity, says: Says) -> None:
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
    row: models.Claim = registers.hold(by, "network.write", claim)
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


def _note(by: acting.Actor, at: datetime, row: models.Claim, act: Act, reason: str) -> None:
    _write_note(by, at, row, act.value, reason)


def _write_note(by: acting.Actor, at: datetime, row: models.Claim, act: str, reason: str) -> None:
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


def _remember(by: acting.Actor, at: datetime, entity: models.Entity, says: Says) -> None:
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
