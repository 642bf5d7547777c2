"""Whether a service is open at an instant, in its own time zone, and why we think so.

The answer is yes, no, or not known: a service that opens "once a month" is never called open
because it is Tuesday. Public holidays are not in any of the directories read; the reason says
"usual hours" for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from manumit.core.reasons import Reason, say
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
        return State(True, say("Open day and night."))
    days = {span.weekday for span in opening.hours}
    if opening.frequency not in REGULAR or (opening.frequency == "weekly" and len(days) > 1):
        often = codes.word("frequency", opening.frequency)
        return State(None, say("Open at times ({often}): ask for the day.", often=often))
    if not opening.hours or not zone_known(opening.timezone):
        return State(None, say("Opening hours are not known."))
    here = at.astimezone(ZoneInfo(opening.timezone))
    answers = [_covers(span, here) for span in opening.hours]
    if True in answers:
        spans = _words(opening.hours, here)
        return State(True, say("Open now by its usual hours ({spans}).", spans=spans))
    if None in answers:
        return State(None, say("Open today, but not all of its hours are known."))
    return State(False, _next(opening.hours, here))


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


def _words(hours: Sequence[entry.Hours], here: datetime) -> list[Reason]:
    spans = [h for h in hours if h.weekday == here.weekday()] or list(hours)
    return [span_words(h) for h in spans]


def span_words(span: entry.Hours) -> Reason:
    """Return "08:30 to 17:00"; an unknown end is said to be unknown."""
    opens = span.opens or say("unknown")
    closes = span.closes or say("unknown")
    return say("{opens} to {closes}", opens=opens, closes=closes)


def _next(hours: Sequence[entry.Hours], here: datetime) -> Reason:
    """Say that it is shut, and when it opens next within a week."""
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
        return say("Shut now.")
    if best.date() == here.date():
        return say("Shut now. Opens today at {time}.", time=best.time())
    weekday = say(entry.DAYS[best.weekday()].capitalize())
    return say("Shut now. Opens {day} at {time}.", day=weekday, time=best.time())
