"""What a person told, where else they were asked, and requests for an account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import consent, languages, recipients, reference, telling
from manumit.cases.forms import consent as wordings
from manumit.cases.forms import parts

# Who asks people elsewhere: kinds of bodies, never a name.
ELSEWHERE: tuple[recipients.Kind, ...] = (
    recipients.Kind.POLICE,
    recipients.Kind.PROSECUTION,
    recipients.Kind.AUTHORITY,
    recipients.Kind.ORGANISATION,
    recipients.Kind.SERVICE,
    recipients.Kind.MEDIA,
    recipients.Kind.OTHER,
)


def _whys() -> list[tuple[str, Any]]:
    return [(why.value, _(words)) for why, words in telling.WHY_LABELS.items()]


class Elsewhere(forms.Form):
    """That somebody else has asked the person before, and how often."""

    by = parts.radios(
        _("Who asked?"),
        [(kind.value, _(recipients.LABELS[kind])) for kind in ELSEWHERE],
        css="govuk-radios--small",
    )
    times = forms.IntegerField(
        label=_("How many times, about?"),
        min_value=1,
        max_value=99,
        initial=1,
        widget=forms.TextInput(
            attrs=parts.OPENLY | {"inputmode": "numeric", "class": "govuk-input--width-2"}
        ),
    )


class Account(forms.Form):
    """What the person told. Asked again only with a reason."""

    why_again = parts.radios(_("Why does the person have to tell it again?"), (), required=True)
    words = parts.text(
        _("What the person told"),
        rows=12,
        help_text=_("In their words, as far as you can. It is kept locked, with a key of its own."),
        max_length=100_000,
    )
    told_at = parts.instant(
        _("When they told it, if not now"), help_text=_("Leave empty for now."), required=False
    )
    place = parts.line(_("Where"), required=False)
    asked_by = parts.line(_("Who asked, and who else was there"), required=False)
    interpreter = parts.line(_("Name of the interpreter, if one helped"), required=False)
    language = forms.ChoiceField(label=_("Language in which they told it"), choices=())

    def __init__(self, *args: Any, again: bool, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        named = [(code, name) for code, name in languages.NAMES.items()]
        cast("forms.ChoiceField", self.fields["language"]).choices = named
        cast("forms.ChoiceField", self.fields["why_again"]).choices = _whys()
        if not again:
            del self.fields["why_again"]

    def clean_told_at(self) -> datetime | None:
        """Refuse a time to come."""
        told_at: datetime | None = self.cleaned_data["told_at"]
        if told_at is not None and told_at > self.now:
            raise forms.ValidationError(_("This time is still to come."))
        return told_at

    def texts(self) -> dict[str, str]:
        """Return what is sealed, by the name of its column."""
        return {
            name: self.cleaned_data[name] for name in ("words", "place", "asked_by", "interpreter")
        }


class Ask(forms.Form):
    """Ask another team for an account, by the reference that the person carries."""

    code = parts.line(
        _("Reference that the person carries"),
        help_text=_("Such as BC-2345. It is on the paper they were given."),
        width=10,
        max_length=20,
    )
    wanted_for = parts.radios(
        _("What is it for?"), [(f.value, _(words)) for f, words in telling.FOR_LABELS.items()]
    )

    def clean_code(self) -> str:
        """Return the reference as it is written."""
        tidy = reference.tidy(self.cleaned_data["code"])
        if not tidy:
            raise forms.ValidationError(_("This is not a reference. It looks like BC-2345."))
        return tidy


class Answer(wordings.Explained):
    """The person's word on a team that asks for their account."""

    answer = parts.radios(
        _("What is the answer?"),
        (
            ("yes", _("The person agrees: give it")),
            *((no.value, _(words)) for no, words in telling.NO_LABELS.items()),
        ),
    )
    accounts = parts.several(_("Which account is given"))
    field_order = ("answer", "accounts", "interpreter", "told", "guardian")

    def __init__(
        self, *args: Any, recipient: str, offered: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        asked = consent.Purpose.SHARE_ACCOUNT
        self.words = self.texts.purpose(asked, recipient)
        self.own_words = self.own.purpose(asked, recipient)
        cast("forms.MultipleChoiceField", self.fields["accounts"]).choices = list(offered)
        if "guardian" in self.fields:
            self.fields["guardian"].required = False

    def clean(self) -> dict[str, Any]:
        """A yes needs the whole explanation and says which account."""
        given = super().clean() or self.cleaned_data
        if given.get("answer") != "yes":
            return given
        self.check_explained(given)
        if not given.get("accounts"):
            self.add_error("accounts", _("Choose which account is given."))
        if "guardian" in self.fields and not given.get("guardian"):
            self.add_error("guardian", _("Write down what the adult said."))
        return given
