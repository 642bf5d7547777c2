"""Hits: what may be decided about them, by whom, and when a decision is asked anew.

A hit is a proposal. Not the same, and unsure, one person decides; the same, two (a mistaken
identification is the gravest error of screening: FATF, Guidance on Digital Identity; UN
Ombudsperson, de-listing by mistaken identity). A decision holds for the list as it stood: when the
entry is amended in what tells people apart, the question is put again, with what changed.
"""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from manumit.core.reasons import say
from manumit.network import listed


class State(StrEnum):
    """Where a question stands."""

    PROPOSED = "proposed"
    SECOND = "second"  # one person says the same; another must agree
    SAME = "same"
    NOT_SAME = "not_same"
    UNSURE = "unsure"
    SUPERSEDED = "superseded"  # asked anew, or no longer a question


class Answer(StrEnum):
    """What a person may say."""

    SAME = "same"
    NOT_SAME = "not_same"
    UNSURE = "unsure"


LABELS = {
    State.PROPOSED: "To look at",
    State.SECOND: "Waits for a second person",
    State.SAME: "The same",
    State.NOT_SAME: "Not the same",
    State.UNSURE: "Unsure",
    State.SUPERSEDED: "Asked anew",
}
WAITING = frozenset({State.PROPOSED, State.SECOND})
DECIDED = frozenset({State.SAME, State.NOT_SAME})
NEXT: Mapping[State, Mapping[Answer, State]] = {
    State.PROPOSED: {
        Answer.SAME: State.SECOND,
        Answer.NOT_SAME: State.NOT_SAME,
        Answer.UNSURE: State.UNSURE,
    },
    State.UNSURE: {
        Answer.SAME: State.SECOND,
        Answer.NOT_SAME: State.NOT_SAME,
        Answer.UNSURE: State.UNSURE,
    },
    # The second person's answer; not the same, or unsure, undoes the first one's.
    State.SECOND: {
        Answer.SAME: State.SAME,
        Answer.NOT_SAME: State.PROPOSED,
        Answer.UNSURE: State.UNSURE,
    },
    # A decision can be undone by anybody who gives a reason.
    State.SAME: {Answer.NOT_SAME: State.NOT_SAME, Answer.UNSURE: State.UNSURE},
    State.NOT_SAME: {Answer.SAME: State.SECOND, Answer.UNSURE: State.UNSURE},
    State.SUPERSEDED: {},
}
FEWEST_SIGNS = 10  # of a reason


def why_not(state: str, answer: Answer, *, user: UUID | None, first: UUID | None) -> str:
    """Say why this answer cannot be given now; "" when it can. `first` gave the first answer."""
    if answer not in NEXT[State(state)]:
        return say("That is what was decided already, or the question was put anew.")
    if state == State.SECOND and user == first:
        return say("A second person must look at it: you gave the first answer.")
    return ""


def why_not_reason(reason: str) -> str:
    """Say why a reason is none; "" when it is one."""
    if len(reason.strip()) < FEWEST_SIGNS:
        return say("Say in a sentence why, so that it can be understood later.")
    return ""


def figure(entry: listed.Listed) -> str:
    """Return a figure of what an entry says of who somebody is: another one asks anew."""
    told = {
        "names": sorted(called.text for called in entry.names),
        "births": sorted(entry.births),
        "nationalities": sorted(entry.nationalities),
        "documents": sorted(
            value
            for name in ("documents", "identifiers", "id_number", "passport", "identification")
            for value in entry.fields.get(name, ())
        ),
    }
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def references(entry: listed.Listed) -> tuple[str, ...]:
    """Return the reference, and those that it had before two entries were joined (referents)."""
    return (entry.reference, *entry.fields.get("referents", ()))
