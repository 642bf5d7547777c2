"""What one financial intelligence unit wants in a report: its profile, as data.

Each unit that uses goAML has code lists of its own, makes other elements mandatory and sets other
limits. A profile is a TOML file with source and status; two examples come with the product, a unit's
own is put beside the data (docs/flows-reports.md).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any


class BadProfile(ValueError):  # noqa: N818
    """The file is not a profile; the text says where and what to do."""


@dataclass(frozen=True)
class Pattern:
    """Which letters a value may have, and how to say it."""

    regex: re.Pattern[str]
    says: str


@dataclass(frozen=True)
class Limits:
    """What the receiving system takes."""

    file_bytes: int = 5_000_000
    zip_bytes: int = 20_000_000
    files: int = 50
    transactions: int = 1000
    endings: tuple[str, ...] = ("pdf", "png", "jpg", "jpeg", "csv", "xlsx", "docx", "txt")


@dataclass(frozen=True)
class Profile:
    """A unit's wishes.

    `needed`, `least`, `most`, `patterns` and `without` go by type and attribute ("person.ssn"); a
    needed "entity|signatories" means one of both. Types are those of `goaml` in small letters, and
    `person_my_client`, `account_my_client`, `entity_my_client`, `reporting_person`.
    """

    id: str
    name: str
    schema: int
    source: str
    status: str
    example: bool
    recipient: str
    currency: str
    country: str
    codes: Mapping[str, Mapping[str, str]]
    needed: Mapping[str, tuple[str, ...]]
    without: frozenset[str]
    least: Mapping[str, int]
    most: Mapping[str, int]
    patterns: Mapping[str, Pattern]
    usual: Mapping[str, Mapping[str, Any]]
    roles: Mapping[str, str]
    transmodes: Mapping[str, str]
    funds: Mapping[str, str]
    indicators: Mapping[str, tuple[str, ...]]
    legal_bases: Mapping[str, str]
    limits: Limits = field(default_factory=Limits)

    def has(self, type_: str, attribute: str, since: int = 4) -> bool:
        """Tell whether this unit's schema has a place for an element."""
        return since <= self.schema and f"{type_}.{attribute}" not in self.without

    def label(self, codes: str, code: str) -> str:
        """Return the words for a code, else the code itself."""
        return self.codes.get(codes, {}).get(code) or code

    @property
    def victim_role(self) -> str:
        """Return the role in which a possible victim stands, or the code for "not known"."""
        return self.roles.get("possible_victim", "-")

    @property
    def ascii_only(self) -> bool:
        """Tell whether the reason may have unaccented letters alone."""
        return "report.reason" in self.patterns


_TOP = frozenset({"id", "name", "schema", "source", "status", "example", "recipient"}) | {
    "currency", "country", "codes", "needed", "without", "least", "most", "patterns", "usual",
    "roles", "transmodes", "funds", "indicators", "legal_bases", "limits",
}  # fmt: skip


def read(text: str, where: str = "profile") -> Profile:
    """Read a profile; raises BadProfile with file, place and cure."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(f"{where}: not TOML: {error}. Cure: correct this line.") from error
    unknown = sorted(set(said) - _TOP)
    if unknown:
        raise BadProfile(f"{where}: unknown words {', '.join(unknown)}. Cure: remove them.")
    lacking = [k for k in ("id", "name", "schema", "source", "status", "codes") if k not in said]
    if lacking:
        raise BadProfile(f"{where}: {', '.join(lacking)} is missing. Cure: add it.")
    if said["schema"] not in (4, 5):
        raise BadProfile(f"{where}: schema is {said['schema']!r}. Cure: write 4 or 5.")
    try:
        return _profile(said)
    except (AttributeError, KeyError, TypeError, ValueError, re.error) as error:
        raise BadProfile(f"{where}: {error}. Cure: see the examples that come with it.") from error


def _profile(said: dict[str, Any]) -> Profile:
    limits = dict(said.get("limits", {}))
    if "endings" in limits:
        limits["endings"] = tuple(limits["endings"])
    return Profile(
        id=said["id"],
        name=said["name"],
        schema=said["schema"],
        source=said["source"],
        status=said["status"],
        example=bool(said.get("example", False)),
        recipient=said.get("recipient", ""),
        currency=said.get("currency", ""),
        country=said.get("country", ""),
        codes={name: _codes(values) for name, values in said["codes"].items()},
        needed={name: tuple(values) for name, values in said.get("needed", {}).items()},
        without=frozenset(said.get("without", ())),
        least=dict(said.get("least", {})),
        most=dict(said.get("most", {})),
        patterns={
            name: Pattern(re.compile(one["regex"]), one["says"])
            for name, one in said.get("patterns", {}).items()
        },
        usual=said.get("usual", {}),
        roles=said.get("roles", {}),
        transmodes=said.get("transmodes", {}),
        funds=said.get("funds", {}),
        indicators={name: tuple(values) for name, values in said.get("indicators", {}).items()},
        legal_bases=said.get("legal_bases", {}),
        limits=Limits(**limits),
    )


def _codes(values: Any) -> dict[str, str]:
    """Codes with their words, or codes alone."""
    return dict(values) if isinstance(values, dict) else dict.fromkeys(values, "")


@cache
def examples() -> Mapping[str, Profile]:
    """Return the profiles that come with the product, by id."""
    found = {}
    for path in sorted(
        resources.files("manumit.flows").joinpath("data/goaml").iterdir(), key=lambda p: p.name
    ):
        if path.name.endswith(".toml"):
            one = read(path.read_text("utf-8"), path.name)
            found[one.id] = one
    return found
