"""When a person was born, as far as anybody knows; and how two such accounts stand to each other.

People give a year, an age, a day in the calendar of their country, or a day that a clerk once made
up: many papers say 1 January. An account is therefore a set of readings, each a span of days. A
reading by another calendar (lunar Hijri, Persian, Ethiopian) is kept beside the plain one, never in
its place. Conversions are ICU's, by the tabular (civil) Islamic, Persian and Ethiopic calendars.
"""

import functools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import icu

_DAY = timedelta(days=1)
_AGE_SLACK = 2  # years: ages are said in round numbers
_FIRST, _LAST = 1900, 2100
_NUMBER = re.compile(r"\d+")
_ABOUT = re.compile(
    r"about|approx|around|circa|\bca?\.|~|\?|vers|environ|حوالي|نحو|تقريبا|نزیک", re.I
)
_EPOCH = date(1970, 1, 1)


class Calendar(StrEnum):
    """How a written date is read."""

    GREGORIAN = "Gregorian"
    HIJRI = "lunar Hijri"
    PERSIAN = "Persian"
    ETHIOPIAN = "Ethiopian"


_ICU = {
    Calendar.HIJRI: "@calendar=islamic-civil",
    Calendar.PERSIAN: "@calendar=persian",
    Calendar.ETHIOPIAN: "@calendar=ethiopic",
}
# Who may have been given a date by another calendar than the Gregorian one (ISO 3166).
_PERSIAN_IN = frozenset(("IR", "AF"))
_ETHIOPIAN_IN = frozenset(("ET", "ER"))


class Agreement(StrEnum):
    """How two accounts of a birth stand to each other, the surest first."""

    SAME_DAY = "born on the same day"
    CALENDAR = "born on the same day, read by another calendar"
    SWAPPED = "the same day with day and month changed"
    SAME_MONTH = "born in the same month"
    SAME_YEAR = "born in the same year"
    ONE_YEAR = "born a year apart at the most"
    DIGITS = "years of birth with two digits changed"
    ABOUT = "the ages go together"
    FAR = "years of birth far apart"
    OTHER_YEAR = "different years of birth"
    UNKNOWN = "no birth to compare"


@dataclass(frozen=True)
class Reading:
    """The days on which somebody may have been born by one reading, first and last included."""

    first: date
    last: date
    calendar: Calendar = Calendar.GREGORIAN
    about: bool = False

    @property
    def exact(self) -> bool:
        """Tell whether it is one day, and not the 1 January of somebody who knew only the year."""
        return self.first == self.last and (self.first.month, self.first.day) != (1, 1)


Birth = tuple[Reading, ...]


def read(text: str, country: str = "") -> Birth:
    """Return the readings of a date of birth as written; () when there is none to be had.

    text: ISO, day/month/year, month/year or a year, in digits of any script. country: ISO 3166
    alpha-2 of nationality, which says what other calendar may be meant.
    """
    numbers = [int(found) for found in _NUMBER.findall(text)]
    if not numbers or len(numbers) > 3 or max(numbers) > 9999:
        return ()
    about = bool(_ABOUT.search(text))
    if numbers[0] > 31:
        year, rest = numbers[0], tuple(numbers[1:])
        ways = [rest]
    else:
        year, rest = numbers[-1], tuple(numbers[:-1])
        ways = [tuple(reversed(rest))]  # day, month as most of the world writes
        if len(rest) == 2 and rest[0] != rest[1]:
            ways.append(rest)
    found: list[Reading] = []
    for way in ways:
        for calendar in _calendars(year, country):
            one = _span(year, way, calendar, about)
            if one and one not in found:
                found.append(one)
    return tuple(found)


def from_age(age: int, on: date) -> Birth:
    """Return the reading of an age that somebody had on a day."""
    year = on.year - age
    first = date(max(1, year - _AGE_SLACK), 1, 1)
    return (Reading(first, date(min(year + _AGE_SLACK, on.year), 12, 31), about=True),)


def _calendars(year: int, country: str) -> tuple[Calendar, ...]:
    if _FIRST <= year < _LAST:
        plain = (Calendar.GREGORIAN,)
        return (*plain, Calendar.ETHIOPIAN) if country in _ETHIOPIAN_IN else plain
    if 1280 <= year <= 1500:
        both = (Calendar.PERSIAN, Calendar.HIJRI)
        return both if country in _PERSIAN_IN or not country else tuple(reversed(both))
    return ()


def _span(year: int, rest: tuple[int, ...], calendar: Calendar, about: bool) -> Reading | None:
    month = rest[0] if rest else None
    day = rest[1] if len(rest) > 1 else None
    try:
        first = _day(year, month or 1, day or 1, calendar)
        if day:
            last = first
        elif month:
            last = _day(year + month // 12, month % 12 + 1, 1, calendar) - _DAY
        else:
            last = _day(year + 1, 1, 1, calendar) - _DAY
    except (ValueError, OverflowError):
        return None
    return Reading(first, max(first, last), calendar, about)


@functools.lru_cache(maxsize=4096)
def _day(year: int, month: int, day: int, calendar: Calendar) -> date:
    if calendar is Calendar.GREGORIAN:
        return date(year, month, day)
    if not (1 <= month <= 13 and 1 <= day <= 31):
        raise ValueError("no such day")
    kept = icu.Calendar.createInstance(icu.TimeZone.getGMT(), icu.Locale(_ICU[calendar]))
    kept.clear()
    # Its years are of a long past era; 1 is the era of grace, 0 that of the world.
    if calendar is Calendar.ETHIOPIAN:
        kept.set(icu.UCalendarDateFields.ERA, 1)
    kept.set(icu.UCalendarDateFields.YEAR, year)
    kept.set(icu.UCalendarDateFields.MONTH, month - 1)
    kept.set(icu.UCalendarDateFields.DATE, day)
    return _EPOCH + timedelta(days=round(kept.getTime() / 86400))


def agreement(one: Birth, other: Birth) -> Agreement:
    """Return the best way in which two accounts agree, or how far apart they are."""
    if not one or not other:
        return Agreement.UNKNOWN
    order = list(Agreement)
    return min((_agree(a, b) for a in one for b in other), key=order.index)


def _agree(one: Reading, other: Reading) -> Agreement:
    if one.about or other.about:
        return _about(one, other)
    if one.exact and other.exact:
        if one.calendar == other.calendar and one.first == other.first:
            return Agreement.SAME_DAY
        # A month of the Hijri calendar begins by sight: a day more or less is the same day.
        if one.calendar != other.calendar and abs((one.first - other.first).days) <= 1:
            return Agreement.CALENDAR
        if one.first.year == other.first.year and _swapped(one.first, other.first):
            return Agreement.SWAPPED
        if (one.first.year, one.first.month) == (other.first.year, other.first.month):
            return Agreement.SAME_MONTH
    if one.first.year == other.first.year:
        return Agreement.SAME_YEAR
    return _years(one.first.year, other.first.year)


def _swapped(one: date, other: date) -> bool:
    return (one.day, one.month) == (other.month, other.day)


def _about(one: Reading, other: Reading) -> Agreement:
    if one.first <= other.last and other.first <= one.last:
        return Agreement.ABOUT
    gap = max(one.first - other.last, other.first - one.last).days
    return Agreement.ABOUT if gap <= 366 else Agreement.OTHER_YEAR if gap < 1830 else Agreement.FAR


def _years(one: int, other: int) -> Agreement:
    if abs(one - other) == 1:
        return Agreement.ONE_YEAR
    if sorted(str(one)) == sorted(str(other)) and one // 100 == other // 100:
        return Agreement.DIGITS
    return Agreement.FAR if abs(one - other) > 5 else Agreement.OTHER_YEAR
