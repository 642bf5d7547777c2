"""What is usual for each account, and how unusual each leg is against it.

Habits are sums, so those of an old and of a new stretch of time add up: history is never read again.
A leg is measured against the habits *without it*, drawn towards the whole ledger's where an account
has little history.
"""

from dataclasses import dataclass

import numpy
import polars
from numpy.typing import NDArray

from manumit.flows import compiled as compiling
from manumit.flows import graph, windows
from manumit.flows.patterns import chance
from manumit.flows.patterns import legs as legs_

Reals = NDArray[numpy.float64]
SHRINK = 2.0  # the whole ledger counts as this many transfers in each account's history

SUMS = ("sent", "sent_log", "sent_log2", "received", "received_log", "received_log2")


@dataclass(frozen=True)
class Habits:
    """Per account (its pseudonym): number of transfers, and sums of ln(amount) and of its square.

    `table`: columns account Int64 and SUMS Float64. `days`: how long a time they were summed over.
    """

    table: polars.DataFrame
    days: float

    def arrays(self, accounts: NDArray[numpy.int64]) -> NDArray[numpy.float64]:
        """Give the sums of these accounts: (n, 6) in the order of SUMS."""
        wanted = polars.DataFrame({"account": accounts})
        return (
            wanted.join(self.table, on="account", how="left", maintain_order="left")
            .select(polars.col(SUMS).fill_null(0.0))
            .to_numpy()
        )


def of_transfers(transfers: graph.Transfers) -> Habits:
    """Sum up the habits of these transfers (those to oneself aside)."""
    kept = transfers.source != transfers.target
    size = numpy.log(numpy.maximum(transfers.amount[kept], 1).astype(numpy.float64))
    n = len(transfers.accounts)
    sums = [
        numpy.bincount(end[kept], weights=weights, minlength=n)
        for end in (transfers.source, transfers.target)
        for weights in (None, size, size * size)
    ]
    table = polars.DataFrame({"account": transfers.accounts}).with_columns(
        polars.Series(name, column.astype(numpy.float64))
        for name, column in zip(SUMS, sums, strict=True)
    )
    span = int(transfers.at[-1] - transfers.at[0]) if len(transfers) else 0
    return Habits(table, max(1.0, span / windows.DAY))


def together(parts: list[Habits]) -> Habits:
    """Add up the habits of stretches of time that follow each other."""
    table = polars.concat([part.table for part in parts]).group_by("account").sum().sort("account")
    return Habits(table, sum(part.days for part in parts))


@compiling.compiled
def surprises(
    source: NDArray[numpy.int32],
    target: NDArray[numpy.int32],
    amount: NDArray[numpy.int64],
    count: NDArray[numpy.int64],
    pair_count: NDArray[numpy.int64],
    sums: Reals,
    days: float,
) -> tuple[Reals, Reals]:
    """Say how rare each leg's number of parts, and their size, is for its two accounts (-log10).

    Parts: beyond the first, against what this pair pays on other days and what two accounts so busy
    would by chance. Size: mean part against what the one sends and the other receives otherwise.
    """
    repeated = numpy.zeros(len(source))
    sized = numpy.zeros(len(source))
    all_count = max(sums[:, 0].sum(), 1.0)
    all_mean = sums[:, 1].sum() / all_count
    all_var = max(sums[:, 2].sum() / all_count - all_mean * all_mean, 0.01)
    for i in range(len(source)):
        s, t, c = source[i], target[i], float(count[i])
        if c > 1:
            usual = (pair_count[i] - c) / days + sums[s, 0] * sums[t, 3] / (all_count * days)
            repeated[i] = chance.at_least(c - 1, usual)
        size = numpy.log(max(amount[i] / c, 1.0))
        for side in range(2):
            who, column = (s, 0) if side == 0 else (t, 3)
            n = max(sums[who, column] - c, 0.0)
            total = sums[who, column + 1] - c * size
            square = sums[who, column + 2] - c * size * size
            if n == 0.0:
                total, square = 0.0, 0.0
            mean = (total + SHRINK * all_mean) / (n + SHRINK)
            second = (square + SHRINK * (all_var + all_mean * all_mean)) / (n + SHRINK)
            deviation = numpy.sqrt(max(second - mean * mean, 0.0))
            sized[i] += 0.5 * chance.far_from(size, mean, deviation)
    return repeated, sized


def of_legs(legs: legs_.Legs, habits: Reals, days: float) -> tuple[Reals, Reals]:
    """Say how rare each leg is, by number of parts and by size."""
    pair = legs.source.astype(numpy.int64) * legs.accounts + legs.target
    _, same = numpy.unique(pair, return_inverse=True)
    in_pair = (
        numpy.bincount(same, weights=legs.count)[same].astype(numpy.int64)
        if len(legs)
        else legs.count
    )
    return surprises(
        legs.source, legs.target, legs.amount, legs.count, in_pair, habits, max(days, 1.0)
    )
