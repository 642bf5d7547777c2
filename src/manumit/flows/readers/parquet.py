"""Parquet: the columns that a mapping names, as texts, then read like any other table."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

import polars

from manumit.flows import batch
from manumit.flows import mapping as mappings
from manumit.flows.readers import faults, how, table

MAGIC = b"PAR1"
MOST_RATIO = 2_000  # rows a byte of the file; more is a file made to fill the memory
_BAD = (
    polars.exceptions.PolarsError,
    polars.exceptions.PanicException,  # its reader stops so on some damaged files
    OSError,
    ValueError,
)


def look(stream: BinaryIO) -> how.Look:
    """Return the columns and some rows. Raises batch.Unreadable."""
    try:
        rows = polars.read_parquet(stream, n_rows=30)
    except _BAD:
        raise faults.unreadable("parquet_bad") from None
    texts = _texts(rows, ".")
    return how.Look(layout="", headers=tuple(rows.columns), sample=tuple(texts.rows()))


def read(stream: BinaryIO, mapping: mappings.Mapping, asked: how.Reading) -> Iterator[batch.Batch]:
    """Yield the rows in parts. Raises batch.Unreadable."""
    size = stream.seek(0, 2)
    stream.seek(0)
    try:
        scanned = polars.scan_parquet(stream)
        headings = tuple(scanned.collect_schema().names())
        table.require(headings, mapping)
        rows = int(scanned.select(polars.len()).collect().item())
        if rows > size * MOST_RATIO:
            raise faults.unreadable("bomb")
        named = {name for names in mapping.columns.values() for name in names}
        frame = scanned.select([h for h in headings if h in named]).collect()
    except _BAD as error:
        if isinstance(error, batch.Unreadable):
            raise
        raise faults.unreadable("parquet_bad") from None
    if not frame.height:
        raise faults.unreadable("headings_only")
    for start in range(0, frame.height, how.BATCH_ROWS):
        part = _texts(frame.slice(start, how.BATCH_ROWS), mapping.decimal)
        made = table.Frame(
            rows=part,
            lines=polars.int_range(start + 1, start + 1 + part.height, eager=True),
            raw=_raw(part),
            typed=True,
        )
        yield table.checked(made, mapping, asked)


def _raw(part: polars.DataFrame) -> Callable[[int], str]:
    return lambda number: ";".join(part.row(number))


def _texts(frame: polars.DataFrame, decimal: str) -> polars.DataFrame:
    made = []
    for column in frame.iter_columns():
        kind = column.dtype
        if isinstance(kind, polars.Datetime):
            form = "%Y-%m-%dT%H:%M:%S%z" if kind.time_zone else "%Y-%m-%d %H:%M:%S"
            text = column.dt.strftime(form)
        elif kind.is_float() or kind.is_decimal():
            text = column.cast(polars.String).str.replace(".", decimal, literal=True)
        elif kind.is_nested() or kind == polars.Binary:
            text = polars.Series(column.name, [""] * len(column))
        else:
            text = column.cast(polars.String)
        made.append(text.fill_null("").alias(column.name))
    return polars.DataFrame(made)
