"""The pages of a screening: never more than twelve, and nothing asked that cannot matter."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.cases import interview, profiles
from manumit.indicators import engine, pack, questions

PACKS = pack.load_all()
ADDED = {
    True: ("sexual-exploitation-child",),
    False: ("sexual-exploitation-adult",),
    None: ("sexual-exploitation-child",),
}
CONTEXTS = {
    True: engine.Context(minor=True),
    False: engine.Context(age=30, minor=False),
    None: engine.Context(),
}


def asked(minor: bool | None, added: bool = False) -> list[pack.Pack]:
    names = profiles.packs_for("gate", minor, ADDED[minor] if added else ())
    return [PACKS[name] for name in names]


def walk(packs, context, answer):
    """Go through a screening as a person does; return the pages and all answers."""
    by_id = {known.id: known for known in packs}
    given: dict[str, dict[str, engine.Answer]] = {known.id: {} for known in packs}
    pages, at = [], ""
    while theme := interview.following(at, packs, given, context):
        pages.append(theme.id)
        for question in interview.page(theme, by_id, given, context):
            said = answer(question)
            if said:
                given[question.pack][question.indicator.id] = said
        at = theme.id
    return pages, given


@pytest.mark.parametrize("minor", [True, False, None])
@pytest.mark.parametrize("added", [False, True])
@pytest.mark.parametrize("always", [*engine.Answer, None])
def test_a_screening_has_at_most_twelve_pages(minor, added, always):
    packs = asked(minor, added)
    pages, _ = walk(packs, CONTEXTS[minor], lambda question: always)
    assert len(pages) == len(set(pages))
    assert interview.FIXED_PAGES + len(pages) <= 12
    assert interview.most_pages(packs, [CONTEXTS[minor]]) <= 12


@pytest.mark.parametrize("minor", [True, False, None])
def test_saying_nothing_at_all_shows_every_page(minor):
    packs = asked(minor)
    pages, _ = walk(packs, CONTEXTS[minor], lambda question: None)
    assert pages == [theme.id for theme in interview.themes(packs, CONTEXTS[minor])]


def test_an_optional_pack_shares_the_pages_of_the_same_dimension():
    plain = interview.themes(asked(False), CONTEXTS[False])
    more = interview.themes(asked(False, added=True), CONTEXTS[False])
    assert [theme.id for theme in plain] == [theme.id for theme in more]
    both = next(theme for theme in more if theme.id == "exploitation")
    assert {name for name, _ in both.pairs} == {"delphi-labour-adult", "sexual-exploitation-adult"}


def test_the_urgent_needs_come_first_on_one_page():
    first, second = interview.themes(asked(False), CONTEXTS[False])[:2]
    assert (first.id, second.id) == ("urgent-needs", "conflict-context")
    assert len(first.pairs) == len(PACKS["urgent-needs"].dimensions)


@settings(max_examples=60, deadline=None)
@given(
    minor=st.sampled_from([True, False, None]),
    answers=st.lists(st.sampled_from([*engine.Answer]), min_size=1, max_size=40),
)
def test_pages_left_out_cannot_change_a_finding(minor, answers):
    said = itertools.cycle(answers)
    packs, context = asked(minor), CONTEXTS[minor]
    _, given = walk(packs, context, lambda question: next(said))
    for known in packs:
        assert questions.undecided(known, given[known.id], context) == ()
        assert engine.find(known, given[known.id], context).settled


def test_an_answered_question_stays_on_its_page_to_be_mended():
    packs = asked(False)
    by_id = {known.id: known for known in packs}
    theme = interview.themes(packs, CONTEXTS[False])[0]
    given = {"urgent-needs": {"un_hurt": engine.Answer.NO}}
    shown = {q.indicator.id: q.answer for q in interview.page(theme, by_id, given, CONTEXTS[False])}
    assert shown["un_hurt"] is engine.Answer.NO
    assert shown["un_medicine"] is None


def test_a_theme_that_is_gone_starts_from_the_first_page():
    packs = asked(False)
    assert interview.following("no-such-theme", packs, {}, CONTEXTS[False]).id == "urgent-needs"


def test_without_consent_only_urgent_needs_are_asked():
    packs = asked(False)
    by_id = {known.id: known for known in packs}
    first, second, *rest = interview.themes(packs, CONTEXTS[False])
    assert all(q.asked for q in interview.page(first, by_id, {}, CONTEXTS[False], may_ask=False))
    for theme in (second, *rest):
        shown = interview.page(theme, by_id, {}, CONTEXTS[False], may_ask=False)
        assert all(not q.asked and q.indicator.observable for q in shown)
    after = interview.following(first.id, packs, {}, CONTEXTS[False], may_ask=False)
    assert after is not None
    assert after.id != second.id, "nothing on the second page can be seen without asking"
