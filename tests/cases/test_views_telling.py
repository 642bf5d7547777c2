"""The pages of telling once: the warning, the account, and the request of another team."""

import re
from datetime import UTC, datetime, timedelta

import pytest

import casework
import make
from manumit.cases import consent
from manumit.cases.actions import accounts, cases
from manumit.cases.models import Account, AccountRequest, Telling
from manumit.core.roles import Role
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=30)
TOLD = list(consent.QUESTIONS[1:])
WORDS = "Canarywords of a fictional person"


@pytest.fixture
def world():
    return casework.World()


@pytest.fixture
def worker(world):
    return client_for(world.worker.person)


@pytest.fixture
def lawyer():
    return casework.World.join(Role.CASE_WORKER, make.unit("Example Legal Aid"))


def get(client, address):
    return client.get(address, secure=True)


def post(client, address, **data):
    return client.post(address, data, secure=True)


def text(response):
    return response.content.decode()


def write(client, case, **change):
    data = {"words": WORDS, "language": "ar", "why_again": "missing"}
    return post(client, f"/cases/{case.id}/told/new", **(data | change))


def test_before_anybody_asks_again_the_page_says_how_often_and_who(world, worker):
    case = world.taken(at=NOW)
    page = text(get(worker, f"/cases/{case.id}/told/new"))
    assert "This person was asked once already." in page
    assert world.gate.name in page
    post(worker, f"/cases/{case.id}/told", by="police", times="2")
    page = text(get(worker, f"/cases/{case.id}/told/new"))
    assert "asked 3 times already" in page
    assert "Police" in page
    write(worker, case)
    assert "read it instead" in text(get(worker, f"/cases/{case.id}/told/new"))


def test_asking_again_without_a_reason_is_not_kept(world, worker):
    case = world.taken(at=NOW)
    response = write(worker, case, why_again="")
    assert response.status_code == 400
    assert not Account.objects.exists()
    assert WORDS in text(response), "nothing typed is lost"


def test_without_consent_the_page_has_no_form(world, worker):
    case = cases.open_case(by=world.worker, at=NOW, language="en")
    page = text(get(worker, f"/cases/{case.id}/told/new"))
    assert "has not been asked" in page
    assert 'name="words"' not in page
    assert write(worker, case).status_code == 400
    assert not Account.objects.exists()


def test_what_was_told_is_read_by_the_worker_and_not_by_a_colleague(world, worker):
    case = world.taken(at=NOW)
    assert write(worker, case, place="Example room").status_code == 302
    row = Account.objects.get()
    assert f"/told/{row.id}" in text(get(worker, f"/cases/{case.id}/told"))
    assert WORDS in text(get(worker, f"/told/{row.id}"))
    colleague = client_for(world.colleague.person)
    assert f"/told/{row.id}" not in text(get(colleague, f"/cases/{case.id}/told"))
    assert get(colleague, f"/told/{row.id}").status_code == 404
    focal = client_for(world.focal.person)
    assert get(focal, f"/told/{row.id}").status_code == 403


@pytest.mark.parametrize(
    ("by", "times"), [("", "1"), ("uncle", "1"), ("police", "0"), ("police", "")]
)
def test_a_time_elsewhere_says_who_and_how_often(world, worker, by, times):
    case = world.taken(at=NOW)
    assert post(worker, f"/cases/{case.id}/told", by=by, times=times).status_code == 400
    assert not Telling.objects.exists()


def test_another_team_asks_by_reference_and_reads_after_the_persons_yes(world, worker, lawyer):
    case = world.taken(at=NOW)
    write(worker, case)
    account, team = Account.objects.get(), client_for(lawyer.person)
    asked = post(team, "/told/requests", code=case.reference.lower(), wanted_for="legal_aid")
    assert asked.status_code == 302
    page = text(get(team, "/told/requests"))
    assert "Waits for an answer" in page
    assert "/told/given/" not in page
    row = AccountRequest.objects.get()
    assert "Example Legal Aid" in text(get(worker, f"/cases/{case.id}/told"))
    assert "Example Legal Aid" in text(get(worker, "/told/requests"))
    question = text(get(worker, f"/told/requests/{row.id}"))
    assert "ما حكيته لنا" in question, "in the person's language"
    answered = post(
        worker,
        f"/told/requests/{row.id}",
        answer="yes",
        accounts=[str(account.id)],
        told=TOLD,
        interpreter="no",
    )
    assert answered.status_code == 302
    page = text(get(team, "/told/requests"))
    assert f"/told/given/{account.id}" in page
    read = text(get(team, f"/told/given/{account.id}"))
    assert WORDS in read
    assert casework.NAME not in read
    assert "opened it once" in text(get(worker, f"/cases/{case.id}/who-sees"))


def test_a_no_says_why_and_gives_nothing(world, worker, lawyer):
    case = world.taken(at=NOW)
    write(worker, case)
    row = accounts.request_account(by=lawyer, at=NOW, code=case.reference, wanted_for="help")
    address = f"/told/requests/{row.id}"
    assert post(worker, address, answer="", interpreter="no").status_code == 400
    assert post(worker, address, answer="not_safe", interpreter="no").status_code == 302
    page = text(get(client_for(lawyer.person), "/told/requests"))
    assert "It would not be safe" in page
    assert (
        get(client_for(lawyer.person), f"/told/given/{Account.objects.get().id}").status_code == 404
    )


def test_a_yes_needs_the_explanation_and_an_account(world, worker, lawyer):
    case = world.taken(at=NOW)
    write(worker, case)
    row = accounts.request_account(by=lawyer, at=NOW, code=case.reference, wanted_for="help")
    page = post(worker, f"/told/requests/{row.id}", answer="yes", interpreter="no")
    assert page.status_code == 400
    assert "Explain what is missing" in text(page)
    assert "Choose which account" in text(page)


def test_a_reference_that_names_nobody_looks_the_same(world, lawyer):
    case = world.taken(at=NOW)
    team = client_for(lawyer.person)
    seen = []
    for code in (case.reference, "BC-2345"):
        post(team, "/told/requests", code=code, wanted_for="help")
        page = text(get(team, "/told/requests"))
        assert "If there is a record with this reference" in page
        seen.append(page.count("Waits for an answer"))
    assert seen == [1, 2]
    assert post(team, "/told/requests", code="somebody", wanted_for="help").status_code == 400


def test_a_new_talk_with_somebody_who_carries_a_reference_says_so_first(world, worker):
    case = world.taken(at=NOW)
    begin = {"language": "en", "under_18": "no", "reference": case.reference}
    warned = post(worker, "/screening", **begin)
    assert warned.status_code == 200
    assert "This person was asked once already." in text(warned)
    assert world.gate.name in text(warned)
    going = post(worker, "/screening", **begin, why_again="wants_to")
    assert going.status_code == 302
    row = Telling.objects.get(case=case)
    assert (row.kind, row.why_again) == ("screening", "wants_to")
    assert accounts.told(case).times == 2


def test_a_reference_of_another_team_warns_without_telling_anything(world):
    case = world.taken(at=NOW)
    officer = client_for(world.officer.person)
    begin = {"language": "en", "under_18": "no"}
    pages = []
    for code in (case.reference, "BC-2345"):
        warned = post(officer, "/screening", **begin, reference=code)
        assert warned.status_code == 200
        pages.append(re.sub('value="[^"]*"', "", text(warned)))
    assert "somebody has talked with the person already" in pages[0]
    assert world.helping.name not in pages[0]
    assert pages[0].split("<main")[1] == pages[1].split("<main")[1]
    going = post(officer, "/screening", **begin, reference=case.reference, why_again="missing")
    assert going.status_code == 302
