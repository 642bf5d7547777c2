"""What the pages and forms of every package share: a rule's answer in the reader's language."""

from datetime import date, datetime

from django.conf import settings
from django.utils import formats, timezone, translation

from manumit.core import figures, reasons


def language() -> str:
    """Return the language in which the page is read."""
    return (translation.get_language() or "en").split("-")[0]


def said(sentence: str) -> str:
    """Return what a rule answered in the reader's language, "" for "".

    Takes the place of gettext for everything a rule says: also what names dates and numbers.
    """
    voice = reasons.Voice(
        language=language(), translate=translation.gettext, date=day, number=number
    )
    return reasons.said(sentence, voice)


def day(on: date) -> str:
    """Return a day as the reader writes it."""
    if language() in figures.WRITTEN_BY_ICU:
        return figures.long_date(on, language(), settings.MANUMIT_COUNTRY)
    return f"{on.day} {on:%B %Y}" if language() == "en" else formats.date_format(on)


def instant(at: datetime) -> str:
    """Return a day and time as the reader writes it, in the current time zone; `at` is aware."""
    if language() in figures.WRITTEN_BY_ICU:
        zone = timezone.get_current_timezone_name()
        return figures.long_instant(at, language(), settings.MANUMIT_COUNTRY, zone)
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")


def number(count: int | str) -> str:
    """Return a number, or a text with figures in it, in the reader's digits."""
    return figures.in_digits(str(count), language(), settings.MANUMIT_COUNTRY)
