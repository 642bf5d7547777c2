"""Kurdish, Amharic and Pashto names: F1 at the fixed threshold does not fall (tests/data/names)."""

import csv
from pathlib import Path

import pytest

from manumit.core import samename

PAIRS = Path(__file__).parents[1] / "data/names/kurdish-amharic-pashto.csv"
NEAR = "a name near in letters or of the other sex"


def rows():
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def f1(some):
    found = [samename.between(row["name1"], row["name2"]).decision for row in some]
    true = [row["same"] == "true" for row in some]
    hits = sum(f and t for f, t in zip(found, true, strict=True))
    return 2 * hits / (sum(found) + sum(true))


# Measured on 2026-11-22: .89, .91, .93, .91. Of the wrong ones all but one are names near in letters.
@pytest.mark.parametrize(
    ("language", "least"),
    [("Sorani", 0.87), ("Kurmanji", 0.89), ("Amharic", 0.91), ("Pashto", 0.9)],
)
def test_floor(language, least):
    some = [row for row in rows() if row["language"] == language]
    assert len(some) > 70
    assert f1(some) >= least


def test_only_near_names_are_taken_for_each_other():
    wrong = [
        row
        for row in rows()
        if row["same"] == "false"
        and row["how"] != NEAR
        and samename.between(row["name1"], row["name2"]).decision
    ]
    assert len(wrong) <= 1


def test_every_pair_says_how_it_was_made():
    assert all(row["how"] and row["same"] in ("true", "false") for row in rows())
    assert sum(row["same"] == "true" for row in rows()) > 150
