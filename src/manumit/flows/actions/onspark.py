"""Facts and shapes of a ledger on Spark, where one machine is too small or too slow.

Spark reads the same Parquet files (on storage that all its machines see), brings the entries of each
shard together, and runs on each what ``shards`` says: the same SQL, the same kernels, by months with the
window before them. What comes back is written where a scan looks for it; packs, alerts and whatever
needs a database stay here. Pseudonyms only: no key and no name goes to Spark.

Rows travel as Arrow, not as pandas: pandas turns a column of account numbers with gaps into
floating-point numbers, and accounts would be mixed up.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from manumit.flows import entry, shards, slices, thresholds, windows
from manumit.flows.actions import derived, measuring, scanning, store
from manumit.flows.patterns import finding, habits

LOCAL = "local"


def tables(master: str) -> scanning.Elsewhere:
    """Return what makes the missing tables of a scan on a Spark master (``local[2]``, spark://…)."""

    def make(
        shelf: derived.Shelf,
        todo: list[slices.Slice],
        on: thresholds.Ground,
        beat: Callable[[], None],
    ) -> tuple[str, ...]:
        targets = _facts_missing(shelf, todo, on)
        missing = [one for one in todo if not measuring.shape_path(shelf, one).exists()]
        stretches = measuring.stretches(shelf, missing)
        known = {
            f"shapes {stretch[0].name}": measuring.known_habits(shelf, stretch, beat)
            for stretch in stretches
        }
        work = [
            shards.Shard(f"facts {one.name}", (one.before(), one), (one,)) for one in targets
        ] + [_shapes_shard(shelf, stretch) for stretch in stretches]
        if not work:
            return ()
        cut: set[str] = set()
        for name, month, data, said in _collected(master, shelf, work, known, on):
            cut.update(said.splitlines())
            one = slices.named(month)
            path = targets[one] if name.startswith("facts") else measuring.shape_path(shelf, one)
            store.write(shards.unpacked(data), path)
        return tuple(sorted(cut))

    return make


def _facts_missing(
    shelf: derived.Shelf, todo: Iterable[slices.Slice], on: thresholds.Ground
) -> dict[slices.Slice, Path]:
    paths = {one: measuring.measured_path(shelf, one, on) for one in todo}
    return {one: path for one, path in paths.items() if not path.exists()}


def _shapes_shard(shelf: derived.Shelf, stretch: list[slices.Slice]) -> shards.Shard:
    # the widest windows: what is read too much is only looked at
    reach = max(finding.reach(each) for each in (windows.MINUTES, windows.DAYS))
    months = [*slices.window_slices(stretch[0], reach)[:-1], *stretch]
    return shards.Shard(f"shapes {stretch[0].name}", tuple(months), tuple(stretch))


def _session(master: str, spill: Path) -> Any:
    from pyspark.sql import SparkSession  # an extra: loaded where it is asked for

    builder = (
        SparkSession.builder.master(master)
        .appName("manumit")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", str(spill))
        .config("spark.sql.shuffle.partitions", "16")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "0")
    )
    if master.startswith(LOCAL):
        builder = builder.config("spark.driver.host", "127.0.0.1").config(
            "spark.driver.bindAddress", "127.0.0.1"
        )
    session = builder.getOrCreate()
    if master.startswith(LOCAL):
        # else its workers take the system's Python; on other machines Spark's own settings say which
        session.sparkContext.pythonExec = sys.executable
    return session


def _collected(
    master: str,
    shelf: derived.Shelf,
    work: list[shards.Shard],
    known: Mapping[str, habits.Habits | None],
    on: thresholds.Ground,
) -> list[tuple[str, str, bytes, str]]:
    """Run all shards; returns (shard, month, table, what was cut)."""
    spark = _session(master, store.scratch(shelf.ledger, "spill"))
    try:
        months = [(one.name, each.name) for each in work for one in each.months]
        wanted = spark.createDataFrame(months, "month string, shard string")
        files = [str(path) for path in shelf.files(shelf.months())]
        entries = spark.read.parquet(*files).select(*entry.COLUMNS)
        parts = (
            entries.selectExpr("*", "date_format(at, 'yyyy-MM') AS month")
            .join(wanted.hint("broadcast"), "month")
            .drop("month")
        )
        ran = parts.groupBy("shard").applyInArrow(
            _runner({each.name: each for each in work}, known, on),
            "shard string, month string, data binary, cut string",
        )
        return [(row[0], row[1], bytes(row[2]), row[3]) for row in ran.collect()]
    finally:
        spark.stop()


def _runner(
    work: Mapping[str, shards.Shard],
    known: Mapping[str, habits.Habits | None],
    on: thresholds.Ground,
) -> Callable[[Any], Any]:
    """Return what a worker runs on the entries of one shard; it needs neither Django nor files."""
    habits_of = {
        name: (shards.packed(each.table), each.days) for name, each in known.items() if each
    }

    def run(table: Any) -> Any:
        import polars
        import pyarrow

        from manumit.flows import shards
        from manumit.flows.patterns import habits

        name = table.column("shard")[0].as_py()
        shard = work[name]
        entries = shards.typed(polars.DataFrame(table.drop_columns(["shard"])))
        cut: tuple[str, ...] = ()
        if name.startswith("facts"):
            by_month = {shard.own[0]: shards.facts_of(entries, shard.own[0], on)}
        else:
            told = habits_of.get(name)
            each = habits.Habits(shards.unpacked(told[0]), told[1]) if told else None
            by_month, cut = shards.shapes_of(entries, shard.own, each)
        columns = {
            "shard": [name] * len(by_month),
            "month": [one.name for one in by_month],
            "data": [shards.packed(made) for made in by_month.values()],
            "cut": ["\n".join(cut)] * len(by_month),
        }
        return pyarrow.table(columns)

    return run
