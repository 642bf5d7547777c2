"""Money that comes back in order of time: cycles that a transfer closes.

A cycle is a row of different accounts; it counts once however many transfers run beside each other
between two of them, when one transfer each can be chosen in order of time, all within the window. The
closing transfer is the last. Equal, row by row, to the Graph Feature Preprocessor (arXiv 2402.08593)
in batches of one when `ties` is off. With ties, transfers of one instant have no order: each may come
before or after the others, so banks' minutes and days hide nothing.

Two searches, back from the giver and on from the receiver, each visit a transfer at most once and take
turns; most transfers close nothing, and the shorter search to end says so (compare 2SCENT, PVLDB 2018,
and Blanuša et al., SPAA 2022).
"""

from typing import NamedTuple

import numpy

from manumit.flows.compiled import compiled
from manumit.flows.graph import Transfers
from manumit.flows.kernels import lists, measured

BUDGET = 100_000  # steps of one transfer's search
DEEPEST = 64  # legs; a longer way is cut, and said


class Ways(NamedTuple):
    """The lists with what a search needs next to each other.

    `received[row]`: the place in the giver's receipts where those end that came before the transfer;
    `gives[row]`: the place in the receiver's gifts where those begin that came after it. `in_then` and
    `out_then` are the same in the order of the lists.
    """

    out_start: lists.Ints
    out_row: lists.Ints
    out_to: lists.Ints
    out_at: lists.Longs
    out_then: lists.Ints
    in_start: lists.Ints
    in_from: lists.Ints
    in_at: lists.Longs
    in_then: lists.Ints
    earlier: lists.Ints
    received: lists.Ints
    gives: lists.Ints


class Search(NamedTuple):
    """Room for the searches, used again for each transfer: marks hold the row they were made for."""

    back: lists.Ints  # row whose search back reached this account
    bound: lists.Ints  # receipts before this place count
    done: lists.Ints  # receipts before this place were looked at
    leaves: lists.Longs  # the latest instant at which money can leave here and still arrive
    on: lists.Ints  # row whose search on reached this account
    begins: lists.Ints  # gifts from this place on count
    looked: lists.Ints  # gifts from this place on were looked at
    path: lists.Ints  # row on whose way the account is
    todo_back: lists.Ints
    todo_on: lists.Ints
    head: lists.Ints  # the first gift inside the window


class Way(NamedTuple):
    """The way that is being followed, leg by leg."""

    at: lists.Ints  # account
    place: lists.Ints  # next gift to look at
    first: lists.Ints  # row of the first gift that counts
    found: lists.Ints  # cycles by legs


@compiled
def _places(
    out_start: lists.Ints,
    out_row: lists.Ints,
    in_start: lists.Ints,
    in_row: lists.Ints,
    at: lists.Longs,
    ties: bool,
) -> tuple[lists.Ints, lists.Ints]:
    received, gives = numpy.zeros(len(at), numpy.int32), numpy.zeros(len(at), numpy.int32)
    for a in range(len(out_start) - 1):
        p = in_start[a]
        for q in range(out_start[a], out_start[a + 1]):
            until = at[out_row[q]] + ties
            while p < in_start[a + 1] and at[in_row[p]] < until:
                p += 1
            received[out_row[q]] = p
        q = out_start[a]
        for p in range(in_start[a], in_start[a + 1]):
            since = at[in_row[p]] + (not ties)
            while q < out_start[a + 1] and at[out_row[q]] < since:
                q += 1
            gives[in_row[p]] = q
    return received, gives


def ways(transfers: Transfers, known: lists.Lists, ties: bool) -> Ways:
    """Lay the lists out for the searches."""
    out_row, in_row = known.out_row, known.in_row
    received, gives = _places(
        known.out_start, out_row, known.in_start, in_row, transfers.at, ties
    )  # fmt: skip
    return Ways(
        known.out_start, out_row, transfers.target[out_row], transfers.at[out_row], gives[out_row],
        known.in_start, transfers.source[in_row], transfers.at[in_row], received[in_row],
        known.earlier, received, gives,
    )  # fmt: skip


def _room(start: lists.Ints) -> Search:
    def ints() -> lists.Ints:
        return numpy.full(len(start) - 1, -1, numpy.int32)

    return Search(
        ints(), ints(), ints(), numpy.zeros(len(start) - 1, numpy.int64), ints(), ints(), ints(),
        ints(), ints(), ints(), start[:-1].copy(),
    )  # fmt: skip


@compiled
def _look_back(
    w: Ways, s: Search, row: int, giver: int, receiver: int, since: int, size: int, narrow: bool
) -> tuple[int, int, bool]:
    """Look at what one account received; returns steps, accounts to be done, whether they met.

    `narrow`: the search on has ended, only accounts that it reached matter.
    """
    x = s.todo_back[size - 1]
    size -= 1
    steps, met = 0, False
    high, low = s.bound[x], s.done[x]
    s.done[x] = high
    for p in range(high - 1, low - 1, -1):
        at = w.in_at[p]
        if at < since:
            break
        steps += 1
        y = w.in_from[p]
        if y == receiver:
            met = True
            continue
        then = w.in_then[p]
        begin = w.in_start[y]
        if y == giver or then == begin or w.in_at[then - 1] < since:
            continue
        if narrow and s.on[y] != row:
            continue
        if s.back[y] != row:
            s.back[y], s.leaves[y], s.bound[y], s.done[y] = row, at, then, begin
        elif at > s.leaves[y]:
            s.leaves[y] = at
            waits = s.bound[y] > s.done[y]
            if then > s.bound[y]:
                s.bound[y] = then
            if waits or s.bound[y] == s.done[y]:
                continue
        else:
            continue
        s.todo_back[size] = y
        size += 1
    return steps, size, met


@compiled
def _look_on(
    w: Ways, s: Search, row: int, giver: int, receiver: int, until: int, size: int
) -> tuple[int, int, bool]:
    """Look at what one account gave, before the instant `until`."""
    x = s.todo_on[size - 1]
    size -= 1
    steps, met = 0, False
    low, high = s.begins[x], s.looked[x]
    s.looked[x] = low
    for q in range(low, high):
        if w.out_at[q] >= until:
            break
        steps += 1
        y = w.out_to[q]
        if y == giver:
            met = True
            continue
        then = w.out_then[q]
        end = w.out_start[y + 1]
        if y == receiver or then == end or w.out_at[then] >= until:
            continue
        if s.on[y] != row:
            s.on[y], s.begins[y], s.looked[y] = row, then, end
        elif then < s.begins[y]:
            waits = s.begins[y] < s.looked[y]
            s.begins[y] = then
            if waits:
                continue
        else:
            continue
        s.todo_on[size] = y
        size += 1
    return steps, size, met


@compiled
def _can_return(
    w: Ways, s: Search, row: int, giver: int, receiver: int, since: int, until: int, budget: int
) -> int:
    """Search from both ends; how many steps are left of the budget, -1 where nothing returns.

    Where something does, the search back is complete within what the search on reached, or alone.
    """
    s.todo_back[0], s.todo_on[0] = giver, receiver
    back = on = 1
    spent_back = spent_on = 0
    met_back = met_on = narrow = False
    while back > 0:
        if spent_back + spent_on > budget:
            return 0
        if narrow or spent_back <= spent_on:
            steps, back, met = _look_back(w, s, row, giver, receiver, since, back, narrow)
            spent_back += steps + 1
            met_back = met_back or met
        else:
            steps, on, met = _look_on(w, s, row, giver, receiver, until, on)
            spent_on += steps + 1
            met_on = met_on or met
            if on == 0:
                if not met_on:
                    return -1
                narrow = True
    return max(0, budget - spent_back - spent_on) if met_back else -1


@compiled
def _follow(
    w: Ways, s: Search, way: Way, row: int, giver: int, receiver: int, first: int, until: int,
    ties: bool, left: int,
) -> bool:  # fmt: skip
    """Count each row of accounts from receiver to giver; true where the budget ended it."""
    deep = 0
    way.at[0], way.place[0], way.first[0] = receiver, first, w.out_row[first]
    s.path[receiver] = row
    cut = False
    while deep >= 0:
        x, q = way.at[deep], way.place[deep]
        way.place[deep] = q + 1
        if q == w.out_start[x + 1] or w.out_at[q] >= until or left <= 0:
            cut = cut or left <= 0
            s.path[x] = -1
            deep -= 1
            continue
        left -= 1
        y = w.out_to[q]
        if w.earlier[w.out_row[q]] >= way.first[deep]:
            continue  # an earlier one to the same account leads at least as far
        if y == giver:
            way.found[deep + 2] += 1
        elif s.back[y] == row and s.path[y] != row and s.leaves[y] + ties > w.out_at[q]:
            if deep + 3 == len(way.found):
                cut = True
                continue
            begin = w.out_then[q]
            deep += 1
            way.at[deep], way.place[deep], way.first[deep] = y, begin, w.out_row[begin]
            s.path[y] = row
    return cut


@compiled
def _search(
    w: Ways, s: Search, way: Way, row: int, giver: int, receiver: int, first: int, since: int,
    until: int, ties: bool, budget: int,
) -> int:  # fmt: skip
    """Search for one transfer: 0 nothing, 1 found, 2 cut."""
    s.bound[giver], s.done[giver] = w.received[row], w.in_start[giver]
    s.begins[receiver], s.looked[receiver] = first, w.out_start[receiver + 1]
    left = _can_return(w, s, row, giver, receiver, since, until, budget)
    if left <= 0:
        return 0 if left < 0 else 2
    return 1 + _follow(w, s, way, row, giver, receiver, first, until, ties, left)


@compiled
def _all(
    w: Ways, s: Search, way: Way, source: lists.Ints, target: lists.Ints, at: lists.Longs,
    window: int, own_from: int, ties: bool, budget: int, room: measured.Room, cut: lists.Ints,
) -> tuple[measured.Room, int, int]:  # fmt: skip
    used = stopped = 0
    for row in range(own_from, len(at)):
        giver, receiver = source[row], target[row]
        since, until = at[row] - window, at[row] + ties
        bound = w.received[row]
        # most end here: the giver received nothing before, or the receiver gave nothing
        if giver == receiver or bound == w.in_start[giver] or w.in_at[bound - 1] < since:
            continue
        first, end = s.head[receiver], w.out_start[receiver + 1]
        while first < end and w.out_at[first] < since:
            first += 1
        s.head[receiver] = first
        if first == end or w.out_at[first] >= until:
            continue
        told = _search(w, s, way, row, giver, receiver, first, since, until, ties, budget)
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
    laid_out: Ways | None = None,
) -> measured.Measured:
    """Count, for each own row, the cycles it closes: `temporal_cycle`, fewest and most legs, sizes.

    `window` in seconds, its far edge included. `ties`: transfers of one instant have no order.
    `laid_out`: what ``ways`` made of the same lists and ties.
    """
    of = known or lists.of(transfers)
    rows = len(transfers) - own_from
    way = Way(*(numpy.zeros(DEEPEST + 1, numpy.int32) for _ in range(4)))
    cut = numpy.empty(rows, numpy.int32)
    room, used, stopped = _all(
        laid_out or ways(transfers, of, ties), _room(of.out_start), way,
        transfers.source, transfers.target, transfers.at,
        window, own_from, ties, budget, measured.room(), cut,
    )  # fmt: skip
    return measured.of_sizes("temporal_cycle", rows, room, used, cut[:stopped].copy(), budget)
