"""Made data has the density it says, plants what it says, and is the same for the same seed."""

import polars
import pytest

from manumit.flows import entry, made


@pytest.fixture(scope="module")
def small() -> made.Made:
    return made.ledger(20_000, 7)


def test_tables_have_the_columns_of_a_ledger(small: made.Made) -> None:
    assert dict(small.entries.schema) == {
        name: kind() if isinstance(kind, type) else kind for name, kind in entry.COLUMNS.items()
    }
    assert small.entries.height == 20_000
    assert small.entries["entry"].n_unique() == 20_000
    assert small.entries.equals(small.entries.sort("at", "entry"))
    assert small.accounts["account"].n_unique() == 2_000


def test_every_shape_is_planted_and_its_entries_are_there(small: made.Made) -> None:
    assert set(small.labels["pattern"]) == set(made.SHAPES)
    assert set(small.alike["pattern"]) == set(made.LOOK_ALIKES)
    both = polars.concat([small.labels, small.alike])
    assert both["entry"].is_unique().all()
    assert both["entry"].is_in(small.entries["entry"].implode()).all()


def test_eight_per_cent_go_to_oneself(small: made.Made) -> None:
    share = (small.entries["source"] == small.entries["target"]).mean()
    assert 0.06 < float(share) < 0.09  # type: ignore[arg-type]


def test_the_same_seed_makes_the_same_and_another_does_not(small: made.Made) -> None:
    assert made.ledger(20_000, 7).entries.equals(small.entries)
    assert not made.ledger(20_000, 8).entries.equals(small.entries)


def test_clean_cycles_close_in_order() -> None:
    clean = made.ledger(4_000, 3, how=made.CLEAN, days=60, illicit=0.02)
    cycles = clean.labels.filter(polars.col("pattern") == "cycle").join(clean.entries, on="entry")
    for _, legs in cycles.sort("at").group_by("instance"):
        assert legs["source"][1:].equals(legs["target"][:-1])
        assert legs["source"][0] == legs["target"][-1]


def test_written_in_amlworlds_layout(small: made.Made) -> None:
    lines = made.amlworld_csv(small).splitlines()
    assert lines[0] == made.AMLWORLD_HEADER
    assert len(lines) == 20_001
    illicit = [line for line in lines[1:] if line.endswith(",1")]
    assert len(illicit) == small.labels.height
    told = made.amlworld_patterns(small)
    assert told.count("BEGIN LAUNDERING ATTEMPT") == small.labels["instance"].n_unique()
    assert all(line in told for line in illicit[:50])
