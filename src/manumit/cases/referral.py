"""The states of a referral and the acts that change them.

One dict is the whole machine; the diagram in docs/cases.md is printed from it. The pattern is the
transition of Primero (UNICEF-led case system, services.rb, read 2026): a referral lives only with
consent, is answered with a reason, and the receiver's rights end with the state. A late answer
still counts: help that comes late is better than none.
"""

from enum import StrEnum

from manumit.core.reasons import low, say


class State(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"
    CONSENTED = "consented"
    SENT = "sent"
    NO_ANSWER = "no_answer"
    ACCEPTED = "accepted"
    STARTED = "started"
    DONE = "done"
    DECLINED = "declined"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What may happen to a referral."""

    CONSENT = "consent"
    SEND = "send"
    ACCEPT = "accept"
    DECLINE = "decline"
    TIME_OUT = "time_out"
    START = "start"
    FINISH = "finish"
    STOP = "stop"
    WITHDRAW = "withdraw"


_S, _A = State, Act

TRANSITIONS: dict[State, dict[Act, State]] = {
    _S.DRAFT: {_A.CONSENT: _S.CONSENTED, _A.WITHDRAW: _S.WITHDRAWN},
    _S.CONSENTED: {_A.SEND: _S.SENT, _A.WITHDRAW: _S.WITHDRAWN},
    _S.SENT: {
        _A.ACCEPT: _S.ACCEPTED,
        _A.DECLINE: _S.DECLINED,
        _A.TIME_OUT: _S.NO_ANSWER,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    _S.NO_ANSWER: {
        _A.ACCEPT: _S.ACCEPTED,
        _A.DECLINE: _S.DECLINED,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    _S.ACCEPTED: {_A.START: _S.STARTED, _A.STOP: _S.STOPPED, _A.WITHDRAW: _S.WITHDRAWN},
    _S.STARTED: {_A.FINISH: _S.DONE, _A.STOP: _S.STOPPED, _A.WITHDRAW: _S.WITHDRAWN},
    _S.DONE: {},
    _S.DECLINED: {},
    _S.STOPPED: {},
    _S.WITHDRAWN: {},
}

OPEN: frozenset[State] = frozenset(state for state, acts in TRANSITIONS.items() if acts)
WAITING: frozenset[State] = frozenset({State.SENT, State.NO_ANSWER})
ANSWERED: frozenset[State] = frozenset(
    {State.ACCEPTED, State.DECLINED, State.STARTED, State.DONE, State.STOPPED}
)
WITH_SERVICE: frozenset[State] = WAITING | {State.ACCEPTED, State.STARTED}
# what a service sees of its own referrals; a withdrawn one is seen as withdrawn, without its letter
SEEN_BY_SERVICE: frozenset[State] = WITH_SERVICE | ANSWERED | {State.WITHDRAWN}

LABELS: dict[State, str] = {
    State.DRAFT: "Being prepared",
    State.CONSENTED: "Agreed by the person, not sent yet",
    State.SENT: "Sent, waiting for an answer",
    State.NO_ANSWER: "No answer in time",
    State.ACCEPTED: "Accepted",
    State.STARTED: "Help has started",
    State.DONE: "Done",
    State.DECLINED: "Declined by the service",
    State.STOPPED: "Stopped",
    State.WITHDRAWN: "Withdrawn by the person",
}

ACT_LABELS: dict[Act, str] = {
    Act.CONSENT: "record the person's consent",
    Act.SEND: "send it",
    Act.ACCEPT: "accept it",
    Act.DECLINE: "decline it",
    Act.TIME_OUT: "mark it as not answered",
    Act.START: "start the help",
    Act.FINISH: "finish it",
    Act.STOP: "stop it",
    Act.WITHDRAW: "withdraw it",
}


class DeclineReason(StrEnum):
    """Why a service says no."""

    FULL = "full"
    NOT_ELIGIBLE = "not_eligible"
    WRONG_SERVICE = "wrong_service"
    TOO_FAR = "too_far"
    CLOSED = "closed"
    OTHER = "other"


DECLINE_LABELS: dict[DeclineReason, str] = {
    DeclineReason.FULL: "We have no room now",
    DeclineReason.NOT_ELIGIBLE: "We cannot serve this person (age, sex, nationality or papers)",
    DeclineReason.WRONG_SERVICE: "This is not a help we offer",
    DeclineReason.TOO_FAR: "The person is too far away",
    DeclineReason.CLOSED: "We are closed",
    DeclineReason.OTHER: "Another reason",
}


class Outcome(StrEnum):
    """Service outcome codes of Primero v2 (services.rb), used in reports and exchange."""

    REFERRED = "referred"
    SERVICE_PROVIDED_BY_YOUR_AGENCY = "service_provided_by_your_agency"
    SERVICES_ALREADY_RECEIVED_FROM_ANOTHER_AGENCY = "services_already_received_from_another_agency"
    SERVICE_NOT_APPLICABLE = "service_not_applicable"
    REFERRAL_DECLINED_BY_SURVIVOR = "referral_declined_by_survivor"
    SERVICE_UNAVAILABLE = "service_unavailable"


OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.REFERRED: "The service helped or is helping",
    Outcome.SERVICE_PROVIDED_BY_YOUR_AGENCY: "We gave the help ourselves",
    Outcome.SERVICES_ALREADY_RECEIVED_FROM_ANOTHER_AGENCY: "The person already has this help",
    Outcome.SERVICE_NOT_APPLICABLE: "The help was not needed after all",
    Outcome.REFERRAL_DECLINED_BY_SURVIVOR: "The person did not want this help",
    Outcome.SERVICE_UNAVAILABLE: "The service could not help",
}

# The outcome that a state itself tells; where it tells none, whoever ends the referral says it.
OUTCOME_OF: dict[State, Outcome] = {
    State.SENT: Outcome.REFERRED,
    State.ACCEPTED: Outcome.REFERRED,
    State.STARTED: Outcome.REFERRED,
    State.DONE: Outcome.REFERRED,
    State.DECLINED: Outcome.SERVICE_UNAVAILABLE,
    State.WITHDRAWN: Outcome.REFERRAL_DECLINED_BY_SURVIVOR,
}


def why_not(state: State | str, act: Act | str) -> str:
    """Say why this act cannot happen to a referral in this state; "" when it can."""
    state, act = State(state), Act(act)
    if act in TRANSITIONS[state]:
        return ""
    if not TRANSITIONS[state]:
        return say(
            "This referral has ended ({state}). Start a new one if needed.",
            state=low(LABELS[state]),
        )
    return say(
        "You cannot {act} now: the referral is “{state}”.",
        act=say(ACT_LABELS[act]),
        state=low(LABELS[state]),
    )


def after(state: State | str, act: Act | str) -> State:
    """Return the state that follows.

    Raises ValueError with the reason when the act cannot happen.
    """
    reason = why_not(state, act)
    if reason:
        raise ValueError(reason)
    return TRANSITIONS[State(state)][Act(act)]


def from_states(act: Act) -> tuple[State, ...]:
    """Return the states in which the act can happen, for a compare-and-set in the database."""
    return tuple(state for state, acts in TRANSITIONS.items() if act in acts)


def why_not_outcome(state: State | str, outcome: str) -> str:
    """Say why an outcome code does not fit the state in which a referral ends; "" when it does."""
    if outcome not in {code.value for code in Outcome}:
        return "Choose how it ended from the list."
    if State(state) is State.STOPPED and outcome == Outcome.REFERRED:
        return "A referral that was stopped needs the reason why it stopped."
    return ""


def diagram() -> str:
    """Return the machine as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [
        f"    {state} --> {target}: {act}"
        for state, acts in TRANSITIONS.items()
        for act, target in acts.items()
    ]
    lines += [f"    {state} --> [*]" for state, acts in TRANSITIONS.items() if not acts]
    return "\n".join(lines)
