"""Sheets of the Human Trafficking Case Data Standard: reading three kinds of them, writing CSV.

Read are the official Excel sheet (a hidden row of names, a row of headings, 1,000 numbered rows),
CSV or Excel with prefixed names, and what survey servers give out (paths before the names, one
column per choice, and the misspelt names of the standard's own form). What a file is, is found from
its first bytes and headings. Where the official sheet's hidden names and its visible headings
disagree (the address does), the heading is right: it is what people saw when they typed. Several
referrals, events or plans of one person stand in columns with a number: `hte_City.2`. A column that
nobody knows is kept as it came.
"""

import csv
import functools
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from manumit.cases import htcds
from manumit.core.reasons import say
from manumit.directory import table
from manumit.directory.entry import Unreadable

MOST_BYTES = 5_000_000
MOST_ROWS = 2_000
MOST_REPEATS = 50
IDS: tuple[str, ...] = (
    "record_id",
    "_uuid",
    "meta/instanceID",
    "instanceID",
    "KEY",
    "case_id",
    "id",
    "_id",
)
WHY, CURE = "why_not", "what_to_do"  # the two columns of a sheet of rejected rows
NUMBERED = re.compile(r"(?P<name>.+?)(?:\.|_|\[)(?P<number>[1-9]\d?)\]?\Z")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of one row, and what to do."""

    field: str
    reason: str
    cure: str


@dataclass(frozen=True)
class Row:
    """One row as it was read: its line, its cells as they came, and the record or the problems."""

    line: int
    cells: tuple[str, ...]
    record: htcds.Record
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A sheet: its headings, its rows, columns the standard does not know, and what was put right."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Column:
    """What a column is: a field (of the nth entry of its group), a choice of it, the id, or other."""

    name: str = ""
    number: int = 0
    choice: str = ""
    other: str = ""
    is_id: bool = False


@dataclass
class _Growing:
    values: dict[str, htcds.Value] = field(default_factory=dict)
    groups: dict[str, dict[int, dict[str, htcds.Value]]] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    record_id: str = ""


# --- headings ------------------------------------------------------------------------------------


@functools.cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for known in htcds.load().fields.values():
        for name in (known.name, *known.aliases):
            found[htcds.fold(name)] = known.name
    return found


@functools.cache
def _labels() -> dict[str, str]:
    """Return fields by the heading people see; a heading of several fields is that of the sheet."""
    fields = htcds.load().fields
    found: dict[str, list[str]] = {}
    for known in fields.values():
        found.setdefault(htcds.fold(known.label), []).append(known.name)
    sheet = set(htcds.load().sheet)
    kept: dict[str, str] = {}
    for label, names in found.items():
        chosen = names if len(names) == 1 else [name for name in names if name in sheet]
        if len(chosen) == 1:
            kept[label] = chosen[0]
    return kept


def _by_name(heading: str) -> _Column | None:
    parts = [part for part in re.split(r"[/:]", heading) if part]
    last = parts[-1] if parts else ""
    name = _names().get(htcds.fold(last)) if "_" in last else None
    if name:
        return _Column(name)
    if len(parts) > 1 and (name := _names().get(htcds.fold(parts[-2]))):
        known = htcds.load().fields[name]
        code = htcds.load().code(known.codes, last) if known.kind == "choices" else ""
        return _Column(name, choice=code) if code else None
    match = NUMBERED.match(last)
    if match and (name := _names().get(htcds.fold(match["name"]))):
        known, number = htcds.load().fields[name], int(match["number"])
        if known.repeats and number <= MOST_REPEATS:
            return _Column(name, number - 1)
    return None


def _column(name: str, label: str, taken: set[str], notes: list[str]) -> _Column:
    """Return what a column is, from its name and the heading below it; either may be empty."""
    named, seen = _by_name(name), _labels().get(htcds.fold(label)) if label else None
    if label and seen == "prs_SecondName" and seen in taken and named is None:
        return _Column("prs_Title")  # the survey form calls the title "Second Name" too
    if named is None:
        if seen:
            return _Column(seen)
        return _Column(other=name or label)
    own = htcds.load().fields[named.name].label
    if seen and htcds.fold(label) != htcds.fold(own):
        notes.append(f"“{name}” is headed “{label}”; it was read as what the heading says.")
        return _Column(seen)
    return named


def _columns(first: Sequence[str], second: Sequence[str]) -> tuple[list[_Column], list[str]]:
    """Return the columns of a sheet with names, headings or both, and what was put right."""
    taken: set[str] = set()
    notes: list[str] = []
    columns = []
    at_first = next((i for i in _id_places(first)), None)
    for place, name in enumerate(first):
        label = second[place] if place < len(second) else ""
        if place == at_first:
            columns.append(_Column(is_id=True))
            continue
        if not second and _by_name(name) is None:
            name, label = "", name
        found = _column(name, label, taken, notes)
        taken.add(found.name)
        columns.append(found)
    return columns, notes


def _id_places(first: Sequence[str]) -> Iterable[int]:
    for wanted in IDS:
        for place, name in enumerate(first):
            if name.casefold() == wanted.casefold():
                yield place


def _two_headings(first: Sequence[str], second: Sequence[str]) -> bool:
    """Tell whether the second line is headings too, as in the official sheet."""
    names = sum(_by_name(cell) is not None for cell in first if cell)
    labels = sum(htcds.fold(cell) in _labels() for cell in second if cell)
    return names >= 3 and labels >= 3


# --- rows ----------------------------------------------------------------------------------------


def read(file: str, data: bytes) -> Reading:
    """Return the records and the rows that cannot be records; raises `entry.Unreadable`.

    `line` is the line in the sheet, its first being 1.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(file, 1, "It is larger than 5 megabytes.", "Split it.")
    found = table.lines(file, data)
    lines = [(n, [table.unsafe(htcds.tidy(c)) for c in cells]) for n, cells in found]
    start = next((place for place, (_, cells) in enumerate(lines) if any(cells)), None)
    if start is None:
        raise Unreadable(file, 1, "The file is empty.", "Start from the official sheet.")
    first = lines[start][1]
    second = lines[start + 1][1] if start + 1 < len(lines) else []
    body = start + 1
    if _two_headings(first, second):
        body += 1
    else:
        second = []
    columns, notes = _columns(first, second)
    _refuse_headings(file, lines[start][0], columns)
    rows = [(n, cells) for n, cells in lines[body:] if _filled(columns, cells)]
    if len(rows) > MOST_ROWS:
        raise Unreadable(file, rows[MOST_ROWS][0], "It has more than 2,000 rows.", "Split it.")
    headings = tuple(_heading(column, cell) for column, cell in zip(columns, first, strict=True))
    unknown = tuple(dict.fromkeys(column.other for column in columns if _kept(column)))
    made = _unique([_row(n, cells, columns) for n, cells in rows])
    return Reading(headings, made, unknown, tuple(notes))


def _kept(column: _Column) -> bool:
    return bool(column.other) and column.other not in (WHY, CURE)


def _heading(column: _Column, cell: str) -> str:
    if not column.name or column.choice:
        return cell
    return heading(column.name, column.number)


def heading(name: str, number: int = 0) -> str:
    """Return the heading of a field; the second entry of a group is number 1."""
    return f"{name}.{number + 1}" if number else name


def _refuse_headings(file: str, line: int, columns: Sequence[_Column]) -> None:
    known = [column for column in columns if column.name]
    if not known:
        raise Unreadable(
            file, line, "No column is of the standard.", "Use its names, as prs_FirstName."
        )
    seen: set[_Column] = set()
    for column in known:
        if column in seen:
            name = heading(column.name, column.number)
            raise Unreadable(file, line, f"The column “{name}” stands twice.", "Remove one.")
        seen.add(column)


def _filled(columns: Sequence[_Column], cells: Sequence[str]) -> bool:
    return any(
        cell for column, cell in zip(columns, cells, strict=False) if column.name or _kept(column)
    )


def _row(line: int, cells: Sequence[str], columns: Sequence[_Column]) -> Row:
    growing = _Growing()
    problems: list[Problem] = []
    for column, cell in zip(columns, cells, strict=False):
        if not cell:
            continue
        if column.is_id:
            growing.record_id = cell
        elif _kept(column):
            growing.extra[column.other] = cell
        elif column.name:
            known = htcds.load().fields[column.name]
            try:
                _put(growing, known, column, cell)
            except htcds.BadCell as bad:
                name = heading(column.name, column.number)
                problems.append(Problem(name, bad.reason, bad.cure))
    groups = {
        name: tuple(entry for _, entry in sorted(entries.items()))
        for name, entries in growing.groups.items()
    }
    record = htcds.Record(growing.values, groups, growing.extra, growing.record_id)
    return Row(line, tuple(cells), record, tuple(problems))


def _put(growing: _Growing, known: htcds.Field, column: _Column, cell: str) -> None:
    target = growing.values
    if known.repeats:
        target = growing.groups.setdefault(known.repeats, {}).setdefault(column.number, {})
    if column.choice:
        if htcds.read(replace(known, kind="yes_no"), cell):
            had = target.get(known.name, ())
            codes = had if isinstance(had, tuple) else ()
            target[known.name] = (*codes, *({column.choice} - set(codes)))
        return
    value = htcds.read(known, cell)
    if value is not None:
        target[known.name] = value


def _unique(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Mark rows whose identifier stands in the sheet already."""
    lines: dict[str, int] = {}
    kept = []
    for row in rows:
        number = row.record.record_id
        before = lines.setdefault(number, row.line) if number else row.line
        if before != row.line:
            told = Problem(
                "record_id",
                say("It stands in line {line} already.", line=before),
                "Give each row its own.",
            )
            row = replace(row, problems=(*row.problems, told))
        kept.append(row)
    return tuple(kept)


# --- writing -------------------------------------------------------------------------------------


def columns(records: Iterable[htcds.Record]) -> list[tuple[str, int]]:
    """Return the columns that records need: those of the official sheet, then whatever else is there."""
    used: dict[tuple[str, int], None] = {(name, 0): None for name in htcds.load().sheet}
    extra: dict[tuple[str, int], None] = {}
    for record in records:
        extra |= {(name, 0): None for name in record.values}
        for entries in record.groups.values():
            extra |= {(name, n): None for n, entry in enumerate(entries) for name in entry}
    order = {name: place for place, name in enumerate(htcds.load().fields)}
    rest = sorted(set(extra) - set(used), key=lambda each: (each[1], order[each[0]]))
    return [*used, *rest]


def _cell(record: htcds.Record, name: str, number: int, labels: bool) -> str:
    known = htcds.load().fields[name]
    if not known.repeats:
        return htcds.say(known, record.values.get(name), labels=labels)
    entries = record.groups.get(known.repeats, ())
    value = entries[number].get(name) if number < len(entries) else None
    return htcds.say(known, value, labels=labels)


def lines_of(records: Sequence[htcds.Record], *, labels: bool) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the rows of records, each cell safe to open in a spreadsheet."""
    shown = columns(records)
    other = list(dict.fromkeys(name for record in records for name in record.extra))
    headings = ["record_id", *(heading(*each) for each in shown), *other]
    rows = [
        [
            record.record_id,
            *(_cell(record, name, number, labels) for name, number in shown),
            *(record.extra.get(name, "") for name in other),
        ]
        for record in records
    ]
    return headings, [[table.safe(cell) for cell in row] for row in rows]


def write_csv(records: Sequence[htcds.Record]) -> bytes:
    """Return records as CSV with prefixed names and codes."""
    headings, rows = lines_of(records, labels=False)
    return csv_of([headings, *rows])


def csv_of(lines: Iterable[Sequence[str]]) -> bytes:
    """Return lines as CSV that a spreadsheet program opens as UTF-8."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode("utf-8-sig")


def rejected(reading: Reading, reasons: Mapping[int, Sequence[Problem]]) -> list[list[str]]:
    """Return the sheet of rows that did not come in: their columns as they came, why, and the cure.

    `reasons` by line. The sheet can be mended and loaded again as it is.
    """
    keep = [place for place, name in enumerate(reading.headings) if name not in (WHY, CURE)]
    lines = [[*(reading.headings[place] for place in keep), WHY, CURE]]
    for row in reading.rows:
        told = reasons.get(row.line)
        if told is None:
            continue
        cells = [row.cells[place] if place < len(row.cells) else "" for place in keep]
        why = " | ".join(f"{each.field}: {each.reason}" for each in told)
        cure = " | ".join(f"{each.field}: {each.cure}" for each in told)
        lines.append([table.safe(cell) for cell in (*cells, why, cure)])
    return lines
