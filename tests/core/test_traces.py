"""Traces: one form for what is one value, and nothing told below the limit."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.core import traces as rules
from manumit.core.traces import Kind, State

SAME = [
    (Kind.PHONE, "+962 7 0000-0001", "00962700000001"),
    (Kind.PHONE, "+٩٦٢٧٠٠٠٠٠٠٠١", "+962700000001"),
    (Kind.PLATE, "ex-12 34", "EX 1234"),
    (Kind.PLATE, "EX ١٢٣٤", "EX1234"),
    (Kind.EMAIL, "Nobody@Example.org ", "nobody@example.ORG"),
    (Kind.ONLINE, "https://www.example.org/nobody/?x=1", "example.org/Nobody"),
    (Kind.ONLINE, "@Nobody", "nobody"),
    (Kind.ACCOUNT, "ex00 0000 0001", "EX00-0000-0001"),
    (Kind.PLACE, "Example Street 9, Testtown", "Testtown, Example Street 9"),
    (Kind.CALLED, "Abu Example", "abu  EXAMPLE"),
]


@pytest.mark.parametrize(("kind", "one", "other"), SAME)
def test_what_is_one_value_has_one_form(kind, one, other):
    assert rules.normal(kind, one) == rules.normal(kind, other) != ""
    assert not rules.why_not_value(kind, one)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.PHONE, "0700000001"),  # of which country?
        (Kind.PHONE, "+962"),
        (Kind.EMAIL, "nobody"),
        (Kind.PLATE, "1"),
        (Kind.CALLED, "  "),
        ("shoe size", "44"),
    ],
)
def test_what_is_not_certain_is_refused_and_never_guessed(kind, value):
    assert rules.why_not_value(kind, value)


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(list(Kind)), value=st.text(max_size=60))
def test_any_text_has_a_form_or_a_reason(kind, value):
    assert len(rules.normal(kind, value)) <= 200
    assert isinstance(rules.why_not_value(kind, value), str)


def test_one_case_is_never_told_and_two_are():
    assert [rules.told(n) for n in (0, 1, 2, 5)] == [0, 0, 2, 5]


def test_looking_needs_a_reason_and_has_an_end():
    most = rules.limits().looks_an_hour
    assert not rules.why_not_look(most - 1, "An inquiry of ours")
    assert rules.why_not_look(most, "An inquiry of ours")
    assert rules.why_not_look(0, "because")


def test_what_was_answered_is_answered():
    assert not rules.why_not(State.ASKED, State.RELEASED)
    for state in (State.DECLINED, State.DROPPED, State.TAKEN_BACK):
        assert all(rules.why_not(state, then) for then in State)
    assert not rules.why_not(State.RELEASED, State.TAKEN_BACK)


def test_only_the_month_is_kept():
    assert rules.month(date(2026, 11, 22)) == date(2026, 11, 1)
    assert set(rules.BASES) == set(rules.Basis)
    assert set(rules.LABELS) == set(Kind)
    assert set(rules.STATES) == set(State)
