import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import packs_at_random as at_random
from manumit.indicators import engine, pack
from manumit.indicators.engine import Answer, Context

PACKS = pack.load_all()
ADULT, CHILD = PACKS["delphi-labour-adult"], PACKS["delphi-labour-child"]
PROPERTY = settings(max_examples=150, deadline=None)


def by_strength(one, dimension):
    groups = {"strong": [], "medium": [], "weak": []}
    for each in one.indicators:
        if each.dimension == dimension:
            groups[each.strength.value].append(each.id)
    return groups


def said_yes(ids):
    return dict.fromkeys(ids, Answer.YES)


def completions(one, answers, context):
    """Every way in which the open questions that fit the person can still be answered."""
    free = [each.id for each in one.applicable(context) if each.id not in answers]
    for values in product((Answer.NO, Answer.YES), repeat=len(free)):
        yield answers | dict(zip(free, values, strict=True))


# The rule of the Delphi survey, written a second time and differently


def delphi_positive(strong, medium, weak):
    if strong >= 2:
        return True
    if strong == 1:
        return medium + weak >= 1
    return medium >= 3 or (medium == 2 and weak >= 1)


@pytest.mark.parametrize("one", [ADULT, CHILD], ids=["adult", "child"])
@pytest.mark.parametrize("index", range(6))
def test_a_dimension_is_positive_exactly_as_the_survey_says(one, index):
    dimension = one.dimensions[index].id
    groups = by_strength(one, dimension)
    for s, m, w in product(*(range(len(groups[k]) + 1) for k in ("strong", "medium", "weak"))):
        ids = groups["strong"][:s] + groups["medium"][:m] + groups["weak"][:w]
        found = engine.find(one, said_yes(ids), Context(age=30)).dimensions[index]
        assert found.positive is delphi_positive(s, m, w), (s, m, w)
        assert bool(found.rule) is found.positive
        assert (found.strong, found.medium, found.weak) == (s, m, w)


@pytest.mark.parametrize(
    ("signs", "positive"),
    [((2, 0, 0), True), ((1, 1, 0), True), ((1, 0, 1), True), ((0, 3, 0), True),
     ((0, 2, 1), True), ((1, 0, 0), False), ((0, 2, 0), False), ((0, 1, 1), False),
     ((0, 0, 1), False), ((0, 0, 0), False)],
)  # fmt: skip
def test_the_five_ways_to_be_positive_and_their_neighbours(signs, positive):
    assert delphi_positive(*signs) is positive
    groups = by_strength(ADULT, "coercion")
    ids = [
        i for k, n in zip(("strong", "medium", "weak"), signs, strict=True) for i in groups[k][:n]
    ]
    found = engine.find(ADULT, said_yes(ids), Context(age=30))
    assert next(d for d in found.dimensions if d.id == "coercion").positive is positive


def expected(positive, child, no_act):
    """The combination, in the words of the standard, and the classes between."""
    deceived, forced, abused, exploited, held, _ = positive
    if exploited and ((child and not no_act) or ((deceived or forced or abused) and held)):
        return "possible-victim"
    if exploited and child:
        return "exploited-child"
    if exploited and deceived:
        return "deceived-and-exploited"
    if exploited and held:
        return "exploited-under-coercion"
    if exploited:
        return "exploited"
    return "warning-signs" if deceived or forced or held else "no-finding"


@pytest.mark.parametrize(
    ("one", "context", "child"),
    [
        (ADULT, Context(age=30), False),
        (ADULT, Context(), False),
        (ADULT, Context(age=17), True),
        (ADULT, Context(minor=True), True),
        (CHILD, Context(age=17), True),
        (CHILD, Context(), True),
        (CHILD, Context(age=18), False),
        (CHILD, Context(minor=False), False),
    ],
)
@pytest.mark.parametrize("tags", [frozenset(), frozenset({"no_act"})])
def test_all_64_combinations_of_dimensions(one, context, child, tags):
    person = Context(age=context.age, minor=context.minor, tags=tags)
    for positive in product((False, True), repeat=6):
        ids = []
        for dimension, wanted in zip(one.dimensions, positive, strict=True):
            groups = by_strength(one, dimension.id)
            ids += (groups["strong"] + groups["medium"])[: 4 if wanted else 0]
        found = engine.find(one, said_yes(ids), person)
        assert tuple(each.positive for each in found.dimensions) == positive
        assert found.outcome == expected(positive, child, bool(tags)), positive
        assert found.possible_victim is (found.outcome == "possible-victim")


def test_under_18_the_means_test_falls_away_and_only_then():
    exploited = said_yes(["ex_hours", "ex_salary"])
    for one in (ADULT, CHILD):
        assert engine.find(one, exploited, Context(age=17)).possible_victim
        assert not engine.find(one, exploited, Context(age=18)).possible_victim


def test_age_unknown_shows_what_being_a_child_would_change():
    found = engine.find(ADULT, said_yes(["ex_hours", "ex_salary"]), Context())
    assert engine.Change((), "possible-victim", if_minor=True) in found.would_change
    known = engine.find(ADULT, said_yes(["ex_hours", "ex_salary"]), Context(age=30))
    assert not any(change.if_minor for change in known.would_change)


def test_the_wrong_pack_for_the_age_says_which_one_fits():
    assert "delphi-labour-child" in engine.find(ADULT, {}, Context(age=12)).better_pack
    assert "delphi-labour-adult" in engine.find(CHILD, {}, Context(age=40)).better_pack
    assert engine.find(ADULT, {}, Context()).better_pack == ""


def test_reasons_carry_strength_source_and_whether_they_were_seen():
    found = engine.find(
        ADULT, {"ex_hours": Answer.YES, "ex_hazard": Answer.OBSERVED}, Context(age=30)
    )
    assert [(r.indicator, r.strength.value, r.observed) for r in found.reasons] == [
        ("ex_hours", "strong", False),
        ("ex_hazard", "medium", True),
    ]
    assert all("WCMS_105023" in reason.source for reason in found.reasons)
    assert {reason.source_status.value for reason in found.reasons} == {"secondary"}
    assert found.outcome == "exploited"
    assert [d.id for d in found.dimensions if d.decisive] == ["exploitation"]
    assert found.rests_on == ("ex_hours", "ex_hazard")


def test_unknown_and_declined_are_no_sign_and_are_shown():
    answers = {"ex_hours": Answer.YES, "ex_salary": Answer.UNKNOWN, "ex_living": Answer.DECLINED}
    found = engine.find(ADULT, answers, Context(age=30))
    assert found.outcome == "no-finding"
    assert found.unknown == ("ex_salary",)
    assert found.declined == ("ex_living",)
    assert len(found.unanswered) == 64
    assert "ex_salary" not in found.unanswered


def test_an_answer_that_does_not_fit_the_person_is_set_aside_and_shown():
    found = engine.find(PACKS["urgent-needs"], {"un_child_alone": Answer.YES}, Context(age=40))
    assert found.set_aside == ("un_child_alone",)
    assert found.outcome == "no-urgent-need"
    assert found.reasons == ()


def test_an_unknown_indicator_is_refused():
    with pytest.raises(engine.BadAnswers, match="ex_hours"):
        engine.find(ADULT, {"ex_hour": Answer.YES}, Context())


@PROPERTY
@given(data=st.data())
def test_no_finding_of_any_pack_ever_says_actual_victim(data):
    one = data.draw(st.sampled_from(list(PACKS.values())))
    answers, context = data.draw(at_random.answered(one))
    told = json.dumps(engine.find(one, answers, context).as_dict()).lower()
    assert "actual" not in told
    assert "traffickingstatus" not in told


@PROPERTY
@given(data=st.data())
def test_a_finding_survives_json_in_every_language(data):
    one = data.draw(st.sampled_from(list(PACKS.values())))
    answers, context = data.draw(at_random.answered(one))
    found = engine.find(one, answers, context)
    for lang in ("en", "fr", "ar", "ckb", "xx"):
        told = found.as_dict(lang)
        assert json.loads(json.dumps(told)) == told
        assert told["title"]


@PROPERTY
@given(data=st.data())
def test_settled_means_that_no_completion_changes_outcome_or_advice(data):
    one = data.draw(at_random.packs())
    answers, context = data.draw(at_random.answered(one))
    results = {engine.decide(one, each, context) for each in completions(one, answers, context)}
    assert engine.find(one, answers, context).settled is (len(results) == 1)


@PROPERTY
@given(data=st.data())
def test_what_would_change_it_is_complete_true_and_shortest(data):
    one = data.draw(at_random.packs())
    answers, context = data.draw(at_random.answered(one))
    found = engine.find(one, answers, context)
    open_again = {k: v for k, v in answers.items() if v.counts or v is Answer.NO}
    fewest = {}
    for each in completions(one, open_again, context):
        outcome = engine.decide(one, each, context).outcome
        price = sum(v.counts for v in each.values()) - sum(v.counts for v in open_again.values())
        fewest[outcome] = min(price, fewest.get(outcome, 99))
    fewest.pop(found.outcome)
    told = [change for change in found.would_change if not change.if_minor]
    assert {change.outcome: len(change.answers) for change in told} == fewest
    for change in told:
        with_them = answers | said_yes(change.answers)
        assert engine.find(one, with_them, context).outcome == change.outcome


@PROPERTY
@given(data=st.data())
def test_it_rests_on_the_signs_whose_withdrawal_changes_the_outcome(data):
    one = data.draw(at_random.packs())
    answers, context = data.draw(at_random.answered(one))
    found = engine.find(one, answers, context)
    for key in answers:
        if answers[key].counts and key not in found.set_aside:
            without = engine.find(one, answers | {key: Answer.NO}, context)
            assert (key in found.rests_on) is (without.outcome != found.outcome)


@PROPERTY
@given(data=st.data())
def test_the_finding_depends_on_nothing_but_the_answers(data):
    one = data.draw(st.sampled_from(list(PACKS.values())))
    answers, context = data.draw(at_random.answered(one))
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    assert engine.find(one, shuffled, context) == engine.find(one, answers, context)
    same = {key: Answer.YES if value.counts else Answer.NO for key, value in answers.items()}
    assert engine.decide(one, same, context) == engine.decide(one, answers, context)
