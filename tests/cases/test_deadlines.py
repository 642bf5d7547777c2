"""Clocks: how long, from when, how late, and who is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import deadlines

SEEN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "hours"),
    [
        ("within_1_hour", 1),
        ("within_3_hours", 3),
        ("within_1_day", 24),
        ("within_3_days", 72),
        ("health_72h", 72),
        ("health_120h", 120),
        ("recovery", 30 * 24),
    ],
)
def test_the_clocks_of_the_field(kind, hours):
    assert deadlines.due_at(kind, SEEN) == SEEN + timedelta(hours=hours)


def test_every_urgency_has_a_clock_and_words():
    for urgency in deadlines.Urgency:
        assert deadlines.due_at(urgency, SEEN) > SEEN
        assert deadlines.URGENCY_LABELS[urgency]
        assert deadlines.label(urgency) != urgency


def test_a_country_has_its_own_recovery_period_from_its_day_on():
    before, after = date(2022, 6, 1), date(2024, 6, 1)
    assert deadlines.rule("recovery", before, "GB").hours == 45 * 24
    assert deadlines.rule("recovery", after, "gb").hours == 30 * 24
    assert deadlines.rule("recovery", before, "JO").hours == 30 * 24


def test_every_rule_says_where_it_comes_from_and_how_sure_that_is():
    for rule in deadlines.load().rules:
        assert rule.source
        assert rule.source_status in {"verified", "secondary", "pending"}
    assert deadlines.rule("health_72h", SEEN.date()).source_status == "secondary"


def test_an_unknown_duty_is_a_loud_mistake():
    with pytest.raises(KeyError, match="no deadline"):
        deadlines.due_at("within_a_lifetime", SEEN)


@given(st.integers(-10_000, 10_000), st.integers(1, 5_000))
def test_a_clock_is_in_exactly_one_state(minutes, length):
    due = SEEN + timedelta(minutes=length)
    now = SEEN + timedelta(minutes=minutes)
    state = deadlines.state(SEEN, due, None, now)
    assert state.overdue == (now > due)
    assert state.left == due - now
    assert 0 <= state.share <= 1


def test_a_stopped_clock_stays_as_it_was_stopped():
    due = SEEN + timedelta(hours=1)
    late = deadlines.state(SEEN, due, SEEN + timedelta(hours=2), SEEN + timedelta(days=9))
    assert late.code == "stopped_late"
    assert late.left == timedelta(hours=-1)
    assert deadlines.state(SEEN, due, SEEN, SEEN + timedelta(days=9)).code == "stopped_in_time"


@pytest.mark.parametrize(("hours", "level"), [(-1, 0), (0, 0), (0.1, 1), (23, 1), (25, 2)])
def test_levels_of_being_late(hours, level):
    assert deadlines.level(SEEN, SEEN + timedelta(hours=hours)) == level


@given(st.integers(0, 200), st.integers(-200, 400))
def test_a_service_gets_an_hour_at_least_and_a_day_at_most(sent, due):
    sent_at = SEEN + timedelta(hours=sent)
    by = deadlines.answer_due_at(sent_at, SEEN + timedelta(hours=due))
    assert sent_at + timedelta(hours=1) <= by <= sent_at + timedelta(hours=24)


GOOD = """
[[clock]]
kind = "x"
label = "X"
hours = 1
from = 2020-01-01
source = "Example"
source_status = "pending"
"""


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("hours = 1", "hours = 0", "hours"),
        ("hours = 1", 'hours = "1"', "hours"),
        ('source = "Example"', "", "source"),
        ('"pending"', '"certain"', "source_status"),
        ("from = 2020-01-01", 'from = "soon"', "from"),
        ("kind =", "kind", "line"),
    ],
)
def test_bad_data_is_refused_with_entry_key_and_cure(old, new, names):
    assert deadlines.parse(GOOD).rules[0].hours == 1
    with pytest.raises(deadlines.BadDeadlines, match=names):
        deadlines.parse(GOOD.replace(old, new))
