"""A case as one row of numbers: the coding of the CTDC Global Synthetic Dataset.

27 variables, 1 or nothing (there is no 0: nobody said it is not so), age in bands, countries in
three letters (codebook v2, February 2024; `data/exchange/ctdc.toml`). Rows go out only for people
who agreed to be counted; facts that fewer than 11 people of the file share are left out, in a fixed
order, and a row that still stands out stays here. That protects a row against being singled out by
who somebody is; it does not make the file fit to publish, for which there are safer ways.
"""

import functools
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from manumit.cases import htcds

Row = dict[str, str]


@dataclass(frozen=True)
class Coding:
    """The variables, what sets each, the age bands, and the rule against standing out."""

    version: str
    variables: tuple[str, ...]
    flags: Mapping[str, Mapping[str, Sequence[str]]]
    gender: Mapping[str, str]
    ages: tuple[tuple[int, str], ...]
    groups: Mapping[str, Sequence[str]]
    singles_out: tuple[str, ...]
    never: tuple[str, ...]
    k: int


@functools.cache
def load() -> Coding:
    """Return the coding as it ships."""
    file = resources.files("manumit.cases").joinpath("data/exchange/ctdc.toml")
    raw: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    return Coding(
        raw["version"],
        tuple(raw["variables"]),
        raw["flags"],
        raw["gender"],
        tuple((start, name) for start, name in raw["ages"]),
        raw["groups"],
        tuple(raw["singles_out"]),
        tuple(raw["never"]),
        raw["k"],
    )


def age_band(years: int) -> str:
    """Return the band of an age in full years, "" below 0."""
    found = [name for start, name in load().ages if years >= start]
    return found[-1] if found else ""


def years_between(birth: str, on: date) -> int | None:
    """Return the age in full years on a day; None without a day of birth."""
    if not birth:
        return None
    born = date.fromisoformat(birth)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def code(record: htcds.Record, *, registered_on: date, age: int | None = None) -> Row:
    """Return the row of one person; empty where nobody said. `age` counts when no birth is known."""
    coding = load()
    born = years_between(record.text("prs_Birthdate"), registered_on)
    years = age if born is None else born
    row = dict.fromkeys(coding.variables, "")
    row |= {
        "yearOfRegistration": str(registered_on.year),
        "gender": coding.gender.get(record.text("prs_Gender"), ""),
        "ageBroad": "" if years is None else age_band(years),
        "citizenship": _country(record.several("prs_Citizenship")),
        "CountryOfExploitation": _country(_exploited_in(record)),
    }
    for name, wanted in coding.flags.items():
        if any(_said(record, field) & set(codes) for field, codes in wanted.items()):
            row[name] = "1"
    return row


def _said(record: htcds.Record, name: str) -> set[str]:
    """Return the codes of a field, each with the wider ones that it is part of."""
    value = record.values.get(name, ())
    codes = set(value) if isinstance(value, tuple) else {str(value)}
    listed = htcds.load().lists[htcds.load().fields[name].codes]
    wider = {listed[c].part_of for c in codes if c in listed and listed[c].part_of}
    return codes | wider | {listed[c].part_of for c in wider if c in listed}


def _country(codes: Sequence[str]) -> str:
    """Return three letters of the one country; "" for none and for several."""
    if len(set(codes)) != 1:
        return ""
    entry = htcds.load().lists["country"].get(codes[0])
    return entry.aliases[0] if entry and entry.aliases else ""


def _exploited_in(record: htcds.Record) -> list[str]:
    return [
        str(event["hte_Country"])
        for event in record.groups.get("hte", ())
        if event.get("hte_Type") == "Exploitation" and event.get("hte_Country")
    ]


def protect(rows: Sequence[Row]) -> tuple[list[Row], int, list[int]]:
    """Leave out what fewer than k people share; returns rows, how many facts, and places left out.

    Afterwards each combination of the facts that could single somebody out stands for at least k
    people of the file.
    """
    coding = load()
    kept = [dict(row) for row in rows]
    emptied = 0
    for name in coding.singles_out:
        for row in _rare(kept):
            emptied += bool(row[name])
            row[name] = ""
    rare = {id(row) for row in _rare(kept)}
    gone = [place for place, row in enumerate(kept) if id(row) in rare]
    return [row for row in kept if id(row) not in rare], emptied, gone


def _rare(rows: Sequence[Row]) -> list[Row]:
    counts = Counter(_who(row) for row in rows)
    return [row for row in rows if counts[_who(row)] < load().k]


def _who(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in load().singles_out)


def shares(rows: Sequence[Mapping[str, str]], group: Sequence[str]) -> dict[str, float]:
    """Return the share of each variable of a group among people with any answer in the group.

    The codebook's rule: who has no answer in the whole group does not count in the denominator.
    """
    told = [row for row in rows if any(row.get(name) for name in group)]
    if not told:
        return dict.fromkeys(group, 0.0)
    return {name: sum(bool(row.get(name)) for row in told) / len(told) for name in group}


def lines(rows: Sequence[Row]) -> list[list[str]]:
    """Return heading and rows in the order of the codebook."""
    names = load().variables
    return [list(names), *([row[name] for name in names] for row in rows)]
