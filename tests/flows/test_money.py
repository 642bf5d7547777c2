"""Amounts: whole minor units by each currency's own places, and rates only where somebody gave one."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.flows import money


def test_places_are_those_of_the_standard() -> None:
    places = {code: money.exponent(code) for code in ("USD", "JPY", "KWD", "IQD", "CLF", "XXX")}
    assert places == {"USD": 2, "JPY": 0, "KWD": 3, "IQD": 3, "CLF": 4, "XXX": 2}
    assert money.exponent("ABC") is None
    assert not money.known("ABC")


@given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "JPY", "KWD", "CLF"]))
def test_an_amount_comes_back_from_its_words(amount: int, currency: str) -> None:
    said = money.plain(amount, currency).removesuffix(f" {currency}").replace(",", "")
    assert money.minor(said, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [("1.005", "USD"), ("0.5", "JPY"), ("x", "USD"), ("NaN", "USD"), ("1e30", "USD")],
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"places|number|large"):
        money.minor(text, currency)


def test_a_rate_is_exact_and_keeps_its_source() -> None:
    told = (
        "currency,since,worth,source\nJPY,2026-01-01,0.0067,Example Bank\nkwd,2026-01-01,3.25,x\n"
    )
    yen, dinar = money.rates(told)[0], money.rates(told)[1]
    assert yen == money.Rate("JPY", date(2026, 1, 1), Decimal("0.0067"), "Example Bank")
    assert money.base_minor(1000, yen, "USD") == 670
    assert money.base_minor(1000, dinar, "USD") == 325


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("currency,worth\nJPY,1\n", "line 1"),
        ("currency,since,worth,source\nABC,2026-01-01,1,x\n", "line 2, currency"),
        ("currency,since,worth,source\nJPY,1 May,1,x\n", "line 2, since"),
        ("currency,since,worth,source\nJPY,2026-01-01,0,x\n", "line 2, worth"),
        ("currency,since,worth,source\nJPY,2026-01-01,1,\n", "line 2, source"),
    ],
)
def test_a_bad_table_of_rates_names_line_and_field(table: str, line: str) -> None:
    with pytest.raises(money.BadRates, match=line):
        money.rates(table)
