"""Which alert comes first: evidence added up, in powers of ten, against what chance would bring.

evidence = structure + order + amount + rarity + size; score = the share that came true at this evidence.
Each term is what a finding has for or against it, and each only ever grows with what it grades:

structure  how rarely accounts as busy would show the shape by chance, and never more than the ledger
           itself bears out: what one account in ten shows is worth one power of ten at most
order      each account in between where money can have come in before it went on speaks for it (0.85
           of real ones do, half by chance: log10 1.7), each where not against it (log10 0.3). Never a
           filter
amount     how much went through: log10 of 1 / (1.1 - kept), from nothing to one power of ten
rarity     how unusual the legs are for their accounts, all together (Fisher 1925: the sum of
           -log10 p over k legs against chi-square with 2k degrees of freedom)
size       half of log10 of accounts over the smallest that the shape can have

What a shape's chance already holds is not counted twice: a chain's joints hold order and amounts, a
burst's rarity holds its number of parts.

Nothing of this is fitted. A `Calibration` turns evidence into the share that came true where the truth is
known (isotonic regression); it changes no order. The one that is shipped was measured on made data, whose
seeds stand beside it; a ledger with labels of its own can bring its own.
"""

import functools
import math
import tomllib
from dataclasses import dataclass
from importlib import resources

import numpy
import polars
from numpy.typing import NDArray

from manumit.flows.patterns import instance

Pattern = instance.Pattern
Reals = NDArray[numpy.float64]

WORTH = 0.1  # the score from which a shape is an alert: one in ten comes true
IN_ORDER, OUT_OF_ORDER = math.log10(0.85 / 0.5), math.log10(0.15 / 0.5)
ORDER_CAP, STRUCTURE_CAP, RARITY_CAP = 2.0, 6.0, 6.0
AGAINST_CAP = 2.0  # no term alone says more than a hundred to one against: nothing is a filter
SMALLEST = {
    Pattern.CYCLE: 3,
    Pattern.FAN_IN: 3,
    Pattern.FAN_OUT: 3,
    Pattern.GATHER_SCATTER: 7,
    Pattern.SCATTER_GATHER: 5,
    Pattern.CHAIN: 4,
    Pattern.BIPARTITE: 4,
    Pattern.STACK: 6,
    Pattern.BURST: 2,
}
TERMS = ("structure", "order", "amount", "rare", "large")
HELD = {Pattern.CHAIN: ("order", "amount"), Pattern.BURST: ("structure",)}


@dataclass(frozen=True)
class Calibration:
    """Evidence and the share of findings that came true at it: rising knots, straight between them."""

    evidence: tuple[float, ...]
    share: tuple[float, ...]
    source: str

    def shares(self, evidence: Reals) -> Reals:
        """Give the share for each evidence; beyond the knots it stays as it is there."""
        said: Reals = numpy.interp(evidence, self.evidence, self.share)
        return said


def calibrate(
    evidence: Reals, right: NDArray[numpy.bool_], source: str, knots: int = 12
) -> Calibration:
    """Fit shares that never fall as evidence grows (pool adjacent violators, Ayer et al. 1955).

    Findings are pooled into `knots` groups of equal number first, so that a knot is never one finding,
    and each share is drawn a little towards one half (Laplace), so that none is 0 or 1.
    """
    order = numpy.argsort(evidence, kind="stable")
    groups = [g for g in numpy.array_split(order, max(1, min(knots, len(order) // 20))) if len(g)]
    pools: list[list[float]] = []  # right, all, sum of evidence
    for group in groups:
        pools.append([float(right[group].sum()), float(len(group)), float(evidence[group].sum())])
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] >= pools[-1][0] * pools[-2][1]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    shares = numpy.maximum.accumulate([(good + 0.5) / (count + 1) for good, count, _ in pools])
    return Calibration(
        tuple(round(total / count, 3) for _, count, total in pools),
        tuple(round(float(share), 4) for share in shares),
        source,
    )


@functools.cache
def shipped() -> Calibration:
    """Return the calibration that the product brings (data/calibration.toml)."""
    text = resources.files("manumit.flows").joinpath("data/calibration.toml").read_text("utf-8")
    told = tomllib.loads(text)
    return Calibration(tuple(told["evidence"]), tuple(told["share"]), str(told["source"]))


def fisher(total: Reals, count: Reals) -> Reals:
    """Give -log10 of the chance that `count` values of -log10 p add up to `total` or more.

    The chi-square tail with 2k degrees of freedom is the chance of fewer than k Poisson events.
    """
    x = numpy.maximum(total, 1e-9) * math.log(10)
    most = int(count.max()) if len(count) else 0
    term = numpy.zeros_like(x)  # ln of x^i / i!
    log = numpy.zeros_like(x)
    for i in range(1, min(most, 500)):
        term = term + numpy.log(x) - math.log(i)
        log = numpy.where(i < count, numpy.logaddexp(log, term), log)
    return numpy.maximum((x - log) / math.log(10), 0.0)


def _structure(accounts: int) -> polars.Expr:
    """Take the smaller of what chance says and what the ledger bears out."""
    rank = polars.col("chance").rank("max", descending=True).over("pattern")
    seen = -(rank / max(accounts, 1)).log10()
    return (
        polars.min_horizontal(polars.col("chance"), seen.clip(lower_bound=0.0))
        .clip(-AGAINST_CAP, STRUCTURE_CAP)
        .alias("structure")
    )


def score(
    frame: polars.DataFrame, accounts: int, calibration: Calibration | None = None
) -> polars.DataFrame:
    """Add TERMS, `evidence` and `score` to instances, and put the best first.

    `accounts`: how many accounts the ledger has. `calibration`: of this ledger's own labels; the shipped
    one where there are none. Ties: the earlier first.
    """
    shares = (calibration or shipped()).shares
    joints = polars.col("between") - (polars.col("pattern") == Pattern.CYCLE)
    order = joints * (polars.col("ordered") * IN_ORDER + (1 - polars.col("ordered")) * OUT_OF_ORDER)
    smallest = polars.col("pattern").replace_strict(SMALLEST, return_dtype=polars.Float64)
    size = (polars.col("accounts").list.len() / smallest).log10().clip(0.0, 1.0) / 2
    total = (frame["unusual"] * frame["size"]).to_numpy()
    rarity = fisher(total, frame["size"].cast(polars.Float64).to_numpy())
    terms = frame.with_columns(
        _structure(accounts),
        order.clip(-AGAINST_CAP, ORDER_CAP).alias("order"),
        (-(1.1 - polars.col("kept")).log10()).clip(0.0, 1.0).fill_null(0.0).alias("amount"),
        polars.Series("rare", numpy.minimum(rarity, RARITY_CAP)),
        size.alias("large"),
    )
    for pattern, held in HELD.items():
        terms = terms.with_columns(
            polars.when(polars.col("pattern") == pattern)
            .then(0.0)
            .otherwise(polars.col(h))
            .alias(h)
            for h in held
        )
    summed = terms.with_columns(evidence=polars.sum_horizontal(TERMS))
    return summed.with_columns(polars.Series("score", shares(summed["evidence"].to_numpy()))).sort(
        ["evidence", "first_at", "pattern"], descending=[True, False, False]
    )
