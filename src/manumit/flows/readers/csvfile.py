"""CSV: text cut into rows, each row's cells counted against the heading, then read by its mapping."""

import contextlib
import csv
import io
import itertools
from collections.abc import Iterator
from typing import BinaryIO, Literal

import numpy as np
import polars

from manumit.flows import batch
from manumit.flows import mapping as mappings
from manumit.flows.readers import encoded, faults, how, lines, table

HEAD = 1 << 16  # bytes by which a file's form is told
SAMPLE = 30


def look(
    stream: BinaryIO, encoding: str = "", separator: str = "", *, cut: bool = False
) -> how.Look:
    """Return the headings and some rows of a file, or of its beginning. Raises batch.Unreadable."""
    text = encoded.Text(stream, encoding, cut=cut)
    head = _head(_first(text.blocks()))
    form = lines.dialect(head, separator)
    rows = _rows(head, form)
    skip = _skip(rows)
    headings = table.unique(rows[skip]) if skip < len(rows) else ()
    sample = (row for row in rows[skip + 1 :] if len(row) == len(headings))
    return how.Look(
        layout="",
        encoding=text.encoding or "utf-8",
        separator=form.separator,
        skip=skip,
        headers=headings,
        sample=tuple(tuple(row) for row in itertools.islice(sample, SAMPLE)),
    )


def _first(blocks: Iterator[bytes]) -> bytes:
    """Return the beginning of a file, long enough to tell its form."""
    first = b""
    while len(first) < HEAD and (block := next(blocks, b"")):
        first += block
    return first


def _head(block: bytes) -> str:
    """Return the beginning of a block that ends with a whole line, where there is one."""
    if len(block) <= HEAD:
        return block.decode("utf-8", "replace")
    cut = block.rfind(b"\n", 0, HEAD)
    return block[: cut + 1 if cut >= 0 else HEAD].decode("utf-8", "replace")


def _rows(head: str, form: lines.Dialect) -> list[list[str]]:
    reader = csv.reader(
        io.StringIO(head.replace("\0", "")), delimiter=form.separator, quoting=_quoting(form)
    )
    try:
        return list(itertools.islice(reader, 200))
    except csv.Error:
        return []


def _quoting(form: lines.Dialect) -> Literal[0, 3]:
    return 0 if form.quoted else 3  # csv.QUOTE_MINIMAL, csv.QUOTE_NONE


def _skip(rows: list[list[str]]) -> int:
    """Return how many rows stand above the heading: the first that is as wide as most rows are."""
    widths = [len(row) for row in rows if any(cell.strip() for cell in row)]
    if not widths:
        return 0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    for number, row in enumerate(rows):
        if len(row) == usual and sum(bool(cell.strip()) for cell in row) > usual / 2:
            return number
    return 0


def read(stream: BinaryIO, mapping: mappings.Mapping, asked: how.Reading) -> Iterator[batch.Batch]:
    """Yield one batch per block of the file. Raises batch.Unreadable."""
    text = encoded.Text(stream, asked.encoding or mapping.encoding)
    blocks = text.blocks()
    first = _first(blocks)
    form = lines.dialect(_head(first), mapping.separator)
    reader = _Reader(mapping, form)
    rows = 0
    for part in lines.records(itertools.chain([first], blocks), form):
        made = reader.taken(part, asked)
        if made is not None:
            rows += made.rows.height + made.accounts.height + len(made.rejected)
            yield made
    if reader.headings is None:
        raise faults.unreadable("empty")
    if not rows:
        raise faults.unreadable("headings_only", line=1)
    if text.guessed:
        yield batch.Batch(rows=faults.nothing(), notes=(("encoding_guessed", 1),))


class _Reader:
    """Knows the heading once it has come by."""

    def __init__(self, mapping: mappings.Mapping, form: lines.Dialect) -> None:
        self.mapping, self.form = mapping, form
        self.headings: tuple[str, ...] | None = None
        self.skip = mapping.skip

    def taken(self, part: lines.Records, asked: how.Reading) -> batch.Batch | None:
        """Return the rows of one part as a batch; None where the heading is not there yet."""
        broken = [
            faults.rejected(line, "row", "quote_open", raw.decode("utf-8", "replace"))
            for line, raw in part.open_quotes
        ]
        keep = np.ones(len(part.starts), np.bool_)
        if self.headings is None:
            self._heading(part, keep)
        if self.headings is None:
            return None
        widths = part.cells
        empty = keep & (part.ends - part.starts <= widths - 1)
        keep &= ~empty
        wrong = widths != len(self.headings)
        if len(part.odd):
            wrong |= _torn(part)
        for number in np.flatnonzero(keep & wrong):
            broken += self._wrong(part, int(number))
        keep &= ~wrong
        made = self._checked(part, keep, asked)
        notes = (*made.notes, *faults.notes([("rows_empty", int(empty.sum()))]))
        refused = sorted([*broken, *made.rejected], key=lambda row: row.line)
        return batch.Batch(made.rows, made.accounts, tuple(refused), notes)

    def _wrong(self, part: lines.Records, number: int) -> list[batch.Rejected]:
        """Return the refusal of a record that is too short or too long.

        Where a mark in a wrong place made several rows into one, each of them is refused and counted.
        """
        width, line, raw = len(self.headings or ()), int(part.lines[number]), part.raw(number)
        rows = raw.split("\n")
        right = part.cells[number] == width
        if right or any(row.count(self.form.separator) >= width - 1 for row in rows[1:]):
            return [
                faults.rejected(line + below, "row", "quote_open", row)
                for below, row in enumerate(rows)
                if row.strip()
            ]
        reason = "columns_missing" if part.cells[number] < width else "columns_extra"
        return [faults.rejected(line, "row", reason, raw)]

    def _heading(self, part: lines.Records, keep: "np.typing.NDArray[np.bool_]") -> None:
        """Take the heading out of the first rows: the first that is not empty after those to skip."""
        for number in range(len(part.starts)):
            if self.skip > 0:
                self.skip -= 1
            elif part.ends[number] > part.starts[number]:
                cells = _rows(part.raw(number), self.form)
                self.headings = table.unique(cells[0] if cells else [])
                table.require(self.headings, self.mapping)
            keep[number] = False
            if self.headings is not None:
                return

    def _checked(
        self, part: lines.Records, keep: "np.typing.NDArray[np.bool_]", asked: how.Reading
    ) -> batch.Batch:
        numbers = np.flatnonzero(keep)
        if not len(numbers):
            return batch.Batch(rows=faults.nothing())
        frame = table.Frame(
            rows=self._cells(part, keep),
            lines=polars.Series(part.lines[numbers]),
            raw=lambda number: part.raw(int(numbers[number])),
            masked=_zeros(part, numbers),
        )
        return table.checked(frame, self.mapping, asked)

    def _cells(self, part: lines.Records, keep: "np.typing.NDArray[np.bool_]") -> polars.DataFrame:
        """Return the columns that the mapping names, as texts."""
        headings = self.headings or ()
        named = {name for names in self.mapping.columns.values() for name in names}
        places = [place for place, heading in enumerate(headings) if heading in named]
        rows = int(keep.sum())
        made = polars.DataFrame()
        with contextlib.suppress(polars.exceptions.PolarsError):
            made = polars.read_csv(
                lines.kept(part, keep),
                has_header=False,
                columns=places,
                separator=self.form.separator,
                quote_char='"' if self.form.quoted else None,
                infer_schema=False,
            )
        if made.height == rows and not len(part.odd):
            return made.rename(dict(zip(made.columns, (headings[p] for p in places), strict=True)))
        cells = [_one(part.raw(int(n)), self.form) for n in np.flatnonzero(keep)]
        return polars.DataFrame(
            {headings[p]: [row[p] if p < len(row) else "" for row in cells] for p in places},
            schema={headings[p]: polars.String for p in places},
        )


def _torn(part: lines.Records) -> "np.typing.NDArray[np.bool_]":
    """Tell which records have a mark in a wrong place and go over several lines."""
    torn = np.zeros(len(part.starts), np.bool_)
    for number in np.unique(np.searchsorted(part.ends, part.odd)):
        torn[number] = b"\n" in part.data[part.starts[number] : part.ends[number]]
    return torn


def _one(raw: str, form: lines.Dialect) -> list[str]:
    """Return one record's cells; a mark in a wrong place is a letter like any other."""
    rows = list(csv.reader(io.StringIO(raw), delimiter=form.separator, quoting=_quoting(form)))
    return rows[0] if rows else []


def _zeros(
    part: lines.Records, numbers: "np.typing.NDArray[np.int64]"
) -> tuple[tuple[str, str, polars.Series], ...]:
    """Return the rows that hold a zero byte."""
    if b"\0" not in part.data:
        return ()
    places = np.flatnonzero(np.frombuffer(part.data, np.uint8) == 0)
    rows = np.searchsorted(part.ends, places)
    return (("row", "nul", polars.Series(np.isin(numbers, rows))),)
