"""A file tried out in memory: its transfers numbered, its shapes found and ranked, its labels compared.

Nothing is kept and nothing is a pseudonym of a ledger: for published and made data. Entries are numbered
by time, accounts in the order of their identifiers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars

from manumit.flows import batch, entry, evaluation, graph, learning, ranking, windows
from manumit.flows.patterns import finding

# What tells a payment of a file of patterns from another: AMLworld gives payments no number.
SAME = ("at", "source_id", "target_id", "amount_minor", "currency")
# Names, references and texts are not looked at: they go at once.
KEPT = tuple(
    name
    for name in batch.ROW_COLUMNS
    if name not in ("text", "source_name", "target_name", "reference", "place_id", "device_id")
)


@dataclass(frozen=True)
class Tables:
    """entry.COLUMNS, LABEL_COLUMNS and the number of accounts; `refused` rows were not taken."""

    entries: polars.DataFrame
    labels: polars.DataFrame
    accounts: int
    refused: int


def tables(batches: Iterable[batch.Batch]) -> Tables:
    """Number what a reader hands over. Rows of a file of patterns label the payments they repeat."""
    rows, accounts, refused = [], [], 0
    for each in batches:
        refused += len(each.rejected)
        rows.append(each.rows.select(KEPT))
        accounts.append(each.accounts)
    known = polars.concat(accounts) if accounts else batch.Batch(polars.DataFrame()).accounts
    payments = (
        _labelled_once(polars.concat(rows))
        if rows
        else polars.DataFrame(schema=batch.ROW_COLUMNS).select(KEPT)
    )
    numbers = _numbers([payments["source_id"], payments["target_id"], known["account_id"]])
    entries = _entries(payments, numbers)
    return Tables(entries, _labels(payments, known, numbers), numbers.height, refused)


def _labelled_once(rows: polars.DataFrame) -> polars.DataFrame:
    """Sort by time; where a payment stands twice, once with its pattern, keep it once with both."""
    patterned = rows.filter(polars.col("label_pattern").fill_null("") != "")
    plain = rows.filter(polars.col("label_pattern").fill_null("") == "")
    if patterned.is_empty() or plain.is_empty():
        return rows.sort("at", maintain_order=True)
    turn = polars.int_range(polars.len()).over(SAME).alias("turn")
    told = patterned.with_columns(turn).select(
        *SAME, "turn", pattern="label_pattern", instance="label_instance"
    )
    whole = plain.with_columns(turn).join(told, on=[*SAME, "turn"], how="left", nulls_equal=True)
    repeated = patterned.with_columns(turn).join(
        plain.with_columns(turn), on=[*SAME, "turn"], how="anti", nulls_equal=True
    )
    merged = whole.with_columns(
        label_pattern=polars.coalesce("pattern", "label_pattern"),
        label_instance=polars.coalesce("instance", "label_instance"),
    )
    return polars.concat([f.select(KEPT) for f in (merged, repeated)]).sort(
        "at", maintain_order=True
    )


def _numbers(columns: list[polars.Series]) -> polars.DataFrame:
    names = polars.concat([c.rename("name") for c in columns]).drop_nulls().unique().sort()
    return polars.DataFrame({"name": names}).with_row_index("number", 1)


def _entries(payments: polars.DataFrame, numbers: polars.DataFrame) -> polars.DataFrame:
    ends = {}
    for end in ("source", "target"):
        column = payments.select(name=f"{end}_id")
        ends[end] = column.join(numbers, on="name", how="left", maintain_order="left")["number"]
    return payments.with_columns(
        entry=polars.int_range(1, polars.len() + 1),
        place=polars.lit(None),
        device=polars.lit(None),
        **ends,
    ).select(polars.col(name).cast(kind) for name, kind in entry.COLUMNS.items())


def _labels(
    payments: polars.DataFrame, known: polars.DataFrame, numbers: polars.DataFrame
) -> polars.DataFrame:
    of_entries = payments.with_columns(entry=polars.int_range(1, polars.len() + 1)).filter(
        polars.col("label_pattern").is_not_null()
    )
    of_accounts = known.filter(polars.col("label_pattern").is_not_null()).join(
        numbers, left_on="account_id", right_on="name"
    )
    parts = [
        of_entries.select(
            "entry", account=polars.lit(None), pattern="label_pattern", instance="label_instance"
        ),
        of_accounts.select(
            entry=polars.lit(None),
            account="number",
            pattern="label_pattern",
            instance="label_instance",
        ),
    ]
    return polars.concat(
        [
            part.select(
                polars.col(name).cast(kind).fill_null("")
                if kind == polars.String
                else polars.col(name).cast(kind)
                for name, kind in entry.LABEL_COLUMNS.items()
            )
            for part in parts
        ]
    )


@dataclass(frozen=True)
class Tried:
    """Shapes, best first (ranking.score), and the figures (evaluation.figures, ends, best_f1)."""

    ranked: polars.DataFrame
    cut: tuple[str, ...]
    figures: dict[str, Any]


def run(
    entries: polars.DataFrame,
    labels: polars.DataFrame,
    accounts: int,
    chosen: windows.Windows | None = None,
) -> Tried:
    """Find and rank every shape; compare with labels where there are any."""
    transfers = graph.of_frame(entries)
    found = finding.find(transfers, chosen or windows.fitting(transfers.precision))
    ranked = ranking.score(found.frame, accounts)
    return Tried(ranked, found.cut, figures(ranked, labels, entries))


def figures(
    ranked: polars.DataFrame, labels: polars.DataFrame, entries: polars.DataFrame
) -> dict[str, Any]:
    """Compare ranked shapes with labels: all figures in one dict, {} without labels."""
    known = evaluation.truth(labels)
    if known is None or entries.is_empty():
        return {}
    span = entries["at"].max() - entries["at"].min()  # type: ignore[operator]
    days = max(1.0, span.total_seconds() / 86_400)  # type: ignore[union-attr]
    answer = evaluation.figures(ranked, labels, days)
    answer["ends"] = evaluation.ends(ranked, known)
    answer["patterns"] = {}
    for (pattern,), mine in sorted(ranked.group_by("pattern", maintain_order=True)):
        said = evaluation.figures(mine, labels, days)
        answer["patterns"][pattern] = said | {"ends": evaluation.ends(mine, known)}
    worth = ranked.filter(polars.col("score") >= ranking.WORTH)
    answer["alerts"] = evaluation.figures(worth, labels, days)
    if known.unit == "entries":
        answer["f1_late"] = evaluation.best_f1(ranked, labels, entries.select("entry", "at"))
    return answer


EARLY = 0.6  # of the time, to learn from


def learned(ranked: polars.DataFrame, labels: polars.DataFrame, seed: int = 1) -> dict[str, Any]:
    """Learn on the earlier part of the time; hold both orders against the later. {} where too little.

    Needs the extra `learning`.
    """
    known = evaluation.truth(labels)
    if known is None or ranked.is_empty():
        return {}
    first: datetime = ranked["last_at"].min()  # type: ignore[assignment]
    last: datetime = ranked["last_at"].max()  # type: ignore[assignment]
    border = first + (last - first) * EARLY
    early = ranked.filter(polars.col("last_at") < border)
    late = ranked.filter(polars.col("first_at") >= border)
    taught = learning.learn(early, evaluation.right(early, known), seed)
    if taught is None or late.is_empty():
        return {}
    days = max(1.0, (last - border).total_seconds() / 86_400)
    beside = taught.beside(late)
    by_learned = beside.sort(["learned", "evidence"], descending=True)
    return {
        "learned_from": early.height,
        "right": taught.right,
        "late": late.height,
        "by_evidence": evaluation.figures(late, labels, days)["a_day"],
        "by_learned": evaluation.figures(by_learned, labels, days)["a_day"],
        "first": by_learned.head(3).select("pattern", "learned", "learned_because").to_dicts(),
    }
