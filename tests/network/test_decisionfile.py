"""Decisions as lines: what is written is read again; what is none is named by its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.network import decisionfile
from manumit.network.clustering import Verdict

words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).map(str.strip)


@given(words.filter(bool), st.sampled_from(list(Verdict)), words)
def test_there_and_back(left: str, verdict: Verdict, reason: str) -> None:
    one = decisionfile.Decision(left, f"{left}x", verdict, reason, "2026-01-02T03:04:05+00:00", "a")
    assert list(decisionfile.read([decisionfile.line(one), "\n"])) == [one]


@pytest.mark.parametrize(
    "told",
    [
        "not json",
        "[1]",
        json.dumps({"left": "a", "right": "a", "verdict": "same"}),
        json.dumps({"left": "a", "right": 7, "verdict": "same"}),
        json.dumps({"left": "a", "right": "b", "verdict": "perhaps"}),
    ],
)
def test_what_is_no_decision(told: str) -> None:
    with pytest.raises(decisionfile.Unreadable) as caught:
        list(decisionfile.read(["\n", told]))
    assert caught.value.line == 2
