"""A person's plan: how each need stands over time, what keeps them safe, what they want to reach.

A need is looked at again and again, and each look is kept, so that a change can be seen (HTCDS 2.0
expects several assessments a case; IOM handbook on protection and assistance, 2019). A safety plan
and goals are the person's, in their own words (OSCE/ODIHR NRM handbook, 2nd ed. 2022, pillars 2
and 3; source status: secondary). Goal areas are HTCDS 2.0 `spl_Type` (CC BY 4.0; verified).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from manumit.core.reasons import low, say


class Level(StrEnum):
    """How a need stands, as the worker and the person see it together; the worst is last."""

    WELL = "well"
    SOME = "some_help"
    MUCH = "much_help"
    CRISIS = "crisis"


LEVEL_LABELS: dict[Level, str] = {
    Level.WELL: "It goes well",
    Level.SOME: "Some help is needed",
    Level.MUCH: "Much help is needed",
    Level.CRISIS: "It cannot go on like this",
}
_ORDER = {level: place for place, level in enumerate(Level)}


class Change(StrEnum):
    """What a new look shows against the one before."""

    FIRST = "first"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


CHANGE_LABELS: dict[Change, str] = {
    Change.FIRST: "First look",
    Change.BETTER: "Better than before",
    Change.SAME: "As before",
    Change.WORSE: "Worse than before",
}


class Area(StrEnum):
    """HTCDS 2.0 `spl_Type`: what a goal is about."""

    EDUCATION = "Education"
    FINANCIAL = "Financial"
    HEALTH = "Health"
    LABOUR = "LabourExploitationRehabilitation"
    LEGAL = "Legal"
    LIVELIHOOD = "Livelihood"
    RIGHTS = "RightsBasedTraining"
    RECOVERY = "SexualExploitationRehabilitation"
    SOCIAL = "SocialCare"


AREA_LABELS: dict[Area, str] = {
    Area.EDUCATION: "School and learning",
    Area.FINANCIAL: "Money",
    Area.HEALTH: "Health",
    Area.LABOUR: "Recovering from work under force",
    Area.LEGAL: "Law and papers",
    Area.LIVELIHOOD: "Work and income",
    Area.RIGHTS: "Knowing one's rights",
    Area.RECOVERY: "Recovery and support",
    Area.SOCIAL: "Home, family and neighbours",
}


class GoalState(StrEnum):
    """Where a goal stands."""

    OPEN = "open"
    REACHED = "reached"
    DROPPED = "dropped"


GOAL_LABELS: dict[GoalState, str] = {
    GoalState.OPEN: "On the way",
    GoalState.REACHED: "Reached",
    GoalState.DROPPED: "The person no longer wants it",
}
GOAL_TRANSITIONS: dict[GoalState, frozenset[GoalState]] = {
    GoalState.OPEN: frozenset({GoalState.REACHED, GoalState.DROPPED}),
    GoalState.REACHED: frozenset({GoalState.OPEN}),
    GoalState.DROPPED: frozenset({GoalState.OPEN}),
}


class Doer(StrEnum):
    """Who does a step."""

    PERSON = "person"
    WORKER = "worker"
    SERVICE = "service"


DOER_LABELS: dict[Doer, str] = {
    Doer.PERSON: "The person",
    Doer.WORKER: "The case worker",
    Doer.SERVICE: "A service",
}

# The parts of a safety plan, in the order in which they are asked.
SAFETY: dict[str, str] = {
    "watch": "What to watch out for",
    "places": "Safe places to go to",
    "times": "Safe times to make contact",
    "ways": "Safe ways to make contact, and words to use",
    "call": "Who to call when something happens",
    "bag": "What to have ready",
}
# The head of the card: words that tell nothing about why somebody carries it. Drafts, to be
# reviewed by speakers of each language.
CARD_TITLES: dict[str, str] = {
    "en": "Useful numbers",
    "fr": "Numéros utiles",
    "ar": "أرقام مفيدة",
    "ckb": "ژمارە بەسوودەکان",
}


@dataclass(frozen=True)
class Look:
    """One assessment of one need."""

    on: date
    level: Level


def change(looks: Sequence[Look]) -> Change:
    """Return what the newest look shows; `looks` in the order of time, at least one."""
    if len(looks) < 2:
        return Change.FIRST
    step = _ORDER[looks[-1].level] - _ORDER[looks[-2].level]
    if step == 0:
        return Change.SAME
    return Change.WORSE if step > 0 else Change.BETTER


def why_not_assess(level: str, on: date, today: date) -> str:
    """Say why a look at a need cannot be kept; "" when it can."""
    if level not in set(Level):
        return "Choose how it stands from the list."
    if on > today:
        return "This day is still to come."
    return ""


def why_not_safety(said: Mapping[str, str]) -> str:
    """Say why a safety plan cannot be kept; "" when it can."""
    unknown = set(said) - set(SAFETY)
    if unknown:
        raise ValueError(f"not parts of a safety plan: {sorted(unknown)}")
    if not any(words.strip() for words in said.values()):
        return "Write at least one part of the plan."
    return ""


def why_not_card(wanted: bool, words: str) -> str:
    """Say why no card is printed; "" when one is. A card in a pocket can be found."""
    if not wanted:
        return "The person does not want a card. A card in a pocket can be found by others."
    if not words.strip():
        return "Write what may stand on the card first."
    return ""


def card_lines(words: str) -> list[str]:
    """Return the lines of a card: what was written for it and nothing else."""
    return [line.strip() for line in words.splitlines() if line.strip()]


def card_title(language: str) -> str:
    """Return the neutral head of a card; English where a language has none yet."""
    return CARD_TITLES.get(language.split("-")[0], CARD_TITLES["en"])


def why_not_goal(*, words: str, due_on: date | None, today: date) -> str:
    """Say why a goal or a step cannot be written down; "" when it can."""
    if not words.strip():
        return "Write it in the person's own words."
    if due_on is not None and due_on < today:
        return "This day has passed. Choose a day to come, or leave it empty."
    return ""


def why_not_move_goal(old: GoalState | str, new: GoalState | str) -> str:
    """Say why a goal may not move; "" when it may."""
    old, new = GoalState(old), GoalState(new)
    if new in GOAL_TRANSITIONS[old]:
        return ""
    return say(
        "A goal that is “{old}” cannot become “{new}”.",
        old=low(GOAL_LABELS[old]),
        new=low(GOAL_LABELS[new]),
    )


def progress(done: Iterable[bool]) -> tuple[int, int]:
    """Return how many steps are done, of how many."""
    steps = list(done)
    return sum(steps), len(steps)
