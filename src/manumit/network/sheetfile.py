"""A spreadsheet as the table that a page reads: its first sheet as CSV, each row on its own line.

A formula shows whatever the program that saved it last made of it; so a sheet with one is refused.
Reading a sheet brings the table engine with it: load this where a file is read.
"""

import csv
import io

from manumit.core.reasons import say
from manumit.flows import batch
from manumit.flows.readers import sheet


class BadSheet(ValueError):  # noqa: N818 (said as it is)
    """The sheet cannot be read; the text says why and what to do."""


def is_one(data: bytes) -> bool:
    """Tell whether a file is a spreadsheet (XLSX)."""
    return data.startswith(sheet.MAGIC) and sheet.is_workbook(io.BytesIO(data))


def as_csv(data: bytes) -> bytes:
    """Return the first sheet as CSV, headings first, every other row on the line of its number."""
    try:
        rows, above, formula = sheet.texts(io.BytesIO(data))
    except batch.Unreadable as problem:
        raise BadSheet(problem.cure) from problem
    if formula:
        raise BadSheet(
            say(
                "Row {n} of the sheet holds a formula. Save the sheet with its values alone, or as "
                "CSV, and give that.",
                n=formula,
            )
        )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for number, row in enumerate(rows[above:]):
        cells = [" ".join(cell.split()) for cell in row]
        if number == 0 or any(cells):
            writer.writerow(cells)
        else:
            out.write("\n")
        if number == 0:
            out.write("\n" * above)  # so that a line is counted as the row is in the sheet
    return out.getvalue().encode()
