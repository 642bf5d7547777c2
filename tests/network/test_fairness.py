"""Fairness: counts that expose nobody, and a skew that says how sure it is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from manumit.network import fairness
from manumit.network.fairness import By, Counted, Measure

# a busy machine is slow at making examples
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def person(*nationalities, found=(), script="Latin"):
    groups = {By.NATIONALITY: frozenset(nationalities), By.SCRIPT: frozenset({script})}
    return fairness.Person(groups, frozenset(found))


def crowd(nationality, people, hits):
    return [person(nationality, found=[Measure.HITS] * (n < hits)) for n in range(people)]


def test_a_group_that_is_found_twice_as_often_stands_out():
    people = crowd("SY", 200, 60) + crowd("FR", 400, 30)
    rows = fairness.protected(fairness.count(people, By.NATIONALITY))
    assert [(row.group, row.people) for row in rows] == [("FR", 400), ("SY", 200)]
    few, many = fairness.skews(rows, Measure.HITS, fairness.whole(people))
    assert many.ratio == pytest.approx(2.0)
    assert many.low < 2.0 < many.high
    assert many.stands_out
    assert few.ratio == pytest.approx(0.5)
    even = crowd("SY", 200, 30) + crowd("FR", 400, 60)
    rows = fairness.protected(fairness.count(even, By.NATIONALITY))
    assert not any(s.stands_out for s in fairness.skews(rows, Measure.HITS, fairness.whole(even)))


def test_small_numbers_are_not_shown_and_no_sum_gives_them_away():
    people = crowd("SY", 100, 40) + crowd("FR", 60, 20) + crowd("ER", 9, 1)
    rows = {r.group: r for r in fairness.protected(fairness.count(people, By.NATIONALITY))}
    assert rows["ER"].people is None
    assert rows["FR"].people is None  # else the sum of all less two would say nine
    assert rows["SY"].people == 100
    assert rows["ER"].found[Measure.HITS] is None
    assert rows["SY"].found[Measure.DOSSIERS] is None
    (skew,) = [
        s
        for s in fairness.skews(list(rows.values()), Measure.HITS, fairness.whole(people))
        if s.group == "ER"
    ]
    assert skew.rate is None
    assert not skew.stands_out


def test_no_rate_for_a_group_under_twenty():
    row = Counted("SY", 19, dict.fromkeys(Measure, 12))
    everybody = Counted("", 500, dict.fromkeys(Measure, 100))
    (skew,) = fairness.skews([row], Measure.HITS, everybody)
    assert (skew.people, skew.found, skew.rate, skew.ratio) == (19, 12, None, None)


@UNHURRIED
@given(
    st.dictionaries(st.sampled_from("ABCDEFGH"), st.tuples(st.integers(1, 60), st.integers(0, 60)))
)
def test_nothing_hidden_follows_from_what_is_shown(groups):
    people = [p for name, (n, hits) in groups.items() for p in crowd(name, n, min(n, hits))]
    rows = fairness.protected(fairness.count(people, By.NATIONALITY))
    for read in (lambda r: r.people, lambda r: r.found[Measure.HITS]):
        shown = [read(row) for row in rows]
        assert all(n is None or n >= fairness.LEAST_COUNT for n in shown)
        assert len(rows) < 2 or shown.count(None) != 1


def test_who_has_two_nationalities_counts_in_both_and_who_has_none_is_unknown():
    table = fairness.count([person("SY", "FR"), person()], By.NATIONALITY)
    assert {group: row["people"] for group, row in table.items()} == {
        "SY": 1,
        "FR": 1,
        "unknown": 1,
    }


@pytest.mark.parametrize(
    ("found", "people", "low", "high"),
    [
        (0, 10, 0.0, 0.30850),
        (5, 10, 0.18709, 0.81291),
        (10, 10, 0.69150, 1.0),
        (1, 100, 0.00025, 0.05446),
    ],
)
def test_the_interval_is_the_exact_one(found, people, low, high):
    assert fairness.interval(found, people) == (
        pytest.approx(low, abs=1e-5),
        pytest.approx(high, abs=1e-5),
    )
