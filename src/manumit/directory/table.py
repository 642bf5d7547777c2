"""The spreadsheet of services: a template to fill in, read back from CSV or XLSX.

One row is one service; lists in a cell are parted by semicolons. On the way out a cell that a
spreadsheet program would run as a formula is written as text (leading apostrophe); on the way in
the apostrophe is taken off again. The type of a file is found from its first bytes, never from
its name.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import python_calamine

from manumit.core import sheetsize
from manumit.directory.entry import (
    DAYS,
    Entry,
    Hours,
    Problem,
    Reading,
    Rejected,
    Unreadable,
    problems,
    reject,
)

SOURCE = "table"
LISTS = (
    "needs",
    "languages",
    "nationalities",
    "nationalities_not",
    "documents",
    "groups",
    "access",
    "referral_methods",
)
FLAGS = ("always_open", "expired_documents", "takes_referrals")
DATES = ("starts_on", "ends_on", "confirmed_on")
TEXTS = (
    "organisation",
    "organisation_website",
    "name",
    "description",
    "place",
    "place_precision",
    "country",
    "coverage",
    "timezone",
    "frequency",
    "sex",
    "next_step",
    "answer_stated",
    "phone",
    "email",
    "website",
)
NUMBERS = ("latitude", "longitude", "answer_hours")
AGES = ("minimum_age", "maximum_age")
COLUMNS = (
    "id",
    "organisation",
    "name",
    "name_ar",
    "needs",
    "description",
    "description_ar",
    "place",
    "place_ar",
    "place_precision",
    "country",
    "latitude",
    "longitude",
    "coverage",
    "timezone",
    *DAYS,
    "always_open",
    "frequency",
    "languages",
    "sex",
    *AGES,
    "nationalities",
    "nationalities_not",
    "documents",
    "expired_documents",
    "groups",
    "access",
    "takes_referrals",
    "referral_methods",
    "next_step",
    "answer_hours",
    "answer_stated",
    "phone",
    "email",
    "website",
    "organisation_website",
    *DATES,
)
REQUIRED = ("id", "organisation", "name", "needs")
MOST_BYTES = 60_000_000  # unpacked; more in a spreadsheet is refused before it is opened
MOST_CELLS = 2_000_000  # rows × columns, empty ones too
_NO_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    python_calamine.CalamineError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_SPAN = re.compile(r"(\d{1,2}:\d{2})?\s*-\s*(\d{1,2}:\d{2})?\Z")
_BEGINS = r"(^|[;\t\r\n])([\s\u00a0\ufeff]*)"
_SIGN = r"('*)([=+\-@\uff1d\uff0b\uff0d\uff20])"
_RUNS = re.compile(_BEGINS + _SIGN)
_GUARDED = re.compile(_BEGINS + "'" + _SIGN)
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


class _RowError(Exception):
    """A cell that cannot be read."""

    def __init__(self, field: str, reason: str, cure: str) -> None:
        super().__init__(reason)
        self.problem = Problem(field, reason, cure)


def safe(cell: str) -> str:
    """Return the cell so that no spreadsheet program runs it; plain numbers stay as they are.

    Guarded is also what would begin a cell in a program that parts cells by semicolons or tabs.
    """
    if _PLAIN_NUMBER.match(cell):
        return cell
    guarded = _RUNS.sub(r"\1\2'\3\4", cell)
    return "'" + guarded if guarded.startswith(("\t", "\r")) else guarded


def unsafe(cell: str) -> str:
    """Return the cell as it was before `safe`."""
    bare = cell[1:] if cell.startswith(("'\t", "'\r")) else cell
    return _GUARDED.sub(r"\1\2\3\4", bare)


def write(entries: Iterable[Entry]) -> str:
    """Return the CSV text of services, with the heading of the template."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        cells = to_cells(entry)
        writer.writerow([safe(cells[name]) for name in COLUMNS])
    return out.getvalue()


def to_cells(entry: Entry) -> dict[str, str]:
    """Return the cells of an entry by column."""
    cells: dict[str, str] = {"id": entry.source_id}
    cells |= {name: getattr(entry, name) for name in TEXTS}
    cells |= {name: "; ".join(getattr(entry, name)) for name in LISTS}
    cells |= {name: "yes" if getattr(entry, name) else "no" for name in FLAGS}
    for name in (*DATES, *NUMBERS, *AGES):
        value = getattr(entry, name)
        cells[name] = "" if value is None else str(value)
    for name in ("name", "description", "place"):
        cells[f"{name}_ar"] = getattr(entry, f"{name}_i18n").get("ar", "")
    for number, day in enumerate(DAYS):
        cells[day] = "; ".join(_span(h) for h in entry.hours if h.weekday == number)
    return cells


def _span(hours: Hours) -> str:
    opens = f"{hours.opens:%H:%M}" if hours.opens else ""
    closes = f"{hours.closes:%H:%M}" if hours.closes else ""
    return f"{opens}-{closes}"


def template() -> str:
    """Return the CSV template: the heading and one example that is obviously none."""
    example = Entry(
        source=SOURCE,
        source_id="example-1",
        organisation="Example Organisation",
        name="Example legal advice (delete this row)",
        needs=("legal_assistance",),
        place="Exampletown",
        country="ZZ",
        latitude=0.5,
        longitude=0.5,
        coverage="city",
        timezone="Etc/UTC",
        hours=tuple(Hours(day, time(9), time(17)) for day in range(5)),
        frequency="daily",
        languages=("en", "ar"),
    )
    return write([example])


def read(file: str, data: bytes) -> Reading:
    """Return entries and rejected rows; `line` is the line in the sheet, the heading being 1.

    Raises `entry.Unreadable` when the file is no table or its heading lacks a column.
    """
    found = lines(file, data)
    if not found:
        raise Unreadable(file, 1, "The file is empty.", "Start from the template.")
    _, first = found[0]
    heading = [cell.strip().lower() for cell in first]
    missing = [name for name in REQUIRED if name not in heading]
    if missing:
        raise Unreadable(file, 1, f"There is no column “{missing[0]}”.", "Start from the template.")
    unknown = [name for name in heading if name and name not in COLUMNS]
    if unknown:
        raise Unreadable(
            file, 1, f"The column “{unknown[0]}” is not known.", "Use the columns of the template."
        )
    return _read_rows(file, heading, found[1:])


def lines(file: str, data: bytes) -> list[tuple[int, list[str]]]:
    """Return every line of a CSV or XLSX file with its number, within the limits of this module.

    Raises `entry.Unreadable` when it is neither, or too large.
    """
    return list(_xlsx(file, data) if data[:4] == b"PK\x03\x04" else _csv(file, data))


def _read_rows(
    file: str, heading: Sequence[str], lines: Sequence[tuple[int, list[str]]]
) -> Reading:
    entries: list[tuple[int, Entry]] = []
    rejected: list[Rejected] = []
    seen: set[str] = set()
    for line, cells in lines:
        row = {n: c for n, c in zip(heading, (unsafe(x.strip()) for x in cells), strict=False) if n}
        if not any(row.values()):
            continue
        ids = {"source": SOURCE, "source_id": row.get("id", "")}
        try:
            made = from_cells(row)
        except _RowError as bad:
            rejected.append(reject("table", file, line, bad.problem, row, **ids))
            continue
        found = problems(made)
        if made.source_id in seen:
            found = [Problem("id", "This identifier stands twice.", "Give each its own.")]
        if found:
            rejected.append(reject("table", file, line, found[0], row, **ids))
        else:
            seen.add(made.source_id)
            entries.append((line, made))
    return Reading(SOURCE, tuple(entries), tuple(rejected))


def from_row(file: str, line: int, row: Mapping[str, str]) -> Entry | Rejected:
    """Return the entry of one row of the template, or why it cannot be one."""
    reading = _read_rows(file, tuple(row), [(line, list(row.values()))])
    if not reading.entries and not reading.rejected:
        empty = Problem("id", "The row is empty.", "Fill it in, or leave it as it is.")
        return reject("table", file, line, empty, row, source=SOURCE)
    return reading.entries[0][1] if reading.entries else reading.rejected[0]


def from_cells(row: Mapping[str, str]) -> Entry:
    """Return the entry of one row; columns that are missing are empty."""
    values: dict[str, Any] = {name: row.get(name, "") for name in TEXTS}
    values |= {name: _list(row.get(name, "")) for name in LISTS}
    values |= {name: _flag(row, name, default=name == "takes_referrals") for name in FLAGS}
    values |= {name: _date(row, name) for name in DATES}
    values |= {name: _number(row, name) for name in NUMBERS}
    values |= {name: _age(row, name) for name in AGES}
    for name in ("name", "description", "place"):
        arabic = row.get(f"{name}_ar", "")
        values[f"{name}_i18n"] = {"ar": arabic} if arabic else {}
    values["place_precision"] = values["place_precision"] or "point"
    return Entry(
        source=SOURCE,
        source_id=row.get("id", ""),
        organisation_id=row.get("organisation", ""),
        hours=tuple(_hours(row)),
        **values,
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def _flag(row: Mapping[str, str], name: str, *, default: bool) -> bool:
    cell = row.get(name, "").lower()
    if not cell:
        return default
    if cell not in (*_YES, *_NO):
        raise _RowError(name, f"{cell!r} is neither yes nor no.", "Write yes or no.")
    return cell in _YES


def _date(row: Mapping[str, str], name: str) -> date | None:
    cell = row.get(name, "")
    if not cell:
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise _RowError(name, f"{cell!r} is no date.", "Write it as 2025-03-31.") from None


def _number(row: Mapping[str, str], name: str) -> float | None:
    cell = row.get(name, "")
    if not cell:
        return None
    if not _PLAIN_NUMBER.match(cell):
        raise _RowError(name, f"{cell!r} is no number.", "Write it with a point, as 32.05.")
    return float(cell)


def _age(row: Mapping[str, str], name: str) -> int | None:
    cell = row.get(name, "").removesuffix(".0")
    if not cell:
        return None
    if not cell.isascii() or not cell.isdigit() or len(cell) > 9:
        raise _RowError(name, f"{cell[:40]!r} is no age.", "Give whole years.")
    return int(cell)


def _hours(row: Mapping[str, str]) -> Iterable[Hours]:
    for number, day in enumerate(DAYS):
        for part in _list(row.get(day, "")):
            match = _SPAN.match(part)
            if not match or not any(match.groups()):
                raise _RowError(day, f"{part!r} is no span of hours.", "Write it as 08:30-17:00.")
            opens, closes = (_time(text, day) for text in match.groups())
            yield Hours(number, opens, closes)


def _time(text: str | None, day: str) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        raise _RowError(day, f"{text!r} is no time of day.", "Use 00:00 to 23:59.") from None


def _csv(file: str, data: bytes) -> Iterable[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(file, line, "It is not UTF-8 text.", "Save it as CSV UTF-8.") from None
    if "\0" in text:
        raise Unreadable(file, 1, "It is no table.", "Give a CSV or XLSX file.")
    first = text.split("\n", 1)[0]
    parted = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parted)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            file, reader.line_num, f"It breaks off: {error}.", "Save it again."
        ) from None


def _xlsx(file: str, data: bytes) -> Iterable[tuple[int, list[str]]]:
    try:
        if _too_large(data):
            raise Unreadable(file, 1, "It is too large.", "Split it, or save it as CSV.")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except _NO_WORKBOOK:
        raise Unreadable(
            file, 1, "It is no readable spreadsheet.", "Save it as XLSX or as CSV."
        ) from None
    for line, cells in enumerate(rows, 1):
        yield line, [_cell(cell) for cell in cells]


def _too_large(data: bytes) -> bool:
    """Tell whether a workbook would take more memory than it may once it is read.

    Raises BadZipFile for what is no workbook of this kind, and for a part that is longer than it says.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(item.file_size for item in packed.infolist()) > MOST_BYTES:
            return True
        if "xl/workbook.xml" not in packed.namelist():
            raise zipfile.BadZipFile
        shared = sheetsize.shared(packed)
        parts = map(packed.read, packed.infolist())
        return any(
            sheetsize.cells(part) > MOST_CELLS or sheetsize.text(part, shared) > sheetsize.MOST_TEXT
            for part in parts
        )


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\0", "")
