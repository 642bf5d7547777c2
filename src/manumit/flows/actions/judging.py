"""What the packs say about one slice: facts compared, hits, the entries they rest on, alerts."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars

from manumit.flows import alerting, slices, thresholds, typologies
from manumit.flows import facts as measured_facts
from manumit.flows.actions import derived, measuring, store
from manumit.indicators import parts

Rows = list[dict[str, Any]]
KEY = ("account", "period")


def compare(
    connection: duckdb.DuckDBPyConnection,
    now: Path,
    earlier: Sequence[Path],
    shapes: Path,
    path: Path,
) -> None:
    """Make the table ``account_facts`` of a slice, and keep it as a file."""
    for name, file in (("now", now), ("shapes", shapes)):
        connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_parquet({store.listed([file])})"  # noqa: S608
        )
    measuring.remembered(connection, earlier)
    connection.execute(f"CREATE OR REPLACE TABLE account_facts AS {measured_facts.account_facts()}")
    if not path.exists():
        part = store.part_of(path)
        connection.execute(f"COPY account_facts TO '{part}' (FORMAT parquet, COMPRESSION zstd)")
        store.settle(part, path)


def accounts_found(
    connection: duckdb.DuckDBPyConnection,
    shelf: derived.Shelf,
    one: slices.Slice,
    packs: Sequence[parts.Pack],
    on: thresholds.Ground,
) -> Iterator[alerting.Found]:
    """Give the alerts of packs about accounts; needs `compare` on this connection."""
    where = typologies.Ledger(on.country, on.currency)
    prepared = False
    for pack in packs:
        hits = found_by(connection, pack, on.country, "account_facts", KEY)
        if not hits:
            continue
        if not prepared:
            measuring.prepare(connection, shelf, one, on, frozenset({"moved", "sides"}))
            prepared = True
        cited = entries_of(connection, pack, hits, on.country)
        yield from typologies.about_accounts(pack, hits, cited, where)


def shapes_found(
    connection: duckdb.DuckDBPyConnection,
    shelf: derived.Shelf,
    shapes: polars.DataFrame,
    packs: Sequence[parts.Pack],
    on: thresholds.Ground,
) -> Iterator[alerting.Found]:
    """Give the alerts of packs about shapes."""
    where = typologies.Ledger(on.country, on.currency)
    rows = list(shapes.iter_rows(named=True))
    if not rows or not packs:
        return
    told = _known_of(shelf, shapes)
    table = [typologies.shape_row(row, *told[n]) | {"shape": n} for n, row in enumerate(rows)]
    frame = polars.DataFrame(table, infer_schema_length=None).cast(_SHAPE_SCHEMA)  # type: ignore[arg-type]
    path = shelf.home / "shape_facts.parquet"
    store.write(frame, path)
    connection.execute(
        f"CREATE OR REPLACE TABLE shape_facts AS SELECT * FROM read_parquet({store.listed([path])})"  # noqa: S608
    )
    path.unlink(missing_ok=True)
    for pack in packs:
        for hit in found_by(connection, pack, on.country, "shape_facts", ("shape",)):
            yield typologies.about_shape(pack, hit, rows[hit["shape"]], where)


_SHAPE_SCHEMA: dict[str, type[polars.DataType]] = {
    "businesses": polars.Int64,
    "same_holder": polars.Int64,
    "kept": polars.Float64,
    "ordered": polars.Float64,
    "rarity": polars.Float64,
}


def _known_of(
    shelf: derived.Shelf, shapes: polars.DataFrame
) -> dict[int, tuple[int | None, int | None]]:
    """Say of each shape how many of its accounts are businesses, and how many are one holder's."""
    told = store.accounts(shelf.ledger).select("account", "kind", "holder")
    flat = (
        shapes.with_row_index("shape")
        .select("shape", account="accounts")
        .explode("account")
        .join(told, on="account", how="left")
    )
    several = flat.drop_nulls("holder").group_by("shape", "holder").len()
    most = several.group_by("shape").agg(polars.col("len").max().alias("same"))
    kinds = flat.group_by("shape").agg(
        known=(polars.col("kind").fill_null("") != "").any(),
        businesses=(polars.col("kind") == "business").sum(),
    )
    whole = kinds.join(most, on="shape", how="left")
    return {
        shape: (businesses if known else None, same)
        for shape, known, businesses, same in whole.select(
            "shape", "known", "businesses", "same"
        ).iter_rows()
    }


def found_by(
    connection: duckdb.DuckDBPyConnection,
    pack: parts.Pack,
    country: str,
    table: str,
    key: Sequence[str],
) -> Rows:
    """Return the rows in which a pack finds something: key, outcome and the facts it names."""
    pick, answer, find = typologies.statements(pack, country, table, key)
    connection.execute(pick)
    connection.execute(answer)
    result = connection.execute(find)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def entries_of(
    connection: duckdb.DuckDBPyConnection,
    pack: parts.Pack,
    hits: Sequence[Mapping[str, Any]],
    country: str,
) -> list[typologies.Cited]:
    """Return the entries that hits rest on; needs the slice's ``sides``.

    Hits that rest on the same kinds of entries are looked up together.
    """
    by_kind: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for hit in hits:
        kind = typologies.predicates(pack, hit, country)
        by_kind.setdefault(kind, []).append((hit["account"], hit["period"]))
    found: list[typologies.Cited] = []
    for kind, places in by_kind.items():
        connection.execute("CREATE OR REPLACE TABLE hit (account BIGINT, period INTEGER)")
        for start in range(0, len(places), 5000):
            listed = ", ".join(
                f"({account}, {period})" for account, period in places[start : start + 5000]
            )
            connection.execute(f"INSERT INTO hit VALUES {listed}")  # noqa: S608 (numbers)
        test = " OR ".join(f"({predicate})" for predicate in kind)
        result = connection.execute(
            'SELECT account, period, entry, other, came, "at", minor FROM sides '  # noqa: S608
            f"SEMI JOIN hit USING (account, period) WHERE {test}"
        )
        found += [typologies.Cited(*row) for row in result.fetchall()]
    return found
