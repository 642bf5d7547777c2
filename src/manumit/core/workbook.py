"""Workbooks of spreadsheet programs, written in memory alone.

openpyxl writes each sheet into a temporary file first, where names would rest in the open; here the
same writer writes into memory. Import this where a workbook is written, not at the start: the library
takes 27 MB.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence

import openpyxl
from openpyxl.cell import Cell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.workbook import Workbook
from openpyxl.worksheet import _writer
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer import excel


class _InMemory(excel.ExcelWriter):  # type: ignore[misc]
    def write_worksheet(self, ws: Worksheet) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = _writer.WorksheetWriter(ws, out=io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.out.getvalue())
        self.manifest.append(ws)


def new() -> Workbook:
    """Return a workbook with one empty sheet that names nobody as its maker."""
    book = openpyxl.Workbook()
    book.properties.creator = "Manumit"
    return book


def content(book: Workbook) -> bytes:
    """Return the workbook as a file's bytes; nothing touches the disk."""
    out = io.BytesIO()
    excel_writer = _InMemory(book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED))
    excel_writer.save()
    return out.getvalue()


def of(name: str, lines: Iterable[Sequence[str]]) -> bytes:
    """Return lines as a workbook of one sheet; every cell is text."""
    book = new()
    sheet = book.active
    sheet.title = name
    for line in lines:
        append(sheet, line)
    return content(book)


def append(sheet: Worksheet, line: Sequence[str]) -> None:
    """Add a line whose every cell is text: what looks like a formula is not one."""
    cells = []
    for value in line:
        cell = Cell(sheet)
        cell.value, cell.data_type = value, "s"
        cells.append(cell)
    sheet.append(cells)
