"""Transfers as arrays in order of time: what every kernel and pattern reads.

Only entries with two known accounts are here. Self-transfers are; each kernel says what it does with
them. Accounts are dense numbers 0 … n-1 into `accounts`, which holds the pseudonyms.
"""

from dataclasses import dataclass

import numpy
import polars
from numpy.typing import NDArray


@dataclass(frozen=True)
class Transfers:
    """m transfers among n accounts, sorted by (at, entry).

    Shapes: source, target (m,) int32; at (m,) int64, seconds since 1970 UTC; amount (m,) int64, minor
    units of the ledger's currency (of its own where no rate is known); entry (m,) int64; accounts (n,)
    int64. `precision` is the coarsest of the entries (entry.Precision).
    """

    source: NDArray[numpy.int32]
    target: NDArray[numpy.int32]
    at: NDArray[numpy.int64]
    amount: NDArray[numpy.int64]
    entry: NDArray[numpy.int64]
    accounts: NDArray[numpy.int64]
    precision: int = 0

    def __len__(self) -> int:
        return len(self.at)


def of_frame(entries: polars.DataFrame) -> Transfers:
    """Build from rows of the table `entries` (entry.COLUMNS), in any order."""
    kept = entries.filter(
        polars.col("source").is_not_null() & polars.col("target").is_not_null()
    ).sort("at", "entry")
    ends = polars.concat([kept["source"], kept["target"]])
    accounts = ends.unique().sort()
    dense = accounts.search_sorted(ends).cast(polars.Int32).to_numpy()
    amount = kept.select(polars.coalesce("base_minor", "amount_minor")).to_series()
    return Transfers(
        source=dense[: len(kept)],
        target=dense[len(kept) :],
        at=(kept["at"].dt.epoch("us") // 1_000_000).to_numpy(),
        amount=amount.to_numpy(),
        entry=kept["entry"].to_numpy(),
        accounts=accounts.to_numpy(),
        precision=int(kept["precision"].max() or 0),  # type: ignore[arg-type]
    )
