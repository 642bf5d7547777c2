"""What is asked for when a service is asked for help, and when it answers."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import consent, minimise, referral
from manumit.cases.forms import consent as wordings
from manumit.cases.forms import parts

CODED_ALONE = "nothing"


class Near(forms.Form):
    """Where to look for a service, and for which kind of help."""

    near = parts.line(
        _("Near which place?"), help_text=_("A town, camp or district."), required=False
    )
    kind = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)


class Send(wordings.Word):
    """What may be told, and the person's yes or no to this service."""

    withheld = parts.several(_("What the person does not want this service to know"))
    message = parts.text(
        _("Message to the service"),
        help_text=_("What they need to help. No story, no name of a third person."),
        required=False,
        max_length=1000,
    )

    def __init__(self, *args: Any, offered: Sequence[minimise.Field], **kwargs: Any) -> None:
        purpose = consent.Purpose.SHARE_WITH_SERVICE
        super().__init__(*args, purpose=purpose, **kwargs)
        held = [(field.name, _(field.label)) for field in offered]
        cast("forms.MultipleChoiceField", self.fields["withheld"]).choices = held
        kinds = {field.field_class for field in offered}
        named = [name for name in consent.offered_classes(purpose) if name in kinds]
        asked: list[tuple[str, Any]] = [*wordings.spoken_classes(named, self.texts)]
        asked.append((CODED_ALONE, _("Nothing of this: only which help is needed, and how soon")))
        cast("forms.MultipleChoiceField", self.fields["classes"]).choices = asked

    def agreed(self) -> bool:
        """Tell whether everybody who must agree said yes."""
        given = self.cleaned_data
        return bool(given["agrees"] == "yes" and given.get("guardian", "yes") == "yes")

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
