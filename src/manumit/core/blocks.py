"""Pairs worth comparing: rows that share a key, in arrays. Large blocks are divided by year of birth."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_MIX = np.uint64(
    0x9E3779B97F4A7C15
)  # spreads keys, so that a year added to one never meets another


def together(
    rows: Array, keys: Array, years: Array, most: int, *, divide: bool = True
) -> tuple[Array, Array]:
    """Return all pairs of different rows within blocks of one key, as two arrays of row numbers.

    A block of more than `most` is divided by year where `divide` says so (a year apart is still
    together; rows without one, which is 0, are left), and left otherwise. `years` is by row number.
    """
    rows, keys = _sorted(rows, keys)
    sizes = _sizes(keys)
    small = (sizes > 1) & (sizes <= most)
    ones, others = _within(rows[small], keys[small], most)
    if not divide:
        return ones, others
    large = (sizes > most) & (years[rows] != 0)
    rows, keys = rows[large], keys[large]
    if not len(rows):
        return ones, others
    mixed = keys.astype(np.uint64) * _MIX + years[rows].astype(np.uint64)
    rows, both = _sorted(
        np.concatenate([rows, rows]), np.concatenate([mixed, mixed + np.uint64(1)])
    )
    sizes = _sizes(both)
    small = (sizes > 1) & (sizes <= most)
    more, further = _within(rows[small], both[small], most)
    return np.concatenate([ones, more]), np.concatenate([others, further])


def _sorted(rows: Array, keys: Array) -> tuple[Array, Array]:
    order = np.argsort(keys, kind="stable")
    return rows[order], keys[order]


def _sizes(keys: Array) -> Array:
    """Return, for each of the sorted keys, how often it is there."""
    if not len(keys):
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    lengths = np.diff(np.concatenate([starts, [len(keys)]]))
    return np.repeat(lengths, lengths)


def _within(rows: Array, keys: Array, most: int) -> tuple[Array, Array]:
    ones, others = [rows[:0]], [rows[:0]]
    for step in range(1, most):
        same = np.flatnonzero(keys[step:] == keys[:-step])
        if not len(same):
            break
        left, right = rows[same], rows[same + step]
        differs = left != right
        ones.append(left[differs])
        others.append(right[differs])
    return np.concatenate(ones), np.concatenate(others)
