"""Fields that several forms about people share; those of all packages are core's."""

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms.parts import OPENLY, instant, line, radios, several, text

__all__ = ["OPENLY", "instant", "line", "radios", "several", "text"]

YES_NO = (("yes", _("Yes")), ("no", _("No")))
SMALL_INLINE = "govuk-radios--inline govuk-radios--small"

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
