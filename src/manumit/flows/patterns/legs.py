"""Legs: what one account paid another on one day, as one thing.

A sum that is paid in three parts is one leg of a shape, not three. Transfers to oneself are no legs.
Legs are numbered in order of their first transfer; sorted lists of the legs into and out of each account
serve every pattern.
"""

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from manumit.flows import compiled as compiling
from manumit.flows import graph, windows

Ints = NDArray[numpy.int64]
Smalls = NDArray[numpy.int32]
NONE = -1


@dataclass(frozen=True)
class Legs:
    """m legs among n accounts, sorted by (at, first transfer).

    source, target (m,) int32; at, until (m,) int64 seconds: first and last transfer; amount (m,) int64
    minor units; count (m,) int64 transfers; before, after (m,) int32: the leg of the same pair before
    and after, or -1. `transfer` lists the numbers of the transfers leg by leg, from `transfer_start[i]`.
    `into`, `out` list the legs of each account in order, from `into_start[a]`.
    """

    source: Smalls
    target: Smalls
    at: Ints
    until: Ints
    amount: Ints
    count: Ints
    before: Smalls
    after: Smalls
    transfer: Ints
    transfer_start: Ints
    into: Smalls
    into_start: Ints
    out: Smalls
    out_start: Ints

    def __len__(self) -> int:
        return len(self.at)

    @property
    def accounts(self) -> int:
        """Count the accounts."""
        return len(self.into_start) - 1


@compiling.compiled
def listed(key: Smalls, accounts: int) -> tuple[Smalls, Ints]:
    """Sort legs by account, in order of time within each: (legs, where each account starts)."""
    start = numpy.zeros(accounts + 1, dtype=numpy.int64)
    for i in range(len(key)):
        start[key[i] + 1] += 1
    for a in range(accounts):
        start[a + 1] += start[a]
    place = start[:-1].copy()
    legs = numpy.empty(len(key), dtype=numpy.int32)
    for i in range(len(key)):
        legs[place[key[i]]] = i
        place[key[i]] += 1
    return legs, start


def of_transfers(transfers: graph.Transfers) -> Legs:
    """Put together what one account paid another on one UTC day."""
    kept = numpy.flatnonzero(transfers.source != transfers.target)
    n = len(transfers.accounts)
    pair = transfers.source[kept].astype(numpy.int64) * n + transfers.target[kept]
    by_pair = numpy.argsort(pair, kind="stable")
    rows, pair = kept[by_pair], pair[by_pair]
    day = transfers.at[rows] // windows.DAY
    new = numpy.ones(len(rows), dtype=bool)
    new[1:] = (pair[1:] != pair[:-1]) | (day[1:] != day[:-1])
    first = numpy.flatnonzero(new)
    size = numpy.diff(numpy.append(first, len(rows)))
    order = numpy.argsort(rows[first], kind="stable")  # rows are in order of (at, entry)
    first, size = first[order], size[order]
    leg_pair = pair[first]
    before, after = _neighbours(leg_pair)
    start = numpy.concatenate([[0], numpy.cumsum(size)]).astype(numpy.int64)
    within = numpy.arange(start[-1]) - numpy.repeat(start[:-1], size)
    transfer = rows[numpy.repeat(first, size) + within]
    source, target = transfers.source[rows[first]], transfers.target[rows[first]]
    into, into_start = listed(target, n)
    out, out_start = listed(source, n)
    amount = transfers.amount[transfer]
    return Legs(
        source=source,
        target=target,
        at=transfers.at[rows[first]],
        until=transfers.at[rows[first + size - 1]] if len(first) else transfers.at[:0],
        amount=numpy.add.reduceat(amount, start[:-1]) if len(first) else amount[:0],
        count=size.astype(numpy.int64),
        before=before,
        after=after,
        transfer=transfer,
        transfer_start=start,
        into=into,
        into_start=into_start,
        out=out,
        out_start=out_start,
    )


def _neighbours(pair: Ints) -> tuple[Smalls, Smalls]:
    """Say which leg of the same pair came before and which after."""
    before = numpy.full(len(pair), NONE, dtype=numpy.int32)
    after = numpy.full(len(pair), NONE, dtype=numpy.int32)
    order = numpy.argsort(pair, kind="stable").astype(numpy.int32)
    same = pair[order[1:]] == pair[order[:-1]]
    before[order[1:][same]] = order[:-1][same]
    after[order[:-1][same]] = order[1:][same]
    return before, after


@compiling.compiled
def first_at(legs: Smalls, at: Ints, low: int, high: int, moment: int) -> int:
    """Find the place of the first leg at `moment` or later in legs[low:high]."""
    while low < high:
        middle = (low + high) // 2
        if at[legs[middle]] < moment:
            low = middle + 1
        else:
            high = middle
    return low


@compiling.compiled
def between(
    legs: Smalls, start: Ints, at: Ints, account: NDArray[numpy.int64], since: Ints, until: Ints
) -> Ints:
    """Count for each row the legs of an account from `since` to `until`, both included."""
    found = numpy.zeros(len(account), dtype=numpy.int64)
    for i in range(len(account)):
        low, high = start[account[i]], start[account[i] + 1]
        found[i] = first_at(legs, at, low, high, until[i] + 1)
        found[i] -= first_at(legs, at, low, high, since[i])
    return found
