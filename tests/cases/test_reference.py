"""References: well formed, unambiguous, hard to guess from one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import reference


@given(st.binary(min_size=16, max_size=16))
def test_a_reference_is_well_formed_and_read_back_however_it_is_typed(random):
    made = reference.from_bytes(random)
    assert reference.PATTERN.fullmatch(made)
    assert reference.tidy(f" {made.lower().replace('-', ' ')} ") == made


def test_too_little_chance_is_refused():
    with pytest.raises(ValueError, match="16 random bytes"):
        reference.from_bytes(b"x" * 15)


@pytest.mark.parametrize("typed", ["", "K7", "K7-4Q2O", "hello", "K7-4Q2M3"])
def test_what_cannot_be_a_reference_is_none(typed):
    assert reference.tidy(typed) == ""


def test_no_vowel_and_no_look_alike():
    assert not set("AEIOUY01L") & set(reference.ALPHABET)
