"""How long money stayed: from the giver's latest receipt to this transfer, and what came in before it.

Pass-through accounts give on soon, and about as much as they received (FinCEN FIN-2014-A008 on funnel
accounts; FATF/APG 2018). Nothing here is a filter: long and partial stays are only weaker signs.
"""

import numpy
from numpy.typing import NDArray

from manumit.flows.compiled import compiled
from manumit.flows.graph import Transfers
from manumit.flows.kernels import lists, measured

NEVER = -1


@compiled
def _all(
    out_start: lists.Ints,
    out_row: lists.Ints,
    in_start: lists.Ints,
    in_row: lists.Ints,
    at: lists.Longs,
    amount: lists.Longs,
    window: int,
    own_from: int,
    stayed: lists.Ints,
    passed: NDArray[numpy.float32],
) -> None:
    for a in range(len(out_start) - 1):
        head = j = in_start[a]
        first = i = out_start[a]
        received = given = 0
        for i in range(out_start[a], out_start[a + 1]):
            row = out_row[i]
            while j < in_start[a + 1] and at[in_row[j]] <= at[row]:
                received += amount[in_row[j]]
                j += 1
            while head < j and at[in_row[head]] < at[row] - window:
                received -= amount[in_row[head]]
                head += 1
            given += amount[row]
            while at[out_row[first]] < at[row] - window:
                given -= amount[out_row[first]]
                first += 1
            if row >= own_from and head < j:
                stayed[row - own_from] = at[row] - at[in_row[j - 1]]
                if received > 0:
                    passed[row - own_from] = given / received


def measure(
    transfers: Transfers, window: int, own_from: int = 0, known: lists.Lists | None = None
) -> measured.Measured:
    """Measure for each own row what its giver received in the window before; the far edge counts.

    `stayed_seconds`: from the latest receipt to this transfer, NEVER where there was none; a receipt of
    the same instant may have come first and counts. `passed_on`: what the giver gave in the window, this
    transfer and earlier rows, as a share of what it received; 0 where it received nothing.
    """
    of = known or lists.of(transfers)
    rows = len(transfers) - own_from
    stayed = numpy.full(rows, NEVER, numpy.int32)
    passed = numpy.zeros(rows, numpy.float32)
    _all(
        of.out_start, of.out_row, of.in_start, of.in_row, transfers.at, transfers.amount,
        window, own_from, stayed, passed,
    )  # fmt: skip
    return measured.Measured({"stayed_seconds": stayed, "passed_on": passed})
