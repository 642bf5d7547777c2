"""The lists laid out for searches in order of time: what is looked at together stands together.

Searches compare instants by their number, so that a transfer is one line of four small words, and the
line says how the account at its other end goes on: most steps of a search end there.
"""

from typing import NamedTuple

import numpy

from manumit.flows.compiled import compiled
from manumit.flows.graph import Transfers
from manumit.flows.kernels import lists

# The words of a line of `gave` and `got`.
AT = 0  # number of its instant
WHO = 1  # the account at the other end
# gave: where in the receiver's gifts those begin that came after; got: where the giver's receipts
# end that came before
THEN = 2
NEXT = 3  # the instant of the first, or last, of those; NEVER, or -1, where there is none
NEVER = numpy.iinfo(numpy.int32).max


class Ways(NamedTuple):
    """Lines `gave[out_start[a]:out_start[a + 1]]` are what account a gave, in order of time.

    Shapes: gave, got (k, 4); instant, received (m,); times (number of instants,). `received[row]`: the
    place in the giver's receipts where those end that came before the transfer.
    """

    out_start: lists.Ints
    out_row: lists.Ints
    gave: lists.Ints
    in_start: lists.Ints
    got: lists.Ints
    earlier: lists.Ints
    received: lists.Ints
    instant: lists.Ints
    times: lists.Longs


@compiled
def _instants(at: lists.Longs) -> tuple[lists.Ints, lists.Longs]:
    instant, times = numpy.empty(len(at), numpy.int32), numpy.empty(len(at), numpy.int64)
    count = 0
    for row in range(len(at)):
        if count == 0 or at[row] != times[count - 1]:
            times[count] = at[row]
            count += 1
        instant[row] = count - 1
    return instant, times[:count].copy()


@compiled
def _before(
    start: lists.Ints,
    row_of: lists.Ints,
    other_start: lists.Ints,
    other_row: lists.Ints,
    instant: lists.Ints,
    ties: bool,
) -> tuple[lists.Ints, lists.Ints]:
    """Say for each row where the receipts end that its giver had before, and the instant of the last."""
    place, last = numpy.zeros(len(instant), numpy.int32), numpy.full(len(instant), -1, numpy.int32)
    for a in range(len(start) - 1):
        p = other_start[a]
        for q in range(start[a], start[a + 1]):
            row = row_of[q]
            while p < other_start[a + 1] and instant[other_row[p]] < instant[row] + ties:
                p += 1
            place[row] = p
            if p > other_start[a]:
                last[row] = instant[other_row[p - 1]]
    return place, last


@compiled
def _after(
    start: lists.Ints,
    row_of: lists.Ints,
    other_start: lists.Ints,
    other_row: lists.Ints,
    instant: lists.Ints,
    ties: bool,
) -> tuple[lists.Ints, lists.Ints]:
    """Say for each row where the gifts begin that its receiver made after it, and the first's instant."""
    place = numpy.zeros(len(instant), numpy.int32)
    first = numpy.full(len(instant), NEVER, numpy.int32)
    for a in range(len(start) - 1):
        q = other_start[a]
        for p in range(start[a], start[a + 1]):
            row = row_of[p]
            while q < other_start[a + 1] and instant[other_row[q]] + ties <= instant[row]:
                q += 1
            place[row] = q
            if q < other_start[a + 1]:
                first[row] = instant[other_row[q]]
    return place, first


@compiled
def _lines(
    rows: lists.Ints, at: lists.Ints, who: lists.Ints, then: lists.Ints, after: lists.Ints
) -> lists.Ints:
    answer = numpy.empty((len(rows), 4), numpy.int32)
    for i in range(len(rows)):
        row = rows[i]
        answer[i, AT], answer[i, WHO] = at[row], who[row]
        answer[i, THEN], answer[i, NEXT] = then[row], after[row]
    return answer


def of(transfers: Transfers, known: lists.Lists, ties: bool) -> Ways:
    """Lay out the lists; `ties`: transfers of one instant come before and after each other."""
    out_row, in_row = known.out_row, known.in_row
    instant, times = _instants(transfers.at)
    received, last = _before(known.out_start, out_row, known.in_start, in_row, instant, ties)
    gives, first = _after(known.in_start, in_row, known.out_start, out_row, instant, ties)
    return Ways(
        known.out_start, out_row, _lines(out_row, instant, transfers.target, gives, first),
        known.in_start, _lines(in_row, instant, transfers.source, received, last),
        known.earlier, received, instant, times,
    )  # fmt: skip


@compiled
def reach(times: lists.Longs, window: int) -> lists.Ints:
    """Say for each instant which is the first one inside the window that ends with it."""
    answer = numpy.empty(len(times), numpy.int32)
    first = 0
    for i in range(len(times)):
        while times[first] < times[i] - window:
            first += 1
        answer[i] = first
    return answer
