"""When each duty is due, how it stands, and when being late is brought before more people.

The hours are data (data/deadlines.toml), dated and sourced; a country may have its own. Clocks
start at identification: a day's delay in typing is a day less to help.
"""

import functools
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib import resources
from typing import Any


class Urgency(StrEnum):
    """How soon a need must be met; each is a clock kind."""

    HOUR = "within_1_hour"
    THREE_HOURS = "within_3_hours"
    DAY = "within_1_day"
    THREE_DAYS = "within_3_days"


URGENCY_LABELS: dict[Urgency, str] = {
    Urgency.HOUR: "Within 1 hour",
    Urgency.THREE_HOURS: "Within 3 hours",
    Urgency.DAY: "Within 1 day",
    Urgency.THREE_DAYS: "Within 3 days",
}

RECOVERY = "recovery"
REFERRAL_ANSWER = "referral_answer"
FIND_ANOTHER = "find_another_service"
TELL_RECIPIENT = "tell_recipient"
ACCOUNT_REQUEST = "account_request"
SESSION = "session_due"
MISSED_TWICE = "session_missed_twice"
COURSE_FOLLOW_UP = "course_follow_up"
SAFETY_REVIEW = "safety_review"
HANDOVER = "handover_answer"
HANDOVER_FAR = "handover_organisation"
JOINT_VISIT = "joint_visit"

# Clocks of help that goes on: they outlive the need, which is met when the help begins.
OF_COURSES: frozenset[str] = frozenset({SESSION, MISSED_TWICE, COURSE_FOLLOW_UP})

# A recovery period is the person's time, not a duty that somebody misses.
NOT_A_DUTY: frozenset[str] = frozenset({RECOVERY})

_STATUSES = {"verified", "secondary", "pending"}


class BadDeadlines(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names entry, key and cure."""


@dataclass(frozen=True)
class Rule:
    """How long one duty may take, from a day on, everywhere or in one country."""

    kind: str
    label: str
    hours: int
    valid_from: date
    source: str
    source_status: str
    country: str = ""


@dataclass(frozen=True)
class Escalation:
    """When an overdue duty reaches the next level."""

    level: int
    hours: int
    to: str
    source: str
    source_status: str


@dataclass(frozen=True)
class Deadlines:
    """The whole file."""

    rules: tuple[Rule, ...]
    escalations: tuple[Escalation, ...]


@dataclass(frozen=True)
class ClockState:
    """How a clock stands: exactly one of running, overdue, stopped in time, stopped late."""

    code: str
    left: timedelta  # negative when late; for a stopped clock, what was left when it stopped
    share: float  # of the time used, 0 to 1, for a bar

    @property
    def overdue(self) -> bool:
        """Tell whether somebody has to hurry."""
        return self.code == "overdue"


def parse(text: str) -> Deadlines:
    """Read the data file; raises BadDeadlines that names entry, key and cure."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDeadlines(f"deadlines.toml: {error}. Mend the line that is named.") from error
    rules = tuple(_rule(number, entry) for number, entry in enumerate(raw.get("clock", []), 1))
    escalations = tuple(
        Escalation(**_checked(f"escalation {number}", entry, _ESCALATION_KEYS))
        for number, entry in enumerate(raw.get("escalation", []), 1)
    )
    if [e.level for e in escalations] != list(range(1, len(escalations) + 1)):
        raise BadDeadlines("deadlines.toml: escalation levels must be 1, 2, 3 … in order.")
    return Deadlines(rules, escalations)


_RULE_KEYS = {
    "kind": str,
    "label": str,
    "hours": int,
    "from": date,
    "source": str,
    "source_status": str,
}
_ESCALATION_KEYS = {"level": int, "hours": int, "to": str, "source": str, "source_status": str}


def _checked(place: str, entry: dict[str, Any], keys: dict[str, type]) -> dict[str, Any]:
    for key, kind in keys.items():
        if not isinstance(entry.get(key), kind):
            raise BadDeadlines(f"deadlines.toml, {place}: “{key}” must be a {kind.__name__}.")
    if entry["source_status"] not in _STATUSES:
        raise BadDeadlines(
            f"deadlines.toml, {place}: “source_status” must be one of {sorted(_STATUSES)}."
        )
    return entry


def _rule(number: int, entry: dict[str, Any]) -> Rule:
    place = f"clock {number} ({entry.get('kind', '?')})"
    values = dict(_checked(place, entry, _RULE_KEYS))
    if values["hours"] <= 0:
        raise BadDeadlines(f"deadlines.toml, {place}: “hours” must be more than 0.")
    values["valid_from"] = values.pop("from")
    return Rule(**values)


@functools.cache
def load() -> Deadlines:
    """Return the deadlines that come with the product."""
    return parse(
        resources.files("manumit.cases").joinpath("data/deadlines.toml").read_text("utf-8")
    )


def rule(kind: str, on: date, country: str = "", known: Deadlines | None = None) -> Rule:
    """Return the rule for a duty on a day; a country's own rule goes before the general one.

    Raises KeyError for a kind that is not in the file.
    """
    rules = [r for r in (known or load()).rules if r.kind == kind]
    if not rules:
        raise KeyError(f"no deadline is known for “{kind}”; see cases/data/deadlines.toml")
    for place in (country.upper(), ""):
        valid = [r for r in rules if r.country == place and r.valid_from <= on]
        if valid:
            return max(valid, key=lambda r: r.valid_from)
    return min(rules, key=lambda r: (r.country != "", r.valid_from))


def due_at(
    kind: str, identified_at: datetime, country: str = "", known: Deadlines | None = None
) -> datetime:
    """Return when the duty is due, counted from identification."""
    return identified_at + timedelta(hours=rule(kind, identified_at.date(), country, known).hours)


def answer_due_at(sent_at: datetime, need_due_at: datetime) -> datetime:
    """Return by when a service must answer.

    Before the need is due; where less than an hour is left for that, within an hour of sending,
    and never later than the general limit.
    """
    soonest = sent_at + timedelta(hours=rule(Urgency.HOUR, sent_at.date()).hours)
    latest = sent_at + timedelta(hours=rule(REFERRAL_ANSWER, sent_at.date()).hours)
    return min(max(need_due_at, soonest), latest)


def state(
    starts_at: datetime, due: datetime, stopped_at: datetime | None, now: datetime
) -> ClockState:
    """Return how a clock stands at `now`."""
    seen = stopped_at or now
    left = due - seen
    late = left < timedelta(0)
    if stopped_at:
        code = "stopped_late" if late else "stopped_in_time"
    else:
        code = "overdue" if late else "running"
    whole = (due - starts_at).total_seconds()
    used = (seen - starts_at).total_seconds()
    share = 1.0 if whole <= 0 else min(1.0, max(0.0, used / whole))
    return ClockState(code, left, share)


def level(due: datetime, now: datetime, known: Deadlines | None = None) -> int:
    """Return the escalation level an unstopped duty has reached; 0 when it is not late."""
    reached = [
        e.level for e in (known or load()).escalations if now > due + timedelta(hours=e.hours)
    ]
    return max(reached, default=0)


def hours(number: int) -> timedelta:
    """Return a number of hours as a time difference."""
    return timedelta(hours=number)


def label(kind: str) -> str:
    """Return the duty in words."""
    return next((r.label for r in load().rules if r.kind == kind), kind)
