"""Claims: what a source says, how far it is believed, who may see it, and what follows.

An entity is what its accepted claims say. Grades follow the Admiralty scheme (reliability of the
source A-F, credibility of what it says 1-6); handling follows the Traffic Light Protocol 2.0 (FIRST,
2022). Nothing is ever overwritten: a claim ends, and another one is made, so that one can ask what
was known when, and according to whom.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from manumit.core.reasons import say


class Handling(StrEnum):
    """Who may see a claim (TLP 2.0)."""

    RED = "red"  # only whoever entered it, and those they name
    AMBER_STRICT = "amber_strict"  # the unit
    AMBER = "amber"  # the organisation and those who need it to act
    GREEN = "green"  # partners
    CLEAR = "clear"  # everybody


class State(StrEnum):
    """What has become of a claim."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CONTESTED = "contested"  # somebody gave a reason against it; it stays visible as such
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What may happen to a claim."""

    ACCEPT = "accept"
    CONTEST = "contest"
    WITHDRAW = "withdraw"


# From each state: which act leads where.
TRANSITIONS: dict[State, dict[Act, State]] = {
    State.PROPOSED: {
        Act.ACCEPT: State.ACCEPTED,
        Act.CONTEST: State.CONTESTED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.ACCEPTED: {Act.CONTEST: State.CONTESTED, Act.WITHDRAW: State.WITHDRAWN},
    State.CONTESTED: {Act.ACCEPT: State.ACCEPTED, Act.WITHDRAW: State.WITHDRAWN},
    State.WITHDRAWN: {},
}
STATE_LABELS: dict[State, str] = {
    State.PROPOSED: "Not yet accepted",
    State.ACCEPTED: "Accepted",
    State.CONTESTED: "Contested",
    State.WITHDRAWN: "Withdrawn",
}
HANDLING_LABELS: dict[Handling, str] = {
    Handling.RED: "Red: only whoever entered it",
    Handling.AMBER_STRICT: "Amber and strict: only this unit",
    Handling.AMBER: "Amber: this organisation, and who needs it to act",
    Handling.GREEN: "Green: partners",
    Handling.CLEAR: "Clear: everybody",
}
OPENNESS: tuple[Handling, ...] = tuple(Handling)  # from the most closed to the most open
RELIABILITY: dict[str, str] = {
    "A": "Completely reliable",
    "B": "Usually reliable",
    "C": "Fairly reliable",
    "D": "Not usually reliable",
    "E": "Unreliable",
    "F": "Reliability cannot be judged",
}
CREDIBILITY: dict[str, str] = {
    "1": "Confirmed by other sources",
    "2": "Probably true",
    "3": "Possibly true",
    "4": "Doubtful",
    "5": "Improbable",
    "6": "Truth cannot be judged",
}


class Certainty(IntEnum):
    """How sure a relation or an identification is held to be."""

    POSSIBLE = 1
    LIKELY = 2
    CONFIRMED = 3  # by a second person


CERTAINTY_LABELS: dict[Certainty, str] = {
    Certainty.POSSIBLE: "Possible",
    Certainty.LIKELY: "Likely",
    Certainty.CONFIRMED: "Confirmed by a second person",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One value of one claim."""

    claim: UUID
    entity: UUID
    prop: str
    value: str
    source: UUID
    reliability: str
    credibility: str
    handling: Handling
    state: State
    at: datetime  # entered
    on: date | None = None  # said or seen
    by: UUID | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """An entity as its claims make it, for one asker, at one time, according to some sources."""

    id: UUID
    schema: str
    said: tuple[Said, ...]

    def values(self, prop: str) -> tuple[str, ...]:
        """Return the accepted values of a property, each once, the best graded first."""
        best = sorted(
            (s for s in self.said if s.prop == prop and s.state is State.ACCEPTED),
            key=lambda s: (s.credibility, s.reliability),
        )
        return tuple(dict.fromkeys(s.value for s in best))

    @property
    def contested(self) -> tuple[Said, ...]:
        """Return what somebody gave a reason against."""
        return tuple(s for s in self.said if s.state is State.CONTESTED)


def as_of(
    said: Iterable[Said], *, when: datetime | None = None, according_to: Collection[UUID] = ()
) -> tuple[Said, ...]:
    """Keep what was entered and not withdrawn by then, from these sources (all where none is named)."""
    return tuple(
        s
        for s in said
        if (not according_to or s.source in according_to)
        and (
            s.at <= when and not (s.ended_at and s.ended_at <= when) if when else s.ended_at is None
        )
    )


def statements(says: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """Return (property, value) of what a claim says, in order."""
    return [(prop, value) for prop, values in says.items() for value in values]


def why_not(state: State | str, act: Act) -> str:
    """Return why an act does not fit the state of a claim; "" when it fits."""
    now = State(state)
    if act in TRANSITIONS[now]:
        return ""
    return say("This claim stands at “{state}”.", state=say(STATE_LABELS[now]))


def after(state: State | str, act: Act) -> State:
    """Return the state after an act that fits."""
    return TRANSITIONS[State(state)][act]


def why_not_reason(reason: str) -> str:
    """Return why a reason is none; "" when it will do."""
    return "" if reason.strip() else say("Say why. Colleagues will read it later.")


def why_not_grade(reliability: str, credibility: str) -> str:
    """Return why two letters are no grade of the Admiralty scheme; "" when they are."""
    if reliability in RELIABILITY and credibility in CREDIBILITY:
        return ""
    return say("A grade is a letter from A to F and a figure from 1 to 6.")


def why_not_certain(
    to: Certainty, *, by: UUID | None, entered_by: Collection[UUID | None], accepted: bool
) -> str:
    """Return why certainty is not raised to this; "" when it may be.

    Confirming takes a second pair of eyes: never whoever entered what is to be confirmed.
    """
    if to > Certainty.POSSIBLE and not accepted:
        return say("Nothing that is said of this is accepted yet. Accept a claim first.")
    if to is Certainty.CONFIRMED and by in entered_by:
        return say("You entered a part of this yourself. A colleague has to confirm it.")
    return ""


def hidden(handling: Handling | str, entered_by: UUID | None, asker: UUID | None) -> bool:
    """Tell whether a claim is not shown to somebody of the same unit: red, and not their own."""
    return handling == Handling.RED and entered_by != asker


def why_not_leave(handling: Handling | str, most_closed: Handling) -> str:
    """Return why a claim may not go along to readers of this handling; "" when it may."""
    if OPENNESS.index(Handling(handling)) >= OPENNESS.index(most_closed):
        return ""
    return say(
        "Its handling is stricter: {handling}.", handling=say(HANDLING_LABELS[Handling(handling)])
    )


def why_not_file(most_closed: Handling | str) -> str:
    """Return why a file of claims this closed is not written; "" when it may be.

    A file leaves the eyes of whoever entered a claim, and red is for these alone (TLP 2.0).
    """
    if Handling(most_closed) is not Handling.RED:
        return ""
    return say("What is red is for whoever entered it alone, and goes into no file.")
