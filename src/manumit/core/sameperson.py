"""Two people who were written down: may they be one, how surely, and why.

Proposes only: a person decides (cases.actions.samepeople). Every sign for and against is a number of
bits after Fellegi and Sunter (1969): how much more often two records of one person show it than
records of two people. Name words weigh by how rare they are among the people compared, since two
women called Fatima Ali are rarely one. The numbers are this project's own judgement, fixed here in
one table: no licensed list of true pairs of such records exists to fit them on. The score is the
probability that follows when somebody new is one of the people there as likely as not: one pair in
as many as there are people. So the more people are compared, the more a pair must show; the score
never reaches 1.

A contradiction is never hidden by a high score: it is a reason of its own (`Reason.bits` < 0).
"""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from manumit.core import birthdate, names, samename, wordlikeness

_FEWEST = 1000  # people: among fewer a coincidence is held to be as likely as among these
_USUAL_PEOPLE = 4000  # when nothing is known of how many there are
USUAL_WORD_BITS = 6.5  # of a word of a name when nothing is known of how common it is
_LEAST_WORD_BITS, _MOST_WORD_BITS, _MOST_NAME_BITS = 2.0, 10.0, 24.0
_MOST = 0.999
LIKELY, POSSIBLE = 0.5, 0.1  # from here on a pair is shown, in its own list


class Sign(StrEnum):
    """What speaks for or against two records being one person."""

    NAMES_SAME = "The names are the same"
    NAMES_ALIKE = "The names are alike"
    NAMES_DIFFER = "The names are different"
    NO_NAME = "One of them has no name written down"
    BIRTH = "Date of birth or age"
    MOTHER_SAME = "The mothers' names are alike"
    MOTHER_DIFFERS = "The mothers' names are different"
    FATHER_SAME = "The fathers' names are alike"
    FATHER_DIFFERS = "The fathers' names are different"
    FATHER_IN_NAME = "The father's name stands in the other's name"
    SEX_SAME = "The same sex"
    SEX_DIFFERS = "Different sex written down"
    NATIONALITY_SAME = "The same nationality"
    NATIONALITY_DIFFERS = "Different nationalities"
    PLACE_SAME = "The same place"
    CONTACT_SAME = "The same telephone or way to be reached"


BITS: dict[Sign, float] = {
    Sign.NAMES_DIFFER: -9.0,
    Sign.NO_NAME: 0.0,
    Sign.MOTHER_SAME: 6.0,
    Sign.MOTHER_DIFFERS: -4.0,
    Sign.FATHER_SAME: 4.0,
    Sign.FATHER_DIFFERS: -3.0,
    Sign.FATHER_IN_NAME: 2.0,
    Sign.SEX_SAME: 1.0,
    Sign.SEX_DIFFERS: -6.0,
    Sign.NATIONALITY_SAME: 1.0,
    Sign.NATIONALITY_DIFFERS: -3.0,
    Sign.PLACE_SAME: 1.5,
    Sign.CONTACT_SAME: 9.0,
}
_A = birthdate.Agreement
BIRTH_BITS: dict[birthdate.Agreement, float] = {
    _A.SAME_DAY: 10.0,
    _A.CALENDAR: 9.0,
    _A.SWAPPED: 7.5,
    _A.SAME_MONTH: 5.5,
    _A.SAME_YEAR: 3.5,
    _A.ONE_YEAR: 1.5,
    _A.DIGITS: 1.0,
    _A.ABOUT: 1.5,
    _A.OTHER_YEAR: -3.0,
    _A.FAR: -8.0,
    _A.UNKNOWN: 0.0,
}


@dataclass(frozen=True)
class Person:
    """What is compared. Everything may be missing; what is missing says nothing."""

    names: tuple[str, ...] = ()
    birth: birthdate.Birth = ()
    mother: str = ""
    father: str = ""
    sex: str = ""
    nationality: str = ""
    place: str = ""
    contacts: frozenset[str] = frozenset()

    @functools.cached_property
    def called(self) -> tuple[samename.Name, ...]:
        """Return the names, read for comparing."""
        return tuple(map(samename.read, self.names))

    @functools.cached_property
    def where(self) -> tuple[str, ...]:
        """Return the words of the place."""
        return names.fold(self.place)


@dataclass(frozen=True)
class Reason:
    """One sign: bits for (above 0) or against (below), and the words that it is about."""

    sign: Sign
    bits: float
    words: str = ""
    agreement: birthdate.Agreement | None = None
    compared: samename.Comparison | None = field(default=None, repr=False)

    @property
    def parts(self) -> tuple[samename.Reason, ...]:
        """Return why the names are alike, word by word."""
        return self.compared.reasons if self.compared else ()


@dataclass(frozen=True)
class Likeness:
    """How likely two records are one person, 0 to 1, and every reason, the weightiest first."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def likely(self) -> bool:
        """Tell whether they are shown first."""
        return self.score >= LIKELY

    @property
    def possible(self) -> bool:
        """Tell whether they are shown at all."""
        return self.score >= POSSIBLE

    @property
    def contradictions(self) -> tuple[Reason, ...]:
        """Return what speaks against it."""
        return tuple(reason for reason in self.reasons if reason.bits < 0)


def read(values: Mapping[str, Any], on: date) -> Person:
    """Return what can be compared of opened values, by name of their column; `on`: when they held."""
    also = values.get("also_called")
    called = [values.get("name"), *(also if isinstance(also, list) else _split(also))]
    country = str(values.get("nationality") or "")
    birth = birthdate.read(str(values.get("birth") or ""), country)
    age = values.get("age")
    if not birth and isinstance(age, int) and not isinstance(age, bool):
        birth = birthdate.from_age(age, on)
    contact = names.identifier(str(values.get("contact") or ""))
    return Person(
        names=tuple(str(one) for one in called if one),
        birth=birth,
        mother=str(values.get("mother") or ""),
        father=str(values.get("father") or ""),
        sex=str(values.get("sex") or ""),
        nationality=country,
        place=str(values.get("place") or ""),
        contacts=frozenset({contact} if len(contact) >= 6 else ()),
    )


def _split(text: Any) -> list[str]:
    return [part.strip() for part in str(text or "").replace("،", ",").split(",") if part.strip()]


class Commonness:
    """How many people have a word in their name, by the word's consonants."""

    def __init__(self, people: int = 0, having: Mapping[str, int] | None = None) -> None:
        self.people, self._having = people, having or {}

    @property
    def prior_bits(self) -> float:
        """Return how much a pair has to show to be as likely one person as two."""
        return math.log2(max(_FEWEST, self.people or _USUAL_PEOPLE))

    def bits(self, text: str) -> float:
        """Return how telling a folded word is."""
        if not self.people:
            return USUAL_WORD_BITS
        having = max(1, self._having.get(names.skeleton(text), 0))
        # A handful of people is too few to tell what is common: pull towards the usual word.
        share = (having + 1.0) / (self.people + 2.0**USUAL_WORD_BITS)
        return float(min(_MOST_WORD_BITS, max(_LEAST_WORD_BITS, -math.log2(share))))


def compare(one: Person, other: Person, common: Commonness | None = None) -> Likeness:
    """Compare two people."""
    common = common or Commonness()
    reasons = [
        *_names(one, other, common),
        *_births(one, other),
        *_parents(one, other),
        *_same_or_not(one.sex, other.sex, Sign.SEX_SAME, Sign.SEX_DIFFERS),
        *_same_or_not(
            one.nationality, other.nationality, Sign.NATIONALITY_SAME, Sign.NATIONALITY_DIFFERS
        ),
    ]
    if one.where and one.where == other.where:
        reasons.append(_reason(Sign.PLACE_SAME, f"{one.place} / {other.place}"))
    if one.contacts & other.contacts:
        reasons.append(_reason(Sign.CONTACT_SAME))
    reasons.sort(key=lambda reason: -abs(reason.bits))
    bits = sum(reason.bits for reason in reasons) - common.prior_bits
    return Likeness(probability(bits), tuple(reasons))


def probability(bits: float) -> float:
    """Return the probability that so many bits for (or against) amount to."""
    return min(_MOST, round(1.0 / (1.0 + math.exp2(min(60.0, -bits))), 4))


def _reason(sign: Sign, words: str = "") -> Reason:
    return Reason(sign, BITS[sign], words)


def _names(one: Person, other: Person, common: Commonness) -> list[Reason]:
    if not one.names or not other.names:
        return [_reason(Sign.NO_NAME)]
    best, words = None, ""
    for first, read in zip(one.names, one.called, strict=True):
        for second, other_read in zip(other.names, other.called, strict=True):
            found = samename.compare(read, other_read)
            if best is None or found.score > best.score:
                best, words = found, f"{first} / {second}"
    if best is None or not best.decision:
        return [_reason(Sign.NAMES_DIFFER, words)]
    bits = name_bits(best, common)
    same = all(pair.why is wordlikeness.Why.SAME for pair in best.pairs)
    whole = same and len(best.pairs) == len(best.first.words) == len(best.second.words)
    sign = Sign.NAMES_SAME if whole else Sign.NAMES_ALIKE
    return [Reason(sign, bits, words, compared=best)]


def name_bits(found: samename.Comparison, common: Commonness) -> float:
    """Return how much two names that may be one say, word by word; what is missing takes a little."""
    bits = 0.0
    paired = 0.0
    for pair in found.pairs:
        words = [found.first.words[n] for n in pair.first]
        others = [found.second.words[n] for n in pair.second]
        # The commoner of the two spellings counts: a slip makes a common name look rare.
        told = min(
            sum(common.bits(w.text) * w.weight for w in words),
            sum(common.bits(w.text) * w.weight for w in others),
        )
        bits += told * max(-1.0, 2.0 * pair.likeness - 1.0)
        paired += max(sum(w.weight for w in words), sum(w.weight for w in others))
    longer = max(
        sum(w.weight for w in found.first.words), sum(w.weight for w in found.second.words)
    )
    return round(min(_MOST_NAME_BITS, bits - 0.7 * max(0.0, longer - paired)), 2)


def _births(one: Person, other: Person) -> list[Reason]:
    found = birthdate.agreement(one.birth, other.birth)
    if found is birthdate.Agreement.UNKNOWN:
        return []
    return [Reason(Sign.BIRTH, BIRTH_BITS[found], agreement=found)]


def _parents(one: Person, other: Person) -> list[Reason]:
    found = []
    if one.mother and other.mother:
        alike = _is_called(one.mother, other.mother)
        sign = Sign.MOTHER_SAME if alike else Sign.MOTHER_DIFFERS
        found.append(_reason(sign, f"{one.mother} / {other.mother}"))
    if one.father and other.father:
        alike = _is_called(one.father, other.father)
        sign = Sign.FATHER_SAME if alike else Sign.FATHER_DIFFERS
        found.append(_reason(sign, f"{one.father} / {other.father}"))
    elif one.father or other.father:
        father, child = (one.father, other) if one.father else (other.father, one)
        if any(_stands_in(father, name) for name in child.names):
            found.append(_reason(Sign.FATHER_IN_NAME, father))
    return found


def _is_called(one: str, other: str) -> bool:
    """Tell whether two names of a parent go together; one of them may be the first name alone."""
    left, right = samename.read(one), samename.read(other)
    if not left.words or not right.words:
        return False
    if min(len(left.words), len(right.words)) == 1:
        return wordlikeness.likeness(left.words[0], right.words[0])[0] >= samename.THRESHOLD
    return samename.compare(left, right).decision


def _stands_in(father: str, name: str) -> bool:
    """Tell whether a father's first name follows the child's own in the child's name."""
    called, words = samename.read(father).words, samename.read(name).words
    return bool(called) and any(
        wordlikeness.likeness(called[0], one)[0] >= 0.6 for one in words[1:]
    )


def _same_or_not(one: str, other: str, same: Sign, differs: Sign) -> list[Reason]:
    if not one or not other:
        return []
    return [_reason(same if one == other else differs)]
