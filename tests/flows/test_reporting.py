"""How a report moves: the table, the manual's diagram, and who may approve."""

from pathlib import Path
from uuid import uuid4

from manumit.flows import reporting
from manumit.flows.reporting import Act, State

MANUAL = Path(__file__).parents[2] / "docs" / "flows-reports.md"


def test_the_manual_has_the_diagram_of_the_table():
    assert reporting.diagram() in MANUAL.read_text()


def test_nothing_leaves_from_a_draft_or_a_proposal():
    for state in State:
        may = not reporting.why_not(state, Act.HAND_OVER)
        assert may == (state in {State.APPROVED, State.HANDED_OVER, State.ANSWERED})
    assert reporting.why_not(State.DRAFT, Act.APPROVE).startswith("This is not possible now")


def test_what_was_proposed_cannot_be_written_at():
    assert [s for s in State if not reporting.why_not(s, Act.WRITE)] == [State.DRAFT]


def test_two_people_where_two_must_agree():
    one, two = uuid4(), uuid4()
    assert reporting.why_not_approve(user=one, proposed_by=one, four_eyes=True)
    assert reporting.why_not_approve(user=two, proposed_by=one, four_eyes=True) == ""
    assert reporting.why_not_approve(user=one, proposed_by=one, four_eyes=False) == ""


def test_no_disclosure_without_recipient_and_basis():
    bases = frozenset({"duty"})
    assert reporting.why_not_hand_over(recipient=" ", basis="duty", bases=bases)
    assert reporting.why_not_hand_over(recipient="Example Unit", basis="", bases=bases)
    assert reporting.why_not_hand_over(recipient="Example Unit", basis="duty", bases=bases) == ""
