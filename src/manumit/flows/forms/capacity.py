"""What is asked for in the register of help between units, and about statistics."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms import language, parts
from manumit.directory import codes
from manumit.flows import capacity
from manumit.flows.actions import moneystatistics

NO_NAMES = _("About bodies, not about people: no names.")


class Add(forms.Form):
    """A request for help, or an offer of it."""

    kind = parts.radios(
        _("What is it?"), [(k.value, _(label)) for k, label in capacity.KINDS.items()]
    )
    body = parts.line(_("Which unit or body?"))
    country = forms.ChoiceField(label=_("Country"), required=False)
    topic = parts.radios(
        _("What is it about?"), [(t.value, _(label)) for t, label in capacity.TOPICS.items()]
    )
    about = parts.text(_("In a few words"), help_text=NO_NAMES, max_length=1000)
    until = parts.day(_("Until when is it wanted or there?"), required=False)
    next_step = parts.line(_("What comes next?"), max_length=300)
    next_on = parts.day(_("By which day?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = language()
        named = [
            (code, names.get(spoken) or names["en"]) for code, names in codes.COUNTRIES.items()
        ]
        choices = [("", _("Not said")), *sorted(named, key=lambda pair: pair[1])]
        self.fields["country"].choices = choices  # type: ignore[attr-defined]


class Move(forms.Form):
    """Where it stands now, and what comes next."""

    state = parts.radios(_("Where does it stand?"), ())
    match = forms.ChoiceField(label=_("Matched with"), required=False)
    next_step = parts.line(_("What comes next?"), max_length=300, required=False)
    next_on = parts.day(_("By which day?"), required=False)
    note = parts.text(_("What happened"), help_text=NO_NAMES, required=False, max_length=1000)

    def __init__(
        self, *args: Any, states: Sequence[Any], matches: Sequence[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        if matches:
            choices = [("", _("Nothing")), *matches]
            self.fields["match"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["match"]


class Count(forms.Form):
    """What is counted, and along what."""

    year = forms.ChoiceField(label=_("Year"))
    what = forms.ChoiceField(
        label=_("What is counted"),
        choices=[
            (moneystatistics.What.FOUND.value, _("Alerts found")),
            (moneystatistics.What.REPORTED.value, _("Alerts reported")),
            (moneystatistics.What.VICTIMS.value, _("Alerts in which somebody may be a victim")),
        ],
    )
    along = forms.ChoiceField(
        label=_("Along"),
        choices=[
            (moneystatistics.By.PERIOD.value, _("Quarters")),
            (moneystatistics.By.CORRIDOR.value, _("Corridors")),
        ],
    )

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(str(y), str(y)) for y in years]  # type: ignore[attr-defined]
