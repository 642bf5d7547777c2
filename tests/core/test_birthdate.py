"""Births as people tell them: years, ages, other calendars, days and months in another order."""

from datetime import date

import pytest

from manumit.core import birthdate
from manumit.core.birthdate import Agreement

DAY = birthdate.read("1990-05-06")


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("1990-05-06", "", Agreement.SAME_DAY),
        ("6/5/1990", "", Agreement.SAME_DAY),
        ("05/06/1990", "", Agreement.SAME_DAY),  # one of its two readings
        ("1990-06-05", "", Agreement.SWAPPED),
        ("١٩٩٠/٠٥/٠٦", "", Agreement.SAME_DAY),
        ("1369/02/16", "IR", Agreement.CALENDAR),
        ("1410-10-10", "IQ", Agreement.CALENDAR),
        ("1982-08-28", "ET", Agreement.CALENDAR),
        ("1990-05", "", Agreement.SAME_YEAR),
        ("1990-05-20", "", Agreement.SAME_MONTH),
        ("1990", "", Agreement.SAME_YEAR),
        ("1990-01-01", "", Agreement.SAME_YEAR),
        ("1991-01-01", "", Agreement.ONE_YEAR),
        ("circa 1992", "", Agreement.OTHER_YEAR),
        ("1909-05-06", "", Agreement.DIGITS),
        ("1971", "", Agreement.FAR),
        ("", "", Agreement.UNKNOWN),
        ("in spring", "", Agreement.UNKNOWN),
        ("31/31/1990", "", Agreement.UNKNOWN),
    ],
)
def test_how_two_accounts_stand(text, country, expected):
    assert birthdate.agreement(DAY, birthdate.read(text, country)) is expected


def test_an_age_is_about():
    on = date(2026, 11, 22)
    assert birthdate.agreement(DAY, birthdate.from_age(36, on)) is Agreement.ABOUT
    assert birthdate.agreement(DAY, birthdate.from_age(38, on)) is Agreement.ABOUT
    assert birthdate.agreement(DAY, birthdate.from_age(50, on)) is Agreement.FAR


def test_a_day_that_a_clerk_made_up_is_a_year():
    (one,) = birthdate.read("1990-01-01")
    assert not one.exact


def test_both_orders_of_day_and_month_are_kept():
    assert {r.first for r in birthdate.read("05/06/1990")} == {date(1990, 6, 5), date(1990, 5, 6)}
