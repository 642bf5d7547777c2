"""The states of a screening, and when its end opens a case.

A screening can be put down and taken up again at any point, and the person can end it at any
point; neither costs them help. A case opens when any pack says "possible victim", when a need is
urgent, or when the officer asks for it: a hunch is reason enough to offer help.
"""

from enum import StrEnum

from manumit.core.reasons import low, say


class State(StrEnum):
    """Where a screening stands."""

    STARTED = "started"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"


class Act(StrEnum):
    """What may happen to a screening."""

    ANSWER = "answer"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    STOP = "stop"


TRANSITIONS: dict[State, dict[Act, State]] = {
    State.STARTED: {
        Act.ANSWER: State.STARTED,
        Act.PAUSE: State.PAUSED,
        Act.FINISH: State.FINISHED,
        Act.STOP: State.STOPPED,
    },
    State.PAUSED: {Act.RESUME: State.STARTED, Act.STOP: State.STOPPED},
    State.FINISHED: {},
    State.STOPPED: {},
}
UNFINISHED: frozenset[State] = frozenset(state for state, acts in TRANSITIONS.items() if acts)

LABELS: dict[State, str] = {
    State.STARTED: "In progress",
    State.PAUSED: "Paused",
    State.FINISHED: "Finished",
    State.STOPPED: "Stopped",
}


class Outcome(StrEnum):
    """How a screening ended, without telling anything of what was said."""

    POSSIBLE_VICTIM = "possible_victim"
    URGENT_NEEDS = "urgent_needs"
    OFFICER_ASKED = "officer_asked"
    NO_SIGN = "no_sign"
    STOPPED = "stopped"


def why_not(state: State | str, act: Act | str) -> str:
    """Say why this act cannot happen to a screening in this state; "" when it can."""
    state, act = State(state), Act(act)
    if act in TRANSITIONS[state]:
        return ""
    if state is State.PAUSED:
        return "This screening is paused. Resume it first."
    return say(
        "This screening is {state} and cannot be changed any more.", state=low(LABELS[state])
    )


def after(state: State | str, act: Act | str) -> State:
    """Return the state that follows; raises ValueError with the reason when there is none."""
    reason = why_not(state, act)
    if reason:
        raise ValueError(reason)
    return TRANSITIONS[State(state)][Act(act)]


def outcome(*, possible_victim: bool, urgent: bool, officer_asks: bool) -> Outcome:
    """Return the outcome; the strongest ground to act is the one that is named."""
    if possible_victim:
        return Outcome.POSSIBLE_VICTIM
    if urgent:
        return Outcome.URGENT_NEEDS
    return Outcome.OFFICER_ASKED if officer_asks else Outcome.NO_SIGN


def opens_case(result: Outcome) -> bool:
    """Tell whether the outcome opens a case."""
    return result in {Outcome.POSSIBLE_VICTIM, Outcome.URGENT_NEEDS, Outcome.OFFICER_ASKED}


def diagram() -> str:
    """Return the machine as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> started"]
    lines += [
        f"    {state} --> {target}: {act}"
        for state, acts in TRANSITIONS.items()
        for act, target in acts.items()
    ]
    return "\n".join(lines)
