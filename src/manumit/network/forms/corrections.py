"""What is asked for when a mistake is put right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms import parts
from manumit.network import correction


class Begin(forms.Form):
    """What was mistaken, and what is right."""

    wrong = parts.radios(
        _("What was mistaken?"), [(w.value, _(label)) for w, label in correction.WRONGS.items()]
    )
    claims = parts.several(_("Which claims are wrong? They are withdrawn."))
    judgements = parts.several(_("Which decisions were wrong? They are undone."))
    what = parts.text(
        _("What was wrong?"),
        max_length=1000,
        help_text=_("Whoever received it reads this. Name nobody who should not be named to them."),
    )
    right = parts.text(
        _("What is right?"),
        max_length=1000,
        help_text=_("Write that it is not known where that is so."),
    )
    language = parts.radios(
        _("In which language are they told?"), (("en", "English"), ("fr", "Français"))
    )

    def __init__(self, *args: Any, claims: Any, judgements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claims"].choices = claims  # type: ignore[attr-defined]
        if judgements:
            self.fields["judgements"].choices = judgements  # type: ignore[attr-defined]
        else:
            del self.fields["judgements"]


class Answer(forms.Form):
    """What a recipient answered."""

    text = parts.text(_("What did they answer?"), max_length=4000)
