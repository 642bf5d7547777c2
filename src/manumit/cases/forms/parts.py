"""Fields that several forms share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

YES_NO = (("yes", _("Yes")), ("no", _("No")))
SMALL_INLINE = "govuk-radios--inline govuk-radios--small"
OPENLY = {"autocomplete": "off", "spellcheck": "false"}  # nothing of a person stays in the browser

SEX = (
    ("female", _("Woman or girl")),
    ("male", _("Man or boy")),
    ("other", _("Other")),
    ("", _("Not known, or prefers not to say")),
)
UNDER_18 = (
    ("no", _("No, 18 or older")),
    ("yes", _("Yes, under 18")),
    ("unknown", _("Nobody knows")),
)
GUARDIAN = (
    ("present", _("Yes, and this adult can be asked")),
    ("absent", _("No adult is here for the child")),
    ("implicated", _("Yes, but the child is afraid of this adult, or the adult may be involved")),
)


def radios(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    """Return a choice by radio buttons."""
    attrs = {"class": kwargs.pop("css", "")}
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect(attrs=attrs), **kwargs
    )


def line(label: Any, *, width: int = 20, **kwargs: Any) -> forms.CharField:
    """Return one line of text that the browser does not remember."""
    attrs = OPENLY | {"class": f"govuk-input--width-{width}"}
    kwargs.setdefault("max_length", 200)
    return forms.CharField(label=label, widget=forms.TextInput(attrs=attrs), **kwargs)


def text(label: Any, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    """Return several lines of text that the browser does not remember."""
    kwargs.setdefault("max_length", 5000)
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs=OPENLY | {"rows": rows}), **kwargs
    )


def instant(label: Any, **kwargs: Any) -> forms.DateTimeField:
    """Return a day and time, in the time zone of the pages."""
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "govuk-input--width-20"},
            format="%Y-%m-%dT%H:%M",
        ),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        **kwargs,
    )


def age() -> forms.IntegerField:
    """Return an age in full years."""
    return forms.IntegerField(
        label=_("Age in years"),
        help_text=_("About is good enough."),
        required=False,
        min_value=0,
        max_value=120,
        widget=forms.TextInput(
            attrs=OPENLY | {"inputmode": "numeric", "class": "govuk-input--width-3"}
        ),
    )
