"""What a person was made to do, and the rule that none of it ever leaves.

Acts that somebody was compelled to commit are written down so that they can be defended, never so
that they can be charged: S/RES/2331 (2016), paragraph 2(d); S/RES/2388 (2017), paragraph 17. They
stand under a class of key of their own. Letters, exports, papers, hand-overs and statements for
authorities ask `why_not_leave`, and its answer for this class is always a no, whoever asks, whatever
was agreed.
"""

from enum import StrEnum

FIELD_CLASS = "compelled"
NEVER_LEAVES: frozenset[str] = frozenset({FIELD_CLASS})


class Kind(StrEnum):
    """What sort of thing it was. Own list of this product, from what reports of the field name."""

    ENTRY_OR_STAY = "entry_or_stay"
    PAPERS = "papers"
    WORK = "work"
    SEXUAL_SERVICES = "sexual_services"
    BEGGING = "begging"
    PROPERTY = "property"
    DRUGS = "drugs"
    MONEY = "money"
    RECRUITING = "recruiting"
    ARMED_GROUP = "armed_group"
    FIGHTING = "fighting"
    VIOLENCE = "violence"
    OTHER = "other"


LABELS: dict[Kind, str] = {
    Kind.ENTRY_OR_STAY: "Crossing a border, or staying without papers",
    Kind.PAPERS: "Using or carrying false papers",
    Kind.WORK: "Working without being allowed to",
    Kind.SEXUAL_SERVICES: "Sexual acts for others' gain",
    Kind.BEGGING: "Begging",
    Kind.PROPERTY: "Taking things that belong to others",
    Kind.DRUGS: "Growing, carrying or selling drugs",
    Kind.MONEY: "Receiving or carrying money for others",
    Kind.RECRUITING: "Bringing or guarding others",
    Kind.ARMED_GROUP: "Cooking, carrying, marrying or serving for an armed group",
    Kind.FIGHTING: "Fighting or standing guard",
    Kind.VIOLENCE: "Hurting somebody",
    Kind.OTHER: "Something else",
}


def why_not_leave(field_class: str) -> str:
    """Say why content of a class never leaves the team that helps; "" when other rules decide."""
    if field_class in NEVER_LEAVES:
        return "What a person was made to do never leaves, whoever asks and whatever was agreed."
    return ""


def why_not_write(kind: str, words: str) -> str:
    """Say why an act cannot be written down as it is; "" when it can."""
    if kind not in set(Kind):
        return "Choose what sort of thing it was."
    if kind == Kind.OTHER and not words.strip():
        return "Say it in the person's own words."
    return ""
