"""What is in a file that somebody gives on a page, and what it would bring: nothing is stored to know it.

A page takes what it can show and bring in within one answer; what is larger goes by the command. Which
kind a file is stands in its first line, as `ftm` finds it.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO

from manumit.core.reasons import say
from manumit.network import ftm, schemata, tablemap

MOST_BYTES = 20_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 150
FIRST = 10  # rows that are shown
MOST_FAULTS = 100  # shown; all are counted
COMMAND = "manumit network import FILE --as NAME"
KEY = "id"  # of a column that tells one row from another
_LOOK = 65_536  # bytes
_STATEMENT = frozenset({"entity_id", "prop", "schema", "value"})
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")

Reader = Callable[[], Iterator[ftm.Row | ftm.Fault]]


class Kind(StrEnum):
    """What a file is."""

    ENTITIES = "entities"  # FollowTheMoney, JSON lines
    STATEMENTS = "statements"  # FollowTheMoney, CSV
    TABLE = "table"  # somebody's own columns


def why_not(data: bytes) -> str:
    """Return why a page does not take a file; "" when it does."""
    if not data.strip():
        return say("The file is empty. Choose another one.")
    if len(data) > MOST_BYTES:
        return too_large()
    if data.startswith(PACKED) or b"\x00" in data[:_LOOK]:
        return say(
            "This file cannot be read here. Save the table as CSV in UTF-8 or as XLSX, and give that."
        )
    return ""


def too_large() -> str:
    """Return what to do with a file that is too large for a page."""
    return say(
        "The file has more than {rows} rows or {size} megabytes. Ask whoever runs the machine to "
        "bring it in by the command “{command}”.",
        rows=MOST_ROWS,
        size=MOST_BYTES // 1_000_000,
        command=COMMAND,
    )


def kind(data: bytes) -> Kind:
    """Return what a file is, from its first line."""
    first = data[:_LOOK].removeprefix(b"\xef\xbb\xbf").lstrip()
    if first.startswith((b"{", b"[")):
        return Kind.ENTITIES
    line = first.decode("utf-8", "replace").splitlines()[:1]
    if set(next(csv.reader(line), [])) >= _STATEMENT:
        return Kind.STATEMENTS
    return Kind.TABLE


def reader(data: bytes, mapping: str, notes: ftm.Notes) -> Reader:
    """Return what reads a file from its beginning each time; `notes` are taken the first time.

    `mapping`: which column is what, of a table. Raises tablemap.BadMapping.
    """
    plan = tablemap.parse(mapping) if kind(data) is Kind.TABLE else None
    begun: list[int] = []

    def read() -> Iterator[ftm.Row | ftm.Fault]:
        told = ftm.Notes() if begun else notes
        begun.append(1)
        stream = BytesIO(data)
        return tablemap.read(stream, plan, told) if plan else ftm.read(stream, told)

    return read


@dataclass
class Glance:
    """What a file would bring."""

    rows: int = 0
    kinds: Counter[str] = field(default_factory=Counter)  # schema -> entities
    names: dict[str, str] = field(default_factory=dict)  # identifier -> what it is called
    first: list[ftm.Row] = field(default_factory=list)
    faults: list[ftm.Fault] = field(default_factory=list)
    faults_count: int = 0
    whole: bool = True  # it was read to its end

    def count(self, *kinds: str) -> int:
        """Return how many entities are of one of these kinds, or of a kind of theirs."""
        return sum(
            n for name, n in self.kinds.items() if any(schemata.is_a(name, k) for k in kinds)
        )

    @property
    def relations(self) -> int:
        """Return how many are relations."""
        return sum(n for name, n in self.kinds.items() if schemata.edge(name) is not None)


def look(rows: Iterable[ftm.Row | ftm.Fault]) -> Glance:
    """Count what a file holds; entities once, in however many rows they stand."""
    found = Glance()
    for one in rows:
        if found.rows + found.faults_count >= MOST_ROWS:
            found.whole = False
            break
        if isinstance(one, ftm.Fault):
            found.faults_count += 1
            if len(found.faults) < MOST_FAULTS:
                found.faults.append(one)
            continue
        found.rows += 1
        if one.id in found.names:
            continue
        found.names[one.id] = schemata.caption(one.schema, one.says)
        found.kinds[one.schema] += 1
        if len(found.first) < FIRST:
            found.first.append(one)
    return found


# --- the columns of a table ----------------------------------------------------------------------
@dataclass(frozen=True)
class Columns:
    """The columns of a table, and what they seem to be: property by column, or KEY."""

    schema: str
    headings: tuple[str, ...]
    seem: Mapping[str, str]
    twice: tuple[str, ...]  # names that several columns have
    split: str  # what parts several values in one cell
    sample: tuple[tuple[str, ...], ...]  # the first rows, one cell for each heading


def why_no_columns(data: bytes) -> str:
    """Return why nobody can say which column is what; "" when they can."""
    headings, rows = tablemap.table(BytesIO(data))
    rows.close()
    if not any(headings):
        return say("The table has no headings. Write in its first line what each column is.")
    if len(headings) > MOST_COLUMNS:
        return say("The table has more than {n} columns. Give a mapping file.", n=MOST_COLUMNS)
    return ""


def columns(data: bytes, kinds: Sequence[str], schema: str = "", before: str = "") -> Columns:
    """Propose what the columns of a table are; without a schema also what its rows are.

    `before`: a mapping that was chosen already; it is proposed again for rows of the same kind.
    """
    headings, rows = tablemap.table(BytesIO(data))
    named = [one for one in dict.fromkeys(headings) if one]
    plan = tablemap.parse(before) if before else tablemap.Plan({})
    made = plan.entities.get(tablemap.ROW)  # a written mapping may have others, and is given anew
    chosen = schema or (made.schema if made else _likeliest(named, kinds))
    seem = _meant(made) if made and made.schema == chosen else _seem(named, chosen)
    cells = (row for _line, row in rows if not isinstance(row, str))
    sample = [
        dict(zip(headings, row, strict=False)) for row, _n in zip(cells, range(5), strict=False)
    ]
    rows.close()
    return Columns(
        schema=chosen,
        headings=tuple(named),
        seem=seem,
        twice=tuple(one for one in named if headings.count(one) > 1),
        split=plan.split if before else ";",
        sample=tuple(tuple(row.get(one, "") for one in named) for row in sample),
    )


def _likeliest(headings: Sequence[str], kinds: Sequence[str]) -> str:
    return max(kinds, key=lambda one: len(_seem(headings, one)))


def _seem(headings: Sequence[str], schema: str) -> dict[str, str]:
    proposed = tablemap.parse(tablemap.propose(headings, schema).text)
    return _meant(proposed.entities[tablemap.ROW])


def _meant(made: tablemap.Made) -> dict[str, str]:
    return {**made.columns, **dict.fromkeys(made.id, KEY)}


def mapping(schema: str, meant: Mapping[str, str], split: str) -> str:
    """Return a mapping from what somebody said each column is (a property, or KEY; "": left out)."""
    keys = [column for column, prop in meant.items() if prop == KEY]
    said = {column: prop for column, prop in meant.items() if prop not in {"", KEY}}
    return tablemap.written(schema, keys, said, split)


def why_no_mapping(meant: Iterable[str]) -> str:
    """Return why columns make nothing; "" when they make something."""
    if set(meant) <= {"", KEY}:
        return say("Say of at least one column what it is.")
    return ""
