"""How a dossier moves: written, proposed, approved by a second person, handed over, answered.

What was approved is what leaves, byte for byte. Handing over is a disclosure: it names recipient, purpose
and legal basis. A dossier that was handed over can be withdrawn; whoever received it is then told.
"""

from uuid import UUID

from manumit.core import leaving
from manumit.core.leaving import LABELS, SHORTEST, Act, State
from manumit.core.reasons import say
from manumit.network import dossier_kinds

__all__ = ["LABELS", "SHORTEST", "Act", "State"]

TRANSITIONS: leaving.Transitions = {
    **leaving.UNTIL_APPROVED,
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
    """Return the machine as a Mermaid diagram."""
    return leaving.diagram(TRANSITIONS)
