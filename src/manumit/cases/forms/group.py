"""What is asked for when cases are linked."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import groups
from manumit.cases.forms import parts
from manumit.cases.forms.plan import labels


class Link(forms.Form):
    """Another case, and what that person is to the others."""

    other = parts.line(_("Reference of the other case"), width=10, max_length=20)
    role = forms.ChoiceField(label=_("That person is"), choices=labels(groups.ROLE_LABELS.items()))
    own_role = forms.ChoiceField(
        label=_("The person of this case is"), choices=labels(groups.ROLE_LABELS.items())
    )
    kind = parts.radios(_("What holds them together?"), labels(groups.KIND_LABELS.items()))
    apart = forms.BooleanField(
        label=_("Keep this link apart: this person may be the one who harms"),
        help_text=_("It is then on no joint page and in no letter."),
        required=False,
    )
    why_apart = parts.line(_("Why is it kept apart?"), required=False)

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["own_role"], self.fields["kind"]


class Visit(forms.Form):
    """An appointment for several people."""

    planned_at = parts.instant(_("When?"))
    with_ = forms.MultipleChoiceField(
        label=_("Who comes along?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # isolated, so that a reference stays in order on a right-to-left page
        choices = [(str(case.id), f"\u2066{case.reference}\u2069") for case in others]
        cast("forms.MultipleChoiceField", self.fields["with_"]).choices = choices
