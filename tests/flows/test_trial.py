"""A file tried out in memory: numbered, labelled once, found and compared."""

import io
from datetime import UTC, datetime

import polars
import pytest

from manumit.flows import entry, made, trial
from manumit.flows.readers import how, reading

ASKED = how.Reading(now=datetime(2030, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def data() -> made.Made:
    return made.ledger(12_000, 9, illicit=0.02)


def read(*texts: str) -> trial.Tables:
    batches = [
        batch
        for text in texts
        for batch in reading.read(io.BytesIO(text.encode()), "made.csv", ASKED)
    ]
    return trial.tables(batches)


def test_amlworlds_layout_comes_back_as_it_was_made(data: made.Made) -> None:
    tables = read(made.amlworld_csv(data), made.amlworld_patterns(data))
    assert tables.refused == 0
    assert dict(tables.entries.schema) == dict(polars.DataFrame(schema=entry.COLUMNS).schema)
    assert tables.entries.height == data.entries.height
    assert tables.labels.height == data.labels.height
    planted = data.labels.group_by("pattern").agg(polars.col("instance").n_unique()).sort("pattern")
    told = tables.labels.group_by("pattern").agg(polars.col("instance").n_unique()).sort("pattern")
    assert told.equals(planted)


def test_without_the_file_of_patterns_the_payments_are_labelled_all_the_same(
    data: made.Made,
) -> None:
    tables = read(made.amlworld_csv(data))
    assert tables.labels.height == data.labels.height
    assert set(tables.labels["pattern"]) == {""}


def test_run(data: made.Made) -> None:
    tried = trial.run(data.entries, data.labels, data.accounts.height)
    assert tried.ranked["score"].is_sorted(descending=True)
    said = tried.figures
    assert set(said["alerts"]["by_planted"]) == set(made.SHAPES)
    assert said["alerts"]["entries"]["recall"] > 0.5
    assert 0 <= said["f1_late"]["f1"] <= 1
    assert said["ends"]["all"]["findings"] == tried.ranked.height


def test_accounts_that_are_labelled() -> None:
    nodes = "nodeid,isFraud,init_balance,fraudStep\n" + "\n".join(
        f"{i},{int(i < 3)},1.0,-1" for i in range(40)
    )
    moves = "sourceNodeId,targetNodeId,value,time\n" + "\n".join(
        f"{i % 40},{(i * 7 + 1) % 40},{10 + i},{i // 8}" for i in range(200)
    )
    tables = read(nodes, moves)
    assert tables.accounts == 40
    assert tables.labels["account"].n_unique() == 3
    assert tables.labels["entry"].null_count() == 3


def test_nothing_to_compare(data: made.Made) -> None:
    assert trial.run(data.entries, data.labels.clear(), 1).figures == {}
