"""Closed ways of at most so many legs, in any order of time: cycles that a transfer closes.

Order-free evidence, weaker than money that comes back in order: a cycle is a row of different accounts
between which transfers run within the window, whenever each of them happened. It counts once, at the
transfer that closes it; transfers of the same instant belong to it only with `ties`. Equal, row by
row, to the Graph Feature Preprocessor (arXiv 2402.08593) in batches of one when `ties` is off.

Distances are searched from both ends, the smaller side first, until they meet or the legs are used up
(compare Gupta & Suzumura 2021); ways are followed only where the legs left are enough to return.
"""

from typing import NamedTuple

import numpy

from manumit.flows.compiled import compiled
from manumit.flows.graph import Transfers
from manumit.flows.kernels import lists, measured

BUDGET = 100_000  # steps of one transfer's search


class Open(NamedTuple):
    """The lists, and which part of each account's list is inside the window now."""

    out_row: lists.Ints
    out_to: lists.Ints
    out_at: lists.Longs
    out_head: lists.Ints
    out_end: lists.Ints
    in_from: lists.Ints
    in_at: lists.Longs
    in_head: lists.Ints
    in_end: lists.Ints
    again: lists.Ints


class Search(NamedTuple):
    """Room for the searches, used again for each transfer: marks hold the row they were made for."""

    back: lists.Ints  # row whose search back reached this account
    far: lists.Ints  # legs from here to the giver
    on: lists.Ints  # row whose search on reached this account
    path: lists.Ints  # row on whose way the account is
    todo_back: lists.Ints
    todo_on: lists.Ints
    way: lists.Ints
    place: lists.Ints
    found: lists.Ints


@compiled
def _ring_back(
    o: Open, s: Search, row: int, first: int, last: int, receiver: int, since: int, narrow: bool
) -> tuple[int, int, bool]:
    """Reach the next ring of accounts back; returns steps, the ring's end, whether ends met."""
    steps, size, met = 0, last, False
    for i in range(first, last):
        x = s.todo_back[i]
        if x == receiver:
            continue
        for p in range(o.in_end[x] - 1, o.in_head[x] - 1, -1):
            if o.in_at[p] < since:
                o.in_head[x] = p + 1
                break
            steps += 1
            y = o.in_from[p]
            met = met or s.on[y] == row
            if s.back[y] != row and not (narrow and s.on[y] != row):
                s.back[y], s.far[y] = row, s.far[x] + 1
                s.todo_back[size] = y
                size += 1
    return steps, size, met


@compiled
def _ring_on(
    o: Open, s: Search, row: int, first: int, last: int, giver: int, since: int
) -> tuple[int, int, bool]:
    """Reach the next ring of accounts on; returns steps, the ring's end, whether ends met."""
    steps, size, met = 0, last, False
    for i in range(first, last):
        x = s.todo_on[i]
        if x == giver:
            continue
        for q in range(o.out_end[x] - 1, o.out_head[x] - 1, -1):
            if o.out_at[q] < since:
                o.out_head[x] = q + 1
                break
            steps += 1
            y = o.out_to[q]
            met = met or s.back[y] == row
            if s.on[y] != row:
                s.on[y] = row
                s.todo_on[size] = y
                size += 1
    return steps, size, met


@compiled
def _can_return(
    o: Open, s: Search, row: int, giver: int, receiver: int, since: int, legs: int, budget: int
) -> int:
    """Search from both ends; steps left of the budget, -1 where no way of `legs` legs closes."""
    s.todo_back[0], s.todo_on[0] = giver, receiver
    s.back[giver], s.far[giver], s.on[receiver] = row, 0, row
    back_from, back_to, on_from, on_to = 0, 1, 0, 1
    back_rings = on_rings = spent = 0
    met = False
    while not met:
        if back_to == back_from or on_to == on_from or back_rings + on_rings == legs - 1:
            return -1
        if spent > budget:
            return 0
        if back_to - back_from <= on_to - on_from:
            steps, end, met = _ring_back(o, s, row, back_from, back_to, receiver, since, False)
            back_from, back_to = back_to, end
            back_rings += 1
        else:
            steps, end, met = _ring_on(o, s, row, on_from, on_to, giver, since)
            on_from, on_to = on_to, end
            on_rings += 1
        spent += steps + 1
    while back_to > back_from and back_rings < legs - 1 and spent <= budget:
        # an account that the search on has not reached is more than on_rings legs away
        narrow = on_rings + back_rings + 2 > legs - 1
        steps, end, met = _ring_back(o, s, row, back_from, back_to, receiver, since, narrow)
        back_from, back_to = back_to, end
        back_rings += 1
        spent += steps + 1
    return max(0, budget - spent)


@compiled
def _follow(
    o: Open, s: Search, row: int, giver: int, receiver: int, since: int, fresh: int, legs: int,
    left: int,
) -> bool:  # fmt: skip
    """Count each row of accounts from receiver to giver; true where the budget ended it."""
    deep = 0
    s.way[0], s.place[0] = receiver, o.out_end[receiver]
    s.path[receiver] = row
    cut = False
    while deep >= 0:
        x = s.way[deep]
        s.place[deep] -= 1
        q = s.place[deep]
        if q < o.out_head[x] or o.out_at[q] < since or left <= 0:
            cut = cut or left <= 0
            s.path[x] = -1
            deep -= 1
            continue
        left -= 1
        y = o.out_to[q]
        if o.again[o.out_row[q]] < fresh:
            continue  # a later one to the same account counts
        if y == giver:
            s.found[deep + 2] += 1
        elif s.back[y] == row and s.path[y] != row and deep + 1 + s.far[y] <= legs - 1:
            deep += 1
            s.way[deep], s.place[deep] = y, o.out_end[y]
            s.path[y] = row
    return cut


@compiled
def _admit(o: Open, source: lists.Ints, target: lists.Ints, first: int, last: int) -> None:
    """Let these rows into the window."""
    for row in range(first, last):
        if source[row] != target[row]:
            o.out_end[source[row]] += 1
            o.in_end[target[row]] += 1


@compiled
def _all(
    o: Open, s: Search, source: lists.Ints, target: lists.Ints, at: lists.Longs,
    window: int, own_from: int, ties: bool, legs: int, budget: int,
    room: measured.Room, cut: lists.Ints,
) -> tuple[measured.Room, int, int]:  # fmt: skip
    used = stopped = 0
    fresh = next_row = 0  # rows before `fresh` were let in
    for row in range(len(at)):
        if row == next_row:
            while next_row < len(at) and at[next_row] == at[row]:
                next_row += 1
            last = next_row if ties else row
            _admit(o, source, target, fresh, last)
            fresh = last
        giver, receiver = source[row], target[row]
        if row < own_from or giver == receiver:
            continue
        since = at[row] - window
        p, q = o.in_end[giver] - 1, o.out_end[receiver] - 1
        if p < o.in_head[giver] or q < o.out_head[receiver]:
            continue
        if o.in_at[p] < since or o.out_at[q] < since:
            continue
        left = _can_return(o, s, row, giver, receiver, since, legs, budget)
        if left < 0:
            continue
        if left == 0 or _follow(o, s, row, giver, receiver, since, fresh, legs, left):
            cut[stopped] = row - own_from
            stopped += 1
        room, used = measured.keep(room, used, row - own_from, s.found, legs)
    return room, used, stopped


def _room(accounts: int, legs: int) -> Search:
    big = [numpy.full(accounts, -1, numpy.int32) for _ in range(6)]
    return Search(*big, *(numpy.zeros(legs + 1, numpy.int32) for _ in range(3)))


def measure(
    transfers: Transfers,
    window: int,
    own_from: int = 0,
    known: lists.Lists | None = None,
    *,
    legs: int = 10,
    ties: bool = True,
    budget: int = BUDGET,
) -> measured.Measured:
    """Count, for each own row, the cycles it closes: `hop_cycle`, fewest and most legs, sizes.

    `window` in seconds, its far edge included. `ties`: transfers of the same instant count too.
    """
    of = known or lists.of(transfers)
    rows = len(transfers) - own_from
    inside = Open(
        of.out_row, transfers.target[of.out_row], transfers.at[of.out_row],
        of.out_start[:-1].copy(), of.out_start[:-1].copy(),
        transfers.source[of.in_row], transfers.at[of.in_row],
        of.in_start[:-1].copy(), of.in_start[:-1].copy(), of.again,
    )  # fmt: skip
    cut = numpy.empty(rows, numpy.int32)
    room, used, stopped = _all(
        inside, _room(len(transfers.accounts), legs),
        transfers.source, transfers.target, transfers.at,
        window, own_from, ties, legs, budget, measured.room(), cut,
    )  # fmt: skip
    return measured.of_sizes("hop_cycle", rows, room, used, cut[:stopped].copy(), budget)
