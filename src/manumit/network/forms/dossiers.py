"""What is asked for on the pages of dossiers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms import parts, said
from manumit.network import dossier, dossier_kinds


class Begin(forms.Form):
    """What a dossier is for."""

    kind = parts.radios(_("What is it for?"), ())
    language = parts.radios(
        _("In which language is it written?"), (("en", "English"), ("fr", "Français"))
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(code, said(label)) for code, label in dossier_kinds.kinds().items()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class Chosen(forms.Form):
    """Several things to be chosen."""

    chosen = parts.several("")

    def __init__(self, *args: Any, label: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].label = label
        self.fields["chosen"].choices = choices  # type: ignore[attr-defined]


class Sentence(forms.Form):
    """One sentence and what it stands on."""

    text = parts.text(_("Sentence"), max_length=dossier.LONGEST_SENTENCE)
    claims = parts.several(_("Which claims does it stand on?"))
    on = parts.line(
        _("Day, for the chronology"),
        required=False,
        width=10,
        max_length=10,
        help_text=_("As 2015, 2015-03 or 2015-03-04. Leave it empty where there is none."),
    )
    criterion = forms.ChoiceField(label=_("Which criterion does it show?"), required=False)

    def __init__(self, *args: Any, claims: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claims"].choices = claims  # type: ignore[attr-defined]
        if kind == "listing":
            rows = [(code, said(label)) for code, label in dossier_kinds.criteria().items()]
            field = self.fields["criterion"]
            field.choices = [("", _("None")), *rows]  # type: ignore[attr-defined]
        else:
            del self.fields["criterion"]


class Text(forms.Form):
    """A part that people write."""

    text = parts.text("", rows=10, required=False, max_length=20_000)

    def __init__(self, *args: Any, label: str, asks: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        self.fields["text"].help_text = asks


class Reason(forms.Form):
    """Why."""

    reason = parts.text(_("Why?"), max_length=2000)


class LiftAnswer(Reason):
    """The second person's answer."""

    allow = parts.radios(
        _("May this person be the subject of the dossier?"),
        (("no", _("No, they stay protected")), ("yes", _("Yes, and I answer for it"))),
    )
    field_order = ("allow", "reason")


class SendBack(forms.Form):
    """What should change."""

    remark = parts.line(_("What should change?"), required=False, max_length=500)


class HandOver(forms.Form):
    """To whom it goes, what for, and why it may."""

    recipient = parts.line(_("Who receives it?"))
    purpose = parts.line(_("What for?"), width=30)
    basis = parts.radios(_("Legal basis"), ())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bases = [(code, said(label)) for code, label in dossier_kinds.bases().items()]
        self.fields["basis"].choices = bases  # type: ignore[attr-defined]


class Answer(forms.Form):
    """What a recipient wrote back."""

    text = parts.text(_("What did they answer?"), max_length=4000)
