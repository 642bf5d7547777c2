"""Many to one and one to many, more than this account is used to.

For each leg: how many different others paid into the account within the window that ends with it. An
instance is the window at which that number is least likely for the account's own pace (Poisson; the
pace is that of the rest of its history, drawn towards everybody's): a scan statistic (Kulldorff 1997).
A shop where many always pay is not one; a person to whom eight strangers pay in a day is.
"""

import numpy
from numpy.typing import NDArray

from manumit.flows import compiled as compiling
from manumit.flows.patterns import chance, instance
from manumit.flows.patterns import legs as legs_

Ints = NDArray[numpy.int64]
Reals = NDArray[numpy.float64]


@compiling.compiled
def distinct(
    listed: legs_.Smalls, start: Ints, at: Ints, before: legs_.Smalls, after: legs_.Smalls,
    count: Ints, window: int,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Say for each leg: different others, and transfers, in the window that ends with it."""
    others = numpy.zeros(len(at), dtype=numpy.int64)
    transfers = numpy.zeros(len(at), dtype=numpy.int64)
    for a in range(len(start) - 1):
        low, seen, paid = start[a], 0, 0
        for p in range(start[a], start[a + 1]):
            e = listed[p]
            since = at[e] - window
            while at[listed[low]] < since:
                gone = listed[low]
                paid -= count[gone]
                # a later leg of the same pair, if any, has not been counted: it carries on
                if after[gone] < 0 or after[gone] >= e:
                    seen -= 1
                low += 1
            if before[e] < 0 or at[before[e]] < since:
                seen += 1
            paid += count[e]
            others[e], transfers[e] = seen, paid
    return others, transfers


@compiling.compiled
def peaks(
    listed: legs_.Smalls, start: Ints, at: Ints, rare: Reals, window: int, least: float
) -> Ints:
    """Choose the legs whose value no other of the account within the window, either way, exceeds.

    Of equal ones the earliest.
    """
    chosen = numpy.zeros(len(at), dtype=numpy.bool_)
    queue = numpy.zeros(len(at) + 1, dtype=numpy.int64)
    for a in range(len(start) - 1):
        head, tail = 0, 0
        for p in range(start[a], start[a + 1]):
            e = listed[p]
            while head < tail and at[queue[head]] < at[e] - window:
                head += 1
            best = rare[queue[head]] if head < tail else -1.0
            chosen[e] = rare[e] >= least and best < rare[e]
            while head < tail and rare[queue[tail - 1]] <= rare[e]:
                tail -= 1
            queue[tail] = e
            tail += 1
        head, tail = 0, 0
        for p in range(start[a + 1] - 1, start[a] - 1, -1):
            e = listed[p]
            while head < tail and at[queue[head]] > at[e] + window:
                head += 1
            if head < tail and rare[queue[head]] > rare[e]:
                chosen[e] = False
            while head < tail and rare[queue[tail - 1]] <= rare[e]:
                tail -= 1
            queue[tail] = e
            tail += 1
    return numpy.flatnonzero(chosen)


@compiling.compiled
def windows_of(
    anchor: Ints,
    account: legs_.Smalls,
    listed: legs_.Smalls,
    start: Ints,
    at: Ints,
    window: int,
    most: int,
) -> tuple[Ints, Ints, int]:
    """List the legs in the window of each anchor, the latest `most` of them: (starts, legs, how many cut)."""
    bounds = numpy.zeros(len(anchor) + 1, dtype=numpy.int64)
    cut = 0
    for i in range(len(anchor)):
        e = anchor[i]
        low, high = start[account[e]], start[account[e] + 1]
        first = legs_.first_at(listed, at, low, high, at[e] - window)
        last = legs_.first_at(listed, at, low, high, at[e])
        while listed[last] != e:
            last += 1
        size = last + 1 - first
        if size > most:
            cut += 1
        bounds[i + 1] = bounds[i] + min(size, most)
    legs = numpy.zeros(bounds[-1], dtype=numpy.int64)
    for i in range(len(anchor)):
        e = anchor[i]
        low, high = start[account[e]], start[account[e] + 1]
        last = legs_.first_at(listed, at, low, high, at[e])
        while listed[last] != e:
            last += 1
        size = bounds[i + 1] - bounds[i]
        for k in range(size):
            legs[bounds[i] + k] = listed[last + 1 - size + k]
    return bounds, legs, cut


def rareness(
    legs: legs_.Legs, *, into: bool, window: int, history: Reals, days: float
) -> tuple[Reals, Ints]:
    """Say how rare each leg's window is for its account: (-log10, different others).

    `history`: transfers per account over `days`.
    """
    listed, start = (legs.into, legs.into_start) if into else (legs.out, legs.out_start)
    account = legs.target if into else legs.source
    others, paid = distinct(listed, start, legs.at, legs.before, legs.after, legs.count, window)
    rest = numpy.maximum(history[account] - paid, 0.0)
    windows = max(days * 86_400 / window - 1.0, 0.0)
    everybody = history.sum() / max(int((history > 0).sum()), 1) / (windows + 1.0)
    expected = (rest + everybody) / (windows + 1.0)
    return chance.at_least_each(others.astype(numpy.float64), expected), others


def find(
    legs: legs_.Legs, rare: Reals, others: Ints, *, into: bool, window: int, least: float,
    fewest: int, own: int, most: int,
) -> tuple[instance.Shapes, Ints]:  # fmt: skip
    """Collect the windows that stand out by `least` and more, with the leg that ends each."""
    listed, start = (legs.into, legs.into_start) if into else (legs.out, legs.out_start)
    account = legs.target if into else legs.source
    enough = numpy.where(others >= fewest, rare, 0.0)
    anchor = peaks(listed, start, legs.at, enough, window, least)
    anchor = anchor[anchor >= own]
    bounds, leg, cut = windows_of(anchor, account, listed, start, legs.at, window, most)
    stage = numpy.zeros(len(leg), dtype=numpy.int64)
    return instance.Shapes(bounds, leg, stage, rare[anchor], cut), anchor


@compiling.compiled
def meetings(
    fan_in: Ints, fan_out: Ints, target: legs_.Smalls, source: legs_.Smalls, at: Ints, window: int
) -> tuple[Ints, Ints]:
    """Pair windows into an account with windows out of it that begin before one more window has passed.

    Both lists are sorted by account, then time. Returns positions in the two lists.
    """
    left = numpy.zeros(len(fan_in) + len(fan_out) + 1, dtype=numpy.int64)
    right = numpy.zeros_like(left)
    found, low = 0, 0
    for i in range(len(fan_in)):
        x = target[fan_in[i]]
        while low < len(fan_out) and source[fan_out[low]] < x:
            low += 1
        j = low
        while j < len(fan_out) and source[fan_out[j]] == x:
            gap = at[fan_out[j]] - at[fan_in[i]]
            if -window <= gap <= 2 * window:
                if found == len(left):
                    left = numpy.concatenate((left, numpy.zeros_like(left)))
                    right = numpy.concatenate((right, numpy.zeros_like(right)))
                left[found], right[found] = i, j
                found += 1
            j += 1
    return left[:found], right[:found]
