"""What a name, a birth and a nationality say for or against somebody being a listed person, in bits.

Bits after Fellegi and Sunter (1969): the logarithm of how much oftener two accounts of one person
show a sign than accounts of two people. Name words weigh by how rare they are among the people of the
index; a word that one side lacks weighs against, and each side having a word that the other lacks
weighs more: a contradiction is not outvoted. Dates weigh by how near they are and by what
is known on both sides: two full dates of one year that differ in day and month say next to nothing,
a year alone that agrees says five bits. The numbers were fitted on the tuning half of a made set
(benchmarks/screening.py) and rounded; they are this project's, and docs/benchmarks.md says how
they do on the other half.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from manumit.core import birthdate, nameparts, names, samename

MOST_NAME = 26.0
LEAST_WORD, MOST_WORD = 1.5, 12.0
_OTHERS = 400.0  # people
TITLE_SHARE = 0.4  # of the bits of a word, for a title that both have
LACKING = 1.2  # for a word of the list that the asked name lacks
EXTRA = 2.4  # for a word of the asked name that the list lacks
BOTH_LACK = 3.0  # for each word that both sides lack
SAME_NATION, OTHER_NATION = (0.6, 4.0), -4.0  # the least and the most for the same one


@dataclass(frozen=True)
class Evidence:
    """One sign: bits for (above 0) or against (below), and what it is about."""

    bits: float
    about: str

    def __str__(self) -> str:
        return f"{self.about} {self.bits:+.1f} bits"


class Rarity:
    """How telling a word is: by how many of the people of an index have one with its consonants."""

    def __init__(self, people: int, having: Mapping[str, int]) -> None:
        self.people, self._having = people, having
        self._known: dict[str, float] = {}

    def bits(self, word: str) -> float:
        """Return how telling a folded word is."""
        found = self._known.get(word)
        if found is None:
            having = max(1, self._having.get(names.skeleton(word), 0))
            # Few people are too few to tell what is common: as if so many others were there.
            share = (having + 1.0) / (self.people + _OTHERS)
            found = min(MOST_WORD, max(LEAST_WORD, -math.log2(share)))
            self._known[word] = found
        return found


def name(found: samename.Comparison, rare: Rarity) -> float:
    """Return what two names say: the asked one first, the listed one second."""
    first, second = found.first.words, found.second.words
    bits = 0.0
    left, right = set(range(len(first))), set(range(len(second)))
    for pair in found.pairs:
        left.difference_update(pair.first)
        right.difference_update(pair.second)
        # The commoner of the two spellings counts: a slip makes a common name look rare.
        told = min(
            sum(rare.bits(first[n].text) * first[n].weight for n in pair.first),
            sum(rare.bits(second[n].text) * second[n].weight for n in pair.second),
        )
        sure = 2.0 * pair.likeness - 1.0
        if sure >= 0:
            bits += told * sure
        else:  # another word in its place
            least = min(sum(first[n].weight for n in pair.first), 1.0)
            bits += (LACKING + EXTRA + BOTH_LACK) * least * max(-1.0, 1.5 * sure)
    extra = sum(first[n].weight for n in left)
    lacking = sum(second[n].weight for n in right)
    bits -= LACKING * lacking + EXTRA * extra + BOTH_LACK * min(lacking, extra)
    return min(MOST_NAME, bits)


def titles(words: Iterable[str]) -> frozenset[str]:
    """Return the titles among folded words: comparing leaves them aside, having both says a little."""
    return nameparts.TITLES.intersection(words)


def shared_titles(one: frozenset[str], other: frozenset[str], rare: Rarity) -> float:
    """Return what the titles say that both have."""
    return TITLE_SHARE * sum(rare.bits(word) for word in one & other)


@dataclass(frozen=True)
class Day:
    """One account of a birth, as far as bits go."""

    year: int
    month: int = 0  # 0: not known
    day: int = 0
    about: bool = False


def days(birth: Iterable[birthdate.Reading]) -> tuple[Day, ...]:
    """Return the accounts of a birth; 1 January is taken for a year alone."""
    found = []
    for reading in birth:
        first: date = reading.first
        if reading.exact:
            found.append(Day(first.year, first.month, first.day, reading.about))
        else:
            found.append(Day(first.year, about=reading.about))
    return tuple(found)


BIRTH: dict[str, float] = {
    "born on the same day": 13.0,
    "the same day with day and month changed about": 8.0,
    "born on the same day a year or two apart": 6.5,
    "born in the same month": 3.0,
    "born in the same year": 4.3,
    "born in about the same year": 3.0,
    "born on the same day of another year": 1.5,
    "born a year apart": -0.5,
    "born in the same year on another day": -2.0,
    "born in the next year on another day": -4.0,
    "two digits of the year changed about": -3.0,
    "born some years apart": -4.5,
    "born some years apart on another day": -6.5,
    "years of birth far apart": -9.0,
}


def births(one: Iterable[Day], other: Iterable[Day]) -> Evidence | None:
    """Return what the best agreement of two accounts of a birth says; None when one is missing.

    Where the list names several years one of them fits the more easily: what it says is divided.
    """
    others = tuple(other)
    signs = [_agreement(a, b) for a in one for b in others]
    if not signs:
        return None
    best = max(signs, key=BIRTH.__getitem__)
    bits = BIRTH[best]
    if bits > 0:
        bits = max(0.0, bits - math.log2(len({day.year for day in others})))
    return Evidence(round(bits, 1), best)


def _agreement(one: Day, other: Day) -> str:
    apart = abs(one.year - other.year)
    if one.about or other.about:
        if apart <= 3:
            return "born in about the same year" if apart <= 1 else "born a year apart"
    elif one.month and other.month:
        return _full(one, other, apart)
    elif apart == 0:
        return "born in the same year"
    return _years(one.year, other.year, apart)


def _full(one: Day, other: Day, apart: int) -> str:
    same = (one.month, one.day) == (other.month, other.day)
    if apart == 0 and same:
        return "born on the same day"
    if apart == 0 and (one.day, one.month) == (other.month, other.day):
        return "the same day with day and month changed about"
    if same and apart <= 2:
        return "born on the same day a year or two apart"
    if same and apart <= 10:
        return "born on the same day of another year"
    if apart == 0:
        alike = one.month == other.month
        return "born in the same month" if alike else "born in the same year on another day"
    if apart == 1:
        return "born in the next year on another day"
    years = _years(one.year, other.year, apart)
    return f"{years} on another day" if years == "born some years apart" else years


def _years(one: int, other: int, apart: int) -> str:
    if apart == 1:
        return "born a year apart"
    if apart > 1 and sorted(str(one)) == sorted(str(other)) and one // 100 == other // 100:
        return "two digits of the year changed about"
    return "years of birth far apart" if apart > 5 else "born some years apart"


def nationality(asked: str, theirs: frozenset[str], share: float) -> Evidence | None:
    """Return what two nationalities say. share: of the index's people, those with the asked one."""
    if not asked or not theirs:
        return None
    if asked not in theirs:
        return Evidence(OTHER_NATION, "another nationality")
    least, most = SAME_NATION
    bits = min(most, max(least, -math.log2(max(share, 1e-9))))
    return Evidence(round(bits, 1), "the same nationality")
