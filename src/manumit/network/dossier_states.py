"""How a dossier moves: written, proposed, approved by a second person, handed over, answered.

What was approved is what leaves, byte for byte. Handing over is a disclosure: it names recipient, purpose
and legal basis. A dossier that was handed over can be withdrawn; whoever received it is then told.
"""

from enum import StrEnum
from uuid import UUID

from manumit.core.reasons import say
from manumit.network import dossier_kinds

SHORTEST = 3  # characters of a recipient or purpose


class State(StrEnum):
    """Where a dossier stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    HANDED_OVER = "handed_over"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


LABELS: dict[State, str] = {
    State.DRAFT: "Being written",
    State.PROPOSED: "Waiting for a second person",
    State.APPROVED: "Approved, not yet handed over",
    State.HANDED_OVER: "Handed over",
    State.ANSWERED: "Answered",
    State.WITHDRAWN: "Withdrawn",
}


class Act(StrEnum):
    """What may happen to a dossier."""

    WRITE = "write"
    PROPOSE = "propose"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    HAND_OVER = "hand_over"
    ANSWER = "answer"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[State, dict[Act, State]] = {
    State.DRAFT: {
        Act.WRITE: State.DRAFT,
        Act.PROPOSE: State.PROPOSED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.PROPOSED: {Act.APPROVE: State.APPROVED, Act.SEND_BACK: State.DRAFT},
    State.APPROVED: {Act.HAND_OVER: State.HANDED_OVER, Act.REOPEN: State.DRAFT},
    State.HANDED_OVER: {
        Act.HAND_OVER: State.HANDED_OVER,
        Act.ANSWER: State.ANSWERED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.ANSWERED: {
        Act.HAND_OVER: State.HANDED_OVER,
        Act.REOPEN: State.DRAFT,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.WITHDRAWN: {Act.REOPEN: State.DRAFT},
}


def why_not(state: State | str, act: Act) -> str:
    """Return why this cannot happen now; "" when it may."""
    if act in TRANSITIONS[State(state)]:
        return ""
    return say(
        "This is not possible now: the dossier is “{state}”.", state=say(LABELS[State(state)])
    )


def after(state: State | str, act: Act) -> State:
    """Return the state that follows; KeyError when the act is not possible (ask `why_not`)."""
    return TRANSITIONS[State(state)][act]


def why_not_approve(*, user: UUID | None, proposed_by: UUID | None) -> str:
    """Return why somebody may not approve: never who proposed it."""
    if user == proposed_by:
        return "You proposed this dossier yourself. A second person approves it."
    return ""


def why_not_hand_over(*, recipient: str, purpose: str, basis: str) -> str:
    """Return why it may not leave; no disclosure without recipient, purpose and legal basis."""
    if len(recipient.strip()) < SHORTEST:
        return "Say who receives it. Nothing leaves without a recipient."
    if len(purpose.strip()) < SHORTEST:
        return "Say what it is for. Nothing leaves without a purpose."
    if basis not in dossier_kinds.bases():
        return "Choose the legal basis. Nothing leaves without one."
    return ""


def diagram() -> str:
    """Return the machine as a Mermaid diagram, printed from the table above."""
    lines = [
        f"  {before} --> {then}: {act}"
        for before, acts in TRANSITIONS.items()
        for act, then in acts.items()
    ]
    return "\n".join(["stateDiagram-v2", "  [*] --> draft", *lines])
