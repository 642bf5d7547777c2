"""Scatter-gather in any order of time: order-free evidence, weaker than ``scatter_gather``.

A transfer takes part in a shape with a giver and a gatherer when, within the window, at least two
different middle accounts received from the one and gave to the other, whichever came first, and the
transfer is one of these legs. This is what the Graph Feature Preprocessor (arXiv 2402.08593) counts in
batches of one, except that it also takes a transfer to oneself for a leg: an account that gives to
itself and to the gatherer becomes its own middle account there. Here it does not.

Kept as a table of pairs (giver, gatherer) that follows the window.
"""

from typing import NamedTuple

import numpy

from manumit.flows.compiled import compiled
from manumit.flows.graph import Transfers
from manumit.flows.kernels import lists, measured

BUSIEST = 10_000  # transfers in one window; a busier account is no middle account
MOST = 1_000  # middle accounts; larger shapes are told as this size


class Open(NamedTuple):
    """The lists, and which part of each account's list is inside the window now."""

    out_row: lists.Ints
    out_to: lists.Ints
    out_head: lists.Ints
    out_end: lists.Ints
    in_row: lists.Ints
    in_from: lists.Ints
    in_head: lists.Ints
    in_end: lists.Ints
    earlier: lists.Ints
    again: lists.Ints
    busy: lists.Ints


class Pairs(NamedTuple):
    """How many middle accounts a pair has: open addressing, a power of two of places."""

    pair: lists.Longs  # giver × accounts + gatherer; -1 where free
    middles: lists.Ints


@compiled
def _place(t: Pairs, pair: int) -> int:
    mask = len(t.pair) - 1
    i = ((pair ^ (pair >> 29)) * 0x5851F42D4C957F2D >> 20) & mask
    while t.pair[i] != pair and t.pair[i] != -1:
        i = (i + 1) & mask
    return i


@compiled
def _renewed(t: Pairs, size: int) -> tuple[Pairs, int]:
    """Copy what counts into a table of `size` places."""
    answer = Pairs(numpy.full(size, -1, numpy.int64), numpy.zeros(size, numpy.int32))
    used = 0
    for i in range(len(t.pair)):
        if t.middles[i] > 0:
            j = _place(answer, t.pair[i])
            answer.pair[j], answer.middles[j] = t.pair[i], t.middles[i]
            used += 1
    return answer, used


@compiled
def _change(
    o: Open, t: Pairs, used: int, giver: int, receiver: int, row: int, step: int, accounts: int,
    found: lists.Ints,
) -> tuple[int, int]:  # fmt: skip
    """Add `step` to each pair that goes over giver → receiver, count their sizes in `found`.

    Returns the places used in the table and the largest size.
    """
    largest = 0
    if not o.busy[giver]:
        for p in range(o.in_head[giver], o.in_end[giver]):
            if o.again[o.in_row[p]] >= row and o.in_from[p] != receiver:
                pair = o.in_from[p] * accounts + receiver
                i = _place(t, pair)
                used += t.pair[i] == -1
                t.pair[i] = pair
                t.middles[i] += step
                if t.middles[i] > 1:
                    size = min(t.middles[i], MOST)
                    found[size] += 1
                    largest = max(largest, size)
    if not o.busy[receiver]:
        for q in range(o.out_head[receiver], o.out_end[receiver]):
            if o.again[o.out_row[q]] >= row and o.out_to[q] != giver:
                pair = giver * accounts + o.out_to[q]
                i = _place(t, pair)
                used += t.pair[i] == -1
                t.pair[i] = pair
                t.middles[i] += step
                if t.middles[i] > 1:
                    size = min(t.middles[i], MOST)
                    found[size] += 1
                    largest = max(largest, size)
    return used, largest


@compiled
def _busy(
    start: lists.Ints, at: lists.Longs, window: int, busiest: int, answer: lists.Ints
) -> None:
    for a in range(len(start) - 1):
        for i in range(start[a] + busiest, start[a + 1]):
            if at[i] - at[i - busiest] <= window:
                answer[a] = 1
                break


@compiled
def _all(
    o: Open, source: lists.Ints, target: lists.Ints, at: lists.Longs, window: int, own_from: int,
    room: measured.Room, cut: lists.Ints,
) -> tuple[measured.Room, int, int]:  # fmt: skip
    accounts = len(o.busy)
    table = Pairs(numpy.full(1 << 12, -1, numpy.int64), numpy.zeros(1 << 12, numpy.int32))
    found, no = numpy.zeros(MOST + 1, numpy.int32), numpy.zeros(MOST + 1, numpy.int32)
    used = kept = stopped = gone = 0
    for row in range(len(at)):
        giver, receiver = source[row], target[row]
        if giver == receiver:
            continue
        while at[gone] < at[row] - window:
            a, b = source[gone], target[gone]
            if a != b:
                o.out_head[a] += 1
                o.in_head[b] += 1
                if o.again[gone] >= row and (
                    o.in_head[a] < o.in_end[a] or o.out_head[b] < o.out_end[b]
                ):
                    used, _ = _change(o, table, used, a, b, row, -1, accounts, no)
            gone += 1
        many = o.in_end[giver] - o.in_head[giver] + o.out_end[receiver] - o.out_head[receiver]
        if many > 0:
            if 2 * (used + many) > len(table.pair):
                table, used = _renewed(table, len(table.pair))
                while 4 * (used + many) > len(table.pair):
                    table, used = _renewed(table, 2 * len(table.pair))
            step = 1 if o.earlier[row] < gone else 0
            told = found if row >= own_from else no
            used, largest = _change(o, table, used, giver, receiver, row, step, accounts, told)
            if largest and row >= own_from:
                room, kept = measured.keep(room, kept, row - own_from, found, largest)
        o.out_end[giver] += 1
        o.in_end[receiver] += 1
        if row >= own_from and (o.busy[giver] or o.busy[receiver]):
            cut[stopped] = row - own_from
            stopped += 1
    return room, kept, stopped


def measure(
    transfers: Transfers,
    window: int,
    own_from: int = 0,
    known: lists.Lists | None = None,
    *,
    busiest: int = BUSIEST,
) -> measured.Measured:
    """Count, for each own row, the shapes it takes part in: `any_order`, smallest, largest, sizes.

    `window` in seconds, its far edge included; rows of one instant come in the order of the ledger.
    """
    of = known or lists.of(transfers)
    rows = len(transfers) - own_from
    busy = numpy.zeros(len(transfers.accounts), numpy.int32)
    _busy(of.out_start, transfers.at[of.out_row], window, busiest, busy)
    _busy(of.in_start, transfers.at[of.in_row], window, busiest, busy)
    inside = Open(
        of.out_row, transfers.target[of.out_row], of.out_start[:-1].copy(), of.out_start[:-1].copy(),
        of.in_row, transfers.source[of.in_row], of.in_start[:-1].copy(), of.in_start[:-1].copy(),
        of.earlier, of.again, busy,
    )  # fmt: skip
    cut = numpy.empty(rows, numpy.int32)
    room, used, stopped = _all(
        inside, transfers.source, transfers.target, transfers.at, window, own_from,
        measured.room(), cut,
    )  # fmt: skip
    return measured.of_sizes("any_order", rows, room, used, cut[:stopped].copy(), busiest)
