"""Whether a service is open at an instant, in its own time zone, and why we think so.

The answer is yes, no, or not known: a service that opens "once a month" is never called open
because it is Tuesday. Public holidays are not in any of the directories read; the reason says
"usual hours" for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from manumit.directory import codes, entry

MIDNIGHT = time(0, 0)
REGULAR = ("", "daily", "weekly")


@dataclass(frozen=True)
class Opening:
    """What is known of a service's hours."""

    hours: tuple[entry.Hours, ...] = ()
    always: bool = False
    frequency: str = ""
    timezone: str = ""


@dataclass(frozen=True)
class State:
    """Open (True), shut (False) or not known (None), with the reason in plain words."""

    open: bool | None
    reason: str


def zone_known(name: str) -> bool:
    """Tell whether a time zone name can be used."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return bool(name)


def state(opening: Opening, at: datetime) -> State:
    """Say whether the service is open at an aware instant."""
    if opening.always:
        return State(True, "Open day and night.")
    days = {span.weekday for span in opening.hours}
    if opening.frequency not in REGULAR or (opening.frequency == "weekly" and len(days) > 1):
        often = codes.label("frequency", opening.frequency).lower()
        return State(None, f"Open {often}: ask for the day.")
    if not opening.hours or not zone_known(opening.timezone):
        return State(None, "Opening hours are not known.")
    here = at.astimezone(ZoneInfo(opening.timezone))
    answers = [_covers(span, here) for span in opening.hours]
    if True in answers:
        return State(True, f"Open now by its usual hours ({_words(opening.hours, here)}).")
    if None in answers:
        return State(None, "Open today, but not all of its hours are known.")
    following = _next(opening.hours, here)
    return State(False, f"Shut now. Opens {following}." if following else "Shut now.")


def _covers(span: entry.Hours, here: datetime) -> bool | None:
    """Tell whether one span holds the local time; None when an unknown end decides."""
    now = here.timetz().replace(tzinfo=None)
    opens, closes = span.opens, span.closes
    overnight = opens is not None and closes is not None and closes <= opens
    if overnight and here.weekday() == (span.weekday + 1) % 7 and closes is not None:
        return now < closes
    if here.weekday() != span.weekday:
        return False
    if opens is not None and now < opens:
        return False
    if closes is not None and now >= closes and not overnight:
        return False
    return None if opens is None or closes is None else True


def _words(hours: Sequence[entry.Hours], here: datetime) -> str:
    spans = [h for h in hours if h.weekday == here.weekday()] or list(hours)
    return ", ".join(span_words(h) for h in spans)


def span_words(span: entry.Hours) -> str:
    """Return "08:30 to 17:00"; an unknown end is said to be unknown."""
    opens = span.opens.strftime("%H:%M") if span.opens else "unknown"
    closes = span.closes.strftime("%H:%M") if span.closes else "unknown"
    return f"{opens} to {closes}"


def _next(hours: Sequence[entry.Hours], here: datetime) -> str:
    """Return the next opening within a week in words, "" when there is none."""
    best: datetime | None = None
    for span in hours:
        opens = span.opens or MIDNIGHT
        day = here + timedelta(days=(span.weekday - here.weekday()) % 7)
        begin = day.replace(hour=opens.hour, minute=opens.minute, second=0, microsecond=0)
        if begin <= here:
            begin += timedelta(days=7)
        if best is None or begin < best:
            best = begin
    if best is None:
        return ""
    when = "today" if best.date() == here.date() else entry.DAYS[best.weekday()].capitalize()
    return f"{when} at {best:%H:%M}"
