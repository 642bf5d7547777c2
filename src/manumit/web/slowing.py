"""How long the next guess at a code has to wait: longer with each wrong one, never for good.

A code has no account whose owner could be shut out. Still, whoever guesses at a number from
anywhere must not keep its owner waiting: a sender who has not guessed wrong before is never made to
wait because of others (OWASP ASVS 5.0, 6.3.1 and 6.1.1). Many guesses at one number from many places
only take away the free tries of those who go on guessing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)
FREE, FREE_OF_SENDER = 3, 12  # wrong guesses without a wait: at one number, and at any
UNDER_ATTACK = 20  # wrong guesses at one number from everywhere
FIRST, LONGEST = timedelta(seconds=5), timedelta(minutes=5)


@dataclass(frozen=True)
class Tally:
    """How many wrong guesses there were within the window, and when the last one was."""

    count: int = 0
    last: datetime | None = None


def _wait(tally: Tally, free: int, now: datetime) -> timedelta:
    over = tally.count - free
    if over < 0 or tally.last is None:
        return timedelta(0)
    length = min(FIRST * (1 << min(over, 10)), LONGEST)
    # A clock that was set back must not make the wait longer than it is.
    return max(timedelta(0), min(tally.last + length - now, length))


def wait(*, pair: Tally, sender: Tally, number: Tally, now: datetime) -> timedelta:
    """Return how long to wait. `pair` counts this sender at this number, the others each alone."""
    free = 1 if number.count >= UNDER_ATTACK else FREE
    return max(_wait(pair, free, now), _wait(sender, FREE_OF_SENDER, now))


def tally(rows: Mapping[str, Tally], digest: str) -> Tally:
    """Return the count of one digest; nothing counted is nothing."""
    return rows.get(digest, Tally())
