"""Handing a case over: who proposes, who answers, and who is responsible in between.

The sender stays responsible until somebody on the other side has said yes: a case is never between
two chairs. Keys become the receiver's with the yes and not before; clocks run on as they were.
Outside the own organisation the person agrees first (docs: the survivor decides). Reasons are
HTCDS 2.0 `cas_ReasonForOutgoingReferral` (CC BY 4.0; verified) and this product's own for the inside.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from manumit.cases import deadlines
from manumit.core.reasons import low, say


class State(StrEnum):
    """Where a hand-over stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What may happen to a hand-over."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[State, dict[Act, State]] = {
    State.PROPOSED: {
        Act.ACCEPT: State.ACCEPTED,
        Act.DECLINE: State.DECLINED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.ACCEPTED: {},
    State.DECLINED: {},
    State.WITHDRAWN: {},
}
LABELS: dict[State, str] = {
    State.PROPOSED: "Waiting for an answer",
    State.ACCEPTED: "Taken over",
    State.DECLINED: "Not taken over",
    State.WITHDRAWN: "Taken back",
}


class Kind(StrEnum):
    """How far the case goes."""

    WORKER = "worker"
    UNIT = "unit"
    ORGANISATION = "organisation"


KIND_LABELS: dict[Kind, str] = {
    Kind.WORKER: "To a colleague of the unit",
    Kind.UNIT: "To another unit of the organisation",
    Kind.ORGANISATION: "To another organisation",
}
CLOCK: dict[Kind, str] = {
    Kind.WORKER: deadlines.HANDOVER,
    Kind.UNIT: deadlines.HANDOVER,
    Kind.ORGANISATION: deadlines.HANDOVER_FAR,
}


class Reason(StrEnum):
    """Why a case is handed over."""

    MORE_SERVICES = "AdditionalServicesRequired"
    MOVED = "MigrationOrChangeOfLocation"
    WORKLOAD = "workload"
    ABSENCE = "absence"
    PERSON_ASKED = "person_asked"
    CONFLICT = "conflict_of_interest"
    LANGUAGE = "language"
    OTHER = "Other"


REASON_LABELS: dict[Reason, str] = {
    Reason.MORE_SERVICES: "More help is needed than we can give",
    Reason.MOVED: "The person moves to another place",
    Reason.WORKLOAD: "Too much work for one colleague",
    Reason.ABSENCE: "The colleague is away or leaves",
    Reason.PERSON_ASKED: "The person asked for somebody else",
    Reason.CONFLICT: "The colleague is too close to the matter",
    Reason.LANGUAGE: "Somebody else speaks the language",
    Reason.OTHER: "Another reason",
}


class Decline(StrEnum):
    """Why a case is not taken over."""

    FULL = "full"
    NOT_OURS = "not_ours"
    UNSAFE = "unsafe"
    UNCLEAR = "unclear"
    OTHER = "other"


DECLINE_LABELS: dict[Decline, str] = {
    Decline.FULL: "We have no room now",
    Decline.NOT_OURS: "Another team is better placed",
    Decline.UNSAFE: "It would not be safe for the person here",
    Decline.UNCLEAR: "We need to talk about it first",
    Decline.OTHER: "Another reason",
}


@dataclass(frozen=True)
class Place:
    """Where somebody works."""

    unit: UUID
    organisation: UUID


def kind(sender: Place, receiver: Place) -> Kind:
    """Return how far a case would go."""
    if sender.unit == receiver.unit:
        return Kind.WORKER
    return Kind.UNIT if sender.organisation == receiver.organisation else Kind.ORGANISATION


def why_not_propose(
    *, how_far: Kind, reason: str, same_worker: bool, is_open: bool, waiting: bool, has_keys: bool
) -> str:
    """Say why a case cannot be offered to somebody; "" when it can."""
    if not is_open:
        return "This case is closed. Reopen it first."
    if waiting:
        return "This case is offered to somebody already. Take that back first."
    if reason not in set(Reason):
        return "Choose why the case is handed over."
    if how_far is Kind.WORKER and same_worker:
        return "This colleague works on the case already."
    if not has_keys:
        return "This unit has no keys yet: nobody there has signed in so far."
    return ""


def why_not(state: State | str, act: Act | str) -> str:
    """Say why this cannot happen to a hand-over now; "" when it can."""
    state, act = State(state), Act(act)
    if act in TRANSITIONS[state]:
        return ""
    return say("This hand-over was answered already: {state}.", state=low(LABELS[state]))


def why_not_answer(
    *, unit: UUID, user: UUID, leads: bool, to_unit: UUID, to_worker: UUID | None
) -> str:
    """Say why this account may not answer; "" when it may. Who leads the unit may always."""
    if unit != to_unit:
        return "This is offered to another unit."
    if to_worker is not None and to_worker != user and not leads:
        return "This is offered to a colleague of yours by name."
    return ""


def responsible(state: State | str, sender: UUID | None, receiver: UUID | None) -> UUID | None:
    """Return whose work the case is: the sender's until the receiver has said yes."""
    return receiver if State(state) is State.ACCEPTED else sender


def diagram() -> str:
    """Return the machine as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> proposed"]
    lines += [
        f"    {old} --> {new}: {act}"
        for old, acts in TRANSITIONS.items()
        for act, new in acts.items()
    ]
    return "\n".join(lines + [f"    {s} --> [*]" for s, acts in TRANSITIONS.items() if not acts])
