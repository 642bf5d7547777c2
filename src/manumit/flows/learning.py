"""A second opinion on the order of findings, learned from labels: beside the evidence, never alone.

Optional (the extra `learning`: LightGBM). Gradient-boosted trees over the same grades that the evidence
is made of, bound to never count more of a grade against a finding. Each answer carries what made it: the
grades that moved it most, up or down (exact additive contributions, Lundberg et al. 2020). It is learned
on the earlier part of a ledger and shown beside the evidence; no alert is made or dropped by it.
"""

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Any

import numpy
import polars
from numpy.typing import NDArray

from manumit.flows import ranking
from manumit.flows.patterns import instance

FEWEST = 30  # right findings to learn from
REASONS = 3
# Grades of which more never speaks against a finding; the others may go either way.
RISING = (*ranking.TERMS, "chance", "unusual", "ordered", "kept")
FREE = ("size", "hops", "between", "money", "hours")
KINDS = tuple(f"is_{pattern}" for pattern in instance.Pattern)
COLUMNS = (*RISING, *FREE, *KINDS)
WORDS = {
    "structure": "how rare the shape is by chance",
    "order": "order in time",
    "amount": "how much went through",
    "rare": "how unusual the payments are together",
    "large": "how many accounts take part",
    "chance": "how rare the shape is by chance",
    "unusual": "how unusual the payments are",
    "ordered": "order in time",
    "kept": "how much went through",
    "size": "number of legs",
    "hops": "how often money moved on",
    "between": "accounts in between",
    "money": "the sum",
    "hours": "how long it took",
}


def available() -> bool:
    """Tell whether the extra is installed."""
    return importlib.util.find_spec("lightgbm") is not None


def grades(ranked: polars.DataFrame) -> NDArray[numpy.float64]:
    """Lay out what is learned from: (findings, COLUMNS); null as not a number."""
    hours = (polars.col("last_at") - polars.col("first_at")).dt.total_seconds() / 3600
    return (
        ranked.with_columns(
            money=polars.col("amount_minor").cast(polars.Float64).clip(lower_bound=1).log(),
            hours=hours,
            **{
                name: polars.col("pattern") == str(pattern)
                for name, pattern in zip(KINDS, instance.Pattern, strict=True)
            },
        )
        .select(polars.col(name).cast(polars.Float64) for name in COLUMNS)
        .to_numpy()
    )


@dataclass(frozen=True)
class Learned:
    """What was learned: trees of LightGBM, and from how many right findings."""

    trees: Any
    right: int

    def beside(self, ranked: polars.DataFrame) -> polars.DataFrame:
        """Add `learned` (0 … 1) and `learned_because` (words, the strongest first)."""
        table = grades(ranked)
        parts = numpy.asarray(self.trees.predict(table, pred_contrib=True))
        odds = parts.sum(axis=1)
        return ranked.with_columns(
            polars.Series("learned", 1 / (1 + numpy.exp(-odds))),
            polars.Series("learned_because", [because(row) for row in parts[:, :-1]]),
        )


def because(parts: NDArray[numpy.float64]) -> list[str]:
    """Say in words which grades moved one answer most; what says the same is added up."""
    whole: dict[str, float] = {}
    for name, part in zip(COLUMNS, parts.tolist(), strict=True):
        words = WORDS.get(name, "the kind of shape")
        whole[words] = whole.get(words, 0.0) + part
    strongest = sorted(whole.items(), key=lambda item: -abs(item[1]))[:REASONS]
    return [f"{words}: {'for' if part > 0 else 'against'}" for words, part in strongest if part]


def learn(ranked: polars.DataFrame, right: NDArray[numpy.bool_], seed: int) -> Learned | None:
    """Learn from findings of which it is known whether they were right; None where too few were."""
    if right.sum() < FEWEST or (~right).sum() < FEWEST:
        return None
    lightgbm = importlib.import_module("lightgbm")
    settings = {
        "objective": "binary",
        "num_leaves": 15,
        "min_data_in_leaf": 20,
        "learning_rate": 0.05,
        "feature_fraction": 0.8,
        "monotone_constraints": [1] * len(RISING) + [0] * (len(FREE) + len(KINDS)),
        "seed": seed,
        "deterministic": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(grades(ranked), right.astype(float), feature_name=list(COLUMNS))
    return Learned(lightgbm.train(settings, data, num_boost_round=120), int(right.sum()))
