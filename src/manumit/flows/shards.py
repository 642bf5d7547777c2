"""What one machine of many makes of its part of the entries: the same tables as a scan makes itself.

A *shard* is what one table needs: the entries of its months and of those that it looks back at. The same
SQL and the same kernels run on it as anywhere. No files, no settings: entries in, tables out.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import polars

from manumit.flows import entry, facts, graph, slices, thresholds, windows
from manumit.flows.facts import ground
from manumit.flows.patterns import finding, habits


@dataclass(frozen=True)
class Shard:
    """One piece of work: `months` are read, `own` are answered for."""

    name: str
    months: tuple[slices.Slice, ...]
    own: tuple[slices.Slice, ...]


def facts_of(
    entries: polars.DataFrame, one: slices.Slice, on: thresholds.Ground
) -> polars.DataFrame:
    """Measure each account in a slice; `entries` of it and of the month before (entry.COLUMNS)."""
    with duckdb.connect(config={"threads": "1", "autoinstall_known_extensions": "false"}) as told:
        told.execute("SET TimeZone = 'UTC'")
        told.register("given", entries.to_arrow())
        told.execute("CREATE TABLE entries AS SELECT * FROM given")
        for _, statement in facts.prepared(one, on):
            told.execute(statement)
        available = told.execute(ground.available())
        names = [column[0] for column in available.description or []]
        known = dict(zip(names, available.fetchone() or (), strict=True))
        for _, statement in facts.run_order(on, known):
            told.execute(statement)
        measured: polars.DataFrame = told.sql("SELECT * FROM now").pl()
        return measured


def shapes_of(
    entries: polars.DataFrame, own: Sequence[slices.Slice], known: habits.Habits | None
) -> tuple[dict[slices.Slice, polars.DataFrame], tuple[str, ...]]:
    """Find the shapes of some months that follow each other; also returns what budgets left out.

    `entries` of these months and of as many before as the windows reach.
    """
    begins = own[0].starts.replace(tzinfo=None)
    precision = entries.filter(polars.col("at") >= begins)["precision"].max()
    transfers = graph.of_frame(entries)
    own_from = int((transfers.at < int(own[0].starts.timestamp())).sum())
    chosen = windows.fitting(int(precision or 0))  # type: ignore[arg-type]
    found = finding.find(transfers, chosen, own_from, known)
    at = polars.col("last_at")
    by_month = {
        one: found.frame.filter(
            (at >= one.starts.replace(tzinfo=None)) & (at < one.ends.replace(tzinfo=None))
        )
        for one in own
    }
    return by_month, found.cut


def typed(entries: polars.DataFrame) -> polars.DataFrame:
    """Give entries that went through another engine the types of the table again, in its order."""
    cast = [polars.col(name).cast(kind) for name, kind in entry.COLUMNS.items()]
    return entries.select(cast).sort("at", "entry")


def packed(table: polars.DataFrame) -> bytes:
    """Put a table into bytes, with its types."""
    stream = io.BytesIO()
    table.write_parquet(stream)
    return stream.getvalue()


def unpacked(data: bytes) -> polars.DataFrame:
    """Take a table out of bytes again."""
    return polars.read_parquet(io.BytesIO(data))
