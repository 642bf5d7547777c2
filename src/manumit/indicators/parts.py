"""The shapes a pack is made of.

A pack is read once and never changed; `Pack.digest` is what an assessment stores beside its answers
so that a finding can always be traced to the very bytes that made it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from manumit.indicators import answers, measures, rule

LANGUAGES = ("en", "fr", "ar", "ckb")


class Strength(StrEnum):
    """How much one sign weighs; "unrated" where the source gives no weight."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"
    UNRATED = "unrated"


STRENGTHS = tuple(Strength)


class SourceStatus(StrEnum):
    """How well the source was checked: read itself, read through others, or still to be read."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    PENDING = "pending"


class Kind(StrEnum):
    """What a pack is asked about."""

    TRIAGE = "triage"
    CONTEXT = "context"
    SCREENING = "screening"
    SITE = "site"
    FINANCE = "finance"
    AREA = "area"
    EXERCISE = "exercise"
    READINESS = "readiness"


class AskAs(StrEnum):
    """Who fills a dimension in: asked of the person, or ticked by the officer from what is known."""

    PERSON = "person"
    OFFICER = "officer"


class Translation(StrEnum):
    """How far a translation was checked by a speaker who knows the field."""

    DRAFT = "draft"
    REVIEWED = "reviewed"


class Ages(StrEnum):
    """Whom a pack was written for."""

    ADULT = "adult"
    CHILD = "child"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in several languages; English is always there and stands in for a missing one."""

    by_language: Mapping[str, str]

    def text(self, lang: str) -> str:
        """Give the text in a language, or in English."""
        return self.by_language.get(lang) or self.by_language.get("en", "")

    def language(self, lang: str) -> str:
        """Say in which language `text` answers, for the page's lang and dir."""
        return lang if self.by_language.get(lang) else "en"


Counts = tuple[int, int, int, int]
"""Signs by strength, in the order of STRENGTHS."""


@dataclass(frozen=True, slots=True)
class Clause:
    """At least so many signs of each strength; `any_strength` counts all of them."""

    least: Counts
    any_strength: int = 0

    def met(self, counts: Counts) -> bool:
        """Say whether these counts are enough."""
        return sum(counts) >= self.any_strength and all(
            have >= need for have, need in zip(counts, self.least, strict=True)
        )

    def __str__(self) -> str:
        parts = [f"{n} {s.value}" for n, s in zip(self.least, STRENGTHS, strict=True) if n]
        if self.any_strength:
            parts.append(f"{self.any_strength} of any strength")
        return " + ".join(parts)


@dataclass(frozen=True, slots=True)
class CountingRule:
    """A named rule: met when one of its clauses is."""

    id: str
    any_of: tuple[Clause, ...]
    source: str = ""
    source_status: SourceStatus = SourceStatus.PENDING

    def clause(self, counts: Counts) -> Clause | None:
        """Give the first clause these counts meet."""
        return next((clause for clause in self.any_of if clause.met(counts)), None)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A group of indicators that are counted together by one rule."""

    id: str
    titles: Texts
    rule: str
    ask_as: AskAs = AskAs.PERSON
    against: bool = False
    """Whether its signs speak against the finding (an ordinary payroll, say)."""

    def title(self, lang: str) -> str:
        """Give the heading in a language."""
        return self.titles.text(lang)


@dataclass(frozen=True, slots=True)
class Applicability:
    """Whom an indicator fits: ages in full years, and tags that must or must not be set."""

    min_age: int = 0
    max_age: int = answers.OLDEST
    tags: frozenset[str] = frozenset()
    not_tags: frozenset[str] = frozenset()

    def fits(self, context: answers.Context) -> bool:
        """Say whether it fits; where the age is not known it does, so that the question is asked."""
        youngest, oldest = context.years()
        return (
            youngest <= self.max_age
            and oldest >= self.min_age
            and self.tags <= context.tags
            and not self.not_tags & context.tags
        )


@dataclass(frozen=True, slots=True)
class Indicator:
    """One sign: its name, the question an officer can ask, its weight and where that comes from."""

    id: str
    dimension: str
    strength: Strength
    names: Texts
    questions: Texts
    source: str
    source_status: SourceStatus
    applicability: Applicability = Applicability()
    observable: bool = False
    measure: measures.Node | None = None
    """Which facts are this sign; None for a question that only a person can answer."""

    def text(self, lang: str) -> str:
        """Give the indicator's name."""
        return self.names.text(lang)

    def question(self, lang: str) -> str:
        """Give the question to ask; yes is always the sign."""
        return self.questions.text(lang)

    def applies(self, context: answers.Context) -> bool:
        """Say whether this indicator fits the person."""
        return self.applicability.fits(context)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a finding can be; the first one in the pack whose condition holds is it."""

    code: str
    titles: Texts
    when: rule.Node
    possible_victim: bool = False
    urgent: bool = False
    source: str = ""
    source_status: SourceStatus = SourceStatus.PENDING

    def title(self, lang: str) -> str:
        """Give the outcome in words."""
        return self.titles.text(lang)


@dataclass(frozen=True, slots=True)
class Advice:
    """What follows from a finding: words, a need (service type) and how soon."""

    id: str
    texts: Texts
    when: rule.Node | None
    outcomes: frozenset[str]
    need: str = ""
    within: str = ""
    source: str = ""
    source_status: SourceStatus = SourceStatus.PENDING

    def text(self, lang: str) -> str:
        """Give the advice in words."""
        return self.texts.text(lang)


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: answers, and the finding they must give."""

    title: str
    context: answers.Context
    answers: Mapping[str, answers.Answer]
    outcome: str
    positive: frozenset[str] | None = None
    advice: frozenset[str] | None = None
    facts: Mapping[str, measures.Value] | None = None
    country: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that measures compare with; other countries may have another one."""

    id: str
    default: int | float
    by_country: Mapping[str, int | float]
    source: str = ""
    source_status: SourceStatus = SourceStatus.PENDING

    def of(self, country: str) -> int | float:
        """Give the number that holds in a country ("" for none in particular)."""
        return self.by_country.get(country, self.default)


@dataclass(frozen=True, slots=True)
class Money:
    """What a financial pack is about, and as what an alert names whom.

    `about` is "account" or "shape"; `holder`, `payers` and `payees` are parts in an alert ("" leaves
    payers or payees out of it).
    """

    about: str = "account"
    holder: str = "holder"
    payers: str = ""
    payees: str = ""


@dataclass(frozen=True, eq=False)
class Pack:
    """A dated, sourced set of indicators with the rules that weigh them."""

    id: str
    version: date
    titles: Texts
    kind: Kind
    ages: Ages
    instead: str
    translation_status: Mapping[str, str]
    notes: Texts
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    rules: Mapping[str, CountingRule]
    outcomes: tuple[Outcome, ...]
    advice: tuple[Advice, ...]
    examples: tuple[Example, ...]
    source: str
    source_status: SourceStatus
    digest: str
    by_id: Mapping[str, Indicator] = field(repr=False)
    levels: Mapping[str, tuple[str, ...]] = field(repr=False)
    """By dimension: the rules its counts are held against, its own first."""
    limits: Mapping[str, Limit] = field(default_factory=dict)
    money: Money = Money()

    def title(self, lang: str) -> str:
        """Give the pack's name."""
        return self.titles.text(lang)

    def note(self, lang: str) -> str:
        """Give what a reader must know before trusting the pack; may be empty."""
        return self.notes.text(lang)

    def dimension(self, dimension_id: str) -> Dimension:
        """Give one dimension; KeyError when there is none."""
        for dimension in self.dimensions:
            if dimension.id == dimension_id:
                return dimension
        raise KeyError(dimension_id)

    def outcome(self, code: str) -> Outcome:
        """Give one outcome; KeyError when there is none."""
        for outcome in self.outcomes:
            if outcome.code == code:
                return outcome
        raise KeyError(code)

    def limits_in(self, country: str) -> dict[str, measures.Value]:
        """Give the limits that hold in a country, by name."""
        return {name: each.of(country) for name, each in self.limits.items()}

    def measured(
        self, facts: Mapping[str, measures.Value], country: str = ""
    ) -> dict[str, answers.Answer]:
        """Answer every indicator that can be measured from these facts; the others stay open."""
        limit = self.limits_in(country)
        words = {True: answers.Answer.YES, False: answers.Answer.NO, None: answers.Answer.UNKNOWN}
        return {
            each.id: words[measures.holds(each.measure, facts, limit)]
            for each in self.indicators
            if each.measure is not None
        }

    def applicable(self, context: answers.Context) -> tuple[Indicator, ...]:
        """Give the indicators that fit this person, in the pack's order."""
        return tuple(each for each in self.indicators if each.applies(context))

    def why_not(self, context: answers.Context) -> str:
        """Say why another pack fits this person better; "" when this one fits."""
        minor = context.is_minor
        other = f' Use the pack "{self.instead}".' if self.instead else ""
        if self.ages is Ages.ADULT and minor:
            return f"This pack is for adults and the person is under 18.{other}"
        if self.ages is Ages.CHILD and minor is False:
            return f"This pack is for children and the person is 18 or older.{other}"
        return ""
