"""What a person was made to do."""

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import compelled
from manumit.cases.forms import parts


class Act(forms.Form):
    """One thing, and the person's own words for it."""

    kind = parts.radios(
        _("What was it about?"),
        [(kind.value, _(label)) for kind, label in compelled.LABELS.items()],
        css=parts.SMALL_INLINE,
    )
    words = parts.text(
        _("In the person's own words"),
        help_text=_("Only what they want written. Do not ask for more."),
        required=False,
    )
