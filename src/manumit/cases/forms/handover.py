"""What is asked for when a case is handed over."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import handover
from manumit.cases.forms import parts
from manumit.cases.forms.plan import labels


class Propose(forms.Form):
    """To whom, and why."""

    to = forms.ChoiceField(label=_("To whom?"))
    reason = parts.radios(_("Why?"), labels(handover.REASON_LABELS.items()))
    message = parts.text(
        _("What must they know to say yes?"),
        help_text=_("Without a name. They see the case only after they have taken it."),
        required=False,
    )

    def __init__(self, *args: Any, colleagues: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = (
            (_("Colleagues"), [(f"user:{one.id}", one.display_name) for one in colleagues]),
            (_("Teams"), [(f"unit:{u.id}", f"{u.organisation.name}: {u.name}") for u in units]),
        )
        choices = [("", ""), *((name, listed) for name, listed in groups if listed)]
        cast("forms.ChoiceField", self.fields["to"]).choices = choices


class Decline(forms.Form):
    """Why a case is not taken over."""

    reason = parts.radios(_("Why not?"), labels(handover.DECLINE_LABELS.items()))
    note = parts.text(_("Note for the sender"), rows=2, required=False)
