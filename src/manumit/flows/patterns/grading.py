"""What speaks for a shape: order in time, how much went through, how unusual. And who did what in it."""

import numpy
import polars
from numpy.typing import NDArray

from manumit.flows import alerting, graph
from manumit.flows.patterns import instance
from manumit.flows.patterns import legs as legs_

Part, Pattern = alerting.Part, instance.Pattern
SINGLE = (Pattern.FAN_IN, Pattern.FAN_OUT, Pattern.BIPARTITE, Pattern.BURST)
LEG_CAP = 6.0  # one leg's rarity counts for no more than this in the mean


def graded(
    shapes: instance.Shapes,
    pattern: instance.Pattern,
    legs: legs_.Legs,
    transfers: graph.Transfers,
    unusual: NDArray[numpy.float64],
    most: int,
) -> polars.DataFrame:
    """Grade each shape: one row each, by instance.COLUMNS."""
    members = _members(shapes, legs, unusual)
    onward = _ordered(members)
    through = _kept(members) if pattern not in SINGLE else None
    whole = members.group_by("shape", maintain_order=True).agg(
        polars.col("at").min().alias("first"),
        polars.col("until").max().alias("last"),
        polars.len().cast(polars.Int64).alias("size"),
        (polars.col("stage").max() + 1).cast(polars.Int64).alias("hops"),
        polars.col("unusual").mean(),
        polars.col("amount").sum().alias("amount_minor"),
    )
    frame = (
        whole.join(onward, on="shape", how="left", maintain_order="left")
        .join(
            _entries(members, legs, transfers, most), on="shape", how="left", maintain_order="left"
        )
        .join(_parts(members, pattern, transfers), on="shape", how="left", maintain_order="left")
    )
    if through is None:
        frame = frame.with_columns(
            kept=polars.lit(None, dtype=polars.Float64), between=polars.lit(0, dtype=polars.Int64)
        )
    else:
        frame = frame.join(through, on="shape", how="left", maintain_order="left")
    return frame.select(
        polars.lit(str(pattern)).alias("pattern"),
        "entries",
        "accounts",
        "parts",
        polars.from_epoch("first", time_unit="s").cast(polars.Datetime("us")).alias("first_at"),
        polars.from_epoch("last", time_unit="s").cast(polars.Datetime("us")).alias("last_at"),
        "size",
        "hops",
        polars.col("between").fill_null(0),
        polars.col("ordered").fill_null(1.0),
        "kept",
        (1 - (10.0 ** -polars.col("unusual"))).alias("rarity"),
        polars.Series("chance", shapes.chance),
        "unusual",
        "amount_minor",
        "cut",
    )


def _members(
    shapes: instance.Shapes, legs: legs_.Legs, unusual: NDArray[numpy.float64]
) -> polars.DataFrame:
    size = numpy.diff(shapes.start)
    leg = shapes.leg
    return polars.DataFrame(
        {
            "shape": numpy.repeat(numpy.arange(len(size)), size),
            "leg": leg,
            "stage": shapes.stage,
            "source": legs.source[leg],
            "target": legs.target[leg],
            "at": legs.at[leg],
            "until": legs.until[leg],
            "amount": legs.amount[leg],
            "unusual": numpy.minimum(unusual[leg], LEG_CAP),
        }
    )


def _ordered(members: polars.DataFrame) -> polars.DataFrame:
    """Say how far money can have come in before it went on: (shape, ordered).

    Of each onward leg: the share of the legs that feed it which began before it ended. The mean of all.
    """
    fed = members.filter(polars.col("stage") > 0).join(
        members.select(
            "shape", polars.col("target").alias("source"), polars.col("stage") + 1, came="at"
        ),
        on=["shape", "source", "stage"],
        how="left",
    )
    in_time = (polars.col("came") <= polars.col("until")).fill_null(value=False).mean()
    return (
        fed.group_by("shape", "leg")
        .agg(in_time.alias("ordered"))
        .group_by("shape")
        .agg(polars.col("ordered").mean())
    )


def _kept(members: polars.DataFrame) -> polars.DataFrame:
    """Say how much went through the accounts in between: (shape, between, kept).

    `kept` is the smaller of what came and what went, by the larger, over all of them.
    """
    sides = polars.concat(
        [
            members.select("shape", account="target", came="amount", went=polars.lit(0)),
            members.select("shape", account="source", came=polars.lit(0), went="amount"),
        ],
        how="vertical_relaxed",
    )
    sums = sides.group_by("shape", "account").agg(polars.col("came", "went").sum())
    passed = sums.filter((polars.col("came") > 0) & (polars.col("went") > 0))
    return passed.group_by("shape").agg(
        polars.len().cast(polars.Int64).alias("between"),
        (
            polars.min_horizontal("came", "went").sum()
            / polars.max_horizontal("came", "went").sum()
        ).alias("kept"),
    )


def _entries(
    members: polars.DataFrame, legs: legs_.Legs, transfers: graph.Transfers, most: int
) -> polars.DataFrame:
    """List the entries of each shape in order of time, the first `most`: (shape, entries, cut)."""
    leg = members["leg"].to_numpy()
    size = legs.count[leg]
    begin = numpy.repeat(legs.transfer_start[leg], size)
    within = numpy.arange(int(size.sum())) - numpy.repeat(numpy.cumsum(size) - size, size)
    row = legs.transfer[begin + within]
    listed = polars.DataFrame(
        {
            "shape": numpy.repeat(members["shape"].to_numpy(), size),
            "row": row,
            "entry": transfers.entry[row],
        }
    )
    lists = (
        listed.unique(["shape", "row"])
        .sort("shape", "row")
        .group_by("shape", maintain_order=True)
        .agg("entry", polars.len().alias("all"))
    )
    left_out = polars.format("{} more entries are not listed", polars.col("all") - most)
    return lists.select(
        "shape",
        polars.col("entry").list.head(most).alias("entries"),
        polars.when(polars.col("all") > most).then(left_out).otherwise(polars.lit("")).alias("cut"),
    )


def _parts(
    members: polars.DataFrame, pattern: instance.Pattern, transfers: graph.Transfers
) -> polars.DataFrame:
    """List the accounts of each shape and what they did in it: (shape, accounts, parts)."""
    sides = polars.concat(
        [
            members.select("shape", "stage", account="source", paid=polars.lit(value=True)),
            members.select("shape", "stage", account="target", paid=polars.lit(value=False)),
        ]
    )
    roles = sides.group_by("shape", "account").agg(
        polars.col("paid").any(),
        (~polars.col("paid")).any().alias("received"),
        polars.col("stage").min(),
    )
    collects = pattern in (Pattern.FAN_IN, Pattern.SCATTER_GATHER)
    middle = Part.COLLECTOR if pattern == Pattern.GATHER_SCATTER else Part.MIDDLE
    part = (
        polars.when(polars.col("paid") & polars.col("received"))
        .then(polars.lit(str(middle)))
        .when(polars.col("paid"))
        .then(polars.lit(str(Part.SOURCE)))
        .otherwise(polars.lit(str(Part.COLLECTOR if collects else Part.TARGET)))
    )
    return (
        roles.with_columns(
            part.alias("parts"), accounts=transfers.accounts[roles["account"].to_numpy()]
        )
        .sort("shape", "stage", "accounts")
        .group_by("shape", maintain_order=True)
        .agg("accounts", "parts")
    )
