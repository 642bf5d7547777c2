"""Which few of many names are worth comparing with one: those that share its rarest words.

Every word of a name is kept under itself, under its consonants (`names.skeleton`) and, one consonant
left out, under what a slip makes of them; neighbours also under the consonants of the two written
together. A query's words bring up the names that share them, the rarest counting most, each word
once; a birth near in years and the same nationality help. Arrays of names a key, in memory.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from manumit.core import names

_LOOKED_AT = 20  # names compared for one query
_GLANCED_AT = 120  # names whose letters are glanced at
_WORTH_A_LOOK = 0.25  # of the best one's weight by words alone
_NEAR_BEST = 0.45  # of the best one's weight; what shares less is not compared
_SKELETON, _SLIP = 0.9, 0.6  # what a key counts beside the word itself
_MIN_SLIP = 3  # consonants; a shorter skeleton with one left out is anybody's
_YEAR, _NATION = 3.0, 1.5

Places = NDArray[np.int32]


class Shortlist:
    """Names by the words they share."""

    def __init__(self) -> None:
        self._building: dict[str, list[int]] = defaultdict(list)
        self._keys: dict[str, tuple[Places, np.float32]] = {}
        self._from: list[int] = []
        self._to: list[int] = []
        self._nations: dict[str, list[int]] = defaultdict(list)
        self._of_nation: dict[str, NDArray[np.bool_]] = {}
        self._letters: list[str] = []
        self._count = 0

    def add(self, words: Sequence[str], years: Iterable[int], nations: Iterable[str]) -> None:
        """Add a name: its folded words, the possible years of birth, the nationalities."""
        place = self._count
        keys = {key for word in words for key, _ in _keys(word)}
        for key in keys.union(key for key, _ in _joined(words)):
            self._building[key].append(place)
        self._letters.append(_letters(words))
        known = sorted(years)
        self._from.append(known[0] if known else 0)
        self._to.append(known[-1] if known else 0)
        for nation in nations:
            self._nations[nation].append(place)
        self._count += 1

    def ready(self) -> None:
        """Make what was added ready to be asked."""
        for key, places in self._building.items():
            told = np.float32(np.log2(1 + self._count / len(places)))
            self._keys[key] = (np.array(places, dtype=np.int32), told)
        self._building.clear()
        self._first = np.array(self._from, dtype=np.int16)
        self._last = np.array(self._to, dtype=np.int16)
        for nation, some in self._nations.items():
            self._of_nation[nation] = np.zeros(self._count, dtype=np.bool_)
            self._of_nation[nation][some] = True

    def near(
        self, words: Sequence[str], years: Iterable[int], nation: str
    ) -> list[tuple[int, float]]:
        """Return the names to compare, by number of adding, and about how many bits they share."""
        weights = np.zeros(self._count, dtype=np.float32)
        for word in words:
            found = self._met(_keys(word))
            if len(found) == 1:
                weights[found[0][1]] += found[0][0]
            elif found:
                of_word = np.zeros(self._count, dtype=np.float32)
                for told, places in found:  # the heaviest last: it stays
                    of_word[places] = told
                weights += of_word
        for told, places in self._met(_joined(words)):
            # What two words say one by one is not said again by the two together.
            weights[places] = np.maximum(weights[places], told + weights[places] / 3)
        most = weights.max(initial=0.0)
        if not most:
            return []
        met = np.flatnonzero(weights > _WORTH_A_LOOK * most)
        return self._best(met, weights[met] + self._help(met, years, nation), words)

    def _met(self, keys: Iterable[tuple[str, float]]) -> list[tuple[float, Places]]:
        met = []
        for key, share in keys:
            found = self._keys.get(key)
            if found is not None:
                met.append((share * float(found[1]), found[0]))
        met.sort(key=lambda one: one[0])
        return met

    def _help(
        self, met: NDArray[np.intp], years: Iterable[int], nation: str
    ) -> NDArray[np.float32]:
        """Return what births and nationalities add."""
        more = np.zeros(len(met), dtype=np.float32)
        for year in itertools.islice(years, 1):
            near = (self._first[met] <= year + 1) & (year - 1 <= self._last[met])
            more[near] += _YEAR
        if nation in self._of_nation:
            more[self._of_nation[nation][met]] += _NATION
        return more

    def _best(
        self, met: NDArray[np.intp], weights: NDArray[np.float32], words: Sequence[str]
    ) -> list[tuple[int, float]]:
        near_best = np.flatnonzero(weights > _NEAR_BEST * weights.max())
        if len(near_best) > _GLANCED_AT:
            best = np.argpartition(weights[near_best], len(near_best) - _GLANCED_AT)
            near_best = near_best[best[-_GLANCED_AT:]]
        met, weights = met[near_best], weights[near_best]
        if len(met) > _LOOKED_AT:
            others = [self._letters[place] for place in met.tolist()]
            near = process.cdist([_letters(words)], others, scorer=fuzz.ratio, dtype=np.float32)[0]
            order = np.argsort(-weights * (1.0 + near / 50.0), kind="stable")[:_LOOKED_AT]
            met, weights = met[order], weights[order]
        return list(zip(met.tolist(), weights.tolist(), strict=True))


def _letters(words: Sequence[str]) -> str:
    return " ".join(sorted(map(names.outline, words)))


def _joined(words: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Give the keys of each two neighbours written together."""
    for one, other in itertools.pairwise(words):
        if len(one) + len(other) > 4:
            yield names.skeleton(one + other), _SKELETON


@lru_cache(maxsize=1 << 17)
def _keys(word: str) -> tuple[tuple[str, float], ...]:
    """Give the keys of a word, with how much each counts."""
    bones = names.skeleton(word)
    keys = {"=" + word: 1.0, bones: _SKELETON}
    if len(bones) >= _MIN_SLIP:
        for n in range(len(bones)):
            keys.setdefault(bones[:n] + bones[n + 1 :], _SLIP)
    return tuple(keys.items())
