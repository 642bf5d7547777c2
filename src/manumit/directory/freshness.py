"""How far what is written of a service can still be trusted, and when to ask.

A confirmation by a person who reached the service counts most. Without one, the day the source
vouched for counts. An end date that has passed since then makes the entry stale whatever its
age. The ageing is in `data/freshness.toml`, dated and sourced.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from manumit.core.reasons import say, together
from manumit.directory import codes


class Standing(StrEnum):
    """How an entry is shown."""

    FRESH = "fresh"
    FADING = "fading"
    STALE = "stale"


@dataclass(frozen=True)
class Rules:
    """Days; see `data/freshness.toml`."""

    half_life_days: int
    ask_after_days: int
    stale_after_days: int


@dataclass(frozen=True)
class Freshness:
    """`score` is 1.0 on the day of knowledge and halves with each half-life; 0.0 when unknown."""

    score: float
    standing: Standing
    known_on: date | None
    confirmed: bool
    ended: bool
    reason: str

    @property
    def asks(self) -> bool:
        """Tell whether the entry asks for confirmation."""
        return self.standing is not Standing.FRESH

    @property
    def warning(self) -> str:
        """Say, for an entry that is stale, since which year nobody has confirmed it; else ""."""
        if self.standing is not Standing.STALE:
            return ""
        if self.known_on is None:
            return say("Nobody has ever confirmed this.")
        return say("Nobody has confirmed this since {year}.", year=self.known_on.year)


RULES = Rules(**codes.load("freshness.toml")["rules"])


def of(
    *,
    confirmed_on: date | None,
    stated_on: date | None,
    ends_on: date | None,
    on: date,
    rules: Rules = RULES,
) -> Freshness:
    """Judge an entry on a day. Dates in the future count as that day."""
    known_on = confirmed_on or stated_on
    confirmed = confirmed_on is not None
    ended = ends_on is not None and ends_on < on and not (confirmed_on and confirmed_on > ends_on)
    if known_on is None:
        return Freshness(
            0.0, Standing.STALE, None, False, ended, _reason(None, False, ends_on, ended)
        )
    days = max(0, (on - known_on).days)
    score = 0.5 ** (days / rules.half_life_days)
    return Freshness(
        score,
        _standing(days, ended, rules),
        known_on,
        confirmed,
        ended,
        _reason(known_on, confirmed, ends_on, ended),
    )


def _standing(days: int, ended: bool, rules: Rules) -> Standing:
    if ended or days > rules.stale_after_days:
        return Standing.STALE
    return Standing.FADING if days > rules.ask_after_days else Standing.FRESH


def _reason(known_on: date | None, confirmed: bool, ends_on: date | None, ended: bool) -> str:
    if known_on is None:
        first = say("Nobody has confirmed it.")
    elif confirmed:
        first = say("Confirmed on {day}.", day=known_on)
    else:
        first = say("Not confirmed since its source gave it for {day}.", day=known_on)
    if ended and ends_on is not None:
        until = say("It was planned until {day}: ask whether it still runs.", day=ends_on)
        return together(first, until)
    return first
