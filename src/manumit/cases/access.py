"""How an account stands to a piece of work: its own, its unit's, its organisation's, referred to it.

`core.roles` says how far a permission reaches; this says where an object stands. The same relations
are used for one object and, as filters, for a list, so that a page and its list never disagree. Work
belongs to a unit: who leaves the unit leaves its work behind, as they lose its key. An object out of
reach is answered exactly like one that does not exist.
"""

from dataclasses import dataclass
from uuid import UUID

from manumit.core import roles


@dataclass(frozen=True)
class Standing:
    """Where an account stands in the house."""

    user: UUID
    unit: UUID
    organisation: UUID


@dataclass(frozen=True)
class Place:
    """Where an object stands: who works on it, which units hold it, to whom it was referred."""

    owner: UUID | None = None
    units: frozenset[UUID] = frozenset()
    organisations: frozenset[UUID] = frozenset()
    referred_to: frozenset[UUID] = frozenset()


def relation(who: Standing, what: Place) -> frozenset[roles.Scope]:
    """Return every relation that holds between an account and an object."""
    in_unit = who.unit in what.units
    holds = {
        roles.Scope.OWN: in_unit and what.owner == who.user,
        roles.Scope.UNIT: in_unit,
        roles.Scope.ORGANISATION: who.organisation in what.organisations,
        roles.Scope.REFERRED: who.unit in what.referred_to,
    }
    return frozenset(scope for scope, yes in holds.items() if yes)


def reaches(role: roles.Role, permission: str, who: Standing, what: Place) -> bool:
    """Tell whether the role's permission covers this object for this account."""
    return roles.reaches(roles.scope(role, permission), relation(who, what))
