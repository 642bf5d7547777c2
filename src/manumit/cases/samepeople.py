"""What a person may decide about two cases, and how alike they were found to be, in two steps.

A program only proposes. "Not the same" is remembered: the pair is not proposed again. "The same" is
a link between two cases that stay as they are; taking the link back loses nothing.
"""

from enum import IntEnum, StrEnum

from manumit.core import sameperson

SHORTEST_REASON = 3


class Verdict(StrEnum):
    """What somebody decided."""

    NONE = ""
    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


VERDICTS: dict[Verdict, str] = {
    Verdict.NONE: "Not decided",
    Verdict.SAME: "The same person",
    Verdict.DIFFERENT: "Two people",
    Verdict.UNSURE: "Not sure yet",
}


class Level(IntEnum):
    """How alike two people are; kept so coarse that it tells nothing of their names."""

    BY_HAND = 0
    POSSIBLE = 1
    LIKELY = 2


LEVELS: dict[Level, str] = {
    Level.BY_HAND: "Brought together by a person",
    Level.POSSIBLE: "Possible",
    Level.LIKELY: "Likely",
}


def level(likeness: sameperson.Likeness) -> Level:
    """Return the step that a likeness is kept as."""
    return Level.LIKELY if likeness.likely else Level.POSSIBLE


def why_not(verdict: str, *, reason: str, same_case: bool, erased: bool, before: str = "") -> str:
    """Return why this cannot be decided; "" when it can. `before` is the verdict that stands."""
    if same_case:
        return "This is the same case. Choose another one."
    if erased:
        return "One of the two was erased. Nothing can be compared any more."
    if verdict not in {v.value for v in Verdict}:
        return "Choose what you think."
    if verdict == before:
        return "This is what stands already."
    if len(reason.strip()) < SHORTEST_REASON:
        return "Say in a few words why, so that a colleague can follow it."
    return ""


def proposes(verdict: str) -> bool:
    """Tell whether a pair may still be proposed: not what somebody decided for good."""
    return verdict in {Verdict.NONE, Verdict.UNSURE}
