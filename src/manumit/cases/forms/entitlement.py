"""What is asked to say which State support a person may ask for. Every question may be left empty."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import eligibility
from manumit.cases.forms import parts
from manumit.cases.forms.plan import day
from manumit.core.forms import language
from manumit.directory import codes

_MAYBE = (("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not known")))


def _countries() -> list[tuple[str, str]]:
    named = [
        (code, names.get(language()) or names.get("en") or code)
        for code, names in codes.COUNTRIES.items()
    ]
    return [("", ""), *sorted(named, key=lambda pair: pair[1])]


def _some(label: Any, words: dict[str, str], **kwargs: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=[(code, _(text)) for code, text in words.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        **kwargs,
    )


class Facts(forms.Form):
    """The facts that programmes of States ask for."""

    group = parts.radios(
        _("Which group was it?"),
        lambda: [
            *((code, _(label)) for code, label in eligibility.load().groups.items()),
            ("none", _("No such group")),
            ("unknown", _("Not known")),
        ],
        required=False,
    )
    country = forms.ChoiceField(
        label=_("In which country did it happen?"), choices=_countries, required=False
    )
    since = day(
        _("When did it happen, or begin?"), help_text=_("About is good enough."), required=False
    )
    kinds = _some(
        _("What was suffered?"),
        eligibility.KINDS,
        help_text=_("Only what is known already. Do not ask for it again."),
    )
    nationality = forms.ChoiceField(label=_("Nationality"), choices=_countries, required=False)
    residence = forms.ChoiceField(
        label=_("Country where the person lives"), choices=_countries, required=False
    )
    community = forms.ChoiceField(
        label=_("Community, when the person wants to say it"),
        choices=lambda: [
            ("", _("Not said")),
            *((code, _(label)) for code, label in eligibility.COMMUNITIES.items()),
        ],
        required=False,
    )
    sex = parts.radios(_("Sex"), parts.SEX, required=False)
    minor_then = parts.radios(
        _("Under 18 when it happened?"), _MAYBE, css=parts.SMALL_INLINE, required=False
    )
    freed = parts.radios(_("Free now?"), _MAYBE, css=parts.SMALL_INLINE, required=False)
    papers = _some(_("Papers the person has"), eligibility.PAPERS)

    def facts(self) -> dict[str, Any]:
        """Return what was said, as the rules take it."""
        given = dict(self.cleaned_data)
        given["nationality"] = [given["nationality"]] if given["nationality"] else []
        return given
