"""A referral on both sides, to its end."""

from datetime import timedelta

import pytest

import make
from casework import AT, NAME, YES, World, after
from manumit.cases import consent
from manumit.cases.actions import cases, consents, due, letters, reading, referrals
from manumit.cases.models import Answering, Case, Clock, Consent, Referral
from manumit.core.actions import acting, record
from manumit.core.models import Checkpoint, KeyWrap, Leaf
from manumit.core.roles import Role

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world():
    return World()


def running(case, **filters):
    return set(Clock.objects.running().filter(case=case, **filters).values_list("kind", flat=True))


def test_the_whole_way_and_the_clock_stops(world):
    row = world.sent()
    case = row.case
    assert (row.state, row.to_unit) == ("sent", world.clinic_unit)
    assert row.due_at == after(hours=1)
    assert "referral_answer" in running(case)
    assert Referral.objects.inbox(world.clinic_unit).get() == row
    opened = reading.open_letter(by=world.focal, at=AT, referral=row)
    assert opened["letter"]["name"] == NAME
    assert opened["message"] == "Soon"
    row.refresh_from_db()
    assert row.first_read_at == AT
    row = referrals.answer_referral(
        by=world.focal, at=after(minutes=30), referral=row, accept=True, note="Come today"
    )
    assert (row.state, row.answered_by) == ("accepted", world.focal.user)
    assert running(case, referral=row) == set()
    assert running(case, need=row.need) == set()
    clock = Clock.objects.get(referral=row)
    assert clock.state(after(days=3)).code == "stopped_in_time"
    noted = reading.open_letter(by=world.worker, at=AT, referral=row)
    assert noted["answer_note"] == "Come today"
    row = referrals.start_service(by=world.focal, at=after(hours=2), referral=row)
    row = referrals.end_service(by=world.focal, at=after(days=2), referral=row, done=True)
    assert (row.state, row.outcome_code) == ("done", "referred")
    row.need.refresh_from_db()
    assert row.need.status == "met"
    with pytest.raises(acting.Refused, match="no key"):
        reading.open_letter(by=world.focal, at=AT, referral=row)
    assert Answering.objects.hours([world.clinic.id]) == {world.clinic.id: 0.5}


def test_the_letter_carries_only_what_need_and_consent_allow(world):
    case = world.taken(place="Tent 9", nationality="XC")
    row = world.drafted(case=case)
    shown = letters.preview(
        case=case, need=row.need, service=row.service, on=AT.date(), withheld=["contact"]
    )
    row = referrals.consent_referral(
        by=world.worker, at=AT, referral=row, given=True, questions=YES, withheld=["contact"]
    )
    row = referrals.send_referral(by=world.worker, at=AT, referral=row)
    letter = reading.open_letter(by=world.focal, at=AT, referral=row)["letter"]
    assert sorted(letter) == row.sent_fields == sorted(d.field for d in shown if d.goes)
    assert "contact" not in letter
    assert "place" not in letter
    assert "nationality" not in letter
    assert letter["sex"] == "female"
    assert letter["need"] == "Medical care"


def test_nothing_is_sent_without_consent(world):
    with pytest.raises(acting.Refused, match="cannot send"):
        referrals.send_referral(by=world.worker, at=AT, referral=world.drafted())
    assert Referral.objects.get().letter is None


def test_consent_to_one_service_opens_no_other(world):
    case = world.taken()
    world.sent(case=case)
    other = world.drafted(case=case, to=world.phone_clinic)
    with pytest.raises(acting.Refused):
        referrals.send_referral(by=world.worker, at=AT, referral=other)


def test_a_no_ends_the_referral_and_not_the_help(world):
    row = referrals.consent_referral(by=world.worker, at=AT, referral=world.drafted(), given=False)
    assert (row.state, row.outcome_code) == ("withdrawn", "referral_declined_by_survivor")
    assert row.need.status == "open"
    assert running(row.case, need=row.need) == {"within_1_hour"}
    assert Consent.objects.filter(purpose="share_with_service", given=False).count() == 1


def test_consent_that_ended_before_sending_sends_nothing(world):
    row = world.consented()
    later = AT + timedelta(days=consent.lasts_days(consent.Purpose.SHARE_WITH_SERVICE) + 1)
    with pytest.raises(acting.Refused, match="ended on"):
        referrals.send_referral(by=world.worker, at=later, referral=row)


def test_a_child_and_a_guardian_who_can_be_asked(world):
    case = world.taken(minor=True)
    row = world.drafted(case=case)
    agree = {"by": world.worker, "at": AT, "referral": row, "given": True, "questions": YES}
    row = referrals.consent_referral(**agree)
    assert row.state == "draft"  # nobody has said yet who answers for the child
    cases.edit_person(by=world.worker, at=AT, case=case, values={}, guardian="present")
    row = referrals.consent_referral(**agree)
    assert row.state == "draft"
    row = referrals.consent_referral(**agree, by_guardian=True)
    assert row.state == "consented"


def test_a_child_with_an_implicated_guardian_decides_with_the_worker(world):
    case = world.taken(minor=True, urgent={"un_child_unsafe_carer": "yes"})
    row = world.drafted(case=case)
    with pytest.raises(acting.Refused, match="Nobody else"):
        referrals.consent_referral(
            by=world.worker, at=AT, referral=row, given=True, questions=YES, by_guardian=True
        )
    row = referrals.consent_referral(
        by=world.worker, at=AT, referral=row, given=True, questions=YES
    )
    assert row.state == "consented"


def test_one_open_referral_per_need_and_service(world):
    case = world.taken()
    world.drafted(case=case)
    with pytest.raises(acting.Refused, match="already"):
        world.drafted(case=case)


def test_a_decline_needs_a_reason_and_gives_the_worker_the_next_duty(world):
    row = world.sent()
    with pytest.raises(acting.Refused, match="Choose why"):
        referrals.answer_referral(by=world.focal, at=AT, referral=row, accept=False)
    row = referrals.answer_referral(
        by=world.focal, at=after(minutes=5), referral=row, accept=False, reason="full"
    )
    assert (row.state, row.outcome_code) == ("declined", "service_unavailable")
    assert running(row.case, need=row.need) == {"within_1_hour", "find_another_service"}
    assert not KeyWrap.objects.filter(object_id=row.id, unit_id=world.clinic_unit.id).exists()
    again = world.sent(case=row.case, to=world.phone_clinic, at=after(minutes=10))
    assert running(row.case, need=again.need) == {"within_1_hour"}


def test_the_first_of_two_answers_counts(world):
    row = world.sent()
    referrals.answer_referral(by=world.focal, at=AT, referral=row, accept=True)
    with pytest.raises(acting.Refused):
        referrals.answer_referral(
            by=world.second_focal, at=AT, referral=row, accept=False, reason="full"
        )
    row.refresh_from_db()
    assert row.answered_by == world.focal.user


def test_an_answer_by_telephone(world):
    row = world.sent(to=world.phone_clinic)
    assert row.to_unit is None
    row = referrals.record_answer(by=world.worker, at=after(hours=2), referral=row, accept=True)
    assert row.answered_by_phone
    row = referrals.start_service(by=world.worker, at=after(hours=3), referral=row)
    with pytest.raises(acting.Refused, match="Choose how"):
        referrals.end_service(by=world.worker, at=after(hours=4), referral=row, done=False)
    row = referrals.end_service(
        by=world.worker,
        at=after(hours=4),
        referral=row,
        done=False,
        outcome="service_unavailable",
    )
    assert row.state == "stopped"
    assert running(row.case, need=row.need) == {"within_1_hour"}


def test_only_the_unit_it_was_sent_to_answers_and_reads(world):
    row = world.sent()
    stranger = world.join(Role.SERVICE_FOCAL_POINT, make.unit())
    for verb in (reading.open_letter, referrals.mark_read):
        with pytest.raises(acting.NotFound):
            verb(by=stranger, at=AT, referral=row)
    with pytest.raises(acting.NotFound):
        referrals.answer_referral(by=stranger, at=AT, referral=row, accept=True)
    with pytest.raises(acting.NotFound):
        reading.open_case(by=world.worker, at=AT, case=Case())
    with pytest.raises(acting.Refused):
        reading.open_case(by=world.focal, at=AT, case=row.case)


def test_a_draft_is_not_in_the_inbox(world):
    row = world.consented()
    Referral.objects.filter(pk=row.pk).update(to_unit=world.clinic_unit)
    with pytest.raises(acting.NotFound):
        reading.open_letter(by=world.focal, at=AT, referral=row)


def test_withdrawal_ends_it_everywhere_at_once(world):
    row = world.sent()
    reading.open_letter(by=world.focal, at=AT, referral=row)
    word = Consent.objects.get(purpose="share_with_service")
    done = consents.withdraw_consent(by=world.worker, at=after(hours=1), consent=word)
    assert [r.id for r in done.ended] == [row.id]
    assert done.told == (consents.recipient_name(world.clinic),)
    assert done.cannot_recall[0].fields == tuple(row.sent_fields)
    row.refresh_from_db()
    assert (row.state, row.letter) == ("withdrawn", None)
    assert not KeyWrap.objects.filter(object_id=row.id).exists()
    assert Referral.objects.ended(world.clinic_unit).get() == row
    assert not Referral.objects.inbox(world.clinic_unit).exists()
    with pytest.raises(acting.Refused, match="ended"):
        referrals.answer_referral(by=world.focal, at=AT, referral=row, accept=True)
    leaf = Leaf.objects.filter(act="consent.withdraw", objects_named__object_id=row.id)
    assert leaf.exists()


def test_a_service_that_is_not_here_must_be_told_by_a_person(world):
    row = world.sent(to=world.phone_clinic)
    word = Consent.objects.get(purpose="share_with_service")
    done = consents.withdraw_consent(by=world.worker, at=after(hours=1), consent=word)
    assert done.to_tell == (consents.recipient_name(world.phone_clinic),)
    assert "tell_recipient" in running(row.case, referral=row)


def test_due_marks_tells_ends_escalates_and_signs_once(world):
    row = world.sent()
    before = AT + timedelta(minutes=59)
    assert due.run(by=acting.SYSTEM, at=before).no_answer == 0
    at = after(hours=2)
    report = due.run(by=acting.SYSTEM, at=at)
    assert report.no_answer == 1
    assert report.escalated > 0
    row.refresh_from_db()
    assert (row.state, row.escalations) == ("no_answer", 1)
    assert "find_another_service" in running(row.case)
    assert "referral_answer" not in running(row.case)
    assert Answering.objects.get(service=world.clinic).no_answers == 1
    assert Checkpoint.objects.filter(size=report.checkpoint_size).exists()
    size = Leaf.objects.count()
    again = due.run(by=acting.SYSTEM, at=at)
    assert (again.no_answer, again.consents_ended, again.escalated) == (0, 0, 0)
    assert Leaf.objects.count() == size
    assert record.verify().ok
    late = referrals.answer_referral(by=world.focal, at=after(hours=3), referral=row, accept=True)
    assert late.state == "accepted"


def test_levels_rise_once_each(world):
    world.handed_over()
    first = due.run(by=acting.SYSTEM, at=after(hours=2)).escalated
    assert first == 1  # the need that was due within the hour
    assert Clock.objects.filter(level=1).count() == 1
    due.run(by=acting.SYSTEM, at=after(hours=26))
    assert Clock.objects.filter(level=2).count() == 1


def test_a_recovery_period_is_never_late(world):
    case = world.taken()
    cases.decide_status(by=world.worker, at=AT, case=case, status="PossibleVictimOfTrafficking")
    due.run(by=acting.SYSTEM, at=after(days=90))
    assert Clock.objects.get(kind="recovery").level == 0


def test_grants_of_an_expired_consent_are_destroyed(world):
    row = world.sent()
    referrals.answer_referral(by=world.focal, at=AT, referral=row, accept=True)
    word = Consent.objects.get(purpose="share_with_service")
    last = word.expires_on
    days = (last - AT.date()).days
    assert due.run(by=acting.SYSTEM, at=after(days=days)).consents_ended == 4 - 4 + _ended(days)
    report = due.run(by=acting.SYSTEM, at=after(days=days + 1))
    assert report.consents_ended == 1
    units = set(KeyWrap.objects.filter(object_id=row.id).values_list("unit_id", flat=True))
    assert units == {world.helping.id}


def _ended(days):
    """How many of the consents of the talk have run out by then."""
    return sum(consent.lasts_days(purpose) < days for purpose in consent.AT_SCREENING)
