"""Tell once: counting, the warning, and the reason that asking again needs."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import telling

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TIMES = st.builds(
    telling.Asked,
    kind=st.sampled_from(list(telling.Kind)),
    by=st.sampled_from(["Example Gate", "Police", ""]),
    at=st.none() | st.integers(0, 500).map(lambda n: AT + timedelta(hours=n)),
    times=st.integers(1, 99),
)


def told(*asked, accounts=0):
    return telling.Told(tuple(asked), accounts)


def once(by="Example Gate", at=AT, times=1, kind=telling.Kind.SCREENING):
    return telling.Asked(kind, by, at, times)


def test_every_time_counts_also_several_elsewhere():
    assert told(once(), once("Police", None, 3, telling.Kind.ELSEWHERE)).times == 4


def test_who_asked_is_named_once():
    assert told(once(), once("Police"), once()).by == ("Example Gate", "Police")


def test_a_first_time_needs_no_reason():
    assert telling.why_not_ask(told(), "") == ""
    assert not telling.warn(told())


def test_asking_again_needs_a_reason_from_the_list():
    assert "say why" in telling.why_not_ask(told(once()), "").lower()
    assert telling.why_not_ask(told(once()), "because") != ""
    for why in telling.Why:
        assert telling.why_not_ask(told(once()), why) == ""


def test_an_account_that_exists_is_pointed_to():
    assert "Read that account" in telling.why_not_ask(told(once(), accounts=1), "")


@given(st.lists(TIMES, max_size=12))
def test_in_order_loses_nothing_and_puts_what_has_no_day_first(asked):
    ordered = telling.in_order(asked)
    assert sorted(map(repr, ordered)) == sorted(map(repr, asked))
    days = [each.at for each in ordered]
    assert days[: days.count(None)] == [None] * days.count(None)
    known = [day for day in days if day]
    assert known == sorted(known)


@given(st.lists(TIMES, min_size=1, max_size=12))
def test_who_was_asked_is_warned_about(asked):
    assert telling.warn(telling.Told(tuple(asked)))


def test_an_answer_is_given_once_and_a_no_says_why():
    waiting = telling.Request.WAITING
    assert telling.why_not_answer(waiting, give=True, reason="") == ""
    assert telling.why_not_answer(waiting, give=False, reason="person_said_no") == ""
    assert "Choose" in telling.why_not_answer(waiting, give=False, reason="")
    for state in set(telling.Request) - {waiting}:
        assert "already" in telling.why_not_answer(state, give=True, reason="")


def test_everything_has_words():
    for enum, labels in (
        (telling.Kind, telling.LABELS),
        (telling.Why, telling.WHY_LABELS),
        (telling.For, telling.FOR_LABELS),
        (telling.No, telling.NO_LABELS),
        (telling.Request, telling.REQUEST_LABELS),
    ):
        assert set(labels) == set(enum)
