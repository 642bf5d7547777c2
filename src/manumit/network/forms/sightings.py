"""What is asked for when somebody reports a sighting: little, and in an order that a telephone suits."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core import models as core
from manumit.core.forms import parts, said
from manumit.network import claims, sightings


class Report(forms.Form):
    """Who or what was seen, where, when, how it was learnt, how sure it is."""

    subject = parts.radios(
        _("Who or what was seen?"),
        [(one.value, _(words)) for one, words in sightings.SUBJECTS.items()],
        error_messages={"required": _("Choose who or what was seen.")},
    )
    words = parts.line(
        _("Name, number plate, number or description"),
        max_length=300,
        error_messages={"required": _("Say who or what was seen.")},
    )
    place = parts.line(
        _("Where"),
        required=False,
        help_text=_("A village, a street, a crossing, an address online."),
    )
    area = parts.line(_("District or province"), required=False)
    point = parts.line(
        _("Coordinates, if you have them"),
        required=False,
        help_text=_("As a map shows them, such as 36.2021, 37.1343."),
        width=10,
    )
    seen_at = parts.instant(_("When"), required=False)
    precision = forms.ChoiceField(
        label=_("How exactly is the time known?"),
        choices=[(one.value, _(words)) for one, words in sightings.PRECISIONS.items()],
        initial=sightings.Precision.HOUR.value,
    )
    way = parts.radios(
        _("How do you know?"),
        [(one.value, _(words)) for one, words in sightings.WAYS.items()],
        error_messages={"required": _("Choose how you know.")},
    )
    certainty = parts.radios(
        _("How sure is it?"),
        [
            (str(claims.Certainty.POSSIBLE.value), _("Possible")),
            (str(claims.Certainty.LIKELY.value), _("Likely")),
        ],
        error_messages={"required": _("Say how sure it is.")},
    )
    more = parts.text(_("Anything else about it"), required=False, max_length=2000)
    page = forms.FileField(
        label=_("A page or picture, as it stands"),
        required=False,
        help_text=_("PDF, PNG, JPEG or HTML, at most 20 MB. It is kept whole, as evidence."),
    )
    address = parts.line(_("Its address, if it is online"), required=False, max_length=2000)
    unit = forms.ChoiceField(
        label=_("Who shall read it"),
        help_text=_("Only this unit can open it."),
        error_messages={"required": _("Choose who shall read it.")},
    )
    names_nobody = forms.BooleanField(
        label=_("I name nobody here who may have been exploited or held, nor their family."),
        error_messages={
            "required": _(
                "Take out every name of somebody who may have been exploited, and say so."
            )
        },
    )

    def __init__(self, *args: Any, units: Sequence[core.Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ChoiceField", self.fields["unit"])
        choices = [(str(one.pk), f"{one.name}, {one.organisation.name}") for one in units]
        choice.choices = choices if len(choices) == 1 else [("", ""), *choices]

    def clean_point(self) -> tuple[float, float] | None:
        """Read the coordinates."""
        text = self.cleaned_data["point"].strip()
        if not text:
            return None
        found = sightings.point(text)
        if found is None:
            raise forms.ValidationError(_("Give latitude and longitude, such as 36.2021, 37.1343."))
        return found

    def clean_page(self) -> bytes | None:
        """Read the file, and refuse what is not taken."""
        given = self.cleaned_data["page"]
        return read_page(given) if given else None


class Capture(forms.Form):
    """One more page to keep."""

    page = forms.FileField(
        label=_("A page or picture, as it stands"),
        help_text=_("PDF, PNG, JPEG or HTML, at most 20 MB. It is kept whole, as evidence."),
        error_messages={"required": _("Choose the file.")},
    )
    address = parts.line(_("Its address, if it is online"), required=False, max_length=2000)

    def clean_page(self) -> bytes:
        """Read the file, and refuse what is not taken."""
        return read_page(self.cleaned_data["page"])


class TakeUp(forms.Form):
    """The title of the lead that a report becomes."""

    title = parts.line(
        _("What is to be found out?"),
        error_messages={"required": _("Give the lead a title that colleagues understand.")},
    )


def read_page(given: Any) -> bytes:
    """Return the bytes of a file that may be kept; raises ValidationError."""
    if given.size > sightings.MOST_BYTES:
        raise forms.ValidationError(_("The file is larger than 20 MB."))
    content = bytes(given.read())
    if reason := sightings.why_not_page(content):
        raise forms.ValidationError(said(reason))
    return content
