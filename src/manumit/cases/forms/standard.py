"""Coded facts of a person, in the lists of the case data standard."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.cases import htcds, htcds_case
from manumit.cases.forms import parts


class Codes(forms.Form):
    """One list a field; what was chosen at first stays chosen."""

    def __init__(self, *args: Any, said: Mapping[str, htcds.Value], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for known in htcds_case.codable():
            value = said.get(known.name, "")
            chosen = set(value) if isinstance(value, tuple) else {value}
            listed = [
                (code.name, code.label)
                for code in htcds.load().lists[known.codes].values()
                if not (code.only_in and code.part_of) or code.name in chosen
            ]
            if known.kind == "choices":
                self.fields[known.name] = parts.several(
                    known.label, choices=listed, initial=sorted(chosen - {""})
                )
            else:
                self.fields[known.name] = forms.ChoiceField(
                    label=known.label,
                    choices=[("", _("Not said")), *listed],
                    required=False,
                    initial=value,
                )

    def values(self) -> dict[str, htcds.Value]:
        """Return what was chosen, by field."""
        return {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.cleaned_data.items()
        }
