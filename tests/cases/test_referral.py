"""The machine of a referral, by hand and by property."""

from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from manumit.cases import referral, screening, status

STATE, ACT = referral.State, referral.Act


def test_the_way_from_draft_to_done():
    state = STATE.DRAFT
    for act in (ACT.CONSENT, ACT.SEND, ACT.ACCEPT, ACT.START, ACT.FINISH):
        state = referral.after(state, act)
    assert state is STATE.DONE


def test_nothing_is_sent_without_consent():
    senders = {s for s, acts in referral.TRANSITIONS.items() if ACT.SEND in acts}
    assert senders == {STATE.CONSENTED}
    assert referral.why_not(STATE.DRAFT, ACT.SEND) != ""


def test_the_person_can_withdraw_from_every_open_state():
    for state in referral.OPEN:
        assert referral.after(state, ACT.WITHDRAW) is STATE.WITHDRAWN


def test_a_late_answer_still_counts():
    assert referral.after(STATE.NO_ANSWER, ACT.ACCEPT) is STATE.ACCEPTED


def test_an_act_leads_to_one_state_wherever_it_starts():
    """The compare-and-set in the actions stands on this."""
    for act in ACT:
        targets = {acts[act] for acts in referral.TRANSITIONS.values() if act in acts}
        assert len(targets) == 1


def test_what_has_ended_says_so():
    for state in set(STATE) - referral.OPEN:
        for act in ACT:
            assert "ended" in referral.why_not(state, act)
            with pytest.raises(ValueError, match="ended"):
                referral.after(state, act)


def test_every_word_is_there():
    assert set(referral.LABELS) == set(STATE)
    assert set(referral.ACT_LABELS) == set(ACT)
    assert set(referral.OUTCOME_LABELS) == set(referral.Outcome)
    assert set(referral.DECLINE_LABELS) == set(referral.DeclineReason)


def test_outcomes_fit_the_end():
    assert referral.why_not_outcome(STATE.STOPPED, "referred") != ""
    assert referral.why_not_outcome(STATE.STOPPED, "service_unavailable") == ""
    assert referral.why_not_outcome(STATE.DONE, "referred") == ""
    assert referral.why_not_outcome(STATE.DONE, "nonsense") != ""


class Machine(RuleBasedStateMachine):
    """Whatever is tried in whatever order, the machine holds its promises."""

    def __init__(self):
        super().__init__()
        self.state = STATE.DRAFT
        self.done: list[referral.Act] = []

    @rule(act=st.sampled_from(list(ACT)))
    def attempt(self, act):
        if referral.why_not(self.state, act):
            with pytest.raises(ValueError, match=r"."):
                referral.after(self.state, act)
            return
        self.state = referral.after(self.state, act)
        self.done.append(act)

    @invariant()
    def nothing_was_sent_before_consent(self):
        if ACT.SEND in self.done:
            assert ACT.CONSENT in self.done[: self.done.index(ACT.SEND)]

    @invariant()
    def one_answer_at_most(self):
        assert sum(act in {ACT.ACCEPT, ACT.DECLINE} for act in self.done) <= 1

    @invariant()
    def help_starts_only_after_yes(self):
        if ACT.START in self.done:
            assert ACT.ACCEPT in self.done

    @invariant()
    def the_end_is_the_end(self):
        ends = {ACT.FINISH, ACT.STOP, ACT.WITHDRAW, ACT.DECLINE}
        assert not any(act in ends for act in self.done[:-1])


TestMachine = Machine.TestCase


@pytest.mark.parametrize("module", [referral, status, screening])
def test_the_manual_shows_the_machine_as_it_is(module):
    manual = Path(__file__).parents[2].joinpath("docs/cases.md").read_text("utf-8")
    assert f"```mermaid\n{module.diagram()}\n```" in manual
