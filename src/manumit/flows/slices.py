"""How time is cut, so that work done once stays done and new transfers cost what they are.

A *slice* is a month in UTC ("2026-01"). A *bin* is half a month: days 1 to 15, and the rest. Facts are
measured over *periods* of two bins that overlap by one, so that whatever lasts no longer than half a
month lies whole in one of them. A period is named by its last bin and belongs to the slice of that bin:
a slice's facts need its own entries and the second half of the month before, nothing else.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HALF = 15  # the last day of the first half


@dataclass(frozen=True, order=True)
class Slice:
    """One month."""

    year: int
    month: int

    @property
    def name(self) -> str:
        """Return "2026-01"."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_bin(self) -> int:
        """Return the number of its first half."""
        return (self.year * 12 + self.month - 1) * 2

    @property
    def starts(self) -> datetime:
        """Return its first instant."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """Return the first instant after it."""
        return self.after().starts

    def after(self) -> "Slice":
        """Return the next month."""
        return Slice(self.year + self.month // 12, self.month % 12 + 1)

    def before(self) -> "Slice":
        """Return the month before."""
        return Slice(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    @property
    def periods(self) -> tuple[int, int]:
        """Return the two periods that end in it."""
        return self.first_bin, self.first_bin + 1


def named(name: str) -> Slice:
    """Return the slice called "2026-01"; raises ValueError."""
    year, _, month = name.partition("-")
    return Slice(int(year), int(month))


def of(at: datetime) -> Slice:
    """Return the slice in which an instant lies."""
    told = at.astimezone(UTC) if at.tzinfo else at
    return Slice(told.year, told.month)


def bin_starts(number: int) -> datetime:
    """Return the first instant of a half-month."""
    year, month = divmod(number // 2, 12)
    return datetime(year, month + 1, HALF + 1 if number % 2 else 1, tzinfo=UTC)


def period_span(period: int) -> tuple[datetime, datetime]:
    """Return a period's first instant and the first instant after it."""
    return bin_starts(period - 1), bin_starts(period + 1)


def needing(present: Iterable[str]) -> list[Slice]:
    """Return the slices to work on: those with entries, and the month after each.

    The month after holds the period that began in the second half; it is left out at the very end,
    where nothing new could be seen in it.
    """
    own = {named(name) for name in present}
    if not own:
        return []
    return sorted(own | {each.after() for each in own if each.after() < max(own)})


def window_slices(one: Slice, seconds: int) -> list[Slice]:
    """Return the slice and those before it that a look back of so many seconds reaches."""
    found, earliest = [one], one.starts - timedelta(seconds=seconds)
    while found[0].starts > earliest:
        found.insert(0, found[0].before())
    return found


def digest(parts: Sequence[object]) -> str:
    """Return a short name for a set of inputs; a derived table that bears it need not be made again."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]
