"""The pages of keeping: what ends and why, holds and erasures by two people."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

import casework
import make
from manumit.cases.actions import cases
from manumit.cases.actions import retention as acts
from manumit.cases.models import Erasure, Hold, Need
from manumit.core import models
from manumit.core.roles import Role
from manumit.web.views import door_pages
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=20)
TEXT = "The court of Example asked in writing, canary <b>."


@pytest.fixture
def world():
    return casework.World()


def closed(world, at):
    case = world.taken(at=at)
    for need in Need.objects.filter(case=case, status="open"):
        cases.settle_need(by=world.worker, at=at, need=need, status="met")
    return cases.close_case(by=world.worker, at=at, case=case, reason="goals_reached")


def text(response, code=200):
    assert response.status_code == code, response.content.decode()[-2000:]
    return response.content.decode()


def test_what_ends_soon_is_shown_with_its_reason_and_no_name(world):
    soon = closed(world, NOW - timedelta(days=340))
    later = closed(world, NOW - timedelta(days=100))
    page = text(client_for(world.dpo.person).get("/retention", secure=True))
    assert soon.reference in page
    assert later.reference not in page
    assert "365 days after the last contact" in page
    assert casework.NAME not in page


def test_empty_it_says_so(world):
    page = text(client_for(world.dpo.person).get("/retention", secure=True))
    assert "Nobody has asked" in page
    assert "No hold stands" in page
    assert "manumit due" in page


def test_a_case_shows_each_end_with_its_source(world):
    case = closed(world, NOW)
    page = text(client_for(world.worker.person).get(f"/cases/{case.id}/keep", secure=True))
    for words in ("Kept until", "Where the person is", "Own rule", "Erase this person"):
        assert words in page
    assert "Propose a legal hold" not in page, "a case worker does not propose one"
    open_case = world.taken(at=NOW, name="Noor Example")
    page = text(client_for(world.dpo.person).get(f"/cases/{open_case.id}/keep", secure=True))
    assert "as long as help goes on" in page
    assert "Back to case" not in page


def test_a_hold_from_proposal_to_its_end_by_two_people(world):
    case = closed(world, NOW)
    supervisor, officer = client_for(world.supervisor.person), client_for(world.dpo.person)
    day = (NOW + timedelta(days=30)).date().isoformat()
    address = f"/cases/{case.id}/keep/hold"
    bad = supervisor.post(address, {"why": "court", "text": "short", "until": day}, secure=True)
    assert "Write the reason in full" in text(bad, 400)
    done = supervisor.post(address, {"why": "court", "text": TEXT, "until": day}, secure=True)
    assert done.status_code == 302
    hold = Hold.objects.get()
    page = f"/retention/holds/{hold.id}"
    assert "You proposed this" in text(supervisor.get(page, secure=True))
    supervisor.post(page, {"act": "confirm"}, secure=True)
    hold.refresh_from_db()
    assert hold.confirmed_at is None
    shut = text(officer.get(page, secure=True))
    assert "canary" not in shut
    opened = text(officer.get(page + "?open=1", secure=True))
    assert "canary &lt;b&gt;" in opened
    assert models.Leaf.objects.filter(act="open", by=world.dpo.id).exists()
    assert officer.post(page, {"act": "confirm"}, secure=True).status_code == 302
    assert "Stands" in text(officer.get(f"/cases/{case.id}/keep", secure=True))
    assert "legal hold" in text(client_for(world.worker.person).get(
        f"/cases/{case.id}/keep", secure=True)).lower()  # fmt: skip
    officer.post(page, {"act": "release"}, secure=True)
    officer.post(page, {"act": "release"}, secure=True)
    hold.refresh_from_db()
    assert hold.released_at is None
    supervisor.post(page, {"act": "release"}, secure=True)
    hold.refresh_from_db()
    assert hold.released_at is not None


def test_erasing_from_the_request_to_the_proof(world):
    case = world.taken(at=NOW)
    worker, officer = client_for(world.worker.person), client_for(world.dpo.person)
    done = worker.post(f"/cases/{case.id}/keep/erase", {"why": "person"}, secure=True)
    assert done.status_code == 302
    asked = Erasure.objects.get()
    assert "decide by" in text(officer.get("/retention", secure=True))
    page = f"/retention/erasures/{asked.id}"
    assert "Nobody can undo this" in text(officer.get(page, secure=True))
    assert officer.post(page, {"act": "confirm"}, secure=True).status_code == 302
    shown = text(officer.get(page, secure=True))
    assert "Out of all backups" in shown
    assert "next search" in shown
    assert not models.KeyWrap.objects.filter(object_id=case.id).exists()
    kept = text(worker.get(f"/cases/{case.id}/keep", secure=True))
    assert "was erased on" in kept
    assert "Erase this person" not in kept
    assert case.reference in text(officer.get("/retention", secure=True))


def test_a_hold_stands_before_the_button(world):
    case = closed(world, NOW)
    hold = acts.propose_hold(
        by=world.supervisor, at=NOW, case=case, why="court", text=TEXT,
        until=(NOW + timedelta(days=9)).date(),
    )  # fmt: skip
    acts.confirm_hold(by=world.dpo, at=NOW, hold=hold)
    asked = acts.ask_erasure(by=world.worker, at=NOW, case=case, why="person")
    officer = client_for(world.dpo.person)
    page = f"/retention/erasures/{asked.id}"
    shown = text(officer.get(page, secure=True))
    assert "A legal hold stands until" in shown
    assert "Erase now" not in shown
    assert "A legal hold stands" in text(officer.post(page, {"act": "confirm"}, secure=True))
    assert models.KeyWrap.objects.filter(object_id=case.id).exists()
    text(officer.post(page, {"act": "decline"}, secure=True), 400)
    done = officer.post(page, {"act": "decline", "because": "hold"}, secure=True)
    assert done.status_code == 302
    asked.refresh_from_db()
    assert asked.declined_because == "hold"


def test_three_people_stand_before_each_page(world):
    case = world.taken(at=NOW)
    stranger = client_for(make.user(Role.SUPERVISOR))
    auditor = client_for(make.user(Role.AUDITOR))
    for address in (f"/cases/{case.id}/keep", f"/cases/{case.id}/keep/erase",
                    f"/cases/{case.id}/keep/hold"):  # fmt: skip
        assert stranger.get(address, secure=True).status_code == 404, address
        assert auditor.get(address, secure=True).status_code == 403, address
    assert case.reference not in text(stranger.get("/retention", secure=True))


def test_the_person_is_told_at_their_own_door_and_nobody_with_the_other_code(world):
    case = closed(world, NOW)
    hold = acts.propose_hold(
        by=world.supervisor, at=NOW, case=case, why="court", text=TEXT,
        until=(NOW + timedelta(days=9)).date(),
    )  # fmt: skip
    own, other = (SimpleNamespace(by=SimpleNamespace(alone=alone, door=SimpleNamespace(case=case)))
                  for alone in (True, False))  # fmt: skip
    assert door_pages.erasing(own, NOW)["held_until"] is None, "a proposal holds nothing"
    acts.confirm_hold(by=world.dpo, at=NOW, hold=hold)
    asked = acts.ask_erasure(by=world.worker, at=NOW, case=case, why="person")
    told = door_pages.erasing(own, NOW)
    assert (told["held_until"], told["promised_by"]) == (hold.until, asked.promised_by)
    assert door_pages.erasing(other, NOW) == {}
    page = render_to_string("door/erasure.html", told | {"token": "0"})
    assert "it may not be erased" in page
    assert "canary" not in page
