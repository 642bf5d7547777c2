"""The shape of a finding: what the engine says about one person's answers.

Every number and word in it can be traced: the pack by the digest of its bytes, each reason by its
source and the status of that source.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from manumit.indicators import parts


@dataclass(frozen=True, slots=True)
class Reason:
    """One sign, with its weight and where that comes from; observed by the officer or said."""

    indicator: str
    dimension: str
    strength: parts.Strength
    observed: bool
    source: str
    source_status: parts.SourceStatus
    text: parts.Texts


@dataclass(frozen=True, slots=True)
class DimensionFinding:
    """The signs of one dimension, and the clause of its rule they meet ("" when none).

    `decisive`: without the signs of this dimension the outcome would be another.
    """

    id: str
    positive: bool
    strong: int
    medium: int
    weak: int
    unrated: int
    rule: str
    decisive: bool
    titles: parts.Texts

    def title(self, lang: str) -> str:
        """Give the dimension's heading."""
        return self.titles.text(lang)


@dataclass(frozen=True, slots=True)
class Change:
    """The fewest further signs that would give another outcome; or, if the person is a child."""

    answers: tuple[str, ...]
    outcome: str
    if_minor: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a pack says about one person's answers; reasons, never a verdict."""

    pack: str
    version: date
    digest: str
    outcome: str
    titles: parts.Texts
    possible_victim: bool
    urgent: bool
    source: str
    source_status: parts.SourceStatus
    better_pack: str
    dimensions: tuple[DimensionFinding, ...]
    reasons: tuple[Reason, ...]
    rests_on: tuple[str, ...]
    unknown: tuple[str, ...]
    declined: tuple[str, ...]
    unanswered: tuple[str, ...]
    set_aside: tuple[str, ...]
    would_change: tuple[Change, ...]
    settled: bool
    advice: tuple[parts.Advice, ...]

    def title(self, lang: str) -> str:
        """Give the outcome in words."""
        return self.titles.text(lang)

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """Give everything as plain values for JSON, texts in one language."""
        return {
            "pack": {"id": self.pack, "version": str(self.version), "sha256": self.digest},
            "outcome": self.outcome,
            "title": self.title(lang),
            "possible_victim": self.possible_victim,
            "urgent": self.urgent,
            "source": self.source,
            "source_status": self.source_status.value,
            "better_pack": self.better_pack,
            "dimensions": [_dimension_dict(each, lang) for each in self.dimensions],
            "reasons": [_reason_dict(each, lang) for each in self.reasons],
            "rests_on": list(self.rests_on),
            "unknown": list(self.unknown),
            "declined": list(self.declined),
            "unanswered": list(self.unanswered),
            "set_aside": list(self.set_aside),
            "would_change": [
                {"answers": list(c.answers), "outcome": c.outcome, "if_minor": c.if_minor}
                for c in self.would_change
            ],
            "settled": self.settled,
            "advice": [_advice_dict(each, lang) for each in self.advice],
        }


def _dimension_dict(each: DimensionFinding, lang: str) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title(lang),
        "positive": each.positive,
        "strong": each.strong,
        "medium": each.medium,
        "weak": each.weak,
        "unrated": each.unrated,
        "rule": each.rule,
        "decisive": each.decisive,
    }


def _reason_dict(each: Reason, lang: str) -> dict[str, Any]:
    return {
        "indicator": each.indicator,
        "text": each.text.text(lang),
        "dimension": each.dimension,
        "strength": each.strength.value,
        "observed": each.observed,
        "source": each.source,
        "source_status": each.source_status.value,
    }


def _advice_dict(each: parts.Advice, lang: str) -> dict[str, Any]:
    return {
        "id": each.id,
        "text": each.text(lang),
        "need": each.need,
        "within": each.within,
        "source": each.source,
        "source_status": each.source_status.value,
    }
