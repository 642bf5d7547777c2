"""What is asked when sheets of people come in and go out."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import consent, htcds_table, recipients
from manumit.cases.actions import exports
from manumit.cases.forms import parts


class GiveSheet(forms.Form):
    """A sheet of people; read into memory, never written to the disk unsealed."""

    file = forms.FileField(
        label=_("Sheet"),
        help_text=_(
            "The official Excel sheet of the case data standard (HTCDS 2.0), a CSV or Excel file "
            "with its names, or what a survey server gives out. At most 5 megabytes."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    sender = parts.line(
        _("Who sent it?"),
        help_text=_(
            "Keep the same words for later sheets of theirs, so that people are known again."
        ),
        required=False,
    )
    told = forms.BooleanField(
        label=_(
            "Whoever said yes in this sheet was told all seven points about consent, and I can "
            "answer for that"
        ),
        help_text=_(
            "Without this, and without the seven answers in the sheet, people come in without who "
            "they are."
        ),
        required=False,
    )

    def clean_file(self) -> tuple[str, bytes]:
        """Return the name and the bytes; refuse what is too large before it is read."""
        given = self.cleaned_data["file"]
        if given.size > htcds_table.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 megabytes. Split it."))
        return str(given.name), given.read()


class TakeOut(forms.Form):
    """What leaves, for what, to whom."""

    kind = parts.radios(
        _("What do you need?"),
        [(kind.value, _(label)) for kind, label in exports.LABELS.items()],
        initial=exports.Kind.HTCDS_XLSX.value,
    )
    purpose = parts.radios(
        _("For what?"),
        [(purpose.value, _(consent.LABELS[purpose])) for purpose in exports.PURPOSES],
        help_text=_("In the words that people were asked."),
        initial=consent.Purpose.SHARE_FOR_STATISTICS.value,
    )
    to = forms.ChoiceField(
        label=_("Who receives it?"),
        help_text=_("Those whom somebody agreed to. Not needed for counting."),
        required=False,
    )
    with_identity = forms.BooleanField(
        label=_("With who people are"),
        help_text=_("Only what each person agreed to for this recipient. Never for counting."),
        required=False,
    )

    def __init__(self, *args: Any, known: Sequence[recipients.Recipient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {each.id: each for each in known}
        field = self.fields["to"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Nobody by name"))] + [(r.id, r.name) for r in known]

    def wish(self) -> exports.Wish:
        """Return what is asked for."""
        given = self.cleaned_data
        return exports.Wish(
            exports.Kind(given["kind"]),
            consent.Purpose(given["purpose"]),
            self.known.get(given["to"], recipients.NOBODY),
            given["with_identity"],
        )
