"""Different counterparties (fan) and transfers (degree) of both accounts in the window before.

Equal, row by row, to the Graph Feature Preprocessor (arXiv 2402.08593) in batches of one, whose window
leaves its far edge out: its `window` is one second more than ours.
"""

import numpy
from numpy.typing import NDArray

from manumit.flows.compiled import compiled
from manumit.flows.graph import Transfers
from manumit.flows.kernels import lists, measured

COLUMNS = (
    "source_fan_out",  # to how many different accounts the giver gave
    "source_degree_out",  # in how many transfers
    "source_fan_in",
    "source_degree_in",
    "target_fan_out",
    "target_degree_out",
    "target_fan_in",
    "target_degree_in",
)


@compiled
def _walk(
    account: int,
    out_start: lists.Ints,
    out_row: lists.Ints,
    in_start: lists.Ints,
    in_row: lists.Ints,
    earlier: lists.Ints,
    again: lists.Ints,
    at: lists.Longs,
    window: int,
    own_from: int,
    answer: NDArray[numpy.int32],
) -> None:
    i = out_head = out_start[account]
    j = in_head = in_start[account]
    out_end, in_end = out_start[account + 1], in_start[account + 1]
    fan_out = fan_in = 0
    while i < out_end or j < in_end:
        gives = j == in_end or (i < out_end and out_row[i] < in_row[j])
        row = out_row[i] if gives else in_row[j]
        since = at[row] - window
        while out_head < i and at[out_row[out_head]] < since:
            fan_out -= again[out_row[out_head]] >= row
            out_head += 1
        while in_head < j and at[in_row[in_head]] < since:
            fan_in -= again[in_row[in_head]] >= row
            in_head += 1
        fresh = earlier[row] < 0 or at[earlier[row]] < since
        if gives:
            fan_out += fresh
            i += 1
        else:
            fan_in += fresh
            j += 1
        if row >= own_from:
            place = 0 if gives else 4
            line = answer[row - own_from]
            line[place] = fan_out
            line[place + 1] = i - out_head
            line[place + 2] = fan_in
            line[place + 3] = j - in_head


@compiled
def _all(
    out_start: lists.Ints,
    out_row: lists.Ints,
    in_start: lists.Ints,
    in_row: lists.Ints,
    earlier: lists.Ints,
    again: lists.Ints,
    at: lists.Longs,
    window: int,
    own_from: int,
    answer: NDArray[numpy.int32],
) -> None:
    for a in range(len(out_start) - 1):
        _walk(
            a, out_start, out_row, in_start, in_row, earlier, again, at, window, own_from, answer
        )  # fmt: skip


def measure(
    transfers: Transfers, window: int, own_from: int = 0, known: lists.Lists | None = None
) -> measured.Measured:
    """Count for each own row, itself included; `window` in seconds, its far edge included.

    Rows of the same instant count in the order of the ledger. A transfer to oneself has zeros and is
    counted nowhere.
    """
    of = known or lists.of(transfers)
    answer = numpy.zeros((len(transfers) - own_from, len(COLUMNS)), numpy.int32)
    _all(
        of.out_start, of.out_row, of.in_start, of.in_row, of.earlier, of.again,
        transfers.at, window, own_from, answer,
    )  # fmt: skip
    return measured.Measured({name: answer[:, i] for i, name in enumerate(COLUMNS)})
