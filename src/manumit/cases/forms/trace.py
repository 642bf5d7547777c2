"""How those responsible could be found; and what may be told to somebody who asks."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases.forms import parts
from manumit.core import traces
from manumit.core.forms import said


class Trace(forms.Form):
    """One trace."""

    kind = parts.radios(
        _("What is it?"),
        [(kind.value, _(label)) for kind, label in traces.LABELS.items()],
        css="govuk-radios--small",
    )
    value = parts.line(
        _("As the person knows it"),
        help_text=_(
            "Of those who did this. Nothing of the person, and nothing they are unsure of."
        ),
        max_length=200,
    )

    def clean(self) -> dict[str, Any]:
        """It must be certain which one is meant."""
        given = super().clean() or self.cleaned_data
        if not self.errors:
            reason = traces.why_not_value(given["kind"], given["value"])
            if reason:
                self.add_error("value", said(reason))
        return given


class Release(forms.Form):
    """Words that may be told, and whose account they draw on."""

    cases = parts.several(
        _("Whose words does it draw on?"),
        help_text=_("Only people who agreed that this organisation is told."),
        required=True,
    )
    statement = parts.text(
        _("What may be told"),
        help_text=_(
            "In your own words. No name, no place where people are, nothing by which somebody could "
            "be recognised."
        ),
        rows=5,
        max_length=3000,
    )

    def __init__(self, *args: Any, cases: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["cases"]).choices = list(cases)


class Decline(forms.Form):
    """Why not."""

    reason = parts.text(
        _("Why not"),
        help_text=_("A few words. “The people do not want it” is enough."),
        rows=2,
        max_length=1000,
    )
