"""The ranking is monotone in every grade, fits nothing, and says shares that came true."""

import math
from datetime import datetime

import numpy
import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.flows import ranking
from manumit.flows.patterns import instance


def frame(*rows: dict[str, object]) -> polars.DataFrame:
    usual = {
        "pattern": "cycle", "entries": [1, 2, 3], "accounts": [1, 2, 3], "parts": ["middle"] * 3,
        "first_at": datetime(2025, 1, 1), "last_at": datetime(2025, 1, 2), "size": 3, "hops": 3,  # noqa: DTZ001
        "between": 3, "ordered": 0.5, "kept": 0.5, "rarity": 0.5, "chance": 0.0, "unusual": 0.3,
        "amount_minor": 100, "cut": "",
    }  # fmt: skip
    return polars.DataFrame([usual | row for row in rows], schema=instance.COLUMNS)


def evidence(rows: polars.DataFrame) -> dict[int, float]:
    return dict(ranking.score(rows, 1000).select("amount_minor", "evidence").iter_rows())


GRADES = {"ordered": (0.0, 1.0), "kept": (0.0, 1.0), "unusual": (0.0, 6.0), "chance": (-6.0, 6.0)}


@settings(max_examples=60, deadline=None)
@given(
    grade=st.sampled_from(sorted(GRADES)),
    two=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    pattern=st.sampled_from(["cycle", "scatter_gather", "stack", "gather_scatter"]),
)
def test_more_of_a_grade_is_never_less_evidence(
    grade: str, two: tuple[float, float], pattern: str
) -> None:
    low, high = GRADES[grade]
    values = [low + (high - low) * share for share in two]
    said = evidence(
        frame(*({grade: v, "pattern": pattern, "amount_minor": i} for i, v in enumerate(values)))
    )
    first, second = said[0], said[1]
    if values[0] <= values[1]:
        assert first <= second + 1e-9
    else:
        assert second <= first + 1e-9


def test_no_grade_is_a_filter() -> None:
    said = ranking.score(frame({"ordered": 0.0, "kept": 0.0}, {"ordered": 1.0, "kept": 1.0}), 1000)
    assert said.height == 2
    assert said["ordered"].to_list() == [1.0, 0.0]
    assert said["score"].min() > 0  # type: ignore[operator]


def test_what_everybody_shows_is_worth_nothing() -> None:
    few = frame(*({"chance": 5.0} for _ in range(5)))
    many = frame(*({"chance": 5.0} for _ in range(1000)))
    assert ranking.score(few, 1000)["structure"].max() == pytest.approx(math.log10(200))
    assert ranking.score(many, 1000)["structure"].max() == 0


def test_what_a_chain_holds_already_is_not_counted_twice() -> None:
    said = ranking.score(frame({"pattern": "chain", "ordered": 1.0, "kept": 1.0}), 1000)
    assert said.select("order", "amount").row(0) == (0.0, 0.0)


def test_fisher() -> None:
    total, count = numpy.array([2.0, 2.0, 0.0, 40.0]), numpy.array([1.0, 2.0, 4.0, 3.0])
    x = total * math.log(10)
    exact = [
        2.0,
        -math.log10(math.exp(-x[1]) * (1 + x[1])),
        0.0,
        -math.log10(math.exp(-x[3]) * (1 + x[3] + x[3] ** 2 / 2)),
    ]
    assert ranking.fisher(total, count).tolist() == pytest.approx(exact)


def test_calibration_never_falls_and_keeps_the_order() -> None:
    draw = numpy.random.default_rng(1)
    evidence = draw.normal(0, 2, 2000)
    right = draw.random(2000) < 1 / (1 + 10.0**-evidence)
    fitted = ranking.calibrate(evidence, right, "made here")
    assert list(fitted.share) == sorted(fitted.share)
    assert list(fitted.evidence) == sorted(fitted.evidence)
    said = fitted.shares(evidence)
    for low, high in ((0.0, 0.1), (0.3, 0.7), (0.9, 1.0)):
        some = (said >= low) & (said <= high)
        assert right[some].mean() == pytest.approx(said[some].mean(), abs=0.06)
    assert 0 < fitted.share[0] < fitted.share[-1] < 1


def test_calibration_of_what_is_never_right() -> None:
    fitted = ranking.calibrate(numpy.arange(100.0), numpy.zeros(100, bool), "none")
    assert max(fitted.share) < 0.01


def test_the_shipped_calibration_says_where_it_is_from() -> None:
    shipped = ranking.shipped()
    assert len(shipped.evidence) == len(shipped.share) >= 3
    assert list(shipped.share) == sorted(shipped.share)
    assert "seed" in shipped.source
