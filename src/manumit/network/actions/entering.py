"""Entering what is known: the register itself, sources, entities and relations, each with its claims."""

from collections.abc import Sequence
from datetime import date, datetime

from manumit.core.actions import acting, guard, sealed
from manumit.core.reasons import say
from manumit.network import claims, models, schemata
from manumit.network.actions import claiming, judging, registers
from manumit.network.claims import Handling


@acting.action("network.write")
def open_register(*, by: acting.Actor, at: datetime) -> models.Register:
    """Open the register of the actor's unit and make its key; for the system, the bench."""
    unit = by.unit if by.user else None
    if models.Register.objects.filter(unit=unit).exists():
        raise acting.Refused("There is a register already.")
    made = models.Register.objects.create(unit=unit, at=at)
    registers.new_keys(by, at, made, made.id)
    return made


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
    says: claiming.Says,
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
        claiming.propose(by, at, made, {prop: values}, held, reliability, credibility, handling, on)
    if not red:
        claiming.remember(by, at, made, says)
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
    says: claiming.Says | None = None,
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
    guard.refuse_if(claiming.why_not_says(schema, told))
    called = {} if handling == Handling.RED else told
    made = _entity(by, at, held.register, schema, called, ends, role, since, until)
    claiming.propose(by, at, made, told, held, reliability, credibility, handling, on)
    if role:
        judging.weigh_again(register=held.register, entities=[one.id for one in ends], at=at)
    return made


def _why_not_new(schema: str, says: claiming.Says) -> str:
    found = schemata.find(schema)
    if found is None or found.abstract:
        return say("There is nothing of this kind to enter.")
    if not any(value.strip() for values in says.values() for value in values):
        return say("Enter a name or anything else that is known.")
    return claiming.why_not_says(schema, says)


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
    says: claiming.Says,
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
