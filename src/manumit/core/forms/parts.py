"""Fields that forms of several packages share."""

from typing import Any

from django import forms

OPENLY = {"autocomplete": "off", "spellcheck": "false"}  # nothing of a person stays in the browser


def radios(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    """Return a choice by radio buttons."""
    attrs = {"class": kwargs.pop("css", "")}
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect(attrs=attrs), **kwargs
    )


def several(label: Any, **kwargs: Any) -> forms.MultipleChoiceField:
    """Return a choice of several by small boxes, or of none."""
    widget = forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"})
    kwargs.setdefault("required", False)
    return forms.MultipleChoiceField(label=label, widget=widget, **kwargs)


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


def day(label: Any, **kwargs: Any) -> forms.DateField:
    """Return one day."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(
            attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d"
        ),
        **kwargs,
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
