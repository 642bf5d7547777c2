"""The pages of sheets of people: looked at, loaded, given back; and records taken out."""

import csv
import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

import casework
from manumit.cases import consent, recipients
from manumit.cases.actions import consents
from manumit.cases.models import Case, CaseSheet, Disclosure
from manumit.core import models
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=20)
SHEET = (
    "prs_FirstName,prs_SecondName,prs_Birthdate,prs_Gender,con_Consent,Tent\n"
    "Amal,Example,1990-03-31,Feminine,TRUE,7\n"
    "=Noor,Example,,Mystery,TRUE,8\n"
    "Test,Person,1991-01-01,Masculine,FALSE,9\n"
)


@pytest.fixture
def world():
    return casework.World()


@pytest.fixture
def supervisor(world):
    return client_for(world.supervisor.person)


def get(client, address):
    return client.get(address, secure=True)


def post(client, address, **data):
    return client.post(address, data, secure=True)


def text(response):
    return response.content.decode()


def give(client, data=SHEET, **more):
    file = SimpleUploadedFile("Amal.csv", data.encode())
    return post(client, "/cases/import", file=file, **more)


def test_a_sheet_is_looked_at_loaded_and_its_bad_rows_come_back(world, supervisor):
    answer = give(supervisor, told="on", sender="Example")
    assert answer.status_code == 302
    page = text(get(supervisor, answer["Location"]))
    assert "Nothing was written so far" in page
    assert "1 person comes in without who they are" in page
    assert "Comes in without who they are. The row says no." in page
    assert "“Mystery” is not in the list." in page
    assert "Tent" in page
    assert "Amal" not in page  # nobody's name is needed to decide
    assert not Case.objects.exists()
    rows = list(
        csv.reader(text(get(supervisor, answer["Location"] + "/rejected?as=csv")).splitlines())
    )
    assert rows[1][0] == "'=Noor"
    assert rows[0][-2:] == ["why_not", "what_to_do"]
    book = openpyxl.load_workbook(
        io.BytesIO(get(supervisor, answer["Location"] + "/rejected").content)
    )
    assert [row[1] for row in book.active.values] == ["prs_SecondName", "Example"]
    done = post(supervisor, answer["Location"], act="load")
    assert done.status_code == 302
    page = text(get(supervisor, done["Location"]))
    assert "What this sheet did" in page
    assert Case.objects.count() == 2
    assert CaseSheet.objects.get().file is None
    assert "Amal" not in text(get(supervisor, "/cases/import"))


def test_forgetting_leaves_nothing(world, supervisor):
    where = give(supervisor)["Location"]
    post(supervisor, where, act="forget")
    row = CaseSheet.objects.get()
    assert (row.file, row.sender, row.state) == (None, None, "dropped")
    assert not models.KeyWrap.objects.filter(object_id=row.id).exists()
    assert "This sheet is forgotten" in text(get(supervisor, where))
    assert get(supervisor, where + "/rejected").status_code in (403, 404)


@pytest.mark.parametrize(
    ("data", "told"),
    [("name,age\nx,1\n", "Line 1: No column is of the standard."), ("", "empty")],
)
def test_what_is_no_sheet_is_said_on_the_page(supervisor, data, told):
    answer = give(supervisor, data)
    assert answer.status_code == 400
    assert told in text(answer)
    assert not CaseSheet.objects.exists()


def test_a_file_that_is_too_large_is_refused_and_never_touches_the_disk(supervisor):
    assert settings.FILE_UPLOAD_HANDLERS == [
        "django.core.files.uploadhandler.MemoryFileUploadHandler"
    ]
    answer = give(supervisor, "prs_FirstName\n" + "x" * 5_000_001)
    assert answer.status_code == 400
    assert "larger than 5 megabytes" in text(answer)


def test_only_a_supervisor_sees_the_pages(world):
    worker = client_for(world.worker.person)
    for address in ("/cases/import", "/cases/export"):
        assert get(worker, address).status_code == 403


def loaded(world, supervisor):
    post(supervisor, give(supervisor, told="on")["Location"], act="load")
    return Case.objects.get(with_name=True)


def test_records_go_only_to_whom_people_agreed(world, supervisor):
    case = loaded(world, supervisor)
    asked = {"kind": "htcds_csv", "purpose": "hand_over_case", "with_identity": "on"}
    page = post(supervisor, "/cases/export", act="look", **asked)
    assert page.status_code == 400
    assert "Name who receives it" in text(page)
    partner = recipients.named("other", "Example Partner")
    consents.give_consent(
        by=world.supervisor, at=NOW, subject=case, given=True, questions=casework.YES,
        purpose=consent.Purpose.HAND_OVER, language="en", recipient=partner,
    )  # fmt: skip
    page = text(post(supervisor, "/cases/export", act="look", to=partner.id, **asked))
    assert "1 person would be in the file" in page
    assert "has not been asked" in page
    assert not Disclosure.objects.exists()
    answer = post(supervisor, "/cases/export", act="take", to=partner.id, **asked)
    assert answer["Cache-Control"] == "no-store"
    assert "Amal" in answer.content.decode("utf-8-sig")
    assert Disclosure.objects.get().recipient_name == "Example Partner"


def test_counting_without_anybody_who_agreed_gives_no_file(world, supervisor):
    loaded(world, supervisor)
    asked = {"kind": "ctdc", "purpose": "share_for_research_statistics"}
    page = text(post(supervisor, "/cases/export", act="look", **asked))
    assert "0 people would be in the file" in page
    assert "Get the file" not in page


def test_what_a_sheet_said_is_shown_on_request_and_coded_facts_are_chosen(world, supervisor):
    case = loaded(world, supervisor)
    where = f"/cases/{case.id}/standard"
    page = text(get(supervisor, where))
    assert "Brought in or coded by" in page
    assert "Amal" not in page
    openings = models.Leaf.objects.filter(act="open").count()
    page = text(get(supervisor, where + "?open=1"))
    assert models.Leaf.objects.filter(act="open").count() == openings + 1
    assert "Amal" in page
    assert "Tent" in page
    form = text(get(supervisor, where + "/codes"))
    assert "Debt bondage" in form
    done = post(supervisor, where + "/codes", vic_MethodsOfControl=["DebtBondage", "TakesEarnings"])
    assert done.status_code == 302
    assert "Debt bondage; Takes earnings" in text(get(supervisor, where + "?open=1"))
    assert post(supervisor, where + "/codes", vic_MethodsOfControl=["x"]).status_code == 400
    worker = client_for(world.worker.person)
    assert get(worker, where).status_code == 200
    assert get(worker, where + "/codes").status_code == 404  # the case is not theirs
