"""One search through the segments of a name index: from a query to names with scores.

Two passes. The first adds up, for every name at once, how well each word of the query is met, and
keeps the best few. The second pairs the words of those few one to one and gives the final score.
A rare word counts more than a common one.
"""

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from manumit.core import names, namewords
from manumit.core.namesegment import Matches, Segment

_WEAKEST = 55.0  # names scoring below are not worth showing
_MOST_WORDS = 8  # of a query
_SHORTLIST = 4  # times the limit go on to the second pass
_SURPLUS = 1.0  # taken off for each word that the other side lacks
_JOINED = 0.97  # two words written as one, or one as two
_NEAR = 85.0  # how sure the halves of a word split in two must be


@dataclass(frozen=True)
class Found:
    """A name that may be the one sought; exact: each word of the query
    is there in the same letters."""

    object_id: UUID
    score: float
    matched: str
    exact: bool
    across_scripts: bool


@dataclass
class _Slot:
    """One word of the query, or two adjoining ones read as one, and what may stand for it."""

    covers: tuple[int, ...]
    matches: list[Matches]  # by segment
    table: dict[str, float] = field(default_factory=dict)
    halves: list[tuple[list[Matches], list[Matches]]] = field(default_factory=list)
    half_tables: list[tuple[dict[str, float], dict[str, float]]] = field(default_factory=list)


def search(segments: Sequence[Segment], query: str, limit: int) -> Iterator[Found]:
    """Yield the names nearest to the query, in no order; a few more than `limit`."""
    words = names.fold(query)[:_MOST_WORDS]
    if not words or not segments:
        return
    slots = _slots(segments, words)
    weights = _weights(segments, slots, len(words))
    for place, segment in enumerate(segments):
        for row in _shortlist(segment, place, slots, weights, limit * _SHORTLIST):
            found = _scored(segment, int(row), words, slots, weights)
            if found is not None:
                yield found


def _slots(segments: Sequence[Segment], words: Sequence[str]) -> list[_Slot]:
    slots = []
    for number, word in enumerate(words):
        slot = _Slot((number,), [s.matches(namewords.Word(word)) for s in segments])
        slot.table = _table(slot.matches)
        if slot.table.get(word) != namewords.SAME:
            slot.halves = list(_halves(segments, word))
            slot.half_tables = [(_table(left), _table(right)) for left, right in slot.halves]
        slots.append(slot)
    for number in range(len(words) - 1):
        whole = namewords.Word(words[number] + words[number + 1])
        joined = [s.matches(whole, slips=False) for s in segments]
        slots.append(_Slot((number, number + 1), joined, _table(joined)))
    return slots


def _table(matches: Sequence[Matches]) -> dict[str, float]:
    table: dict[str, float] = {}
    for one in matches:
        table |= one.table()
    return table


def _halves(
    segments: Sequence[Segment], word: str
) -> Iterator[tuple[list[Matches], list[Matches]]]:
    """Yield the ways to read a word as two that are both known."""
    for cut in range(3, len(word) - 2):
        left, right = (
            [_sure(s.matches(namewords.Word(part), slips=False)) for s in segments]
            for part in (word[:cut], word[cut:])
        )
        if any(map(_some, left)) and any(map(_some, right)):
            yield left, right


def _sure(matches: Matches) -> Matches:
    start = int(np.searchsorted(matches.scores, _NEAR))
    return Matches(matches.folded[start:], matches.numbers[start:], matches.scores[start:])


def _some(matches: Matches) -> bool:
    return len(matches.numbers) > 0


def _weights(
    segments: Sequence[Segment], slots: Sequence[_Slot], words: int
) -> NDArray[np.float32]:
    """Return the weight of each word of the query: 1 when everybody has it, 2 when nobody has."""
    total = sum(segment.rows for segment in segments)
    weights = np.ones(words, np.float32)
    for slot in slots[:words]:
        having = 0
        for segment, matches in zip(segments, slot.matches, strict=True):
            sure = matches.numbers[matches.scores >= _NEAR]
            having += int((segment.post_at[sure + 1] - segment.post_at[sure]).sum())
        weights[slot.covers[0]] += 1.0 - math.log1p(min(having, total)) / math.log1p(total)
    return weights


def _shortlist(
    segment: Segment,
    place: int,
    slots: Sequence[_Slot],
    weights: NDArray[np.float32],
    most: int,
) -> NDArray[np.int64]:
    """Return the rows that may score best, by the sum over the words of the query."""
    per_word = [_met(segment, place, slot) for slot in slots[: len(weights)]]
    for slot in slots[len(weights) :]:
        _raise(segment, slot.matches[place], [per_word[number] for number in slot.covers])
    total = np.zeros(segment.rows, np.float32)
    for weight, met in zip(weights, per_word, strict=True):
        met *= weight
        total += met
    total /= weights.sum()
    rows = np.flatnonzero(total >= _WEAKEST)
    rows = rows[segment.alive[rows]]
    if len(rows) > most:
        surplus = np.abs(segment.words[rows].astype(np.float32) - len(weights))
        ranked = total[rows] - _SURPLUS * surplus
        rows = rows[np.argpartition(-ranked, most)[:most]]
    return rows


def _met(segment: Segment, place: int, slot: _Slot) -> NDArray[np.float32]:
    """Return, for every name, how well it meets one word of the query."""
    met = np.zeros(segment.rows, np.float32)
    matches = slot.matches[place]
    rows, counts = segment.rows_of(matches.numbers)
    # The weakest come first, so that where a name has several of them the best one stays.
    met[rows] = np.repeat(matches.scores, counts)
    for lefts, rights in slot.halves:
        left, _ = segment.rows_of(lefts[place].numbers)
        right, _ = segment.rows_of(rights[place].numbers)
        marked = np.zeros(segment.rows, bool)
        marked[left] = True
        both = right[marked[right]]
        met[both] = np.maximum(met[both], _NEAR * _JOINED)
    return met


def _raise(segment: Segment, matches: Matches, met: Sequence[NDArray[np.float32]]) -> None:
    rows, counts = segment.rows_of(matches.numbers)
    scores = np.repeat(matches.scores, counts) * _JOINED
    for one in met:
        one[rows] = np.maximum(one[rows], scores)


@dataclass(frozen=True)
class _Pairing:
    """Words of the query (by number) met by words of a name (by number)."""

    score: float
    asked: tuple[int, ...]
    given: tuple[int, ...]


def _scored(
    segment: Segment,
    row: int,
    words: Sequence[str],
    slots: Sequence[_Slot],
    weights: NDArray[np.float32],
) -> Found | None:
    name = segment.name(row)
    given = names.fold(name)
    taken = list(_best(_pairings(slots, given)))
    points = sum(one.score * float(weights[n]) for one in taken for n in one.asked)
    used = {n for one in taken for n in one.given}
    score = points / float(weights.sum()) - _SURPLUS * (len(given) - len(used))
    if score < _WEAKEST:
        return None
    across = any(not names.same_script(words[one.asked[0]], given[one.given[0]]) for one in taken)
    met = sum(len(one.asked) for one in taken)
    exact = met == len(words) and all(one.score == namewords.SAME for one in taken)
    return Found(segment.object_id(row), score, name, exact, across)


def _pairings(slots: Sequence[_Slot], given: Sequence[str]) -> Iterator[_Pairing]:
    for slot in slots:
        share = 1.0 if len(slot.covers) == 1 else _JOINED
        for number, word in enumerate(given):
            if word in slot.table:
                yield _Pairing(slot.table[word] * share, slot.covers, (number,))
        for left, right in slot.half_tables:
            for one, first in enumerate(given):
                for other, second in enumerate(given):
                    if one != other and first in left and second in right:
                        score = min(left[first], right[second]) * _JOINED
                        yield _Pairing(score, slot.covers, (one, other))


def _best(pairings: Iterator[_Pairing]) -> Iterator[_Pairing]:
    """Yield pairings that share no word, the best first (a word met in full comes first)."""
    heap = [(-one.score * len(one.asked), one.asked, one.given, one) for one in pairings]
    heapq.heapify(heap)
    asked: set[int] = set()
    given: set[int] = set()
    while heap:
        one = heapq.heappop(heap)[3]
        if asked.isdisjoint(one.asked) and given.isdisjoint(one.given):
            asked.update(one.asked)
            given.update(one.given)
            yield one
