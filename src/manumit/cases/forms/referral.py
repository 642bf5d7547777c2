"""What is asked for when a service is asked for help, and when it answers."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import consent, languages, minimise, referral, texts
from manumit.cases.forms import consent as wordings
from manumit.cases.forms import parts

CODED_ALONE = "nothing"


class Near(forms.Form):
    """Where to look for a service, and for which kind of help."""

    near = parts.line(
        _("Near which place?"), help_text=_("A town, camp or district."), required=False
    )
    kind = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)


class Send(forms.Form):
    """What may be told, and the person's yes or no to this service."""

    withheld = forms.MultipleChoiceField(
        label=_("What the person does not want this service to know"),
        choices=(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )
    message = parts.text(
        _("Message to the service"),
        help_text=_("What they need to help. No story, no name of a third person."),
        required=False,
        max_length=1000,
    )
    interpreter = parts.radios(
        _("Is an interpreter helping?"), parts.YES_NO, css=parts.SMALL_INLINE, initial="no"
    )
    told = forms.MultipleChoiceField(
        label=_("What you have explained"),
        help_text=_("A yes counts only when all of this was said."),
        choices=(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )
    classes = forms.MultipleChoiceField(
        label=_("What the person agrees to have told"),
        help_text=_("Ask about each. Only what is ticked goes."),
        choices=(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )
    agrees = forms.ChoiceField(
        choices=parts.YES_NO, widget=forms.RadioSelect(attrs={"class": parts.SMALL_INLINE})
    )
    guardian = parts.radios(
        _("The adult who looks after the child agrees to this"),
        parts.YES_NO,
        css=parts.SMALL_INLINE,
    )

    def __init__(
        self,
        *args: Any,
        language: str,
        own: str,
        recipient: str,
        offered: Sequence[minimise.Field],
        guardian: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.texts, self.own = texts.of(language), texts.of(own)
        self.direction = languages.direction(self.texts.language)
        told = [(name, self.own.questions[name]) for name in consent.QUESTIONS[1:]]
        cast("forms.MultipleChoiceField", self.fields["told"]).choices = told
        purpose = consent.Purpose.SHARE_WITH_SERVICE
        held = [(field.name, _(field.label)) for field in offered]
        cast("forms.MultipleChoiceField", self.fields["withheld"]).choices = held
        kinds = {field.field_class for field in offered}
        named = [name for name in consent.offered_classes(purpose) if name in kinds]
        asked: list[tuple[str, Any]] = [*wordings.spoken_classes(named, self.texts)]
        asked.append((CODED_ALONE, _("Nothing of this: only which help is needed, and how soon")))
        cast("forms.MultipleChoiceField", self.fields["classes"]).choices = asked
        self.fields["agrees"].label = self.texts.purpose(purpose, recipient)
        self.own_words = self.own.purpose(purpose, recipient)
        if not guardian:
            del self.fields["guardian"]

    def agreed(self) -> bool:
        """Tell whether everybody who must agree said yes."""
        given = self.cleaned_data
        return bool(given["agrees"] == "yes" and given.get("guardian", "yes") == "yes")

    def questions(self) -> list[bool]:
        """Return the seven answers of HTCDS; the first is about an interview, not asked here."""
        told = set(self.cleaned_data["told"])
        return [True, *(name in told for name in consent.QUESTIONS[1:])]

    def clean(self) -> dict[str, Any]:
        """A yes without the whole explanation is not a consent."""
        given = super().clean() or self.cleaned_data
        yes = "yes" in {given.get("agrees"), given.get("guardian")}
        if yes and len(given.get("told", ())) < len(consent.QUESTIONS) - 1:
            self.add_error("told", _("Explain what is missing, then tick it. A no needs nothing."))
        if yes and not given.get("classes"):
            self.add_error("classes", _("Tick what the person agrees to have told."))
        return given

    def covers(self) -> list[str]:
        """Return the kinds of content that the yes is about."""
        return [name for name in self.cleaned_data["classes"] if name != CODED_ALONE]


class Answer(forms.Form):
    """Yes, or no with a reason."""

    answer = parts.radios(
        _("Can you help?"), (("yes", _("Yes, we take it on")), ("no", _("No, we cannot")))
    )
    reason = forms.ChoiceField(
        label=_("If not: why?"),
        choices=[("", ""), *((r.value, _(w)) for r, w in referral.DECLINE_LABELS.items())],
        required=False,
    )
    note = parts.text(
        _("Message back"),
        help_text=_("Such as: when the person can come, and whom to ask for."),
        rows=2,
        required=False,
        max_length=1000,
    )

    def clean(self) -> dict[str, Any]:
        """A no says why."""
        given = super().clean() or self.cleaned_data
        if given.get("answer") == "no" and not given.get("reason"):
            self.add_error("reason", _("Say why, so that the case worker can look elsewhere."))
        return given


class End(forms.Form):
    """How the help ended."""

    how = parts.radios(
        _("How did it end?"),
        (
            ("done", _("Done: the person got this help")),
            *(
                (code.value, _(words))
                for code, words in referral.OUTCOME_LABELS.items()
                if code is not referral.Outcome.REFERRED
            ),
        ),
    )
