"""The pages of cases: references first, names only on request, every list at the same cost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import casework
import make
from manumit.cases.models import Case, Consent, Need, ProtectionLift
from manumit.core import models
from manumit.core.roles import Role
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=20)


@pytest.fixture
def world():
    return casework.World()


@pytest.fixture
def worker(world):
    return client_for(world.worker.person)


def get(client, address):
    return client.get(address, secure=True)


def post(client, address, **data):
    return client.post(address, data, secure=True)


def text(response):
    return response.content.decode()


def test_the_list_shows_references_and_names_only_on_request_and_on_record(world, worker):
    case = world.taken(at=NOW)
    page = text(get(worker, "/cases"))
    assert case.reference in page
    assert casework.NAME not in page
    openings = models.Leaf.objects.filter(act="open")
    before = openings.count()
    assert casework.NAME in text(get(worker, "/cases?names=1"))
    assert openings.count() == before + 1


def test_an_empty_list_says_what_to_do_first(worker):
    page = text(get(worker, "/cases"))
    assert "There is no case yet" in page
    assert "/cases/new" in page
    assert "No case is like this" in text(get(worker, "/cases?state=closed"))


def test_the_list_goes_on_from_a_key_and_shows_every_case_once(world, worker, monkeypatch):
    monkeypatch.setattr("manumit.cases.views.paging.SIZE", 2)
    monkeypatch.setattr("manumit.cases.views.paging.page.__defaults__", (2,), raising=False)
    made = {world.taken(at=NOW - timedelta(minutes=n)).reference for n in range(5)}
    for sort in ("", "sort=newest"):
        seen, address = [], f"/cases?{sort}"
        while address:
            page = text(get(worker, address))
            seen += re.findall(r'<span dir="ltr">([^<]{7})</span></a>', page)
            onward = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', page)
            address = f"/cases{onward[1]}".replace("&amp;", "&") if onward else ""
        assert sorted(seen) == sorted(made)


@pytest.mark.parametrize("address", ["/cases", "/duties", "/board", "/referrals"])
def test_a_list_costs_as_many_queries_with_ten_rows_as_with_one(world, address):
    client = client_for(world.supervisor.person)
    world.sent(at=NOW)
    get(client, address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        get(client, address)
    for number in range(4):
        world.sent(at=NOW - timedelta(minutes=number))
    with CaptureQueriesContext(connection) as many:
        get(client, address)
    assert len(many) <= len(one)
    assert len(many) < 30
    assert len(get(client, address).content) < 60_000


def test_the_case_page_has_the_clock_the_needs_and_the_story(world, worker):
    case = world.taken(at=NOW)
    page = text(get(worker, f"/cases/{case.id}"))
    for words in ("Next:", "Protected from punishment", "Medical care", "What was done"):
        assert words in page
    assert casework.NAME not in page
    opened = text(get(worker, f"/cases/{case.id}?open=1"))
    assert casework.NAME in opened


def test_taking_assigning_and_the_notes(world, worker):
    case = world.handed_over(at=NOW)
    assert "Take this case" in text(get(worker, f"/cases/{case.id}"))
    post(worker, f"/cases/{case.id}/take")
    case.refresh_from_db()
    assert case.worker_id == world.worker.id
    post(worker, f"/cases/{case.id}/note", audience="team", text="Example note")
    assert "Example note" in text(get(worker, f"/cases/{case.id}?open=1"))
    supervisor = client_for(world.supervisor.person)
    post(supervisor, f"/cases/{case.id}/assign", to=str(world.colleague.id))
    case.refresh_from_db()
    assert case.worker_id == world.colleague.id


def test_who_was_too_late_to_take_a_case_is_told(world):
    case = world.taken(at=NOW)
    response = client_for(world.colleague.person).post(
        f"/cases/{case.id}/take", secure=True, follow=True
    )
    assert "A colleague has taken this case already" in text(response)


def test_a_note_that_is_refused_keeps_what_was_typed(world, worker):
    case = world.taken(at=NOW)
    response = post(worker, f"/cases/{case.id}/note", audience="nobody", text="Example note")
    assert response.status_code == 400
    assert "Example note" in text(response)


def test_a_need_is_added_changed_and_settled(world, worker):
    case = world.taken(at=NOW)
    post(
        worker,
        f"/cases/{case.id}/needs/new",
        kind="education",
        urgency="within_3_days",
        detail="Example",
    )
    need = Need.objects.get(case=case, kind="education")
    page = text(get(worker, f"/cases/{case.id}/needs/{need.id}"))
    assert "Example" in page
    address = f"/cases/{case.id}/needs/{need.id}"
    post(worker, address, urgency="within_1_day", detail="Other", health="")
    need.refresh_from_db()
    assert need.urgency == "within_1_day"
    post(worker, address, act="settle", **{"end-status": "met"})
    need.refresh_from_db()
    assert need.status == "met"


def test_only_a_named_body_decides(world, worker):
    case = world.taken(at=NOW)
    response = post(worker, f"/cases/{case.id}/status", status="ActualVictimOfTrafficking")
    assert response.status_code == 400
    assert "Choose which kind of body decided this" in text(response)
    post(
        worker,
        f"/cases/{case.id}/status",
        status="ActualVictimOfTrafficking",
        decider="Police",
        organisation="Example Police",
    )
    assert "Example Police" not in text(get(worker, f"/cases/{case.id}"))
    assert "Example Police" in text(get(worker, f"/cases/{case.id}?open=1"))


def test_a_lifted_protection_stays_visible_with_its_reason(world):
    case = world.taken(at=NOW)
    supervisor = client_for(world.supervisor.person)
    second = client_for(make.user(Role.SUPERVISOR, unit=world.helping))
    response = post(supervisor, f"/cases/{case.id}/protection", reason="short")
    assert response.status_code == 400
    reason = "A reason that is long enough to be one"
    post(supervisor, f"/cases/{case.id}/protection", reason=reason)
    assert "Protection lifted" not in text(get(supervisor, f"/cases/{case.id}"))
    lift = ProtectionLift.objects.get()
    post(second, f"/protection/{lift.id}", act="confirm")
    assert "Protection lifted" in text(get(supervisor, f"/cases/{case.id}"))
    assert reason in text(get(second, f"/protection/{lift.id}"))


def test_facts_are_changed_and_found_by_another_spelling(world, worker):
    case = world.taken(at=NOW)
    post(worker, f"/cases/{case.id}/person", name="Khaled Example", age="31", sex="male")
    page = text(post(worker, "/cases/search", q="Khalid Exampel"))
    assert case.reference in page
    assert "Khaled Example" in page
    assert case.reference in text(post(worker, "/cases/search", q=case.reference.lower()))
    assert "Try another spelling" in text(post(worker, "/cases/search", q="Zzyzx"))


def test_every_search_is_on_the_record(world, worker):
    world.taken(at=NOW)
    searches = models.Leaf.objects.filter(act="open", by=world.worker.id)
    before = searches.count()
    post(worker, "/cases/search", q="Nobody")
    assert searches.count() == before + 1


def test_a_case_without_a_screening_asks_consent_before_the_name(worker):
    response = post(
        worker, "/cases/new", language="en", under_18="no", possible_victim="yes", sex="", age=""
    )
    assert response["Location"].endswith("/consents")
    assert get(worker, response["Location"]).status_code == 200
    case = Case.objects.get()
    page = text(get(worker, f"/cases/{case.id}/person"))
    assert 'name="name"' not in page


def test_a_consent_is_changed_and_taken_back(world, worker):
    case = world.taken(at=NOW)
    page = text(get(worker, f"/cases/{case.id}/consents"))
    assert "Take back" in text(get(worker, f"/cases/{case.id}"))
    word = Consent.objects.get(subject_id=case.screening_id, purpose="contact_me")
    address = f"/consents/{word.id}/withdraw"
    assert get(worker, address).status_code == 200
    page = text(post(worker, address))
    assert "Taken back, everywhere" in page
    word.refresh_from_db()
    assert word.withdrawn_at is not None


def test_a_case_closes_and_opens_again(world, worker):
    case = world.taken(at=NOW)
    address = f"/cases/{case.id}/close"
    post(worker, address, act="follow_up")
    post(worker, address, act="close", reason="goals_reached")
    assert Case.objects.get(pk=case.pk).case_status == "FollowUp"  # what is open was not seen
    post(worker, address, act="close", reason="goals_reached", seen="on")
    case.refresh_from_db()
    assert case.case_status == "Closed"
    assert "Open it again" in text(get(worker, address))
    post(worker, address, act="reopen")
    case.refresh_from_db()
    assert case.case_status == "Active"


CASE_PAGES = (
    "",
    "/assign",
    "/close",
    "/consents",
    "/needs/new",
    "/note",
    "/person",
    "/protection",
    "/status",
)


def test_three_people_stand_before_each_page_of_a_case(world):
    case = world.taken(at=NOW)
    supervisor = client_for(world.supervisor.person)
    stranger = client_for(make.user(Role.SUPERVISOR))
    administrator = client_for(make.user(Role.ADMINISTRATOR))
    for name in CASE_PAGES:
        address = f"/cases/{case.id}{name}"
        assert get(supervisor, address).status_code == 200, address
        assert get(stranger, address).status_code == 404, address
        assert get(administrator, address).status_code == 403, address


def test_a_colleague_reads_but_does_not_write(world):
    case = world.taken(at=NOW)
    colleague = client_for(world.colleague.person)
    assert get(colleague, f"/cases/{case.id}").status_code == 200
    assert get(colleague, f"/cases/{case.id}/note").status_code == 404


def test_locked_keys_open_nothing(world):
    case = world.taken(at=NOW)
    locked = client_for(world.worker.person, unlocked=False)
    response = get(locked, f"/cases/{case.id}?open=1")
    assert response.status_code == 403
    assert casework.NAME not in text(response)


def test_an_erased_case_shows_its_story_and_nothing_else(world, worker):
    case = world.taken(at=NOW)
    world.erased(case, at=NOW)
    page = text(get(worker, f"/cases/{case.id}"))
    assert "The case was erased" in page
    assert "Open the person and notes" not in page
