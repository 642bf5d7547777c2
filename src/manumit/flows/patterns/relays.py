"""Two-step shapes: one payer, several in between, one receiver; and groups that pay the same others.

*Scatter-gather*: `u` pays several who each pay `w`. *Bipartite*: several payers share several receivers.
Both are pairs of accounts with too many third accounts in common, found by counting pairs in a table of
hashes first and listing only those that may have enough (a superset; the exact count follows). Accounts with
more than `hub` legs in the window are not passed through: everybody has a shop in common.
"""

import numpy
from numpy.typing import NDArray

from manumit.flows import compiled as compiling
from manumit.flows.patterns import legs as legs_

Ints = NDArray[numpy.int64]
MIX = 0x9E3779B97F4A7C15 - (1 << 64)  # Fibonacci hashing, as a signed number


@compiling.compiled
def _cell(a: int, b: int, mask: int) -> int:
    mixed = (a * 0x1000193 + b) * MIX
    return (mixed >> 20) & mask


@compiling.compiled
def through(
    source: legs_.Smalls, target: legs_.Smalls, at: Ints, after: legs_.Smalls,
    into: legs_.Smalls, into_start: Ints, out: legs_.Smalls, out_start: Ints,
    window: int, fewest: int, hub: int, bits: int,
) -> tuple[Ints, Ints, int]:  # fmt: skip
    """List (leg in, leg out) of each account in between, where payer and receiver may share `fewest`.

    Both orders of time; the later leg is at most one window after the earlier. Sorted by later leg.
    """
    mask = (1 << bits) - 1
    table = numpy.zeros(1 << bits, dtype=numpy.uint8)
    first = numpy.zeros(1024, dtype=numpy.int64)
    second = numpy.zeros(1024, dtype=numpy.int64)
    found, cut = 0, 0
    for turn in range(2):
        for e in range(len(at)):
            since = at[e] - window
            for side in range(2):
                # side 0: e goes out of the account in between, side 1: e comes in
                middle = source[e] if side == 0 else target[e]
                end = target[e] if side == 0 else source[e]
                listed = into if side == 0 else out
                start = into_start if side == 0 else out_start
                high = legs_.first_at(listed, at, start[middle], start[middle + 1], at[e] + 1)
                low = legs_.first_at(listed, at, start[middle], high, since)
                if high - low > hub:
                    cut += 1 - turn
                    continue
                for p in range(low, high):
                    f = listed[p]
                    other = source[f] if side == 0 else target[f]
                    later = after[f]
                    if f >= e or other == end or (later >= 0 and later < e):
                        continue
                    payer, receiver = (other, end) if side == 0 else (end, other)
                    cell = _cell(payer, receiver, mask)
                    if turn == 0:
                        if table[cell] < 255:
                            table[cell] += 1
                        continue
                    if table[cell] < fewest:
                        continue
                    if found == len(first):
                        first = numpy.concatenate((first, numpy.zeros_like(first)))
                        second = numpy.concatenate((second, numpy.zeros_like(second)))
                    first[found] = f if side == 0 else e
                    second[found] = e if side == 0 else f
                    found += 1
    return first[:found], second[:found], cut


@compiling.compiled
def shared(
    source: legs_.Smalls, target: legs_.Smalls, at: Ints, after: legs_.Smalls,
    into: legs_.Smalls, into_start: Ints, window: int, fewest: int, hub: int, bits: int,
) -> tuple[Ints, Ints, int]:  # fmt: skip
    """List (earlier leg, later leg) into each common receiver, where two payers may share `fewest`."""
    mask = (1 << bits) - 1
    table = numpy.zeros(1 << bits, dtype=numpy.uint8)
    first = numpy.zeros(1024, dtype=numpy.int64)
    second = numpy.zeros(1024, dtype=numpy.int64)
    found, cut = 0, 0
    for turn in range(2):
        for e in range(len(at)):
            receiver, payer = target[e], source[e]
            start = into_start[receiver]
            high = legs_.first_at(into, at, start, into_start[receiver + 1], at[e] + 1)
            low = legs_.first_at(into, at, start, high, at[e] - window)
            if high - low > hub:
                cut += 1 - turn
                continue
            for p in range(low, high):
                f = into[p]
                later = after[f]
                if f >= e or source[f] == payer or (later >= 0 and later < e):
                    continue
                cell = _cell(min(payer, source[f]), max(payer, source[f]), mask)
                if turn == 0:
                    if table[cell] < 255:
                        table[cell] += 1
                    continue
                if table[cell] < fewest:
                    continue
                if found == len(first):
                    first = numpy.concatenate((first, numpy.zeros_like(first)))
                    second = numpy.concatenate((second, numpy.zeros_like(second)))
                first[found], second[found] = f, e
                found += 1
    return first[:found], second[:found], cut


@compiling.compiled
def runs(pair: Ints, third: Ints, moment: Ints, window: int, fewest: int) -> Ints:
    """Number the runs: rows of one pair, none later than a window after the one before; -1 if too few.

    Rows are sorted by (pair, moment). `fewest` different thirds make a run.
    """
    run = numpy.full(len(pair), -1, dtype=numpy.int64)
    number, begin = 0, 0
    for i in range(1, len(pair) + 1):
        if i < len(pair) and pair[i] == pair[begin] and moment[i] - moment[i - 1] <= window:
            continue
        different = 0
        for a in range(begin, i):
            new = True
            for b in range(begin, a):
                if third[b] == third[a]:
                    new = False
                    break
            different += new
            if different >= fewest:
                break
        if different >= fewest:
            run[begin:i] = number
            number += 1
        begin = i
    return run
