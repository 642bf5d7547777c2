"""How a report moves: drafted, proposed, approved by a second person, handed over, answered.

What was approved is what leaves: from the proposal on nothing in it changes without going back to the
draft. Handing over is a disclosure: it names recipient and legal basis, and both go on the record.
"""

from enum import StrEnum
from uuid import UUID

from manumit.core import leaving
from manumit.core.leaving import LABELS, SHORTEST, Act, State
from manumit.core.reasons import say

__all__ = ["LABELS", "SHORTEST", "Act", "State"]

TRANSITIONS: leaving.Transitions = {
    **leaving.UNTIL_APPROVED,
    State.HANDED_OVER: {Act.HAND_OVER: State.HANDED_OVER, Act.ANSWER: State.ANSWERED},
    State.ANSWERED: {Act.HAND_OVER: State.HANDED_OVER, Act.REOPEN: State.DRAFT},
    State.WITHDRAWN: {Act.REOPEN: State.DRAFT},
}


class Reply(StrEnum):
    """What the receiving unit said."""

    TAKEN = "taken"
    REFUSED = "refused"
    ASKED = "asked"


REPLIES: dict[Reply, str] = {
    Reply.TAKEN: "Taken",
    Reply.REFUSED: "Sent back: something is wrong with it",
    Reply.ASKED: "Taken, and they ask for more",
}


def why_not(state: State | str, act: Act) -> str:
    """Return why this cannot happen now; "" when it may."""
    if act in TRANSITIONS[State(state)]:
        return ""
    return say(
        "This is not possible now: the report is “{state}”.", state=say(LABELS[State(state)])
    )


def after(state: State | str, act: Act) -> State:
    """Return the state that follows; KeyError when the act is not possible (ask `why_not`)."""
    return TRANSITIONS[State(state)][act]


def why_not_approve(*, user: UUID | None, proposed_by: UUID | None, four_eyes: bool) -> str:
    """Return why somebody may not approve; where two must agree, never who proposed it."""
    if four_eyes and user == proposed_by:
        return "You proposed this report yourself. A second person approves it."
    return ""


def why_not_hand_over(*, recipient: str, basis: str, bases: frozenset[str]) -> str:
    """Return why it may not leave; no disclosure without recipient and legal basis."""
    if len(recipient.strip()) < SHORTEST:
        return "Say who receives it. Nothing leaves without a recipient."
    if basis not in bases:
        return "Choose the legal basis. Nothing leaves without one."
    return ""


def diagram() -> str:
    """Return the machine as a Mermaid diagram."""
    return leaving.diagram(TRANSITIONS)
