"""The pages of traces on the side of the people."""

import pytest
from django.urls import reverse

import casework
import signed_in
from cases import traced
from manumit.cases.models import CaseTrace, Consent
from manumit.core import models

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TOLD = ["told_purpose", "told_use_of_data", "told_research_use", "told_right_to_request",
        "told_storage_duration", "told_how_to_withdraw"]  # fmt: skip


@pytest.fixture
def world(db):
    return casework.World()


def client(actor):
    return signed_in.client_for(actor.person)


def test_the_person_is_asked_before_anything_is_noted_and_can_stop(world):
    case, browser = world.taken(), client(world.worker)
    url = reverse("case_traces", args=[case.id])
    shown = browser.get(url).content.decode()
    assert "without the person" in shown
    assert 'name="value"' not in shown
    said = {"act": "ask", "interpreter": "no", "agrees": "yes", "told": TOLD}
    assert browser.post(url, said | {"told": []}).status_code == 400
    assert browser.post(url, said).status_code == 302
    assert browser.post(url, {"act": "note", "kind": "phone", "value": "0700"}).status_code == 400
    note = {"act": "note", "kind": "phone", "value": traced.PHONE}
    assert browser.post(url, note).status_code == 302
    assert traced.PHONE not in browser.get(url).content.decode()
    assert traced.PHONE in browser.get(url, {"open": "1"}).content.decode()
    again = browser.post(url, note)
    assert "noted already" in again.content.decode()
    browser.post(url, {"act": "stop"})
    assert not models.Trace.objects.exists()
    assert Consent.objects.filter(purpose="trace_responsible", withdrawn_at=None).count() == 0


def test_one_is_struck_out(world):
    case, browser = traced.case_with(world), client(world.worker)
    row = CaseTrace.objects.get(case=case)
    url = reverse("case_traces", args=[case.id])
    assert browser.post(url, {"act": "strike", "trace": "x"}).status_code == 404
    assert browser.post(url, {"act": "strike", "trace": str(row.id)}).status_code == 302
    assert not models.Trace.objects.exists()


def test_the_head_of_the_team_answers_in_chosen_words_or_declines(world):
    by = traced.investigator()
    case, other = traced.case_with(world), traced.case_with(world)
    traced.told_authority(world, case, by.unit)
    row, browser = traced.asked(world, by), client(world.supervisor)
    assert by.unit.name in browser.get(reverse("trace_requests")).content.decode()
    url = reverse("trace_request", args=[row.id])
    shown = browser.get(url).content.decode()
    assert case.reference in shown
    assert other.reference in shown
    assert shown.count('name="cases"') == 1
    give = {"act": "give", "statement": "It was used in spring.", "cases": [str(case.id)]}
    assert browser.post(url, give | {"cases": [str(other.id)]}).status_code == 400
    assert browser.post(url, give | {"statement": "It"}).status_code == 400
    assert browser.post(url, {"act": "decline", "reason": ""}).status_code == 400
    assert browser.post(url, give).status_code == 302
    assert "It was used in spring." in browser.get(url).content.decode()
    browser.post(url, {"act": "take_back"})
    row.refresh_from_db()
    assert row.state == "taken_back"
    assert "It was used in spring." not in browser.get(url).content.decode()
