"""Cases that belong together: a family, a household, people who travelled together.

A link helps to plan together and never lets anybody read one person through another: each case keeps
its own keys, and a page of the group shows references, roles and dates. Where somebody in the family
may be the one who harms, the link is kept apart: it is on no joint page, in no letter, and nothing on
the other side shows that it exists (UNHCR BIP Guidelines 2021 and IOM handbook 2019 on family members
who may be involved; source status: secondary).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What holds the people together."""

    FAMILY = "family"
    HOUSEHOLD = "household"
    TRAVELLED = "travelled_together"
    GROUP = "group"


KIND_LABELS: dict[Kind, str] = {
    Kind.FAMILY: "Family",
    Kind.HOUSEHOLD: "Household",
    Kind.TRAVELLED: "Travelled together",
    Kind.GROUP: "Another group",
}


class Role(StrEnum):
    """What somebody is to the others. Told in a sealed field only."""

    MOTHER = "mother"
    FATHER = "father"
    CHILD = "child"
    SIBLING = "sibling"
    PARTNER = "partner"
    GRANDPARENT = "grandparent"
    RELATIVE = "relative"
    CARER = "carer"
    COMPANION = "companion"
    OTHER = "other"


ROLE_LABELS: dict[Role, str] = {
    Role.MOTHER: "Mother",
    Role.FATHER: "Father",
    Role.CHILD: "Child",
    Role.SIBLING: "Sister or brother",
    Role.PARTNER: "Wife, husband or partner",
    Role.GRANDPARENT: "Grandmother or grandfather",
    Role.RELATIVE: "Another relative",
    Role.CARER: "Cares for a child",
    Role.COMPANION: "Companion",
    Role.OTHER: "Somebody else",
}


@dataclass(frozen=True)
class Member:
    """One person of a group. `apart`: the link is kept from joint pages and letters."""

    case: UUID
    apart: bool = False


def joint(members: Iterable[Member], viewer: UUID) -> tuple[UUID, ...]:
    """Return the cases that a joint page shows when it is opened from one person's case.

    Who is kept apart is seen by nobody else's page, and sees nobody on their own.
    """
    known = list(members)
    if any(member.case == viewer and member.apart for member in known):
        return (viewer,)
    return tuple(member.case for member in known if not member.apart)


def may_name(members: Iterable[Member], writing_for: UUID, other: UUID) -> str:
    """Say why one person may not be mentioned in what is written for another; "" when they may."""
    if other in joint(members, writing_for):
        return ""
    return "This person is not named here."


def why_not_link(
    *, same_case: bool, same_unit: bool, linked: bool, is_open: bool, role: str
) -> str:
    """Say why two cases cannot be linked; "" when they can."""
    if same_case:
        return "This is the same case. Write the reference of the other person."
    if not same_unit:
        return "There is no such case in your unit. Check the reference."
    if linked:
        return "These two are linked already."
    if not is_open:
        return "This case is closed. Reopen it first."
    if role not in set(Role):
        return "Choose what this person is to the others."
    return ""
