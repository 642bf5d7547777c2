"""What is asked for on the pages of help that goes on."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import course, needs
from manumit.cases.forms import parts
from manumit.cases.forms.plan import labels


class Course(forms.Form):
    """A course: for which need, how often, how many times."""

    need = forms.ChoiceField(label=_("For which need?"))
    aim = parts.text(
        _("What is it for?"), help_text=_("In the person's own words."), required=False
    )
    first = parts.instant(_("When is the first session?"))
    rhythm = parts.radios(
        _("How often?"), labels(course.RHYTHM_LABELS.items()), initial=course.Rhythm.WEEKLY.value
    )
    count = forms.IntegerField(
        label=_("How many sessions?"),
        help_text=_("You can add more later. Twelve weekly sessions are three months."),
        min_value=1,
        max_value=course.MOST,
        initial=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )

    def __init__(self, *args: Any, need_rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.id), _(needs.label(row.kind))) for row in need_rows]
        cast("forms.ChoiceField", self.fields["need"]).choices = choices


_TOLD = (course.Session.HELD, course.Session.MISSED, course.Session.CANCELLED)


class Mark(forms.Form):
    """How a session went."""

    state = parts.radios(_("How did it go?"), labels((s, course.SESSION_LABELS[s]) for s in _TOLD))
    note = parts.text(_("Note"), rows=2, required=False)


class When(forms.Form):
    """Another time for a session, or one more session."""

    planned_at = parts.instant(_("When?"))


class End(forms.Form):
    """How a course ended."""

    outcome = parts.radios(_("What did it lead to?"), labels(course.OUTCOME_LABELS.items()))
    words = parts.text(_("In words"), rows=2, required=False)
    stop = forms.BooleanField(
        label=_("It stops before its end: cancel the sessions that are planned"), required=False
    )
