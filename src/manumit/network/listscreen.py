"""Which listed people somebody may be: proposals with reasons, the likeliest first; people decide.

Every word of a name is kept under its consonants (`names.skeleton`) and, one letter left out, under
what a slip makes of them. A query's words bring up the names that share the rarest of them, a shared
year of birth helps; only those few are weighed properly (`core.sameperson`: names in any script, birth,
nationality, each with its bits for and against). The index is in memory.
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from manumit.core import birthdate, names, samename, sameperson
from manumit.network import countries, listed

_LOOKED_AT = 24  # names compared for one query
_NEAR_BEST = 0.6  # of the best one's weight; what shares less is not compared
_WEIGHED = 6  # of them, with birth and nationality
THRESHOLD = 0.5  # fixed; figures in docs/benchmarks.md
_OTHER_NATIONALITY = sameperson.Sign.NATIONALITY_DIFFERS
_YEAR_WEIGHT = 3.0
_SLIP_WEIGHT = 0.6
_MIN_SLIP = 3  # consonants; a shorter skeleton with one left out is anybody's


@dataclass(frozen=True)
class Asked:
    """Who is looked for."""

    id: str
    name: str
    birth: str = ""
    nationality: str = ""


@dataclass(frozen=True)
class Hit:
    """A proposal. `score` 0 to 1 is a probability; `decision`: a person should look at it."""

    entry: listed.Listed
    name: str
    score: float
    decision: bool
    reasons: tuple[str, ...]
    bits: float  # for, less what any two people have against them; orders what rounds to the same


@dataclass(frozen=True)
class _Name:
    entry: int
    text: str
    person: sameperson.Person
    years: frozenset[int]


class Index:
    """The people of one or more lists, made ready to be asked."""

    def __init__(self, entries: Iterable[listed.Listed]) -> None:
        self.entries = [e for e in entries if e.kind is listed.Kind.PERSON]
        self._names: list[_Name] = []
        keys: dict[str, list[int]] = defaultdict(list)
        having: Counter[str] = Counter()
        for number, entry in enumerate(self.entries):
            births = tuple(r for text in entry.births for r in birthdate.read(text))
            nationality = tuple(filter(None, map(countries.code, entry.nationalities)))
            years = frozenset(r.first.year for r in births)
            bones: set[str] = set()
            for called in entry.names:
                person = sameperson.Person(
                    (called.text,), births, nationality=nationality[0] if nationality else ""
                )
                place = len(self._names)
                self._names.append(_Name(number, called.text, person, years))
                words = samename.words(called.text)
                bones |= {names.skeleton(word) for word in words}
                for key in {key for word in words for key, _ in _keys(word)}:
                    keys[key].append(place)
            having.update(bones)
        self._keys = {key: np.array(places, dtype=np.int32) for key, places in keys.items()}
        known = [name.years for name in self._names]
        self._from = np.array([min(some, default=0) for some in known], dtype=np.int16)
        self._to = np.array([max(some, default=0) for some in known], dtype=np.int16)
        self._nationalities = [
            frozenset(filter(None, map(countries.code, e.nationalities))) for e in self.entries
        ]
        self._common = sameperson.Commonness(len(self.entries), having)

    def ask(self, asked: Asked, most: int = 5) -> list[Hit]:
        """Return the likeliest people, at most so many, however unlikely; `decision` tells them apart."""
        nationality = countries.code(asked.nationality)
        person = sameperson.Person(
            (asked.name,), birthdate.read(asked.birth, nationality), nationality=nationality
        )
        called = person.called[0]
        best: dict[int, Hit] = {}
        compared = (
            (samename.compare(called, self._names[place].person.called[0]), place)
            for place in self._shortlist(person)
        )
        weighed = [
            (sameperson.name_bits(found, self._common), place, found) for found, place in compared
        ]
        for bits, place, found in heapq.nlargest(_WEIGHED, weighed, key=lambda one: one[0]):
            hit = self._weigh(person, self._names[place], bits, found)
            number = self._names[place].entry
            if number not in best or hit.bits > best[number].bits:
                best[number] = hit
        return heapq.nlargest(most, best.values(), key=lambda hit: hit.bits)

    def _weigh(
        self, person: sameperson.Person, name: _Name, bits: float, found: samename.Comparison
    ) -> Hit:
        reasons = [f"name {bits:+.1f} bits: " + "; ".join(map(str, found.reasons))]
        agreement = birthdate.agreement(person.birth, name.person.birth)
        if agreement is not birthdate.Agreement.UNKNOWN:
            told = sameperson.BIRTH_BITS[agreement]
            bits += told
            reasons.append(f"{agreement.value} {told:+.1f} bits")
        theirs = self._nationalities[name.entry]
        if person.nationality and theirs:
            same = person.nationality in theirs
            sign = sameperson.Sign.NATIONALITY_SAME if same else _OTHER_NATIONALITY
            told = sameperson.BITS[sign]
            bits += told
            reasons.append(f"{sign.value} {told:+.1f} bits")
        bits -= self._common.prior_bits
        score = sameperson.probability(bits)
        return Hit(
            self.entries[name.entry], name.text, score, score >= THRESHOLD, tuple(reasons), bits
        )

    def _shortlist(self, person: sameperson.Person) -> list[int]:
        """Return the names that share the rarest words, weighed without a look at the letters."""
        total = len(self._names)
        weights = np.zeros(total, dtype=np.float32)
        for name in person.names:
            for word in samename.words(name):
                of_word = np.zeros(total, dtype=np.float32)
                for key, share in _keys(word):
                    places = self._keys.get(key)
                    if places is not None:
                        told = share * math.log2(1 + total / len(places))
                        of_word[places] = np.maximum(of_word[places], told)
                weights += of_word
        for reading in person.birth:
            year = reading.first.year
            weights += ((self._from <= year) & (year <= self._to) & (weights > 0)) * _YEAR_WEIGHT
            break
        met = np.flatnonzero(weights > _NEAR_BEST * weights.max(initial=0.0))
        if len(met) > _LOOKED_AT:
            met = met[np.argpartition(weights[met], len(met) - _LOOKED_AT)[-_LOOKED_AT:]]
        return [int(place) for place in met]


def _keys(word: str) -> Iterator[tuple[str, float]]:
    """Give the keys under which a folded word is found, and how much each counts."""
    bones = names.skeleton(word)
    yield bones, 1.0
    if len(bones) >= _MIN_SLIP:
        for n in range(len(bones)):
            yield bones[:n] + bones[n + 1 :], _SLIP_WEIGHT


def screen(
    index: Index, people: Sequence[Asked], most: int = 5
) -> Iterator[tuple[Asked, list[Hit]]]:
    """Ask for each of many people."""
    for asked in people:
        yield asked, index.ask(asked, most)
