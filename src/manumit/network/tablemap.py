"""Which column of a table is what: a mapping that is proposed, looked over, kept and used.

A mapping is TOML. Each row of the table makes the entities that it names::

    split = ";"                        # several values in one cell
    [entities.person]
    schema = "Person"
    id = ["Reference"]                 # columns; without: the whole row
    [entities.person.columns]
    "Full name" = "name"
    [entities.person.constant]
    country = "iq"
    [entities.member]
    schema = "Membership"
    [entities.member.links]
    member = "person"
    organization = "group"
"""

import csv
import hashlib
import io
import re
import tomllib
import unicodedata
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, BinaryIO

from manumit.core.reasons import say
from manumit.network import countries, ftm, schemata

_DELIMITERS = (",", ";", "\t", "|")
_LOOK = 65_536  # bytes
_MOST_DOTS = 100  # in a line
ROW = "row"  # the one entity that a proposed mapping makes of each row


class BadMapping(ValueError):  # noqa: N818 (said as it is)
    """The mapping cannot work; the text says where and why."""


@dataclass(frozen=True)
class Made:
    """One entity that each row makes."""

    schema: str
    id: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)  # column -> property
    links: Mapping[str, str] = field(default_factory=dict)  # property -> key of another one
    constant: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A whole mapping: what each row makes, by its key."""

    entities: Mapping[str, Made]
    split: str = ""


def parse(text: str) -> Plan:
    """Read a mapping; raises BadMapping."""
    if any(line.count(".") > _MOST_DOTS for line in text.splitlines()):
        raise BadMapping(f"a line has more than {_MOST_DOTS} dots.")  # deep keys take minutes
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadMapping(f"this is no TOML: {problem}") from problem
    tables = raw.get("entities")
    if not isinstance(tables, dict) or not tables:
        raise BadMapping("it makes nothing. Cure: write [entities.person] and below it schema.")
    made = {key: _made(key, table) for key, table in tables.items()}
    for key, one in made.items():
        for prop, other in one.links.items():
            if other not in made:
                raise BadMapping(f"entities.{key}.links.{prop}: there is no entities.{other}.")
    return Plan(made, str(raw.get("split", "")))


def _made(key: str, table: Any) -> Made:
    where = f"entities.{key}"
    found = schemata.find(str(table.get("schema", ""))) if isinstance(table, dict) else None
    if found is None:
        raise BadMapping(
            f"{where}.schema: no such schema. Cure: one of FollowTheMoney's, as Person."
        )
    for name in ("columns", "links", "constant"):
        part = table.get(name, {})
        if not isinstance(part, dict) or not all(isinstance(one, str) for one in part.values()):
            raise BadMapping(f'{where}.{name}: write texts, as Name = "name".')
    columns = dict(table.get("columns", {}))
    props = [*columns.values(), *table.get("links", {}), *table.get("constant", {})]
    for prop in props:
        if prop not in found.props:
            raise BadMapping(f"{where}: {found.name} has no property {prop}.")
    ident = table.get("id", [])
    if not isinstance(ident, str | list) or not all(isinstance(one, str) for one in ident):
        raise BadMapping(f"{where}.id: write the names of columns.")
    return Made(
        schema=found.name,
        id=tuple([ident] if isinstance(ident, str) else ident),
        columns=columns,
        links=dict(table.get("links", {})),
        constant=dict(table.get("constant", {})),
    )


def read(stream: BinaryIO, mapping: Plan, notes: ftm.Notes) -> Iterator[ftm.Row | ftm.Fault]:
    """Return the entities of a CSV file, row by row."""
    if not _is_utf8(_start(stream)):
        notes.kept["what is not UTF-8, read as Windows-1252"] += 1
    headings, rows = table(stream)
    lacking = sorted(_columns(mapping) - set(headings))
    if lacking:
        next(rows, None)
        rows.close()  # lets go of the stream, which is read again
        yield ftm.Fault(
            1,
            lacking[0],
            say("The table has no column of this name."),
            say("Correct the mapping, or name it in the table."),
        )
        return
    for line, cells in rows:
        if isinstance(cells, str):
            why = say("This is no CSV: {why}.", why=cells)
            yield ftm.Fault(line, "", why, say("Write it anew."))
            continue
        if len(cells) > len(headings):
            yield ftm.Fault(
                line,
                "",
                say("The row has more cells than there are headings."),
                say("Put cells that hold the separator in quotes."),
            )
            continue
        yield from _row(line, dict(zip(headings, cells, strict=False)), mapping, notes)


def _columns(mapping: Plan) -> set[str]:
    return {c for one in mapping.entities.values() for c in (*one.columns, *one.id)}


def _row(
    line: int, cells: Mapping[str, str], mapping: Plan, notes: ftm.Notes
) -> Iterator[ftm.Row | ftm.Fault]:
    said: dict[str, dict[str, list[str]]] = {}
    for key, one in mapping.entities.items():
        says: dict[str, list[str]] = {}
        for column, prop in one.columns.items():
            if values := _values(cells.get(column, ""), mapping.split):
                says.setdefault(prop, []).extend(_meant(one.schema, prop, values))
        if says or one.links:
            for prop, value in one.constant.items():
                says.setdefault(prop, []).append(value)
            said[key] = says
    idents = {key: _ident(key, mapping.entities[key], cells) for key in said}
    for key, says in said.items():
        links = mapping.entities[key].links
        if any(other not in said for other in links.values()):
            continue  # one of the two is not in this row
        linked = {prop: [idents[other]] for prop, other in links.items()}
        yield ftm.row(line, idents[key], mapping.entities[key].schema, says | linked, notes)
    if not said:
        yield ftm.Fault(line, "", say("The row says nothing."), say("Take it out."))


def _values(cell: str, split: str) -> list[str]:
    parts = cell.split(split) if split else [cell]
    return [part.strip() for part in parts if part.strip()]


def _meant(schema: str, prop: str, values: list[str]) -> list[str]:
    """Return values as the model has them: people write countries by their names."""
    found = schemata.prop(schema, prop)
    if found is None or found.type != "country":
        return values
    return [countries.code(value) or value for value in values]


def _ident(key: str, one: Made, cells: Mapping[str, str]) -> str:
    chosen = [cells.get(column, "").strip() for column in one.id]
    if not any(chosen):
        chosen = [f"{column}={cells.get(column, '').strip()}" for column in sorted(cells)]
    text = "\x1f".join(chosen)
    short = len(one.id) == 1 and len(text) < 100
    return f"{key}:{text if short else hashlib.sha256(text.encode()).hexdigest()[:32]}"


def table(stream: BinaryIO) -> tuple[list[str], Generator[tuple[int, list[str] | str]]]:
    """Return a CSV file's headings, and its rows with line numbers; a text: why it ends there."""
    look = _start(stream)
    encoding = "utf-8-sig" if _is_utf8(look) else "cp1252"
    first = look.decode(encoding, "replace").splitlines()[:1]
    delimiter = max(_DELIMITERS, key=lambda d: first[0].count(d)) if first else ","
    text = io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        first_row = [one.encode("utf-8", "replace").decode() for one in next(reader, [])]
        headings = [one.strip() for one in first_row]
    except csv.Error:
        headings = []
    return headings, _rows(text, reader)


def _start(stream: BinaryIO) -> bytes:
    start = stream.tell()
    look = stream.read(_LOOK)
    stream.seek(start)
    return look


def _rows(text: io.TextIOWrapper, reader: Any) -> Generator[tuple[int, list[str] | str]]:
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells if ftm.is_text(cells) else "not UTF-8"
    except csv.Error as problem:
        yield reader.line_num, str(problem)
    finally:
        text.detach()


def _is_utf8(look: bytes) -> bool:
    try:
        look[: len(look) - 4 if len(look) == _LOOK else len(look)].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def even(text: str) -> str:
    """Return a heading for comparing: no case, accents or marks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", plain).strip()


@cache
def _headings() -> Mapping[str, str]:
    file = resources.files("manumit.network").joinpath("data/headings.toml")
    words = tomllib.loads(file.read_text("utf-8"))
    return {even(word): prop for prop, given in words.items() for word in given}


@dataclass(frozen=True)
class Proposal:
    """A mapping to look over, and what stands in no column of it."""

    text: str
    reasons: Mapping[str, str]  # column -> why
    left_out: Sequence[str]


def propose(headings: Sequence[str], schema: str = "Person") -> Proposal:
    """Propose a mapping from headings; what is not understood is kept in notes, never lost."""
    found = schemata.schema(schema)
    labels = {even(p.label): name for name, p in found.props.items() if not p.hidden}
    ident, columns, reasons, left_out = "", {}, {}, []
    for heading in headings:
        plain = even(heading)
        prop = _headings().get(plain, "")
        if prop == "id" and not ident:
            ident, reasons[heading] = heading, "tells one row from another"
        elif prop in found.props or plain in labels or heading in found.props:
            columns[heading] = prop if prop in found.props else labels.get(plain, heading)
            reasons[heading] = f"is {columns[heading]}"
        else:
            left_out.append(heading)
    return Proposal(written(schema, [ident] if ident else [], columns), reasons, left_out)


def written(schema: str, ident: Sequence[str], columns: Mapping[str, str], split: str = ";") -> str:
    """Return a mapping as text: each row is one entity, told from others by the columns `ident`."""
    lines = [f"split = {_quoted(split)}", "", f"[entities.{ROW}]", f'schema = "{schema}"']
    lines += [f"id = [{', '.join(_quoted(one) for one in ident)}]"] if ident else []
    lines += ["", f"[entities.{ROW}.columns]"]
    lines += [f"{_quoted(column)} = {_quoted(prop)}" for column, prop in columns.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda c: f"\\u{ord(c[0]):04X}", escaped) + '"'
