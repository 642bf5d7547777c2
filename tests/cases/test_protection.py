"""Lifting the protection from punishment: two people, a reason, and it stays visible."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

import casework
import signed_in
from manumit.cases import protection as rules
from manumit.cases.actions import protection as acts
from manumit.cases.models import Case, ProtectionLift
from manumit.core import models
from manumit.core.actions import acting
from manumit.core.roles import Role

AT = casework.AT
REASON = "A court of the State has said so in writing."


# --- the rule -----------------------------------------------------------------------------------
@pytest.mark.parametrize("state", rules.State)
def test_only_somebody_else_decides_and_only_once(state):
    mine = rules.why_not_decide(state, proposed_by="a", decides="a")
    theirs = rules.why_not_decide(state, proposed_by="a", decides="b")
    assert mine != ""
    assert (theirs == "") == (state is rules.State.PROPOSED)


def test_a_proposal_needs_protection_a_reason_and_no_other_proposal():
    for protected, waiting, reason in itertools.product(
        (True, False), (True, False), (REASON, "no")
    ):
        said = rules.why_not_propose(protected=protected, waiting=waiting, reason=reason)
        assert (said == "") == (protected and not waiting and reason == REASON)


def test_every_end_is_an_end():
    ends = [s for s in rules.State if s is not rules.State.PROPOSED]
    assert all(not rules.TRANSITIONS[s] for s in ends)
    assert rules.TRANSITIONS[rules.State.PROPOSED] == set(ends)
    assert rules.diagram().count("-->") == 1 + len(ends)
    manual = (Path(__file__).parents[2] / "docs" / "cases.md").read_text()
    assert f"```mermaid\n{rules.diagram()}\n```" in manual


# --- the acts -----------------------------------------------------------------------------------
@pytest.fixture
def world(db):
    return casework.World()


pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def _second(world):
    return world.join(Role.SUPERVISOR, world.helping)


def test_one_person_alone_changes_nothing(world):
    case = world.taken()
    lift = acts.propose_lift(by=world.supervisor, at=AT, case=case, reason=REASON)
    case.refresh_from_db()
    assert case.non_punishment
    with pytest.raises(acting.Refused, match="Two people"):
        acts.confirm_lift(by=world.supervisor, at=AT, lift=lift)
    with pytest.raises(acting.Refused, match="waits for a second person"):
        acts.propose_lift(by=_second(world), at=AT, case=case, reason=REASON)
    case.refresh_from_db()
    assert case.non_punishment


@pytest.mark.parametrize("who", ["second supervisor", "data protection officer"])
def test_a_second_person_reads_the_reason_and_decides(world, who):
    case = world.taken()
    other = _second(world) if who == "second supervisor" else world.dpo
    lift = acts.propose_lift(by=world.supervisor, at=AT, case=case, reason=REASON)
    assert acts.open_lift(by=other, at=AT, lift=lift) == REASON
    acts.confirm_lift(by=other, at=AT, lift=lift)
    case.refresh_from_db()
    assert not case.non_punishment
    assert case.non_punishment_lifted_by == world.supervisor.user
    assert case.non_punishment_confirmed_by == other.user
    with pytest.raises(acting.Refused):
        acts.decline_lift(by=other, at=AT, lift=lift)


def test_declined_or_taken_back_the_person_stays_protected_and_it_stays_on_the_case(world):
    case = world.taken()
    first = acts.propose_lift(by=world.supervisor, at=AT, case=case, reason=REASON)
    acts.decline_lift(by=world.dpo, at=AT, lift=first)
    second = acts.propose_lift(by=world.supervisor, at=AT, case=case, reason=REASON)
    with pytest.raises(acting.Refused, match="Only the person who proposed"):
        acts.take_back_lift(by=_second(world), at=AT, lift=second)
    acts.take_back_lift(by=world.supervisor, at=AT, lift=second)
    case.refresh_from_db()
    assert case.non_punishment
    states = [lift.state for lift in ProtectionLift.objects.of_case(case)]
    assert sorted(states) == ["declined", "taken_back"]


def test_giving_it_back_needs_one_person_and_the_lift_stays_visible(world):
    case = world.taken()
    lift = acts.propose_lift(by=world.supervisor, at=AT, case=case, reason=REASON)
    acts.confirm_lift(by=world.dpo, at=AT, lift=lift)
    case = acts.restore_protection(by=world.supervisor, at=AT, case=case)
    assert case.non_punishment
    assert ProtectionLift.objects.of_case(case).get().state == "confirmed"


@pytest.mark.parametrize("role", ["worker", "colleague", "officer", "focal", "dpo"])
def test_nobody_but_a_supervisor_proposes(world, role):
    case = world.taken()
    with pytest.raises(acting.Refused):
        acts.propose_lift(by=getattr(world, role), at=AT, case=case, reason=REASON)


def test_a_supervisor_of_another_unit_neither_reads_nor_decides(world):
    case, stranger = world.taken(), casework.World().supervisor
    lift = acts.propose_lift(by=world.supervisor, at=AT, case=case, reason=REASON)
    for verb in (acts.confirm_lift, acts.decline_lift, acts.open_lift):
        with pytest.raises(acting.NotFound):
            verb(by=stranger, at=AT, lift=lift)


def test_the_database_takes_no_lift_by_one(world):
    case = world.taken()
    one = world.supervisor.person
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(
            non_punishment=False,
            non_punishment_lifted_by=one,
            non_punishment_confirmed_by=one,
            non_punishment_lifted_at=AT,
        )
    lift = acts.propose_lift(by=world.supervisor, at=AT, case=case, reason=REASON)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProtectionLift.objects.filter(pk=lift.pk).update(
            state="confirmed", decided_by=one, decided_at=AT
        )


def test_erasing_the_case_erases_the_reason(world):
    case = world.taken()
    lift = acts.propose_lift(by=world.supervisor, at=AT, case=case, reason=REASON)
    world.erased(case, at=AT)
    lift.refresh_from_db()
    assert lift.reason is None
    assert not models.KeyWrap.objects.filter(object_id=lift.id).exists()


# --- the pages ----------------------------------------------------------------------------------
def test_propose_then_decide_through_the_pages(world):
    now = datetime.now(UTC) - timedelta(minutes=5)
    case = world.taken(at=now)
    first = signed_in.client_for(world.supervisor.person)
    address = reverse("case_protection", args=[case.id])
    assert first.post(address, {"reason": "short"}, secure=True).status_code == 400
    assert first.post(address, {"reason": REASON}, secure=True).status_code == 302
    lift = ProtectionLift.objects.get()
    own = reverse("protection", args=[lift.id])
    assert "Somebody else decides" in first.get(own, secure=True).content.decode()
    first.post(own, {"act": "confirm"}, secure=True)
    case.refresh_from_db()
    assert case.non_punishment
    officer = signed_in.client_for(world.dpo.person)
    assert case.reference in officer.get(reverse("protections"), secure=True).content.decode()
    assert REASON in officer.get(own, secure=True).content.decode()
    officer.post(own, {"act": "confirm"}, secure=True)
    case.refresh_from_db()
    assert not case.non_punishment
    worker = signed_in.client_for(world.worker.person)
    page = worker.get(reverse("case", args=[case.id]), secure=True).content.decode()
    for who in (world.supervisor, world.dpo):
        assert who.person.display_name in page
    assert REASON not in page
    first.post(address, {"act": "restore"}, secure=True)
    case.refresh_from_db()
    assert case.non_punishment
    page = worker.get(reverse("case", args=[case.id]), secure=True).content.decode()
    assert "Lifting the protection:" in page
