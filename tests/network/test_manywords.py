"""Words weighed in bulk say what `samename` says of them one by one."""

import random

import numpy as np

from manumit.core import samename, wordlikeness
from manumit.network import manywords

WORDS = [
    *"mohammed muhamad noureddine nuruddin khaled haled exampleh exampel testov testova".split(),  # noqa: SIM905
    *"bekele bekelle quispe quisper zhang chang kim gim cho jo do to o mina مينا محمد محمود Тестов".split(),  # noqa: SIM905
]


def test_as_one_by_one() -> None:
    dice = random.Random(5)
    words = list(dict.fromkeys(samename.words(one)[0] for one in WORDS))
    for _ in range(300):
        word = dice.choice(words)
        at = dice.randrange(len(word))
        words.append(word[:at] + dice.choice("aeiouklmn") + word[at + dice.randrange(2) :])
    words = list(dict.fromkeys(words))
    pairs = [(dice.randrange(len(words)), dice.randrange(len(words))) for _ in range(3000)]
    ones, others = (np.asarray(side, np.int64) for side in zip(*pairs, strict=True))
    found = manywords.likeness(manywords.Forms(words), ones, others)
    said = [
        wordlikeness.likeness(wordlikeness.word(words[a]), wordlikeness.word(words[b]))[0]
        for a, b in pairs
    ]
    assert sum(each > 0 for each in said) > 300
    assert np.abs(found - np.asarray(said)).max() < 1e-6
