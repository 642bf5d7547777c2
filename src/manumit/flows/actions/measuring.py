"""Facts and shapes of a slice, made from the ledger's files and kept as files."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import polars

from manumit.flows import entry, facts, graph, models, slices, thresholds, windows
from manumit.flows.actions import derived, store
from manumit.flows.facts import compared, ground
from manumit.flows.patterns import finding, habits, instance

MOST_ROWS = 6_000_000  # entries that are held in memory at once for shapes

Beat = Callable[[], None]


def connect(ledger: models.Ledger) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory; what does not fit spills into the ledger's folder, pseudonyms only."""
    return store.connect(ledger)


def measured_path(shelf: derived.Shelf, one: slices.Slice, on: thresholds.Ground) -> Path:
    """Return where what is measured about each account in a slice lies."""
    inputs = shelf.inputs([one.before(), one])
    return shelf.path("measured", one, slices.digest([inputs, on.words, facts.recipe(on)]))


def measured(shelf: derived.Shelf, one: slices.Slice, on: thresholds.Ground) -> Path:
    """Return the file of what is measured about each account in a slice; made where it is missing."""
    path = measured_path(shelf, one, on)
    if path.exists():
        return path
    with connect(shelf.ledger) as connection:
        prepare(connection, shelf, one, on)
        known = what_is_known(connection)
        for _, statement in facts.run_order(on, known):
            connection.execute(statement)
        part = store.part_of(path)
        connection.execute(f"COPY now TO '{part}' (FORMAT parquet, COMPRESSION zstd)")
    store.settle(part, path)
    return path


def prepare(
    connection: duckdb.DuckDBPyConnection,
    shelf: derived.Shelf,
    one: slices.Slice,
    on: thresholds.Ground,
    only: frozenset[str] = frozenset({"moved", "sides", "pairs"}),
) -> None:
    """Make the tables and views that steps read, of one slice; `only` names which of them."""
    connection.execute("DROP VIEW IF EXISTS entries")
    connection.execute("DROP TABLE IF EXISTS entries")
    store.view(connection, "entries", shelf.files([one.before(), one]), entry.COLUMNS)
    for name, statement in facts.prepared(one, on):
        if name in only:
            connection.execute(statement)


def what_is_known(connection: duckdb.DuckDBPyConnection) -> dict[str, bool]:
    """Return which kinds of things the entries of the prepared slice tell at all."""
    told = connection.execute(ground.available())
    names = [column[0] for column in told.description or []]
    return dict(zip(names, told.fetchone() or (), strict=True))


def shape_path(shelf: derived.Shelf, one: slices.Slice) -> Path:
    """Return where the shapes of a slice lie: they depend on its entries and those of the one before.

    Windows may reach further back; what comes late into older months changes those months alone.
    """
    said = slices.digest([shelf.inputs([one.before(), one]), *instance.COLUMNS])
    return shelf.path("shapes", one, said)


def stretches(shelf: derived.Shelf, todo: Sequence[slices.Slice]) -> list[list[slices.Slice]]:
    """Put slices whose shapes are missing together, as many as memory holds."""
    groups: list[list[slices.Slice]] = []
    rows = 0
    for one in todo:
        several = _rows(shelf, one)
        follows = bool(groups) and groups[-1][-1].after() == one
        if not follows or rows + several > MOST_ROWS:
            groups.append([])
            rows = 0
        groups[-1].append(one)
        rows += several
    return groups


def _rows(shelf: derived.Shelf, one: slices.Slice) -> int:
    files = shelf.files([one])
    return (
        int(polars.scan_parquet(files, glob=False).select(polars.len()).collect().item())
        if (files)
        else 0
    )


def shapes(shelf: derived.Shelf, stretch: Sequence[slices.Slice], beat: Beat) -> tuple[str, ...]:
    """Find the shapes of some slices that follow each other; returns what budgets left out."""
    rows = _entries(shelf, stretch)
    coarse = int(rows["precision"].max() or 0) if len(rows) else 0  # type: ignore[arg-type]
    chosen = windows.fitting(coarse)
    back = slices.window_slices(stretch[0], finding.reach(chosen))[:-1]
    earlier = _entries(shelf, back)
    transfers = graph.of_frame(polars.concat([earlier, rows]))
    del rows, earlier
    beat()
    known = known_habits(shelf, stretch, beat)
    begins = int(stretch[0].starts.timestamp())
    own_from = int((transfers.at < begins).sum())
    found = finding.find(transfers, chosen, own_from, known)
    beat()
    for one in stretch:
        mine = found.frame.filter(
            (polars.col("last_at") >= one.starts.replace(tzinfo=None))
            & (polars.col("last_at") < one.ends.replace(tzinfo=None))
        )
        store.write(mine, shape_path(shelf, one))
    return found.cut


def _entries(shelf: derived.Shelf, some: Sequence[slices.Slice]) -> polars.DataFrame:
    files = shelf.files(some)
    if not files:
        return polars.DataFrame(schema=entry.COLUMNS).select(_NEEDED)
    return polars.scan_parquet(files, glob=False).select(_NEEDED).collect()


_NEEDED = ("entry", "at", "precision", "source", "target", "amount_minor", "base_minor")


def known_habits(
    shelf: derived.Shelf, stretch: Sequence[slices.Slice], beat: Beat
) -> habits.Habits | None:
    """Return the accounts' habits up to the end of a stretch; None where it begins the ledger."""
    before = [one for one in shelf.months() if one < stretch[0]]
    if not before:
        return None
    parts = []
    for one in [*before, *stretch]:
        path = shelf.path("habits", one, shelf.inputs([one]))
        if not path.exists():
            made = habits.of_transfers(graph.of_frame(_entries(shelf, [one])))
            store.write(made.table.with_columns(days=polars.lit(made.days)), path)
            beat()
        table = polars.read_parquet(path, glob=False)
        if len(table):
            parts.append(habits.Habits(table.drop("days"), float(table["days"][0])))
    return habits.together(parts) if parts else None


def remembered(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """Make the table `earlier` of what was measured in the slices before."""
    columns = ", ".join(compared.REMEMBERED)
    if paths:
        connection.execute(
            f"CREATE OR REPLACE TABLE earlier AS SELECT {columns} "  # noqa: S608
            f"FROM read_parquet({store.listed(list(paths))}, union_by_name = true)"
        )
    else:
        connection.execute(
            f"CREATE OR REPLACE TABLE earlier AS SELECT {columns} FROM now WHERE false"  # noqa: S608
        )
