"""How good the findings are where the truth is known: precision, recall, curves, and what was confused.

Labels are of transfers (AMLworld, made data) or of accounts (AMLSim). A finding is *right* when at least
half of its transfers are labelled, or, where only accounts are labelled, half of its accounts. A planted
instance is *found* when half of its transfers (accounts) are in findings. Labels are never seen by any
rule; the figures say nothing about data of another kind.
"""

from dataclasses import dataclass
from typing import Any

import numpy
import polars
from numpy.typing import NDArray

HALF = 0.5
A_DAY = (1, 2, 5, 10, 20, 50)
POINTS = 40  # of a curve
Bools = NDArray[numpy.bool_]


@dataclass(frozen=True)
class Truth:
    """Labels as sets: rows of (`unit` number, pattern, instance). `unit`: "entries" or "accounts"."""

    unit: str
    table: polars.DataFrame  # number Int64, pattern, instance

    @property
    def numbers(self) -> polars.Series:
        """Return the labelled entries or accounts."""
        return self.table["number"].unique()


def truth(labels: polars.DataFrame) -> Truth | None:
    """Read a table by entry.LABEL_COLUMNS; None where it labels nothing."""
    for unit, column in (("entries", "entry"), ("accounts", "account")):
        rows = labels.filter(polars.col(column).is_not_null())
        if rows.height:
            return Truth(
                unit, rows.select(polars.col(column).alias("number"), "pattern", "instance")
            )
    return None


def right(findings: polars.DataFrame, known: Truth) -> Bools:
    """Say of each finding whether it is right."""
    if findings.is_empty():
        return numpy.zeros(0, dtype=bool)
    shares = _members(findings, known.unit).select(
        "finding", labelled=polars.col("number").is_in(known.numbers.implode())
    )
    share = shares.group_by("finding").agg(polars.col("labelled").mean())
    said = numpy.zeros(findings.height, dtype=bool)
    said[share["finding"].to_numpy()] = (share["labelled"] >= HALF).to_numpy()
    return said


def _members(findings: polars.DataFrame, unit: str) -> polars.DataFrame:
    return (
        findings.select(polars.col(unit).alias("number"))
        .with_row_index("finding")
        .explode("number")
        .drop_nulls("number")
        .unique()
    )


def figures(
    findings: polars.DataFrame, labels: polars.DataFrame, days: float = 0.0
) -> dict[str, Any]:
    """Say everything about findings, best first, against labels; {} where nothing is labelled.

    `findings`: columns pattern (or typology), entries, accounts, first_at, last_at. `days`: how long a
    time the data is of; from the findings themselves where not given.
    """
    known = truth(labels)
    if known is None:
        return {}
    kind = "pattern" if "pattern" in findings.columns else "typology"
    good = right(findings, known)
    days = days or _days(findings)
    members = _members(findings, known.unit)
    return {
        "labels_of": known.unit,
        "labelled": known.numbers.len(),
        "days": round(days, 1),
        "findings": findings.height,
        "right": int(good.sum()),
        "precision": _ratio(good.sum(), findings.height),
        known.unit: _members_figures(members, known),
        "by_finding": _by_finding(findings[kind], good),
        "by_planted": _planted(findings, members, known, kind),
        "a_day": [_at(round(n * days), n, good, members, known) for n in A_DAY],
        "curve": _curve(good, members, known),
    }


def _days(findings: polars.DataFrame) -> float:
    if findings.is_empty():
        return 1.0
    span = findings["last_at"].max() - findings["first_at"].min()  # type: ignore[operator]
    return float(max(1.0, span.total_seconds() / 86_400))  # type: ignore[union-attr]


def _ratio(part: float, whole: float) -> float:
    return round(float(part) / float(whole), 4) if whole else 0.0


def _members_figures(members: polars.DataFrame, known: Truth) -> dict[str, float]:
    named = members["number"].unique()
    hit = int(named.is_in(known.numbers.implode()).sum())
    precision, recall = _ratio(hit, named.len()), _ratio(hit, known.numbers.len())
    return {
        "named": named.len(),
        "precision": precision,
        "recall": recall,
        "f1": f1(precision, recall),
    }


def f1(precision: float, recall: float) -> float:
    """Give the harmonic mean of both."""
    return round(2 * precision * recall / (precision + recall), 4) if precision + recall else 0.0


def _by_finding(kinds: polars.Series, good: Bools) -> dict[str, dict[str, float]]:
    table = polars.DataFrame({"kind": kinds, "right": good})
    rows = (
        table.group_by("kind")
        .agg(polars.len(), polars.col("right").sum().alias("good"))
        .sort("kind")
    )
    return {
        kind: {"findings": count, "right": hit, "precision": _ratio(hit, count)}
        for kind, count, hit in rows.iter_rows()
    }


def _planted(
    findings: polars.DataFrame, members: polars.DataFrame, known: Truth, kind: str
) -> dict[str, dict[str, Any]]:
    """Say per planted pattern: instances, how many were found, and as what."""
    instances = known.table.filter(polars.col("instance") != "")
    if instances.is_empty():
        return {}
    kinds = findings.select(polars.col(kind).alias("kind")).with_row_index("finding")
    size = instances.group_by("pattern", "instance").agg(polars.len().alias("size"))
    hit = instances.join(members, on="number").join(kinds, on="finding")
    by = ["pattern", "instance"]
    whole = hit.group_by(by).agg(polars.col("number").n_unique().alias("hit"))
    found = size.join(whole, on=by, how="left").with_columns(
        found=(polars.col("hit").fill_null(0) >= polars.col("size") * HALF)
    )
    # what it was taken for: the kind of finding that holds most of it
    taken = (
        hit.group_by([*by, "kind"])
        .agg(polars.col("number").n_unique().alias("hit"))
        .sort([*by, "hit", "kind"], descending=[False, False, True, False])
        .group_by(by, maintain_order=True)
        .first()
    )
    told = found.join(taken.select(*by, "kind"), on=by, how="left")
    answer: dict[str, dict[str, Any]] = {}
    for (pattern,), rows in told.sort(by).group_by("pattern", maintain_order=True):
        taken_as = rows.filter(polars.col("found"))["kind"].value_counts(sort=True)
        answer[str(pattern)] = {
            "instances": rows.height,
            "found": int(rows["found"].sum()),
            "recall": _ratio(int(rows["found"].sum()), rows.height),
            "found_as": dict(taken_as.iter_rows()),
        }
    return answer


def _at(
    count: int, a_day: float, good: Bools, members: polars.DataFrame, known: Truth
) -> dict[str, float]:
    """Say what somebody sees who looks at the best `count` findings."""
    seen = min(max(count, 1), len(good))
    named = members.filter(polars.col("finding") < seen)["number"].unique()
    hit = int(named.is_in(known.numbers.implode()).sum())
    return {
        "alerts_a_day": a_day,
        "alerts": seen,
        "precision": _ratio(good[:seen].sum(), seen),
        "recall": _ratio(hit, known.numbers.len()),
    }


def _curve(good: Bools, members: polars.DataFrame, known: Truth) -> list[dict[str, float]]:
    if not len(good):
        return []
    steps = numpy.unique(numpy.geomspace(1, len(good), POINTS).astype(int))
    return [_at(int(n), 0, good, members, known) for n in steps]


def ends(findings: polars.DataFrame, known: Truth) -> dict[str, dict[str, float]]:
    """Hold the ranking against what it has to beat: filters, and everything, in any order.

    *order_and_amount*: in order, with 90 % of the amount kept or more. *order*: in order. *all*: whatever
    has the shape. Each with its number, its precision, and that of the best so many of the ranking.
    """
    good = right(findings, known)
    in_order = (findings["ordered"] >= 1.0).to_numpy()
    kept = (findings["kept"].fill_null(1.0) >= 0.9).to_numpy()
    filters = {"order_and_amount": in_order & kept, "order": in_order, "all": in_order | True}
    return {
        name: {
            "findings": int(passed.sum()),
            "precision": _ratio(good[passed].sum(), int(passed.sum())),
            "ranked": _ratio(good[: int(passed.sum())].sum(), int(passed.sum())),
        }
        for name, passed in filters.items()
    }


def best_f1(
    findings: polars.DataFrame, labels: polars.DataFrame, at: polars.DataFrame, split: float = 0.8
) -> dict[str, float]:
    """Give F1 of transfers on the last part of the time, the cut-off chosen on the part before.

    `findings` with `evidence`; `at`: columns entry, at. As in the published figures the data is split by
    time (60 % and 20 % to choose on, 20 % to measure).
    """
    scored = (
        findings.select("evidence", number="entries")
        .explode("number")
        .group_by("number")
        .agg(polars.col("evidence").max())
    )
    rows = at.sort("at", "entry").select(
        polars.col("entry").alias("number"),
        late=polars.int_range(polars.len()) >= split * polars.len(),
        illicit=polars.col("entry").is_in(labels["entry"].drop_nulls().implode()),
    )
    table = rows.join(scored, on="number", how="left").with_columns(
        polars.col("evidence").fill_null(-99.0)
    )
    early, late = table.filter(~polars.col("late")), table.filter(polars.col("late"))
    cut = _best_cut(early)
    named = (late["evidence"] >= cut).to_numpy()
    true = late["illicit"].to_numpy()
    precision = _ratio((named & true).sum(), named.sum())
    recall = _ratio((named & true).sum(), true.sum())
    return {
        "evidence": round(cut, 2),
        "transfers": late.height,
        "precision": precision,
        "recall": recall,
        "f1": f1(precision, recall),
    }


def _best_cut(table: polars.DataFrame) -> float:
    ranked = table.sort("evidence", descending=True)
    hit = ranked["illicit"].cast(polars.Int64).cum_sum().to_numpy()
    named = numpy.arange(1, len(hit) + 1)
    both = 2 * hit / (named + max(int(hit[-1]) if len(hit) else 1, 1))
    last = ranked["evidence"].to_numpy()
    ends_tie = numpy.r_[last[1:] != last[:-1], True] if len(last) else numpy.zeros(0, bool)
    if not len(last):
        return 0.0
    return float(last[int(numpy.argmax(numpy.where(ends_tie, both, -1.0)))])


# F1 on AMLworld HI-Small's illicit class, percent, from the publications (each read there or, where the
# note says so, cited by another that re-ran it).
PUBLISHED = (
    ("LightGBM, raw columns", 21.30, "arXiv 2402.08593"),
    ("GFP + LightGBM", 62.86, "arXiv 2402.08593"),
    ("GFP + XGBoost", 63.23, "arXiv 2402.08593"),
    ("Multi-PNA + EU", 68.16, "arXiv 2306.11586"),
    ("FraudGT", 76.41, "FraudGT, ICAIF 2024"),
)
# HI-Small_Trans.csv (475,664,283 bytes, 5,078,345 transfers), as several independent users published it.
HI_SMALL = "b19d39f515523373f991b689c07e11e7b0b95c17a2c27a87d91584ae16c5b040"


PANEL = (300, 210)  # of one pattern's curves
ACROSS = 3


def svg(answer: dict[str, Any]) -> str:
    """Draw precision and recall by the number of findings looked at: all together, then each pattern."""
    told = {"all shapes": answer, **answer.get("patterns", {})}
    panels = {name: part["curve"] for name, part in told.items() if part.get("curve")}
    most = max((points[-1]["alerts"] for points in panels.values()), default=10)
    wide, high = PANEL[0] * ACROSS, PANEL[1] * -(-len(panels) // ACROSS) + 30
    drawn = "".join(
        f'<g transform="translate({PANEL[0] * (i % ACROSS)} {PANEL[1] * (i // ACROSS)})">'
        f"{_panel(name.replace('_', ' '), points, max(most, 10))}</g>"
        for i, (name, points) in enumerate(panels.items())
    )
    key = (
        f'<text x="40" y="{high - 8}" fill="#1d70b8">precision (whole line)</text>'
        f'<text x="230" y="{high - 8}" fill="#00703c">recall (dashed)</text>'
        f'<text x="{wide - 12}" y="{high - 8}" text-anchor="end">findings looked at, best first</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img"'
        ' font-family="sans-serif" font-size="12">'
        "<title>Precision and recall by the number of findings looked at</title>"
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>{drawn}{key}</svg>'
    )


def _panel(name: str, points: list[dict[str, float]], most: float) -> str:
    """Draw one pattern's curves: the number of findings on a scale of powers of ten."""
    left, top, wide, high = 42, 26, PANEL[0] - 58, PANEL[1] - 62

    def across(count: float) -> float:
        return round(left + wide * float(numpy.log10(count) / numpy.log10(most)), 1)

    def down(share: float) -> float:
        return round(top + high * (1 - share), 1)

    def path(which: str) -> str:
        return " ".join(f"{across(p['alerts'])},{down(p[which])}" for p in points)

    grid = "".join(
        f'<line x1="{left}" x2="{left + wide}" y1="{down(y)}" y2="{down(y)}" stroke="#b1b4b6"/>'
        f'<text x="{left - 6}" y="{down(y) + 4}" text-anchor="end">{y:.0%}</text>'
        for y in (0, 0.5, 1)
    )
    ticks = "".join(
        f'<text x="{across(10**k)}" y="{top + high + 16}" text-anchor="middle">{10**k:,}</text>'
        for k in range(int(numpy.log10(most)) + 1)
    )
    lines = "".join(
        f'<polyline fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"'
        f' points="{path(which)}"/>'
        if len(points) > 1
        else f'<circle cx="{across(1)}" cy="{down(points[0][which])}" r="4" fill="{colour}"/>'
        for which, colour, dash in (("precision", "#1d70b8", ""), ("recall", "#00703c", "7 5"))
    )
    return f'<text x="{left}" y="15" font-weight="bold">{name}</text>{grid}{ticks}{lines}'
