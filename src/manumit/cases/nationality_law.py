"""What the nationality laws of States say, as coded by year, and where each statement comes from.

Data: the extract of GLOBALCIT v3.1 in data/citizenship (see its README for source and licence). A code
that is not there stays "NA": nothing is inferred from a neighbouring State, mode or year.
"""

import csv
import difflib
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

MODES: tuple[str, ...] = ("A01a", "A01b", "A02a", "A02b", "A03a", "A03b")
NOT_CODED = "NA"
UNREAD = "the code is not one we know"


@dataclass(frozen=True)
class State:
    """A State or place with its ISO 3166 codes; `coded` when the table has a row for it."""

    iso3: str
    iso2: str
    name: str
    coded: bool


@dataclass(frozen=True)
class Reading:
    """A code of a mode in force on 1 January of `year`; `later` is the code one year on, or ""."""

    code: str
    year: int
    exact: bool
    later: str = ""


@dataclass(frozen=True)
class Article:
    """What a published text says of one article; `opens` for fathers of these kinds."""

    state: str
    modes: tuple[str, ...]
    through: str
    article: str
    words: str
    opens: bool
    father: frozenset[str]


def _text(name: str) -> str:
    place = resources.files("manumit.cases").joinpath("data", "citizenship", name)
    return place.read_text("utf-8")


@functools.cache
def _laws() -> Mapping[str, Mapping[int, Mapping[str, str]]]:
    """State → year → mode → code."""
    laws: dict[str, dict[int, Mapping[str, str]]] = {}
    for row in csv.DictReader(_text("laws.csv").splitlines()):
        codes = {mode: row[mode] for mode in MODES}
        years = laws.setdefault(row["iso3"], {})
        years.update(dict.fromkeys(range(int(row["first"]), int(row["last"]) + 1), codes))
    return laws


@functools.cache
def states() -> Mapping[str, State]:
    """Return every State and place by its three-letter code."""
    found: dict[str, State] = {}
    for name, coded in (("laws.csv", True), ("others.csv", False)):
        for row in csv.DictReader(_text(name).splitlines()):
            found[row["iso3"]] = State(row["iso3"], row["iso2"], row["name"], coded)
    return found


@functools.cache
def years() -> tuple[int, int]:
    """Return the first and the last year that the table speaks of."""
    every = [year for law in _laws().values() for year in law]
    return min(every), max(every)


@functools.cache
def codes() -> Mapping[str, Any]:
    """Return codes.toml: the words for modes and codes."""
    return tomllib.loads(_text("codes.toml"))


@functools.cache
def sources() -> Mapping[str, Any]:
    """Return sources.toml: norms, the second source, articles."""
    return tomllib.loads(_text("sources.toml"))


@functools.cache
def _meanings() -> Mapping[tuple[str, str], tuple[str, str]]:
    return {
        (mode, code["code"]): (code["restricts"], code["words"])
        for code in codes()["code"]
        for mode in code["modes"]
    }


def source() -> str:
    """Return how the table is cited."""
    return str(codes()["source"])


def limit(mode: str, code: str) -> str:
    """Return the kind of limit behind a code; "" when it is not coded or not known."""
    return _meanings().get((mode, code), ("", ""))[0]


def words(mode: str, code: str) -> str:
    """Return what a code says."""
    if code == NOT_CODED:
        return "the table does not say"
    return _meanings().get((mode, code), ("", UNREAD))[1]


def read(state: str, mode: str, year: int) -> Reading:
    """Return the code for a year, or for the nearest year of the table (then not `exact`)."""
    law = _laws().get(state, {})
    if not law:
        return Reading(NOT_CODED, year, exact=True)
    nearest = min(max(year, min(law)), max(law))
    later = law.get(nearest + 1, {}).get(mode, "")
    return Reading(law[nearest][mode], nearest, exact=nearest == year, later=later)


@functools.cache
def _articles() -> tuple[Article, ...]:
    return tuple(
        Article(
            state=one["state"],
            modes=tuple(one["modes"]),
            through=one.get("through", ""),
            article=one["article"],
            words=one["words"],
            opens=one.get("opens", False),
            father=frozenset(one.get("father", ())),
        )
        for one in sources()["article"]
    )


def articles(state: str, mode: str, through: str = "") -> tuple[Article, ...]:
    """Return what is known of single articles."""
    return tuple(
        a for a in _articles() if a.state == state and mode in a.modes and a.through == through
    )


@functools.cache
def _names() -> Mapping[str, str]:
    """Every way to write a State, folded → its three-letter code."""
    known: dict[str, str] = {}
    for state in states().values():
        for spelling in (state.name, state.iso2, state.iso3):
            if spelling and spelling != "NA":  # Namibia's; whoever types it means "not available"
                known[spelling.casefold()] = state.iso3
    return known


def find(typed: str) -> str:
    """Return the three-letter code of what was typed (code or English name), or ""."""
    return _names().get(typed.strip().casefold(), "")


def suggest(typed: str) -> str:
    """Return the nearest States as "SUR (Suriname) or SYR (Syria)"; "" when nothing is near."""
    folded = typed.strip().casefold()
    length = len(folded)
    same_kind = [one for one in _names() if len(one) == length or min(len(one), length) > 3]
    several = 3 if length <= 3 else 1  # one wrong letter of a code fits several States
    near = difflib.get_close_matches(folded, same_kind, n=several, cutoff=0.6)
    return " or ".join(label(code) for code in dict.fromkeys(_names()[one] for one in near))


def name(state: str) -> str:
    """Return the English name of a State."""
    known = states().get(state)
    return known.name if known else state


def label(state: str) -> str:
    """Return a State as "SYR (Syria)"."""
    return f"{state} ({name(state)})"
