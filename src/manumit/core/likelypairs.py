"""Which of many people may be one: the few pairs worth comparing, out of all that there are.

Comparing everybody with everybody is out of reach (100,000 people are five thousand million pairs),
so people are put together who share two words of their names by their consonants, one of the two up
to one slip; or one word and the year of birth. What many share tells little: a group of more than
`_MOST_IN_GROUP` is divided by year of birth, or left. What then remains is weighed coarsely in
arrays, without a look at the letters, and only pairs that could still be possible are returned.

In memory only: nothing here is ever written anywhere.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from manumit.core import blocks, nameparts, names, namewords, samename, sameperson

Array = NDArray[Any]

_MOST_IN_GROUP = 24
_MOST_WORDS = 5  # of a name; further ones are left out of the keys, not of the comparison
_PARTS = 8  # the keys are sorted in so many parts, to need less memory at once
_CHUNK = 200_000  # pairs weighed at once
_NO_YEAR = 0
_USUAL_NAME = 2 * sameperson.USUAL_WORD_BITS
_SEXES = {"female": 1, "male": 2}
_BITS = sameperson.BITS
_SLIP = 0.6  # what a word with a slip says, of what the same word would


@dataclass
class People:
    """People as arrays. bones (n, 5) int32: consonant skeletons by number, -1 for none.

    variants: one array of uint32 per skeleton, hashes of its forms with one letter left out.
    having: how many people have each skeleton. day (n) int32: ordinal of an exact birth, else 0;
    year (n) int32, 0 when unknown; slack (n) int8, years; sex (n) int8, nationality and mother (n)
    int32 by number, 0 when unknown; whole (n) uint32, a hash of the name without its spaces.
    """

    bones: Array
    variants: list[Array]
    having: Array
    day: Array
    year: Array
    slack: Array
    sex: Array
    nationality: Array
    mother: Array
    whole: Array
    skeletons: list[str]

    def commonness(self) -> sameperson.Commonness:
        """Return how common each word is among these people."""
        having = dict(zip(self.skeletons, self.having.tolist(), strict=True))
        return sameperson.Commonness(len(self.bones), having)


class Gathering:
    """Takes people in one by one."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._of_word: dict[str, int] = {}
        self._bones: list[tuple[int, ...]] = []
        self._births: list[tuple[int, int, int]] = []
        self._also: list[tuple[int, int, int]] = []
        self._countries: dict[str, int] = {"": 0}
        self._wholes: list[int] = []

    def add(self, person: sameperson.Person) -> None:
        """Add a person; their first name and all other names together make the words."""
        numbers: dict[int, None] = {}
        whole = ""
        for name in person.names:
            words = [w for w in samename.words(name) if w not in nameparts.TITLES]
            whole = whole or "".join(words)
            for word in words:
                if word not in nameparts.SMALL and len(word) > 1:
                    numbers.setdefault(self._number(word))
        self._bones.append(tuple(numbers)[:_MOST_WORDS])
        self._births.append(_birth(person))
        mother = samename.words(person.mother)[:1] if person.mother else ()
        self._also.append(
            (
                _SEXES.get(person.sex, 0),
                self._countries.setdefault(person.nationality, len(self._countries)),
                self._number(mother[0]) + 1 if mother else 0,
            )
        )
        # Not the cached function: every name is another one.
        self._wholes.append(zlib.crc32(names.skeleton.__wrapped__(whole).encode()) if whole else 0)

    def _number(self, word: str) -> int:
        found = self._of_word.get(word)
        if found is None:
            bone = names.skeleton(word)
            found = self._of_word[word] = self._numbers.setdefault(bone, len(self._numbers))
        return found

    def people(self) -> People:
        """Return everybody as arrays."""
        bones = np.full((len(self._bones), _MOST_WORDS), -1, np.int32)
        for row, numbers in enumerate(self._bones):
            bones[row, : len(numbers)] = numbers
        skeletons = list(self._numbers)
        flat = bones[bones >= 0]
        also = np.asarray(self._also, np.int32).reshape(-1, 3)
        births = np.asarray(self._births, np.int32).reshape(-1, 3)
        return People(
            bones=bones,
            variants=[np.fromiter(set(namewords.slips(form, 3)), np.uint32) for form in skeletons],
            having=np.bincount(flat, minlength=len(skeletons)),
            day=births[:, 0],
            year=births[:, 1],
            slack=births[:, 2].astype(np.int8),
            sex=also[:, 0].astype(np.int8),
            nationality=also[:, 1],
            mother=also[:, 2],
            whole=np.asarray(self._wholes, np.uint32),
            skeletons=skeletons,
        )


def gather(everybody: Iterable[sameperson.Person]) -> People:
    """Return people as arrays, in their order."""
    gathering = Gathering()
    for person in everybody:
        gathering.add(person)
    return gathering.people()


def _birth(person: sameperson.Person) -> tuple[int, int, int]:
    """Return ordinal of an exact day, year, and how many years it may be off."""
    if not person.birth:
        return 0, _NO_YEAR, 0
    one = person.birth[0]
    span = one.last.year - one.first.year
    year = (one.first.year + one.last.year) // 2
    return one.first.toordinal() if one.exact else 0, year, span // 2 + int(one.about)


def pairs(people: People, least: float = sameperson.POSSIBLE) -> Array:
    """Return the pairs (m, 2) int32 of rows, the lower first, that may score `least` or more."""
    found = [np.zeros((0, 2), np.int32)]
    for rows, keys in _keys(people):
        found.append(
            _weighed(
                people,
                _unique(*blocks.together(rows, keys, people.year, _MOST_IN_GROUP), people),
                least,
            )
        )
    # A missing space leaves no word in common, but the same letters.
    named = np.flatnonzero(people.whole)
    together = blocks.together(
        named.astype(np.int32), people.whole[named].astype(np.uint64), people.year, _MOST_IN_GROUP
    )
    both = _unique(*together, people)
    says = _USUAL_NAME + _facts_say(people, both[:, 0], both[:, 1])
    found.append(both[says >= _needed(people, least)])
    both = np.concatenate(found)
    return _unique(both[:, 0], both[:, 1], people)


def likeliest(people: People, least: float, most: int) -> list[tuple[int, int]]:
    """Return at most so many pairs that may score `least` or more by names alone, likeliest first."""
    both = pairs(people, least)
    bits, forms, lengths = _word_tables(people)
    says, _slips = _words_say(people.bones, bits, both[:, 0], both[:, 1], forms, lengths)
    order = np.argsort(-says, kind="stable")[:most]
    return [(int(one), int(other)) for one, other in both[order].tolist()]


def _word_tables(people: People) -> tuple[Array, Array, Array]:
    """Return bits, form and length of each skeleton; the last entry, -1, stands for no word."""
    shares = (people.having + 1.0) / (len(people.bones) + 2.0**sameperson.USUAL_WORD_BITS)
    bits = np.append(np.clip(-np.log2(shares), 2.0, 10.0), 0.0).astype(np.float32)
    forms = np.asarray([*people.skeletons, ""], object)
    return bits, forms, np.asarray([len(form) for form in forms], np.int32)


def _unique(one: Array, other: Array, people: People) -> Array:
    total = np.uint64(len(people.bones))
    codes = np.unique(np.minimum(one, other).astype(np.uint64) * total + np.maximum(one, other))
    return np.stack([codes // total, codes % total], axis=1).astype(np.int32)


def _needed(people: People, least: float) -> float:
    return float(people.commonness().prior_bits - np.log2(1.0 / least - 1.0))


def _keys(people: People) -> Iterator[tuple[Array, Array]]:
    """Yield (rows, keys): people with the same key may be one."""
    counts = np.asarray([len(each) for each in people.variants], np.int64)
    flat = np.concatenate(people.variants) if people.variants else np.zeros(0, np.uint32)
    starts = np.concatenate([[0], np.cumsum(counts)])[:-1] if len(counts) else counts
    for part in range(_PARTS):
        rows, ones, others = _word_pairs(people.bones, part)
        if len(rows):
            times = counts[others]
            at = np.repeat(starts[others] - np.cumsum(times) + times, times)
            chosen = flat[at + np.arange(len(at))]
            keys = np.repeat(ones.astype(np.uint64) << np.uint64(32), times) | chosen
            yield np.repeat(rows, times), keys
    rows, places = np.nonzero(people.bones >= 0)
    bones, years = people.bones[rows, places].astype(np.uint64), people.year[rows]
    dated = years != _NO_YEAR
    keys = bones[dated] << np.uint64(32) | years[dated].astype(np.uint64)
    exact = people.day[rows] > 0
    days = bones[exact] << np.uint64(32) | people.day[rows][exact].astype(np.uint64)
    for chosen, made in ((rows[dated], keys), (rows[exact], days)):
        if len(made):
            yield chosen.astype(np.int32), made


def _word_pairs(bones: Array, part: int) -> tuple[Array, Array, Array]:
    """Return (rows, one word, another word) of everybody, where the first is of this part."""
    rows, ones, others = [], [], []
    for i in range(bones.shape[1]):
        for j in range(bones.shape[1]):
            if i == j:
                continue
            here = np.flatnonzero(
                (bones[:, i] >= 0) & (bones[:, j] >= 0) & (bones[:, i] % _PARTS == part)
            )
            rows.append(here.astype(np.int32))
            ones.append(bones[here, i])
            others.append(bones[here, j])
    return np.concatenate(rows), np.concatenate(ones), np.concatenate(others)


def _weighed(people: People, both: Array, least: float) -> Array:
    """Keep the pairs that could still be possible, going by consonants and plain facts."""
    bits, forms, lengths = _word_tables(people)
    needed = _needed(people, least)
    kept = [both[:0]]
    for start in range(0, len(both), _CHUNK):
        chunk = both[start : start + _CHUNK]
        facts = _facts_say(people, chunk[:, 0], chunk[:, 1])
        says, slips = _words_say(people.bones, bits, chunk[:, 0], chunk[:, 1], forms, lengths)
        kept.append(chunk[slips & (says + facts >= needed)])
    return np.concatenate(kept)


def _words_say(
    bones: Array, bits: Array, one: Array, other: Array, forms: Array, lengths: Array
) -> tuple[Array, Array]:
    """Return what the words say, in bits, and whether the rest may be slips of one another."""
    left, right = bones[one], bones[other]
    same = (left[:, :, None] == right[:, None, :]) & (left[:, :, None] >= 0)
    met, met_other = same.any(axis=2), same.any(axis=1)
    says = (bits[left] * met).sum(axis=1)
    lone, lone_other = np.where(met, -1, left), np.where(met_other, -1, right)
    first = np.take_along_axis(lone, bits[lone].argmax(axis=1)[:, None], 1)[:, 0]
    second = np.take_along_axis(lone_other, bits[lone_other].argmax(axis=1)[:, None], 1)[:, 0]
    left_over, left_over_other = (lone >= 0).sum(axis=1), (lone_other >= 0).sum(axis=1)
    single = (left_over > 0) & (left_over_other > 0)
    apart = np.flatnonzero(single)
    one_form, other_form = forms[first[apart]].tolist(), forms[second[apart]].tolist()
    distance = np.zeros(len(one), np.int32)
    distance[apart] = process.cpdist(
        one_form, other_form, scorer=OSA.distance, score_cutoff=2, dtype=np.int32
    )
    length = np.full(len(one), 9, np.int32)
    length[apart] = np.maximum(lengths[first[apart]], lengths[second[apart]])
    near = (distance <= 1) | ((distance == 2) & (length >= 5))
    # One long word against several may be two of them without the space.
    joined = (left_over != left_over_other) & single & (length >= 5)
    several = (left_over >= 2) & (left_over_other >= 2) & (met.sum(axis=1) < 2)
    slip = np.where(length <= 2, 0.3, _SLIP) * np.minimum(bits[first], bits[second])
    return says + np.where(distance <= 1, slip, 0.0), (near | joined) & ~several


def _facts_say(people: People, one: Array, other: Array) -> Array:
    """Return what birth, sex, nationality and mother say; the place is given its best."""
    says = _births_say(people, one, other) + _BITS[sameperson.Sign.PLACE_SAME]
    for known, same, differs in (
        (people.sex, sameperson.Sign.SEX_SAME, sameperson.Sign.SEX_DIFFERS),
        (
            people.nationality,
            sameperson.Sign.NATIONALITY_SAME,
            sameperson.Sign.NATIONALITY_DIFFERS,
        ),
    ):
        both = (known[one] > 0) & (known[other] > 0)
        equal = known[one] == known[other]
        says += np.where(both, np.where(equal, _BITS[same], _BITS[differs]), 0.0)
    mothers = (people.mother[one] > 0) & (people.mother[other] > 0)
    alike = people.mother[one] == people.mother[other]
    return says + np.where(mothers & alike, _BITS[sameperson.Sign.MOTHER_SAME], 0.0)


def _births_say(people: People, one: Array, other: Array) -> Array:
    years = np.abs(people.year[one] - people.year[other])
    known = (people.year[one] != _NO_YEAR) & (people.year[other] != _NO_YEAR)
    about = (people.slack[one] > 0) | (people.slack[other] > 0)
    loose = people.slack[one] + people.slack[other] + 1
    days = (people.day[one] > 0) & (people.day[other] > 0)
    says = np.select([years == 0, years == 1, years <= 5], [3.5, 1.5, 1.0], default=-4.0)
    says = np.where((years == 0) & days, 7.5, says)  # day and month may have changed places
    says = np.where(about, np.where(years <= loose, 1.5, -3.0), says)
    exact = days & (people.day[one] == people.day[other])
    return np.where(known, np.where(exact, 10.0, says), 0.0)


@dataclass(frozen=True)
class Proposal:
    """Two rows that may be one person."""

    one: int
    other: int
    likeness: sameperson.Likeness


def proposals(
    people: People, everybody: Sequence[sameperson.Person], least: float = sameperson.POSSIBLE
) -> Iterator[Proposal]:
    """Yield every pair that scores `least` or more, in the order of the rows."""
    common = people.commonness()
    for one, other in pairs(people, least).tolist():
        likeness = sameperson.compare(everybody[one], everybody[other], common)
        if likeness.score >= least:
            yield Proposal(one, other, likeness)
