from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from manumit.directory import freshness
from manumit.directory.freshness import Rules, Standing

ON = date(2026, 11, 22)
RULES = Rules(half_life_days=90, ask_after_days=90, stale_after_days=365)


def known(days: int, **more: object) -> freshness.Freshness:
    given_on = ON - timedelta(days=days)
    facts = {"confirmed_on": given_on, "stated_on": None, "ends_on": None} | more
    return freshness.of(on=ON, rules=RULES, **facts)  # type: ignore[arg-type]


def test_it_halves_with_each_half_life() -> None:
    assert known(0).score == 1
    assert known(90).score == 0.5
    assert known(180).score == 0.25


def test_it_asks_after_its_time_and_not_before() -> None:
    assert known(90).standing is Standing.FRESH
    assert not known(90).asks
    assert known(91).standing is Standing.FADING
    assert known(91).asks
    assert known(366).standing is Standing.STALE


def test_a_passed_end_date_makes_it_stale_until_someone_confirms_after_it() -> None:
    past = ON - timedelta(days=10)
    assert known(20, ends_on=past).standing is Standing.STALE
    assert "10 days" not in known(20, ends_on=past).reason
    assert "12 November 2026" in known(20, ends_on=past).reason
    assert known(5, ends_on=past).standing is Standing.FRESH
    assert known(5, ends_on=ON).standing is Standing.FRESH


def test_nobody_knows_it() -> None:
    nothing = freshness.of(confirmed_on=None, stated_on=None, ends_on=None, on=ON)
    assert nothing.score == 0
    assert nothing.asks
    assert nothing.reason == "Nobody has confirmed it."


def test_what_a_source_says_is_called_so() -> None:
    said = known(0, confirmed_on=None, stated_on=date(2014, 1, 1), ends_on=date(2014, 12, 31))
    assert not said.confirmed
    assert said.ended
    assert "planned until 31 December 2014" in said.reason


@given(days=st.integers(0, 5000), later=st.integers(1, 500))
def test_it_only_ever_fades(days: int, later: int) -> None:
    assert known(days + later).score < known(days).score or known(days).score == 0


def test_the_rules_are_data_with_a_date_and_sources() -> None:
    from manumit.directory import codes

    about = codes.load("freshness.toml")["about"]
    assert set(about) == {"dated", "half_life", "stale"}
