"""What may be asked to find a child's nationality; there is no field for anything else.

States are typed, with the list of names beside the field: codes, English names and names in the
reader's language are understood.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from manumit.cases import birth_notification, nationality_law, statement
from manumit.cases.forms import parts
from manumit.cases.forms.statement import one_language
from manumit.cases.nationality_facts import (
    DOCUMENT_LABELS,
    SITUATION_LABELS,
    Document,
    Facts,
    Parent,
    Situation,
)

STATES = "states"  # the id of the list of names on the page
_ASKED = [s for s in Situation if s is not Situation.NOT_GIVEN]
_YES_NO = (("yes", _("Yes")), ("no", _("No")), ("", _("Not known")))
_READ = {"yes": True, "no": False, "": None}
_WRITTEN = {True: "yes", False: "no", None: ""}
_FLED = (
    ("yes", _("Yes, from the States written below")),
    ("none", _("No, the family did not flee a State")),
    ("", _("Not asked yet")),
)


def names() -> list[str]:
    """Return the names of all States in the reader's language, for the list beside a field."""
    return sorted(_named())


def _named() -> dict[str, str]:
    language = (get_language() or "en").split("-")[0]
    return {statement.country(code, language): code for code in nationality_law.states()}


class StateField(forms.CharField):
    """A State, typed as a code or a name; cleaned to its three-letter code, "" when left empty."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = parts.OPENLY | {"list": STATES, "class": "govuk-input--width-20"}
        kwargs.setdefault("max_length", 80)
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the code; the nearest States are suggested for what is none."""
        typed = super().clean(value).strip()
        found = nationality_law.find(typed) or _named().get(typed, "")
        if typed and not found:
            near = nationality_law.suggest(typed)
            if near:
                raise forms.ValidationError(
                    _("No State has this name. Did you mean %(near)s?"), params={"near": near}
                )
            raise forms.ValidationError(_("No State has this name. Choose one of the list."))
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show a code by its name."""
        language = (get_language() or "en").split("-")[0]
        known = isinstance(value, str) and value in nationality_law.states()
        return statement.country(value, language) if known else value


def _situations(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=[(s.value, _(SITUATION_LABELS[s])) for s in _ASKED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class BirthFacts(forms.Form):
    """Where and when, what of the parents the laws ask for, what was fled, which papers are there."""

    born = StateField(label=_("In which State was the child born?"))
    year = forms.IntegerField(
        label=_("Year of birth"),
        min_value=1900,
        max_value=2200,
        widget=forms.TextInput(
            attrs=parts.OPENLY | {"inputmode": "numeric", "class": "govuk-input--width-4"}
        ),
    )
    registered = parts.radios(
        _("Is the birth registered?"), _YES_NO, css=parts.SMALL_INLINE, required=False
    )
    mother = StateField(label=_("Nationality of the mother"), required=False)
    mother_second = StateField(label=_("Second nationality of the mother"), required=False)
    mother_how = _situations(_("About the mother"))
    mother_born = StateField(label=_("Where was the mother born?"), required=False)
    father = StateField(label=_("Nationality of the father"), required=False)
    father_second = StateField(label=_("Second nationality of the father"), required=False)
    father_how = _situations(_("About the father"))
    father_born = StateField(label=_("Where was the father born?"), required=False)
    married = parts.radios(
        _("Are the parents married to each other?"), _YES_NO, css=parts.SMALL_INLINE, required=False
    )
    fled = parts.radios(_("Did the family flee a State?"), _FLED, required=False)
    fled_first = StateField(label=_("Fled from"), required=False)
    fled_second = StateField(label=_("Fled from, another State"), required=False)
    documents = forms.MultipleChoiceField(
        label=_("Which papers are there?"),
        choices=[(d.value, _(DOCUMENT_LABELS[d])) for d in Document],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    mother_name = parts.line(
        _("Name of the mother"),
        help_text=_("For a notification of the birth only. Kept with consent to a record."),
        required=False,
    )
    mother_birth = forms.DateField(
        label=_("Day of birth of the mother"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Fled States are written where there are some, and only there."""
        given = super().clean() or self.cleaned_data
        typed = given.get("fled_first") or given.get("fled_second")
        if given.get("fled") == "yes" and not typed and "fled_first" not in self.errors:
            self.add_error("fled_first", _("Write which State was fled."))
        if given.get("fled") != "yes" and typed:
            self.add_error("fled", _("A State is written below: choose yes, or empty it."))
        return given

    def facts(self) -> Facts:
        """Return what was written, as the rules have it."""
        given = self.cleaned_data
        fled: frozenset[str] | None = None
        if given["fled"] == "none":
            fled = frozenset()
        elif given["fled"] == "yes":
            fled = frozenset(filter(None, (given["fled_first"], given["fled_second"])))
        return Facts(
            born=given["born"],
            year=given["year"],
            mother=self._parent("mother"),
            father=self._parent("father"),
            married=_READ[given["married"]],
            registered=_READ[given["registered"]],
            fled=fled,
            documents=frozenset(Document(code) for code in given["documents"]),
        )

    def _parent(self, who: str) -> Parent:
        given = self.cleaned_data
        states = dict.fromkeys(filter(None, (given[who], given[f"{who}_second"])))
        situations = frozenset(Situation(code) for code in given[f"{who}_how"])
        return Parent(tuple(states), situations, given[f"{who}_born"])

    def names_of_mother(self) -> dict[str, str]:
        """Return what tells who the mother is."""
        born = self.cleaned_data["mother_birth"]
        return {
            "mother_name": self.cleaned_data["mother_name"].strip(),
            "mother_birth": born.isoformat() if born else "",
        }


def initial(facts: Facts | None) -> dict[str, Any]:
    """Return kept facts as the form shows them."""
    if facts is None:
        return {}
    fled = sorted(facts.fled or ())
    shown: dict[str, Any] = {
        "born": facts.born,
        "year": facts.year,
        "registered": _WRITTEN[facts.registered],
        "married": _WRITTEN[facts.married],
        "fled": "" if facts.fled is None else ("yes" if fled else "none"),
        "documents": [d.value for d in facts.documents],
    }
    shown |= dict(zip(("fled_first", "fled_second"), fled, strict=False))
    for who, parent in (("mother", facts.mother), ("father", facts.father)):
        shown |= dict(zip((who, f"{who}_second"), parent.nationalities, strict=False))
        shown |= {
            f"{who}_how": [s.value for s in parent.situations],
            f"{who}_born": parent.born,
        }
    return shown


class Paper(forms.Form):
    """For whom the paper is, and its two languages."""

    agreed = parts.radios(_("Who gets it?"), (), required=False)
    language = one_language(_("First language"), help_text=_("The authority's."))
    second_language = one_language(_("Second language"), help_text=_("The family's."))

    def __init__(self, *args: Any, agreed: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].choices = [("", _("The family itself")), *agreed]  # type: ignore[attr-defined]


class Notification(forms.Form):
    """A notification for a registry that the family agreed to."""

    agreed = parts.radios(_("For which registry?"), ())
    born_on = forms.DateField(
        label=_("Day of birth of the child"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    place = parts.radios(
        _("Where was the child born?"),
        [(p.value, _(label)) for p, label in birth_notification.PLACE_LABELS.items()],
    )
    location = parts.line(_("The registry's number of the clinic"), required=False, max_length=60)
    office = parts.line(_("The registry's number of your office"), required=False, max_length=60)

    def __init__(self, *args: Any, agreed: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].choices = list(agreed)  # type: ignore[attr-defined]
