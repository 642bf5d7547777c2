"""Registers with fictional entities and accepted claims, for every test of the network."""

from datetime import datetime

import make
from manumit.core import models as core
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.network import models
from manumit.network.actions import claiming, entering, registers

Values = str | list[str]


def investigator(unit: core.Unit | None = None) -> acting.Actor:
    """Return an investigator with unlocked keys."""
    return make.actor(make.user(Role.INVESTIGATOR, unit=unit))


def register(unit: core.Unit | None, by: acting.Actor | None = None) -> models.Register:
    """Open a unit's register (by an investigator of it), or the bench without one."""
    if unit is None:
        return entering.open_register(by=acting.SYSTEM, at=make.AT)
    return entering.open_register(by=by or investigator(unit), at=make.AT)


def source(
    by: acting.Actor, kind: str = "report", reliability: str = "B", title: str = "Example report"
) -> models.Source:
    """Note one more source."""
    return entering.add_source(
        by=by, at=make.AT, kind=kind, title=title, reliability=reliability, reference="page 1"
    )


def entity(
    register: models.Register,
    by: acting.Actor,
    schema: str = "Person",
    source: models.Source | None = None,
    at: datetime = make.AT,
    **says: Values,
) -> models.Entity:
    """Enter an entity of accepted claims: entity(register, by, name="Karim Example")."""
    assert register == registers.mine(by)
    made = entering.add_entity(
        by=by, at=at, schema=schema, says=_lists(says), source=source or _any(register, by)
    )
    return _accepted(by, made, at)


def relation(
    tail: models.Entity,
    head: models.Entity,
    by: acting.Actor,
    schema: str = "UnknownLink",
    role: str = "",
    since: str = "",
    until: str = "",
    source: models.Source | None = None,
    at: datetime = make.AT,
    **says: Values,
) -> models.Entity:
    """Enter a relation with an accepted claim."""
    made = entering.relate(
        by=by,
        at=at,
        tail=tail,
        head=head,
        schema=schema,
        role=role,
        since=since,
        until=until,
        source=source or _any(tail.register, by),
        says=_lists(says),
    )
    return _accepted(by, made, at)


def _accepted(by: acting.Actor, made: models.Entity, at: datetime) -> models.Entity:
    for claim in made.claims.all():
        claiming.accept(by=by, at=at, claim=claim)
    made.refresh_from_db()
    return made


def _any(register: models.Register, by: acting.Actor) -> models.Source:
    return register.sources.first() or source(by)


def _lists(says: dict[str, Values]) -> dict[str, list[str]]:
    return {prop: [v] if isinstance(v, str) else v for prop, v in says.items()}
