"""Few names to compare, and the right one among them."""

import random

import pytest

from manumit.core import samename
from manumit.network import shortlist

SYLLABLES = [a + b for a in "bdfhklmnrstz" for b in "aiu"]
DICE = random.Random(2331)
WORDS = ["".join(DICE.choices(SYLLABLES, k=3)) for _ in range(300)]
NAMES = [" ".join(DICE.choices(WORDS, k=3)) for _ in range(3000)]
MEANT = "Amal Testovitch Examplar"


@pytest.fixture(scope="module")
def short():
    made = shortlist.Shortlist()
    for name in [*NAMES, MEANT]:
        made.add(samename.words(name), [1970], ["IQ"])
    made.ready()
    return made


def near(short, words, years, nation):
    return [place for place, _ in short.near(words, years, nation)]


@pytest.mark.parametrize(
    "asked",
    [
        MEANT,
        "Examplar Amal Testovitch",
        "Amal Examplar",
        "AmalTestovitch Examplar",
        "Amal Testo vitch Examplar",
        "Amal Tesovitch Exomplar",
        "أمل إكزامبلار تستوفيتش",
        NAMES[7].split()[0] + " Testovitch",
    ],
)
def test_the_right_one_is_among_few(short, asked):
    found = near(short, samename.words(asked), [1971], "IQ")
    assert len(NAMES) in found
    assert len(found) <= 28


def test_nothing_in_common(short):
    assert short.near(["wy"], [], "") == []
    assert short.near([], [1970], "IQ") == []


def test_same_spelling_comes_first(short):
    for at in range(0, 3000, 300):
        assert at in near(short, samename.words(NAMES[at]), [], "")
