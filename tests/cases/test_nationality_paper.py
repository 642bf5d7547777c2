"""The paper in two languages, and facts as they are kept: every State, and nothing private."""

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.cases import deadlines, nationality, nationality_facts, nationality_law
from manumit.cases import nationality_paper as paper
from manumit.cases import nationality_record as kept
from manumit.cases import nationality_steps as steps
from manumit.cases.nationality_facts import Document, Facts, Parent, Situation

STATES = sorted(nationality_law.states())
CODED = [s for s in STATES if nationality_law.read(s, "A01a", 2024).code != "NA"]
UNKNOWN = Parent(situations=frozenset({Situation.UNKNOWN}))
PRIVATE = [Parent(("SYR",), frozenset({s})) for s in sorted(nationality_facts.PRIVATE)]
PAIRS = [(a, b) for a in paper.LANGUAGES for b in paper.LANGUAGES if a != b]
SITUATIONS = sorted(set(Situation) - {Situation.NOT_GIVEN})
parents = st.builds(
    Parent,
    st.lists(st.sampled_from(STATES), max_size=2, unique=True).map(tuple),
    st.frozensets(st.sampled_from(SITUATIONS)),
    st.sampled_from(["", *STATES]),
)
anything = st.builds(
    Facts,
    st.sampled_from(STATES),
    st.integers(1950, 2035),
    parents,
    parents,
    st.sampled_from([True, False, None]),
    st.sampled_from([True, False, None]),
    st.none() | st.frozensets(st.sampled_from(STATES), max_size=2),
    st.frozensets(st.sampled_from(sorted(Document))),
)


def facts(**changed):
    given = {
        "born": "LBN", "year": 2024, "mother": Parent(("SYR",)), "father": UNKNOWN,
        "fled": frozenset({"SYR"}),
    }  # fmt: skip
    return Facts(**given | changed)


def words(sides):
    return json.dumps([dataclasses.asdict(side) for side in sides], ensure_ascii=False)


# --- every State --------------------------------------------------------------------------------
def test_there_are_191():
    assert len(CODED) == 191


@pytest.mark.parametrize("born", STATES)
def test_every_state_of_birth_makes_a_paper_and_duties(born):
    child = facts(born=born, fled=frozenset())
    sides = paper.sides(child, ("en", "ar"))
    finding = nationality.decide(child)
    told = finding.for_authority()
    rows = [row for side in sides for part in side.parts if part["kind"] == "rows"
            for row in part["rows"]]  # fmt: skip
    shown = [one for one in (*told["laws"], *told["safeguards"])
             if one["effect"] != "does not apply"]  # fmt: skip
    assert len(rows) == 2 * (5 + len(shown))
    for one in shown:
        assert f"{one['law']['mode']}={one['law']['code']}" in words(sides)
    assert "GLOBALCIT" in words(sides)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    seen = at - timedelta(days=9)
    for kind, starts in kept.duties(finding.steps, seen, at).items():
        assert starts == (at if kind == "nat_look_again" else seen)
        rule = deadlines.rule(kind, at.date())
        assert rule.source
        assert rule.hours > 0
        assert deadlines.label(kind) != kind


def test_every_mothers_state_makes_a_paper():
    for state in STATES:
        child = facts(mother=Parent((state,)), born="FRA", fled=frozenset())
        assert len(paper.sides(child, ("fr", "ckb"))) == 2


def test_every_code_of_the_table_has_words_in_every_language():
    for code in nationality_law.codes()["code"]:
        for mode in code["modes"]:
            limit = paper.limit(mode, code["code"])
            assert limit != "unread"
            for language in paper.LANGUAGES:
                assert paper.texts()[language]["limits"][limit]
    assert paper.limit("A01a", "NA") == "unread"


# --- nothing private ----------------------------------------------------------------------------
@pytest.mark.parametrize("father", PRIVATE, ids=nationality_facts.parent_words)
def test_a_father_of_whom_something_is_known_and_an_unknown_one_are_the_same(father):
    for languages in PAIRS:
        assert paper.sides(facts(father=father), languages) == paper.sides(facts(), languages)


def test_nothing_of_flight_or_of_not_being_married_is_on_it():
    one = paper.sides(facts(), ("en", "fr"))
    for other in (facts(fled=frozenset({"SYR", "IRQ"})), facts(married=False)):
        assert paper.sides(other, ("en", "fr")) == one


FORBIDDEN = re.compile(
    r"armed|fled|flight|missing|died|unwilling|unable|concei|violen|assault|rape|trafficking"
    r"|illegitima|combatant|terror|risk",
    re.IGNORECASE,
)


@settings(max_examples=120, deadline=None)
@given(anything)
def test_no_forbidden_word_is_ever_on_a_paper(child):
    if paper.why_not(child, ("en", "fr")):
        return
    english = paper.sides(child, ("en", "fr"))[0]
    assert not FORBIDDEN.search(words([english]))


@settings(max_examples=120, deadline=None)
@given(anything)
def test_no_paper_for_a_state_that_must_not_be_contacted(child):
    if nationality.why_not(child):
        return
    refused = paper.why_not(child, ("en", "fr"))
    if child.born in steps.not_to_contact(child):
        assert refused
        with pytest.raises(ValueError, match="Cure"):
            paper.sides(child, ("en", "fr"))
    else:
        assert not refused
    if steps.not_to_contact(child):
        assert paper.why_not_send(child, embassy=True)


def test_it_asks_for_the_nationality_to_stay_open_and_says_that_only_a_state_decides():
    said = words(paper.sides(facts(), ("en", "ar")))
    assert "not determined" in said
    assert "only a State can confirm" in said
    assert "غير محددة" in said


@pytest.mark.parametrize("languages", [("en", "en"), ("en", "xx"), ("xx", "en")])
def test_two_different_languages(languages):
    assert paper.why_not(facts(), languages)


def test_an_adult_who_may_be_involved_takes_nothing_home():
    assert paper.why_not(facts(), ("en", "fr"), guardian_implicated=True)
    assert not paper.why_not(facts(), ("en", "fr"))


def test_a_text_that_is_missing_is_named_with_its_language():
    with pytest.raises(paper.BadTexts, match=r"\[en\].*translation_status"):
        paper.parse('[en]\ntitle = "x"')
    with pytest.raises(paper.BadTexts, match="Mend the line"):
        paper.parse("=")


# --- as it is kept ------------------------------------------------------------------------------
@given(anything)
def test_facts_come_back_as_they_were_kept(child):
    assert kept.from_json(json.loads(json.dumps(kept.to_json(child)))) == child


def test_every_step_is_a_duty_or_a_rule():
    source = Path(steps.__file__).read_text()
    codes = set(re.findall(r'do\(\s*"([a-z-]+)"', source))
    assert codes == set(kept.KINDS) | kept.NO_DUTY
    assert len(set(kept.KINDS.values())) == len(kept.KINDS)
    assert all(len(kind) <= 30 for kind in kept.KINDS.values())
    assert nationality.ASKED.keys() <= set(kept.KINDS)


def test_what_is_kept_has_no_place_for_how_a_child_came_to_be():
    assert set(kept.to_json(facts())) == {
        *("born", "year", "mother", "father", "married", "registered", "fled", "documents")
    }
    assert set(kept.to_json(facts())["mother"]) == {"nationalities", "situations", "born"}
