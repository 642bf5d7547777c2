"""Figures against labels, counted by hand."""

from datetime import datetime, timedelta

import polars
import pytest
from lxml import etree

from manumit.flows import entry, evaluation, made, ranking, windows
from manumit.flows.graph import of_frame
from manumit.flows.patterns import finding

DAY0 = datetime(2025, 1, 1)  # noqa: DTZ001  the tables hold UTC without zone


def findings(*rows: tuple[str, list[int], list[int]]) -> polars.DataFrame:
    return polars.DataFrame(
        [
            {
                "pattern": pattern, "entries": entries, "accounts": accounts, "evidence": 9.0 - i,
                "ordered": 1.0 - i % 2, "kept": 0.95,
                "first_at": DAY0, "last_at": DAY0 + timedelta(days=2),
            }
            for i, (pattern, entries, accounts) in enumerate(rows)
        ]
    )  # fmt: skip


def labels(*rows: tuple[int | None, int | None, str, str]) -> polars.DataFrame:
    return polars.DataFrame(list(rows), schema=entry.LABEL_COLUMNS, orient="row")


PLANTED = labels(
    (1, None, "cycle", "a"), (2, None, "cycle", "a"), (3, None, "cycle", "a"),
    (7, None, "fan_in", "b"), (8, None, "fan_in", "b"), (9, None, "", ""),
)  # fmt: skip
FOUND = findings(
    ("cycle", [1, 2, 3, 4], [1, 2]), ("chain", [4, 5, 6], [3]), ("chain", [7, 20], [4]),
    ("fan_out", [30, 31], [5]),
)  # fmt: skip


def test_counted_by_hand() -> None:
    said = evaluation.figures(FOUND, PLANTED, days=2)
    assert (said["findings"], said["right"], said["precision"]) == (4, 2, 0.5)
    assert said["entries"] == {
        "named": 10,
        "precision": 0.4,
        "recall": pytest.approx(4 / 6, abs=1e-4),
        "f1": 0.5,
    }
    assert said["by_finding"]["chain"] == {"findings": 2, "right": 1, "precision": 0.5}
    assert said["by_planted"] == {
        "cycle": {"instances": 1, "found": 1, "recall": 1.0, "found_as": {"cycle": 1}},
        "fan_in": {"instances": 1, "found": 1, "recall": 1.0, "found_as": {"chain": 1}},
    }
    assert said["a_day"][0] == {"alerts_a_day": 1, "alerts": 2, "precision": 0.5, "recall": 0.5}
    assert said["curve"][0]["precision"] == 1.0
    assert said["curve"][-1]["alerts"] == 4


def test_labels_of_accounts() -> None:
    said = evaluation.figures(FOUND, labels((None, 1, "cycle", ""), (None, 4, "cycle", "")))
    assert said["labels_of"] == "accounts"
    assert said["right"] == 2  # the first by half of its accounts, the third by its only one
    assert said["accounts"]["recall"] == 1.0
    assert said["by_planted"] == {}


def test_typologies_serve_as_well_as_patterns() -> None:
    alerts = FOUND.rename({"pattern": "typology"})
    assert set(evaluation.figures(alerts, PLANTED)["by_finding"]) == {"cycle", "chain", "fan_out"}


def test_without_labels_there_are_no_figures() -> None:
    assert evaluation.figures(FOUND, labels()) == {}


def test_without_findings() -> None:
    said = evaluation.figures(FOUND.clear(), PLANTED)
    assert (said["precision"], said["entries"]["recall"], said["curve"]) == (0.0, 0.0, [])


def test_the_two_ends() -> None:
    known = evaluation.truth(PLANTED)
    assert known is not None
    assert evaluation.ends(FOUND, known) == {
        "order_and_amount": {"findings": 2, "precision": 1.0, "ranked": 0.5},
        "order": {"findings": 2, "precision": 1.0, "ranked": 0.5},
        "all": {"findings": 4, "precision": 0.5, "ranked": 0.5},
    }


def test_the_best_cut_is_chosen_on_the_early_part_alone() -> None:
    at = polars.DataFrame(
        {"entry": list(range(1, 11)), "at": [DAY0 + timedelta(days=d) for d in range(10)]}
    )
    found = findings(("a", [1, 2], [1]), ("b", [3, 9], [1]), ("c", [10], [2]))
    marked = labels(*((n, None, "", "") for n in (1, 2, 9)))
    said = evaluation.best_f1(found, marked, at)
    assert said["evidence"] == 9.0  # the first finding alone is all there is to find early
    assert (said["transfers"], said["recall"], said["f1"]) == (2, 0.0, 0.0)


def test_the_picture_is_a_picture() -> None:
    picture = evaluation.svg(evaluation.figures(FOUND, PLANTED))
    root = etree.fromstring(picture.encode())
    assert len(root.findall(".//{*}polyline")) == 2
    assert root.find("{*}title") is not None


@pytest.mark.parametrize("seed", [21, 22])
def test_on_made_data_the_ranking_beats_both_ends(seed: int) -> None:
    data = made.ledger(40_000, seed)
    found = finding.find(of_frame(data.entries), windows.MINUTES)
    ranked = ranking.score(found.frame, data.accounts.height)
    said = evaluation.figures(ranked, data.labels, days=10)
    known = evaluation.truth(data.labels)
    assert known is not None
    ends = evaluation.ends(ranked, known)
    for row in said["a_day"][:2]:
        assert row["precision"] > max(end["precision"] for end in ends.values()) + 0.3
    assert all(
        ends[name]["ranked"] > ends[name]["precision"] for name in ("order_and_amount", "order")
    )
    planted = said["by_planted"]
    assert set(planted) == set(made.SHAPES)
    assert sum(p["found"] for p in planted.values()) >= 0.8 * sum(
        p["instances"] for p in planted.values()
    )
