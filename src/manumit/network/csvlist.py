"""Lists as CSV: OpenSanctions' simple targets, or any table whose headings say what they hold.

Headings are known by their words, in English, French and Arabic; every other column is kept under its
own heading. Layout of the simple targets: opensanctions.org/docs/bulk/csv (id, schema, name, aliases,
birth_date, countries, …; several values in one cell are parted by semicolons).
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from manumit.core import names
from manumit.network import listclean, listed

MOST_CELL = 8 * 1024 * 1024
_SNIFFED = 1 << 20
_WORDS: dict[str, tuple[str, ...]] = {
    "reference": (
        "id", "reference", "reference number", "ref", "uid", "unique id", "number", "référence",
        "numéro", "المرجع", "الرقم",
    ),
    "name": ("name", "full name", "whole name", "primary name", "nom", "nom complet", "الاسم"),
    "first": ("first name", "given name", "prénom", "forename", "الاسم الأول"),
    "last": ("last name", "family name", "surname", "nom de famille", "اسم العائلة"),
    "aliases": ("aliases", "alias", "aka", "a k a", "also known as", "weak aliases", "alias connu"),
    "birth": (
        "birth date", "date of birth", "dob", "born", "year of birth", "date de naissance",
        "تاريخ الميلاد",
    ),
    "nationality": (
        "nationality", "nationalities", "countries", "country", "citizenship", "nationalité",
        "pays", "الجنسية",
    ),
    "kind": ("schema", "type", "kind", "entity type"),
    "programme": (
        "program", "programme", "programs", "program ids", "sanctions", "list", "regime",
        "programme de sanctions",
    ),
}  # fmt: skip
_MEANS = {" ".join(names.fold(text)): role for role, texts in _WORDS.items() for text in texts}
_CLOCKS = frozenset(("first seen", "last seen", "last change"))  # of the file, not of the entry
_PERSON_WORDS = ("person", "individual", "personne", "individu", "p")


def read(stream: IO[bytes]) -> listed.Watchlist:
    """Read the whole table; raises listed.Unreadable for what is not one."""
    text = _text(stream)
    rows = _rows(text)
    first = next(rows, (0, []))
    headings = [" ".join(cell.split()) for cell in first[1]]
    roles = [_role(heading) for heading in headings]
    if "name" not in roles and not {"first", "last"} <= set(roles):
        raise listed.Unreadable(
            1,
            "No column is called name.",
            "Begin the file with a line of headings, such as id,name,birth_date,nationality.",
        )
    entries, seen, sets = [], [""], set()
    short = 0
    for line, cells in rows:
        repairs = _whole(cells, headings, line)
        short = line if repairs else 0
        row = [(r, h, c) for r, h, c in zip(roles, headings, cells, strict=False) if c.strip()]
        seen += [c for _, h, c in row if _folded(h) == "last seen"]
        sets.add("".join(c for _, h, c in row if _folded(h) == "dataset").strip())
        entries.append(_entry(row, line, cells[len(headings) :], repairs))
    if short and not text.endswith(("\n", "\r")):
        raise listed.Unreadable(
            short, "The last row breaks off.", "Fetch the list again; it was cut off."
        )
    called = listclean.clean(sets.pop()) if len(sets) == 1 else ""
    return listed.Watchlist(max(seen), tuple(entries), called="" if ";" in called else called)


def _folded(heading: str) -> str:
    return " ".join(names.fold(heading.replace("_", " ")))


def _role(heading: str) -> str:
    return _MEANS.get(_folded(heading), "")


def _text(stream: IO[bytes]) -> str:
    raw = stream.read()
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise listed.Unreadable(
            line, "A byte is not UTF-8.", "Save the table as CSV in UTF-8."
        ) from error
    if "\x00" in text:
        raise listed.Unreadable(1, "This is no text.", "Save the table as CSV in UTF-8.")
    return text


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give line and cells of each row that holds anything."""
    csv.field_size_limit(MOST_CELL)
    head = text.partition("\n")[0][:_SNIFFED]
    delimiter = max(",;\t|", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begun = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begun, cells
            begun = reader.line_num + 1
    except csv.Error as error:
        raise listed.Unreadable(
            begun, f"The row cannot be read: {error}.", "Fetch the list again; it may be cut off."
        ) from error


def _whole(cells: list[str], headings: list[str], line: int) -> list[listed.Repair]:
    """Fill up a row that is too short, with a note."""
    if len(cells) >= len(headings):
        return []
    was = f"{len(cells)} cells"
    cells += [""] * (len(headings) - len(cells))
    why = f"line {line} ends before the last column"
    return [listed.Repair("row", was, f"{len(headings)} cells", why)]


def _entry(
    row: Sequence[tuple[str, str, str]],
    line: int,
    beyond: Iterable[str],
    repairs: list[listed.Repair],
) -> listed.Listed:
    found: dict[str, list[str]] = {}
    fields: dict[str, list[str]] = {}
    for role, heading, cell in row:
        many = role != "name" and role not in ("first", "last", "reference")
        values = _parts(cell) if many else [cell]
        found.setdefault(role, []).extend(values)
        if _folded(heading) not in _CLOCKS:
            fields.setdefault(_folded(heading).replace(" ", "_") or "more", []).extend(
                map(listclean.clean, values)
            )
    if extra := [listclean.clean(cell) for cell in beyond if cell.strip()]:
        fields.setdefault("more", []).extend(extra)
        repairs.append(listed.Repair("row", "", "; ".join(extra), "more cells than headings"))
    called = _names(found, repairs)
    births = tuple(dict.fromkeys(map(listclean.clean, found.get("birth", ()))))
    reference = listclean.clean(next(iter(found.get("reference", ())), ""))
    if not reference:
        about = "; ".join(filter(None, (called[0].text if called else "", *births[:1])))
        reference = f"no reference ({about or line})"
        repairs.append(listed.Repair("reference", "", reference, "the entry has none"))
    fields["reference"] = [reference]
    return listed.Listed(
        reference=reference,
        kind=_kind(found.get("kind", ())),
        programme=listclean.clean(next(iter(found.get("programme", ())), "")),
        names=called,
        births=births,
        nationalities=tuple(dict.fromkeys(map(listclean.clean, found.get("nationality", ())))),
        fields={name: tuple(dict.fromkeys(v)) for name, v in fields.items() if any(v)},
        repairs=tuple(repairs),
    )


def _kind(said: Iterable[str]) -> listed.Kind:
    """Without a word about it, somebody is a person: people are what is asked for."""
    words = [word.strip().casefold() for word in said if word.strip()]
    if not words or words[0] in _PERSON_WORDS:
        return listed.Kind.PERSON
    return listed.Kind.ENTITY


def _names(found: dict[str, list[str]], repairs: list[listed.Repair]) -> tuple[listed.Called, ...]:
    whole = found.get("name") or [
        " ".join([*found.get("first", ()), *found.get("last", ())]).strip()
    ]
    made: dict[str, listed.Style] = {}
    for style, texts in (
        (listed.Style.PRIMARY, whole),
        (listed.Style.ALIAS, found.get("aliases", ())),
    ):
        for text in texts:
            if name := listclean.name(text, "name", repairs):
                made.setdefault(name, style)
    if not made:
        repairs.append(listed.Repair("name", "", "", "the entry has no name"))
    return tuple(listed.Called(text, style) for text, style in made.items())


def _parts(cell: str) -> list[str]:
    """Part a cell at its semicolons, minding quotes."""
    try:
        parts = next(csv.reader([cell.replace("\n", " ")], delimiter=";"), [])
    except csv.Error:
        parts = cell.split(";")
    return [part.strip() for part in parts if part.strip()]
