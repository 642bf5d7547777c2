"""Digits and dates as people in a place write them (CLDR)."""

from datetime import UTC, date, datetime

import pytest

from manumit.core import figures

MARCH = date(2025, 3, 3)


@pytest.mark.parametrize(
    ("language", "country", "wanted"),
    [
        ("ar", "JO", "٣ آذار ٢٠٢٥"),
        ("ar", "IQ", "٣ آذار ٢٠٢٥"),
        ("ar", "SD", "٣ مارس ٢٠٢٥"),
        ("ar", "TN", "3 مارس 2025"),
        ("ckb", "IQ", "٣ی ئازاری ٢٠٢٥"),
        ("fr", "JO", "3 mars 2025"),
    ],
)
def test_a_day_in_words(language: str, country: str, wanted: str) -> None:
    assert figures.long_date(MARCH, language, country) == wanted


def test_a_day_and_time_stands_in_the_time_zone_of_the_reader() -> None:
    at = datetime(2025, 3, 3, 22, 30, tzinfo=UTC)
    assert figures.long_instant(at, "ar", "JO", "Asia/Amman").startswith("٤ آذار ٢٠٢٥")
    assert figures.long_instant(at, "ar", "JO", "UTC").startswith("٣ آذار ٢٠٢٥")


@pytest.mark.parametrize(
    ("language", "country", "wanted"),
    [
        ("ar", "JO", "٤٢"),
        ("ckb", "", "٤٢"),
        ("ar", "MA", "42"),
        ("fr", "IQ", "42"),
        ("en", "", "42"),
    ],
)
def test_digits_follow_language_and_country(language: str, country: str, wanted: str) -> None:
    assert figures.in_digits("42", language, country) == wanted
