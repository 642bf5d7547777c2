"""No verdict by machine; protection from the first minute."""

import pytest

from manumit.cases import screening, status

T = status.Trafficking


def test_a_finding_says_possible_or_nothing():
    assert status.of_finding(True) is T.POSSIBLE
    assert status.of_finding(False) is None


@pytest.mark.parametrize("final", [T.ACTUAL, T.NOT])
def test_a_final_answer_names_a_deciding_body_and_a_person(final):
    good = {"decider": "Police", "organisation": "Example Police"}
    assert status.why_not(final, **good) == ""
    assert status.why_not(final, **good, by_person=False) != ""
    assert status.why_not(final, decider="Oracle", organisation="Example") != ""
    assert status.why_not(final, decider="Police", organisation="  ") != ""


def test_possible_needs_no_deciding_body():
    assert status.why_not(T.POSSIBLE, decider="", organisation="", by_person=False) == ""


def test_lifting_the_protection_needs_a_written_reason():
    assert status.why_not_lift_non_punishment(flag=True, reason="because") != ""
    assert status.why_not_lift_non_punishment(flag=False, reason="x" * 40) != ""
    assert status.why_not_lift_non_punishment(flag=True, reason="x" * 20) == ""


def test_a_case_closes_with_a_reason_and_nothing_waiting():
    close = {"old": "Active", "new": "Closed"}
    assert status.why_not_move(**close, reason="goals_reached", waiting=0) == ""
    assert status.why_not_move(**close, reason="", waiting=0) != ""
    assert "2 referral" in status.why_not_move(**close, reason="moved", waiting=2)
    assert status.why_not_move("Closed", "FollowUp", reason="x", waiting=0) != ""
    assert status.why_not_move("ClosedReferred", "Active", reason="", waiting=9) == ""


def test_codes_are_those_of_htcds():
    assert {s.value for s in status.CaseStatus} == {
        "Active",
        "FollowUp",
        "Closed",
        "ClosedReferred",
    }
    assert {d.value for d in status.Decider} == {
        "Police",
        "NGO",
        "CourtOrProsecution",
        "NonPoliceGovernmentalOrganization",
        "Other",
    }


def test_a_screening_can_be_put_down_and_stopped_at_any_point():
    for state in screening.UNFINISHED:
        assert screening.after(state, "stop") is screening.State.STOPPED
    assert screening.after("started", "pause") is screening.State.PAUSED
    assert screening.after("paused", "resume") is screening.State.STARTED
    assert "Resume" in screening.why_not("paused", "answer")
    with pytest.raises(ValueError, match="finished"):
        screening.after("finished", "answer")


@pytest.mark.parametrize(
    ("possible", "urgent", "asks", "result"),
    [
        (True, True, False, "possible_victim"),
        (False, True, False, "urgent_needs"),
        (False, False, True, "officer_asked"),
        (False, False, False, "no_sign"),
    ],
)
def test_any_ground_opens_a_case(possible, urgent, asks, result):
    found = screening.outcome(possible_victim=possible, urgent=urgent, officer_asks=asks)
    assert found.value == result
    assert screening.opens_case(found) == (result != "no_sign")
