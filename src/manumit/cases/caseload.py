"""How much work each colleague has, with its reasons, and who might take the next case.

Counting cases is unfair: ten quiet ones weigh less than three urgent ones. The weights are data
(data/caseload.toml), dated and sourced; nobody is measured by them, and a person decides.
"""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any
from uuid import UUID


class BadWeights(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names entry, key and cure."""


@dataclass(frozen=True)
class Reason:
    """One thing that makes work: its words and its weight for each."""

    code: str
    label: str
    weight: float
    source: str
    source_status: str


@dataclass(frozen=True)
class Weights:
    """The whole file."""

    reasons: tuple[Reason, ...]
    version: str
    full: float  # the weight at which a colleague has enough


@dataclass(frozen=True)
class Part:
    """What one reason adds to a load."""

    reason: Reason
    count: int

    @property
    def weight(self) -> float:
        """Return the weight of all of them."""
        return self.count * self.reason.weight


@dataclass(frozen=True)
class Load:
    """The work of one colleague, or of one case: never a bare number."""

    parts: tuple[Part, ...] = field(default_factory=tuple)

    @property
    def total(self) -> float:
        """Return the sum of the parts."""
        return round(sum(part.weight for part in self.parts), 1)


def parse(text: str) -> Weights:
    """Read the data file; raises BadWeights that names entry, key and cure."""
    try:
        raw: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadWeights(f"caseload.toml: {error}. Mend the line that is named.") from error
    reasons = []
    for number, entry in enumerate(raw.get("reason", []), 1):
        place = f"reason {number} ({entry.get('code', '?')})"
        for key in ("code", "label", "source", "source_status"):
            if not isinstance(entry.get(key), str):
                raise BadWeights(f"caseload.toml, {place}: “{key}” must be text.")
        weight = entry.get("weight")
        if not isinstance(weight, int | float) or weight < 0:
            raise BadWeights(f"caseload.toml, {place}: “weight” must be 0 or more.")
        reasons.append(Reason(**{**entry, "weight": float(weight)}))
    full = raw.get("full", 0)
    if not reasons or not isinstance(full, int | float) or full <= 0:
        raise BadWeights("caseload.toml: give reasons, and “full” above 0.")
    return Weights(tuple(reasons), str(raw.get("version", "")), float(full))


@functools.cache
def load() -> Weights:
    """Return the weights that come with the product."""
    return parse(resources.files("manumit.cases").joinpath("data/caseload.toml").read_text("utf-8"))


def weigh(counts: Mapping[str, int], weights: Weights | None = None) -> Load:
    """Return the load that these counts make; what is not counted is left out."""
    known = weights or load()
    return Load(tuple(Part(r, counts[r.code]) for r in known.reasons if counts.get(r.code)))


@dataclass(frozen=True)
class Colleague:
    """Somebody who may take cases, and what they have."""

    id: UUID
    load: Load


def suggest(colleagues: Iterable[Colleague], weights: Weights | None = None) -> list[UUID]:
    """Return who might take the next case, the least loaded first.

    Who is full stands at the end and is not left out: a person decides, and somebody must help.
    Equal loads are ordered by identifier, so that the answer is the same each time.
    """
    full = (weights or load()).full
    ordered = sorted(colleagues, key=lambda c: (c.load.total >= full, c.load.total, str(c.id)))
    return [colleague.id for colleague in ordered]


def spread(loads: Iterable[Load]) -> float:
    """Return how far the heaviest load is from the lightest; 0 for fewer than two."""
    totals = [load.total for load in loads]
    return round(max(totals) - min(totals), 1) if len(totals) > 1 else 0.0
