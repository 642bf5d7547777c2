"""What is asked for when a door is opened for a person, and when they are answered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import door
from manumit.cases.forms import parts

_CODE = parts.OPENLY | {"autocapitalize": "none", "autocorrect": "off", "dir": "auto"}


def _words(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=door.MOST - door.NUMBER - 1,
        widget=forms.TextInput(attrs=_CODE),
    )


class OpenDoor(forms.Form):
    """With the person beside you: what may be seen, and which words they can remember."""

    present = forms.BooleanField(
        label=_("The person is here with me, wants this, and nobody else can see the screen")
    )
    parts = forms.MultipleChoiceField(
        label=_("What may be seen with the code?"),
        help_text=_("Leave out what would be dangerous if somebody looked over the shoulder."),
        choices=[(part.value, _(label)) for part, label in door.PART_LABELS.items()],
        initial=[door.Part.IDENTITY.value, door.Part.PLAN.value, door.Part.HELP.value],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ending = _words(
        _("Words that the person chooses"),
        _("At least three that do not belong together. Left empty, a code is made."),
    )
    other = _words(
        _("Other words, for when somebody forces them"),
        _("They open a page on which nothing is written. Left empty, a code is made."),
    )


class Answer(forms.Form):
    """A message to the person."""

    text = parts.text(
        _("Your answer"),
        help_text=_("Plain words. Somebody may look over their shoulder."),
        max_length=door.MESSAGE_LENGTH,
    )
