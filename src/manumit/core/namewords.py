"""How near two words of a name are, as a number from 0 to 100, and what the nearness rests on.

The numbers order what a person will look at; nothing is decided by them. They are fixed here, in
one place, rather than fitted to a data set: no licensed list of true spellings in these scripts
is large enough to fit them on.
"""

import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from manumit.core import names

SAME = 100.0
WEAKEST = 58.0  # a word scoring below is not the word that was meant
MIN_SLIP_LETTERS = 4  # in shorter words one letter more or less is another name
_LONG_SKELETON = 3  # classes; from here on a shared skeleton is telling


class Word:
    """One folded word of a query with the forms it is compared by."""

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.skeleton = names.skeleton(folded)
        self.outline = names.outline(folded)


def slips(form: str, shortest: int = MIN_SLIP_LETTERS) -> Iterator[int]:
    """Yield hashes of a form and of each way to leave one of its letters out.

    Two forms one slip apart (a letter wrong, missing, extra, or two neighbours swapped) share at
    least one hash, so looking up a handful of hashes finds them among any number.
    """
    yield zlib.crc32(form.encode())
    if len(form) >= shortest:
        for place in range(len(form)):
            yield zlib.crc32((form[:place] + form[place + 1 :]).encode())


def one_slip(one: str, other: str) -> bool:
    """Say whether two forms are at most one slip apart (optimal string alignment)."""
    return bool(OSA.distance(one, other, score_cutoff=1) <= 1)


def scores(
    word: Word, folded: Sequence[str], outlines: Sequence[str], same_skeleton: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return how near each candidate is to the word (0 to 100), in the candidates' order.

    same_skeleton: True where the candidate shares the whole skeleton, not only nearly.
    """
    alike = np.fromiter(
        (names.same_script(word.folded, form) for form in folded), bool, len(folded)
    )
    near = np.where(alike, _ratios(word.folded, folded), _ratios(word.outline, outlines))
    floor = 60.0 if len(word.skeleton) >= _LONG_SKELETON else 42.0
    # 97 at the most: only the same letters are 100.
    sounding = floor + (97.0 - floor) * near
    result = np.where(same_skeleton, sounding, 40.0 + 45.0 * near)
    result[near < 0.4] = 0.0
    for place in np.flatnonzero(alike).tolist():
        result[place] = max(result[place], _typed(word.folded, folded[place]))
    return result.astype(np.float32)


def _ratios(form: str, others: Sequence[str]) -> NDArray[np.float32]:
    found = process.cdist([form], others, scorer=fuzz.ratio, dtype=np.float32)[0]
    return np.asarray(found / 100.0, dtype=np.float32)


def _typed(meant: str, written: str) -> float:
    """Return how likely one was typed for the other; 0 beyond one slip."""
    if meant == written:
        return SAME
    if min(len(meant), len(written)) < MIN_SLIP_LETTERS or not one_slip(meant, written):
        return 0.0
    return 97.0 - 60.0 / max(len(meant), len(written))
