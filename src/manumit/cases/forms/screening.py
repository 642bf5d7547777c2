"""What is asked for during a screening. A page that is sent saves all that is on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from manumit.cases import consent, interview, languages, reference, telling, texts
from manumit.cases.forms import parts
from manumit.directory import codes
from manumit.indicators import answers, engine

ANSWERS = (
    (engine.Answer.YES.value, _("Yes")),
    (engine.Answer.NO.value, _("No")),
    (engine.Answer.UNKNOWN.value, _("Does not know")),
    (engine.Answer.DECLINED.value, _("Does not want to say")),
)
MINOR = {"yes": True, "no": False, "unknown": None, "": None}


def spoken() -> list[tuple[str, Any]]:
    """Return the languages to choose from: those with texts of their own first."""
    own = [(code, languages.name(code)) for code in languages.NAMES if code in texts.load()]
    rest = [(code, languages.name(code)) for code in languages.NAMES if code not in texts.load()]
    return [
        (str(_now("The page has this language")), own),
        (str(_now("With an interpreter")), rest),
    ]


def nationalities() -> list[tuple[str, str]]:
    """Return countries by name, for a choice that may be left open."""
    named = sorted(((c, t["en"]) for c, t in codes.COUNTRIES.items()), key=lambda pair: pair[1])
    return [("", str(_now("Not known, or prefers not to say"))), *named]


class Under18(forms.Form):
    """Whether the rules for children apply, and who answers for the child."""

    under_18 = parts.radios(_("Is the person under 18?"), parts.UNDER_18)
    guardian = parts.radios(
        _("If under 18: is there an adult who looks after the child?"),
        parts.GUARDIAN,
        required=False,
    )

    @property
    def minor(self) -> bool | None:
        """Return the answer as the rules have it."""
        return MINOR[self.cleaned_data["under_18"]]

    def clean(self) -> dict[str, Any]:
        """A child needs a word on who looks after them."""
        given = super().clean() or self.cleaned_data
        if given.get("under_18") == "yes" and not given.get("guardian"):
            self.add_error("guardian", _("Say who looks after the child."))
        if given.get("under_18") != "yes":
            given["guardian"] = ""
        return given


class Start(Under18):
    """The language of the talk, and whether it is with a child."""

    language = forms.ChoiceField(
        label=_("Which language does the person want to speak?"), choices=spoken
    )
    met_at = parts.instant(
        _("If you met the person earlier: when?"),
        help_text=_("Leave empty for now. All time limits count from this moment."),
        required=False,
    )
    reference = parts.line(
        _("If the person carries a reference: which?"),
        help_text=_("Such as BC-2345. Then somebody has talked with them already."),
        width=10,
        max_length=20,
        required=False,
    )
    why_again = parts.radios(
        _("Why does the person have to be asked again?"),
        [(why.value, _(words)) for why, words in telling.WHY_LABELS.items()],
        required=False,
    )
    field_order = ("language", "under_18", "guardian", "met_at", "reference", "why_again")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_reference(self) -> str:
        """Return the reference as it is written, or nothing."""
        typed = str(self.cleaned_data["reference"]).strip()
        tidy = reference.tidy(typed)
        if typed and not tidy:
            raise forms.ValidationError(_("This is not a reference. It looks like BC-2345."))
        return tidy

    def clean_met_at(self) -> datetime | None:
        """Refuse a time to come."""
        met_at: datetime | None = self.cleaned_data["met_at"]
        if met_at is not None and met_at > self.now:
            raise forms.ValidationError(_("This time is still to come."))
        return met_at


class Consents(forms.Form):
    """What was explained, and the person's yes or no to each purpose."""

    interpreter = parts.radios(
        _("Is an interpreter helping?"), parts.YES_NO, css=parts.SMALL_INLINE, initial="no"
    )
    interpreter_name = parts.line(
        _("Name of the interpreter"),
        help_text=_("Kept locked, like the person's own name."),
        required=False,
    )
    told = parts.several(
        _("What you have explained"), help_text=_("A yes counts only when all of this was said.")
    )

    def __init__(self, *args: Any, language: str, own: str, guardian: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts, self.own = texts.of(language), texts.of(own)
        self.direction = languages.direction(self.texts.language)
        told = [(name, self.own.questions[name]) for name in consent.QUESTIONS[1:]]
        cast("forms.MultipleChoiceField", self.fields["told"]).choices = told
        self.guardian = guardian
        for purpose in consent.AT_SCREENING:
            self.fields[purpose.value] = parts.radios(
                self.texts.purpose(purpose), parts.YES_NO, css=parts.SMALL_INLINE
            )
            if guardian:
                self.fields[f"guardian_{purpose.value}"] = parts.radios(
                    _("The adult who looks after the child agrees to this"),
                    parts.YES_NO,
                    css=parts.SMALL_INLINE,
                )

    def purposes(self) -> list[dict[str, Any]]:
        """Return each purpose: its field, the words in both languages, the guardian's field."""
        return [
            {
                "field": self[p.value],
                "words": self.texts.purpose(p),
                "own": self.own.purpose(p),
                "guardian": self[f"guardian_{p.value}"] if self.guardian else None,
            }
            for p in consent.AT_SCREENING
        ]

    def questions(self) -> list[bool]:
        """Return the seven answers of HTCDS."""
        told = set(self.cleaned_data["told"])
        agrees = self.cleaned_data[consent.Purpose.INTERVIEW.value] == "yes"
        return [agrees, *(name in told for name in consent.QUESTIONS[1:])]

    def words(self) -> list[tuple[consent.Purpose, bool, bool]]:
        """Return every word given: purpose, yes or no, by a guardian or not."""
        given = self.cleaned_data
        found = [(p, given[p.value] == "yes", False) for p in consent.AT_SCREENING]
        if self.guardian:
            found += [
                (p, given[f"guardian_{p.value}"] == "yes", True) for p in consent.AT_SCREENING
            ]
        return found

    def clean(self) -> dict[str, Any]:
        """A yes without the whole explanation is not a consent."""
        given = super().clean() or self.cleaned_data
        yes = any(
            given.get(name) == "yes"
            for p in consent.AT_SCREENING
            for name in (p.value, f"guardian_{p.value}")
        )
        if yes and len(given.get("told", ())) < len(consent.QUESTIONS) - 1:
            self.add_error("told", _("Explain what is missing, then tick it. A no needs nothing."))
        return given


class Person(forms.Form):
    """Who the person is, as far as they want to say."""

    name = parts.line(
        _("Name"), help_text=_("Any name the person wants to be called by."), required=False
    )
    also_called = parts.line(_("Other names or spellings"), required=False)
    age = parts.age()
    sex = parts.radios(_("Sex"), parts.SEX, required=False)
    nationality = forms.ChoiceField(label=_("Nationality"), choices=nationalities, required=False)
    place = parts.line(
        _("Where the person is now"), help_text=_("A town or camp is enough."), required=False
    )
    contact = parts.line(_("A way to reach the person"), required=False)
    safe_contact = parts.text(
        _("How to make contact safely"),
        rows=2,
        help_text=_("Such as: only in the morning; never leave a message."),
        required=False,
    )
    guardian = Under18.base_fields["guardian"]
    NAMING = ("name", "also_called", "contact", "safe_contact")

    def __init__(self, *args: Any, may_name: bool, minor: bool | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minor = minor
        if not may_name:
            for name in self.NAMING:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """An age under 18 makes the talk one with a child."""
        given = super().clean() or self.cleaned_data
        age = given.get("age")
        child = age < answers.ADULT_AT if age is not None else self.minor
        if child and not given.get("guardian"):
            self.add_error("guardian", _("The person is under 18: say who looks after them."))
        if not child:
            given["guardian"] = ""
        return given

    def values(self) -> dict[str, Any]:
        """Return what is sealed, by the name of its column."""
        return {name: v for name, v in self.cleaned_data.items() if name != "guardian"}


class Ask(forms.Form):
    """The questions of one page, and apart from them what the officer saw."""

    def __init__(
        self,
        *args: Any,
        shown: Sequence[interview.Question],
        language: str,
        own: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shown, self.language, self.own = shown, language, own
        for question in shown:
            words = question.indicator.question(language)
            seen = question.answer is engine.Answer.OBSERVED
            if question.asked:
                self.fields[question.name] = parts.radios(
                    words,
                    ANSWERS,
                    css=parts.SMALL_INLINE,
                    required=False,
                    initial="" if seen or not question.answer else question.answer.value,
                )
            if question.indicator.observable:
                self.fields[self._seen(question)] = forms.BooleanField(
                    label=question.indicator.text(own), required=False, initial=seen
                )

    @staticmethod
    def _seen(question: interview.Question) -> str:
        return f"seen:{question.name}"

    def asked(self) -> list[dict[str, Any]]:
        """Return the questions to ask: field, the words to say, and the officer's own."""
        return [self._ask(q) for q in self.shown if q.asked]

    def _ask(self, question: interview.Question) -> dict[str, Any]:
        said_in = question.indicator.questions.language(self.language)
        return {
            "field": self[question.name],
            "words": question.indicator.question(self.language),
            "own": question.indicator.question(self.own),
            "words_in": said_in,
            "words_direction": languages.direction(said_in),
        }

    def seen(self) -> list[Any]:
        """Return the fields of what an officer can see."""
        return [self[self._seen(q)] for q in self.shown if q.indicator.observable]

    def answers(self) -> dict[str, dict[str, str]]:
        """Return answers by pack and indicator; "" takes one back, what never was is left out."""
        found: dict[str, dict[str, str]] = {}
        for q in self.shown:
            seen = self.cleaned_data.get(self._seen(q), False)
            said = self.cleaned_data.get(q.name, "")
            value = engine.Answer.OBSERVED.value if seen else said
            if value != (q.answer.value if q.answer else ""):
                found.setdefault(q.pack, {})[q.indicator.id] = value
        return found


class Finish(forms.Form):
    """The end of a talk."""

    observations = parts.text(
        _("What you noticed yourself"),
        help_text=_("What you saw and heard, not what you think of it. Kept apart from answers."),
        required=False,
    )
    officer_asks = forms.BooleanField(
        label=_("Open a case anyway: I am worried about this person"), required=False
    )


class More(forms.Form):
    """Optional sets of questions."""

    added = parts.several(_("More questions"))

    def __init__(self, *args: Any, optional: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["added"]).choices = list(optional)


class Stop(forms.Form):
    """The person wants to end the talk."""

    note = parts.text(
        _("Anything to remember"), help_text=_("Not why: nobody has to say why."), required=False
    )
