"""Which of a million records may be one, and how surely: blocking and weighing, in arrays.

Records are put together that share two words of their names by their consonants, or a word and the
day of birth (day and month may have changed places), or a rare word and the year, or an identifier.
A group of more than `_MOST` is divided by year of birth, or left. Each pair is then weighed in bits
after Fellegi and Sunter (1969), with the numbers of `core.sameperson`: a name word weighs by how rare
it is *among people of that nationality*, because first and family names of one culture go together
and a rarity counted over all cultures makes namesakes look like one person (entities.md 3.4). What
follows is a probability, when one pair in as many as there are records is true: 0 bits are even odds.

Blocks are worked in parts by a hash of their key, so that memory stays small and several machines can
share the work; the same pairs follow from any number of parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from manumit.core import birthdate, blocks, sameperson
from manumit.network import manyrecords, manywords

Array = NDArray[Any]

_IN_ONE_PART = 1_500_000  # records whose blocks are worked at once
FLOOR = (
    -8.0
)  # bits: what is less likely is not kept; a pair that is not kept counts -4 (clustering)
_MOST = 30  # records in one block
_MOST_OF_YEAR = 7  # where all that they share is one word and the year
_FEWEST = 1000.0
_CHUNK = 250_000
_LEAST_WORD, _MOST_WORD, _MOST_NAME = 2.0, 14.0, 30.0
_USUAL = 2.0**sameperson.USUAL_WORD_BITS
_MISSING_WORD = 0.7
_NATION_SHARE = 0.9
_IDENTIFIER = 12.0  # bits: the same document or telephone
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SAYS = sameperson.BIRTH_BITS
_A = birthdate.Agreement


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, the lower first, in order: both (m, 2) int32, bits (m) float32."""

    both: Array
    bits: Array


@dataclass(frozen=True)
class Telling:
    """How telling each word of each record is, in bits: among its nationality, and among all."""

    near: Array
    wide: Array
    nation: Array
    prior: float


def telling(records: manyrecords.Records) -> Telling:
    """Count words and nationalities."""
    total = len(records)
    bones = _bones(records)
    wide = _rarity(bones, np.zeros(total, np.int64), np.asarray([total]))
    of_nation = np.bincount(records.nationality, minlength=1)
    near = _rarity(bones, records.nationality.astype(np.int64), of_nation)
    known = max(1, total - int(of_nation[0]))
    share = -np.log2(np.maximum(of_nation, 1) / known)
    nation = np.clip(_NATION_SHARE * share, 0.5, 4.0).astype(np.float32)
    return Telling(near, wide, nation, float(np.log2(max(_FEWEST, total))))


def _bones(records: manyrecords.Records) -> Array:
    return np.where(records.words >= 0, np.append(records.bones, -1)[records.words], -1)


def _rarity(bones: Array, group: Array, sizes: Array) -> Array:
    """Return (n, 6) float32: bits of each word within its group; 0 for no word."""
    several = int(bones.max(initial=0)) + 1
    codes = (group[:, None] * several + bones).ravel()
    said = bones.ravel() >= 0
    _distinct, at, counts = np.unique(codes[said], return_inverse=True, return_counts=True)
    size = np.repeat(sizes[group], bones.shape[1])[said]
    bits = np.zeros(bones.size, np.float32)
    # A handful of people is too few to tell what is common: pulled towards the usual word.
    bits[said] = -np.log2((counts[at] + 1.0) / (size + _USUAL))
    return np.where(bones >= 0, np.clip(bits.reshape(bones.shape), _LEAST_WORD, _MOST_WORD), 0.0)


def pairs(records: manyrecords.Records, parts: int = 0) -> Pairs:
    """Return every pair that is worth keeping; 0 parts: as many as keep memory small."""
    parts = parts or 1 + len(records) // _IN_ONE_PART
    told = telling(records)
    return joined([weighed(records, told, blocked(records, n, parts)) for n in range(parts)])


def joined(some: list[Pairs]) -> Pairs:
    """Return pairs of several parts, each once, in order."""
    both = np.concatenate([np.zeros((0, 2), np.int32), *(one.both for one in some)])
    bits = np.concatenate([np.zeros(0, np.float32), *(one.bits for one in some)])
    codes = both[:, 0].astype(np.uint64) << np.uint64(32) | both[:, 1].astype(np.uint64)
    _codes, first = np.unique(codes, return_index=True)
    return Pairs(both[first], bits[first])


def blocked(records: manyrecords.Records, part: int, parts: int) -> Array:
    """Return the pairs (m, 2) int32 that stand in one block of this part, each once."""
    total = np.uint64(max(1, len(records)))
    found = [np.zeros(0, np.uint64)]
    for rows, keys, most in _keys(records):
        here = keys * _MIX >> np.uint64(40)
        mine = here % np.uint64(parts) == part
        one, other = blocks.together(
            rows[mine], keys[mine], records.year, most, divide=most == _MOST
        )
        low, high = np.minimum(one, other), np.maximum(one, other)
        found.append(np.unique(low.astype(np.uint64) * total + high.astype(np.uint64)))
    codes = np.unique(np.concatenate(found))
    return np.stack([codes // total, codes % total], axis=1).astype(np.int32)


def _keys(records: manyrecords.Records) -> Iterator[tuple[Array, Array, int]]:
    """Yield (rows, keys, most): records with the same key may be one, where at most so many have it."""
    bones = _bones(records)
    wide = np.uint64(32)
    day = _day(records)
    for i in range(bones.shape[1]):
        for j in range(i):
            here = np.flatnonzero((bones[:, i] >= 0) & (bones[:, j] >= 0))
            low = np.minimum(bones[here, i], bones[here, j]).astype(np.uint64)
            high = np.maximum(bones[here, i], bones[here, j]).astype(np.uint64)
            if len(here):
                yield here.astype(np.int32), low << wide | high, _MOST
    rows, places = np.nonzero(bones >= 0)
    word = bones[rows, places].astype(np.uint64) << wide | np.uint64(1 << 31)
    exact = day[rows] > 0
    yield rows[exact].astype(np.int32), word[exact] | day[rows[exact]].astype(np.uint64), _MOST
    dated = records.year[rows] > 0
    years = records.year[rows[dated]].astype(np.uint64) + np.uint64(1 << 26)
    yield rows[dated].astype(np.int32), word[dated] | years, _MOST_OF_YEAR
    if len(records.owners):
        keys = records.identifiers.astype(np.uint64) | np.uint64(1 << 63)
        yield records.owners, keys, _MOST


def _day(records: manyrecords.Records) -> Array:
    """Return a number for the day of birth, the same when day and month change places; 0 for none."""
    low, high = np.minimum(records.month, records.day), np.maximum(records.month, records.day)
    number = records.year.astype(np.int64) * 1024 + low.astype(np.int64) * 32 + high
    return np.where((records.day > 0) & ~records.about, number, 0)


def weighed(records: manyrecords.Records, told: Telling, both: Array) -> Pairs:
    """Return the pairs that say at least `FLOOR`, with their bits."""
    forms = manywords.Forms(records.texts)
    shared = _shared_identifiers(records)
    most = np.minimum(told.wide.sum(axis=1) + _MOST_WORD, _MOST_NAME)
    kept = []
    for start in range(0, len(both), _CHUNK):
        chunk = both[start : start + _CHUNK]
        one, other = chunk[:, 0], chunk[:, 1]
        facts = births(records, one, other) + _facts(records, told, one, other) - told.prior
        if len(shared):
            codes = one.astype(np.int64) << 32 | other
            facts += np.where(np.isin(codes, shared), _IDENTIFIER, 0.0)
        possible = facts + np.minimum(most[one], most[other]) >= FLOOR
        chunk, facts = chunk[possible], facts[possible]
        one, other = chunk[:, 0], chunk[:, 1]
        says, lone, lone_other, bits, bits_other = _equal_words(records, told, one, other)
        # The best that the rest of the two names could still add.
        best = np.minimum((bits * lone).sum(axis=1), (bits_other * lone_other).sum(axis=1))
        near = np.flatnonzero(says + facts + best >= FLOOR)
        says, facts = says[near], facts[near]
        says = says + _other_words(
            records,
            forms,
            (one[near], lone[near], bits[near]),
            (other[near], lone_other[near], bits_other[near]),
        )
        whole = np.minimum(says, _MOST_NAME) + facts
        keep = whole >= FLOOR
        kept.append(Pairs(chunk[near][keep], whole[keep].astype(np.float32)))
    return joined(kept)


def _equal_words(
    records: manyrecords.Records, told: Telling, one: Array, other: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Return what equal words say; which words are left on each side; bits of all words."""
    left, right = records.words[one], records.words[other]
    nation = records.nationality[one]
    near = ((nation == records.nationality[other]) & (nation > 0))[:, None]
    bits = np.where(near, told.near[one], told.wide[one])
    bits_other = np.where(near, told.near[other], told.wide[other])
    same = (left[:, :, None] == right[:, None, :]) & (left >= 0)[:, :, None]
    met, met_other = same.any(axis=2), same.any(axis=1)
    says = (bits * met).sum(axis=1)
    return says, (left >= 0) & ~met, (right >= 0) & ~met_other, bits, bits_other


_Side = tuple[Array, Array, Array]  # rows, words that are left, bits of all words


def _other_words(
    records: manyrecords.Records, forms: manywords.Forms, one: _Side, other: _Side
) -> Array:
    """Return what the words that are not equal say: alike, unlike, or missing."""
    (rows, lone, bits), (others, lone_other, bits_other) = one, other
    says = np.zeros(len(rows), np.float32)
    if not len(rows):
        return says
    left, right = records.words[rows], records.words[others]
    alike = np.full((len(rows), left.shape[1], right.shape[1]), -1.0, np.float32)
    at, i, j = np.nonzero(lone[:, :, None] & lone_other[:, None, :])
    alike[at, i, j] = manywords.likeness(forms, left[at, i], right[at, j])
    free, free_other = lone.copy(), lone_other.copy()
    every = np.arange(len(rows))
    for _turn in range(left.shape[1]):
        flat = alike.reshape(len(rows), -1)
        best = flat.argmax(axis=1)
        found = flat[every, best]
        i, j = best // right.shape[1], best % right.shape[1]
        taken = found >= 0
        if not taken.any():
            break
        worth = np.minimum(bits[every, i], bits_other[every, j])
        says += np.where(taken, worth * np.maximum(-1.0, 2.0 * found - 1.0), 0.0)
        free[every[taken], i[taken]] = False
        free_other[every[taken], j[taken]] = False
        alike[every[taken], i[taken], :] = -1.0
        alike[every[taken], :, j[taken]] = -1.0
    missing = free.sum(axis=1) + free_other.sum(axis=1)
    less: Array = says - _MISSING_WORD * missing.astype(np.float32)
    return less


def births(records: manyrecords.Records, one: Array, other: Array) -> Array:
    """Return what the dates of birth say, as `core.birthdate` and `core.sameperson` have it."""
    year, year_other = records.year[one].astype(np.int32), records.year[other].astype(np.int32)
    month, month_other = records.month[one], records.month[other]
    day, day_other = records.day[one], records.day[other]
    apart = np.abs(year - year_other)
    exact = (day > 0) & (day_other > 0) & (apart == 0)
    months = (month > 0) & (month == month_other) & (apart == 0)
    about = records.about[one] | records.about[other]
    loose = np.where(apart <= 1, _SAYS[_A.ABOUT], _SAYS[_A.OTHER_YEAR])
    says: Array = np.select(
        [
            (year == 0) | (year_other == 0),
            about,
            exact & (month == month_other) & (day == day_other),
            exact & (month == day_other) & (day == month_other),
            months,
            apart == 0,
            apart == 1,
            _digits(year) == _digits(year_other),
            apart > 5,
        ],
        [
            _SAYS[_A.UNKNOWN],
            loose,
            _SAYS[_A.SAME_DAY],
            _SAYS[_A.SWAPPED],
            _SAYS[_A.SAME_MONTH],
            _SAYS[_A.SAME_YEAR],
            _SAYS[_A.ONE_YEAR],
            _SAYS[_A.DIGITS],
            _SAYS[_A.FAR],
        ],
        default=_SAYS[_A.OTHER_YEAR],
    )
    return says


def _digits(year: Array) -> Array:
    """Return a number that two years share when two of their last digits changed places."""
    last, tens = year % 10, year // 10 % 10
    sorted_digits: Array = year // 100 * 100 + np.minimum(last, tens) * 10 + np.maximum(last, tens)
    return sorted_digits


def accounts(records: manyrecords.Records, told: Telling, found: Pairs) -> list[dict[str, float]]:
    """Return for each pair what made its bits, by what it is about; the parts add up to the bits."""
    one, other = found.both[:, 0], found.both[:, 1]
    codes = one.astype(np.int64) << 32 | other
    place = _place(records, one, other)
    parts = {
        "birth": births(records, one, other),
        "nationality": _facts(records, told, one, other) - place,
        "place": place,
        "identifiers": np.where(np.isin(codes, _shared_identifiers(records)), _IDENTIFIER, 0.0),
        "number": np.full(len(one), -told.prior),
    }
    parts["names"] = found.bits - sum(parts.values())
    return [
        {what: round(float(bits[n]), 2) for what, bits in parts.items()} for n in range(len(one))
    ]


def _place(records: manyrecords.Records, one: Array, other: Array) -> Array:
    same = (records.place[one] > 0) & (records.place[one] == records.place[other])
    return np.where(same, sameperson.BITS[sameperson.Sign.PLACE_SAME], 0.0)


def _facts(records: manyrecords.Records, told: Telling, one: Array, other: Array) -> Array:
    nation, nation_other = records.nationality[one], records.nationality[other]
    both = (nation > 0) & (nation_other > 0)
    differs = sameperson.BITS[sameperson.Sign.NATIONALITY_DIFFERS]
    says = np.where(both, np.where(nation == nation_other, told.nation[nation], differs), 0.0)
    return says + _place(records, one, other)


def _shared_identifiers(records: manyrecords.Records) -> Array:
    if not len(records.owners):
        return np.zeros(0, np.int64)
    keys = records.identifiers.astype(np.uint64)
    one, other = blocks.together(records.owners, keys, np.zeros(len(records), np.int16), _MOST)
    return np.unique(np.minimum(one, other).astype(np.int64) << 32 | np.maximum(one, other))
