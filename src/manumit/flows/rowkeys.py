"""When two rows are the same entry: so that loading twice changes nothing.

Where the bank gives an entry its own reference, that is what it is known by, and other content under
the same reference is refused. Where there is none, a row is known by all it says; the second equal row
of one file is a second entry (two equal coffees on one day), so rows are counted as well.
"""

import numpy
import polars
from numpy.typing import NDArray

from manumit.flows import pseudonyms

_NUMBERS = ("at", "source", "target", "place", "device", "amount_minor", "mcc")
_WORDS = ("currency", "kind", "purpose", "country_from", "country_to")
_NULL = numpy.uint64(0xA5A5A5A5A5A5A5A5)


def _mixed(numbers: NDArray[numpy.uint64]) -> NDArray[numpy.uint64]:
    """Spread each number over all 64 bits (SplitMix64's finaliser, Steele et al. 2014)."""
    numbers = (numbers ^ (numbers >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> numpy.uint64(31))


def _numbers(column: polars.Series) -> NDArray[numpy.uint64]:
    there = column.is_null().to_numpy()
    plain = column.cast(polars.Int64).fill_null(0).to_numpy().astype(numpy.uint64)
    return numpy.where(there, _NULL, plain)


def _words(column: polars.Series) -> polars.Series:
    unique = column.unique().drop_nulls()
    told = polars.Series([pseudonyms.word(each) for each in unique], dtype=polars.Int64)
    return column.replace_strict(unique, told, default=None, return_dtype=polars.Int64)


def content(rows: polars.DataFrame) -> polars.Series:
    """Return 63 bits of what each row of the table `entries` says; the same for equal rows.

    Numbers, times and the rate's result are left out: they depend on when and how it was loaded.
    """
    told = numpy.full(len(rows), 0x9E3779B97F4A7C15, dtype=numpy.uint64)
    for name in (*_NUMBERS, *_WORDS):
        column = _words(rows[name]) if name in _WORDS else rows[name]
        told = _mixed(told * numpy.uint64(3) + _numbers(column))
    return polars.Series("content", (told >> numpy.uint64(1)).astype(numpy.int64))


def keys(content: polars.Series, reference: polars.Series, text: polars.Series) -> polars.Series:
    """Return what each row is known by: its reference's pseudonym, or else content and text.

    reference, text: pseudonyms (Int64) or null.
    """
    by_content = _mixed(_numbers(content) * numpy.uint64(3) + _numbers(text)) >> numpy.uint64(1)
    made = polars.Series("key", by_content.astype(numpy.int64))
    return reference.fill_null(made).alias("key")
