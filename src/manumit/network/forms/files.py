"""What is asked for when a file is brought in: whose word it is, and which column of a table is what."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms import said
from manumit.network import givenfile, schemata, shown, tablemap
from manumit.network.forms import entities

MOST_MAPPING = 100_000  # bytes
LEAVE = "leave"  # of a column: it is not taken in
_SHOWN = 3  # values of a column
_SPLITS = ((";", ";"), (",", ","), ("|", "|"), ("", _("One value in each cell")))


class GiveFile(entities.Said):
    """A file, and whose word it is; the same questions as for what is entered by hand."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "FollowTheMoney entities (JSON lines) or statements (CSV), or any table with headings "
            "(CSV, XLSX). At most 20 megabytes and 20,000 rows."
        ),
        error_messages={"required": _("Choose the file.")},
    )
    accepted = None  # type: ignore[assignment]  # what a source says of many is taken as it stands

    def __init__(self, *args: Any, lost: bool = False, **kwargs: Any) -> None:
        """`lost`: the file was too large even to arrive."""
        super().__init__(*args, **kwargs)
        if lost:
            self.fields["file"].error_messages["required"] = said(givenfile.too_large())
        self.fields["source"].help_text = _(
            "A newer file of the same source ends what it no longer says."
        )
        self.fields["new_title"].help_text = _(
            "A document, a page, a cover name. Sealed. Left empty: the name of the file."
        )

    def how(self) -> list[forms.BoundField]:
        """Return the fields for how good it is, who may see it, and its day."""
        return [self[name] for name in ("credibility", "handling", "on")]

    def clean_file(self) -> tuple[str, bytes]:
        """Return the name and the bytes; refuse what is too large before it is read."""
        given = self.cleaned_data["file"]
        if given.size > givenfile.MOST_BYTES:
            raise forms.ValidationError(said(givenfile.too_large()))
        return str(given.name), given.read()

    def clean(self) -> dict[str, Any]:
        """A new source without a title is called like its file."""
        given = self.cleaned_data
        if not given.get("new_title") and given.get("source") == entities.NEW:
            name, _data = given.get("file") or ("–", b"")  # without one only that is said
            given["new_title"] = PurePath(name).stem[:200] or "–"
        return super().clean()


class Columns(forms.Form):
    """Which column is what; or a mapping that somebody wrote."""

    def __init__(self, *args: Any, seen: givenfile.Columns, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = seen
        choices = _meanings(seen.schema)
        for number, heading in enumerate(seen.headings):
            self.fields[f"c{number}"] = forms.ChoiceField(
                label=shown.safely(heading),
                help_text=_sample(seen, number),
                choices=choices,
                initial=seen.seem.get(heading, LEAVE),
            )
        self.fields["split"] = forms.ChoiceField(
            label=_("What parts several values in one cell"),
            choices=_SPLITS,
            required=False,
            initial=seen.split,
        )
        self.fields["mapping"] = forms.FileField(
            label=_("A mapping file (TOML)"),
            required=False,
            help_text=_(
                "Instead of the choices above, for rows that make several entities or relations. "
                "What it says is in the manual, at Who is responsible."
            ),
        )

    def columns(self) -> list[forms.BoundField]:
        """Return the fields of the columns."""
        return [self[f"c{number}"] for number in range(len(self.seen.headings))]

    def clean_mapping(self) -> str:
        """Return the text of a mapping file; "" where none was given."""
        given = self.cleaned_data["mapping"]
        if not given:
            return ""
        try:
            if given.size > MOST_MAPPING:
                raise forms.ValidationError(_("The mapping is larger than any that is needed."))
            text = given.read().decode("utf-8-sig")
            tablemap.parse(text)
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The mapping is no text in UTF-8.")) from None
        except tablemap.BadMapping as problem:
            raise forms.ValidationError(str(problem)) from problem
        return str(text)

    def clean(self) -> dict[str, Any]:
        """Something has to be made."""
        told: dict[str, Any] = super().clean() or {}
        given = told.get("mapping") or "mapping" in self.errors
        reason = "" if given else givenfile.why_no_mapping(self._meant().values())
        if reason:
            self.add_error(None, said(reason))
        return told

    def _meant(self) -> Mapping[str, str]:
        told = self.cleaned_data
        chosen = [told.get(f"c{number}", LEAVE) for number in range(len(self.seen.headings))]
        return {h: "" if c == LEAVE else c for h, c in zip(self.seen.headings, chosen, strict=True)}

    def text(self) -> str:
        """Return the mapping that was chosen or given."""
        told = self.cleaned_data
        if told["mapping"]:
            return cast("str", told["mapping"])
        return givenfile.mapping(self.seen.schema, self._meant(), told["split"])


def _sample(seen: givenfile.Columns, number: int) -> str:
    """Return the first values of a column, safely."""
    values = dict.fromkeys(row[number].strip()[:60] for row in seen.sample)
    return " · ".join([shown.safely(one) for one in values if one][:_SHOWN])


def _meanings(schema: str) -> list[tuple[Any, Any]]:
    """Return what a column of rows of this kind can be, what is asked for by hand first."""
    props = {
        name: _(one.label)
        for name, one in schemata.schema(schema).props.items()
        if one.type != "entity" and not one.hidden
    }
    first = [name for name in entities.ASKED.get(schema, ()) if name in props]
    rest = sorted((n for n in props if n not in first), key=lambda n: str(props[n]))
    return [
        (LEAVE, _("Leave it out")),
        (givenfile.KEY, _("Tells one row from another")),
        (_("Often"), [(name, props[name]) for name in first]),
        (_("Also"), [(name, props[name]) for name in rest]),
    ]
