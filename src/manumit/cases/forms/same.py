"""What is asked for when two people may be one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import reference, samepeople
from manumit.cases.forms import parts


class Judge(forms.Form):
    """What somebody thinks about two cases, and why."""

    verdict = parts.radios(
        _("What do you think?"),
        (
            (samepeople.Verdict.SAME.value, _("The same person: link the two cases")),
            (samepeople.Verdict.DIFFERENT.value, _("Two people: do not ask again")),
            (samepeople.Verdict.UNSURE.value, _("Not sure yet")),
        ),
    )
    reason = parts.text(
        _("Why?"),
        help_text=_("In a few words, so that a colleague can follow it. Kept locked."),
        max_length=1000,
    )


class Undo(forms.Form):
    """Why a decision is taken back."""

    back = parts.text(
        _("Why is it taken back?"),
        rows=2,
        help_text=_("Both cases stay as they are. What was decided before stays written down."),
        max_length=1000,
    )


class Other(forms.Form):
    """Another case, by its reference."""

    other = parts.line(_("Reference of another case"), width=10, max_length=20)

    def clean_other(self) -> str:
        """Refuse what is no reference."""
        code = reference.tidy(self.cleaned_data["other"])
        if not code:
            raise forms.ValidationError(_("This is not a case reference."))
        return code


class Marks(forms.Form):
    """What tells two people of one name apart."""

    birth = parts.line(
        _("Date of birth"),
        help_text=_(
            "As the person says it. A day or a year, of any calendar, is compared with others."
        ),
        required=False,
        max_length=40,
    )
    mother = parts.line(_("Name of the mother"), required=False)
    father = parts.line(_("Name of the father"), required=False)

    def __init__(self, *args: Any, may_name: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_name:
            self.fields.clear()
