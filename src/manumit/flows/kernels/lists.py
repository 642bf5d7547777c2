"""Who gave to whom: for each account its transfers out and in, in order of time, without hashing.

A transfer knows the one before and the next one between the same two accounts, so that different
counterparties in a sliding window are counted by looking at these two links alone.
"""

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from manumit.flows.compiled import compiled
from manumit.flows.graph import Transfers

Ints = NDArray[numpy.int32]
Longs = NDArray[numpy.int64]


@dataclass(frozen=True)
class Lists:
    """Rows by account. `out_row[out_start[a]:out_start[a + 1]]` are what account a gave, in order.

    Shapes: out_start, in_start (n + 1,); out_row, in_row (k,) where k leaves out transfers to
    oneself unless asked for; earlier, again (m,): the row before and after between the same two
    accounts, -1 and m where there is none.
    """

    out_start: Ints
    out_row: Ints
    in_start: Ints
    in_row: Ints
    earlier: Ints
    again: Ints


@compiled
def _sorted_by(account: Ints, rows: Ints, accounts: int) -> tuple[Ints, Ints]:
    start = numpy.zeros(accounts + 1, numpy.int32)
    for i in range(len(rows)):
        start[account[rows[i]] + 1] += 1
    for a in range(accounts):
        start[a + 1] += start[a]
    place = start[:accounts].copy()
    answer = numpy.empty(len(rows), numpy.int32)
    for i in range(len(rows)):
        a = account[rows[i]]
        answer[place[a]] = rows[i]
        place[a] += 1
    return start, answer


@compiled
def _linked(source: Ints, target: Ints, grouped: Ints) -> tuple[Ints, Ints]:
    count = len(source)
    earlier = numpy.full(count, -1, numpy.int32)
    again = numpy.full(count, count, numpy.int32)
    for i in range(1, len(grouped)):
        one, other = grouped[i - 1], grouped[i]
        if source[one] == source[other] and target[one] == target[other]:
            again[one] = other
            earlier[other] = one
    return earlier, again


def of(transfers: Transfers, to_oneself: bool = False) -> Lists:
    """Build the lists; linear in the number of transfers."""
    source, target = transfers.source, transfers.target
    accounts = len(transfers.accounts)
    rows = numpy.arange(len(transfers), dtype=numpy.int32)
    if not to_oneself:
        rows = rows[source != target]
    out_start, out_row = _sorted_by(source, rows, accounts)
    in_start, in_row = _sorted_by(target, rows, accounts)
    _, grouped = _sorted_by(source, in_row, accounts)
    earlier, again = _linked(source, target, grouped)
    return Lists(out_start, out_row, in_start, in_row, earlier, again)
