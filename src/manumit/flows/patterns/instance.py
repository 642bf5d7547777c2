"""One shape that was found, with everything that belongs to it.

Order in time and kept amounts are graded evidence, never filters: a filter of ±10 % on amounts loses
nine of ten real rings on published data, and so does a strict order (docs/decisions/0025).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy
import polars
from numpy.typing import NDArray


class Pattern(StrEnum):
    """Which shape."""

    CYCLE = "cycle"
    FAN_IN = "fan_in"
    FAN_OUT = "fan_out"
    GATHER_SCATTER = "gather_scatter"
    SCATTER_GATHER = "scatter_gather"
    CHAIN = "chain"  # AMLworld calls its chains "random"
    BIPARTITE = "bipartite"
    STACK = "stack"
    BURST = "burst"


# The frame of instances, best first.
COLUMNS: dict[str, polars.DataType | type[polars.DataType]] = {
    "pattern": polars.String,  # Pattern
    "entries": polars.List(polars.Int64),  # in order of time
    "accounts": polars.List(polars.Int64),  # pseudonyms
    "parts": polars.List(polars.String),  # alerting.Part of each account
    "first_at": polars.Datetime("us"),  # UTC
    "last_at": polars.Datetime("us"),
    "size": polars.Int64,  # legs
    "hops": polars.Int64,  # how many times money moved on; 1 for fans
    "between": polars.Int64,  # accounts that money both came into and went out of
    "ordered": polars.Float64,  # how far money can have come in before it went on; 1 where nothing does
    "kept": polars.Float64,  # how much of what came in went on; null where nothing goes through
    "rarity": polars.Float64,  # 0 … 1, how unusual the legs are for their accounts
    "chance": polars.Float64,  # -log10: how rarely so busy accounts would show it by accident
    "unusual": polars.Float64,  # -log10, mean of the legs: parts and sizes against own history
    "amount_minor": polars.Int64,  # all legs together
    "cut": polars.String,  # what a budget left out here, in words; "" for nothing
}


@dataclass(frozen=True)
class Shapes:
    """k shapes as lists of legs: leg[start[i]:start[i+1]], each with its stage (0 first, 1 onward …)."""

    start: NDArray[numpy.int64]
    leg: NDArray[numpy.int64]
    stage: NDArray[numpy.int64]
    chance: NDArray[numpy.float64]
    cut: int = 0  # how many accounts or legs were not followed because of a budget

    def __len__(self) -> int:
        return len(self.chance)


def empty(cut: int = 0) -> Shapes:
    """Nothing found."""
    none = numpy.zeros(0, dtype=numpy.int64)
    return Shapes(numpy.zeros(1, dtype=numpy.int64), none, none, numpy.zeros(0), cut)


def one_leg_each(leg: NDArray[numpy.int64], chance: NDArray[numpy.float64]) -> Shapes:
    """Shapes of one leg."""
    return Shapes(
        numpy.arange(len(leg) + 1, dtype=numpy.int64),
        leg,
        numpy.zeros(len(leg), numpy.int64),
        chance,
    )
