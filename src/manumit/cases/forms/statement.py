"""For whom a statement is, and in which languages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from manumit.cases import languages, nationality_law, statement
from manumit.cases.forms import parts


def states() -> list[tuple[str, str]]:
    """Return every State and place by name, in the reader's language."""
    language = (get_language() or "en").split("-")[0]
    named = [(code, statement.country(code, language)) for code in nationality_law.states()]
    return sorted(named, key=lambda pair: pair[1])


def one_state(label: Any, **kwargs: Any) -> forms.ChoiceField:
    """Return a choice of one State, empty at first."""
    return forms.ChoiceField(label=label, choices=lambda: [("", ""), *states()], **kwargs)


def one_language(label: Any, **kwargs: Any) -> forms.ChoiceField:
    """Return a choice of a language in which papers can be printed."""
    known = [(code, languages.name(code)) for code in statement.LANGUAGES]
    return parts.radios(label, known, css=parts.SMALL_INLINE, **kwargs)


class Statement(forms.Form):
    """One statement; the authority is one that the person said yes to."""

    agreed = parts.radios(_("For which authority?"), ())
    state = one_state(_("Of which State?"))
    language = one_language(_("Language of the authority"))
    second_language = one_language(
        _("Second language"), help_text=_("For example the person's own.")
    )
    with_name = forms.BooleanField(
        label=_("Print the name"),
        help_text=_("Without it there is a line to write on by hand."),
        required=False,
    )

    def __init__(self, *args: Any, agreed: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].choices = list(agreed)  # type: ignore[attr-defined]
