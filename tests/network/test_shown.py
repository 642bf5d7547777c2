"""Malicious names are shown as what they are, and honest ones as they are written."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from manumit.network import shown


def test_a_mark_that_turns_the_text_is_shown():
    assert shown.plainly("Karim \u202eelpmaxE") == "Karim [U+202E]elpmaxE"
    assert shown.plainly("Ka\u200brim") == "Ka[U+200B]rim"
    assert shown.plainly("a\x00b\x1b[31m") == "a[U+0000]b[U+001B][31m"
    assert shown.warnings("Karim \u202eelpmaxE") == ["It holds characters that are not seen."]


def test_honest_names_stay_as_they_are_written():
    for name in ("كريم مثال", "می\u200cخواهم", "Ñandú Example", "ហ្គេម", "Оксана Тестова", "Αθηνά"):
        assert shown.plainly(name) == name
        assert shown.warnings(name) == []


def test_one_word_in_two_scripts_is_said():
    assert shown.warnings("K\u0430rim Example") == [
        "One word is written in two scripts that look alike."
    ]
    assert shown.warnings("Karim Тестов") == []


def test_an_endless_name_is_cut():
    assert len(shown.plainly("x" * 100_000)) == shown.MOST + 1


@given(st.text())
def test_nothing_that_steers_is_left(text):
    plain = shown.plainly(text)
    assert not any(
        unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c not in "\u200c\u200d" for c in plain
    )
    safe = shown.safely(text)
    assert not text or (safe[0], safe[-1]) == (shown.FIRST_STRONG, shown.POP)
