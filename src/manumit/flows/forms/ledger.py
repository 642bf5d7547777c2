"""What is asked about a ledger, a file to be loaded, and an entry written down by hand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms import parts
from manumit.flows.kinds import Kind, Precision, Purpose
from manumit.flows.takingout import WHY_LABELS

KINDS = {
    Kind.IN_KIND: _("Benefit in kind (labour, a person, goods)"),
    Kind.HAWALA: _("Hawala"),
    Kind.CASH_IN: _("Cash paid in"),
    Kind.CASH_OUT: _("Cash taken out"),
    Kind.TRANSFER: _("Transfer between accounts"),
    Kind.VALUE_TRANSFER: _("Money transfer service"),
    Kind.VIRTUAL_ASSET: _("Virtual asset"),
    Kind.PREPAID: _("Prepaid card"),
    Kind.CARD: _("Card payment"),
    Kind.CHEQUE: _("Cheque"),
}
PURPOSES = {
    Purpose.UNKNOWN: _("Not known"),
    Purpose.LABOUR_EXTRACTED: _("Labour that was taken"),
    Purpose.SERVICES_EXTRACTED: _("Services that were taken"),
    Purpose.PERSON_AS_REWARD: _("A person given as reward"),
    Purpose.SALE_OF_PERSON: _("A person sold"),
    Purpose.RANSOM: _("Paid for somebody’s release"),
    Purpose.WAGES: _("Wages"),
    Purpose.RECRUITMENT_FEE: _("Fee for finding work"),
    Purpose.DEBT: _("Debt"),
    Purpose.REMITTANCE: _("Money sent home"),
    Purpose.DONATION: _("Donation"),
    Purpose.GOODS: _("Goods"),
    Purpose.RENT: _("Rent"),
    Purpose.TRAVEL: _("Travel"),
    Purpose.LODGING: _("Lodging"),
    Purpose.ADVERTISING: _("Advertising"),
    Purpose.MEDICAL: _("Medical"),
    Purpose.OTHER: _("Something else"),
}


class OpenLedger(forms.Form):
    """What holds for a new ledger."""

    currency = parts.line(
        _("Currency"),
        width=5,
        max_length=3,
        help_text=_(
            "Three letters, such as JOD. All amounts are compared in it; it cannot be "
            "changed later."
        ),
    )
    country = parts.line(
        _("Country"),
        width=5,
        max_length=2,
        required=False,
        help_text=_("Two letters, such as JO. Its thresholds hold."),
    )
    time_zone = parts.line(
        _("Time zone"),
        initial="UTC",
        help_text=_("Such as Asia/Amman: for files that name none."),
    )
    four_eyes = forms.BooleanField(
        label=_("A second person confirms each decision and report"), required=False, initial=True
    )


class Settle(forms.Form):
    """What may change later."""

    country = OpenLedger.base_fields["country"]
    time_zone = OpenLedger.base_fields["time_zone"]
    four_eyes = OpenLedger.base_fields["four_eyes"]
    keep_years = forms.IntegerField(
        label=_("Years that a load may stay in the ledger"),
        help_text=_(
            "Older ones are marked, so that two people can take them out. Nothing goes by itself."
        ),
        min_value=1,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )
    rates = parts.text(
        _("Exchange rates"),
        rows=8,
        required=False,
        max_length=500_000,
        help_text=_(
            "One line each: currency,since,worth,source. The first line names these four. "
            "Without a rate an amount stays in its own currency. They hold for files that "
            "are loaded from now on."
        ),
    )


class GiveFile(forms.Form):
    """A file of a bank; read into memory and sealed, never on the disk as it is."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, Excel, Parquet, ISO 20022 (camt.053, pain.001, pacs.008), MT940 or a "
            "data set for research; also as .zip or .gz. At most 25 megabytes here; larger files by "
            "the command manumit flows load."
        ),
    )

    def clean_file(self) -> tuple[str, bytes]:
        """Return the name and the bytes; refuse what is too large before it is read."""
        given = self.cleaned_data["file"]
        if given.size > 25 * 1024 * 1024:
            raise forms.ValidationError(
                _("The file is larger than 25 megabytes. Load it with the command.")
            )
        return str(given.name), given.read()


# Fields of a mapping that are asked for on the page, in order; the others stand in its text.
ASKED = {
    "at": _("Date, or date and time"),
    "time": _("Time, where it has a column of its own"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "source": _("Account that gave"),
    "target": _("Account that received"),
    "source_name": _("Name of who gave"),
    "target_name": _("Name of who received"),
    "account": _("Account that the statement is of"),
    "account_name": _("Name of its holder"),
    "other": _("Account of the other side"),
    "other_name": _("Name of the other side"),
    "debit": _("Money out, where it has a column of its own"),
    "credit": _("Money in, where it has a column of its own"),
    "direction": _("Debit or credit"),
    "kind": _("Way of payment"),
    "purpose": _("Purpose"),
    "reference": _("The bank’s own number of the entry"),
    "text": _("Text"),
    "country_from": _("Country it came from"),
    "country_to": _("Country it went to"),
    "place": _("Branch, machine or shop"),
    "device": _("Device"),
    "mcc": _("Merchant category code"),
}
STYLES = (
    ("plain", _("From one account to another")),
    ("signed", _("A statement: below zero is money out")),
    ("two", _("A statement: two columns, money out and money in")),
    ("coded", _("A statement: a column says debit or credit")),
)


class HowToRead(forms.Form):
    """Which column is what. `headers` are the file's; `saved` are (id, name) of kept mappings."""

    def __init__(
        self, *args: Any, headers: Sequence[str], saved: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["saved"] = forms.ChoiceField(
            label=_("A mapping that was kept"),
            choices=[("", _("No, as said below")), *saved],
            required=False,
        )
        if not saved:
            del self.fields["saved"]
        columns = [("", "–"), *((each, each) for each in headers)]
        self.fields["style"] = forms.ChoiceField(
            label=_("What is one row?"), choices=STYLES, widget=forms.RadioSelect
        )
        for name, label in ASKED.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=label, choices=columns, required=name == "at"
            )
        self.fields["formats"] = parts.line(
            _("How dates are written"),
            help_text=_("Such as %d/%m/%Y %H:%M. Several are parted by a bar: |"),
        )
        self.fields["decimal"] = forms.ChoiceField(
            label=_("Decimal mark"), choices=[(".", "1234.50"), (",", "1234,50")]
        )
        self.fields["thousands"] = forms.ChoiceField(
            label=_("Mark between thousands"),
            choices=[
                ("", _("None")),
                (",", "1,234"),
                (".", "1.234"),
                ("'", "1'234"),
                (" ", "1 234"),
            ],
            required=False,
        )
        self.fields["constant_currency"] = parts.line(
            _("Currency, where no column says it"), width=5, max_length=3, required=False
        )
        self.fields["zone"] = parts.line(
            _("Time zone of the times"), required=False, help_text=_("Such as Asia/Amman.")
        )
        self.fields["name"] = parts.line(
            _("Keep this under a name for the next file"), required=False, max_length=80
        )

    def first(self) -> list[forms.BoundField]:
        """Return what everybody has to look at: what every file has, and what was understood."""
        always = {f"column_{name}" for name in ("at", "amount", "currency", "source", "target")}
        return [
            each
            for each in self
            if not each.name.startswith("column_")
            or each.name in always
            or each.value()
            or each.errors
        ]

    def rest(self) -> list[forms.BoundField]:
        """Return columns that this file may not have."""
        shown = {each.name for each in self.first()}
        return [each for each in self if each.name not in shown]


class RecordEntry(forms.Form):
    """An entry that no file holds."""

    kind = forms.ChoiceField(label=_("How did value move?"), choices=list(KINDS.items()))
    purpose = forms.ChoiceField(
        label=_("What for?"), choices=list(PURPOSES.items()), required=False
    )
    at = parts.instant(_("When"))
    precision = forms.ChoiceField(
        label=_("How exactly is that known?"),
        choices=[
            (str(int(Precision.DAY)), _("The day")),
            (str(int(Precision.MINUTE)), _("The minute")),
        ],
        widget=forms.RadioSelect,
        initial=str(int(Precision.DAY)),
    )
    amount = parts.line(
        _("Amount, or what it was worth"),
        width=10,
        required=False,
        help_text=_("For a benefit in kind an estimate, or nothing."),
    )
    currency = parts.line(_("Currency"), width=5, max_length=3)
    source = parts.line(_("Account that gave"), required=False)
    source_name = parts.line(_("Name of who gave"), required=False)
    country_from = parts.line(_("Country it came from"), width=5, max_length=2, required=False)
    target = parts.line(_("Account that received"), required=False)
    target_name = parts.line(_("Name of who received"), required=False)
    country_to = parts.line(_("Country it went to"), width=5, max_length=2, required=False)
    text = parts.text(
        _("What is known, and from where"),
        required=False,
        help_text=_(
            "Somebody who pays for another’s release, or whose account others use, may be a "
            "victim. Write what happened, not who is guilty."
        ),
    )


class TakeOut(forms.Form):
    """Why a load is to leave the ledger."""

    why = parts.radios(
        _("Why is it taken out?"),
        [(each.value, _(label)) for each, label in WHY_LABELS.items()],
        error_messages={"required": _("Choose why it is taken out.")},
    )
