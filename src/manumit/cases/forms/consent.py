"""Who could be told, what for, and the person's word on it."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from manumit.cases import consent, languages, recipients, texts
from manumit.cases.actions import disclosing
from manumit.cases.forms import parts
from manumit.core.models import Organisation, Unit
from manumit.directory.models import Service

LISTED = "listed"  # a service, organisation or team of the directory
FOUND = 12

# Sharing with a service is asked when the service is chosen, an account when a team asks for it.
ASKED_HERE: tuple[consent.Purpose, ...] = (
    consent.Purpose.SHARE_WITH_PARTNER,
    consent.Purpose.SHARE_ACCOUNT,
    consent.Purpose.HAND_OVER,
    consent.Purpose.SHARE_WITH_AUTHORITY,
)
LONGEST = 300
_TABLES: dict[str, Any] = {"service": Service, "organisation": Organisation, "unit": Unit}


def found(typed: str) -> list[tuple[str, disclosing.Whom]]:
    """Return services, organisations and teams with these words in their name, by `table:id`."""
    rows: list[tuple[str, disclosing.Whom]] = []
    if len(typed) > LONGEST:
        return rows  # no name is so long, and a database refuses such a pattern
    for table, model in _TABLES.items():
        related = [] if model is Organisation else ["organisation"]
        named = model._default_manager.select_related(*related).filter(
            name__icontains=typed.strip()
        )
        rows += [(f"{table}:{row.pk}", row) for row in named.order_by("name", "pk")[:FOUND]]
    return rows[:FOUND]


def picked(value: str) -> disclosing.Whom:
    """Return what `table:id` names; None when there is no such thing."""
    table, _sign, key = value.partition(":")
    model = _TABLES.get(table)
    try:
        related = [] if model in (None, Organisation) else ["organisation"]
        rows = model._default_manager.select_related(*related) if model else None
        row: disclosing.Whom = rows.filter(pk=UUID(key)).first() if rows is not None else None
    except ValueError:
        row = None
    return row


def spoken_classes(names: Sequence[str], said_in: texts.Texts) -> list[tuple[str, str]]:
    """Return kinds of content to choose from: as they are read out, then in the reader's words."""
    asked = []
    for name in names:
        spoken, own = said_in.classes[name], str(_now(consent.CLASS_LABELS[name]))
        asked.append((name, spoken if spoken == own else f"{spoken} ({own})"))
    return asked


class Whom(forms.Form):
    """Which recipient is meant: of the directory, or a body or person by kind and name.

    A name that fits several comes back as a list to choose from.
    """

    kind = parts.radios(_("Who is it?"), ())
    name = parts.line(
        _("Name"),
        help_text=_("Of the service, organisation, office or person."),
        required=False,
        max_length=200,
    )
    pick = forms.ChoiceField(
        label=_("Which one?"), choices=(), required=False, widget=forms.RadioSelect
    )
    KINDS: ClassVar[tuple[recipients.Kind, ...]] = recipients.BY_NAME
    WHOLE: ClassVar[frozenset[str]] = frozenset()  # kinds that need no name

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(LISTED, _("A service, organisation or team in the directory"))]
        named = [(kind.value, _(recipients.LABELS[kind])) for kind in self.KINDS]
        cast("forms.ChoiceField", self.fields["kind"]).choices = known + named
        typed = str(self.data.get(self.add_prefix("name"), "")) if self.is_bound else ""
        listed = self.is_bound and self.data.get(self.add_prefix("kind")) == LISTED
        self.found = found(typed) if listed and typed.strip() else []
        cast("forms.ChoiceField", self.fields["pick"]).choices = [
            (value, disclosing.recipient_of(row).name) for value, row in self.found
        ]
        if len(self.found) < 2:
            del self.fields["pick"]

    def clean(self) -> dict[str, Any]:
        """One recipient must be meant."""
        given = super().clean() or self.cleaned_data
        kind, name = given.get("kind"), str(given.get("name") or "")
        given["recipient"] = None
        if not kind:
            return given
        if not recipients.folded(name):
            return self._without_name(kind, given)
        if kind != LISTED:
            given["recipient"] = recipients.named(kind, name)
        elif len(self.found) == 1:
            given["recipient"] = self.found[0][1]
        elif not self.found:
            self.add_error("name", _("Nothing in the directory has this name."))
        elif given.get("pick"):
            given["recipient"] = picked(given["pick"])
        elif not self.errors.get("pick"):
            self.add_error("pick", _("Several have this name. Choose one."))
        return given

    def _without_name(self, kind: str, given: dict[str, Any]) -> dict[str, Any]:
        if kind not in self.WHOLE:
            self.add_error("name", _("Write who it is."))
        return given


class Never(Whom):
    """Who is never to be told; a kind of authority without a name means all of them."""

    WHOLE = frozenset(kind.value for kind in recipients.WHOLE_KIND)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _(
            "For police, courts, authorities, embassies and media: leave empty to mean all of them. "
            "A person's name is kept locked."
        )


class Purpose(Whom):
    """What is asked, and who would receive it."""

    purpose = parts.radios(_("What would you like to ask the person?"), ())
    field_order = ("purpose", "kind", "name", "pick")
    # offices, whose names anybody may know: a person's name would stand unsealed with the consent
    KINDS = (
        recipients.Kind.POLICE,
        recipients.Kind.PROSECUTION,
        recipients.Kind.AUTHORITY,
        recipients.Kind.EMBASSY,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [(p.value, _(consent.LABELS[p])) for p in ASKED_HERE]
        cast("forms.ChoiceField", self.fields["purpose"]).choices = asked
        self.fields["name"].help_text = _("Of the service or office. Never of a person.")


class Explained(forms.Form):
    """What is explained before somebody says yes or no, in their language; a child's adult too."""

    interpreter = parts.radios(
        _("Is an interpreter helping?"), parts.YES_NO, css=parts.SMALL_INLINE, initial="no"
    )
    told = parts.several(
        _("What you have explained"), help_text=_("A yes counts only when all of this was said.")
    )
    guardian = parts.radios(
        _("The adult who looks after the child agrees to this"),
        parts.YES_NO,
        css=parts.SMALL_INLINE,
    )

    def __init__(self, *args: Any, language: str, own: str, guardian: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts, self.own = texts.of(language), texts.of(own)
        self.direction = languages.direction(self.texts.language)
        told = [(name, self.own.questions[name]) for name in consent.QUESTIONS[1:]]
        cast("forms.MultipleChoiceField", self.fields["told"]).choices = told
        if not guardian:
            del self.fields["guardian"]

    def questions(self) -> list[bool]:
        """Return the seven answers of HTCDS; the first is about an interview, not asked here."""
        told = set(self.cleaned_data["told"])
        return [True, *(name in told for name in consent.QUESTIONS[1:])]

    def check_explained(self, given: dict[str, Any]) -> None:
        """Refuse a yes without the whole explanation: it is no consent."""
        if len(given.get("told", ())) < len(consent.QUESTIONS) - 1:
            self.add_error("told", _("Explain what is missing, then tick it. A no needs nothing."))


class Word(Explained):
    """The person's yes or no to one purpose and one recipient, kind of content by kind."""

    classes = parts.several(
        _("What the person agrees to have told"),
        help_text=_("Ask about each. Only what is ticked goes."),
    )
    agrees = forms.ChoiceField(
        choices=parts.YES_NO, widget=forms.RadioSelect(attrs={"class": parts.SMALL_INLINE})
    )
    field_order = ("withheld", "message", "interpreter", "told", "classes", "agrees", "guardian")

    def __init__(self, *args: Any, purpose: consent.Purpose, recipient: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agrees"].label = self.texts.purpose(purpose, recipient)
        self.own_words = self.own.purpose(purpose, recipient)

    def clean(self) -> dict[str, Any]:
        """A yes without the whole explanation, or to nothing, is not a consent."""
        given = super().clean() or self.cleaned_data
        if "yes" in {given.get("agrees"), given.get("guardian")}:
            self.check_explained(given)
            if "classes" in self.fields and not given.get("classes"):
                self.add_error("classes", _("Tick what the person agrees to have told."))
        return given


class Agree(Word):
    """A word on any purpose that is asked here."""

    def __init__(self, *args: Any, purpose: consent.Purpose, **kwargs: Any) -> None:
        super().__init__(*args, purpose=purpose, **kwargs)
        kinds = consent.offered_classes(purpose)
        asked = spoken_classes(kinds, self.texts)
        cast("forms.MultipleChoiceField", self.fields["classes"]).choices = asked
        self.only = kinds if len(kinds) == 1 else ()
        if self.only:
            del self.fields["classes"]

    def words(self) -> list[tuple[bool, bool]]:
        """Return each word: yes or no, by a guardian or not; the noes first."""
        given = self.cleaned_data
        said = [(given["agrees"] == "yes", False)]
        if "guardian" in given:
            said.append((given["guardian"] == "yes", True))
        return sorted(said)

    def covers(self) -> Sequence[str]:
        """Return the kinds of content that the yes is about."""
        return self.only or self.cleaned_data["classes"]


def labels(classes: Sequence[str]) -> list[str]:
    """Return kinds of content in words, in their order; the envelope only when it is all."""
    found = {n: str(_now(words)) for n, words in consent.CLASS_LABELS.items() if n in classes}
    inside = [words for name, words in found.items() if name not in consent.ENVELOPE]
    if set(classes) - set(consent.CLASS_LABELS):
        inside.append(str(_now("What leaves under no consent")))
    return inside or list(found.values())
