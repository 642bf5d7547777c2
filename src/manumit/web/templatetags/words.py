"""Words of rules, dates and numbers in the reader's language; known to every template.

`date` takes the place of Django's filter of that name for the formats that have a name
("DATE_FORMAT", "DATETIME_FORMAT"); a format that is spelled out is for machines and stays.
"""

from datetime import date as day
from datetime import datetime
from typing import Any

from django import template
from django.template import defaultfilters
from django.utils import timezone

from manumit.core import figures, forms

register = template.Library()


@register.filter
def said(sentence: str) -> str:
    """Return what a rule answered, in the reader's language."""
    return forms.said(sentence)


@register.filter
def figure(number: Any) -> str:
    """Return a number in the reader's digits; never for what is typed, dialled or an address."""
    return forms.number(number)


@register.filter
def all_said(sentences: Any) -> list[str]:
    """Return several answers of rules, in the reader's language."""
    return [forms.said(sentence) for sentence in sentences]


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, arg: str | None = None) -> str:
    """Return a date as the reader writes it."""
    named = arg is None or arg in {"DATE_FORMAT", "DATETIME_FORMAT"}
    if not named or forms.language() not in figures.WRITTEN_BY_ICU:
        return defaultfilters.date(value, arg)
    if isinstance(value, datetime) and arg == "DATETIME_FORMAT":
        return forms.instant(value if timezone.is_aware(value) else timezone.make_aware(value))
    return forms.day(value) if isinstance(value, day) else defaultfilters.date(value, arg)
