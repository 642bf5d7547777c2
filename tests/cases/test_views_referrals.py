"""Asking a service: what is told, the person's word, and what the service sees."""

import re
from datetime import UTC, datetime, timedelta

import pytest

import casework
import make
from manumit.cases import consent
from manumit.cases.actions import denials, referrals
from manumit.cases.models import Clock, Referral
from manumit.cases.views import paging
from manumit.core.roles import Role
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=20)
TOLD = list(consent.QUESTIONS[1:])


@pytest.fixture
def world():
    return casework.World()


@pytest.fixture
def worker(world):
    return client_for(world.worker.person)


@pytest.fixture
def focal(world):
    return client_for(world.focal.person)


def get(client, address):
    return client.get(address, secure=True)


def post(client, address, **data):
    return client.post(address, data, secure=True)


def text(response):
    return response.content.decode()


def need_of(case, kind="medical"):
    return case.needs.get(kind=kind, status="open")


def refer(world, client, case, to=None, **change):
    need = need_of(case)
    address = f"/cases/{case.id}/needs/{need.id}/refer/{(to or world.clinic).id}"
    kinds = ["identity", "contact"]
    data = {"interpreter": "no", "told": TOLD, "agrees": "yes", "message": "Please"}
    data |= {"classes": kinds, **change}
    return post(client, address, **data)


def test_a_yes_says_what_it_is_about(world, worker):
    case = world.taken(at=NOW)
    response = refer(world, worker, case, classes=[])
    assert response.status_code == 400
    assert "Tick what the person agrees to have told" in text(response)


def test_only_what_was_ticked_goes(world, worker):
    case = world.taken(at=NOW)
    refer(world, worker, case, classes=["contact"])
    sent = case.referrals.get()
    assert "contact" in sent.sent_fields
    assert "name" not in sent.sent_fields


def test_a_service_may_be_told_only_which_help_is_needed(world, worker):
    case = world.taken(at=NOW)
    refer(world, worker, case, classes=["nothing"])
    sent = case.referrals.get()
    assert set(sent.sent_fields) <= {"need", "urgency", "language", "interpreter_needed"}


def test_who_is_never_to_be_told_is_not_offered(world, worker):
    case = world.taken(at=NOW)
    denials.deny_recipient(by=world.worker, at=NOW, case=case, recipient=world.clinic)
    page = text(post(worker, f"/cases/{case.id}/needs/{need_of(case).id}/refer"))
    assert "Never told, because the person said so" in page
    assert f"/refer/{world.clinic.id}" not in page
    ask = f"/cases/{case.id}/needs/{need_of(case).id}/refer/{world.clinic.id}"
    assert "never to tell them" in text(get(worker, ask))
    assert '<form method="post" novalidate' not in text(get(worker, ask))


def test_offers_say_why_they_stand_where_they_stand(world, worker):
    case = world.taken(at=NOW)
    page = text(
        post(worker, f"/cases/{case.id}/needs/{need_of(case).id}/refer", near="Example Camp")
    )
    assert world.clinic.name in page
    assert "About 0 km away" in page
    assert "answers here" in page
    away = post(worker, f"/cases/{case.id}/needs/{need_of(case).id}/refer", near="Nowhere At All")
    assert "No service is known at a place called" in text(away)


def test_a_service_that_would_not_take_the_person_is_shown_with_the_reason(world, worker):
    world.clinic.sex = "male"
    world.clinic.save()
    case = world.taken(at=NOW)
    page = text(get(worker, f"/cases/{case.id}/needs/{need_of(case).id}/refer"))
    unfit = page.index("would not take the person")
    assert page.index(world.clinic.name) > unfit
    assert "It is for men and boys only" in page[unfit:]


def test_each_field_is_shown_with_its_reason_before_the_person_is_asked(world, worker):
    case = world.taken(at=NOW)
    address = f"/cases/{case.id}/needs/{need_of(case).id}/refer/{world.clinic.id}"
    page = text(get(worker, address))
    stays = page.index("What stays here, and why")
    assert page.index("Needed for: medical care") < stays
    assert "Never leaves with a referral" in page[stays:]
    assert "Not needed for: medical care" in page[stays:]
    assert 'dir="rtl"' in page, "the person speaks Arabic"
    assert casework.NAME not in page


def test_a_yes_sends_the_letter_and_starts_the_clock(world, worker):
    case = world.taken(at=NOW)
    response = refer(world, worker, case, withheld=["name"])
    row = Referral.objects.get()
    assert row.state == "sent"
    assert "name" not in row.sent_fields
    page = text(get(worker, response["Location"]))
    assert "Sent, waiting for an answer" in page
    assert Clock.objects.running().filter(referral=row).exists()


def test_a_no_sends_nothing_and_help_goes_on(world, worker):
    case = world.taken(at=NOW)
    response = refer(world, worker, case, agrees="no", told=[])
    assert response["Location"] == f"/cases/{case.id}"
    assert Referral.objects.get().state == "withdrawn"
    assert need_of(case).status == "open"


def test_a_yes_without_the_explanation_is_refused_and_the_message_kept(world, worker):
    case = world.taken(at=NOW)
    response = refer(world, worker, case, told=TOLD[:1], message="Keep this")
    assert response.status_code == 400
    assert "Keep this" in text(response)
    assert not Referral.objects.exists()


def test_the_service_sees_only_the_letter_and_accepts_and_the_clock_stops(world, worker, focal):
    case = world.taken(at=NOW)
    refer(world, worker, case)
    row = Referral.objects.get()
    inbox = text(get(focal, "/inbox"))
    assert f"/referrals/{row.id}" in inbox
    assert case.reference not in inbox
    page = text(get(focal, f"/referrals/{row.id}"))
    assert casework.NAME in page
    assert "Please" in page
    assert case.reference not in page
    assert "What was done" not in page
    bad = post(focal, f"/referrals/{row.id}/answer", answer="no", note="Keep this")
    assert bad.status_code == 400
    assert "Keep this" in text(bad)
    post(focal, f"/referrals/{row.id}/answer", answer="yes", note="Come at ten")
    row.refresh_from_db()
    assert row.state == "accepted"
    assert not Clock.objects.running().filter(referral=row).exists()
    assert "Come at ten" in text(get(worker, f"/referrals/{row.id}?open=1"))


def test_a_second_answer_is_told_that_the_first_one_counts(world, worker, focal):
    refer(world, worker, world.taken(at=NOW))
    row = Referral.objects.get()
    post(focal, f"/referrals/{row.id}/answer", answer="yes")
    second = client_for(world.second_focal.person)
    response = second.post(
        f"/referrals/{row.id}/answer", {"answer": "no", "reason": "full"}, secure=True, follow=True
    )
    assert "You cannot decline it now" in text(response)
    row.refresh_from_db()
    assert row.state == "accepted"


def test_help_begins_and_ends(world, worker, focal):
    case = world.taken(at=NOW)
    refer(world, worker, case)
    row = Referral.objects.get()
    post(focal, f"/referrals/{row.id}/answer", answer="yes")
    post(focal, f"/referrals/{row.id}/progress", act="start")
    bad = post(focal, f"/referrals/{row.id}/progress")
    assert bad.status_code == 400
    post(focal, f"/referrals/{row.id}/progress", **{"end-how": "done"})
    row.refresh_from_db()
    assert row.state == "done"
    page = text(get(focal, f"/referrals/{row.id}"))
    assert "can no longer be opened" in page
    assert casework.NAME not in page


def test_a_declined_letter_says_why_and_offers_another_service(world, worker, focal):
    refer(world, worker, world.taken(at=NOW))
    row = Referral.objects.get()
    post(focal, f"/referrals/{row.id}/answer", answer="no", reason="full")
    page = text(get(worker, f"/referrals/{row.id}"))
    assert "We have no room now" in page
    assert "Find another service" in page


def test_an_answer_by_telephone_is_written_down(world, worker):
    case = world.taken(at=NOW)
    refer(world, worker, case, to=world.phone_clinic)
    row = Referral.objects.get()
    assert get(worker, f"/referrals/{row.id}/record").status_code == 200
    post(worker, f"/referrals/{row.id}/record", answer="yes", note="Said yes")
    row.refresh_from_db()
    assert row.answered_by_phone


def test_what_is_taken_back_can_be_read_by_nobody(world, worker, focal):
    refer(world, worker, world.taken(at=NOW))
    row = Referral.objects.get()
    assert get(worker, f"/referrals/{row.id}/withdraw").status_code == 200
    post(worker, f"/referrals/{row.id}/withdraw")
    page = text(get(focal, f"/referrals/{row.id}"))
    assert casework.NAME not in page
    assert "can no longer be opened" in page


def test_an_empty_inbox_says_what_to_do(focal):
    assert "Nobody is waiting" in text(get(focal, "/inbox"))


@pytest.mark.parametrize("name", ["waiting", "in_hand", "ended"])
def test_every_letter_of_a_long_list_is_reached(world, focal, monkeypatch, name):
    monkeypatch.setattr(paging, "SIZE", 1)
    made = {world.sent(case=world.taken(at=NOW), at=NOW) for _ in range(3)}
    for row in made if name != "waiting" else ():
        accept, reason = name == "in_hand", "" if name == "in_hand" else "full"
        referrals.answer_referral(
            by=world.focal, at=NOW, referral=row, accept=accept, reason=reason
        )
    found, address = [], f"/inbox?list={name}"
    while address:
        page = text(get(focal, address))
        found += re.findall(r'task-list__link" href="/referrals/([^"]+)"', page)
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        address = f"/inbox{onward.group(1).replace('&amp;', '&')}" if onward else ""
    assert len(found) == 3
    assert set(found) == {str(row.id) for row in made}


def test_three_people_stand_before_a_referral(world, worker):
    case = world.taken(at=NOW)
    refer(world, worker, case)
    row, need = Referral.objects.get(), need_of(case)
    stranger = client_for(make.user(Role.CASE_WORKER))
    other_service = client_for(make.user(Role.SERVICE_FOCAL_POINT))
    monitor = client_for(make.user(Role.MONITOR))
    ask = f"/cases/{case.id}/needs/{need.id}/refer"
    for address in (ask, f"{ask}/{world.clinic.id}", f"/referrals/{row.id}"):
        assert get(worker, address).status_code == 200, address
        assert get(stranger, address).status_code == 404, address
        assert get(monitor, address).status_code == 403, address
    assert get(other_service, f"/referrals/{row.id}").status_code == 404
    assert post(other_service, f"/referrals/{row.id}/answer", answer="yes").status_code == 404
    assert str(row.id) not in text(get(other_service, "/inbox"))


def test_an_interpreter_is_told_to_a_service_without_the_name(world, worker):
    page = text(get(worker, f"/cases/{world.taken(at=NOW).id}"))
    assert re.search(r"Interpreter|العربية", page)
