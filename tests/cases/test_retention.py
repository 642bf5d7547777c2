"""The rules of keeping: what ends when, what stops it, and who must agree."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.cases import retention
from manumit.cases.models import case as case_model
from manumit.cases.retention import Event, Facts, Kind
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass

CLOSED = date(2026, 11, 22)
CASE = Facts(
    Kind.CASE,
    {Event.CLOSED: CLOSED, Event.LAST_CONTACT: CLOSED},
    identified_on=date(2026, 3, 1),
)
DAYS = st.integers(0, 20_000).map(lambda n: date(2020, 1, 1) + timedelta(days=n))


def when(facts, field_class, on=CLOSED):
    return next(e.on for e in retention.ends(facts, on) if e.field_class == field_class)


def test_the_data_says_for_each_kind_of_a_case_when_it_ends():
    covered = {e.field_class for e in retention.ends(CASE, CLOSED)}
    assert covered >= {c.value for c in case_model.CLASSES}
    assert covered <= {c.value for c in FieldClass}
    for rule in retention.load():
        assert rule.source
        assert rule.purpose


def test_where_somebody_is_ends_before_who_they_are():
    ends = [e.field_class for e in retention.ends(CASE, CLOSED)]
    assert ends.index("contact") < ends.index("medical") < ends.index("identity")


def test_nothing_ends_while_help_goes_on():
    assert retention.ends(Facts(Kind.CASE, {}), CLOSED) == []
    talking = Facts(Kind.CASE, {Event.LAST_CONTACT: CLOSED})
    assert retention.due(talking, date(2099, 1, 1)) == []
    assert "open" in retention.why_not_erase(talking, CLOSED)


def test_it_ends_the_day_after_the_last_day_and_not_before():
    last = when(CASE, "plan")
    assert "plan" not in {e.field_class for e in retention.due(CASE, last)}
    assert "plan" in {e.field_class for e in retention.due(CASE, last + timedelta(days=1))}


def test_a_childs_papers_wait_until_years_after_they_come_of_age():
    child = replace(CASE, minor=True)
    grown = date(2044, 3, 1)
    assert retention.adult_on(child) == grown
    assert when(child, "identity") == grown + timedelta(days=3653)
    assert when(child, "legal") > when(CASE, "legal")
    assert when(child, "contact") == when(CASE, "contact")
    known = replace(child, adult_on=date(2027, 5, 5))
    assert when(known, "identity") == date(2027, 5, 5) + timedelta(days=3653)
    nearly = replace(child, adult_on=date(2026, 3, 2))
    assert when(nearly, "identity") == when(CASE, "identity")


def test_a_leap_day_has_an_eighteenth_birthday():
    child = Facts(Kind.CASE, {}, minor=True, identified_on=date(2024, 2, 29))
    assert retention.adult_on(child) == date(2042, 3, 1)
    assert retention.adult_on(replace(child, minor=False)) is None
    assert retention.adult_on(replace(child, identified_on=None)) is None


@given(DAYS, DAYS)
def test_a_childs_content_never_ends_before_an_adults(closed, identified):
    adult = Facts(Kind.CASE, {Event.CLOSED: closed}, identified_on=identified)
    child = replace(adult, minor=True)
    grown = {e.field_class: e.on for e in retention.ends(child, closed)}
    for end in retention.ends(adult, closed):
        assert grown[end.field_class] >= end.on


@given(DAYS, DAYS, DAYS)
def test_nothing_under_a_hold_is_due_and_after_it_the_rules_go_on(closed, until, on):
    facts = replace(CASE, events={Event.CLOSED: closed}, held_until=until)
    if on <= until:
        assert retention.due(facts, on) == []
        assert f"until {until.day} {until:%B %Y}" in retention.why_not_erase(facts, on, asked=True)
    else:
        free = replace(facts, held_until=None)
        assert retention.due(facts, on) == retention.due(free, on)


def test_open_help_stops_the_rules_and_not_the_person():
    for busy in (replace(CASE, open_referrals=1), replace(CASE, running_duties=2)):
        assert retention.due(busy, date(2099, 1, 1)) == []
        assert retention.why_not_erase(busy, CLOSED)
        assert retention.why_not_erase(busy, CLOSED, asked=True) == ""


def test_a_yes_that_ended_counts_even_while_the_case_is_open():
    asked_again_by = CLOSED + timedelta(days=90)
    facts = Facts(Kind.CASE, {Event.RECORD_CONSENT_ENDED: CLOSED}, open_referrals=1)
    assert retention.due(facts, asked_again_by) == []
    (end,) = retention.due(facts, asked_again_by + timedelta(days=1))
    assert (end.field_class, end.rule.id) == ("identity", "no_yes_to_a_record")
    both = replace(CASE, events=CASE.events | {Event.RECORD_CONSENT_ENDED: CLOSED})
    assert when(both, "identity") == asked_again_by, "the first end counts"


def test_talks_and_letters_have_ends_of_their_own():
    talk = Facts(Kind.TALK, {Event.ENDED: CLOSED})
    assert [e.on for e in retention.ends(talk, CLOSED)] == [CLOSED + timedelta(days=90)]
    letter = Facts(Kind.LETTER, {Event.ENDED: CLOSED})
    assert [e.field_class for e in retention.ends(letter, CLOSED)] == ["referral"]


def test_a_countrys_own_rule_goes_before_from_its_day_on():
    general = next(r for r in retention.load() if r.id == "plan")
    own = replace(general, country="IQ", days=10, valid_from=date(2026, 6, 1))
    known = [own, general]
    assert retention.rules_for(Kind.CASE, "IQ", CLOSED, known) == [own]
    assert retention.rules_for(Kind.CASE, "IQ", date(2026, 5, 1), known) == [general]
    assert retention.rules_for(Kind.CASE, "SY", CLOSED, known) == [general]


def test_two_people_and_one_of_them_the_officer():
    officer, supervisor = Role.DATA_PROTECTION_OFFICER, Role.SUPERVISOR
    assert "Somebody else" in retention.why_not_two(1, 1, [officer, officer])
    assert "officer" in retention.why_not_two(1, 2, [supervisor, Role.CASE_WORKER])
    assert retention.why_not_two(1, 2, [supervisor, officer]) == ""
    assert retention.why_not_two(1, 2, [officer, officer]) == ""


def test_a_hold_has_a_reason_and_an_end_within_a_year():
    text = "Court of Example asked in writing."
    year = CLOSED + timedelta(days=retention.LONGEST_HOLD_DAYS)
    assert retention.why_not_hold("court", text, year, CLOSED) == ""
    assert retention.why_not_hold("court", text, year + timedelta(days=1), CLOSED)
    assert retention.why_not_hold("court", text, CLOSED, CLOSED)
    assert retention.why_not_hold("court", "short", year, CLOSED)
    assert retention.why_not_hold("because", text, year, CLOSED)


@given(DAYS)
def test_whoever_decides_in_time_keeps_the_promise(asked):
    decided = retention.decide_by(asked)
    assert retention.gone_from_backups_on(decided) <= retention.promised_by(asked)
    assert retention.promised_by(asked) == asked + timedelta(days=30)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ('id = "plan"', "id = 3"),
        ('event = "ended"', 'event = "never"'),
        ("days = 90", "days = 0"),
        ('of = "talk"', 'of = "walk"'),
        ('source_status = "pending"', 'source_status = "sure"'),
        ('id = "letter"', 'id = "plan"'),
        ('purpose = "A letter', 'reason = "A letter'),
        ("version", "version ="),
    ],
)
def test_a_bad_file_says_where_and_what(change, names):
    text = (
        __import__("importlib.resources", fromlist=["files"])
        .files("manumit.cases")
        .joinpath("data/retention.toml")
        .read_text("utf-8")
    )
    with pytest.raises(retention.BadRetention, match=r"retention\.toml"):
        retention.parse(text.replace(change, names, 1))
