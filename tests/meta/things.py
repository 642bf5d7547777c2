"""One thing of every kind that an address can name, standing in a known relation to a visitor.

Relations: `unit` (the visitor's own work, in the visitor's unit), `foreign` (the same kind of thing in
a unit of another organisation), `none` (an identifier that names nothing).
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import make
from manumit.core import models, roles


@dataclass
class World:
    """A unit with one account per role, and another organisation's unit that mirrors it."""

    unit: models.Unit
    people: dict[roles.Role, models.User]
    made: dict[str, Any] = field(default_factory=dict)

    def thing(self, kwarg: str) -> Any:
        """Return the identifier that this keyword of an address stands for; made once."""
        if kwarg not in self.made:
            self.made[kwarg] = FACTORIES[kwarg](self)
        return self.made[kwarg]

    def actor(self, role: roles.Role) -> Any:
        """Return the account of a role as an actor with unlocked keys."""
        return make.actor(self.people[role])


def world() -> World:
    """Build a unit with everybody in it."""
    home = make.unit()
    first = roles.Role.SUPERVISOR
    people = {first: make.user(first, unit=home)}
    people |= {role: make.user(role, unit=home) for role in roles.PEOPLE if role is not first}
    return World(home, people)


def _newcomer(here: World) -> uuid.UUID:
    return make.user(roles.Role.CASE_WORKER, unit=here.unit, admitted=False).id


def _service(here: World) -> uuid.UUID:
    from manumit.core.actions import acting
    from manumit.directory import actions as directory
    from manumit.directory.entry import Entry

    entry = Entry(
        source="",
        source_id="",
        organisation=here.unit.organisation.name,
        name="Example",
        needs=("food",),
    )
    return directory.add_service(by=acting.SYSTEM, at=make.AT, entry=entry, unit=here.unit).id


def _import(here: World) -> uuid.UUID:
    from manumit.core.actions import acting
    from manumit.directory import actions as directory
    from manumit.directory import table

    name = f"{here.unit.id}.csv"  # two worlds, two files: the same row is kept once
    reading = table.read(name, b"id,organisation,name,needs\n1,,Example,food\n")
    return directory.import_services(by=acting.SYSTEM, at=make.AT, reading=reading, files=[name]).id


def _row(here: World) -> uuid.UUID:
    from manumit.directory import models as directory

    return directory.RejectedRow.objects.get(run_id=here.thing("import_id")).id


# The keyword of an address → how to make such a thing. An unknown keyword fails the matrix.
FACTORIES: dict[str, Callable[[World], Any]] = {
    "account_id": _newcomer,
    "factor_id": lambda here: 1,
    "import_id": _import,
    "row_id": _row,
    "service_id": _service,
}
# Whose own work a thing is, where a permission reaches to one's own work only.
OWNERS: dict[str, roles.Role] = {}
NOTHING: dict[str, Any] = {"factor_id": 2**31 - 1, "seq": 2**31 - 1}


def nothing(kwarg: str) -> Any:
    """Return an identifier of the right shape that names nothing."""
    return NOTHING.get(kwarg) or uuid.uuid4()
