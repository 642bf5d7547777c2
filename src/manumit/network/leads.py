"""Leads: something to follow up, and where it stands."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from manumit.core.reasons import say


class State(StrEnum):
    """Where a lead stands."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class Act(StrEnum):
    """What is done with a lead; each is a line of its history."""

    MADE = "made"
    TAKEN = "taken"
    WAIT = "wait"
    GO_ON = "go_on"
    NOTE = "note"
    HANDED = "handed"
    CLAIMED = "claimed"
    CAPTURED = "captured"
    CLOSE = "close"
    REOPEN = "reopen"


class Outcome(StrEnum):
    """How a lead ended."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NO_USE = "no_use"


MACHINE: Mapping[State, Mapping[Act, State]] = {
    State.NEW: {Act.TAKEN: State.OPEN, Act.CLOSE: State.CLOSED},
    State.OPEN: {Act.TAKEN: State.OPEN, Act.WAIT: State.WAITING, Act.CLOSE: State.CLOSED},
    State.WAITING: {
        Act.TAKEN: State.OPEN,
        Act.GO_ON: State.OPEN,
        Act.CLOSE: State.CLOSED,
    },
    State.CLOSED: {Act.REOPEN: State.OPEN},
}
LABELS = {
    State.NEW: "New",
    State.OPEN: "Open",
    State.WAITING: "Waiting",
    State.CLOSED: "Closed",
}
ACTS = {
    Act.MADE: "Made",
    Act.TAKEN: "Taken",
    Act.WAIT: "Waiting",
    Act.GO_ON: "Going on",
    Act.NOTE: "Note",
    Act.HANDED: "Handed on",
    Act.CLAIMED: "Entered as a claim",
    Act.CAPTURED: "A page was kept",
    Act.CLOSE: "Closed",
    Act.REOPEN: "Opened again",
}
OUTCOMES = {
    Outcome.CONFIRMED: "Confirmed",
    Outcome.NOT_CONFIRMED: "Not confirmed",
    Outcome.NO_USE: "No longer of use",
}


def why_not(state: str, act: Act) -> str:
    """Say why this cannot be done with a lead now; "" when it can."""
    if act in MACHINE[State(state)]:
        return ""
    if state == State.CLOSED:
        return say("The lead is closed. Open it again first.")
    return say("The lead does not stand where this can be done.")


def why_not_task(words: str, due: date | None, today: date) -> str:
    """Say why a task cannot be set; "" when it can."""
    if not words.strip():
        return say("Say what is to be done.")
    if due is not None and due < today:
        return say("The day lies in the past.")
    return ""
