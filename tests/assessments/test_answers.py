"""Putting new answers to old ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.assessments import answers
from manumit.indicators import engine, pack

PACK = pack.load_all()["urgent-needs"]
IDS = sorted(PACK.by_id)
GIVEN = st.dictionaries(st.sampled_from(IDS), st.sampled_from([a.value for a in engine.Answer]))
NEW = st.dictionaries(
    st.sampled_from(IDS), st.sampled_from(["", *(a.value for a in engine.Answer)])
)


@given(GIVEN, NEW)
def test_the_newest_word_counts_and_nothing_else_changes(before, new):
    together = answers.merge(PACK, before, new)
    for name in IDS:
        expected = new.get(name, before.get(name, ""))
        assert together.get(name, "") == expected
    assert list(together) == [name for name in PACK.by_id if name in together]


@given(GIVEN, NEW)
def test_saying_it_twice_changes_nothing(before, new):
    once = answers.plain(answers.merge(PACK, before, new))
    assert answers.plain(answers.merge(PACK, once, new)) == once


def test_a_question_the_pack_does_not_have_is_refused_and_an_old_one_is_left_out():
    with pytest.raises(engine.BadAnswers, match="un_hrt"):
        answers.merge(PACK, {}, {"un_hrt": "yes"})
    assert answers.merge(PACK, {"gone": "yes"}, {}) == {}


def test_a_word_that_is_no_answer_is_refused():
    with pytest.raises(engine.BadAnswers, match="un_hurt"):
        answers.merge(PACK, {}, {"un_hurt": "maybe"})
