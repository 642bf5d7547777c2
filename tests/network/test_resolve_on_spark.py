"""On Spark many records give the same pairs and clusters, row by row. Skipped without Java or pyspark."""

import importlib.util
import random
import shutil

import numpy as np
import pytest

from manumit.network import resolving
from manumit.network.actions import bulk
from manumit.network.manyrecords import Record

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java here (17 or newer)"),
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None, reason="no pyspark: make spark"
    ),
]


def test_the_same_pairs_and_clusters_row_by_row() -> None:
    dice = random.Random(11)
    words = [f"{a}{b}" for a in ("kar", "mi", "no", "tes") for b in ("im", "na", "ra", "tov", "lu")]
    people = []
    for number in range(2000):
        name = " ".join(dice.choice(words) for _ in range(3))
        born = f"{dice.randrange(1960, 2000)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 28):02}"
        people.append(Record(f"{number}", (name,), born, dice.choice(["IQ", "SY", "TR"])))
        if number % 4 == 0:
            people.append(Record(f"{number}b", (name[1:],), born, people[-1].nationality))
    records = resolving.gather(people)
    here = bulk.resolve(records)
    there = bulk.resolve(records, engine=bulk.spark("local[2]"))
    assert len(here.groups()) > 300
    assert np.array_equal(here.pairs.both, there.pairs.both)
    assert np.array_equal(here.pairs.bits, there.pairs.bits)
    assert np.array_equal(here.cluster, there.cluster)
    assert here.flags == there.flags
