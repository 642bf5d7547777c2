"""Pages of sightings and leads: reported on a telephone, read in one unit, followed up."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import make
import signed_in
from manumit.core.roles import Role
from manumit.network import models
from network import leads_made, standing_register

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def client(by):
    return signed_in.client_for(by.person)


@pytest.fixture
def officer():
    return signed_in.client_for(make.user(Role.SCREENING_OFFICER))


def get(client, name, *args):
    answer = client.get(reverse(name, args=args), secure=True)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client, name, *args, **given):
    return client.post(reverse(name, args=args), given, secure=True)


def filled(by, **more):
    given = {
        "subject": "vehicle",
        "words": "Plate EX-123",
        "place": "Example Crossing",
        "seen_at": "2026-01-02T10:30",
        "precision": "hour",
        "way": "border",
        "certainty": "2",
        "unit": str(by.unit.id),
        "names_nobody": "on",
    }
    return given | more


def test_a_report_goes_to_the_unit_and_the_reporter_sees_its_state_only(by, client, officer):
    assert "Name nobody who may have been exploited" in get(officer, "sighting_new")
    page = SimpleUploadedFile("page.exe", leads_made.PDF)
    point = "36.2021, 37.1343"
    sent = post(officer, "sighting_new", **filled(by, page=page, address="x.example", point=point))
    assert sent.status_code == 302
    mine = get(officer, "sightings")
    assert "Sent" in mine
    assert "EX-123" not in mine
    row = models.Sighting.objects.get()
    assert officer.get(reverse("sighting", args=[row.id]), secure=True).status_code == 403
    assert "Plate EX-123" in get(client, "sightings")
    shown = get(client, "sighting", row.id)
    for words in ("Example Crossing", "36.20210", "At a border", "Likely", "SHA-256", "x.example"):
        assert words in shown
    post(client, "sighting", row.id, act="read")
    assert "Read" in get(officer, "sightings")


def test_what_lacks_is_asked_for_and_nothing_typed_is_lost(by, officer):
    for more, words in (
        ({"names_nobody": ""}, "Take out every name"),
        ({"words": ""}, "Say who or what was seen"),
        ({"point": "north"}, "latitude and longitude"),
        ({"page": SimpleUploadedFile("x.pdf", b"MZ")}, "PDF, PNG, JPEG or HTML"),
        ({"seen_at": "2999-01-01T00:00"}, "future"),
        ({"unit": str(by.id)}, "error"),
    ):
        answer = post(officer, "sighting_new", **filled(by, **more)).content.decode()
        assert words in answer
        assert "Example Crossing" in answer
    assert not models.Sighting.objects.exists()


def test_where_nobody_investigates_the_page_says_so(officer):
    assert "nobody to send it to" in get(officer, "sighting_new")


def test_a_captured_page_comes_as_a_file_and_never_as_a_page(by, client, officer):
    page = SimpleUploadedFile("x.html", b"<html><script>alert(1)</script></html>")
    post(officer, "sighting_new", **filled(by, page=page))
    kept = models.Capture.objects.get()
    answer = client.get(reverse("capture", args=[kept.id]), secure=True)
    assert answer.content.startswith(b"<html>")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert officer.get(reverse("capture", args=[kept.id]), secure=True).status_code == 403
    row = kept.sighting_id
    assert "Choose the file" in post(client, "sighting", row, act="page").content.decode()
    more = SimpleUploadedFile("x.pdf", leads_made.PDF)
    assert post(client, "sighting", row, act="page", page=more).status_code == 302
    assert models.Capture.objects.count() == 2


def test_from_a_report_to_a_claim(by, client, officer):
    post(officer, "sighting_new", **filled(by))
    row = models.Sighting.objects.get()
    assert "1 report that nobody has read" in get(client, "leads")
    assert "Give the lead a title" in post(client, "sighting", row.id, act="lead").content.decode()
    assert post(client, "sighting", row.id, act="lead", title="Whose is it?").status_code == 302
    lead = models.Lead.objects.get()
    assert "Plate EX-123" in get(client, "lead", lead.id)
    form = get(client, "lead_claim", lead.id)
    assert 'value="Plate EX-123"' in form
    given = {"schema": "Vehicle", "value": "EX-123", "reliability": "B", "credibility": "3"}
    assert post(client, "lead_claim", lead.id, **given).status_code == 302
    assert models.Claim.objects.get().state == "proposed"
    assert "Entered as a claim" in get(client, "lead", lead.id)
    more = {"prop": "notes", "value": "Blue", "reliability": "B", "credibility": "3"}
    assert post(client, "lead_claim", lead.id, **more).status_code == 302
    assert models.Claim.objects.count() == 2
    bad = {"prop": "notes", "value": "", "reliability": "B", "credibility": "3"}
    assert "Say what the claim says" in post(client, "lead_claim", lead.id, **bad).content.decode()


def test_a_lead_by_hand_with_tasks_notes_and_an_end(by, client):
    register = models.Register.objects.get()
    entity = standing_register.entity(register, by, name="Test Person 9")
    second = make.user(Role.INVESTIGATOR, unit=by.unit)
    address = f"{reverse('lead_new')}?entity={entity.id}&inquiry=none"
    made = client.post(address, {"title": "Who <b>drives</b>?", "text": "Seen"}, secure=True)
    assert made.status_code == 302
    lead = models.Lead.objects.get()
    assert lead.entity == entity
    acts = [
        {"act": "taken"},
        {"act": "note", "text": "The neighbour knows."},
        {"act": "task", "words": "Ask the register", "owner": str(by.person.id)},
        {"act": "wait", "text": "For the register"},
        {"act": "go_on"},
        {"act": "hand", "to": str(second.id)},
    ]
    for given in acts:
        assert post(client, "lead", lead.id, **given).status_code == 302
    shown = get(client, "lead", lead.id)
    for words in ("Who &lt;b&gt;drives", "The neighbour knows.", "Handed on", "Test Person 9"):
        assert words in shown
    assert "Ask the register" in get(client, "leads")
    task = models.Task.objects.get()
    post(client, "lead", lead.id, act="done", task=str(task.id))
    assert "Ask the register" not in get(client, "leads")
    closing = {"act": "close", "outcome": "not_confirmed", "text": "It was sold."}
    post(client, "lead", lead.id, **closing)
    assert "Not confirmed" in get(client, "lead", lead.id)
    assert "Who &lt;b&gt;" not in get(client, "leads")
    refused = client.post(
        reverse("lead", args=[lead.id]), {"act": "taken"}, secure=True, follow=True
    )
    assert "Open it again first" in refused.content.decode()


def test_a_monitor_reports_too_and_a_case_worker_does_not(by):
    monitor = signed_in.client_for(make.user(Role.MONITOR))
    assert post(monitor, "sighting_new", **filled(by)).status_code == 302
    worker = signed_in.client_for(make.user(Role.CASE_WORKER))
    assert worker.get(reverse("sighting_new"), secure=True).status_code == 403


def test_an_entity_and_the_day_of_an_investigator_lead_here(by, client):
    register = models.Register.objects.get()
    entity = standing_register.entity(register, by, name="Test Person 9")
    lead = leads_made.lead(by, make.AT, entity=entity)
    hit = leads_made.hit(by, make.AT, entity, leads_made.version(by, make.AT, "XXi.1"))
    post(client, "lead", lead.id, act="task", words="Ask the register", owner=str(by.person.id))
    shown = get(client, "entity", entity.id)
    assert reverse("lead", args=[lead.id]) in shown
    assert reverse("hit", args=[hit.id]) in shown
    assert "To look at" in shown
    assert "Ask the register" in get(client, "inquiries")
