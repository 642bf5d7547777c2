"""How a paper leaves: written, proposed, approved by a second person, handed over, answered.

What was approved is what leaves: from the proposal on nothing in it changes without going back to the
draft. Reports to a financial intelligence unit and dossiers move this way, each with its own table.
"""

from collections.abc import Mapping
from enum import StrEnum

SHORTEST = 3  # characters of a recipient, or of a purpose


class State(StrEnum):
    """Where a paper stands."""

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
    """What may happen to a paper."""

    WRITE = "write"
    PROPOSE = "propose"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    HAND_OVER = "hand_over"
    ANSWER = "answer"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


Transitions = Mapping[State, Mapping[Act, State]]
UNTIL_APPROVED: Transitions = {
    State.DRAFT: {
        Act.WRITE: State.DRAFT,
        Act.PROPOSE: State.PROPOSED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.PROPOSED: {Act.APPROVE: State.APPROVED, Act.SEND_BACK: State.DRAFT},
    State.APPROVED: {Act.HAND_OVER: State.HANDED_OVER, Act.REOPEN: State.DRAFT},
}


def diagram(transitions: Transitions) -> str:
    """Return the machine as a Mermaid diagram, printed from its table."""
    lines = [
        f"  {before} --> {then}: {act}"
        for before, acts in transitions.items()
        for act, then in acts.items()
    ]
    return "\n".join(["stateDiagram-v2", "  [*] --> draft", *lines])
