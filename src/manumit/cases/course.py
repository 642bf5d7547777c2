"""Help that goes on: a course of sessions over months, and what happens when they are missed.

Psychosocial support is to be sustainable (S/RES/2331 (2016), paragraph 3(b)): a follow-up plan, not
one visit. A course has a rhythm and an end; each session is held, missed, moved or cancelled by
somebody; two missed in a row are a reason to look after the person, never to end the help.
"""

import calendar
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from manumit.core.reasons import low, say


class Rhythm(StrEnum):
    """How often."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    OWN = "own_dates"


RHYTHM_LABELS: dict[Rhythm, str] = {
    Rhythm.WEEKLY: "Every week",
    Rhythm.FORTNIGHTLY: "Every two weeks",
    Rhythm.MONTHLY: "Every month",
    Rhythm.OWN: "On days that are chosen one by one",
}
MOST = 60  # sessions of one course: more than a year of weeks is a new plan


class Session(StrEnum):
    """Where one session stands."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    MOVED = "moved"
    CANCELLED = "cancelled"


SESSION_LABELS: dict[Session, str] = {
    Session.PLANNED: "Planned",
    Session.HELD: "Held",
    Session.MISSED: "The person did not come",
    Session.MOVED: "Moved to another day",
    Session.CANCELLED: "Cancelled by the service",
}
TRANSITIONS: dict[Session, frozenset[Session]] = {
    Session.PLANNED: frozenset({Session.HELD, Session.MISSED, Session.MOVED, Session.CANCELLED}),
    Session.HELD: frozenset(),
    Session.MISSED: frozenset({Session.HELD}),  # somebody was told later that the person came
    Session.MOVED: frozenset(),
    Session.CANCELLED: frozenset(),
}


class State(StrEnum):
    """Where a course stands."""

    ACTIVE = "active"
    FINISHED = "finished"
    STOPPED = "stopped"


STATE_LABELS: dict[State, str] = {
    State.ACTIVE: "Going on",
    State.FINISHED: "Finished",
    State.STOPPED: "Stopped before its end",
}


class Outcome(StrEnum):
    """What a course led to."""

    BETTER = "better"
    SOMEWHAT = "somewhat_better"
    SAME = "no_change"
    WORSE = "worse"
    PERSON_ENDED = "person_ended"
    LOST = "lost_contact"
    ELSEWHERE = "goes_on_elsewhere"
    UNAVAILABLE = "service_unavailable"


OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.BETTER: "The person is doing better",
    Outcome.SOMEWHAT: "The person is doing somewhat better",
    Outcome.SAME: "Nothing changed",
    Outcome.WORSE: "The person is doing worse",
    Outcome.PERSON_ENDED: "The person wanted to end it",
    Outcome.LOST: "No contact any more",
    Outcome.ELSEWHERE: "It goes on elsewhere",
    Outcome.UNAVAILABLE: "The service could not go on",
}
MISSED_LIMIT = 2  # missed in a row: own rule, the person may be in trouble (status: pending)


def series(first: datetime, rhythm: Rhythm | str, count: int) -> list[datetime]:
    """Return the instants of a course, the first included, at the same hour of the wall clock.

    A month that is too short has the session on its last day. `first` should carry a zone with
    its summer time; own dates are not a series and give the first alone.
    """
    rhythm = Rhythm(rhythm)
    if rhythm is Rhythm.OWN:
        return [first]
    if rhythm is Rhythm.MONTHLY:
        return [_months_on(first, number) for number in range(count)]
    weeks = 1 if rhythm is Rhythm.WEEKLY else 2
    return [first + timedelta(weeks=weeks * number) for number in range(count)]


def _months_on(first: datetime, number: int) -> datetime:
    years, month = divmod(first.month - 1 + number, 12)
    year = first.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return first.replace(year=year, month=month + 1, day=min(first.day, last))


def why_not_plan(count: int, instants: Sequence[datetime]) -> str:
    """Say why a course cannot be planned like this; "" when it can."""
    if not 1 <= count <= MOST:
        return say("Plan between 1 and {most} sessions. More can be added later.", most=MOST)
    if len(set(instants)) != len(instants):
        return "Two sessions are at the same time."
    return ""


def why_not_mark(
    old: Session | str, new: Session | str, *, planned_at: datetime, now: datetime
) -> str:
    """Say why a session cannot be marked; "" when it can."""
    old, new = Session(old), Session(new)
    if new not in TRANSITIONS[old]:
        return say("This session is “{state}” already.", state=low(SESSION_LABELS[old]))
    if new in {Session.HELD, Session.MISSED} and planned_at > now:
        return "This session is still to come. Move it when it takes place earlier."
    return ""


def why_not_move(new_at: datetime | None, others: Iterable[datetime], now: datetime) -> str:
    """Say why a session cannot move to this instant; "" when it can."""
    if new_at is None:
        return "Say when it takes place instead."
    if new_at <= now:
        return "This time has passed. Choose a time to come."
    if new_at in set(others):
        return "Another session of this course is at this time."
    return ""


def missed_in_a_row(states: Iterable[Session | str]) -> int:
    """Return how many of the last sessions were missed; `states` in the order of time.

    Sessions that are planned, moved or cancelled by the service say nothing about the person.
    """
    told = [s for s in map(Session, states) if s in {Session.HELD, Session.MISSED}]
    missed = 0
    for state in reversed(told):
        if state is not Session.MISSED:
            break
        missed += 1
    return missed


def look_after(states: Iterable[Session | str]) -> bool:
    """Tell whether so many were missed in a row that somebody must look after the person."""
    return missed_in_a_row(states) >= MISSED_LIMIT


def why_not_end(state: State | str, outcome: str, *, planned: int, finished: bool) -> str:
    """Say why a course cannot end like this; "" when it can. `planned`: sessions still ahead."""
    if State(state) is not State.ACTIVE:
        return "This course has ended already."
    if outcome not in set(Outcome):
        return "Choose what it led to from the list."
    if finished and planned:
        return say(
            "{n} session(s) are still planned. Stop the course, or hold or cancel them.", n=planned
        )
    return ""


def diagram() -> str:
    """Return the machine of a session as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> planned"]
    lines += [f"    {old} --> {new}" for old in TRANSITIONS for new in sorted(TRANSITIONS[old])]
    return "\n".join(lines)
