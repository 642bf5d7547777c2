"""Asking only what can still matter gives the finding that asking everything gives."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import packs_at_random as at_random
from manumit.indicators import engine, pack, questions
from manumit.indicators.engine import Answer, Context

PACKS = pack.load_all()
# Packs about money are measured, not asked (tests/flows/test_typologies.py).
ASKED = sorted(name for name, one in PACKS.items() if one.kind is not pack.Kind.FINANCE)
ADULT = PACKS["delphi-labour-adult"]


def interview(one, truth, context):
    """Ask next questions until none is left; give what was said."""
    said = {}
    while (question := questions.next_question(one, said, context)) is not None:
        assert question not in said
        said[question] = truth[question]
    return said


@st.composite
def whole_truth(draw, one):
    words = draw(
        st.sampled_from(
            [list(Answer), [Answer.NO] * 6 + list(Answer), [Answer.YES] * 4 + list(Answer)]
        )
    )
    return {each.id: draw(st.sampled_from(words)) for each in one.indicators}


@pytest.mark.parametrize("name", ASKED)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_stopping_early_never_changes_the_finding(name, data):
    one = PACKS[name]
    truth = data.draw(whole_truth(one))
    context = data.draw(at_random.contexts())
    said = interview(one, truth, context)
    assert engine.decide(one, said, context) == engine.decide(one, truth, context)
    early, whole = engine.find(one, said, context), engine.find(one, truth, context)
    assert early.settled
    assert (early.outcome, early.possible_victim, early.urgent, early.advice) == (
        whole.outcome, whole.possible_victim, whole.urgent, whole.advice,
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_stopping_early_never_changes_the_finding_of_random_packs(data):
    one = data.draw(at_random.packs())
    truth, context = data.draw(whole_truth(one)), data.draw(at_random.contexts())
    said = interview(one, truth, context)
    assert engine.decide(one, said, context) == engine.decide(one, truth, context)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_undecided_are_exactly_the_questions_that_can_matter(data):
    """The slow, obvious twin: try every completion, with yes and with no."""
    one = data.draw(at_random.packs())
    answers, context = data.draw(at_random.answered(one))
    free = [each.id for each in one.applicable(context) if each.id not in answers]
    matter = set()
    for values in product((Answer.NO, Answer.YES), repeat=len(free)):
        others = answers | dict(zip(free, values, strict=True))
        for each in free:
            yes = engine.decide(one, others | {each: Answer.YES}, context)
            no = engine.decide(one, others | {each: Answer.NO}, context)
            if yes != no:
                matter.add(each)
    undecided = questions.undecided(one, answers, context)
    assert set(undecided) == matter
    assert len(set(undecided)) == len(undecided)
    assert (questions.next_question(one, answers, context) is None) is not bool(matter)
    assert engine.find(one, answers, context).settled is not bool(matter)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_page_of_one_dimension_shows_its_part_of_the_whole(data):
    one = data.draw(st.sampled_from(list(PACKS.values())))
    answers, context = data.draw(at_random.answered(one))
    everything = questions.undecided(one, answers, context)
    for dimension in one.dimensions:
        part = questions.undecided(one, answers, context, dimension.id)
        assert part == tuple(q for q in everything if one.by_id[q].dimension == dimension.id)
    first = questions.next_dimension(one, answers, context)
    assert first == (one.by_id[everything[0]].dimension if everything else None)


def test_exploitation_is_asked_first_and_strong_signs_before_medium_ones():
    first = questions.undecided(ADULT, {}, Context(age=30))
    assert first[0] == "ex_hours"
    assert questions.next_dimension(ADULT, {}, Context(age=30)) == "exploitation"
    order = [ADULT.by_id[q].strength.value for q in first if ADULT.by_id[q].dimension == "coercion"]
    assert order == sorted(order, key=["strong", "medium", "weak"].index)


def test_a_child_is_asked_less_because_no_means_is_needed():
    exploited = {"ex_hours": Answer.YES, "ex_salary": Answer.YES}
    assert questions.next_question(ADULT, exploited, Context(age=30)) is not None
    child = PACKS["delphi-labour-child"]
    assert questions.next_question(child, exploited, Context(age=15)) is None


def test_unknown_and_declined_are_not_asked_again():
    said = {"ex_hours": Answer.UNKNOWN, "ex_salary": Answer.DECLINED}
    assert not set(said) & set(questions.undecided(ADULT, said, Context(age=30)))


def test_questions_that_do_not_fit_the_person_are_not_asked():
    needs = PACKS["urgent-needs"]
    assert "un_child_alone" in questions.undecided(needs, {}, Context())
    assert "un_child_alone" not in questions.undecided(needs, {}, Context(age=18))


def test_triage_is_asked_in_the_packs_own_order():
    needs = PACKS["urgent-needs"]
    assert questions.undecided(needs, {}, Context()) == tuple(each.id for each in needs.indicators)


def test_the_least_that_makes_a_possible_victim_takes_few_questions():
    yes = dict.fromkeys(ADULT.by_id, Answer.YES)
    assert len(interview(ADULT, yes, Context(age=30))) <= 8
