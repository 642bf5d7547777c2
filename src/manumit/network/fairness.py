"""Fairness: whether hits, findings of "the same person" and dossiers fall on some groups more than others.

A report, not a verdict: a skew may come from the lists, from where people were screened, from how names
are compared, or from what happened. It says where to look. Counts under ten are not shown, and where
one alone would be hidden the next smallest goes with it, so that no sum gives it away; rates are
shown for groups of twenty and more. The interval is the exact one of Clopper and Pearson (1934).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAST_COUNT = 10
LEAST_GROUP = 20
UNKNOWN = "unknown"
_LEVEL = 0.05


class Measure(StrEnum):
    """What is counted."""

    HITS = "hits"  # people held against a list with at least one hit
    SAME = "same"  # people found to be a listed one, or one with another
    DOSSIERS = "dossiers"  # people a dossier is about


MEASURES: dict[Measure, str] = {
    Measure.HITS: "Hits on a list",
    Measure.SAME: "Held to be the same person",
    Measure.DOSSIERS: "Subject of a dossier",
}


class By(StrEnum):
    """By which groups."""

    NATIONALITY = "nationality"
    SCRIPT = "script"


GROUPS: dict[By, str] = {By.NATIONALITY: "Nationality", By.SCRIPT: "Script of the name"}


@dataclass(frozen=True)
class Person:
    """One screened person, without anything that names them."""

    groups: Mapping[By, frozenset[str]]
    found: frozenset[Measure]


@dataclass(frozen=True)
class Counted:
    """One group: people and how many of them were found; None where it is not shown."""

    group: str
    people: int | None
    found: Mapping[Measure, int | None]


def count(people: Iterable[Person], by: By) -> dict[str, dict[str, int]]:
    """Return per group how many people, and of them how many found by each measure.

    Somebody with two nationalities is counted in both; nobody without one is left out ("unknown").
    """
    table: dict[str, dict[str, int]] = {}
    for person in people:
        for group in person.groups.get(by) or (UNKNOWN,):
            row = table.setdefault(group, {"people": 0, **dict.fromkeys(Measure, 0)})
            row["people"] += 1
            for measure in person.found:
                row[measure] += 1
    return table


def protected(table: Mapping[str, Mapping[str, int]]) -> list[Counted]:
    """Return what may be kept and shown, the largest groups first; the hidden ones at the end."""
    people = _hide({group: row["people"] for group, row in table.items()})
    found = {m: _hide({group: row.get(m, 0) for group, row in table.items()}) for m in Measure}
    rows = [
        Counted(
            group,
            people[group],
            {m: found[m][group] if people[group] is not None else None for m in Measure},
        )
        for group in table
    ]
    return sorted(rows, key=lambda row: (-(row.people or 0), row.group))


def _hide(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Hide counts under ten; where that leaves one alone, the next smallest too. Nought hides none."""
    hidden = {group for group, n in counts.items() if n < LEAST_COUNT}
    if len(hidden) == 1:
        others = sorted((n, group) for group, n in counts.items() if group not in hidden)
        hidden |= {group for _, group in others[:1]}
    return {group: None if group in hidden else n for group, n in counts.items()}


@dataclass(frozen=True)
class Skew:
    """How often a group is found, against everybody: 2.0 is twice as often. None where too small."""

    group: str
    people: int | None
    found: int | None
    rate: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def stands_out(self) -> bool:
        """Tell whether chance alone would rarely do it: the interval leaves out 1."""
        if self.low is None or self.high is None:
            return False
        return self.low > 1 or self.high < 1


def skews(rows: Sequence[Counted], measure: Measure, whole: Counted) -> list[Skew]:
    """Return the skew of each group; `whole`: everybody together, each person once.

    The rate of the whole is taken as given; the interval is of the group's own rate.
    """
    everybody, all_found = whole.people, whole.found[measure]
    base = all_found / everybody if everybody and all_found is not None else None
    return [_skew(row, measure, base) for row in rows]


def _skew(row: Counted, measure: Measure, base: float | None) -> Skew:
    found, people = row.found[measure], row.people
    if found is None or people is None or people < LEAST_GROUP or not base:
        return Skew(row.group, people, found)
    low, high = interval(found, people)
    rate = found / people
    return Skew(row.group, people, found, rate, rate / base, low / base, high / base)


def whole(people: Iterable[Person]) -> Counted:
    """Return everybody together, protected: a count under ten is not shown."""
    n, found = 0, dict.fromkeys(Measure, 0)
    for person in people:
        n += 1
        for measure in person.found:
            found[measure] += 1
    shown = {m: None if count < LEAST_COUNT else count for m, count in found.items()}
    return Counted("", None if n < LEAST_COUNT else n, shown)


def interval(found: int, people: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a rate; `found` of `people`, 0 ≤ found ≤ people, people > 0."""
    low = 0.0 if found == 0 else _solve(lambda p: 1 - _at_most(found - 1, people, p), _LEVEL / 2)
    high = 1.0 if found == people else _solve(lambda p: -_at_most(found, people, p), -_LEVEL / 2)
    return low, high


def _solve(rising: Callable[[float], float], target: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if rising(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(most: int, n: int, p: float) -> float:
    """Return the chance of at most so many of n, each with chance p."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return 1.0 if most >= n else 0.0
    log_p, log_q = math.log(p), math.log1p(-p)
    terms = [
        math.lgamma(n + 1)
        - math.lgamma(k + 1)
        - math.lgamma(n - k + 1)
        + k * log_p
        + (n - k) * log_q
        for k in range(most + 1)
    ]
    top = max(terms)
    return min(1.0, math.exp(top) * math.fsum(math.exp(t - top) for t in terms))


TO_DO = (
    "Look at twenty hits of the group that stands out, and at twenty of another, side by side.",
    "Ask whether the group was screened more often, or at other places, than others.",
    "Ask whether its names are shorter or more common: then a name alone says less, and a birth date or a document should be asked for.",
    "Ask whether the list names that group more often.",
    "Write down what was found, and correct what was mistaken.",
)
