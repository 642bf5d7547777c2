"""Which rows are the same: equal content has equal keys, and loading agrees with counting by hand."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars
import pytest
from django.conf import LazySettings

from flows import ledgers
from manumit.flows import entry, rowkeys
from manumit.flows.actions import store

AT = datetime(2026, 1, 30, 12, tzinfo=UTC)


def rows(several: list[dict[str, Any]]) -> polars.DataFrame:
    usual = {"at": AT.replace(tzinfo=None), "source": 1, "target": 2, "amount_minor": 5}
    words = dict.fromkeys(("currency", "kind", "purpose", "country_from", "country_to"), "")
    return polars.DataFrame([usual | words | each for each in several], schema=entry.COLUMNS)


def test_content_is_equal_for_equal_rows_alone() -> None:
    different = [
        {},
        {"source": 2, "target": 1},
        {"source": None},
        {"target": None},
        {"place": 7},
        {"device": 7},
        {"amount_minor": 6},
        {"currency": "USD"},
        {"kind": "USD"},
        {"purpose": "rent"},
        {"country_from": "JO"},
        {"country_to": "JO"},
        {"mcc": 0},
        {"at": AT.replace(tzinfo=None) + timedelta(seconds=1)},
    ]
    made = rowkeys.content(rows([*different, *different]))
    assert made[: len(different)].n_unique() == len(different)
    assert made[: len(different)].to_list() == made[len(different) :].to_list()
    same = rowkeys.content(rows([{"entry": 1, "base_minor": 9, "rate": "x"}, {"entry": 2}]))
    assert same.n_unique() == 1
    assert made.min() >= 0  # type: ignore[operator]


class Twin:
    """The slow, obvious way: counts of what was said, and what each reference says."""

    def __init__(self) -> None:
        self.said: Counter[Any] = Counter()
        self.references: dict[Any, Any] = {}

    def load(self, several: list[dict[str, Any]]) -> tuple[int, int, int]:
        """Return how many rows are new, known, and in contradiction; a month each has its own."""
        loaded = known = clashes = 0
        here: Counter[Any] = Counter()
        for row in several:
            month = row["at"].month
            what = (month, row["amount_minor"], row["at"], row.get("text"))
            if reference := row.get("reference"):
                where = (month, reference)
                if where not in self.references:
                    self.references[where] = what[1:3]
                    loaded += 1
                elif self.references[where] == what[1:3]:
                    known += 1
                else:
                    clashes += 1
                continue
            here[what] += 1
            if here[what] > self.said[what]:
                loaded += 1
            else:
                known += 1
        for what, count in here.items():
            self.said[what] = max(self.said[what], count)
        return loaded, known, clashes


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize("seed", [1, 2])
def test_loading_agrees_with_counting_by_hand(
    seed: int, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MANUMIT_DATA = tmp_path
    chance, twin, home = random.Random(seed), Twin(), ledgers.bureau()
    total = 0
    for _ in range(5):
        several = [
            {
                "amount_minor": chance.choice([100, 200]),
                "at": AT + timedelta(days=chance.choice([0, 3])),
                "reference": chance.choice([None, None, "R-1", "R-2", "R-3"]),
                "text": chance.choice([None, "rent"]),
            }
            for _ in range(12)
        ]
        load = ledgers.add(home, several)
        expected = twin.load(several)
        clashes = load.rejected.get("duplicate_reference", 0)
        assert (load.rows_loaded, load.rows_known, clashes) == expected
        total += expected[0]
    whole = store.entries(home.ledger).collect()
    assert len(whole) == whole["entry"].n_unique() == total
