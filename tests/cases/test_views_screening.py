"""The pages of a screening: consent first, everything saved, the finding with its reasons."""

import re

import pytest

import casework
import make
from manumit.cases import consent
from manumit.cases.actions import screenings
from manumit.cases.models import Case, Consent, Screening
from manumit.core import models
from manumit.core.roles import Role
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TOLD = list(consent.QUESTIONS[1:])


@pytest.fixture
def world():
    return casework.World()


@pytest.fixture
def officer(world):
    return client_for(world.officer.person)


def consents(answer="yes", **change):
    given = {purpose.value: answer for purpose in consent.AT_SCREENING}
    return {"interpreter": "no", "told": TOLD, **given, **change}


def begin(client, **change):
    data = {"language": "ar", "under_18": "no", **change}
    response = client.post("/screening", data, secure=True)
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def talk_of(address):
    return Screening.objects.get(pk=re.search(r"[0-9a-f-]{36}", address)[0])


def go_to_end(client, address, answer, most=12):
    """Answer every page the same way; return the addresses of all pages on the way."""
    seen = [address]
    while not address.endswith("/finding"):
        assert len(seen) <= most, seen
        page = client.get(address, secure=True)
        assert page.status_code == 200, page.content.decode()
        names = re.findall(r'name="([a-z-]+:[a-z0-9_]+)"', page.content.decode())
        data = dict.fromkeys(names, answer) if answer else {}
        response = client.post(address, data, secure=True)
        assert response.status_code == 302, response.content.decode()
        address = response["Location"]
        seen.append(address)
    return seen


def test_a_whole_talk_opens_a_case_and_takes_at_most_twelve_pages(world, officer):
    start = officer.get("/screening", secure=True)
    assert start.status_code == 200
    address = begin(officer)
    page = officer.get(address, secure=True).content.decode()
    assert "ستحصل على المساعدة مهما كان جوابك" in page, "declining never blocks help, in Arabic"
    address = officer.post(address, consents(), secure=True)["Location"]
    assert address.endswith("/person")
    person = {"name": "Amal Example", "age": "30", "sex": "female", "place": "Example Camp"}
    address = officer.post(address, person, secure=True)["Location"]
    pages = go_to_end(officer, address, "yes")
    assert 3 + len(pages) <= 12
    finding = officer.get(pages[-1], secure=True).content.decode()
    assert "There are signs that this person may be a victim" in finding
    assert "source" in finding
    assert "not a verdict" in finding
    done = officer.post(pages[-1], {"observations": "Example", "then": "next"}, secure=True)
    case = Case.objects.get()
    assert case.unit_id == world.helping.id
    assert case.trafficking_status == "PossibleVictimOfTrafficking"
    assert case.reference in officer.get(done["Location"], secure=True).content.decode()


@pytest.mark.parametrize("answer", ["no", "unknown", "declined", ""])
def test_a_talk_without_signs_opens_no_case(officer, answer):
    address = officer.post(begin(officer), consents(), secure=True)["Location"]
    address = officer.post(address, {"age": "30"}, secure=True)["Location"]
    pages = go_to_end(officer, address, answer)
    assert 3 + len(pages) <= 12
    officer.post(pages[-1], {"observations": "", "then": "next"}, secure=True)
    assert not Case.objects.exists()
    assert Screening.objects.get().outcome == "no_sign"


def test_who_worries_can_open_a_case_without_a_sign(officer):
    address = officer.post(begin(officer), consents(), secure=True)["Location"]
    address = officer.post(address, {"age": "30"}, secure=True)["Location"]
    finding = go_to_end(officer, address, "no")[-1]
    officer.post(finding, {"officer_asks": "on", "then": "next"}, secure=True)
    assert Case.objects.get().trafficking_status == ""


def test_declining_everything_still_asks_about_urgent_help(officer):
    address = officer.post(begin(officer), consents("no", told=[]), secure=True)["Location"]
    page = officer.get(address, secure=True).content.decode()
    assert 'name="name"' not in page
    assert "No name is kept" in page
    address = officer.post(address, {"age": "30"}, secure=True)["Location"]
    assert address.endswith("/urgent-needs")
    page = officer.get(address, secure=True).content.decode()
    assert 'name="urgent-needs:un_hurt"' in page
    address = officer.post(address, {"urgent-needs:un_hurt": "yes"}, secure=True)["Location"]
    finding = go_to_end(officer, address, "")[-1]
    officer.post(finding, {"then": "next"}, secure=True)
    assert Case.objects.get().urgent


def test_a_yes_without_the_whole_explanation_is_refused_and_nothing_typed_is_lost(officer):
    address = begin(officer)
    data = consents(told=TOLD[:2], interpreter="yes", interpreter_name="Sami Example")
    response = officer.post(address, data, secure=True)
    page = response.content.decode()
    assert response.status_code == 400
    assert "Explain what is missing" in page
    assert 'value="Sami Example"' in page
    assert not Consent.objects.exists()


def test_a_talk_can_be_put_down_on_any_page_and_taken_up_there(officer):
    address = begin(officer)
    data = consents() | {"then": "pause"}
    assert officer.post(address, data, secure=True)["Location"] == "/screening"
    talk = talk_of(address)
    assert talk.state == "paused"
    assert officer.get(address, secure=True)["Location"] == "/screening"
    assert "Go on" in officer.get("/screening", secure=True).content.decode()
    again = officer.post(f"/screening/{talk.id}/go-on", secure=True)["Location"]
    assert again.endswith("/person")
    address = officer.post(again, {"age": "30"}, secure=True)["Location"]
    data = {"urgent-needs:un_hurt": "unknown", "then": "pause"}
    officer.post(address, data, secure=True)
    again = officer.post(f"/screening/{talk.id}/go-on", secure=True)["Location"]
    assert again.endswith("/conflict-context")
    back = officer.get(address, secure=True).content.decode()
    assert re.search(r'value="unknown"[^>]* checked', back), "the answer is still there"


def test_what_was_seen_stands_apart_from_what_was_said(officer):
    address = officer.post(begin(officer), consents(), secure=True)["Location"]
    address = officer.post(address, {"age": "30"}, secure=True)["Location"]
    talk = talk_of(address)
    data = {"urgent-needs:un_medicine": "yes", "seen:urgent-needs:un_hurt": "on"}
    officer.post(address, data, secure=True)
    finding = officer.get(f"/screening/{talk.id}/finding", secure=True).content.decode()
    said, seen = finding.index("The person said:"), finding.index("The officer saw:")
    assert said < seen


def test_a_child_is_asked_with_the_adult_who_answers_for_the_child(officer):
    response = officer.post("/screening", {"language": "en", "under_18": "yes"}, secure=True)
    assert response.status_code == 400
    address = begin(officer, under_18="yes", guardian="present", language="en")
    page = officer.get(address, secure=True).content.decode()
    assert 'name="guardian_interview"' in page
    both = {f"guardian_{purpose.value}": "yes" for purpose in consent.AT_SCREENING}
    address = officer.post(address, consents(**both), secure=True)["Location"]
    address = officer.post(
        address, {"name": "Child Example", "age": "12", "guardian": "present"}, secure=True
    )["Location"]
    assert address.endswith("/urgent-needs")
    assert Consent.objects.filter(by_guardian=True).count() == len(consent.AT_SCREENING)


def test_an_age_under_18_leads_back_to_ask_the_adult(officer):
    address = officer.post(begin(officer), consents(), secure=True)["Location"]
    response = officer.post(address, {"age": "15"}, secure=True)
    assert response.status_code == 400
    assert 'value="15"' in response.content.decode()
    response = officer.post(address, {"age": "15", "guardian": "present"}, secure=True)
    assert response["Location"].endswith("/consent")


def test_the_person_can_stop_at_any_moment(officer):
    talk = talk_of(begin(officer))
    assert officer.get(f"/screening/{talk.id}/stop", secure=True).status_code == 200
    response = officer.post(f"/screening/{talk.id}/stop", {"note": ""}, secure=True)
    page = officer.get(response["Location"], secure=True).content.decode()
    assert "can have help all the same" in page
    talk.refresh_from_db()
    assert talk.state == "stopped"


def test_more_questions_share_the_pages_there_are(officer):
    address = officer.post(begin(officer), consents(), secure=True)["Location"]
    address = officer.post(address, {"age": "30"}, secure=True)["Location"]
    talk = talk_of(address)
    response = officer.post(
        f"/screening/{talk.id}/more", {"added": ["sexual-exploitation-adult"]}, secure=True
    )
    pages = go_to_end(officer, response["Location"], "no")
    assert 3 + len(pages) <= 12
    talk.refresh_from_db()
    assert talk.added_packs == ["sexual-exploitation-adult"]


def pages_of(talk):
    return [
        f"/screening/{talk.id}/{name}"
        for name in (
            "consent",
            "person",
            "questions/urgent-needs",
            "finding",
            "more",
            "stop",
            "done",
        )
    ]


def test_another_officer_finds_nothing_and_a_role_without_it_is_refused(world, officer):
    talk = talk_of(begin(officer))
    other = client_for(make.user(Role.SCREENING_OFFICER, unit=world.gate))
    auditor = client_for(make.user(Role.AUDITOR))
    for address in pages_of(talk):
        assert other.get(address, secure=True).status_code == 404, address
        assert auditor.get(address, secure=True).status_code == 403, address
    assert other.post(f"/screening/{talk.id}/go-on", secure=True).status_code == 404
    refused = models.Leaf.objects.filter(act="screening.conduct", outcome="refused")
    assert refused.filter(by=auditor.session["_auth_user_id"]).exists()


def test_no_title_or_heading_tells_what_the_talk_is_about(world, officer):
    address = officer.post(begin(officer), consents(), secure=True)["Location"]
    officer.post(address, {"age": "30"}, secure=True)
    for address in ["/screening", *pages_of(Screening.objects.get())]:
        page = officer.get(address, secure=True).content.decode()
        for part in re.findall(r"(?s)<title>.*?</title>|<h1.*?</h1>", page):
            assert "traffick" not in part.lower()


def test_the_unit_that_takes_over_reads_the_finding(world):
    case = world.handed_over()
    worker = client_for(world.worker.person)
    response = worker.get(f"/screening/{case.screening_id}/finding", secure=True)
    page = response.content.decode()
    assert response.status_code == 200
    assert case.reference in page
    assert "Open the case and hand over" not in page


def test_a_finished_talk_leads_to_its_finding(world, officer):
    case = world.handed_over()
    response = officer.get(f"/screening/{case.screening_id}/person", secure=True)
    assert response["Location"].endswith("/finding")
    again = officer.post(f"/screening/{case.screening_id}/finding", {}, secure=True)
    assert again.status_code == 200
    assert Case.objects.count() == 1


def test_a_page_of_questions_that_is_not_asked_is_not_there(officer):
    talk = talk_of(begin(officer))
    address = f"/screening/{talk.id}/questions/no-such-theme"
    assert officer.get(address, secure=True).status_code == 404


def test_a_paused_talk_is_not_changed_by_an_old_page(world, officer):
    address = begin(officer)
    talk = talk_of(address)
    screenings.pause_screening(by=world.officer, at=casework.AT, screening=talk)
    assert officer.post(address, consents(), secure=True)["Location"] == "/screening"
    assert not Consent.objects.exists()
