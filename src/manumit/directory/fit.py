"""The order in which services are offered to a person for a need.

Open, near, fit and fresh, and how fast a service has really answered referrals. Each offer
carries the parts of its score with the value, the weight and the words that made them; nobody is
shown a bare number. A service that would not take the person comes last, with the reason. The
order is a proposal: a person chooses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from manumit.core.reasons import Reason, say, together
from manumit.directory import codes, distance, eligibility, freshness, opening

T = TypeVar("T")
_DATA = codes.load("fit.toml")
WEIGHTS: dict[str, float] = _DATA["weights"]
HALVES: dict[str, float] = _DATA["halves"]
UNKNOWN: dict[str, float] = _DATA["unknown"]


@dataclass(frozen=True)
class Candidate(Generic[T]):
    """What the order needs to know of a service. `closed` says why it is closed, "" if not."""

    service: T
    key: str
    at: tuple[float, float] | None
    precision: str
    coverage: str
    opening: opening.Opening
    eligibility: eligibility.Eligibility
    freshness: freshness.Freshness
    languages: tuple[str, ...] = ()
    answered_hours: float | None = None
    stated_hours: float | None = None
    stated_answer: str = ""
    closed: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a score: a value from 0 to 1, its weight, and the reason in words."""

    name: str
    value: float
    weight: float
    because: str


@dataclass(frozen=True)
class Offer(Generic[T]):
    """A service as it is offered, with everything that put it in its place."""

    service: T
    parts: tuple[Part, ...]
    why_not: str
    to_ask: tuple[str, ...]
    distance_km: float | None
    open_now: bool | None
    fresh: freshness.Freshness
    expected_answer_hours: float | None

    @property
    def score(self) -> float:
        """Return the weighted sum of the parts, 0 to 1."""
        return sum(part.value * part.weight for part in self.parts)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return the words of all parts, in the order of their weight."""
        return tuple(part.because for part in self.parts)


@dataclass(frozen=True)
class Wish:
    """What is looked for. `language` "" and `near` None mean: no matter."""

    person: eligibility.Person
    at: datetime
    near: tuple[float, float] | None = None
    language: str = ""


def offer(candidate: Candidate[T], wish: Wish) -> Offer[T]:
    """Judge one service for one wish."""
    judged = eligibility.answer(candidate.eligibility, wish.person)
    now = opening.state(candidate.opening, wish.at)
    away = None
    if wish.near is not None and candidate.at is not None:
        away = distance.km(wish.near, candidate.at)
    answering, hours = _answering(candidate)
    parts = (
        _near(away, candidate),
        answering,
        Part("fresh", candidate.freshness.score, WEIGHTS["fresh"], candidate.freshness.reason),
        _open(now),
        _language(candidate, wish),
    )
    return Offer(
        service=candidate.service,
        parts=parts,
        why_not=candidate.closed or judged.why_not,
        to_ask=judged.to_ask,
        distance_km=away,
        open_now=now.open,
        fresh=candidate.freshness,
        expected_answer_hours=hours,
    )


def ranked(candidates: Iterable[Candidate[T]], wish: Wish) -> list[Offer[T]]:
    """Return offers, best first; those that would not take the person last, with the reason.

    Equal scores are ordered by distance, then by key, so that the order never depends on chance.
    """
    judged = [(offer(c, wish), c.key) for c in candidates]
    judged.sort(
        key=lambda pair: (
            bool(pair[0].why_not),
            -round(pair[0].score, 9),
            pair[0].distance_km if pair[0].distance_km is not None else float("inf"),
            pair[1],
        )
    )
    return [made for made, _ in judged]


def _near(away: float | None, candidate: Candidate[T]) -> Part:
    weight = WEIGHTS["near"]
    if away is None:
        return Part("near", UNKNOWN["near"], weight, say("The distance is not known."))
    value = 0.5 ** (away / HALVES["near_km"])
    km, precision = round(away), candidate.precision
    if precision and precision != "point":
        known = codes.word("precision", precision)
        because = say("About {km} km away ({known}).", km=km, known=known)
    else:
        because = say("About {km} km away.", km=km)
    if candidate.coverage:
        area = codes.word("coverage", candidate.coverage)
        because = together(because, say("It serves: {area}.", area=area))
    return Part("near", value, weight, because)


def _answering(candidate: Candidate[T]) -> tuple[Part, float | None]:
    weight, half = WEIGHTS["answering"], HALVES["answering_hours"]
    if candidate.answered_hours is not None:
        hours = candidate.answered_hours
        words = say("It has answered referrals within {time} (half sooner).", time=_hours(hours))
        return Part("answering", 0.5 ** (hours / half), weight, words), hours
    if candidate.stated_hours is not None:
        hours = candidate.stated_hours
        time = _hours(hours)
        words = say("It says it answers within {time}; no referral has tested this.", time=time)
        return Part("answering", 0.5 ** (hours / half), weight, words), hours
    words = say("How fast it answers is not known.")
    if candidate.stated_answer:
        stated = candidate.stated_answer.lower()
        words = say("It says of its answering time: {stated}.", stated=stated)
    return Part("answering", UNKNOWN["answering"], weight, words), None


def _hours(hours: float) -> Reason:
    if hours < 48:
        count = max(1, round(hours))
        return say("1 hour") if count == 1 else say("{count} hours", count=count)
    return say("{count} days", count=round(hours / 24))


def _open(now: opening.State) -> Part:
    value = {True: 1.0, False: 0.2, None: UNKNOWN["open"]}[now.open]
    return Part("open", value, WEIGHTS["open"], now.reason)


def _language(candidate: Candidate[T], wish: Wish) -> Part:
    weight = WEIGHTS["language"]
    if not wish.language:
        return Part("language", 1.0, weight, say("No language was asked for."))
    if not candidate.languages:
        return Part("language", UNKNOWN["language"], weight, say("Its languages are not known."))
    spoken = wish.language in candidate.languages
    words = (
        say("They speak the language.")
        if spoken
        else say("They do not speak it: bring an interpreter.")
    )
    return Part("language", 1.0 if spoken else 0.2, weight, words)
