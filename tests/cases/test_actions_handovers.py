"""Handing a case over: responsible until the yes, keys with the yes, and never past the person."""

import pytest

from casework import AT, NAME, YES, World, after
from manumit.cases import consent, deadlines
from manumit.cases.actions import cases, consents, due, handovers, plans, reading
from manumit.cases.models import Case, Clock, Handover
from manumit.core.actions import acting, names, rotating
from manumit.core.models import KeyWrap
from manumit.core.roles import Role
from onehouse import _django_db_helper, case, house, others, world

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
__all__ = ["_django_db_helper", "case", "house", "others", "world"]


def offer(world, case, **to):
    return handovers.propose_handover(
        by=world.worker, at=AT, case=case, reason="workload", message="Speaks Arabic", **to
    )


def accept(by, row, at=None):
    return handovers.accept_handover(by=by, at=at or after(hours=1), handover=row)


def agrees(world, case, organisation):
    consents.give_consent(
        by=world.worker,
        at=AT,
        subject=case,
        purpose=consent.Purpose.HAND_OVER,
        given=True,
        questions=YES,
        recipient=organisation,
    )


def test_to_a_colleague_the_work_moves_with_the_yes_and_its_clocks_run_on(world, case):
    due_before = set(Clock.objects.filter(case=case).values_list("id", "due_at"))
    row = offer(world, case, to_worker=world.colleague.user)
    case.refresh_from_db()
    assert case.worker == world.worker.user
    cases.add_note(by=world.worker, at=AT, case=case, text="still mine")
    with pytest.raises(acting.Refused, match="by name"):
        accept(World.join(Role.CASE_WORKER, world.helping), row)
    accept(world.colleague, row)
    case.refresh_from_db()
    assert case.worker == world.colleague.user
    clocks = Clock.objects.filter(case=case, stopped_at=None)
    assert set(clocks.values_list("worker", flat=True)) == {world.colleague.user.id}
    assert set(clocks.values_list("id", "due_at")) <= due_before
    with pytest.raises(acting.Refused, match="already"):
        accept(world.colleague, row)


def test_to_another_unit_keys_names_and_reach_move_and_the_old_unit_reads_nothing(
    house, world, case
):
    home, taker, _boss = house.near.home, house.near.worker, house.near.boss
    plans.set_goal(by=world.worker, at=AT, case=case, area="Health", words="sleep")
    row = offer(world, case, to_unit=home)
    with pytest.raises(acting.NotFound):
        reading.open_case(by=taker, at=AT, case=case)
    assert not KeyWrap.objects.filter(object_id=case.id, unit_id=home.id).exists()
    opened = handovers.open_handovers(by=taker, at=AT, handovers=[row])
    assert opened[0]["message"] == "Speaks Arabic"
    assert "package" not in opened[0]
    accept(taker, row)
    moved = Case.objects.get(pk=case.pk)
    assert (moved.unit, moved.worker) == (home, taker.user)
    assert reading.open_case(by=taker, at=AT, case=moved)["name"] == NAME
    assert plans.open_plan(by=taker, at=AT, case=moved).goals
    cases.edit_person(by=taker, at=AT, case=moved, values={"place": "Tent 4"})
    for old in (world.worker, world.supervisor):
        with pytest.raises(acting.NotFound):
            reading.open_case(by=old, at=AT, case=moved)
        assert old.keys().keys([case.id], ["identity"]) == {}
    assert names.search(by=taker, at=AT, query=NAME)[0].object_id == case.id
    old_hits = names.search(by=world.worker, at=AT, query=NAME)
    assert case.id not in {hit.object_id for hit in old_hits}
    assert set(moved.clocks.values_list("unit", flat=True)) == {home.id}
    assert reading.open_screening(by=taker, at=AT, screening=moved.screening)
    row.refresh_from_db()
    assert row.package is None


def test_another_organisation_only_with_the_persons_word(house, world, case):
    home, taker, _boss = house.far.home, house.far.worker, house.far.boss
    with pytest.raises(acting.Refused):
        offer(world, case, to_unit=home)
    agrees(world, case, home.organisation)
    row = offer(world, case, to_unit=home)
    assert row.due_at == after(hours=72)
    accept(taker, row)
    assert reading.open_case(by=taker, at=AT, case=Case.objects.get(pk=case.pk))["name"] == NAME


def test_a_word_taken_back_between_offer_and_answer_holds(house, world, case):
    home, taker, _boss = house.far.home, house.far.worker, house.far.boss
    agrees(world, case, home.organisation)
    row = offer(world, case, to_unit=home)
    word = case_words(case).latest("at")
    consents.withdraw_consent(by=world.worker, at=after(minutes=5), consent=word)
    with pytest.raises(acting.Refused):
        accept(taker, row)
    assert not KeyWrap.objects.filter(object_id=case.id, unit_id=home.id).exists()


def case_words(case):
    from manumit.cases.models import Consent

    return Consent.objects.filter(subject_id=case.id, purpose=consent.Purpose.HAND_OVER.value)


def test_keys_made_new_meanwhile_are_not_revived(house, world, case):
    home, taker, _boss = house.near.home, house.near.worker, house.near.boss
    row = offer(world, case, to_unit=home)
    assert rotating.rotate(by=world.worker, at=AT, object_id=case.id, classes=["identity"])
    with pytest.raises(acting.Refused, match="made new"):
        accept(taker, row)
    handovers.withdraw_handover(by=world.worker, at=AT, handover=row)
    accept(taker, offer(world, case, to_unit=home))


def test_a_no_leaves_everything_where_it_was(house, world, case):
    home, taker, boss = house.near.home, house.near.worker, house.near.boss
    row = offer(world, case, to_unit=home)
    with pytest.raises(acting.Refused, match="list"):
        handovers.decline_handover(by=boss, at=AT, handover=row, reason="")
    handovers.decline_handover(by=boss, at=AT, handover=row, reason="full", note="Ask in May")
    case.refresh_from_db()
    assert (case.unit, case.worker) == (world.helping, world.worker.user)
    assert not Clock.objects.running().filter(case=case, kind=deadlines.HANDOVER)
    told = handovers.open_handovers(by=world.worker, at=AT, handovers=[row])
    assert told[0]["answer"] == "Ask in May"
    assert taker.keys().keys([row.id], ["link"]) == {}
    offer(world, case, to_worker=world.colleague.user)


def test_an_offer_is_taken_back_and_is_one_at_a_time(house, world, case):
    home, taker, _boss = house.near.home, house.near.worker, house.near.boss
    row = offer(world, case, to_unit=home)
    with pytest.raises(acting.Refused, match="already"):
        offer(world, case, to_worker=world.colleague.user)
    with pytest.raises(acting.NotFound):
        handovers.withdraw_handover(by=taker, at=AT, handover=row)
    handovers.withdraw_handover(by=world.worker, at=AT, handover=row)
    with pytest.raises(acting.Refused, match="already"):
        accept(taker, row)


def test_no_answer_in_time_is_a_late_duty_of_the_sender(house, world, case):
    home, _taker, _boss = house.near.home, house.near.worker, house.near.boss
    offer(world, case, to_unit=home)
    due.run(by=acting.SYSTEM, at=after(hours=25))
    clock = Clock.objects.running().get(case=case, kind=deadlines.HANDOVER)
    assert (clock.level, clock.worker) == (1, world.worker.user)


def test_strangers_and_wrong_receivers(house, world, case, others):
    stranger = house.far.worker
    row = offer(world, case, to_worker=world.colleague.user)
    with pytest.raises(acting.NotFound):
        accept(stranger, row)
    with pytest.raises(acting.NotFound):
        handovers.open_handovers(by=stranger, at=AT, handovers=[row])
    with pytest.raises(acting.Refused):
        offer(world, others[0], to_unit=world.clinic_unit)  # nobody there works on cases
    with pytest.raises(acting.Refused):
        offer(world, others[0], to_worker=world.worker.user)
    people, units = handovers.receivers(case)
    assert world.worker.user not in people
    assert world.clinic_unit not in units


def test_a_supervisor_answers_for_an_absent_colleague_and_a_case_comes_back(house, world, case):
    home, _taker, boss = house.near.home, house.near.worker, house.near.boss
    accept(boss, offer(world, case, to_unit=home))
    held = Case.objects.get(pk=case.pk)
    back = handovers.propose_handover(
        by=boss, at=after(days=1), case=held, reason="Other", to_worker=world.colleague.user
    )
    handovers.accept_handover(by=world.supervisor, at=after(days=1), handover=back)
    held.refresh_from_db()
    assert (held.unit, held.worker) == (world.helping, world.supervisor.user)
    assert reading.open_case(by=world.colleague, at=AT, case=held)["name"] == NAME
    assert Handover.objects.filter(state="accepted").count() == 2
