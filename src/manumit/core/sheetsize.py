"""How much memory a workbook (XLSX) takes once it is read, reckoned from its parts beforehand.

A reader keeps a place for every cell up to the last one that is named, and a copy of a shared text
for each cell that points at it; so a file of ten kilobytes can take more memory than there is.
"""

import functools
import re
import zipfile

MOST_TEXT = 100_000_000  # bytes, once every cell has its own copy of the text it shares
_NAMED = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,9})([0-9]{1,9})["']""")  # of a row or a cell
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_NAMELESS_ROW = re.compile(rb"<(?:\w+:)?row\b(?![^>]*\br\s*=)")
_NAMELESS_CELL = re.compile(rb"<(?:\w+:)?c\b(?![^>]*\br\s*=)")
_CELL = re.compile(rb"<(?:\w+:)?c\b")
_SHARED = re.compile(rb"<(?:\w+:)?si\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)")
_NUMBER = re.compile(rb"-?[0-9]*[.]?[0-9]+([eE][-+]?[0-9]+)?")
_DIGITS = 20  # of a number that can count cells


def shared(packed: zipfile.ZipFile) -> list[int]:
    """Return how long each text is that cells share, in bytes."""
    parts = (name for name in packed.namelist() if name.lower().endswith("sharedstrings.xml"))
    return [len(each) for name in parts for each in _SHARED.split(packed.read(name))[1:]]


def cells(part: bytes) -> int:
    """Return how many cells the reader would keep a place for.

    A row or a cell that does not say where it is comes after the one before it.
    """
    columns = rows = 0
    for match in _NAMED.finditer(part):
        letters, number = match.groups()
        columns, rows = max(columns, column(letters)), max(rows, int(number))
    rows += _count(_NAMELESS_ROW, part)
    if _NAMELESS_CELL.search(part):
        columns += max(_count(_NAMELESS_CELL, row) for row in _ROW.split(part))
    return max(columns, 1) * max(rows, 1)


def _count(what: re.Pattern[bytes], part: bytes) -> int:
    return sum(1 for _ in what.finditer(part))  # a list of millions would fill the memory itself


@functools.cache
def column(letters: bytes) -> int:
    """Return the number of a column, from 1; 0 for no letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def text(part: bytes, shared: list[int]) -> int:
    """Return at most how much text a sheet's cells hold, once each has what it shares with others.

    A long text that a thousand cells point at is small in the file and a thousand times as large in
    memory. What is no number may point at the longest.
    """
    longest = max(shared, default=0)
    most = _count(_CELL, part) * longest
    if most <= MOST_TEXT:
        return most
    total = 0
    for value in _VALUE.finditer(part):
        told = value[1].strip()
        if told.isdigit() and len(told) <= _DIGITS:
            total += shared[int(told)] if int(told) < len(shared) else 0
        elif not _NUMBER.fullmatch(told):
            total += longest
    return total
