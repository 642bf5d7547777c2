from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.directory import eligibility, fit, freshness, opening
from manumit.directory.entry import Hours

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
HERE = (32.0, 36.0)
WISH = fit.Wish(person=eligibility.Person(age=30, sex="female"), at=AT, near=HERE, language="ar")
ALWAYS = opening.Opening(always=True)


def fresh(on: date | None = date(2026, 11, 20)) -> freshness.Freshness:
    return freshness.of(confirmed_on=on, stated_on=None, ends_on=None, on=AT.date())


def candidate(key: str = "a", **changes: object) -> fit.Candidate[str]:
    base = fit.Candidate(
        service=key,
        key=key,
        at=HERE,
        precision="point",
        coverage="city",
        opening=ALWAYS,
        eligibility=eligibility.Eligibility(),
        freshness=fresh(),
        languages=("ar",),
        answered_hours=4.0,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "worse",
    [
        {"at": (32.5, 36.0)},
        {"at": None},
        {"answered_hours": 40.0},
        {"answered_hours": None},
        {"freshness": fresh(date(2026, 1, 1))},
        {"freshness": fresh(None)},
        {"opening": opening.Opening((Hours(0, time(9), time(10)),), timezone="Etc/UTC")},
        {"opening": opening.Opening()},
        {"languages": ("fr",)},
        {"languages": ()},
    ],
)
def test_each_part_moves_a_service_down_and_says_why(worse: dict[str, object]) -> None:
    best, second = candidate("a"), candidate("b", **worse)
    order = fit.ranked([second, best], WISH)
    assert [o.service for o in order] == ["a", "b"]
    assert order[0].reasons != order[1].reasons


def test_a_score_carries_what_made_it() -> None:
    offer = fit.offer(candidate(), WISH)
    assert [part.name for part in offer.parts] == ["near", "answering", "fresh", "open", "language"]
    assert offer.score == pytest.approx(sum(p.value * p.weight for p in offer.parts))
    assert all(part.because for part in offer.parts)
    assert sum(fit.WEIGHTS.values()) == pytest.approx(1)


def test_who_would_be_turned_away_comes_last_with_the_reason() -> None:
    near = candidate("a", eligibility=eligibility.Eligibility(sex="male"))
    far = candidate("b", at=(35.0, 36.0), freshness=fresh(None), answered_hours=None)
    closed = candidate("c", closed="It moved away.")
    order = fit.ranked([near, closed, far], WISH)
    assert order[0].service == "b"
    assert {o.why_not for o in order[1:]} == {"It is for men and boys only.", "It moved away."}


def test_a_real_answering_time_beats_a_promise() -> None:
    offer = fit.offer(candidate(answered_hours=50.0, stated_hours=1.0), WISH)
    assert offer.expected_answer_hours == 50
    assert "2 days" in offer.reasons[1]
    promise = fit.offer(candidate(answered_hours=None, stated_hours=24.0), WISH)
    assert "no referral has tested this" in promise.reasons[1]
    silent = fit.offer(candidate(answered_hours=None, stated_answer="Case by case"), WISH)
    assert silent.expected_answer_hours is None
    assert "case by case" in silent.reasons[1]


def test_the_middle_of_a_province_is_not_called_an_address() -> None:
    offer = fit.offer(candidate(precision="governorate"), WISH)
    assert "from the middle of the province" in offer.reasons[0]


candidates = st.lists(
    st.builds(
        candidate,
        key=st.uuids().map(str),
        at=st.none() | st.tuples(st.floats(-80, 80), st.floats(-170, 170)),
        answered_hours=st.none() | st.floats(0, 1000),
        freshness=st.dates(date(2014, 1, 1), date(2026, 11, 22)).map(fresh),
        closed=st.sampled_from(["", "", "It moved away."]),
    ),
    max_size=12,
)


@given(given=candidates, seed=st.randoms())
def test_the_order_never_depends_on_chance(given: list[fit.Candidate[str]], seed: object) -> None:
    first = [o.service for o in fit.ranked(given, WISH)]
    shuffled = list(given)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert [o.service for o in fit.ranked(shuffled, WISH)] == first
    offers = fit.ranked(given, WISH)
    assert all(0 <= o.score <= 1 for o in offers)
    assert sorted(bool(o.why_not) for o in offers) == [bool(o.why_not) for o in offers]
