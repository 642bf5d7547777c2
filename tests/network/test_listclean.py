"""Signs that show nothing are taken out; those that a writing needs stay."""

import pytest

from manumit.network import listclean

PERSIAN = "علی\u200cاکبر"


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("A\u202eB", "AB"),
        ("A\u200bB\ufeff", "AB"),
        ("A\x00\x1bB", "AB"),
        (" A \n B ", "A B"),
        ("A\u200cB", "AB"),
        (PERSIAN, PERSIAN),
        ("é", "é"),
    ],
)
def test_clean(text, now):
    assert listclean.clean(text) == now
    assert listclean.clean(now) == now


@pytest.mark.parametrize("text", ["Example", PERSIAN, "Пример", "محمد Example", "Éxample"])
def test_honest_words_mix_nothing(text):
    assert listclean.mixed(text) == ""


def test_a_letter_of_another_alphabet_is_seen():
    assert listclean.mixed("Example Pеrson") == "Pеrson"
    assert listclean.visible(PERSIAN) == "علی[U+200C]اکبر"
