"""What is asked for when somebody decides about a hit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms import parts
from manumit.network import hits

ANSWERS = (
    (hits.Answer.SAME.value, _("The same")),
    (hits.Answer.NOT_SAME.value, _("Not the same")),
    (hits.Answer.UNSURE.value, _("Unsure")),
)


class Decide(forms.Form):
    """Is it the same, and why."""

    answer = parts.radios(
        _("Is this the same?"),
        ANSWERS,
        error_messages={"required": _("Choose an answer.")},
    )
    reason = parts.text(
        _("Why"),
        help_text=_("What agrees, what differs, and what you looked at. Sealed."),
        error_messages={
            "required": _("Say in a sentence why, so that it can be understood later.")
        },
    )
