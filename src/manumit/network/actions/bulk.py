"""Many records compared on this machine or on Spark: the same pairs and clusters from both.

Blocks are parted by a hash of their key, so any number of workers can share them; each gets the
records as arrays (some 100 bytes a record) and gives back scored pairs. Names, identifiers and keys of
a register go to no other machine than those the Spark master has: choose it accordingly.
"""

import sys
from collections.abc import Callable
from typing import Any

from manumit.network import clustering, manypairs, manyrecords, resolving

Engine = Callable[[manyrecords.Records], manypairs.Pairs]
LOCAL = "local[2]"
_SPARK_PARTS = 16


def here(records: manyrecords.Records) -> manypairs.Pairs:
    """Return the scored pairs, found on this machine."""
    return manypairs.pairs(records)


def spark(master: str = LOCAL) -> Engine:
    """Return what finds the scored pairs on a Spark master (`local[2]`, `spark://…`)."""

    def pairs(records: manyrecords.Records) -> manypairs.Pairs:
        from pyspark.sql import SparkSession  # an extra: loaded where it is asked for

        builder = (
            SparkSession.builder.master(master)
            .appName("manumit")
            .config("spark.ui.enabled", "false")
        )
        if master.startswith("local"):
            builder = builder.config("spark.driver.host", "127.0.0.1").config(
                "spark.driver.bindAddress", "127.0.0.1"
            )
        session = builder.getOrCreate()
        try:
            context = session.sparkContext
            if master.startswith("local"):
                context.pythonExec = sys.executable
            shared = context.broadcast((records, manypairs.telling(records)))
            parts = context.parallelize(range(_SPARK_PARTS), _SPARK_PARTS)
            return manypairs.joined(parts.map(_worker(shared)).collect())
        finally:
            session.stop()

    return pairs


def _worker(shared: Any) -> Callable[[int], manypairs.Pairs]:
    """Return what a worker runs on one part; it needs neither Django nor files."""

    def run(part: int) -> manypairs.Pairs:
        records, told = shared.value
        both = manypairs.blocked(records, part, _SPARK_PARTS)
        return manypairs.weighed(records, told, both)

    return run


def resolve(
    records: manyrecords.Records,
    made: clustering.Judgements[int] | None = None,
    engine: Engine = here,
) -> resolving.Resolved:
    """Return clusters of records (by row) under what people decided of them."""
    return resolving.clusters(len(records), engine(records), made)
