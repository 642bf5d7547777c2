"""Money that comes back in order of time: cycles that a transfer closes.

A cycle is a row of different accounts; it counts once however many transfers run beside each other
between two of them, when one transfer each can be chosen in order of time, all within the window. The
closing transfer is the last. Equal, row by row, to the Graph Feature Preprocessor (arXiv 2402.08593)
in batches of one when `ties` is off. With ties, transfers of one instant have no order: each may come
before or after the others, so banks' minutes and days hide nothing.

The receiver's first gift and the giver's latest receipt in the window are the edges of whatever could
lie between. Two searches, back from the giver and on from the receiver, each visit a transfer at most
once and take turns; most transfers close nothing, and the shorter search to end says so (compare
2SCENT, PVLDB 2018, and Blanuša et al., SPAA 2022).
"""

from typing import NamedTuple

import numpy

from manumit.flows.compiled import compiled, inlined
from manumit.flows.graph import Transfers
from manumit.flows.kernels import lists, measured, ways
from manumit.flows.kernels.ways import AT, NEXT, THEN, WHO

BUDGET = 100_000  # steps of one transfer's search
DEEPEST = 64  # legs; a longer way is cut, and said

# The words of an account's line in a search, used again for each transfer: marks hold its row.
BACK = 0  # row whose search back reached this account
BOUND = 1  # receipts before this place count
DONE = 2  # receipts before this place were looked at
LEAVES = 3  # the latest instant at which money can leave here and still arrive
ON = 4  # row whose search on reached this account
BEGINS = 5  # gifts from this place on count
LOOKED = 6  # gifts from this place on were looked at
PATH = 7  # row on whose way the account is


class Search(NamedTuple):
    """Room for the searches. Shapes: node (n, 8); the others (n,)."""

    node: lists.Ints
    todo_back: lists.Ints
    todo_on: lists.Ints
    head: lists.Ints  # the first gift inside the window


class Way(NamedTuple):
    """The way that is being followed, leg by leg."""

    at: lists.Ints  # account
    place: lists.Ints  # next gift to look at
    first: lists.Ints  # row of the first gift that counts
    found: lists.Ints  # cycles by legs


def _room(start: lists.Ints) -> Search:
    accounts = len(start) - 1
    back, on = numpy.empty(accounts, numpy.int32), numpy.empty(accounts, numpy.int32)
    return Search(numpy.full((accounts, 8), -1, numpy.int32), back, on, start[:-1].copy())


@inlined
def _look_back(
    got: lists.Ints, start: lists.Ints, node: lists.Ints, todo: lists.Ints,
    row: int, giver: int, receiver: int, since: int, size: int, narrow: bool,
) -> tuple[int, int, bool]:  # fmt: skip
    """Look at what one account received; returns steps, accounts to be done, whether they met.

    `narrow`: the search on has ended, only accounts that it reached matter.
    """
    x = todo[size - 1]
    size -= 1
    steps, met = 0, False
    high, low = node[x, BOUND], node[x, DONE]
    node[x, DONE] = high
    for p in range(high - 1, low - 1, -1):
        at = got[p, AT]
        if at < since:
            break
        steps += 1
        y = got[p, WHO]
        if y == receiver:
            met = True
            continue
        if y == giver or got[p, NEXT] < since or (narrow and node[y, ON] != row):
            continue
        then = got[p, THEN]
        if node[y, BACK] != row:
            node[y, BACK], node[y, LEAVES], node[y, BOUND], node[y, DONE] = row, at, then, start[y]
        elif at > node[y, LEAVES]:
            node[y, LEAVES] = at
            waits = node[y, BOUND] > node[y, DONE]
            node[y, BOUND] = max(then, node[y, BOUND])
            if waits or node[y, BOUND] == node[y, DONE]:
                continue
        else:
            continue
        todo[size] = y
        size += 1
    return steps, size, met


@inlined
def _look_on(
    gave: lists.Ints, start: lists.Ints, node: lists.Ints, todo: lists.Ints,
    row: int, giver: int, receiver: int, until: int, size: int,
) -> tuple[int, int, bool]:  # fmt: skip
    """Look at what one account gave, before the instant `until`."""
    x = todo[size - 1]
    size -= 1
    steps, met = 0, False
    low, high = node[x, BEGINS], node[x, LOOKED]
    node[x, LOOKED] = low
    for q in range(low, high):
        if gave[q, AT] >= until:
            break
        steps += 1
        y = gave[q, WHO]
        if y == giver:
            met = True
            continue
        if y == receiver or gave[q, NEXT] >= until:
            continue
        then = gave[q, THEN]
        if node[y, ON] != row:
            node[y, ON], node[y, BEGINS], node[y, LOOKED] = row, then, start[y + 1]
        elif then < node[y, BEGINS]:
            waits = node[y, BEGINS] < node[y, LOOKED]
            node[y, BEGINS] = then
            if waits:
                continue
        else:
            continue
        todo[size] = y
        size += 1
    return steps, size, met


@compiled
def _can_return(
    w: ways.Ways, s: Search, row: int, giver: int, receiver: int, since: int, until: int,
    budget: int,
) -> int:  # fmt: skip
    """Search from both ends; how many steps are left of the budget, -1 where nothing returns.

    Where something does, the search back is complete within what the search on reached, or alone.
    """
    # looked up once: in the loop each would cost as much as a step
    got, in_start, gave, out_start = w.got, w.in_start, w.gave, w.out_start
    node, todo_back, todo_on = s.node, s.todo_back, s.todo_on
    todo_back[0], todo_on[0] = giver, receiver
    back = on = 1
    spent_back = spent_on = 0
    met_back = met_on = narrow = False
    while back > 0:
        if spent_back + spent_on > budget:
            return 0
        if narrow or spent_back <= spent_on:
            steps, back, met = _look_back(
                got, in_start, node, todo_back, row, giver, receiver, since, back, narrow
            )  # fmt: skip
            spent_back += steps + 1
            met_back = met_back or met
        else:
            steps, on, met = _look_on(
                gave, out_start, node, todo_on, row, giver, receiver, until, on
            )  # fmt: skip
            spent_on += steps + 1
            met_on = met_on or met
            if on == 0:
                if not met_on:
                    return -1
                narrow = True
    return max(0, budget - spent_back - spent_on) if met_back else -1


@compiled
def _follow(
    w: ways.Ways, node: lists.Ints, way: Way, row: int, giver: int, receiver: int, first: int,
    until: int, ties: bool, left: int,
) -> bool:  # fmt: skip
    """Count each row of accounts from receiver to giver; true where the budget ended it."""
    deep = 0
    way.at[0], way.place[0], way.first[0] = receiver, first, w.out_row[first]
    node[receiver, PATH] = row
    cut = False
    while deep >= 0:
        x, q = way.at[deep], way.place[deep]
        way.place[deep] = q + 1
        if q == w.out_start[x + 1] or w.gave[q, AT] >= until or left <= 0:
            cut = cut or left <= 0
            node[x, PATH] = -1
            deep -= 1
            continue
        left -= 1
        y = w.gave[q, WHO]
        if w.earlier[w.out_row[q]] >= way.first[deep]:
            continue  # an earlier one to the same account leads at least as far
        if y == giver:
            way.found[deep + 2] += 1
            continue
        reached = node[y, BACK] == row and node[y, PATH] != row
        if reached and node[y, LEAVES] + ties > w.gave[q, AT]:
            if deep + 3 == len(way.found):
                cut = True
                continue
            begin = w.gave[q, THEN]
            deep += 1
            way.at[deep], way.place[deep], way.first[deep] = y, begin, w.out_row[begin]
            node[y, PATH] = row
    return cut


@compiled
def _search(
    w: ways.Ways, s: Search, way: Way, row: int, giver: int, receiver: int, first: int, ties: bool,
    budget: int,
) -> int:  # fmt: skip
    """Search for one transfer: 0 nothing, 1 found, 2 cut."""
    bound = w.received[row]
    s.node[giver, BOUND], s.node[giver, DONE] = bound, w.in_start[giver]
    s.node[receiver, BEGINS], s.node[receiver, LOOKED] = first, w.out_start[receiver + 1]
    since, until = w.gave[first, AT], w.got[bound - 1, AT] + 1
    left = _can_return(w, s, row, giver, receiver, since, until, budget)
    if left <= 0:
        return 0 if left < 0 else 2
    return 1 + _follow(w, s.node, way, row, giver, receiver, first, until, ties, left)


@compiled
def _all(
    w: ways.Ways, s: Search, way: Way, source: lists.Ints, target: lists.Ints, reach: lists.Ints,
    own_from: int, ties: bool, budget: int, room: measured.Room, cut: lists.Ints,
) -> tuple[measured.Room, int, int]:  # fmt: skip
    used = stopped = 0
    gave, got, head = w.gave, w.got, s.head
    for row in range(own_from, len(source)):
        giver, receiver, since = source[row], target[row], reach[w.instant[row]]
        bound = w.received[row]
        # most end here: the giver received nothing before, or not after the receiver's first gift
        if giver == receiver or bound == w.in_start[giver] or got[bound - 1, AT] < since:
            continue
        first, end = head[receiver], w.out_start[receiver + 1]
        while first < end and gave[first, AT] < since:
            first += 1
        head[receiver] = first
        if first == end or gave[first, AT] > got[bound - 1, AT]:
            continue
        told = _search(w, s, way, row, giver, receiver, first, ties, budget)
        if told == 0:
            continue
        if told == 2:
            cut[stopped] = row - own_from
            stopped += 1
        room, used = measured.keep(room, used, row - own_from, way.found, DEEPEST)
    return room, used, stopped


def measure(
    transfers: Transfers,
    window: int,
    own_from: int = 0,
    known: lists.Lists | None = None,
    *,
    ties: bool = True,
    budget: int = BUDGET,
    laid_out: ways.Ways | None = None,
) -> measured.Measured:
    """Count, for each own row, the cycles it closes: `temporal_cycle`, fewest and most legs, sizes.

    `window` in seconds, its far edge included. `ties`: transfers of one instant have no order.
    `laid_out`: what ``ways.of`` made of the same lists and ties.
    """
    of = known or lists.of(transfers)
    rows = len(transfers) - own_from
    way = Way(*(numpy.zeros(DEEPEST + 1, numpy.int32) for _ in range(4)))
    cut = numpy.empty(rows, numpy.int32)
    w = laid_out or ways.of(transfers, of, ties)
    room, used, stopped = _all(
        w, _room(of.out_start), way, transfers.source, transfers.target, ways.reach(w.times, window),
        own_from, ties, budget, measured.room(), cut,
    )  # fmt: skip
    return measured.of_sizes("temporal_cycle", rows, room, used, cut[:stopped].copy(), budget)
