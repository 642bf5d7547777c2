from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from manumit.web import session_rules

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
minutes = st.integers(min_value=0, max_value=24 * 60).map(lambda m: timedelta(minutes=m))


def ended(seen: timedelta, now: timedelta) -> str:
    return session_rules.why_ended(began_at=BEGAN, seen_at=BEGAN + seen, now=BEGAN + now)


def test_a_session_lives_while_the_person_works():
    assert ended(timedelta(hours=5), timedelta(hours=5, minutes=14, seconds=59)) == ""


def test_fifteen_idle_minutes_end_it():
    assert "15 minutes" in ended(timedelta(hours=5), timedelta(hours=5, minutes=15))


def test_twelve_hours_end_it_even_for_who_is_busy():
    assert "12 hours" in ended(timedelta(hours=12), timedelta(hours=12))


def test_a_clock_set_back_ends_it():
    assert "set back" in ended(timedelta(hours=3), timedelta(0))


@given(seen=minutes, later=minutes)
def test_no_session_outlives_either_limit(seen, later):
    reason = ended(seen, seen + later)
    alive = later < session_rules.IDLE and seen + later < session_rules.ABSOLUTE
    assert (reason == "") == alive


def test_the_second_step_has_ten_minutes():
    at = BEGAN
    assert session_rules.why_not_continue(passphrase_at=at, now=at + timedelta(minutes=9)) == ""
    assert session_rules.why_not_continue(passphrase_at=at, now=at + timedelta(minutes=10))
    assert session_rules.why_not_continue(passphrase_at=at, now=at - timedelta(days=3))


def test_being_seen_is_written_down_at_most_twice_a_minute():
    assert not session_rules.note_seen(seen_at=BEGAN, now=BEGAN + timedelta(seconds=29))
    assert session_rules.note_seen(seen_at=BEGAN, now=BEGAN + timedelta(seconds=30))
