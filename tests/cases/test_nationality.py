"""The rules over every State of the table, the two views, and what must never be said."""

import dataclasses
import itertools
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import nationality
from manumit.cases import nationality_facts as facts_of
from manumit.cases import nationality_law as law
from manumit.cases import nationality_steps as steps
from manumit.cases.nationality_claim import SAFEGUARDS, Basis, Effect
from manumit.cases.nationality_facts import Document, Facts, Parent, Situation

CODED = sorted(s for s in law.states() if law.read(s, "A01a", 2024).code != law.NOT_CODED)
UNKNOWN = Parent(situations=frozenset({Situation.UNKNOWN}))
STATELESS = Parent(situations=frozenset({Situation.STATELESS}))
SYRIAN = Parent(("SYR",))


def parent(*nationalities, born="", **situations):
    return Parent(nationalities, frozenset(situations.get("being", ())), born)


def facts(born="SYR", year=2024, mother=SYRIAN, father=UNKNOWN, **rest):
    return Facts(born, year, mother, father, **rest)


def claim(finding, basis, state=""):
    return next(c for c in finding.claims if c.basis is basis and (not state or c.state == state))


def check(finding):
    """What holds for every finding."""
    assert {c.basis for c in finding.claims} >= {
        Basis.TERRITORY, Basis.SECOND_GENERATION, Basis.FOUND, Basis.OTHERWISE_STATELESS,
    }  # fmt: skip
    for one in finding.claims:
        assert one.mode in law.MODES
        assert one.code == law.read(one.state, one.mode, one.year).code
        assert one.source == law.source()
        assert one.words
        assert one.words != law.UNREAD
        if one.effect is Effect.OPEN:
            assert one.year == finding.facts.year
        if one.code == law.NOT_CODED:
            assert one.effect in (Effect.NOT_DETERMINED, Effect.NOT_APPLICABLE)
    assert finding.reasons
    assert all(step.source and step.words for step in finding.steps)
    assert all(reason.source and reason.words for reason in finding.reasons)
    worker, authority = finding.for_worker(), finding.for_authority()
    assert worker["nationality"] == authority["nationality"] == "not determined"
    assert [step["order"] for step in worker["steps"]] == list(range(1, len(worker["steps"]) + 1))
    json.dumps([worker, authority])


def test_the_table_has_191_states_in_2024():
    assert len(CODED) == 191


PARENTS = [
    *[Parent((), frozenset({s})) for s in Situation if s is not Situation.NOT_GIVEN],
    SYRIAN,
    parent("SYR", being={Situation.ARMED_GROUP}),
    parent("SYR", "IRQ"),
]


@pytest.mark.parametrize("father", PARENTS, ids=facts_of.parent_words)
def test_every_state_of_birth_gives_an_answer(father):
    for born in law.states():
        for mother in (Parent((born,)), SYRIAN, UNKNOWN, STATELESS):
            check(nationality.decide(facts(born, 2024, mother, father)))


def test_every_mothers_state_gives_an_answer_at_home_and_abroad():
    for state, home in itertools.product(law.states(), (True, False)):
        born = state if home else "FRA"
        finding = nationality.decide(facts(born, 2024, Parent((state,)), Parent((state,))))
        check(finding)
        assert claim(finding, Basis.MOTHER).mode == ("A01a" if born == state else "A01b")


parents = st.builds(
    Parent,
    st.lists(st.sampled_from(sorted(law.states())), max_size=3, unique=True).map(tuple),
    st.frozensets(st.sampled_from(sorted(set(Situation) - {Situation.NOT_GIVEN}))),
    st.sampled_from(["", *sorted(law.states())]),
)
anything = st.builds(
    Facts,
    st.sampled_from(sorted(law.states())),
    st.integers(1950, 2035),
    parents,
    parents,
    st.sampled_from([True, False, None]),
    st.sampled_from([True, False, None]),
    st.none() | st.frozensets(st.sampled_from(sorted(law.states())), max_size=3),
    st.frozensets(st.sampled_from(sorted(Document))),
)


@given(anything)
def test_anything_is_answered_or_refused_with_its_cure(child):
    problem = nationality.why_not(child)
    if problem:
        assert "Cure: " in problem
        with pytest.raises(ValueError, match=re.escape(problem)):
            nationality.decide(child)
        return
    check(nationality.decide(child))


def test_an_unknown_code_of_the_table_is_not_guessed(monkeypatch):
    reading = law.Reading("9", 2024, exact=True)
    monkeypatch.setattr(law, "read", lambda *_: reading)
    for basis in (
        Basis.MOTHER,
        Basis.TERRITORY,
        Basis.SECOND_GENERATION,
        Basis.OTHERWISE_STATELESS,
    ):
        found = claim(nationality.decide(facts()), basis)
        assert found.effect is Effect.NOT_DETERMINED, basis


def test_a_syrian_mother_abroad_with_the_father_unknown_is_at_high_risk():
    finding = nationality.decide(facts("LBN", 2024))
    through = claim(finding, Basis.MOTHER)
    assert (through.mode, through.code, through.year) == ("A01b", "4", 2024)
    assert through.effect is Effect.EXCEPTION
    assert claim(finding, Basis.OTHERWISE_STATELESS).effect is Effect.CONDITIONAL
    assert finding.level is steps.Level.HIGH
    assert any("fathers, not mothers" in reason.words for reason in finding.reasons)


def test_an_article_opens_the_mothers_way_only_for_its_own_case():
    at_home = claim(nationality.decide(facts("SYR")), Basis.MOTHER)
    assert at_home.effect is Effect.CONDITIONAL
    assert "father is unknown" in at_home.condition
    father = Parent((), frozenset({Situation.MISSING}))
    missing = claim(nationality.decide(facts("SYR", father=father)), Basis.MOTHER)
    assert missing.effect is Effect.EXCEPTION


def test_the_father_passes_it_on_when_descent_is_proven():
    unproven = nationality.decide(facts("LBN", father=SYRIAN))
    assert claim(unproven, Basis.FATHER).effect is Effect.CONDITIONAL
    assert Document.DESCENT_FATHER in unproven.missing
    proven = facts("LBN", father=SYRIAN, documents=frozenset({Document.DESCENT_FATHER}))
    assert claim(nationality.decide(proven), Basis.FATHER).effect is Effect.OPEN
    married = facts("LBN", father=SYRIAN, married=True)
    assert claim(nationality.decide(married), Basis.FATHER).effect is Effect.OPEN
    gone = facts("LBN", father=parent("SYR", being={Situation.MISSING}), married=True)
    finding = nationality.decide(gone)
    assert claim(finding, Basis.FATHER).effect is Effect.CONDITIONAL
    assert finding.level is steps.Level.HIGH


def test_marriage_matters_where_the_code_says_so():
    state = next(s for s in CODED if law.read(s, "A01b", 2024).code == "3")
    for married, effect in (
        (True, Effect.OPEN),
        (False, Effect.CONDITIONAL),
        (None, Effect.CONDITIONAL),
    ):
        finding = nationality.decide(facts("LBN", mother=Parent((state,)), married=married))
        assert claim(finding, Basis.MOTHER).effect is effect


def test_foundling_rules_are_for_children_of_unknown_parents():
    found = nationality.decide(facts("LBN", mother=UNKNOWN))
    assert claim(found, Basis.FOUND).effect is Effect.OPEN
    assert Document.FOUND_RECORD in found.missing
    assert found.level is steps.Level.RAISED
    known = nationality.decide(facts("LBN"))
    assert claim(known, Basis.FOUND).effect is Effect.NOT_APPLICABLE


def test_where_there_is_no_safeguard_unhcr_is_told():
    finding = nationality.decide(facts("JOR"))
    assert claim(finding, Basis.OTHERWISE_STATELESS).effect is Effect.CLOSED
    codes = [step.code for step in finding.steps]
    assert "tell-unhcr" in codes
    assert "use-safeguard" not in codes


def test_birth_on_the_territory_is_open_and_lowers_the_risk():
    finding = nationality.decide(facts("BRA", registered=True, fled=frozenset({"SYR"})))
    assert claim(finding, Basis.TERRITORY).effect is Effect.OPEN
    assert finding.level is steps.Level.LOW
    unregistered = nationality.decide(facts("BRA", registered=False))
    assert unregistered.level is steps.Level.RAISED


def test_a_second_generation_needs_a_parent_born_there():
    for born, effect in (("", Effect.CONDITIONAL), ("FRA", Effect.OPEN)):
        finding = nationality.decide(facts("FRA", mother=Parent(("SYR",), born=born)))
        assert claim(finding, Basis.SECOND_GENERATION).effect is effect
    elsewhere = facts("FRA", mother=parent("SYR", born="SYR"), father=parent("SYR", born="SYR"))
    assert claim(nationality.decide(elsewhere), Basis.SECOND_GENERATION).effect is Effect.CLOSED


@pytest.mark.parametrize("year", [1975, 2019, 2025, 2031])
def test_a_year_outside_the_table_is_not_determined_and_shows_the_nearest(year):
    finding = nationality.decide(facts("BRA", year, father=SYRIAN, married=True))
    for one in finding.claims:
        if one.effect is Effect.NOT_APPLICABLE:
            continue
        assert one.effect is Effect.NOT_DETERMINED
        assert one.year == (2020 if year < 2020 else 2024)
        assert f"no law for {year}" in one.notes[0]
    assert finding.level is steps.Level.NOT_DETERMINED


def test_a_law_that_changed_in_the_year_of_birth_is_not_determined():
    changed = [
        (state, year, mode)
        for state in CODED
        for year in range(2020, 2024)
        for mode in ("A02a", "A03b")
        if law.read(state, mode, year).later != law.read(state, mode, year).code
    ]
    assert changed
    for state, year, mode in changed:
        basis = Basis.TERRITORY if mode == "A02a" else Basis.OTHERWISE_STATELESS
        one = claim(nationality.decide(facts(state, year)), basis)
        assert one.effect is Effect.NOT_DETERMINED
        assert f"changed during {year}" in one.notes[0]


def test_two_sources_that_disagree_stand_side_by_side():
    disagree = set()
    for state in CODED:
        finding = nationality.decide(facts("FRA", mother=Parent((state,))))
        for both in finding.seconds:
            told = finding.for_worker()["second_sources"][0]
            assert len({said["source"] for said in told["says"]}) == 2
            assert told["agree"] is both.agree
            if not both.agree:
                disagree.add(both.state)
                assert claim(finding, Basis.MOTHER).effect is not Effect.OPEN
    assert disagree == {"BRB", "BRN", "BDI", "TGO"}


def test_stateless_parents_pass_nothing_on_and_are_a_reason():
    finding = nationality.decide(facts("AZE", mother=STATELESS, father=STATELESS))
    assert not [c for c in finding.claims if c.basis in (Basis.MOTHER, Basis.FATHER)]
    assert any("stateless" in reason.words for reason in finding.reasons)
    assert Document.PARENT_STATELESS in finding.missing


# What nobody but the worker may see.

PRIVATE_FATHERS = [
    Parent(nationalities, frozenset(situations), born)
    for nationalities in ((), ("SYR",), ("IRQ", "SYR"))
    for born in ("", "SYR")
    for situations in (
        *({one} for one in facts_of.PRIVATE),
        {Situation.MISSING, Situation.ARMED_GROUP},
        {Situation.DIED, Situation.UNWILLING},
    )
]


@pytest.mark.parametrize("married", [True, False, None])
@pytest.mark.parametrize("born", ["LBN", "SYR", "FRA", "BRA", "AZE", "MDV"])
def test_an_authority_cannot_tell_what_is_known_of_a_father(born, married):
    shown = {
        json.dumps(nationality.decide(facts(born, father=father, married=married)).for_authority())
        for father in (UNKNOWN, *PRIVATE_FATHERS)
    }
    assert len(shown) == 1


def test_an_authority_cannot_tell_what_is_known_of_a_mother():
    for nationalities in (("SYR",), ()):
        beings = (
            {Situation.MISSING},
            {Situation.ARMED_GROUP},
            {Situation.DIED},
            {Situation.UNABLE},
        )
        mothers = [parent(*nationalities, being=being) for being in beings]
        mothers.append(Parent(nationalities) if nationalities else UNKNOWN)
        shown = {
            json.dumps(nationality.decide(facts("LBN", mother=m, father=SYRIAN)).for_authority())
            for m in mothers
        }
        assert len(shown) == 1


def test_an_authority_is_told_nothing_of_flight_or_of_not_being_married():
    shown = {
        json.dumps(nationality.decide(facts("LBN", father=SYRIAN, **rest)).for_authority())
        for rest in (
            {},
            {"married": False},
            {"fled": frozenset({"SYR"})},
            {"fled": frozenset(), "married": False},
        )
    }
    assert len(shown) == 1


FORBIDDEN = re.compile(
    r"armed|group|fled|flight|missing|died|unwilling|unable|concei|violen|assault|rape|trafficking"
    r"|wedlock|not married|illegitima|combatant|terror|risk|out of marriage",
    re.IGNORECASE,
)


def values(thing):
    if isinstance(thing, dict):
        for one in thing.values():
            yield from values(one)
    elif isinstance(thing, list):
        for one in thing:
            yield from values(one)
    else:
        yield str(thing)


@given(anything)
def test_no_forbidden_fact_reaches_an_authority_or_the_child(child):
    if nationality.why_not(child):
        return
    shown = nationality.decide(child).for_authority()
    about_the_law = {"law", "condition", "notes"}
    for one in (*shown["laws"], *shown["safeguards"]):
        for key in about_the_law:
            one.pop(key)  # what a law says of everybody, the same for every child
    assert not [text for text in values(shown) if FORBIDDEN.search(text)]
    assert not {"risk", "steps", "do_not_contact", "second_sources", "articles"} & set(shown)


def test_there_is_no_place_to_record_how_a_child_came_to_be():
    assert {f.name for f in dataclasses.fields(Facts)} == {
        "born", "year", "mother", "father", "married", "registered", "fled", "documents",
    }  # fmt: skip
    assert {f.name for f in dataclasses.fields(Parent)} == {"nationalities", "situations", "born"}
    words = [*facts_of.SITUATION_LABELS.values(), *facts_of.DOCUMENT_LABELS.values()]
    assert not [w for w in words if re.search("concei|violen|assault|rape|force", w, re.IGNORECASE)]


# Nobody is sent to the authorities they fled.


@given(anything)
def test_no_step_sends_anybody_to_a_state_that_must_not_be_contacted(child):
    if nationality.why_not(child):
        return
    finding = nationality.decide(child)
    avoid = steps.not_to_contact(child)
    assert set(child.fled or ()) <= set(avoid)
    sending = [s for s in finding.steps if s.code != "do-not-contact"]
    for step in sending:
        for state in avoid:
            if law.label(state) in step.words:
                assert step.words.startswith("Ask a lawyer or UNHCR")
    if avoid:
        assert finding.steps[0].code == "do-not-contact"
        assert all(law.label(state) in finding.steps[0].words for state in avoid)


def test_until_flight_is_recorded_every_home_state_counts_as_fled():
    assert steps.not_to_contact(facts("LBN", father=Parent(("IRQ",)))) == ("IRQ", "SYR")
    asked = facts("LBN", father=Parent(("IRQ",)), fled=frozenset())
    assert steps.not_to_contact(asked) == ()
    confirm = [s for s in nationality.decide(asked).steps if s.code == "ask-for-confirmation"]
    assert "IRQ (Iraq)" in confirm[0].words
    private = facts("LBN", father=parent("IRQ", being={Situation.ARMED_GROUP}), fled=frozenset())
    assert steps.not_to_contact(private) == ("IRQ", "SYR")


def test_papers_are_not_shown_to_a_state_that_was_fled():
    assert "fled" in steps.why_not_show(facts("SYR", fled=frozenset({"SYR"})))
    assert "record which States were fled" in steps.why_not_show(facts("SYR"))
    assert steps.why_not_show(facts("LBN", fled=frozenset({"SYR"}))) == ""
    assert steps.why_not_show(facts("SYR", fled=frozenset())) == ""
    register = next(
        s
        for s in nationality.decide(facts("SYR", fled=frozenset({"SYR"}))).steps
        if s.code == "register-birth"
    )
    assert "safely" in register.words


def test_norms_have_their_status_and_claim_no_party():
    told = nationality.decide(facts()).for_worker()["norms"]
    assert [norm["id"] for norm in told] == ["crc-7", "1961-1", "1961-2", "1961-4"]
    for norm in told:
        assert norm["status"] in ("verified", "secondary", "pending")
        assert norm["year"]
        assert norm["source"]
        assert norm["party"] == "not determined"


def test_safeguards_are_the_two_rules_of_the_state_of_birth():
    finding = nationality.decide(facts("LBN"))
    told = finding.for_worker()["safeguards"]
    assert [(one["state"], one["law"]["mode"]) for one in told] == [
        ("LBN", "A03a"),
        ("LBN", "A03b"),
    ]
    assert {c.basis for c in finding.claims if c.mode.startswith("A03")} == SAFEGUARDS
