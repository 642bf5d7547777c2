"""Traces on the side of the people: only with a yes, out at once with a no, told in chosen words."""

from datetime import timedelta

import pytest

import casework
import make
from cases import traced
from manumit.cases import consent
from manumit.cases.actions import consents, denials, disclosing, due, handovers, traces, tracing
from manumit.cases.models import CaseTrace, Consent
from manumit.core import models
from manumit.core.actions import acting
from manumit.core.actions import traces as tokens
from manumit.core.roles import Role

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT, PHONE = traced.AT, traced.PHONE


@pytest.fixture
def world(db):
    return casework.World()


def count(value=PHONE, kind="phone"):
    """What may be said of a value, by the key of whoever holds it."""
    made = tokens.token(traced.house_key(None), kind, value)
    return tokens.shared([made])[made]


def test_without_a_yes_nothing_is_noted(world):
    case = world.taken()
    with pytest.raises(acting.Refused, match="has not been asked"):
        traces.note_trace(by=world.worker, at=AT, case=case, kind="phone", value=PHONE)
    traced.agreed(world, case, given=False)
    with pytest.raises(acting.Refused, match="said no"):
        traces.note_trace(by=world.worker, at=AT, case=case, kind="phone", value=PHONE)
    assert not models.Trace.objects.exists()


def test_one_case_is_none_or_too_few_and_two_are_two(world):
    traced.case_with(world)
    assert count() == tokens.Shared()
    traced.case_with(world, value="00962 70000 0001")
    assert count().cases == 2
    assert [unit.pk for unit in count().units] == [world.helping.pk]


def test_the_same_case_counts_once_and_notes_the_same_once(world):
    case = traced.case_with(world)
    with pytest.raises(acting.Refused, match="already"):
        traces.note_trace(by=world.worker, at=AT, case=case, kind="phone", value=PHONE)
    assert count().cases == 0


def test_tokens_tell_nothing_without_the_key(world, settings):
    house = tokens.key(by=world.worker, at=AT)
    account, plate = (tokens.token(house, kind, "EX12345") for kind in ("account", "plate"))
    assert account != plate
    assert len(account) == 16
    assert tokens.token(bytes(32), "account", "EX12345") != account
    case = traced.case_with(world, "EX12345", kind="account")
    row, note = models.Trace.objects.get(), CaseTrace.objects.get()
    assert bytes(row.token) == account
    named = {case.id, note.id, case.screening_id}
    assert row.id not in named
    assert not any(bytes(row.strand) == each.bytes for each in named)
    # the instance's own secret alone makes no token, and another one leads to no case
    before = tracing.strand(case.id)
    settings.SECRET_KEY = "another-secret-of-a-fictional-instance-0123456789abcdef"
    assert tracing.strand(case.id) != before
    assert tokens.token(house, "account", "EX12345") == account


def test_the_key_reaches_a_team_that_came_later_by_use_and_nothing_is_lost_meanwhile(world):
    tokens.key(by=traced.investigator(), at=AT)
    late = casework.World()
    case = late.taken()
    traced.agreed(late, case)
    with pytest.raises(acting.Refused, match="not reached your unit"):
        tokens.key(by=late.worker, at=AT)
    traces.note_trace(by=late.worker, at=AT, case=case, kind="phone", value=PHONE)
    assert len(tracing.waiting(case)) == 1
    assert traces.count_waiting(by=late.worker, at=AT, case=case) == 0
    traced.case_with(world)  # where the key is passed on by use
    assert count() == tokens.Shared()
    assert traces.count_waiting(by=late.worker, at=AT, case=case) == 1
    assert count().cases == 2
    assert traces.count_waiting(by=late.worker, at=AT, case=case) == 0
    clinic = late.clinic_unit.id  # nobody there notes or looks
    assert not models.KeyWrap.objects.filter(object_id=tokens.HOUSE, unit_id=clinic).exists()


def test_a_trace_is_struck_out(world):
    case = traced.case_with(world)
    row = CaseTrace.objects.get(case=case)
    traces.strike_trace(by=world.worker, at=AT, trace=row)
    assert not models.Trace.objects.exists()
    assert not models.KeyWrap.objects.filter(object_id=row.id).exists()


def test_the_notes_are_read_by_their_own_team_alone(world):
    case = traced.case_with(world)
    opened = traces.open_traces(by=world.worker, at=AT, case=case)
    assert [(o.kind, o.value) for o in opened] == [("phone", PHONE)]
    stranger = make.actor(make.user(Role.CASE_WORKER))
    with pytest.raises(acting.NotFound):
        traces.open_traces(by=stranger, at=AT, case=case)


# --- taken back ----------------------------------------------------------------------------------
def released(world):
    by = traced.investigator()
    cases = [traced.case_with(world), traced.case_with(world)]
    for case in cases:
        traced.told_authority(world, case, by.unit)
    row = traced.asked(world, by)
    given = traces.release(
        by=world.supervisor, at=AT, request=row, statement="It was used in spring.", cases=cases
    )
    return by, cases, given


def gone(row):
    row.refresh_from_db()
    wraps = models.KeyWrap.objects.filter(object_id=row.id, field_class="network")
    return row.state == "taken_back" and row.statement is None and not wraps.exists()


def test_a_withdrawal_takes_everything_out_at_once(world):
    _by, cases, row = released(world)
    assert not gone(row)
    yes = Consent.objects.get(subject_id=cases[0].id, purpose=consent.Purpose.TRACE.value)
    consents.withdraw_consent(by=world.worker, at=AT, consent=yes)
    assert not CaseTrace.objects.filter(case=cases[0]).exists()
    assert models.Trace.objects.count() == 1
    assert count() == tokens.Shared()
    assert gone(row)


def test_taking_back_the_yes_to_the_authority_takes_the_answer_back_and_leaves_the_note(world):
    _by, cases, row = released(world)
    yes = Consent.objects.get(subject_id=cases[0].id, purpose="share_with_authority")
    done = consents.withdraw_consent(by=world.worker, at=AT, consent=yes)
    assert gone(row)
    assert done.to_tell
    assert count().cases == 2


def test_never_tell_them_takes_the_answer_back(world):
    by, cases, row = released(world)
    denials.deny_recipient(by=world.worker, at=AT, case=cases[1], recipient=by.unit.organisation)
    assert gone(row)


def test_when_the_yes_has_run_out_it_is_out(world):
    traced.case_with(world)
    later = AT + timedelta(days=400)
    due.run(by=acting.SYSTEM, at=later)
    assert not models.Trace.objects.exists()
    assert not CaseTrace.objects.exists()


def test_an_erased_case_has_no_token(world):
    case = traced.case_with(world)
    world.erased(case)
    assert not models.Trace.objects.exists()
    assert not CaseTrace.objects.exists()


def test_tokens_follow_a_case_to_another_unit(world):
    case = traced.case_with(world)
    other = make.actor(
        make.user(Role.CASE_WORKER, make.unit(organisation_=world.helping.organisation))
    )
    row = handovers.propose_handover(
        by=world.worker, at=AT, case=case, reason="workload", to_unit=other.unit
    )
    handovers.accept_handover(by=other, at=AT, handover=row)
    assert models.Trace.objects.get().unit_id == other.unit.id
    case.refresh_from_db()
    assert traces.open_traces(by=other, at=AT, case=case)[0].value == PHONE


# --- requests ------------------------------------------------------------------------------------
def test_an_answer_draws_only_on_who_agreed_to_it(world):
    by = traced.investigator()
    one, other = traced.case_with(world), traced.case_with(world)
    traced.told_authority(world, one, by.unit)
    row = traced.asked(world, by)
    found = traces.possible(world.supervisor, row, AT.date())
    assert {p.case: bool(p.reason) for p in found} == {one: False, other: True}
    words = "It was used in spring."
    for cases in ([], [one, other], [other], [world.taken()]):
        with pytest.raises(acting.Refused):
            traces.release(by=world.supervisor, at=AT, request=row, statement=words, cases=cases)
    given = traces.release(by=world.supervisor, at=AT, request=row, statement=words, cases=[one])
    assert given.state == "released"
    told = disclosing.Disclosure.objects.get(case=one, what=tracing.WHAT)
    assert (told.object_id, told.classes) == (None, ["testimony"])
    with pytest.raises(acting.Refused, match="answered"):
        traces.decline(by=world.supervisor, at=AT, request=row, reason="Too late now")


def test_a_request_is_declined_with_a_reason_and_opened_by_both(world):
    by = traced.investigator()
    traced.case_with(world)
    row = traced.asked(world, by)
    with pytest.raises(acting.Refused):
        traces.decline(by=world.supervisor, at=AT, request=row, reason="no")
    traces.decline(by=world.supervisor, at=AT, request=row, reason="The people were not reached.")
    row.refresh_from_db()
    opened = traces.open_request(by=world.supervisor, at=AT, request=row)
    assert opened["why_not"] == "The people were not reached."
    assert opened["wanted"] == "When was it last used?"


def test_who_released_takes_it_back(world):
    _by, _cases, row = released(world)
    traces.take_back(by=world.supervisor, at=AT, request=row)
    assert gone(row)


def test_only_the_unit_that_is_asked_answers(world):
    row = traced.asked(world, traced.investigator())
    stranger = make.actor(make.user(Role.SUPERVISOR))
    with pytest.raises(acting.NotFound):
        traces.decline(by=stranger, at=AT, request=row, reason="Not ours at all")
    with pytest.raises(acting.Refused):
        traces.decline(by=world.worker, at=AT, request=row, reason="Not mine to say")
