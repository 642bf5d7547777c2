"""What is asked for on the pages of leads."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core import models as core
from manumit.core.forms import parts
from manumit.network import leads


class Lead(forms.Form):
    """A new lead."""

    title = parts.line(
        _("What is to be found out?"),
        error_messages={"required": _("Give the lead a title that colleagues understand.")},
    )
    text = parts.text(_("What is known so far"), required=False)


class Note(forms.Form):
    """What was found out."""

    text = parts.text(_("Note"), error_messages={"required": _("Write the note first.")})


class Close(forms.Form):
    """How a lead ended."""

    outcome = parts.radios(
        _("How did it end?"),
        [(one.value, _(words)) for one, words in leads.OUTCOMES.items()],
        error_messages={"required": _("Say how the lead ended.")},
    )
    text = parts.text(_("Why"), error_messages={"required": _("Say in a sentence why.")})


class Wait(forms.Form):
    """What a lead waits for."""

    text = parts.text(
        _("What does it wait for?"),
        rows=2,
        error_messages={"required": _("Say in a sentence why.")},
    )


class Colleague(forms.Form):
    """Whom to hand it to."""

    to = forms.ChoiceField(label=_("Colleague"))

    def __init__(self, *args: Any, people: Iterable[core.User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ChoiceField", self.fields["to"])
        choice.choices = [(str(one.pk), one.display_name) for one in people]


class Task(forms.Form):
    """What is to be done, by whom, by when."""

    words = parts.line(
        _("What is to be done"), error_messages={"required": _("Say what is to be done.")}
    )
    owner = forms.ChoiceField(label=_("By whom"))
    due_on = parts.day(_("By when"), required=False)

    def __init__(self, *args: Any, people: Iterable[core.User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ChoiceField", self.fields["owner"])
        choice.choices = [(str(one.pk), one.display_name) for one in people]


class Claim(forms.Form):
    """What a lead says, as a claim, with its grade."""

    schema = forms.ChoiceField(label=_("About what"), required=False)
    prop = forms.ChoiceField(label=_("What it says"), required=False)
    value = parts.line(
        _("In words"),
        max_length=1000,
        error_messages={"required": _("Say what the claim says.")},
    )
    reliability = forms.ChoiceField(label=_("How reliable is the source?"))
    credibility = forms.ChoiceField(label=_("How credible is it?"))

    def __init__(
        self,
        *args: Any,
        schemata: Sequence[tuple[str, Any]],
        props: Sequence[tuple[str, Any]],
        grades: tuple[Sequence[tuple[str, Any]], Sequence[tuple[str, Any]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("schema", schemata),
            ("prop", props),
            ("reliability", grades[0]),
            ("credibility", grades[1]),
        ):
            cast("forms.ChoiceField", self.fields[name]).choices = list(choices)
        if not schemata:
            del self.fields["schema"]
        if not props:
            del self.fields["prop"]
