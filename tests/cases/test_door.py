"""Codes of the person's own door: read as people type them, hard to guess, hard to mix up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import door

RANDOM = st.binary(min_size=16, max_size=16)


@given(RANDOM, RANDOM)
def test_what_is_shown_is_what_is_read(first, second):
    number, ending = door.number_of(first), door.ending_of(second)
    shown = door.spoken(number, ending)
    assert len(shown) == 19
    for typed in (
        shown,
        shown.lower(),
        shown.replace("-", " "),
        shown.replace("-", ""),
        f" {shown}\n",
    ):
        assert door.read(typed) == door.Code(number, ending)


@given(RANDOM)
def test_letters_that_look_alike_are_the_same(random):
    shown = door.spoken(door.number_of(random), door.ending_of(random))
    typed = shown.replace("0", "O").replace("1", "l").replace("V", "u")
    assert door.read(typed) == door.read(shown)


@given(st.text(max_size=300))
def test_any_text_is_read_without_trouble_and_the_same_twice(typed):
    once = door.tidy(typed)
    assert door.tidy(once) == once
    assert door.read(typed).number + door.read(typed).ending == once


def test_digits_and_letters_of_any_keyboard():
    assert door.read("٧K٣M ٠١٢٣").number == "7K3M"
    assert door.read("7k3m كتاب أزرق") == door.read("7K3M كِتَاب ازرق")
    assert door.read("7k3m café") == door.read("7K3M CAFE")


def test_too_few_random_bytes_are_refused():
    with pytest.raises(ValueError, match="random"):
        door.ending_of(b"\0" * 15)


def test_every_sign_of_the_alphabet_comes_up():
    seen = {sign for n in range(256) for sign in door.ending_of(bytes([n]) * 16)}
    assert seen <= set(door.ALPHABET)
    assert len(seen) == 32


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("kite window seven rivers", ""),
        ("طيارة ورق نافذة زرقاء", ""),
        ("0791 234567 2001", "numbers"),
        ("kite", "three different words"),
        ("kite kite kite kite", "three different words"),
        ("aaa aaab aaba aabb", "three different words"),
        ("amal kite window river", "names"),
        ("kite window Irbid river", "names"),
        ("k" * 300, "too long"),
    ],
)
def test_own_words_that_somebody_near_would_guess_are_refused(words, says):
    said = door.why_not_own(words, ["Amal Example", "Irbid", "+962 0000 111"])
    assert says in said
    assert bool(said) == bool(says)


def test_two_endings_that_begin_alike_are_refused():
    assert door.why_not_both("kite window river", "kite-window sea")
    assert door.why_not_both("kite window river", "sea kite window") == ""


def test_only_a_code_goes_on_a_card():
    assert door.is_printable(door.spoken("7K3M", "2" * 12))
    assert door.is_printable("7K3M kite window river")
    for text in ("", "7K3M", "hello", "<b>" * 100):
        assert not door.is_printable(text)


def test_help_needs_no_key():
    assert door.classes(door.Part) == {"identity", "contact", "plan", "medical", "legal"}
    assert door.classes([door.Part.HELP]) == frozenset()


def test_every_kind_has_words_and_what_is_asked_has_a_clock():
    assert set(door.KIND_LABELS) == set(door.Kind)
    assert set(door.CLOCKS) == set(door.Kind) - {door.Kind.ANSWER}
    assert set(door.CLOSED_LABELS) == set(door.Closed)
    assert set(door.PART_LABELS) == set(door.Part)


@pytest.mark.parametrize(
    ("began", "idle", "over"),
    [(0, 0, False), (9, 9, False), (10, 10, True), (59, 0, False), (60, 0, True),
     (-1, 0, True), (5, -1, True)],
)  # fmt: skip
def test_a_visit_ends(began, idle, over):
    asked = {"began": timedelta(minutes=began), "idle": timedelta(minutes=idle)}
    assert door.ended(**asked) is over
