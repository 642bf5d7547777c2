"""Which norms protect a presumed victim from punishment, and whether one binds a State.

Dated data with sources (data/norms.toml). Where the data do not say whether a State is bound, the answer
is "not determined", never a guess.
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

LANGUAGES: tuple[str, ...] = ("en", "fr", "ar", "ckb")
STATUSES: tuple[str, ...] = ("verified", "secondary", "pending")


class Applies(StrEnum):
    """Whether a norm is addressed to a State, or binds it."""

    YES = "yes"
    NO = "no"
    NOT_DETERMINED = "not determined"


class BadNorms(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names norm, key and cure."""


@dataclass(frozen=True)
class Norm:
    """One norm: where it stands, what it says in our words, whom it reaches."""

    id: str
    kind: str
    year: int
    source: str
    status: str
    reach: str
    for_children: bool
    names: Mapping[str, str]
    words: Mapping[str, str]
    parties: frozenset[str] = frozenset()
    parties_source: str = ""
    parties_as_of: int = 0
    parties_status: str = ""

    def applies(self, state: str) -> Applies:
        """Tell whether it reaches a State (three-letter code)."""
        if self.reach == "all" or state in self.parties:
            return Applies.YES
        return Applies.NO if self.reach == "region" else Applies.NOT_DETERMINED


_KEYS = {
    "id": str,
    "kind": str,
    "year": int,
    "source": str,
    "status": str,
    "reach": str,
    "who": str,
}


def parse(text: str) -> tuple[str, tuple[Norm, ...]]:
    """Read the data file; returns its version and the norms. Raises BadNorms with the cure."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadNorms(f"norms.toml: {error}. Mend the line that is named.") from error
    if not isinstance(raw.get("version"), str):
        raise BadNorms("norms.toml: “version” must be a date in quotes.")
    return raw["version"], tuple(_norm(n, one) for n, one in enumerate(raw.get("norm", []), 1))


def _norm(number: int, one: dict[str, Any]) -> Norm:
    place = f"norms.toml, norm {number} ({one.get('id', '?')})"
    for key, kind in _KEYS.items():
        if not isinstance(one.get(key), kind):
            raise BadNorms(f"{place}: “{key}” must be a {kind.__name__}.")
    if one["status"] not in STATUSES or one.get("parties_status", "pending") not in STATUSES:
        raise BadNorms(f"{place}: a status must be one of {', '.join(STATUSES)}.")
    if one["reach"] not in ("all", "parties", "region") or one["who"] not in ("everybody", "child"):
        raise BadNorms(f"{place}: “reach” is all, parties or region; “who” is everybody or child.")
    for part in ("names", "words"):
        lacking = [code for code in LANGUAGES if not one.get(part, {}).get(code)]
        if lacking:
            raise BadNorms(f"{place}: “{part}” lacks {', '.join(lacking)}.")
    parties = frozenset(one.get("parties", "").split())
    if parties and not (one.get("parties_source") and one.get("parties_as_of")):
        raise BadNorms(f"{place}: parties need “parties_source” and “parties_as_of”.")
    return Norm(
        id=one["id"],
        kind=one["kind"],
        year=one["year"],
        source=one["source"],
        status=one["status"],
        reach=one["reach"],
        for_children=one["who"] == "child",
        names=one["names"],
        words=one["words"],
        parties=parties,
        parties_source=one.get("parties_source", ""),
        parties_as_of=one.get("parties_as_of", 0),
        parties_status=one.get("parties_status", ""),
    )


@functools.cache
def _load() -> tuple[str, tuple[Norm, ...]]:
    return parse(resources.files("manumit.cases").joinpath("data/norms.toml").read_text("utf-8"))


def version() -> str:
    """Return the version of the data."""
    return _load()[0]


def every() -> tuple[Norm, ...]:
    """Return all norms, in the order of the file."""
    return _load()[1]


def for_state(state: str, *, minor: bool) -> dict[Applies, tuple[Norm, ...]]:
    """Return the norms for a person before the authorities of a State, by whether they apply."""
    found: dict[Applies, list[Norm]] = {answer: [] for answer in Applies}
    for norm in every():
        if minor or not norm.for_children:
            found[norm.applies(state)].append(norm)
    return {answer: tuple(norms) for answer, norms in found.items()}
