"""Spreadsheets (XLSX): the first sheet, its values as texts, and which cells hold formulas.

A formula's value is whatever the program that saved it last made of it, and a sheet may be made to
show another number than it computes; so rows with a formula in a column that matters are refused.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

import polars
import python_calamine

from manumit.core import sheetsize
from manumit.flows import batch
from manumit.flows import mapping as mappings
from manumit.flows.readers import faults, how, table

MAGIC = b"PK\x03\x04"
OLD_MAGIC = b"\xd0\xcf\x11\xe0"  # XLS, or XLSX locked with a password
MOST_BYTES = 200_000_000  # unpacked
MOST_CELLS = 5_000_000
_PLACE = re.compile(rb"""<c\b[^>]*?\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*>(\s*<f\b)?""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_BAD = (
    zipfile.BadZipFile, zlib.error, python_calamine.CalamineError, EOFError, IndexError, KeyError,
    NotImplementedError, OSError, RuntimeError, ValueError,
)  # fmt: skip


def is_workbook(stream: BinaryIO) -> bool:
    """Tell whether a ZIP archive is a workbook."""
    try:
        with zipfile.ZipFile(stream) as packed:
            return "xl/workbook.xml" in packed.namelist()
    except _BAD:
        return False
    finally:
        stream.seek(0)


def look(stream: BinaryIO) -> how.Look:
    """Return the headings and some rows. Raises batch.Unreadable."""
    rows = _open(stream)[0]
    cells = [[_text(cell, ".") for cell in row] for row in rows[:60]]
    skip = _skip(cells)
    headings = table.unique(cells[skip]) if cells else ()
    return how.Look(
        layout="",
        skip=skip,
        headers=headings,
        sample=tuple(tuple(row) for row in cells[skip + 1 : skip + 31]),
    )


def texts(stream: BinaryIO) -> tuple[list[list[str]], int, int]:
    """Return all rows as texts, how many stand above the headings, and the first row with a formula.

    Rows are counted from 1; 0: there is no formula. Raises batch.Unreadable.
    """
    rows, formulas, _sheets = _open(stream)
    cells = [[_text(cell, ".") for cell in row] for row in rows]
    return cells, _skip(cells[:60]), min((line for line, _place in formulas), default=0)


def read(stream: BinaryIO, mapping: mappings.Mapping, asked: how.Reading) -> Iterator[batch.Batch]:
    """Yield the rows of the first sheet. Raises batch.Unreadable."""
    rows, formulas, sheets = _open(stream)
    skip = mapping.skip or _skip([[_text(c, ".") for c in row] for row in rows[:60]])
    if not rows:
        raise faults.unreadable("empty")
    headings = table.unique([_text(cell, ".") for cell in rows[skip]])
    table.require(headings, mapping)
    body = [(number, row) for number, row in enumerate(rows, 1) if number > skip + 1]
    filled = [(n, row) for n, row in body if any(cell not in ("", None) for cell in row)]
    if not filled:
        raise faults.unreadable("headings_only", line=skip + 1)
    told = [("rows_empty", len(body) - len(filled)), ("sheets_other", sheets - 1)]
    for start in range(0, len(filled), how.BATCH_ROWS):
        part = filled[start : start + how.BATCH_ROWS]
        made = table.checked(_frame(part, headings, mapping, formulas), mapping, asked)
        notes = (*made.notes, *faults.notes(told if start == 0 else []))
        yield batch.Batch(made.rows, made.accounts, made.rejected, notes)


def _frame(
    part: list[tuple[int, list[Any]]],
    headings: tuple[str, ...],
    mapping: mappings.Mapping,
    formulas: set[tuple[int, int]],
) -> table.Frame:
    texts = [[_text(cell, mapping.decimal) for cell in row] for _, row in part]
    named = {name for names in mapping.columns.values() for name in names}
    columns = {h: [row[i] for row in texts] for i, h in enumerate(headings)}
    lines = [number for number, _ in part]
    masked = tuple(
        (heading, "formula", polars.Series([(line, place) in formulas for line in lines]))
        for place, heading in enumerate(headings)
        if heading in named and formulas
    )
    return table.Frame(
        rows=polars.DataFrame(columns, schema=dict.fromkeys(headings, polars.String)),
        lines=polars.Series(lines, dtype=polars.Int64),
        raw=lambda number: ";".join(texts[number]),
        typed=True,
        masked=masked,
    )


def _open(stream: BinaryIO) -> tuple[list[list[Any]], set[tuple[int, int]], int]:
    """Return the first sheet's rows, the places of its formulas, and how many sheets there are."""
    data = stream.read(MOST_BYTES + 1)
    if data.startswith(OLD_MAGIC):
        raise faults.unreadable("sheet_bad")
    try:
        formulas, sheets = _examined(data)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False), formulas, sheets
    except _BAD as error:
        if isinstance(error, batch.Unreadable):
            raise
        raise faults.unreadable("sheet_bad") from None


def _examined(data: bytes) -> tuple[set[tuple[int, int]], int]:
    """Return the first sheet's formulas, and how many sheets; refuse what would fill the memory."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(item.file_size for item in packed.infolist()) > MOST_BYTES:
            raise faults.unreadable("sheet_large")
        sheets = [n for n in packed.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", n)]
        first = _first(packed)
        shared = sheetsize.shared(packed)
        for name in {*sheets, first}:
            part = packed.read(name)
            wide = sheetsize.cells(part) > MOST_CELLS
            if wide or sheetsize.text(part, shared) > sheetsize.MOST_TEXT:
                raise faults.unreadable("sheet_large")
            if name == first:
                found = _formulas(part)
        return found, len(sheets)


def _first(packed: zipfile.ZipFile) -> str:
    """Return the part that holds the first sheet, by the workbook's own order."""
    book = packed.read("xl/workbook.xml")
    relations = packed.read("xl/_rels/workbook.xml.rels")
    sheet = re.search(rb"""<(?:\w+:)?sheet\b[^>]*?\br:id\s*=\s*["']([^"']+)["']""", book)
    for tag in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", relations):
        ends = dict(re.findall(rb"""\b(Id|Target)\s*=\s*["']([^"']+)["']""", tag))
        if sheet and ends.get(b"Id") == sheet[1]:
            target = ends.get(b"Target", b"").decode("utf-8", "replace")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise faults.unreadable("sheet_bad")


def _formulas(part: bytes) -> set[tuple[int, int]]:
    """Return where formulas are: row from 1, column from 0."""
    count = len(_FORMULA.findall(part))
    if not count:
        return set()
    found = {
        (int(number), sheetsize.column(letters) - 1)
        for letters, number, formula in _PLACE.findall(part)
        if formula
    }
    if count != len(found):
        raise faults.unreadable("sheet_bad")  # formulas in cells that do not say where they are
    return found


def _skip(cells: list[list[str]]) -> int:
    filled = [sum(bool(cell.strip()) for cell in row) for row in cells]
    most = max(filled, default=0)
    return next((number for number, count in enumerate(filled) if count > most / 2), 0)


def _text(cell: Any, decimal: str) -> str:
    """Return a cell as a text, numbers with the mapping's decimal mark, dates by ISO 8601."""
    if cell is None or isinstance(cell, bool | str):
        return "" if cell is None else str(cell)
    if isinstance(cell, int | float):
        number = format(Decimal(repr(cell)), "f")
        return number.removesuffix(".0").replace(".", decimal)
    if isinstance(cell, datetime):
        near = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
        return f"{near:%Y-%m-%d}" if near.time() == time() else f"{near:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:%H:%M:%S}" if isinstance(cell, time) else str(cell)
