"""The analyst's desk: how an alert moves, how much one person may hold, and when two must agree.

A machine proposes and never decides: an alert becomes a report, or nothing, by a named person with a
reason, and by a second person where the ledger is set so. Whoever may be a victim is helped first: that
is a choice of its own, and no choice here says that somebody is guilty (non-punishment: Palermo
Protocol art. 2(b); FinCEN FIN-2020-A008 on victims in reports).
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from manumit.core.reasons import say
from manumit.flows import alerting


class Stage(StrEnum):
    """Of an alert, or of a case that joins alerts."""

    NEW = "new"
    TAKEN = "taken"
    PROPOSED = "proposed"
    WATCHED = "watched"
    REPORT = "report"
    HELP = "help"
    JOINED = "joined"
    CLOSED = "closed"


LABELS: dict[Stage, str] = {
    Stage.NEW: "Nobody has it yet",
    Stage.TAKEN: "Being looked at",
    Stage.PROPOSED: "Waiting for a second person",
    Stage.WATCHED: "Kept under watch",
    Stage.REPORT: "To be reported",
    Stage.HELP: "Help comes first",
    Stage.JOINED: "In a case",
    Stage.CLOSED: "Closed",
}
OPEN = frozenset({Stage.TAKEN, Stage.PROPOSED, Stage.REPORT, Stage.HELP})  # counts as work held


class Act(StrEnum):
    """What may happen to an alert or a case."""

    TAKE = "take"
    ASSIGN = "assign"
    GIVE_BACK = "give_back"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    DECLINE = "decline"
    TAKE_BACK = "take_back"
    TAKE_UP = "take_up"
    JOIN = "join"
    SPLIT = "split"
    HANDED_OVER = "handed_over"


class Choice(StrEnum):
    """What a person decides about an alert."""

    NO_ACTION = "no_action"
    WATCH = "watch"
    REPORT = "report"
    HELP_FIRST = "help_first"


CHOICE_LABELS: dict[Choice, str] = {
    Choice.HELP_FIRST: "Possible victim: help comes first",
    Choice.REPORT: "Report it",
    Choice.WATCH: "Keep watching",
    Choice.NO_ACTION: "No further action",
}
CHOICE_HINTS: dict[Choice, str] = {
    Choice.HELP_FIRST: (
        "Somebody in it may pay for a release, or may not rule their own account. You can still"
        " report others in it afterwards."
    ),
    Choice.REPORT: "Next you write the report. Nothing leaves the house by this decision.",
    Choice.WATCH: "It leaves your desk. You or a colleague can take it up again at any time.",
    Choice.NO_ACTION: "It is closed with your reason, and can be taken up again.",
}
# Where a confirmed choice leads.
LEADS_TO: dict[Choice, Stage] = {
    Choice.NO_ACTION: Stage.CLOSED,
    Choice.WATCH: Stage.WATCHED,
    Choice.REPORT: Stage.REPORT,
    Choice.HELP_FIRST: Stage.HELP,
}

_ON: dict[Act, Stage] = {Act.PROPOSE: Stage.PROPOSED, Act.JOIN: Stage.JOINED}
# From each stage: which act leads where. CONFIRM leads where the choice says.
TRANSITIONS: dict[Stage, dict[Act, Stage]] = {
    Stage.NEW: {Act.TAKE: Stage.TAKEN, Act.ASSIGN: Stage.TAKEN, Act.JOIN: Stage.JOINED},
    Stage.TAKEN: {**_ON, Act.ASSIGN: Stage.TAKEN, Act.GIVE_BACK: Stage.NEW},
    Stage.PROPOSED: {Act.DECLINE: Stage.TAKEN, Act.TAKE_BACK: Stage.TAKEN},
    Stage.WATCHED: {Act.TAKE_UP: Stage.TAKEN, Act.JOIN: Stage.JOINED},
    Stage.REPORT: {
        Act.HANDED_OVER: Stage.CLOSED,
        Act.TAKE_UP: Stage.TAKEN,
        Act.ASSIGN: Stage.REPORT,
    },
    Stage.HELP: {**_ON, Act.TAKE_UP: Stage.TAKEN, Act.ASSIGN: Stage.HELP},
    Stage.JOINED: {Act.SPLIT: Stage.TAKEN},
    Stage.CLOSED: {Act.TAKE_UP: Stage.TAKEN},
}


class DecisionState(StrEnum):
    """Where a decision stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


DECISION_LABELS: dict[DecisionState, str] = {
    DecisionState.PROPOSED: "Waiting for a second person",
    DecisionState.CONFIRMED: "Decided",
    DecisionState.DECLINED: "The second person said no",
    DecisionState.TAKEN_BACK: "Taken back",
}
# What an account did, as a page says it. None of them says that somebody is guilty.
PART_LABELS: dict[alerting.Part, str] = {
    alerting.Part.POSSIBLE_VICTIM: "may be a victim",
    alerting.Part.HOLDER: "account looked at",
    alerting.Part.COLLECTOR: "collects",
    alerting.Part.SOURCE: "pays",
    alerting.Part.MIDDLE: "passes on",
    alerting.Part.TARGET: "receives",
}
SHORTEST_REASON = 10  # characters: a reason that somebody can read later
MOST_IN_CASE = 200  # alerts


def why_not(stage: Stage | str, act: Act) -> str:
    """Return why this cannot happen now; "" when it may."""
    now = Stage(stage)
    allowed = act in TRANSITIONS[now] or (act is Act.CONFIRM and now is Stage.PROPOSED)
    if allowed:
        return ""
    return say("This is not possible now: it stands at “{stage}”.", stage=say(LABELS[now]))


def after(stage: Stage | str, act: Act) -> Stage:
    """Return the stage that follows; KeyError when the act is not possible (ask `why_not`)."""
    return TRANSITIONS[Stage(stage)][act]


def why_not_hold(held: int, limit: int) -> str:
    """Return why a person with so many open alerts and cases takes no more; "" when there is room."""
    if held < limit:
        return ""
    return say(
        "{held} are open on this desk, and {limit} is the limit here. Decide one or give one back"
        " first; the head of the unit can change the limit.",
        held=held,
        limit=limit,
    )


def why_not_decide(*, user: UUID | None, held_by: UUID | None) -> str:
    """Return why somebody may not decide; "" for whoever holds it."""
    if held_by is None:
        return "Nobody has this yet. Take it first."
    if user != held_by:
        return "A colleague is working on this. They decide, or hand it to you."
    return ""


def why_not_confirm(*, user: UUID | None, proposed_by: UUID | None) -> str:
    """Return why somebody may not confirm; "" for anybody but the one who proposed it."""
    if user == proposed_by:
        return "You proposed this yourself. A second person confirms it."
    return ""


def why_not_reason(reason: str) -> str:
    """Return what a reason lacks; "" when a later reader can understand it."""
    if len(reason.strip()) >= SHORTEST_REASON:
        return ""
    return "Write a reason that a colleague understands in a year: one or two sentences."


def why_not_choose(choice: Choice, *, victims: int, others: int) -> str:
    """Return why a choice does not fit those who are in an alert; "" when it does.

    `victims`: accounts of possible victims; `others`: the other accounts.
    """
    if choice is Choice.REPORT and victims and not others:
        return (
            "Everybody in this alert may be a victim, and nobody reports a victim. Choose that help"
            " comes first."
        )
    return ""


@dataclass(frozen=True)
class Step:
    """One line of the machine, for the manual."""

    before: Stage
    act: str
    after: Stage


def steps() -> list[Step]:
    """Return every line of the machine, confirmed choices included."""
    found = [
        Step(before, act.value, then)
        for before, acts in TRANSITIONS.items()
        for act, then in acts.items()
    ]
    found += [Step(Stage.PROPOSED, f"confirm: {c.value}", LEADS_TO[c]) for c in Choice]
    return found


def diagram() -> str:
    """Return the machine as a Mermaid diagram, printed from the tables above."""
    lines = [f"  {one.before} --> {one.after}: {one.act}" for one in steps()]
    return "\n".join(["stateDiagram-v2", "  [*] --> new", *lines])


_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is easily taken for another


def code(account: int) -> str:
    """Return how a page shows a pseudonym: six letters that can be said aloud.

    Derived from the number alone. Two accounts of one ledger share a code about once in 729 million
    pairs, so no page identifies by it.
    """
    number = int.from_bytes(hashlib.sha256(str(account).encode()).digest()[:8], "big")
    letters = []
    for _ in range(6):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return f"{''.join(letters[:3])}-{''.join(letters[3:])}"
