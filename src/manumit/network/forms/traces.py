"""What is asked for on the pages that look across cases."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from manumit.core import traces as rules
from manumit.core.forms import parts, said

OTHER = "other"
SMALL = "govuk-radios--small"

# Which properties of an entity can be met across cases (FollowTheMoney's names).
OFFERED: dict[str, rules.Kind] = {
    "phone": rules.Kind.PHONE,
    "email": rules.Kind.EMAIL,
    "website": rules.Kind.ONLINE,
    "registrationNumber": rules.Kind.PLATE,
    "accountNumber": rules.Kind.ACCOUNT,
    "iban": rules.Kind.ACCOUNT,
    "publicKey": rules.Kind.ACCOUNT,
    "full": rules.Kind.PLACE,
    "name": rules.Kind.CALLED,
    "alias": rules.Kind.CALLED,
    "weakAlias": rules.Kind.CALLED,
}


def offered(schema: str, known: Sequence[tuple[str, str]]) -> list[tuple[rules.Kind, str]]:
    """Return what of an entity's (property, value) can be looked for, each once."""
    found = {}
    for prop, value in known:
        kind = OFFERED.get(prop)
        if kind is rules.Kind.PLATE and schema != "Vehicle":
            continue  # a company has a registration number too
        if kind and not rules.why_not_value(kind, value):
            found[kind, rules.normal(kind, value)] = (kind, value)
    return list(found.values())


class Look(forms.Form):
    """One identifier of an entity, and why one looks."""

    pick = parts.radios(_("What to look for"), (), css=SMALL)
    kind = parts.radios(
        _("What is it?"), [(k.value, _(rules.LABELS[k])) for k in rules.Kind], required=False,
        css=SMALL,
    )  # fmt: skip
    value = parts.line(_("As it is known"), required=False, max_length=200)
    reason = parts.line(
        _("Why you look"),
        help_text=_("A few words. They stay with your register, and that you looked is on record."),
        max_length=300,
        width=30,
    )

    def __init__(
        self, *args: Any, known: Sequence[tuple[rules.Kind, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = list(known)
        if not self.known:
            del self.fields["pick"]
            return
        named = [
            (str(number), f"{_now(rules.LABELS[kind])}: {value}")
            for number, (kind, value) in enumerate(self.known)
        ]
        pick = cast("forms.ChoiceField", self.fields["pick"])
        pick.choices = [*named, (OTHER, _("Something else, which I write below"))]

    def clean(self) -> dict[str, Any]:
        """What is looked for is one value that can be compared."""
        given = super().clean() or self.cleaned_data
        pick = given.pop("pick", OTHER)
        if pick != OTHER:
            given["kind"], given["value"] = self.known[int(pick)]
        reason = rules.why_not_value(given.get("kind") or "", given.get("value") or "")
        if reason and not self.errors:
            self.add_error("value" if given.get("kind") else "kind", said(reason))
        return given


class Ask(forms.Form):
    """On which ground to ask, and what for; whoever holds such cases is asked, and not named."""

    basis = parts.radios(
        _("On which ground"), [(b.value, _(rules.BASES[b])) for b in rules.Basis], css=SMALL
    )
    wanted = parts.text(
        _("What you would like to know, and what for"),
        help_text=_(
            "The team asks the people again where that is needed. Never ask who they are, or where."
        ),
        max_length=1000,
    )
