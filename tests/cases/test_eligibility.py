"""State support: worked examples of each programme, and what is not known is never a no."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import eligibility

ON = date(2026, 11, 22)
SURVIVOR = {
    "status": "PossibleVictimOfTrafficking",
    "group": "isil",
    "country": "IQ",
    "since": date(2014, 8, 15),
    "kinds": ["captivity", "sold"],
    "community": "yazidi",
    "sex": "female",
    "freed": "yes",
    "minor_then": "no",
    "nationality": ["IQ"],
}


def by_id(facts, on=ON):
    return {a.programme.id: a for a in eligibility.answers(facts, on)}


def test_a_survivor_of_2014_may_ask_by_the_survivors_law_and_says_why():
    said = by_id(SURVIVOR)["iq-survivors-8-2021"]
    assert said.result == "may_ask"
    assert all(reason.holds for reason in said.reasons)
    assert "article" in " ".join(reason.words for reason in said.reasons)
    assert said.papers == ("identity", "investigation")
    assert by_id(SURVIVOR | {"papers": ["identity"]})["iq-survivors-8-2021"].papers == (
        "investigation",
    )


def test_everybody_exploited_by_a_terrorist_group_is_a_victim_of_terrorism():
    for group in eligibility.load().groups:
        facts = {"status": "ActualVictimOfTrafficking", "group": group, "country": "ZZ"}
        assert by_id(facts)["un-2331"].result == "may_ask"
    man = {"group": "isil", "kinds": ["sexual_violence"], "sex": "male"}
    assert by_id(man)["un-2331"].result == "may_ask"


@pytest.mark.parametrize(
    ("change", "result"),
    [
        ({"community": None}, "missing"),
        ({"freed": "unknown"}, "missing"),
        ({"since": date(2014, 8, 2)}, "not_covered"),
        ({"since": date(2014, 8, 3)}, "may_ask"),
        ({"group": "boko_haram"}, "not_covered"),
        ({"sex": "male"}, "not_covered"),
        (
            {"sex": "male", "minor_then": "yes"},
            "may_ask",
        ),  # article 2, third: children of both sexes
        ({"sex": "male", "kinds": ["mass_killing"]}, "may_ask"),  # article 2, fourth
    ],
)
def test_the_survivors_law_case_by_case(change, result):
    assert by_id(SURVIVOR | change)["iq-survivors-8-2021"].result == result


def test_what_is_missing_is_named():
    said = by_id({"group": "isil", "country": "IQ"})["iq-survivors-8-2021"]
    assert said.result == "missing"
    assert set(said.missing) <= set(eligibility.FACTS)
    assert "community" in said.missing


def test_only_countries_that_matter_are_asked_and_a_country_without_data_is_not_determined():
    assert set(by_id(SURVIVOR)) == {"un-2331", "iq-survivors-8-2021", "iq-compensation-20-2009"}
    assert {a.programme.country for a in eligibility.answers({}, ON)} > {"", "IQ", "NG"}
    facts = {"country": "SY", "nationality": ["IQ", "SY"], "residence": "JO"}
    assert eligibility.not_determined(facts) == ("SY", "JO")


def test_a_programme_says_nothing_before_it_existed():
    assert "iq-survivors-8-2021" not in by_id(SURVIVOR, date(2021, 2, 28))
    assert "iq-survivors-8-2021" in by_id(SURVIVOR, date(2021, 3, 1))


FACT = st.one_of(st.none(), st.just("unknown"))


@given(st.dictionaries(st.sampled_from(sorted(eligibility.FACTS)), FACT))
def test_not_known_is_never_no(facts):
    for said in eligibility.answers(facts, ON):
        assert said.result is eligibility.Result.MISSING
        assert said.missing


@given(
    st.sets(st.sampled_from(sorted(SURVIVOR))),
    st.sampled_from(["iq-survivors-8-2021", "un-2331", "iq-compensation-20-2009"]),
)
def test_knowing_less_never_turns_a_yes_into_a_no(forgotten, programme):
    facts = SURVIVOR | {"kinds": ["captivity", "injury"]}
    assert by_id(facts)[programme].result == "may_ask"
    less = {k: v for k, v in facts.items() if k not in forgotten} | {"residence": "IQ"}
    assert by_id(less)[programme].result in {"may_ask", "missing"}


def test_every_entry_says_where_it_comes_from():
    known = eligibility.load()
    assert len({p.id for p in known.programmes}) == len(known.programmes) >= 7
    for programme in known.programmes:
        assert programme.source
        assert programme.source_status in {"verified", "secondary", "pending"}
        for path in programme.paths:
            for condition in path:
                if condition.fact == "group":
                    assert condition.any <= set(known.groups)
                if condition.fact == "kinds":
                    assert condition.any <= set(eligibility.KINDS)


GOOD = """[[programme]]
id = "a"
title = "a"
law = "a"
from = 2020-01-01
ask_at = "a"
mind = "a"
source = "a"
source_status = "pending"
[[programme.path]]
[[programme.path.condition]]
fact = "sex"
any = ["female"]
words = "a"
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "a"', "", "title"),
        ("pending", "sure", "source_status"),
        ("from = 2020-01-01", "", "from"),
        ('fact = "sex"', 'fact = "shoe"', "fact"),
        ('any = ["female"]', "", "any"),
        ('mind = "a"', 'mind = "a"\ngives = ["gold"]', "gold"),
        ("[[programme.path.condition]]", "[nothing]", "path"),
        ("id =", "id", "Mend"),
    ],
)
def test_a_bad_file_names_the_place(old, new, words):
    assert eligibility.parse(GOOD).programmes
    with pytest.raises(eligibility.BadProgrammes, match=words):
        eligibility.parse(GOOD.replace(old, new, 1))
