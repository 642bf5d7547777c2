"""What is asked for on the pages of a plan."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import plan
from manumit.cases.forms import parts


def labels(words: Iterable[tuple[Any, str]]) -> list[tuple[str, Any]]:
    """Return choices from codes and their English words."""
    return [(str(code.value), _(label)) for code, label in words]


def day(label: Any, **kwargs: Any) -> forms.DateField:
    """Return a day without an hour."""
    attrs = {"type": "date", "class": "govuk-input--width-10"}
    widget = forms.DateInput(attrs=attrs, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class Look(forms.Form):
    """How a need stands."""

    level = parts.radios(_("How does it stand now?"), labels(plan.LEVEL_LABELS.items()))
    wish = parts.text(
        _("What does the person want?"),
        help_text=_("In their own words. Their wish goes before what we think."),
        required=False,
    )
    seen = parts.text(_("What do you see?"), required=False)
    on = day(_("On which day was this?"), help_text=_("Leave empty for today."), required=False)


class Safety(forms.Form):
    """A safety plan, part by part, and a card only when the person wants one."""

    card_wanted = forms.BooleanField(
        label=_("The person wants a small card to carry"), required=False
    )
    card = parts.text(
        _("What may stand on the card?"),
        help_text=_(
            "Only these words are printed, one line each. No name and nothing that tells why. "
            "Ask first: who could find the card?"
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in plan.SAFETY.items():
            self.fields[name] = parts.text(_(label), rows=2, required=False)
        self.order_fields([*plan.SAFETY, "card_wanted", "card"])

    def said(self) -> dict[str, str]:
        """Return the words by part."""
        return {name: self.cleaned_data[name] for name in plan.SAFETY}


class Goal(forms.Form):
    """What the person wants to reach."""

    words = parts.text(_("What does the person want to reach?"), help_text=_("In their own words."))
    area = parts.radios(_("What is it about?"), labels(plan.AREA_LABELS.items()))
    due_on = day(_("By when, if a day matters"), required=False)


class Step(forms.Form):
    """One step towards a goal."""

    words = parts.line(_("Next step"))
    doer = parts.radios(
        _("Who does it?"),
        labels(plan.DOER_LABELS.items()),
        css=parts.SMALL_INLINE,
        initial="worker",
    )
    due_on = day(_("By when, if a day matters"), required=False)
