"""FollowTheMoney's files: entities as JSON lines, statements as CSV; read line by line, and written.

Nothing of a file is dropped: what the model has no place for (an unknown schema or property, a value
that does not fit) goes along under `kept` and is counted; a line that is no entity at all is told
with its number, its field and the cure. Format: github.com/opensanctions/followthemoney.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from manumit.core.reasons import say
from manumit.network import schemata

MOST_BYTES = 4_000_000  # of one line
MOST_VALUES = 20_000  # of one property
_FOREIGN = "schema"  # under `kept`: the schema that nobody knows
_STATEMENT = {"entity_id", "prop", "schema", "value"}


@dataclass(frozen=True, slots=True)
class Row:
    """One entity of a file; `says` without what does not fit, which is in `kept`."""

    line: int
    id: str
    schema: str
    says: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no entity."""

    line: int
    field: str
    reason: str
    cure: str


@dataclass(slots=True)
class Notes:
    """What was kept apart while reading: "schema Foo", "property Person.bar", "value Person.birthDate"."""

    kept: Counter[str] = field(default_factory=Counter)

    def told(self, most: int = 20) -> list[tuple[str, int]]:
        """Return the most frequent ones and how often each came."""
        return self.kept.most_common(most)


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Return lines with their numbers; None in place of one that is too long for any entity."""
    number = 0
    while part := stream.readline(MOST_BYTES):
        number += 1
        if len(part) == MOST_BYTES and not part.endswith(b"\n"):
            while (rest := stream.readline(MOST_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        elif part.strip():
            yield number, part


def read(stream: BinaryIO, notes: Notes) -> Iterator[Row | Fault]:
    """Read entities as JSON lines, or statements as CSV; which of them is found from the first line."""
    start = stream.tell()
    first = stream.readline(MOST_BYTES).lstrip(b"\xef\xbb\xbf").strip()
    stream.seek(start)
    if first and not first.startswith((b"{", b"[")) and _headings(first) >= _STATEMENT:
        yield from _statements(stream, notes)
        return
    for number, line in lines(stream):
        if line is None:
            yield Fault(number, "", say("The line is too long."), say("Split the entity."))
        else:
            yield from _entities(number, line, notes)


def _headings(first: bytes) -> set[str]:
    return set(next(csv.reader([first.decode("utf-8", "replace")]), []))


def _entities(number: int, line: bytes, notes: Notes) -> Iterator[Row | Fault]:
    try:
        said = json.loads(line.decode("utf-8-sig"))  # of bytes it would guess another encoding
        if b"\\u" in line:  # a lone half of a pair is no character, and nothing can store it
            said = json.loads(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        yield Fault(
            number, "", say("This is no JSON."), say("Write one entity a line, as JSON in UTF-8.")
        )
        return
    yield from _entity(number, said, notes, 0)


def _entity(number: int, said: Any, notes: Notes, deep: int) -> Iterator[Row | Fault]:
    if not isinstance(said, dict) or not isinstance(said.get("properties", {}), dict):
        yield Fault(
            number,
            "properties",
            say("This is no entity."),
            say('Write {"id": …, "schema": …, "properties": {…}}.'),
        )
        return
    ident = said.get("id")
    if not isinstance(ident, str) or not ident.strip():
        yield Fault(number, "id", say("The entity has no id."), say("Give each entity an id."))
        return
    properties: dict[str, list[str]] = {}
    for prop, given in said.get("properties", {}).items():
        values: list[str] = []
        for one in given if isinstance(given, list) else [given]:
            if isinstance(one, dict) and isinstance(one.get("id"), str) and deep < 3:
                yield from _entity(number, one, notes, deep + 1)  # nested, as OpenSanctions does
                values.append(one["id"])
            elif text := _text(one):
                values.append(text)
        properties[str(prop)] = values
    yield row(number, ident.strip(), str(said.get("schema") or ""), properties, notes)


def _text(one: Any) -> str:
    if isinstance(one, str):
        text = one.strip()
    elif one is None or isinstance(one, dict | list):
        return json.dumps(one, ensure_ascii=False) if one else ""
    else:
        text = str(one).lower() if isinstance(one, bool) else str(one)
    # A lone half of a pair is no character, and nothing can store it.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def row(
    number: int, ident: str, schema: str, given: Mapping[str, Sequence[str]], notes: Notes
) -> Row:
    """Return an entity with each value in its place, and what has none under `kept`."""
    found = schemata.find(schema)
    kept: list[str] = []
    if found is None:
        kept.append(f"{_FOREIGN}={schema}")
        notes.kept[f"schema {schema[:60]}"] += 1
        found = schemata.schema(schemata.UNSORTED)
    says: dict[str, list[str]] = {}
    for prop, values in given.items():
        one = found.props.get(prop)
        if prop == schemata.KEPT:
            kept += values
            continue
        fits: dict[str, None] = {}
        for value in islice(dict.fromkeys(values), MOST_VALUES):
            if one and (good := _repaired(one, value)):
                fits[good] = None
                continue
            kept.append(f"{prop}={value}"[: schemata.MOST])
            what = "property" if one is None else "value"
            notes.kept[f"{what} {found.name}.{prop[:60]}"] += 1
        if len(values) > MOST_VALUES:
            notes.kept[f"more than {MOST_VALUES} values {found.name}.{prop[:60]}"] += 1
        if fits:
            says[prop] = list(fits)
    if kept:
        says[schemata.KEPT] = kept
    return Row(number, ident, found.name, says)


_FREE = frozenset({"string", "name", "text", "identifier", "entity", "address", "phone", "email"})


def _repaired(one: schemata.Prop, value: str) -> str:
    """Return a value as the model wants it, "" when it cannot be."""
    if one.type in _FREE:
        return value if len(value) <= schemata.MOST else ""
    if one.type == "country":
        value = value.lower()
    return "" if schemata.why_not_value(one, value) else value


def _statements(stream: BinaryIO, notes: Notes) -> Iterator[Row | Fault]:
    """Read statements, sorted by entity as the format asks; one row for each run of one entity."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.DictReader(text)
    ident, schema, start = "", "", 1
    known: dict[str, list[str]] = {}
    try:
        for one in reader:
            if not is_text(one.values()):
                yield _no_csv(reader.line_num, "not UTF-8")
                continue
            new = (one.get("canonical_id") or one.get("entity_id") or "").strip()
            if not new:
                yield Fault(
                    reader.line_num,
                    "entity_id",
                    say("The statement names no entity."),
                    say("Give each statement an entity_id."),
                )
                continue
            if new != ident:
                if ident:
                    yield row(start, ident, schema, known, notes)
                ident, schema, start, known = new, one.get("schema") or "", reader.line_num, {}
            schema = _narrower(schema, one.get("schema") or "")
            prop, value = one.get("prop") or "", _text(one.get("value"))
            if value and prop not in {"", "id"}:
                known.setdefault(prop, []).append(value)
    except csv.Error as problem:
        yield _no_csv(reader.reader.line_num, str(problem))
    finally:
        text.detach()
    if ident:
        yield row(start, ident, schema, known, notes)


def _no_csv(number: int, why: str) -> Fault:
    return Fault(number, "", say("This is no CSV: {why}.", why=why), say("Write it anew."))


def is_text(cells: Iterable[object]) -> bool:
    """Tell whether all bytes of a row could be read; others stand there as lone halves of pairs."""
    try:
        "\n".join(cell for cell in cells if isinstance(cell, str)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _narrower(one: str, other: str) -> str:
    return other if schemata.is_a(other, one) else one


def written(ident: str, schema: str, says: Mapping[str, Sequence[str]]) -> str:
    """Return an entity as one JSON line, with what was kept put back where it stood."""
    properties = {prop: list(values) for prop, values in says.items() if prop != schemata.KEPT}
    for one in says.get(schemata.KEPT, ()):
        prop, _, value = one.partition("=")
        if prop == _FOREIGN and schema == schemata.UNSORTED:
            schema = value
        else:
            properties.setdefault(prop, []).append(value)
    entity = {"id": ident, "schema": schema, "properties": properties}
    return json.dumps(entity, ensure_ascii=False)


def all_of(rows: Iterable[Row | Fault]) -> tuple[list[Row], list[Fault]]:
    """Return entities and faults apart, for small files."""
    found = list(rows)
    return [r for r in found if isinstance(r, Row)], [f for f in found if isinstance(f, Fault)]
