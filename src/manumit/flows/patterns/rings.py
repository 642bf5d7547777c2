"""Money that comes back: rings of three and more accounts, in order of time or not.

A ring is reported by its closing leg, the latest of its legs. *In order*: each leg can have happened
after the one before it (the same day's ties count as possible). *Order-free*: all legs lie in the window
before the closing one. For every hop the latest leg of its pair is taken; the other legs of the same
pairs join when members are collected. Backward depth-first search, cut off by what is reachable from
the ring's start within two hops (bidirectional pruning, cf. Blanuša et al., TOPC 2023, arXiv 2301.01068).
Accounts with more than `hub` incoming legs in the window are not walked through, and each closing leg has a
budget of visits; both are counted.
"""

import numpy
from numpy.typing import NDArray

from manumit.flows import compiled as compiling
from manumit.flows import windows
from manumit.flows.patterns import instance
from manumit.flows.patterns import legs as legs_

Ints = NDArray[numpy.int64]
SHORTEST = 3
DEEPEST = 16
MOST = 64  # rings that one leg may close

# Everything the search reads: source, target, at, until, after, into, into_start, out, out_start.
Graph = tuple[
    legs_.Smalls, legs_.Smalls, Ints, Ints, legs_.Smalls, legs_.Smalls, Ints, legs_.Smalls, Ints
]  # fmt: skip


@compiling.compiled
def _within(
    listed: legs_.Smalls, start: Ints, at: Ints, account: int, since: int, until: int
) -> tuple[int, int]:
    """Give the places of the legs of an account from `since` to `until`, both included."""
    low = start[account]
    high = legs_.first_at(listed, at, low, start[account + 1], until + 1)
    return legs_.first_at(listed, at, low, high, since), high


@compiling.compiled
def _mark(
    graph: Graph, v: int, stamp: int, since: int, until: int, hub: int, near: Ints
) -> int:  # fmt: skip
    """Mark what `v` reaches by one hop (2·stamp + 1) and by two (2·stamp).

    Returns how many accounts were not followed; -1 where v pays nobody, -2 where v is a hub.
    """
    _, target, at, _, _, _, _, out, out_start = graph
    low, high = _within(out, out_start, at, v, since, until)
    if high == low:
        return -1
    if high - low > hub:
        return -2
    cut = 0
    for p in range(low, high):
        near[target[out[p]]] = 2 * stamp + 1
    for p in range(low, high):
        first, last = _within(out, out_start, at, target[out[p]], since, until)
        if last - first > hub:
            cut += 1
            continue
        for q in range(first, last):
            y = target[out[q]]
            if near[y] < 2 * stamp:
                near[y] = 2 * stamp
    return cut


@compiling.compiled
def _begins(graph: Graph, v: int, since: int, until: int, hub: int) -> tuple[int, int]:
    """Say when a ring in order that starts at `v` can begin at the earliest, and as _mark whether it can.

    All its legs end after the first of v's legs began, and a leg lies within one day. This ends most
    searches; marks would cost more than they save.
    """
    _, _, at, _, _, _, _, out, out_start = graph
    low, high = _within(out, out_start, at, v, since, until)
    if high == low:
        return since, -1
    if high - low > hub:
        return since, -2
    first = at[out[low]]
    return max(since, first - first % windows.DAY), 0


@compiling.compiled
def _usable(f: int, later: int, later_at: int, e: int, bound: int, ordered: bool) -> bool:
    """Say whether leg `f` may come before what ends at `bound`, and is the latest of its pair to do so."""
    if ordered:
        return later < 0 or later_at > bound
    return f < e and (later < 0 or later >= e)


@compiling.compiled
def _on(path: Ints, depth: int, account: int) -> bool:
    while depth >= 0 and path[depth] != account:
        depth -= 1
    return depth >= 0


@compiling.compiled
def _closed_by(
    graph: Graph, e: int, since: int, longest: int, ordered: bool, hub: int, budget: int,
    near: Ints, work: Ints, rings: Ints, sizes: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Write the rings that leg `e` closes into `rings`; say how many, and what was cut."""
    source, target, at, until, after, into, into_start, _, _ = graph
    node, path, place, floor = work[0], work[1], work[2], work[3]
    v = target[e]
    low, high = _within(into, into_start, at, source[e], since, until[e] if ordered else at[e])
    if high - low > hub:
        return 0, 1
    depth, visits, found, cut = 0, 0, 0, 0
    node[0], path[0], place[0], floor[0] = source[e], e, high, low
    while depth >= 0:
        place[depth] -= 1
        if place[depth] < floor[depth]:
            depth -= 1
            continue
        f = into[place[depth]]
        if not _usable(f, after[f], at[after[f]], e, until[path[depth]], ordered):
            continue
        visits += 1
        if visits > budget or found == MOST:
            return found, cut + 1
        y, left = source[f], longest - depth - 2
        if y == v:
            if depth + 2 >= SHORTEST:
                rings[found, 0] = f
                for d in range(depth + 1):
                    rings[found, d + 1] = path[depth - d]
                sizes[found] = depth + 2
                found += 1
            continue
        if left < 1 or _on(node, depth, y):
            continue
        if not ordered and left < 3 and near[y] < 2 * e + 2 - left:
            continue
        low, high = _within(into, into_start, at, y, since, until[f] if ordered else at[e])
        if high - low > hub:
            cut += 1
            continue
        depth += 1
        node[depth], path[depth], place[depth], floor[depth] = y, f, high, low
    return found, cut


@compiling.compiled
def search(
    graph: Graph, window: int, longest: int, ordered: bool, hub: int, budget: int, own: int
) -> tuple[Ints, Ints, int]:
    """Find the rings that legs ≥ `own` close: (where each starts, legs in order of hops, how many cut)."""
    at, until, into_start = graph[2], graph[3], graph[6]
    near = numpy.full(len(into_start) - 1, -1, dtype=numpy.int64)
    work = numpy.zeros((4, DEEPEST), dtype=numpy.int64)
    rings = numpy.zeros((MOST, DEEPEST), dtype=numpy.int64)
    sizes = numpy.zeros(MOST, dtype=numpy.int64)
    start = numpy.zeros(1024, dtype=numpy.int64)
    legs = numpy.zeros(8192, dtype=numpy.int64)
    found, used, cut = 0, 0, 0
    for e in range(own, len(at)):
        since = at[e] - window
        if ordered:
            since, marked = _begins(graph, graph[1][e], since, until[e], hub)
        else:
            marked = _mark(graph, graph[1][e], e, since, at[e], hub, near)
        if marked < 0:
            cut += marked == -2
            continue
        new, lost = _closed_by(
            graph, e, since, longest, ordered, hub, budget, near, work, rings, sizes
        )
        cut += marked + lost
        while found + new + 1 > len(start):
            start = numpy.concatenate((start, numpy.zeros_like(start)))
        while used + new * DEEPEST > len(legs):
            legs = numpy.concatenate((legs, numpy.zeros_like(legs)))
        for i in range(new):
            legs[used : used + sizes[i]] = rings[i, : sizes[i]]
            used += sizes[i]
            found += 1
            start[found] = used
    return start[: found + 1], legs[:used], cut


def find(
    legs: legs_.Legs, window: int, longest: int, *, ordered: bool, own: int, hub: int, budget: int
) -> instance.Shapes:
    """Find rings of 3 … `longest` legs that close at leg `own` or later. Chance is left at 0."""
    graph = (
        legs.source, legs.target, legs.at, legs.until, legs.after, legs.into, legs.into_start,
        legs.out, legs.out_start,
    )  # fmt: skip
    longest = min(longest, DEEPEST - 1)
    start, leg, cut = search(graph, window, longest, ordered, hub, budget, own)
    size = numpy.diff(start)
    stage = numpy.arange(len(leg)) - numpy.repeat(start[:-1], size)
    return instance.Shapes(start, leg, stage, numpy.zeros(len(size)), cut)
