"""Work on a case, and who may."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

import make
from casework import AT, NAME, YES, World, after
from manumit.cases import access
from manumit.cases.actions import cases, consents, reading, referrals
from manumit.cases.models import Case, Clock, Need, Note, Referral, Screening, board
from manumit.cases.models.case import NO_DUTY
from manumit.cases.models.reach import standing
from manumit.core import models, roles
from manumit.core.actions import acting, names
from manumit.core.roles import Role

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world():
    return World()


def test_two_who_take_a_case_and_one_has_it(world):
    case = world.handed_over()
    assert cases.take_case(by=world.worker, at=AT, case=case).worker == world.worker.user
    assert cases.take_case(by=world.worker, at=AT, case=case).worker == world.worker.user
    with pytest.raises(acting.Refused, match="colleague"):
        cases.take_case(by=world.colleague, at=AT, case=case)
    assert set(case.clocks.values_list("worker", flat=True)) == {world.worker.user.id}


def test_a_supervisor_hands_a_case_on_and_the_clocks_go_with_it(world):
    case = world.taken()
    cases.assign_case(by=world.supervisor, at=AT, case=case, to=world.colleague.user)
    assert Clock.objects.open_for(world.worker.user).count() == 0
    assert Clock.objects.open_for(world.colleague.user).count() == case.clocks.count()
    for stranger in (world.focal.user, world.officer.user, world.dpo.user):
        with pytest.raises(acting.Refused):
            cases.assign_case(by=world.supervisor, at=AT, case=case, to=stranger)


def test_only_the_worker_and_the_supervisor_write_and_the_unit_reads(world):
    case = world.taken()
    other_unit = world.join(Role.CASE_WORKER, make.unit())
    for by, allowed in (
        (world.worker, True),
        (world.supervisor, True),
        (world.colleague, False),
        (other_unit, False),
    ):
        if allowed:
            cases.add_note(by=by, at=AT, case=case, text="Called")
        else:
            with pytest.raises(acting.NotFound):
                cases.add_note(by=by, at=AT, case=case, text="Called")
    assert reading.open_case(by=world.colleague, at=AT, case=case)["name"] == NAME
    with pytest.raises(acting.NotFound):
        reading.open_case(by=other_unit, at=AT, case=case)
    with pytest.raises(acting.NotFound):
        reading.open_case(by=other_unit, at=AT, case=Case(id=make.models.Unit().id))


def test_notes_have_an_audience_and_a_key_of_their_own(world):
    case = world.taken()
    cases.add_note(by=world.worker, at=AT, case=case, text="Wound", audience="medical")
    cases.add_note(by=world.worker, at=AT, case=case, text="Papers", audience="legal")
    _, notes = reading.open_details(
        by=world.worker, at=AT, case=case, notes=Note.objects.order_by("audience")
    )
    assert notes == [{"legal": "Papers"}, {"medical": "Wound"}]
    for audience, text in (("press", "x"), ("team", "  ")):
        with pytest.raises(acting.Refused):
            cases.add_note(by=world.worker, at=AT, case=case, text=text, audience=audience)


def test_details_of_another_case_are_not_opened(world):
    case, other = world.taken(), world.taken()
    with pytest.raises(acting.NotFound):
        reading.open_details(by=world.worker, at=AT, case=case, needs=other.needs.all())


def test_a_need_found_later_counts_from_when_it_was_found(world):
    case = world.taken()
    need = cases.record_need(
        by=world.worker,
        at=after(days=2),
        case=case,
        kind="education",
        urgency="within_1_day",
        detail="Class 4",
        identified_at=after(days=1),
    )
    assert need.due_at == after(days=2)
    opened, _ = reading.open_details(by=world.worker, at=AT, case=case, needs=[need])
    assert opened == [{"detail": "Class 4"}]


def test_a_sharper_urgency_moves_the_clock(world):
    case = world.taken(urgent={"un_hurt": "no"}, asked=True)
    assert not case.urgent
    need = case.needs.get(kind="legal")
    cases.record_need(
        by=world.worker, at=AT, case=case, kind="legal", urgency="within_3_hours", health="None"
    )
    assert Case.objects.get(pk=case.pk).urgent
    running = need.clocks.filter(stopped_at=None)
    assert [c.kind for c in running] == ["within_3_hours"]
    assert running[0].due_at == after(hours=3)
    assert Need.objects.filter(case=case, kind="legal").count() == 1


def test_settling_needs_stops_clocks_and_the_case_knows_its_next_duty(world):
    case = world.taken()
    for need in case.needs.all():
        cases.settle_need(by=world.worker, at=AT, need=need, status="met")
    case.refresh_from_db()
    assert case.next_due_at == NO_DUTY
    assert case.due_at is None
    with pytest.raises(acting.Refused, match="settled"):
        cases.settle_need(by=world.worker, at=AT, need=need, status="declined")


def test_status_is_decided_by_a_named_body(world):
    case = world.taken()
    with pytest.raises(acting.Refused, match="Name the organisation"):
        cases.decide_status(
            by=world.worker,
            at=AT,
            case=case,
            status="ActualVictimOfTrafficking",
            decider="Police",
        )
    case = cases.decide_status(
        by=world.worker,
        at=AT,
        case=case,
        status="ActualVictimOfTrafficking",
        decider="CourtOrProsecution",
        organisation="Example Court",
    )
    opened = reading.open_case(by=world.worker, at=AT, case=case)
    assert opened["deciding_organisation"] == "Example Court"
    assert case.decided_by == world.worker.user
    case = cases.decide_status(
        by=world.worker, at=AT, case=case, status="PossibleVictimOfTrafficking"
    )
    assert case.deciding_organisation is None
    assert case.clocks.filter(kind="recovery").count() == 1


def test_the_database_itself_refuses_what_must_never_be(world):
    case = world.taken()
    wrong = [
        {"trafficking_status": "ActualVictimOfTrafficking"},
        {"trafficking_status": "Maybe"},
        {"non_punishment": False},
        {"case_status": "Closed"},
        {"case_status": "Lost"},
        {"identified_at": after(days=1)},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**values)
    row = world.drafted(case)
    for values in (
        {"state": "accepted"},
        {"state": "sent"},
        {"state": "consented"},
        {"state": "nowhere"},
        {"state": "withdrawn"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(pk=row.pk).update(**values)


def test_closing_waits_for_answers_and_reopening_starts_the_clocks_again(world):
    case = world.taken()
    row = world.sent(case=case)
    with pytest.raises(acting.Refused, match="1 referral"):
        cases.close_case(by=world.worker, at=AT, case=case, reason="moved")
    referrals.answer_referral(by=world.focal, at=AT, referral=row, accept=True)
    with pytest.raises(acting.Refused, match="list"):
        cases.close_case(by=world.worker, at=AT, case=case, reason="bored")
    case = cases.close_case(by=world.worker, at=AT, case=case, reason="moved")
    assert not case.clocks.filter(stopped_at=None).exists()
    with pytest.raises(acting.Refused, match="closed"):
        cases.record_need(by=world.worker, at=AT, case=case, kind="education")
    case = cases.reopen_case(by=world.worker, at=AT, case=case)
    kinds = set(case.clocks.filter(stopped_at=None).values_list("need__kind", flat=True))
    assert "legal" in kinds
    assert "medical" not in kinds  # its service has accepted


def test_following_up_and_back(world):
    case = world.taken()
    assert cases.follow_up(by=world.worker, at=AT, case=case).case_status == "FollowUp"
    assert cases.follow_up(by=world.worker, at=AT, case=case, active=True).case_status == "Active"


def test_a_person_who_comes_by_themselves(world):
    with pytest.raises(acting.Refused, match="consent"):
        cases.open_case(by=world.worker, at=AT, language="ar", values={"name": NAME})
    case = cases.open_case(
        by=world.worker, at=AT, language="ar", values={"sex": "female"}, minor=False
    )
    assert case.worker == world.worker.user
    with pytest.raises(acting.Refused, match="not been asked"):
        cases.edit_person(by=world.worker, at=AT, case=case, values={"name": NAME})
    consents.give_consent(
        by=world.worker, at=AT, subject=case, purpose="store_record", given=True, questions=YES
    )
    case = cases.edit_person(
        by=world.worker, at=AT, case=case, values={"name": NAME, "contact": "+962 0000 222"}
    )
    assert case.with_name
    assert names.search(by=world.worker, at=AT, query="amal exampel")[0].object_id == case.id
    found = names.find_identifier(by=world.worker, at=AT, kind="contact", value="+962 0000 222")
    assert found == [case.id]
    cases.edit_person(by=world.worker, at=AT, case=case, values={"name": "Noor Example"})
    assert names.search(by=world.worker, at=AT, query="Amal") == []


def test_erasing_leaves_no_key_no_name_and_a_record_that_still_proves(world):
    case = world.taken()
    row = world.sent(case=case)
    cases.add_note(by=world.worker, at=AT, case=case, text="Canary note")
    case = world.erased(case, at=after(days=1))
    ids = [case.id, case.screening_id, row.id]
    assert not models.KeyWrap.objects.filter(object_id__in=ids).exists()
    assert names.search(by=world.worker, at=AT, query="Amal") == []
    row.refresh_from_db()
    assert (row.state, row.letter) == ("withdrawn", None)
    assert Note.objects.get().team is None
    assert case.erased_at == after(days=1)
    with pytest.raises(acting.Refused, match="erased"):
        cases.reopen_case(by=world.worker, at=AT, case=case)
    from manumit.core.actions import record

    assert record.verify().ok


def test_the_same_rule_for_one_object_and_for_a_list(world):
    """`access.reaches` and `visible_to` agree for every role, table and relation."""
    case = world.taken()
    world.sent(case=case)
    world.drafted(world.taken())
    users = list(models.User.objects.all())
    outside = {side: make.unit() for side in (*roles.SIDES, None)}
    for role in roles.PEOPLE:
        side = next((one for one in roles.SIDES if role in one), None)
        users.append(make.user(role, outside[side]))
    tables = {
        Case: [p for p in roles.PERMISSIONS if p.startswith("case.")],
        Screening: ["screening.read", "screening.conduct"],
        Referral: [p for p in roles.PERMISSIONS if p.startswith("referral.")],
        Clock: ["duty.read"],
    }
    seen = 0
    for table, permissions in tables.items():
        for row in table.objects.all():
            for user in users:
                for permission in permissions:
                    role = Role(user.role)
                    one = access.reaches(role, permission, standing(user), row.place_in_house())
                    many = table.objects.visible_to(user, permission).filter(pk=row.pk).exists()
                    assert one == many, (table, user.role, permission)
                    seen += one
    assert seen > 20


def test_lists_go_on_from_a_key_and_never_skip_or_repeat(world):
    made = {world.handed_over(at=AT + timedelta(minutes=n % 3)).id for n in range(7)}
    for order, key in (("by_duty", "next_due_at"), ("newest", "opened_at")):
        found, after_key = [], None
        while page := list(getattr(Case.objects, order)(after_key)[:2]):
            found += [case.id for case in page]
            after_key = (getattr(page[-1], key), page[-1].id)
        assert len(found) == len(set(found)) == 7
        assert set(found) == made


def test_the_board_counts_what_is_late_waiting_and_alone(world):
    late = AT - timedelta(days=2)
    world.handed_over(at=late)
    case = world.taken(at=late)
    world.sent(case=case, at=late)
    seen = board.board(world.supervisor.user, AT)
    assert seen.unassigned.number == 1
    assert seen.active.number == 2
    assert seen.waiting.number == seen.waiting_late.number == 1
    worker = world.worker.person
    assert seen.overdue.number == sum(seen.overdue_by_worker.values()) > 0
    assert seen.overdue_by_unit == {world.helping.name: seen.overdue.number}
    assert set(seen.overdue_by_worker) == {("", ""), (worker.username, worker.display_name)}
    assert "medical" in seen.overdue_by_need
    stranger = world.join(Role.SUPERVISOR, make.unit())
    assert board.board(stranger.user, AT).overdue.number == 0
    coordinator = world.join(Role.COORDINATOR, make.unit(organisation_=world.helping.organisation))
    assert board.board(coordinator.user, AT).overdue.number == seen.overdue.number


def test_a_board_asks_the_same_number_of_questions_at_any_size(
    world, django_assert_num_queries, django_assert_max_num_queries
):
    world.handed_over()
    with django_assert_max_num_queries(30) as few:
        board.board(world.supervisor.user, AT)
    for _ in range(5):
        world.handed_over()
    with django_assert_num_queries(len(few.captured_queries)):
        board.board(world.supervisor.user, AT)


def test_a_board_stops_counting(world, monkeypatch):
    """At the cap it says so, and shows what is late the longest."""
    for _ in range(3):
        world.taken(at=AT - timedelta(days=2))
    whole = board.board(world.supervisor.user, AT)
    assert (whole.overdue.capped, str(whole.active)) == (False, "3")
    monkeypatch.setattr(board, "CAP", 2)
    seen = board.board(world.supervisor.user, AT)
    assert whole.overdue.number > 2
    assert (seen.overdue.capped, str(seen.overdue)) == (True, "2+")
    assert sum(seen.overdue_by_worker.values()) == 2


def test_a_decided_case_can_be_erased_too(world):
    case = cases.decide_status(
        by=world.worker,
        at=AT,
        case=world.taken(),
        status="ActualVictimOfTrafficking",
        decider="CourtOrProsecution",
        organisation="Example Court",
    )
    case = world.erased(case, at=AT)
    assert case.deciding_organisation is None
    assert case.deciding_kind == "CourtOrProsecution"
