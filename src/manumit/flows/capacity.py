"""Technical assistance between financial intelligence units: asked for, offered, matched, done.

Resolution 2331 (2016) asks States and organisations to build each other's capacity to follow the money
of trafficking that finances terrorism. A request or an offer has one next step and its day, so that
nothing is promised and forgotten.
"""

from datetime import date
from enum import StrEnum

from manumit.core.reasons import say


class Kind(StrEnum):
    """Which way the help goes."""

    REQUEST = "request"
    OFFER = "offer"


KINDS: dict[Kind, str] = {Kind.REQUEST: "Asks for help", Kind.OFFER: "Offers help"}


class Topic(StrEnum):
    """What it is about."""

    TYPOLOGIES = "typologies"
    TERRORIST_FINANCING = "terrorist_financing"
    VICTIMS_IN_REPORTS = "victims_in_reports"
    HAWALA = "hawala"
    VIRTUAL_ASSETS = "virtual_assets"
    GOAML = "goaml"
    DATA_ANALYSIS = "data_analysis"
    ASSET_RECOVERY = "asset_recovery"
    SUPERVISION = "supervision"
    SHARING = "sharing"
    OTHER = "other"


TOPICS: dict[Topic, str] = {
    Topic.TYPOLOGIES: "Red flags and typologies",
    Topic.TERRORIST_FINANCING: "Financing of terrorism",
    Topic.VICTIMS_IN_REPORTS: "Victims in reports, and non-punishment",
    Topic.HAWALA: "Hawala and other value transfer",
    Topic.VIRTUAL_ASSETS: "Virtual assets",
    Topic.GOAML: "Reporting systems (goAML)",
    Topic.DATA_ANALYSIS: "Analysis of data",
    Topic.ASSET_RECOVERY: "Tracing and recovering assets",
    Topic.SUPERVISION: "Supervision of those who report",
    Topic.SHARING: "Sharing between units",
    Topic.OTHER: "Something else",
}


class State(StrEnum):
    """Where it stands."""

    ASKED = "asked"
    MATCHED = "matched"
    UNDER_WAY = "under_way"
    DONE = "done"
    DECLINED = "declined"


LABELS: dict[State, str] = {
    State.ASKED: "Open",
    State.MATCHED: "Matched",
    State.UNDER_WAY: "Under way",
    State.DONE: "Done",
    State.DECLINED: "Declined",
}
OPEN = frozenset({State.ASKED, State.MATCHED, State.UNDER_WAY})
TRANSITIONS: dict[State, frozenset[State]] = {
    State.ASKED: frozenset({State.MATCHED, State.DECLINED}),
    State.MATCHED: frozenset({State.ASKED, State.UNDER_WAY, State.DECLINED}),
    State.UNDER_WAY: frozenset({State.DONE, State.DECLINED}),
    State.DONE: frozenset(),
    State.DECLINED: frozenset({State.ASKED}),
}


def why_not_move(state: State | str, to: State | str) -> str:
    """Return why it cannot move there; "" when it may."""
    if to not in set(State):
        return "Choose where it stands from the list."
    if State(to) == State(state) or State(to) in TRANSITIONS[State(state)]:
        return ""
    return say(
        "It cannot go from “{state}” to “{to}”.",
        state=say(LABELS[State(state)]),
        to=say(LABELS[State(to)]),
    )


def why_not_match(kind: Kind | str, topic: str, other: Kind | str, other_topic: str) -> str:
    """Return why two entries do not fit; a request needs an offer on the same topic."""
    if Kind(kind) == Kind(other):
        return "A request is matched with an offer."
    if topic != other_topic:
        return "They are about different topics."
    return ""


def why_not_next(state: State | str, next_step: str, next_on: date | None, today: date) -> str:
    """Return what the next step lacks; whatever is open has one, with its day."""
    if State(state) not in OPEN:
        return ""
    if len(next_step.strip()) < 3 or next_on is None:
        return "Say what comes next, and by which day."
    return "" if next_on >= today else "The day of the next step has passed."


def late(state: State | str, next_on: date | None, today: date) -> bool:
    """Tell whether the next step is overdue."""
    return State(state) in OPEN and next_on is not None and next_on < today
