"""What is asked for on the pages of keeping and erasing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import retention
from manumit.cases.forms import parts
from manumit.cases.models import Erasure


def _labels(choices: Any) -> list[tuple[str, Any]]:
    return [(str(value), _(label)) for value, label in choices]


class NewHold(forms.Form):
    """A legal hold to propose."""

    why = parts.radios(
        _("Why must this not be erased?"),
        [(code.value, _(label)) for code, label in retention.HOLD_LABELS.items()],
    )
    text = parts.text(
        _("The reason in full"),
        help_text=_("Who asked, when, and for which proceedings. Sealed; both who decide read it."),
    )
    until = forms.DateField(
        label=_("Last day of the hold"),
        help_text=_("It ends by itself after this day. A year at most."),
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}),
    )


class NewErasure(forms.Form):
    """A request to erase."""

    why = parts.radios(_("Who wants it?"), _labels(Erasure.Why.choices))


class NotErased(forms.Form):
    """Why an erasure is not done."""

    because = parts.radios(_("Why is it not done?"), _labels(Erasure.Declined.choices))
