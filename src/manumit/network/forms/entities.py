"""What is asked for when something is entered: whose word it is, how good, and what it says."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms import parts
from manumit.network import claims, countries, models, schemata
from manumit.network.claims import Certainty, Handling

# What a person is asked for first; everything else the model knows can be added on the page.
ASKED: dict[str, tuple[str, ...]] = {
    "Person": (
        "name",
        "alias",
        "gender",
        "birthDate",
        "nationality",
        "phone",
        "idNumber",
        "topics",
    ),
    "Organization": ("name", "alias", "country", "phone", "website", "topics"),
    "ArmedUnit": ("name", "alias", "allegiance", "areaOfOperation", "country"),
    "Company": ("name", "alias", "jurisdiction", "registrationNumber", "phone", "address"),
    "Telephone": ("number", "imei", "country"),
    "BankAccount": ("accountNumber", "iban", "bankName", "country"),
    "Vehicle": ("name", "registrationNumber", "type", "model", "country"),
    "Site": ("name", "siteType", "full", "city", "country", "latitude", "longitude"),
    "Address": ("full", "city", "country", "latitude", "longitude"),
    "Event": ("name", "date", "location", "country", "summary"),
    "Passport": ("number", "country", "type", "startDate", "endDate"),
    "UserAccount": ("username", "service", "email", "phone"),
}
KINDS = tuple(ASKED)
RELATIONS = (
    "UnknownLink",
    "Membership",
    "Associate",
    "Family",
    "Involvement",
    "Use",
    "RouteLeg",
    "Ownership",
    "Employment",
    "Directorship",
    "Payment",
)
NEW = "new"
_NEW_SOURCE = ("new_title", "new_kind", "new_reliability")
SPLIT = ";"


def kinds() -> list[tuple[str, Any]]:
    """Return what can be entered, with its words."""
    return [(name, _(schemata.schema(name).label)) for name in KINDS]


def field(one: schemata.Prop) -> forms.Field:
    """Return the form field of a property."""
    label = _(one.label)
    if one.type in {"role", "code", "gender", "yesno", "topic"}:
        return forms.ChoiceField(label=label, required=False, choices=[("", "–"), *choices(one)])
    hints = {
        "date": _("As 2015, 2015-03 or 2015-03-04."),
        "country": _("The name of the country, or its two letters."),
        "name": _("Several: put ; between them. Write each as it is written, in any script."),
        "phone": _("Several: put ; between them."),
    }
    if one.type == "text":
        return parts.text(label, required=False, rows=2)
    return parts.line(label, required=False, help_text=hints.get(one.type, ""), max_length=1000)


def choices(one: schemata.Prop) -> list[tuple[str, Any]]:
    """Return the values that a property can take, with their words."""
    if one.type == "role":
        return [(code, _(label)) for code, label in schemata.roles().items()]
    if one.type == "topic":
        return [(code, _(label)) for code, label in schemata.topics().items()]
    if one.type == "yesno":
        return [("true", _("Yes")), ("false", _("No"))]
    if one.type == "gender":
        return [("female", _("Female")), ("male", _("Male")), ("other", _("Other"))]
    return [(code, _(SITE.get(code, code))) for code in one.codes]


SITE = {
    "captivity": "People are or were held here",
    "transit": "People are or were taken through here",
    "work": "People are or were made to work here",
    "sale": "People are or were sold here",
    "checkpoint": "Checkpoint",
    "crossing": "Border crossing",
    "other": "Other",
}


def values(one: schemata.Prop, said: str) -> list[str]:
    """Return the values that somebody typed, each as the model wants it."""
    several = one.type in {"name", "phone", "country", "identifier", "email"}
    found = [part.strip() for part in (said.split(SPLIT) if several else [said]) if part.strip()]
    if one.type == "country":
        return [(countries.code(part) or part).lower() for part in found]
    return found


class Said(forms.Form):
    """Whose word it is, how good it is held to be, who may see it."""

    source = forms.ChoiceField(label=_("Whose word is it?"))
    new_title = parts.line(
        _("What the new source is called"),
        width=30,
        required=False,
        help_text=_("A document, a page, a cover name. Sealed."),
    )
    new_kind = forms.ChoiceField(
        label=_("What kind of source is it?"),
        required=False,
        choices=[(k.value, _(k.label)) for k in models.SourceKind],
        initial=models.SourceKind.REPORT.value,
    )
    new_reliability = forms.ChoiceField(
        label=_("How reliable is the new source?"),
        required=False,
        choices=[(k, f"{k} – {_(label)}") for k, label in claims.RELIABILITY.items()],
        initial="F",
    )
    credibility = forms.ChoiceField(
        label=_("How far is this believed?"),
        choices=[(k, f"{k} – {_(label)}") for k, label in claims.CREDIBILITY.items()],
        initial="6",
    )
    handling = forms.ChoiceField(
        label=_("Who may see it?"),
        choices=[(h.value, _(label)) for h, label in claims.HANDLING_LABELS.items()],
        initial=Handling.AMBER_STRICT.value,
    )
    on = parts.day(_("When it was said or seen"), required=False)
    accepted = forms.BooleanField(label=_("I hold it to be so: accept it at once"), required=False)

    def __init__(self, *args: Any, sources: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = cast("forms.ChoiceField", self.fields["source"])
        chosen.choices = [*sources, (NEW, _("A new source"))]

    def what(self) -> list[forms.BoundField]:
        """Return the fields for what is said, without whose word it is."""
        return [self[name] for name in self.fields if name not in Said.base_fields]

    def new_source(self) -> list[forms.BoundField]:
        """Return the fields of a new source."""
        return [self[name] for name in _NEW_SOURCE]

    def how(self) -> list[forms.BoundField]:
        """Return the fields for how good it is, who may see it, and when it was said."""
        rest = (n for n in Said.base_fields if n != "source" and n not in _NEW_SOURCE)
        return [self[name] for name in rest]

    @property
    def opens_new(self) -> bool:
        """Tell whether the fields of a new source are shown from the start."""
        errors = any(name in self.errors for name in _NEW_SOURCE) if self.is_bound else False
        return errors or self["source"].value() == NEW

    def clean(self) -> dict[str, Any]:
        """A new source needs a title."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("new_title"):
            said["source"] = NEW  # whoever writes a title means it, whatever is chosen above
        if said.get("source") == NEW and not said.get("new_title"):
            self.add_error("new_title", _("Give the source a title that colleagues understand."))
        return said


class Entity(Said):
    """What is known of somebody or something new."""

    def __init__(self, *args: Any, schema: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schema = schemata.schema(schema)
        self.asked = [p for p in ASKED.get(schema, ("name",)) if p in self.schema.props]
        asked = {f"p_{name}": field(self.schema.props[name]) for name in self.asked}
        self.fields = {**asked, **self.fields}

    def says(self) -> Mapping[str, list[str]]:
        """Return what was typed, by property."""
        found = {
            name: values(self.schema.props[name], self.cleaned_data.get(f"p_{name}") or "")
            for name in self.asked
        }
        return {name: each for name, each in found.items() if each}

    def clean(self) -> dict[str, Any]:
        """Show what does not fit beside its field."""
        said = super().clean()
        for name, each in self.says().items():
            for value in each:
                if reason := schemata.why_not_value(self.schema.props[name], value):
                    self.add_error(f"p_{name}", reason)
        return said


class Claim(Said):
    """One more thing that is said of an entity."""

    prop = forms.ChoiceField(label=_("What is said"))
    value = parts.text(_("What it is"), rows=2, help_text=_("Several: put ; between them. Sealed."))

    def __init__(self, *args: Any, schema: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schema = schemata.schema(schema)
        open_ones = [p for p in self.schema.props.values() if p.type != "entity" and not p.hidden]
        chosen = cast("forms.ChoiceField", self.fields["prop"])
        chosen.choices = sorted(((p.name, _(p.label)) for p in open_ones), key=lambda c: str(c[1]))
        first = {name: self.fields[name] for name in ("prop", "value")}
        self.fields = {**first, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Show a value that does not fit; a country may be written by its name."""
        said = super().clean()
        one = self.schema.props.get(said.get("prop", ""))
        if one is not None and said.get("value"):
            said["values"] = values(one, said["value"])
            for value in said["values"]:
                if reason := schemata.why_not_value(one, value):
                    self.add_error("value", reason)
        return said


class Relation(Said):
    """How two entities hang together."""

    schema = forms.ChoiceField(label=_("What joins them"))
    turned = forms.BooleanField(label=_("The other way round"), required=False)
    role = forms.ChoiceField(label=_("As what"), required=False)
    since = parts.line(_("Since"), width=10, required=False, help_text=_("As 2015 or 2015-03."))
    until = parts.line(_("Until"), width=10, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds_ = [(n, _(schemata.schema(n).label)) for n in RELATIONS]
        cast("forms.ChoiceField", self.fields["schema"]).choices = kinds_
        roles = [*schemata.roles().items(), *schemata.positions().items()]
        cast("forms.ChoiceField", self.fields["role"]).choices = [
            ("", "–"),
            *((code, _(label)) for code, label in roles),
        ]
        first = {n: self.fields[n] for n in ("schema", "turned", "role", "since", "until")}
        self.fields = {**first, **self.fields}


class Find(forms.Form):
    """A name or a number to find an entity by."""

    words = parts.line(
        _("Name or number"),
        width=20,
        help_text=_("In any script. Also a telephone, an account, a document."),
    )


class Inquiry(forms.Form):
    """What an inquiry is called and what it is for."""

    title = parts.line(_("What the inquiry is called"), width=30, help_text=_("Sealed."))
    purpose = parts.text(_("What it is for, and on which legal basis"), help_text=_("Sealed."))


class Note(forms.Form):
    """A note for colleagues."""

    text = parts.text(_("Note"), help_text=_("Sealed. Your unit alone can read it."))


class Reason(forms.Form):
    """Why."""

    reason = parts.text(_("Why?"), help_text=_("Sealed. Colleagues will read it later."))


class Certain(Reason):
    """How sure a relation or an identification is held to be, and why."""

    certainty = forms.ChoiceField(
        label=_("How sure is it?"),
        choices=[(str(c.value), _(label)) for c, label in claims.CERTAINTY_LABELS.items()],
        initial=str(Certainty.LIKELY.value),
    )


class Source(forms.Form):
    """A source."""

    title = parts.line(_("What the source is called"), width=30, help_text=_("Sealed."))
    reference = parts.line(
        _("Where it is kept"), width=30, required=False, help_text=_("Address, file, page. Sealed.")
    )
    kind = forms.ChoiceField(
        label=_("What kind of source is it?"),
        choices=[(k.value, _(k.label)) for k in models.SourceKind],
    )
    reliability = forms.ChoiceField(
        label=_("How reliable is it?"),
        choices=[(k, f"{k} – {_(label)}") for k, label in claims.RELIABILITY.items()],
        initial="F",
    )
    on = parts.day(_("Its day"), required=False)
    protected = forms.BooleanField(label=_("Never name it outside the unit"), required=False)
