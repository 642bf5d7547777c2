"""The rules of the desk: the machine, the limit, two people, and that no victim is reported."""

from uuid import uuid4

import pytest

from manumit.flows import desk
from manumit.flows.desk import Act, Choice, Stage
from meta import source


def test_every_stage_has_words_a_way_in_and_a_way_out():
    assert set(desk.LABELS) == set(desk.TRANSITIONS) == set(Stage)
    into = {then for acts in desk.TRANSITIONS.values() for then in acts.values()}
    assert into | set(desk.LEADS_TO.values()) | {Stage.NEW} == set(Stage)
    assert all(desk.TRANSITIONS[stage] for stage in Stage)
    assert set(desk.CHOICE_LABELS) == set(desk.CHOICE_HINTS) == set(desk.LEADS_TO) == set(Choice)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("act", Act)
def test_an_act_is_possible_exactly_when_it_leads_somewhere(stage, act):
    reason = desk.why_not(stage, act)
    if act is Act.CONFIRM:
        assert (reason == "") == (stage is Stage.PROPOSED)
    elif reason:
        assert desk.LABELS[stage] in reason
        with pytest.raises(KeyError):
            desk.after(stage, act)
    else:
        assert desk.after(stage, act) in Stage


def test_nothing_is_reported_without_a_decision():
    ways = [
        one for one in desk.steps() if one.after is Stage.REPORT and one.before is not one.after
    ]
    assert {(one.before, one.act) for one in ways} == {(Stage.PROPOSED, "confirm: report")}


def test_the_limit_says_both_numbers():
    assert desk.why_not_hold(24, 25) == ""
    assert "25" in desk.why_not_hold(25, 25)
    assert "limit" in desk.why_not_hold(3, 0)


def test_two_people():
    one, other = uuid4(), uuid4()
    assert desk.why_not_confirm(user=other, proposed_by=one) == ""
    assert desk.why_not_confirm(user=one, proposed_by=one)
    assert desk.why_not_decide(user=one, held_by=one) == ""
    assert "colleague" in desk.why_not_decide(user=one, held_by=other)
    assert "Take it first" in desk.why_not_decide(user=one, held_by=None)


def test_nobody_reports_victims_alone():
    assert desk.why_not_choose(Choice.REPORT, victims=3, others=0)
    assert desk.why_not_choose(Choice.REPORT, victims=3, others=1) == ""
    assert desk.why_not_choose(Choice.HELP_FIRST, victims=3, others=0) == ""


def test_a_reason_is_more_than_a_word():
    assert desk.why_not_reason(" known.  ")
    assert desk.why_not_reason("Known payroll of a farm.") == ""


def test_the_diagram_tells_every_step():
    told = desk.diagram()
    assert told.count("-->") == len(desk.steps()) + 1
    assert "proposed --> report: confirm: report" in told


def test_the_manual_shows_this_machine():
    manual = (source.ROOT / "docs" / "flows-desk.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{desk.diagram()}\n```" in manual


def test_a_code_can_be_said_and_is_spread():
    codes = {desk.code(n) for n in range(2000)}
    assert len(codes) == 2000
    assert all(len(one) == 7 and one[3] == "-" and not set(one) & set("01OILU") for one in codes)
    assert desk.code(5) == desk.code(5)
