"""Spread to several accounts and gathered by one afterwards, as money can flow.

A transfer from a middle account to a gatherer completes a shape with each giver from whom, over at
least two different middle accounts, money reached the gatherer within the window: the middle account
received before it gave, and the last gift is this transfer. The Graph Feature Preprocessor
(arXiv 2402.08593) counts the same in any order (see ``any_order``), in which money cannot flow.

With `ties`, transfers of one instant have no order: a middle account may have received in the instant
in which it gave, and all gifts of one instant see each other.
"""

from typing import NamedTuple

import numpy

from manumit.flows.compiled import compiled
from manumit.flows.graph import Transfers
from manumit.flows.kernels import lists, measured, ways
from manumit.flows.kernels.ways import AT, NEXT, WHO

BUDGET = 20_000  # steps of one transfer's search
MOST = 1_000  # middle accounts; larger shapes are told as this size


class Known(NamedTuple):
    """What is known about the givers of one gatherer; a chain of middle accounts per giver."""

    owner: lists.Ints  # gatherer for whom `first` holds, per giver
    first: lists.Ints  # first link of the giver's chain
    seen: lists.Ints  # row that met the giver, so that the latest gift counts


class Links(NamedTuple):
    """The links of the chains; made larger as needed."""

    middle: lists.Ints
    after: lists.Ints
    at: lists.Ints  # instant of the giver's latest gift to the middle account that was passed on


@compiled
def _larger(links: Links, used: int) -> Links:
    answer = Links(
        numpy.empty(2 * used, numpy.int32),
        numpy.empty(2 * used, numpy.int32),
        numpy.empty(2 * used, numpy.int32),
    )
    answer.middle[:used] = links.middle
    answer.after[:used] = links.after
    answer.at[:used] = links.at
    return answer


@compiled
def _learn(
    w: ways.Ways, k: Known, links: Links, used: int, row: int, middle: int, gatherer: int,
    since: int, budget: int,
) -> tuple[Links, int, int]:  # fmt: skip
    """Put the givers of one transfer's middle account on the chains; returns the steps too."""
    steps = 0
    for p in range(w.received[row] - 1, w.in_start[middle] - 1, -1):
        at, giver = w.got[p, AT], w.got[p, WHO]
        if at < since or steps > budget:
            break
        steps += 1
        if giver == gatherer or k.seen[giver] == row:
            continue
        k.seen[giver] = row
        if k.owner[giver] != gatherer:
            k.owner[giver], k.first[giver] = gatherer, -1
        link, last = k.first[giver], -1
        while link >= 0 and links.middle[link] != middle:
            steps += 1
            if links.at[link] < since:  # gone from the window: take it off the chain
                if last < 0:
                    k.first[giver] = links.after[link]
                else:
                    links.after[last] = links.after[link]
            else:
                last = link
            link = links.after[link]
        if link >= 0:
            links.at[link] = max(links.at[link], at)
            continue
        if used == len(links.at):
            links = _larger(links, used)
        links.middle[used], links.at[used], links.after[used] = middle, at, k.first[giver]
        k.first[giver] = used
        used += 1
    return links, used, steps


@compiled
def _tell(
    w: ways.Ways, k: Known, links: Links, row: int, middle: int, gatherer: int,
    since: int, budget: int, found: lists.Ints,
) -> tuple[int, int]:  # fmt: skip
    """Count the middle accounts of each giver; returns the steps and the largest shape."""
    steps, largest, mark = 0, 0, -2 - row
    for p in range(w.received[row] - 1, w.in_start[middle] - 1, -1):
        giver = w.got[p, WHO]
        if w.got[p, AT] < since or steps > budget:
            break
        steps += 1
        if giver == gatherer or k.seen[giver] == mark:
            continue
        k.seen[giver] = mark
        size, link = 0, k.first[giver]
        while link >= 0:
            steps += 1
            size += links.at[link] >= since
            link = links.after[link]
        if size > 1:
            size = min(size, MOST)
            found[size] += 1
            largest = max(largest, size)
    return steps, largest


@compiled
def _gatherer(
    w: ways.Ways, in_row: lists.Ints, k: Known, links: Links, gatherer: int, window: int,
    reach: lists.Ints, own_from: int, ties: bool, budget: int, room: measured.Room, used_room: int,
    found: lists.Ints, cut: lists.Ints, stopped: int,
) -> tuple[Links, measured.Room, int, int]:  # fmt: skip
    """Go through what one account received, instant by instant."""
    used = 0
    cut_until = numpy.iinfo(numpy.int64).min
    first, end = w.in_start[gatherer], w.in_start[gatherer + 1]
    while first < end:
        instant = w.got[first, AT]
        since, now = reach[instant], w.times[instant]
        last = first + 1
        while ties and last < end and w.got[last, AT] == instant:
            last += 1
        passed = False
        for p in range(first, last):
            if w.got[p, NEXT] < since:  # the middle account received nothing before
                continue
            passed = True
            links, used, steps = _learn(
                w, k, links, used, in_row[p], w.got[p, WHO], gatherer, since, budget
            )  # fmt: skip
            if steps > budget:
                cut_until = now + window
        for p in range(first, last if passed else first):
            row = in_row[p]
            if row < own_from:
                continue
            steps, largest = _tell(
                w, k, links, row, w.got[p, WHO], gatherer, since, budget, found
            )  # fmt: skip
            if steps and (steps > budget or now <= cut_until):
                cut[stopped] = row - own_from
                stopped += 1
            if largest:
                room, used_room = measured.keep(room, used_room, row - own_from, found, largest)
        first = last
    return links, room, used_room, stopped


@compiled
def _all(
    w: ways.Ways, in_row: lists.Ints, k: Known, links: Links, window: int, reach: lists.Ints,
    own_from: int, ties: bool, budget: int, room: measured.Room, cut: lists.Ints,
) -> tuple[measured.Room, int, int]:  # fmt: skip
    used = stopped = 0
    found = numpy.zeros(MOST + 1, numpy.int32)
    for gatherer in range(len(w.in_start) - 1):
        if w.in_start[gatherer + 1] - w.in_start[gatherer] > 1:
            links, room, used, stopped = _gatherer(
                w, in_row, k, links, gatherer, window, reach, own_from, ties, budget,
                room, used, found, cut, stopped,
            )  # fmt: skip
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
    """Count, for each own row, the shapes it completes: `scatter_gather`, smallest, largest, sizes.

    `window` in seconds, its far edge included. The size is the number of middle accounts.
    `laid_out`: what ``ways.of`` made of the same lists and ties.
    """
    of = known or lists.of(transfers)
    rows, accounts = len(transfers) - own_from, len(transfers.accounts)
    empty = [numpy.full(accounts, -1, numpy.int32) for _ in range(3)]
    links = Links(*(numpy.empty(1024, numpy.int32) for _ in range(3)))
    w = laid_out or ways.of(transfers, of, ties)
    cut = numpy.empty(rows, numpy.int32)
    room, used, stopped = _all(
        w, of.in_row, Known(*empty), links, window, ways.reach(w.times, window), own_from,
        ties, budget, measured.room(), cut,
    )  # fmt: skip
    return measured.of_sizes("scatter_gather", rows, room, used, numpy.sort(cut[:stopped]), budget)
