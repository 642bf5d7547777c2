"""How alike many pairs of words are, as `core.wordlikeness.likeness` has it, letters counted in bulk.

Words in one script with vowels are weighed together, by their letters as typed, by their sound and by
their sound with one vowel for all; other words one by one.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from manumit.core import wordlikeness

Array = NDArray[Any]

_CUT = 4  # letters apart, from where on two words are just different
_ROOM = np.asarray([wordlikeness.room(length) for length in range(41)])
_ONE_BY_ONE = wordlikeness.NO_VOWELS | wordlikeness.SYLLABLES


class Forms:
    """The forms of words, by number, read when they are first needed."""

    def __init__(self, texts: Sequence[str]) -> None:
        count = len(texts)
        self._texts = texts
        self._kinds: dict[str, int] = {}
        self._known = np.zeros(count, bool)
        self.word = np.empty(count, object)
        self.text, self.sound, self.shape = (np.empty(count, object) for _ in range(3))
        self.length = np.zeros(count, np.int32)
        self.first, self.first_sound = np.zeros(count, np.int32), np.zeros(count, np.int32)
        self.onset = np.zeros(count, np.int32)  # the class of the first consonant; 0: none
        self.kind = np.full(count, -1, np.int32)  # the script where letters can be counted in bulk

    def read(self, numbers: Array) -> None:
        """Make sure that these words are there."""
        for number in np.unique(numbers[~self._known[numbers]]).tolist():
            # Not the cached function: there are more words than it keeps.
            one = wordlikeness.word.__wrapped__(self._texts[number])
            self.word[number] = one
            self.text[number], self.sound[number], self.shape[number] = (
                one.text, one.sound, one.shape
            )  # fmt: skip
            self.length[number] = len(one.text)
            self.first[number] = ord(one.text[0])
            self.first_sound[number] = ord(one.sound[0]) if one.sound else 0
            first, _rest = wordlikeness.onset(one)
            self.onset[number] = ord(first) if first else 0
            if len(one.text) > 1 and one.script not in _ONE_BY_ONE:
                self.kind[number] = self._kinds.setdefault(one.script, len(self._kinds))
        self._known[numbers] = True


def likeness(forms: Forms, left: Array, right: Array) -> Array:
    """Return how likely words (by number) are one name, 0 to 1; each two words are weighed once."""
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right)
    distinct, at = np.unique(low << 32 | high, return_inverse=True)
    return weigh(forms, distinct >> 32, distinct & 0xFFFFFFFF)[at]


def weigh(forms: Forms, ones: Array, others: Array) -> Array:
    """Return how likely words, one by one, are one name."""
    says = np.zeros(len(ones), np.float32)
    forms.read(np.concatenate([ones, others]))
    bulk = (forms.kind[ones] == forms.kind[others]) & (forms.kind[ones] >= 0)
    says[bulk] = _sounded(forms, ones[bulk], others[bulk])
    for place in np.flatnonzero(~bulk).tolist():
        one, other = forms.word[ones[place]], forms.word[others[place]]
        says[place] = wordlikeness.likeness(one, other)[0]
    return says


def _sounded(forms: Forms, ones: Array, others: Array) -> Array:
    apart = _apart(forms.text, ones, others)
    heard = _apart(forms.sound, ones, others)
    shape = _apart(forms.shape, ones, others)
    left, right = forms.length[ones], forms.length[others]
    room = _ROOM[np.minimum(np.maximum(left, right), len(_ROOM) - 1)]
    nearest = np.minimum(apart, (heard + shape) / 2 + 0.3)
    found = np.maximum(0.0, 1.0 - 0.5 * nearest / room)
    begins = (forms.first[ones] == forms.first[others]) | (
        forms.first_sound[ones] == forms.first_sound[others]
    )
    found = np.where(begins, found, found * 0.97)
    found = np.where((nearest > 2 * room) | (np.abs(left - right) > 4), 0.0, found)
    # Few begin with two sounds of one class: those one by one.
    onset = forms.onset[ones]
    may = (onset > 0) & (onset == forms.onset[others]) & (heard <= 2) & (heard > 0)
    may &= (forms.first_sound[ones] != forms.first_sound[others]) & (found < wordlikeness.VOICED)
    for place in np.flatnonzero(may).tolist():
        if wordlikeness.voiced(forms.word[ones[place]], forms.word[others[place]]):
            found[place] = wordlikeness.VOICED
    return np.where(apart == 0, 1.0, found)


def _apart(form: Array, ones: Array, others: Array) -> Array:
    found: Array = process.cpdist(
        form[ones].tolist(),
        form[others].tolist(),
        scorer=OSA.distance,
        score_cutoff=_CUT,
        dtype=np.int32,
    )
    return found
