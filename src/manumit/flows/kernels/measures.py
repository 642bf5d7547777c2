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
    laid_out = ways.of(transfers, known, ties=True)
    return measured.joined(
        [
            fan.measure(transfers, windows.fan, own_from, known),
            moments.measure(transfers, windows.moments, own_from, known),
            dwell.measure(transfers, windows.moments, own_from, known),
            scatter_gather.measure(
                transfers, windows.scatter_gather, own_from, known, laid_out=laid_out
            ),
            any_order.measure(transfers, windows.scatter_gather, own_from, known),
            temporal_cycles.measure(transfers, windows.cycle, own_from, known, laid_out=laid_out),
            hop_cycles.measure(
                transfers, windows.cycle, own_from, known, legs=windows.hop_limit
            ),
        ]
    )  # fmt: skip


def looks_back(windows: Windows) -> int:
    """Say how many seconds before its own rows a slice needs."""
    return max(windows.fan, windows.moments, windows.scatter_gather, windows.cycle)


@dataclass(frozen=True)
class Slice:
    """Own rows `first` … `last` (not included) of a whole, and the first row that they look back at."""

    seen_from: int
    first: int
    last: int


def slices(transfers: Transfers, seconds: int, back: int) -> Iterator[Slice]:
    """Cut at multiples of `seconds` since 1970; empty slices are left out. `back` in seconds."""
    at = transfers.at
    first = 0
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
