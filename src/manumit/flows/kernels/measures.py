"""All measures of transfers at once, and by slices of time that answer as the whole does."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy

from manumit.flows.graph import Transfers
from manumit.flows.kernels import (
    any_order,
    dwell,
    fan,
    hop_cycles,
    lists,
    measured,
    moments,
    scatter_gather,
    temporal_cycles,
    ways,
)
from manumit.flows.windows import Windows


def measure(transfers: Transfers, windows: Windows, own_from: int = 0) -> measured.Measured:
    """Measure each own row; `own_from` is the first of them."""
    known = lists.of(transfers)
    # whatever needs most room comes first, while few answers are there
    moved = moments.measure(transfers, windows.moments, own_from, known)
    ordered, cycles = _in_order(transfers, windows, own_from, known)
    hops = hop_cycles.measure(transfers, windows.cycle, own_from, known, legs=windows.hop_limit)
    unordered = any_order.measure(transfers, windows.scatter_gather, own_from, known)
    around = fan.measure(transfers, windows.fan, own_from, known)
    stayed = dwell.measure(transfers, windows.moments, own_from, known)
    return measured.joined([around, moved, stayed, ordered, unordered, cycles, hops])


def _in_order(
    transfers: Transfers, windows: Windows, own_from: int, known: lists.Lists
) -> tuple[measured.Measured, measured.Measured]:
    laid_out = ways.of(transfers, known, ties=True)
    return (
        scatter_gather.measure(
            transfers, windows.scatter_gather, own_from, known, laid_out=laid_out
        ),
        temporal_cycles.measure(transfers, windows.cycle, own_from, known, laid_out=laid_out),
    )  # fmt: skip


def by_slices(
    transfers: Transfers, windows: Windows, own_from: int = 0, seconds: int = 0
) -> Iterator[tuple["Slice", measured.Measured]]:
    """Measure slice by slice, with the same answers, holding those of one slice at a time.

    A slice lasts `seconds`, or twice as long as what it looks back at.
    """
    back = looks_back(windows)
    for one in slices(transfers, seconds or 2 * back, back, own_from):
        taken, first = part(transfers, one)
        yield one, measure(taken, windows, first)


def looks_back(windows: Windows) -> int:
    """Say how many seconds before its own rows a slice needs."""
    return max(windows.fan, windows.moments, windows.scatter_gather, windows.cycle)


@dataclass(frozen=True)
class Slice:
    """Own rows `first` … `last` (not included) of a whole, and the first row that they look back at."""

    seen_from: int
    first: int
    last: int


def slices(transfers: Transfers, seconds: int, back: int, own_from: int = 0) -> Iterator[Slice]:
    """Cut at multiples of `seconds` since 1970; empty slices are left out. `back` in seconds."""
    at = transfers.at
    first = own_from
    while first < len(at):
        end = (int(at[first]) // seconds + 1) * seconds
        last = int(numpy.searchsorted(at, end))
        seen_from = int(numpy.searchsorted(at, (end - seconds) - back))
        yield Slice(seen_from, first, last)
        first = last


def part(transfers: Transfers, one: Slice) -> tuple[Transfers, int]:
    """Take a slice with what it looks back at, and say where its own rows begin.

    Accounts are numbered anew, so that a slice costs in proportion to itself.
    """
    inside = slice(one.seen_from, one.last)
    ends = numpy.concatenate([transfers.source[inside], transfers.target[inside]])
    used = numpy.zeros(len(transfers.accounts), bool)
    used[ends] = True
    dense = (numpy.cumsum(used) - 1).astype(numpy.int32)
    rows = one.last - one.seen_from
    taken = replace(
        transfers,
        source=dense[ends[:rows]],
        target=dense[ends[rows:]],
        at=transfers.at[inside],
        amount=transfers.amount[inside],
        entry=transfers.entry[inside],
        accounts=transfers.accounts[used],
    )
    return taken, one.first - one.seen_from
