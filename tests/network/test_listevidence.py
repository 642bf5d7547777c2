"""Bits for and against: rare words say more, contradictions are not outvoted, near dates count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.core import birthdate, names, samename
from manumit.network import listevidence

RARE = listevidence.Rarity(10_000, {names.skeleton("common"): 3000, names.skeleton("rareword"): 1})


def bits(one, other):
    return listevidence.name(samename.between(one, other), RARE)


def test_rare_words_say_more():
    assert RARE.bits("rareword") > RARE.bits("common") + 5
    assert bits("Rareword Example", "Rareword Example") > bits("Common Example", "Common Example")


def test_less_with_each_flaw():
    whole = bits("Rareword Example", "Rareword Example")
    assert whole > bits("Rareword Exampel", "Rareword Example") > 0
    assert whole > bits("Rareword Example", "Rareword Amal Example")  # the asked name is shorter
    assert bits("Rareword Example", "Rareword Amal Example") > bits(
        "Rareword Amal Example", "Rareword Example"
    )
    assert bits("Rareword Example", "Rareword Omar") < 0.6 * bits("Rareword", "Rareword")


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=30), st.text(max_size=30))
def test_bounded(one, other):
    assert -80 < bits(one, other) <= listevidence.MOST_NAME


def births(one, other):
    found = listevidence.births(
        listevidence.days(birthdate.read(one)), listevidence.days(birthdate.read(other))
    )
    return found and found.bits


def test_nearer_births_say_more():
    told = [
        births(asked, "1970-02-03")
        for asked in (
            "1970-02-03", "1970-03-02", "1971-02-03", "1970", "1970-02-20", "1971", "1970-08-21",
            "1971-08-21", "1973-08-21", "1990",
        )
    ]  # fmt: skip
    assert told == sorted(told, reverse=True)
    assert told[0] > 10
    assert told[-1] < -5


@pytest.mark.parametrize(("asked", "theirs"), [("", "1970"), ("1970", ""), ("unknown", "1970")])
def test_nothing_known_says_nothing(asked, theirs):
    assert births(asked, theirs) is None


def test_about_is_less_than_sure():
    assert births("1963", "1963") > births("1963", "about 1963") > births("1963", "about 1965")


def test_first_of_january_is_a_year_alone():
    assert births("1970-01-01", "1970-06-07") == births("1970", "1970-06-07")


def test_nationality():
    rare = listevidence.nationality("ML", frozenset({"ML"}), 0.01)
    common = listevidence.nationality("AF", frozenset({"AF", "PK"}), 0.3)
    other = listevidence.nationality("AF", frozenset({"ML"}), 0.3)
    assert rare.bits > common.bits > 0 > other.bits
    assert listevidence.nationality("", frozenset({"ML"}), 0.1) is None
    assert listevidence.nationality("ML", frozenset(), 0.1) is None


def test_titles_both_have():
    one, other = (listevidence.titles(names.fold(n)) for n in ("Amal Agha", "Agha Amal Example"))
    assert listevidence.shared_titles(one, other, RARE) > 0
    assert listevidence.shared_titles(one, frozenset(), RARE) == 0
