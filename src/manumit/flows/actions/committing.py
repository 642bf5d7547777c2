"""From finished batches to the ledger's tables: what is new, what was known, what contradicts.

Every step can be done again: a file is written under the load's own name and counts only when the load
is done. Only months in which the file has rows are looked at, so a new file costs what is in it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars

from manumit.flows import batch, entry
from manumit.flows.actions import staging as stages
from manumit.flows.actions import store

DUPLICATE = "duplicate_reference"
_CURE = (
    "Another row with the same reference says something else. "
    "Correct the reference, or leave the row out."
)


@dataclass(frozen=True)
class Committed:
    """What came of a load's rows."""

    loaded: int
    known: int
    clashes: int
    first_at: datetime | None
    last_at: datetime | None


def commit(staging: stages.Staging) -> Committed:
    """Write the tables of a load whose batches are all finished."""
    by_month: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(staging.home.glob("*/rows-*.parquet")):
        by_month[path.stem.removeprefix("rows-")].append(path)
    ledger = staging.load.ledger
    old = store.sliced(ledger, "keys")
    parts, labels, lines = [], [], []
    for month, paths in sorted(by_month.items()):
        with store.connect(ledger) as connection:
            store.view(connection, "staged", paths, {})
            store.view(connection, "old", old.get(month, []), _KEYS)
            parts.append(_month(connection, staging, month))
            labels.append(_labels(connection, staging.home / f"labels-{month}.parquet"))
            lines += connection.execute("SELECT line FROM judged WHERE clash ORDER BY 1").fetchall()
    _write_labels(staging, labels)
    _write_accounts(staging)
    clashes = [batch.Rejected(int(line), "reference", DUPLICATE, _CURE) for (line,) in lines]
    stages.write_rejected(staging, f"{staging.load.number:06d}-clashes", clashes)
    times = [at for part in parts for at in (part.first_at, part.last_at) if at]
    return Committed(
        loaded=sum(part.loaded for part in parts),
        known=sum(part.known for part in parts),
        clashes=len(clashes),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
    )


_KEYS: batch.Schema = {
    "key": polars.Int64,
    "n": polars.Int64,
    "content": polars.Int64,
    "entry": polars.Int64,
}

# Rows that share a key are counted; all others are the first of theirs.
_COUNTED = """
CREATE TEMP TABLE counted AS
WITH several AS (SELECT key FROM staged GROUP BY key HAVING count(*) > 1)
SELECT entry, row_number() OVER same AS n, first_value(content) OVER same AS first_content
FROM staged SEMI JOIN several USING (key) WINDOW same AS (PARTITION BY key ORDER BY entry)
"""
# A row without a reference is known where its key was counted that far; one with a reference where the
# reference is, and then it must say the same.
_JUDGED = """
CREATE TEMP TABLE judged AS
SELECT entry, line, key, content, label_pattern, label_instance, n, known_as,
    referenced AND coalesce(before <> content, false) AS clash,
    known_as IS NOT NULL OR (referenced AND n > 1) AS known
FROM (
    SELECT s.entry, s.line, s.key, s.content, s.referenced, s.label_pattern, s.label_instance,
        coalesce(c.n, 1) AS n, o.entry AS known_as,
        coalesce(o.content, CASE WHEN c.n > 1 THEN c.first_content END) AS before
    FROM staged s LEFT JOIN counted c ON c.entry = s.entry
    LEFT JOIN old o ON o.key = s.key AND o.n = CASE WHEN s.referenced THEN 1 ELSE coalesce(c.n, 1) END
)
"""


def _month(connection: duckdb.DuckDBPyConnection, staging: stages.Staging, month: str) -> Committed:
    connection.execute(_COUNTED)
    connection.execute(_JUDGED)
    said = connection.execute(
        "SELECT count(*) FILTER (NOT known AND NOT clash), count(*) FILTER (known AND NOT clash), "
        "count(*) FILTER (clash) FROM judged"
    ).fetchone()
    loaded, known, clashes = said or (0, 0, 0)
    ledger, name = staging.load.ledger, store.name(staging.load.number)
    if not loaded:
        return Committed(0, known, clashes, None, None)
    columns = ", ".join(f'"{name}"' for name in entry.COLUMNS)
    taken = (
        ""
        if not known and not clashes
        else ("SEMI JOIN (SELECT entry FROM judged WHERE NOT known AND NOT clash) USING (entry)")
    )
    _copy(
        connection,
        f'SELECT {columns} FROM staged {taken} ORDER BY "at", entry',  # noqa: S608
        store.scratch(ledger, "entries", month) / name,
    )
    _copy(
        connection,
        "SELECT key, n, content, entry FROM judged WHERE NOT known AND NOT clash ORDER BY key, n",
        store.scratch(ledger, "keys", month) / name,
    )
    ends = connection.execute(f'SELECT min("at"), max("at") FROM staged {taken}').fetchone() or ()  # noqa: S608
    first, last = (at.replace(tzinfo=UTC) for at in ends)
    return Committed(loaded, known, clashes, first, last)


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    part = store.part_of(path)
    name = str(part).replace("'", "''")
    connection.execute(f"COPY ({query}) TO '{name}' (FORMAT parquet, COMPRESSION zstd)")
    store.settle(part, path)


def _labels(connection: duckdb.DuckDBPyConnection, path: Path) -> polars.DataFrame:
    """Return labels of new entries, and of known ones that this file labels."""
    _copy(
        connection,
        "SELECT coalesce(known_as, entry) AS entry, NULL::BIGINT AS account, "
        "label_pattern AS pattern, coalesce(label_instance, '') AS instance FROM judged "
        "WHERE label_pattern IS NOT NULL AND NOT clash AND (NOT known OR known_as IS NOT NULL)",
        path,
    )
    return polars.read_parquet(path, glob=False)


def _accounts(staging: stages.Staging) -> polars.DataFrame:
    paths = sorted(staging.home.glob("*/accounts.parquet"))
    if not paths:
        labels = {"label_pattern": polars.String, "label_instance": polars.String}
        return polars.DataFrame(schema={**entry.ACCOUNT_COLUMNS, **labels})
    return polars.read_parquet(paths, glob=False)


def _write_accounts(staging: stages.Staging) -> None:
    rows = _accounts(staging).select(list(entry.ACCOUNT_COLUMNS))
    if len(rows):
        unique = rows.unique(maintain_order=True).unique(
            "account", keep="last", maintain_order=True
        )
        path = store.scratch(staging.load.ledger, "accounts") / store.name(staging.load.number)
        store.write(unique, path)


def _write_labels(staging: stages.Staging, of_entries: list[polars.DataFrame]) -> None:
    of_accounts = (
        _accounts(staging)
        .drop_nulls("label_pattern")
        .select(
            entry=polars.lit(None, polars.Int64),
            account="account",
            pattern="label_pattern",
            instance=polars.col("label_instance").fill_null(""),
        )
    )
    shaped = [batch.shaped(frame, entry.LABEL_COLUMNS) for frame in (*of_entries, of_accounts)]
    whole = polars.concat(shaped)
    if len(whole):
        path = store.scratch(staging.load.ledger, "labels") / store.name(staging.load.number)
        store.write(whole, path)
