"""A case as one row of the GBVIMS Incident Recorder: its columns, in their order.

The six types of the classification are asked in order and the first that is met counts; what coded
facts cannot tell apart (rape from sexual assault) is left open and named, for a person to decide.
Rows never carry a name. Days and places go only with identity; what nobody here asks stays empty.
Columns and lists are data (`data/exchange/gbvims.toml`, source status secondary).
"""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any

from manumit.cases import htcds

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class Column:
    """One column: must it be filled, where its value comes from, what may stand in it."""

    name: str
    required: bool = False
    source: str = ""
    identity: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recorder:
    """The sheet: columns, words for referrals, the order in which types are asked."""

    version: str
    columns: tuple[Column, ...]
    services: Mapping[str, str]
    marital: Mapping[str, str]
    types: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Incident:
    """What is known of one incident. Codes stand for the person, the worker and the agency."""

    incident: str
    survivor: str
    agency: str
    record: htcds.Record
    interview_on: date
    worker: str = ""
    services: Mapping[str, str] = field(default_factory=dict)  # kind of need → outcome code


@functools.cache
def load() -> Recorder:
    """Return the sheet as it ships."""
    file = resources.files("manumit.cases").joinpath("data/exchange/gbvims.toml")
    raw: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    columns = tuple(
        Column(
            each["name"],
            each.get("required", False),
            each.get("from", ""),
            each.get("identity", False),
            tuple(each.get("values", ())),
        )
        for each in raw["column"]
    )
    return Recorder(raw["version"], columns, raw["services"], raw["marital"], raw["type"])


def headings() -> list[str]:
    """Return the headings in their order."""
    return [column.name for column in load().columns]


def gbv_type(record: htcds.Record) -> str | None:
    """Return the type of the classification; "" when a person must decide, None when none is met."""
    for each in load().types:
        if any(set(codes) & set(record.several(name)) for name, codes in each["when"].items()):
            return "" if each.get("undecided") else str(each["name"])
    return None


def row(known: Incident, *, with_identity: bool) -> list[str]:
    """Return the cells of one incident in the order of the columns."""
    said = _values(known)
    return [
        "" if column.identity and not with_identity else _cell(column, known, said)
        for column in load().columns
    ]


def _cell(column: Column, known: Incident, said: Mapping[str, str]) -> str:
    kind, _, need = column.source.partition(":")
    if kind == "service":
        return load().services.get(known.services.get(need, ""), "")
    return said.get(column.source, "")


def _values(known: Incident) -> dict[str, str]:
    record = known.record
    event = _event(record)
    origin = [_country(code) for code in record.several("prs_Citizenship")[:1]]
    return {
        "incident": known.incident,
        "survivor": known.survivor,
        "worker": known.worker,
        "agency": known.agency,
        "interview_on": _day(known.interview_on.isoformat()),
        "incident_on": _day(str(event.get("hte_Date", ""))),
        "birth": _day(record.text("prs_Birthdate")),
        "sex": {"Feminine": "F", "Masculine": "M"}.get(record.text("prs_Gender"), ""),
        "origin": origin[0] if origin else "",
        "marital": load().marital.get(record.text("prs_MaritalStatus"), ""),
        "country": _country(str(event.get("hte_Country", ""))),
        "district": str(event.get("hte_State", "")),
        "town": str(event.get("hte_City", "")),
        "gbv_type": gbv_type(record) or "",
        "consent": "Yes",  # a row without consent is not written at all
    }


def _event(record: htcds.Record) -> Mapping[str, htcds.Value]:
    events = record.groups.get("hte", ())
    return next((e for e in events if e.get("hte_Type") == "Exploitation"), {})


def _country(code: str) -> str:
    entry = htcds.load().lists["country"].get(code)
    return entry.label if entry else ""


def _day(text: str) -> str:
    """Return a day as the Incident Recorder writes it, 03-Mar-2026, in any locale."""
    if not text:
        return ""
    day = date.fromisoformat(text)
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"


def missing(cells: Sequence[str]) -> list[str]:
    """Return the columns that must be filled and are not."""
    pairs = zip(load().columns, cells, strict=True)
    return [column.name for column, cell in pairs if column.required and not cell]
