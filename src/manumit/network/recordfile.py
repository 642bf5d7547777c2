"""A CSV file of people, whatever its columns are called, as records that can be compared."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from manumit.core import names
from manumit.network.manyrecords import Record

ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "unique id", "record id", "reference", "person id", "rec id"),
    "name": ("name", "full name", "names", "caption"),
    "given": ("given name", "first name", "given names", "forename", "forenames", "firstname"),
    "middle": ("middle name", "father name", "patronymic", "second name", "middlename"),
    "family": ("surname", "family name", "last name", "lastname"),
    "alias": ("alias", "aliases", "also called", "other names"),
    "birth": ("birth date", "date of birth", "dob", "birthdate", "birth", "year of birth"),
    "nationality": ("nationality", "country", "citizenship", "nationalities"),
    "place": ("place", "city", "town", "birth place", "place of birth", "address"),
    "document": ("document", "passport", "passport number", "id number", "national id"),
    "phone": ("phone", "telephone", "mobile", "phone number"),
}
_SEVERAL = ";"  # parts several values in one cell


@dataclass
class Unreadable(Exception):  # noqa: N818 (said as people say it)
    """A file that holds no people: where, why, and what would help."""

    line: int
    reason: str
    cure: str


def read(lines: Iterable[str]) -> Iterator[Record]:
    """Yield the records of a CSV file with a line of headings; raises Unreadable."""
    rows = csv.reader(lines)
    seen: set[str] = set()
    try:
        columns = _columns(next(rows, []))
        for row in rows:
            if not any(row):
                continue
            record = _record(row, columns)
            if not record.id or record.id in seen:
                why = f"The id {record.id} is there twice." if record.id else "There is no id."
                raise Unreadable(rows.line_num, why, "Give each record an id of its own.")
            seen.add(record.id)
            yield record
    except csv.Error as problem:
        raise Unreadable(
            rows.line_num, f"{problem}.", "Save the file as CSV with commas."
        ) from problem


def _columns(headings: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {what: [] for what in ALIASES}
    for number, heading in enumerate(headings):
        plain = " ".join(names.fold(heading.replace("_", " ")))
        for what, ways in ALIASES.items():
            if plain in ways:
                found[what].append(number)
    if not found["id"]:
        raise Unreadable(1, "There is no column id.", f"Name one of them: {_ways('id')}.")
    if not any(found[what] for what in ("name", "given", "family")):
        cure = f"Name one of them: {_ways('name')}, {_ways('given')}, {_ways('family')}."
        raise Unreadable(1, "There is no column with names.", cure)
    return {what: at for what, at in found.items() if at}


def _ways(what: str) -> str:
    return ", ".join(ALIASES[what][:2])


def _record(row: Sequence[str], columns: Mapping[str, Sequence[int]]) -> Record:
    width = len(row)
    said = {
        what: [value for n in at if n < width and (value := row[n].strip())]
        for what, at in columns.items()
    }
    given = [part for what in ("given", "middle", "family") for part in said.get(what, ())]
    called = said.get("name", [])
    if given:
        called = [*called, " ".join(given)]
    if also := said.get("alias"):
        called = [*called, *_apart(also)]
    numbers = [*said.get("document", ()), *said.get("phone", ())]
    return Record(
        " ".join(said["id"]),
        tuple(called),
        " ".join(said.get("birth", ())[:1]),
        " ".join(said.get("nationality", ())[:1]).upper(),
        " ".join(said.get("place", ())[:1]),
        tuple(_apart(numbers)) if numbers else (),
    )


def _apart(values: Iterable[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(_SEVERAL) if part.strip()]
