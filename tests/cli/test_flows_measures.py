"""`manumit flows measures`: one row per transfer of the bench, months put together as the whole."""

import json
from pathlib import Path

import polars
import pytest
from click.testing import CliRunner

from flows import ledgers
from manumit import cli
from manumit.flows import graph, made, windows
from manumit.flows.kernels import measures

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli.main, ["flows", "measures", *map(str, words)])
    return done.exit_code, done.output


def test_months_hold_what_the_whole_would(tmp_path: Path) -> None:
    data = made.ledger(3_000, 5, days=60)
    home = ledgers.bench()
    ledgers.add_frame(home, data.entries)
    code, said = run("--out", tmp_path / "out", "--json")
    assert code == 0, said
    answer = json.loads(said)
    files = sorted((tmp_path / "out").glob("*.parquet"))
    table = polars.concat([polars.read_parquet(path) for path in files])
    from manumit.flows.actions import store

    transfers = graph.of_frame(store.entries(home).collect())
    whole = measures.measure(transfers, windows.fitting(transfers.precision))
    assert answer["rows"] == len(transfers) == len(table)
    assert table["entry"].to_list() == transfers.entry.tolist()
    for name, column in whole.columns.items():
        assert table[name].to_list() == column.tolist(), name


def test_an_empty_bench_says_what_to_do(tmp_path: Path) -> None:
    code, said = run("--out", tmp_path / "out")
    assert code == 2
    assert "manumit flows load" in said
