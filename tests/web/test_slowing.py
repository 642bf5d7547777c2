"""The wait before the next guess: it grows, it ends, and nobody else has to sit it out."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from manumit.web import slowing

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NONE = slowing.Tally()
COUNTS = st.integers(min_value=1, max_value=10**6)
AGES = st.integers(min_value=-100, max_value=3600).map(lambda s: timedelta(seconds=s))


def waits(pair=NONE, sender=NONE, number=NONE):
    return slowing.wait(pair=pair, sender=sender, number=number, now=NOW)


def seconds(count):
    return waits(pair=slowing.Tally(count, NOW)).total_seconds()


def test_it_grows_to_a_limit():
    assert [seconds(n) for n in range(1, 11)] == [0, 0, 5, 10, 20, 40, 80, 160, 300, 300]


@given(COUNTS, COUNTS, COUNTS, AGES)
def test_it_is_never_longer_than_five_minutes_and_always_ends(pair, sender, number, age):
    asked = [slowing.Tally(n, NOW - age) for n in (pair, sender, number)]
    assert timedelta(0) <= waits(*asked) <= slowing.LONGEST
    if age >= slowing.LONGEST:
        assert waits(*asked) == timedelta(0)


@given(COUNTS)
def test_whoever_has_not_guessed_wrong_never_waits_for_others(count):
    assert waits(number=slowing.Tally(count, NOW)) == timedelta(0)


def test_who_goes_on_guessing_at_a_number_under_attack_waits_at_once():
    once = slowing.Tally(1, NOW)
    assert waits(pair=once) == timedelta(0)
    assert waits(pair=once, number=slowing.Tally(slowing.UNDER_ATTACK, NOW)) > timedelta(0)


def test_one_sender_at_many_numbers_waits():
    assert waits(sender=slowing.Tally(slowing.FREE_OF_SENDER - 1, NOW)) == timedelta(0)
    assert waits(sender=slowing.Tally(slowing.FREE_OF_SENDER, NOW)) > timedelta(0)
