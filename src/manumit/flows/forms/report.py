"""What is asked for in a report: fields made from its elements, so that the form knows what the file does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms import language, parts, said
from manumit.directory import codes as directory_codes
from manumit.flows import goaml, goaml_answers, goaml_check, reporting
from manumit.flows.goaml_profile import Profile

SEPARATOR = "__"
YES_NO = (("", _("Not said")), ("yes", _("Yes")), ("no", _("No")))


@dataclass(frozen=True)
class Place:
    """Where a field's value lies in the answers: keys, and numbers for lists."""

    path: tuple[str, ...]
    element: goaml.Element
    types: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the field's name."""
        return SEPARATOR.join(self.path)


def places(type_: type, names: Iterable[str], before: Sequence[str] = ()) -> list[Place]:
    """Return the places of some elements of a type, in the order given."""
    known = {element.attribute: element for element in goaml.elements(type_)}
    types = (type_.__name__.lower(),)
    return [Place((*before, name), known[name], types) for name in names]


_ADDRESS = ("address_type", "address", "town", "city", "zip", "country_code", "state")
_PHONE = ("contact_type", "communication_type", "country_prefix", "number")
_PAPER = ("type", "number", "issue_date", "expiry_date", "issue_country")
_WHO = (
    *("first_name", "last_name", "gender", "birthdate", "nationality1", "residence"),
    *("id_number", "passport_number", "passport_country", "occupation", "tax_reg_number"),
)
_BANK = (
    *("institution_name", "institution_code", "swift", "branch", "account_type"),
    *("status_code", "currency_code", "non_bank_institution", "beneficiary"),
)
_BODY = (
    *("name", "incorporation_legal_form", "incorporation_number", "business"),
    *("incorporation_state", "incorporation_country_code", "incorporation_date", "tax_reg_number"),
)


def about() -> list[Place]:
    """Return what is asked about the report as a whole."""
    names = (
        *("rentity_id", "rentity_branch", "entity_reference", "fiu_ref_number"),
        *("submission_code", "report_code", "currency", "action"),
    )
    return places(goaml.Report, names)


def reporter() -> list[Place]:
    """Return what is asked about who reports."""
    return places(goaml.Person, ("first_name", "last_name", "gender", "id_number", "occupation"))


def location() -> list[Place]:
    """Return what is asked about where it was noticed."""
    return places(goaml.Address, _ADDRESS)


def transactions() -> list[Place]:
    """Return what is asked about all transactions."""
    return places(goaml.Transaction, ("location", "transmode_code", "transmode_comment"))


def all_accounts() -> list[Place]:
    """Return what is asked about the bank of all accounts."""
    return places(goaml.Account, _BANK)


def one_account(*, business: bool) -> list[Place]:
    """Return what is asked about one account and who holds it."""
    found = places(goaml.Account, ("account_name", *_BANK, "opened"))
    if business:
        director = ("entity", "directors", "0")
        found += places(goaml.Entity, _BODY, ("entity",))
        found += places(goaml.Address, _ADDRESS, ("entity", "addresses", "0"))
        found += places(goaml.Director, ("first_name", "last_name", "role"), director)
        return found
    found += places(goaml.Person, _WHO, ("person",))
    found += places(goaml.Address, _ADDRESS, ("person", "addresses", "0"))
    found += places(goaml.Phone, _PHONE, ("person", "phones", "0"))
    found += places(goaml.Identification, _PAPER, ("person", "identifications", "0"))
    return found


_GROUPS: dict[str, Any] = {
    "addresses": _("Address"),
    "phones": _("Telephone"),
    "identifications": _("Identity paper"),
    "directors": _("Director"),
}


class Elements(forms.Form):
    """One part of a report. Nothing is demanded here: the list on the page says what still lacks."""

    def __init__(
        self,
        data: Any,
        *,
        places: Sequence[Place],
        profile: Profile,
        table: Mapping[str, Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.places, self.profile = places, profile
        self.wanted: list[str] = []  # what the unit demands; the form is kept without it too
        self.use_required_attribute = False
        for place in places:
            if not _has_place(place, profile):
                continue
            self.fields[place.name] = _field(place, profile)
            if _wanted(place, profile):
                self.wanted.append(place.name)
                self.fields[place.name].required = True
            self.initial[place.name] = _shown(_at(table, place.path), place.element)

    def _clean_fields(self) -> None:
        for name in self.wanted:
            self.fields[name].required = False
        super()._clean_fields()  # type: ignore[misc]
        for name in self.wanted:
            self.fields[name].required = True

    def table(self) -> dict[str, Any]:
        """Return what was typed, as a table of answers."""
        made: dict[str, Any] = {}
        for place in self.places:
            value = self.cleaned_data.get(place.name)
            if value in (None, ""):
                continue
            if place.element.kind is goaml.Kind.BOOLEAN:
                value = value == "yes"
            elif place.element.kind is goaml.Kind.DATE:
                value = value.isoformat()
            _put(made, place.path, value)
        return made


class About(Elements):
    """The report as a whole: how it is made, and its indicators."""

    def __init__(self, *args: Any, proposed: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        table = kwargs["table"]
        self.fields["form"] = parts.radios(
            _("How do the movements stand in it?"),
            [(form.value, said(label)) for form, label in goaml_answers.FORM_LABELS.items()],
            required=False,
        )
        self.initial["form"] = table.get("form") or goaml_answers.Form.TWO_SIDED.value
        listed = self.profile.codes.get("indicator", {})
        self.fields["indicators"] = forms.MultipleChoiceField(
            label=_("Indicators of the unit's list"),
            choices=[
                (code, f"{code}: {words}" if words else code) for code, words in listed.items()
            ],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        self.initial["indicators"] = table.get("indicators") or list(proposed)

    def table(self) -> dict[str, Any]:
        """Return what was typed, with form and indicators."""
        chosen = {name: self.cleaned_data[name] for name in ("form", "indicators")}
        return super().table() | {name: value for name, value in chosen.items() if value}


class OneAccount(Elements):
    """One account: what the bank knows of it and of who holds it."""

    my_client = forms.BooleanField(
        label=_("It is an account of the body that reports"),
        help_text=_("Then the unit wants more about it."),
        required=False,
    )
    suspected = forms.BooleanField(
        label=_("I mark whoever holds it as suspected"),
        help_text=_("Nobody is marked unless you do it here."),
        required=False,
    )

    def __init__(self, *args: Any, victim: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if victim or self.profile.schema < 5:
            del self.fields["suspected"]
        for name in ("my_client", "suspected"):
            self.initial[name] = kwargs["table"].get(name) is True

    def table(self) -> dict[str, Any]:
        """Return what was typed, with the two ticks."""
        ticks = {n: True for n in ("my_client", "suspected") if self.cleaned_data.get(n)}
        return super().table() | ticks


def _has_place(place: Place, profile: Profile) -> bool:
    names = {"person": "person", "entity": "entity"}
    type_ = names.get(place.path[0], "account" if len(place.path) == 1 else "")
    return profile.has(type_, place.element.attribute, place.element.since)


def _wanted(place: Place, profile: Profile) -> bool:
    """Tell whether every report of this unit needs it; what only its own clients need is not told."""
    if len(place.path) > 1:
        return False
    names = {wanted for type_ in place.types for wanted in profile.needed.get(type_, ())}
    return place.element.needed or place.element.attribute in names


def _field(place: Place, profile: Profile) -> forms.Field:
    element = place.element
    label = said(goaml_check.label(element.attribute))
    group = next((_GROUPS[part] for part in place.path[:-1] if part in _GROUPS), None)
    if group:
        label = f"{group}: {label}"
    if element.kind is goaml.Kind.DATE:
        return parts.day(label, required=False)
    if element.kind is goaml.Kind.BOOLEAN:
        return forms.ChoiceField(label=label, choices=YES_NO, required=False)
    if element.codes == "country":
        return forms.ChoiceField(label=label, choices=_countries(), required=False)
    if element.codes and element.codes in profile.codes:
        listed = profile.codes[element.codes].items()
        choices = [("", _("Not said")), *((c, f"{c}: {w}" if w else c) for c, w in listed)]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    if element.most > 1000:
        return parts.text(label, required=False, max_length=8000)
    most = element.most or 20
    width = 20 if most > 30 else 10
    return parts.line(label, required=False, max_length=most, width=width)


def _countries() -> list[tuple[str, Any]]:
    spoken = language()
    named = ((code, names.get(spoken) or names["en"]) for code, names in _NAMES.items())
    return [("", _("Not said")), *sorted(named, key=lambda pair: pair[1])]


_NAMES = directory_codes.COUNTRIES


def _at(table: Any, path: Sequence[str]) -> Any:
    for key in path:
        if isinstance(table, Mapping):
            table = table.get(key)
        elif isinstance(table, list | tuple) and key.isdigit() and int(key) < len(table):
            table = table[int(key)]
        else:
            return None
    return table


def _shown(value: Any, element: goaml.Element) -> Any:
    if element.kind is goaml.Kind.BOOLEAN:
        return {True: "yes", False: "no"}.get(value, "")
    if element.kind is goaml.Kind.DATE and value:
        return str(value)[:10]
    return "" if value is None else value


def _put(made: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Put a value where its path says; a number in the path is a place in a list."""
    here: Any = made
    for key, after in zip(path, (*path[1:], ""), strict=True):
        new: Any = value if after == "" else [] if after.isdigit() else {}
        if isinstance(here, list):
            if int(key) >= len(here):
                here.append(new)
            here = here[int(key)]
        else:
            here = here.setdefault(key, new)


class Begin(forms.Form):
    """For whom a report is written."""

    profile = forms.ChoiceField(label=_("For which unit?"), widget=forms.RadioSelect)
    language = parts.radios(
        _("In which language is the narrative drafted?"), (("en", "English"), ("fr", "Français"))
    )

    def __init__(self, *args: Any, profiles: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].choices = profiles  # type: ignore[attr-defined]


class Narrative(forms.Form):
    """The narrative, as a person wants it."""

    language = forms.CharField(widget=forms.HiddenInput, max_length=5, required=False)
    text = parts.text(
        _("Narrative"),
        rows=24,
        max_length=8000,
        help_text=_("Who, what, when, where, how, why. Facts, not judgements."),
    )


class Attach(forms.Form):
    """A file that goes with the report."""

    file = forms.FileField(label=_("File"), widget=forms.FileInput)


class SendBack(forms.Form):
    """What should change."""

    remark = parts.line(_("What should change?"), required=False, max_length=500)


class HandOver(forms.Form):
    """To whom it goes, and why it may."""

    recipient = parts.line(_("Who receives it?"))
    basis = parts.radios(_("Legal basis"), ())

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("recipient", profile.recipient)
        bases = [(code, said(words)) for code, words in profile.legal_bases.items()]
        self.fields["basis"].choices = bases  # type: ignore[attr-defined]


class Reply(forms.Form):
    """What the unit answered."""

    reply = parts.radios(
        _("What did they answer?"),
        [(reply.value, _(label)) for reply, label in reporting.REPLIES.items()],
    )
    text = parts.text(_("In their words"), required=False, max_length=4000)
