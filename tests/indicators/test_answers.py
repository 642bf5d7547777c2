import pytest

from manumit.indicators import answers, parts


@pytest.mark.parametrize(
    ("age", "minor", "is_minor", "years"),
    [
        (None, None, None, (0, 130)),
        (17, None, True, (17, 17)),
        (18, None, False, (18, 18)),
        (15, False, True, (15, 15)),  # an age under 18 wins over a tick
        (20, True, True, (0, 20)),  # an age in doubt: treated as a child
        (None, True, True, (0, 17)),
        (None, False, False, (18, 130)),
        (0, None, True, (0, 0)),
    ],
)
def test_who_counts_as_a_child(age, minor, is_minor, years):
    context = answers.Context(age=age, minor=minor)
    assert context.is_minor is is_minor
    assert context.years() == years


@pytest.mark.parametrize("age", [-1, 131, 1000])
def test_an_impossible_age_is_refused(age):
    with pytest.raises(answers.BadAnswers, match="is not an age"):
        answers.Context(age=age)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"qq1": "yes"}, 'Did you mean "q1"'),
        ({"zzz": "yes"}, "no such indicator"),
        ({"q1": "Yes"}, "is not an answer"),
        ({"q1": True}, "is not an answer"),
        ({"q1": None}, "is not an answer"),
        ({"q1": ["yes"]}, "is not an answer"),
    ],
)
def test_answers_that_cannot_be_read_name_the_cure(raw, said):
    with pytest.raises(answers.BadAnswers, match=said) as caught:
        answers.read(raw, ("q1", "q2"))
    assert "Cure:" in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [{"age": "17"}, {"age": True}, {"age": 17.5}, {"minor": "no"}, {"tags": "x"}, {"sex": "f"}],
)
def test_a_context_that_cannot_be_read_is_refused(raw):
    with pytest.raises(answers.BadAnswers, match=r"^context\."):
        answers.read_context(raw)


def test_yes_and_observed_are_signs_and_nothing_else_is():
    assert {each for each in answers.Answer if each.counts} == {"yes", "observed"}


def test_an_indicator_for_children_is_asked_while_the_age_is_unknown():
    fit = parts.Applicability(max_age=17)
    assert fit.fits(answers.Context())
    assert fit.fits(answers.Context(minor=True))
    assert not fit.fits(answers.Context(minor=False))
    assert not fit.fits(answers.Context(age=18))


def test_tags_must_be_set_or_absent():
    fit = parts.Applicability(tags=frozenset({"camp"}), not_tags=frozenset({"sea"}))
    assert fit.fits(answers.Context(tags=frozenset({"camp", "other"})))
    assert not fit.fits(answers.Context())
    assert not fit.fits(answers.Context(tags=frozenset({"camp", "sea"})))
