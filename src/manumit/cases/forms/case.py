"""What is asked for on the pages of a case."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import deadlines, needs, status
from manumit.cases.forms import parts
from manumit.cases.forms import screening as screening_forms
from manumit.cases.models import Note
from manumit.core import models as core


def _labels(words: Iterable[tuple[Any, str]]) -> list[tuple[str, Any]]:
    return [(str(code.value), _(label)) for code, label in words]


class Filter(forms.Form):
    """Which cases to list, and in which order."""

    whose = forms.ChoiceField(
        label=_("Whose"),
        choices=(
            ("", _("All of my unit")),
            ("mine", _("Mine")),
            ("nobody", _("Nobody works on it yet")),
        ),
        required=False,
    )
    state = forms.ChoiceField(
        label=_("Which"),
        choices=(("", _("Open")), ("urgent", _("Open and urgent")), ("closed", _("Closed"))),
        required=False,
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        choices=(("", _("Next due first")), ("newest", _("Newest first"))),
        required=False,
    )


class Find(forms.Form):
    """A name, a telephone number or a reference."""

    q = parts.line(
        _("Name, or case reference"),
        help_text=_("Any spelling or script. Every search is put on the record."),
        max_length=120,
    )


class NewCase(screening_forms.Under18):
    """A person who came without a screening."""

    language = screening_forms.Start.base_fields["language"]
    age = parts.age()
    sex = parts.radios(_("Sex"), parts.SEX, required=False)
    possible_victim = parts.radios(
        _("Are there signs that the person may be a victim?"),
        parts.YES_NO,
        css=parts.SMALL_INLINE,
        initial="yes",
    )
    met_at = screening_forms.Start.base_fields["met_at"]
    field_order = (
        "language",
        "under_18",
        "guardian",
        "age",
        "sex",
        "possible_victim",
        "met_at",
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_met_at(self) -> datetime | None:
        """Refuse a time to come."""
        met_at: datetime | None = self.cleaned_data["met_at"]
        if met_at is not None and met_at > self.now:
            raise forms.ValidationError(_("This time is still to come."))
        return met_at


class Person(screening_forms.Person):
    """What is known of the person, and may be mended."""

    languages = parts.line(_("Languages the person speaks"), required=False)
    registration = parts.line(
        _("Papers the person has"), help_text=_("Kinds of papers, no numbers."), required=False
    )


class Note_(forms.Form):  # noqa: N801 (the model has the plain name)
    """A note for one audience."""

    audience = parts.radios(_("Who is it for?"), Note.Audience.choices, initial="team")
    text = parts.text(_("Note"), rows=5)


class Need(forms.Form):
    """A need: what, how soon, and what a service must know."""

    kind = forms.ChoiceField(
        label=_("What is needed?"),
        choices=lambda: [(k.kind, _(k.label)) for k in needs.load().kinds.values()],
    )
    urgency = parts.radios(
        _("How soon?"),
        _labels(deadlines.URGENCY_LABELS.items()),
        initial=deadlines.Urgency.DAY.value,
    )
    detail = parts.text(
        _("About this need"),
        help_text=_("What a service has to know to help. Not what happened."),
        required=False,
    )
    health = parts.text(_("Urgent condition, for health workers only"), rows=2, required=False)
    found_at = parts.instant(
        _("If it was found earlier: when?"),
        help_text=_("Leave empty for now. The time limit counts from this moment."),
        required=False,
    )

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["kind"], self.fields["found_at"]


class Settle(forms.Form):
    """How a need ended."""

    status = parts.radios(
        _("How did it end?"),
        [p for p in _labels(needs.STATUS_LABELS.items()) if p[0] != needs.Status.OPEN.value],
    )


_DECIDED = _labels(status.LABELS.items())
_DECIDERS = [("", ""), *_labels(status.DECIDER_LABELS.items())]


class Status(forms.Form):
    """What a named body decided."""

    status = parts.radios(_("What was decided?"), _DECIDED)
    decider = forms.ChoiceField(
        label=_("Which kind of body decided?"),
        choices=_DECIDERS,
        required=False,
    )
    organisation = parts.line(_("Name of the organisation that decided"), required=False)


class Assign(forms.Form):
    """A colleague of the unit."""

    to = forms.ModelChoiceField(
        label=_("Colleague"), queryset=core.User.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Any]", self.fields["to"]).queryset = colleagues


class Lift(forms.Form):
    """Why the protection from punishment is lifted."""

    reason = parts.text(
        _("Reason"), help_text=_("At least 20 characters. It stays visible on the case.")
    )


class Close(forms.Form):
    """Why a case closes."""

    reason = parts.radios(_("Why does it close?"), _labels(needs.CLOSE_LABELS.items()))
    words = parts.text(_("In words, for who reads it later"), rows=2, required=False)
    to_other = forms.BooleanField(label=_("Another body took it over for good"), required=False)
    seen = forms.BooleanField(
        label=_("I have seen what is not finished, and it ends with the case")
    )

    def __init__(self, *args: Any, unfinished: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not unfinished:
            del self.fields["seen"]


class Reopen(forms.Form):
    """Why a case opens again."""

    words = parts.text(_("Why does it open again?"), rows=2, required=False)
