"""The optional learned order: monotone, with reasons, and never in the way of the evidence."""

import numpy
import polars
import pytest

from manumit.flows import evaluation, learning, made, ranking, trial
from manumit.flows.patterns import instance


@pytest.fixture(scope="module")
def tried() -> tuple[polars.DataFrame, numpy.ndarray]:
    data = made.ledger(40_000, 31, illicit=0.02)
    ranked = trial.run(data.entries, data.labels, data.accounts.height).ranked
    known = evaluation.truth(data.labels)
    assert known is not None
    return ranked, evaluation.right(ranked, known)


def test_every_grade_is_laid_out(tried: tuple[polars.DataFrame, numpy.ndarray]) -> None:
    table = learning.grades(tried[0])
    assert table.shape == (tried[0].height, len(learning.COLUMNS))
    kinds = table[:, -len(instance.Pattern) :]
    assert (kinds.sum(axis=1) == 1).all()
    assert set(ranking.TERMS) <= set(learning.RISING)


def test_reasons_are_words_and_say_which_way() -> None:
    parts = numpy.zeros(len(learning.COLUMNS))
    parts[learning.COLUMNS.index("order")] = 0.4
    parts[learning.COLUMNS.index("ordered")] = 0.3
    parts[learning.COLUMNS.index("money")] = -0.5
    assert learning.because(parts) == ["order in time: for", "the sum: against"]


def test_too_little_to_learn_from(tried: tuple[polars.DataFrame, numpy.ndarray]) -> None:
    ranked, right = tried
    assert learning.learn(ranked.head(50), right[:50], 1) is None
    assert learning.learn(ranked, numpy.zeros(ranked.height, bool), 1) is None


@pytest.mark.skipif(not learning.available(), reason="the extra `learning` is not installed")
def test_learned_beside_the_evidence(tried: tuple[polars.DataFrame, numpy.ndarray]) -> None:
    ranked, right = tried
    first = numpy.arange(ranked.height) % 2 == 0
    learned = learning.learn(ranked.filter(first), right[first], 1)
    assert learned is not None
    said = learned.beside(ranked.filter(~first))
    assert said.drop("learned", "learned_because").equals(ranked.filter(~first))
    assert said["learned"].is_between(0, 1).all()
    assert said["learned_because"].list.len().max() == learning.REASONS
    top = said["learned"].arg_sort(descending=True)[:20].to_numpy()
    assert right[~first][top].mean() > right.mean() + 0.3
    # more of a grade never counts against a finding
    better = said.with_columns(polars.col("rare") + 1.0)
    assert (learned.beside(better)["learned"] >= said["learned"] - 1e-9).all()
