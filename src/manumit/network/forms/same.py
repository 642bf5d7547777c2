"""What is asked for when somebody decides whether two records are one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms import parts
from manumit.network.clustering import Verdict

VERDICTS = (
    (Verdict.SAME.value, _("The same")),
    (Verdict.NOT_SAME.value, _("Not the same")),
    (Verdict.UNSURE.value, _("Unsure")),
)


class Decide(forms.Form):
    """Are the two one, and why."""

    verdict = parts.radios(
        _("Are these two the same?"), VERDICTS, error_messages={"required": _("Choose an answer.")}
    )
    reason = parts.text(
        _("Why"),
        help_text=_("What agrees, what differs, and what you looked at. Sealed."),
        error_messages={
            "required": _("Say in a sentence why, so that it can be understood later.")
        },
    )


class Reason(forms.Form):
    """Why somebody agrees with a decision, or takes it back."""

    why = parts.text(
        _("Why"),
        help_text=_("Sealed."),
        error_messages={
            "required": _("Say in a sentence why, so that it can be understood later.")
        },
    )
