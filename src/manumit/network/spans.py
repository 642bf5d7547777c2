"""Times as sources give them: a year, a month or a day, and whether two such spans can meet.

FollowTheMoney's partial dates (2015, 2015-03, 2015-03-04) stand for every day they could mean. What
has no date could be at any time; whoever uses it says so.
"""

import calendar
from datetime import date


def first_day(text: str) -> date | None:
    """Return the first day that a partial date can mean; None where it says nothing."""
    parts = _parts(text)
    return date(parts[0], parts[1] or 1, parts[2] or 1) if parts else None


def last_day(text: str) -> date | None:
    """Return the last day that a partial date can mean; None where it says nothing."""
    parts = _parts(text)
    if not parts:
        return None
    year, month = parts[0], parts[1] or 12
    return date(year, month, parts[2] or calendar.monthrange(year, month)[1])


def _parts(text: str) -> tuple[int, int, int] | None:
    pieces = text[:10].split("-") if text else []
    if not pieces or not all(piece.isascii() and piece.isdecimal() for piece in pieces):
        return None
    numbers = [int(piece) for piece in pieces] + [0, 0]
    year, month, day = numbers[:3]
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return year, month, day


def stands(since: str, until: str, on: date) -> bool:
    """Tell whether something can have stood on a day."""
    begun, ended = first_day(since), last_day(until)
    return (begun is None or begun <= on) and (ended is None or on <= ended)


def meet(since: str, until: str, other_since: str, other_until: str) -> bool:
    """Tell whether two spans can have a day in common."""
    begun, ended = first_day(since), last_day(until)
    other_begun, other_ended = first_day(other_since), last_day(other_until)
    return (begun is None or other_ended is None or begun <= other_ended) and (
        other_begun is None or ended is None or other_begun <= ended
    )


def dated(since: str, until: str) -> bool:
    """Tell whether a span says anything at all."""
    return first_day(since) is not None or last_day(until) is not None
