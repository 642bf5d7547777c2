"""Digits, dates and times as people in a place write them (Unicode CLDR, through ICU).

Arabic is written with one set of digits in Amman and with another in Tunis, and March has two names.
So the language of the page is joined to the country of the installation (MANUMIT_COUNTRY). Phone
numbers, references and what is typed into a field keep the digits of keyboards and telephones.
"""

from datetime import date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import icu

LATIN = "0123456789"
WRITTEN_BY_ICU = frozenset({"ar", "ckb"})  # where country and digits matter most


@cache
def _locale(language: str, country: str) -> Any:
    return icu.Locale(f"{language.split('-')[0]}_{country}" if country else language)


@cache
def digits(language: str, country: str = "") -> str:
    """Return the ten digits, nought first, that a language uses in a country ("" for any)."""
    system = icu.NumberingSystem.createInstance(_locale(language, country))
    text = str(system.getDescription())
    return text if not system.isAlgorithmic() and len(text) == 10 else LATIN


def in_digits(text: str, language: str, country: str = "") -> str:
    """Return a text with its figures in the digits of the language and country."""
    return text.translate(str.maketrans(LATIN, digits(language, country)))


@cache
def _long(language: str, country: str, timed: bool, zone: str) -> Any:
    styles = icu.DateFormat.LONG, icu.DateFormat.SHORT
    where = _locale(language, country)
    made = (
        icu.DateFormat.createDateTimeInstance(*styles, where)
        if timed
        else icu.DateFormat.createDateInstance(styles[0], where)
    )
    made.setTimeZone(icu.TimeZone.createTimeZone(zone))
    return made


def long_date(on: date, language: str, country: str = "") -> str:
    """Return a day in words: "٣ آذار ٢٠٢٥" for Arabic in Jordan."""
    noon = datetime.combine(on, time(12), ZoneInfo("UTC")).timestamp()
    return str(_long(language, country, False, "UTC").format(noon))


def long_instant(at: datetime, language: str, country: str = "", zone: str = "UTC") -> str:
    """Return a day and a time of day in a time zone, in words; `at` is aware."""
    return str(_long(language, country, True, zone).format(at.timestamp()))
