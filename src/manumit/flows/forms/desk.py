"""What is asked for at the desk: which alerts, a note, a decision, a case, the limit."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core import models as core
from manumit.core.forms import parts
from manumit.flows import desk
from manumit.flows.actions import desk as acts

SORTS = (
    ("", _("Possible victims first, then the strongest")),
    ("newest", _("Latest transfer first")),
    ("largest", _("Largest amount first")),
)


class Filter(forms.Form):
    """Which alerts to list, and in which order. The stage is chosen by links."""

    typology = forms.ChoiceField(label=_("Pattern"), required=False)
    victims = forms.BooleanField(label=_("Only where somebody may be a victim"), required=False)
    score = forms.IntegerField(
        label=_("Evidence from (0 to 100)"), required=False, min_value=0, max_value=100,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )  # fmt: skip
    amount = forms.DecimalField(
        label=_("Amount from"), required=False, min_value=0, max_digits=15, decimal_places=2,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "decimal"}),
    )  # fmt: skip
    since = parts.day(_("Transfers from"), required=False)
    until = parts.day(_("Transfers up to"), required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)

    def __init__(self, *args: Any, typologies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = cast("forms.ChoiceField", self.fields["typology"])
        kinds.choices = [("", _("All")), *typologies]


class Note(forms.Form):
    """A note for colleagues."""

    text = parts.text(
        _("Note"), help_text=_("Sealed. Your unit alone can read it."), max_length=4000
    )


class Decide(forms.Form):
    """What is to happen, and why."""

    choice = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[(c.value, _(label)) for c, label in desk.CHOICE_LABELS.items()],
    )
    victims = forms.MultipleChoiceField(
        label=_("Whose account holder may be a victim?"),
        help_text=_(
            "They are shown and reported as possible victims from then on, never as suspects."
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = parts.text(
        _("Why?"),
        help_text=_("What speaks for it, and what speaks against it. Sealed."),
        rows=5,
    )

    def __init__(self, *args: Any, accounts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if accounts:
            cast("forms.MultipleChoiceField", self.fields["victims"]).choices = accounts
        else:
            del self.fields["victims"]


class Answer(forms.Form):
    """What the second person says."""

    answer = parts.text(_("Your words to it"), rows=3, required=False)


class Colleague(forms.Form):
    """To whom."""

    to = forms.ChoiceField(label=_("To whom?"))

    def __init__(self, *args: Any, people: Sequence[core.User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.id): one for one in people}
        listed = [(key, one.display_name) for key, one in self.people.items()]
        cast("forms.ChoiceField", self.fields["to"]).choices = [("", ""), *listed]

    def clean_to(self) -> core.User:
        """Return the account that was chosen."""
        return self.people[self.cleaned_data["to"]]


class Title(forms.Form):
    """The title of a case."""

    title = parts.line(_("Title of the case"), help_text=_("Sealed."), width=30, max_length=120)


class Number(forms.Form):
    """An alert or a case by its number."""

    number = forms.IntegerField(
        label=_("Number of the alert"),
        min_value=1,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )


class Limit(forms.Form):
    """How much one person may hold."""

    open_limit = forms.IntegerField(
        label=_("Open alerts and cases that one person may hold"),
        min_value=1,
        max_value=acts.MOST_LIMIT,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )
