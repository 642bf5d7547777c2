"""What is asked for on the directory's pages."""

import functools
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from manumit.core import models as core
from manumit.directory import codes, eligibility, jsontext, models, sniff, table
from manumit.directory.entry import DAYS, Entry, Rejected

MOST_BYTES = 25_000_000
LANGUAGES = (
    ("ar", _("Arabic")),
    ("ckb", _("Kurdish (Sorani)")),
    ("kmr", _("Kurdish (Kurmanji)")),
    ("en", _("English")),
    ("fr", _("French")),
    ("fa", _("Persian")),
    ("tr", _("Turkish")),
    ("so", _("Somali")),
    ("ti", _("Tigrinya")),
)
SEXES = (("female", _("Women and girls")), ("male", _("Men and boys")))


def choices(list_name: str) -> list[tuple[str, str]]:
    """Return the words of a short list in the reader's language."""
    language = get_language() or "en"
    return [(code, codes.label(list_name, code, language)) for code in codes.LISTS[list_name]]


def countries() -> list[tuple[str, str]]:
    """Return the countries by name in the reader's language."""
    language = (get_language() or "en").split("-")[0]
    named = [(code, eligibility.country(code, language)) for code in codes.COUNTRIES]
    return sorted(named, key=lambda pair: pair[1])


def _any(label: Any) -> tuple[str, Any]:
    return ("", label)


class Countries(forms.Select):
    """A choice of 250 countries, written out once per language: a template would take 20 ms."""

    def optgroups(self, *_: Any, **__: Any) -> list[Any]:
        """Return no options: they are in `written`."""
        return []

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the options, the chosen one marked."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        text = _written(tuple((str(code), str(label)) for code, label in self.choices))
        chosen = format_html('value="{}"', "" if value is None else str(value))
        context["widget"]["written"] = mark_safe(text.replace(chosen, f"{chosen} selected", 1))  # noqa: S308
        return context


@functools.lru_cache(maxsize=16)
def _written(options: tuple[tuple[str, str], ...]) -> str:
    return format_html_join("", '<option value="{}">{}</option>', options)


def written_places(names: Sequence[str]) -> str:
    """Return names as options of a list of suggestions."""
    return format_html_join("", '<option value="{}"></option>', ((name,) for name in names))


class Search(forms.Form):
    """What is needed, where, for whom."""

    need = forms.ChoiceField(label=_("What is needed"), required=False)
    place = forms.CharField(
        label=_("Near which place"),
        help_text=_("The name of a town, camp or district in the directory"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    latitude = forms.FloatField(label=_("or latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(
        label=_("and longitude"), required=False, min_value=-180, max_value=180
    )
    age = forms.IntegerField(
        label=_("Age of the person"), required=False, min_value=0, max_value=130
    )
    sex = forms.ChoiceField(label=_("For whom"), required=False)
    nationality = forms.ChoiceField(
        label=_("Nationality of the person"), required=False, widget=Countries
    )
    language = forms.ChoiceField(label=_("Language spoken there"), required=False)
    open_now = forms.BooleanField(label=_("Open now"), required=False)
    fresh = forms.BooleanField(label=_("Confirmed lately"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Sequence[tuple[str, Any]]] = {
            "need": [_any(_("Any need")), *choices("needs")],
            "sex": [_any(_("Anybody")), *SEXES],
            "nationality": [_any(_("Any")), *countries()],
            "language": [_any(_("Any")), *LANGUAGES],
        }
        for name, given in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = given

    def clean(self) -> dict[str, Any]:
        """Find the place by its name, or take the point."""
        cleaned = super().clean() or self.cleaned_data
        lat, lon = cleaned.get("latitude"), cleaned.get("longitude")
        if (lat is None) != (lon is None) and not {"latitude", "longitude"} & set(self.errors):
            self.add_error("latitude", _("Give both latitude and longitude, or neither."))
        near = (lat, lon) if lat is not None and lon is not None else None
        name = cleaned.get("place", "").strip()
        if name and near is None:
            place = models.Place.objects.by_name(name)
            if place is None:
                self.add_error("place", _("No place of this name is in the directory."))
            else:
                near, cleaned["near_place"] = place.point, place
        cleaned["near"] = near
        return cleaned

    def person(self) -> eligibility.Person:
        """Return whom the search is for."""
        given = self.cleaned_data
        return eligibility.Person(
            age=given.get("age"),
            sex=given.get("sex", ""),
            nationality=given.get("nationality", ""),
        )


class PublicSearch(forms.Form):
    """What a stranger is asked: nothing about themself."""

    need = forms.ChoiceField(label=_("What do you need?"))
    place = forms.CharField(
        label=_("Where are you, roughly?"),
        help_text=_("The name of a town, camp or district. You can leave this empty."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "places"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["need"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices("needs")


class _Files(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files, each read into memory and never written to the disk."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files with their bytes."""
        given = data if isinstance(data, list) else [data]
        kept = []
        for item in given:
            upload = super().clean(item, initial)
            if upload.size > MOST_BYTES:
                raise forms.ValidationError(_("A file is larger than 25 megabytes. Split it."))
            kept.append(sniff.File(str(upload.name), upload.read()))
        return kept


class Upload(forms.Form):
    """Files to import."""

    given = _FilesField(
        label=_("Files"),
        help_text=_(
            "A CSV or XLSX sheet after the template, HSDS 3.0 JSON, or the English and Arabic "
            "files of the Services Advisor together."
        ),
        widget=_Files(attrs={"multiple": True}),
    )
    only_check = forms.BooleanField(
        label=_("Only check: say what would happen and write nothing"), required=False
    )


class Close(forms.Form):
    """Why a service is closed."""

    reason = forms.CharField(label=_("Why is it closed?"), max_length=300)


class LinkUnit(forms.Form):
    """Which unit answers referrals to a service."""

    unit = forms.ModelChoiceField(
        label=_("Unit that answers referrals in this system"),
        queryset=core.Unit.objects.none(),
        required=False,
        empty_label=_("None"),
    )

    def __init__(self, *args: Any, service: models.Service, **kwargs: Any) -> None:
        kwargs["initial"] = {"unit": service.unit_id}
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = core.Unit.objects.filter(organisation=service.organisation)


LABELS: dict[str, Any] = {
    "organisation": _("Organisation"),
    "name": _("Name of the service"),
    "name_ar": _("Name in Arabic"),
    "needs": _("What it helps with"),
    "description": _("Description"),
    "description_ar": _("Description in Arabic"),
    "place": _("Place"),
    "place_ar": _("Place in Arabic"),
    "place_precision": _("What the point is"),
    "country": _("Country"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "coverage": _("Whom it serves, by place"),
    "timezone": _("Time zone"),
    "monday": _("Monday"),
    "tuesday": _("Tuesday"),
    "wednesday": _("Wednesday"),
    "thursday": _("Thursday"),
    "friday": _("Friday"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
    "always_open": _("Open day and night"),
    "frequency": _("How often"),
    "languages": _("Languages spoken there"),
    "sex": _("For whom"),
    "minimum_age": _("Lowest age"),
    "maximum_age": _("Highest age"),
    "nationalities": _("Only these nationalities"),
    "nationalities_not": _("Not these nationalities"),
    "documents": _("Papers it asks for"),
    "expired_documents": _("Expired papers are accepted"),
    "groups": _("Who is taken first"),
    "access": _("How to reach it"),
    "takes_referrals": _("Takes referrals"),
    "referral_methods": _("How to refer"),
    "next_step": _("What happens after a referral"),
    "answer_hours": _("Hours until it answers, as it says"),
    "answer_stated": _("What it says of its answering time"),
    "phone": _("Telephone of the office"),
    "email": _("E-mail of the office"),
    "website": _("Web address of the service"),
    "organisation_website": _("Web address of the organisation"),
    "starts_on": _("Runs from"),
    "ends_on": _("Planned until"),
}
HELP: dict[str, Any] = dict.fromkeys(
    DAYS, _("For example 08:30-17:00; several spans parted by semicolons")
) | {
    "languages": _("Codes parted by semicolons, for example ar; ckb; en"),
    "nationalities": _("Country codes parted by semicolons, for example SY; IQ"),
    "nationalities_not": _("Country codes parted by semicolons"),
    "timezone": _("For example Asia/Amman"),
    "starts_on": _("For example 2026-03-31"),
    "ends_on": _("For example 2026-12-31"),
    "phone": _("Of the office, never of a person"),
    "email": _("Of the office, never of a person"),
}
MANY = {"needs", "documents", "groups", "access", "referral_methods"}
LISTED = {"coverage": "coverage", "frequency": "frequency", "next_step": "next_step"}


class Edit(forms.Form):
    """A whole service: the same fields as a row of the table, read by the same reader."""

    def __init__(self, *args: Any, service: models.Service | None = None, **kwargs: Any) -> None:
        self.before = service.as_entry() if service else None
        if self.before:
            cells: dict[str, Any] = dict(table.to_cells(self.before))
            for name in MANY:
                cells[name] = list(getattr(self.before, name))
            for name in table.FLAGS:
                cells[name] = getattr(self.before, name)
            kwargs["initial"] = cells
        else:
            kwargs.setdefault("initial", {"takes_referrals": True, "place_precision": "point"})
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            field = _field(name)
            field.label, field.help_text = label, HELP.get(name, "")
            self.fields[name] = field
        self.entry: Entry | None = None

    def clean(self) -> dict[str, Any]:
        """Read the form as a row of the table; each problem goes to its field."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        row = {name: _cell(value) for name, value in cleaned.items()}
        row["id"] = self.before.source_id if self.before else "new"
        result = table.from_row("form", 1, row)
        if isinstance(result, Rejected):
            field = result.field if result.field in self.fields else None
            self.add_error(field, f"{result.reason} {result.cure}")
        else:
            self.entry = self._completed(result)
        return cleaned

    def _completed(self, made: Entry) -> Entry:
        """Return the entry with what the form does not ask left as it was."""
        if self.before is None:
            return made
        texts: dict[str, Any] = {
            name: _merged(getattr(self.before, name), getattr(made, name))
            for name in ("name_i18n", "description_i18n", "place_i18n")
        }
        return replace(
            made,
            organisation_id=self.before.organisation_id,
            stated_on=self.before.stated_on,
            confirmed_on=self.before.confirmed_on,
            **texts,
        )


def _merged(before: Any, made: Any) -> dict[str, str]:
    others = {language: text for language, text in before.items() if language != "ar"}
    return {**others, **made}


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def _field(name: str) -> forms.Field:
    required = name in ("organisation", "name", "needs")
    if name in MANY:
        return forms.MultipleChoiceField(
            choices=choices(name), widget=forms.CheckboxSelectMultiple, required=required
        )
    if name in table.FLAGS:
        return forms.BooleanField(required=False)
    if name in LISTED:
        given = [_any(_("Not known")), *choices(LISTED[name])]
        return forms.ChoiceField(choices=given, required=False)
    if name == "place_precision":
        return forms.ChoiceField(choices=choices("precision"))
    if name == "sex":
        return forms.ChoiceField(choices=[_any(_("Anybody")), *SEXES], required=False)
    if name == "country":
        given = [_any(_("Not known")), *countries(), ("ZZ", _("A fictional country"))]
        return forms.ChoiceField(choices=given, required=False)
    if name.startswith("description"):
        return forms.CharField(
            widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=20_000
        )
    return forms.CharField(required=required, max_length=300)


class RowCells(forms.Form):
    """A rejected row of a table, one field a cell."""

    def __init__(self, *args: Any, row: models.RejectedRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in table.COLUMNS:
            if name in row.raw:
                self.fields[name] = forms.CharField(
                    label=name, required=False, initial=row.raw[name], max_length=20_000
                )

    def raw(self) -> dict[str, Any]:
        """Return the corrected row."""
        return dict(self.cleaned_data)


class RowJson(forms.Form):
    """A rejected item of a JSON file."""

    json = forms.CharField(
        label=_("The item as it stands in the file"),
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false", "dir": "ltr"}),
        max_length=500_000,
    )

    def __init__(self, *args: Any, row: models.RejectedRow, **kwargs: Any) -> None:
        text = json.dumps(row.raw, ensure_ascii=False, indent=2)
        kwargs["initial"] = {"json": text}
        super().__init__(*args, **kwargs)

    def clean_json(self) -> Any:
        """Return the document."""
        try:
            made = jsontext.load(self.cleaned_data["json"])
        except jsontext.Broken as error:
            raise forms.ValidationError(_("This is no JSON: %(why)s") % {"why": error}) from None
        if not isinstance(made, dict):
            raise forms.ValidationError(_("Give one item in braces."))
        return made

    def raw(self) -> dict[str, Any]:
        """Return the corrected item."""
        made: dict[str, Any] = self.cleaned_data["json"]
        return made


def for_row(row: models.RejectedRow, data: Any = None) -> RowCells | RowJson:
    """Return the form that fits the kind of file a rejected row came from."""
    kind = RowCells if row.kind == "table" else RowJson
    return kind(data, row=row)
