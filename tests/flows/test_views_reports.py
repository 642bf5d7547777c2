"""The pages of reports: begun, filled in, sent back, approved by a second person, handed over."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from flows import alerts_made, ledgers
from manumit.flows import goaml_xml
from manumit.flows.actions import reports
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = datetime.now(UTC) - timedelta(minutes=20)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MANUMIT_DATA = tmp_path


@pytest.fixture
def home():
    return ledgers.bureau()


@pytest.fixture
def analyst(home):
    return client_for(home.analyst)


def to_report(home, **told):
    """Return an alert as two people left it who decided to report it."""
    alert = alerts_made.alert(home, **told)
    alert.stage = "report"
    alert.save()
    return alert


def begun(home, profile="example-5", **told):
    by = home.analyst_actor
    return reports.begin(by=by, at=AT, alert=to_report(home, **told), profile=profile)


def get(client, address):
    answer = client.get(address, secure=True)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def post(client, address, **data):
    return client.post(address, data, secure=True)


def filled(client, row):
    page = f"/money/reports/{row.id}"
    about = {"rentity_id": "12", "submission_code": "E", "report_code": "STR", "currency": "USD"}
    about |= {"form": "two_sided", "indicators": ["CDATM"], "entity_reference": "EX-1"}
    assert post(client, f"{page}/about", **about).status_code == 302
    who = {"first_name": "Test", "last_name": "Person"}
    assert post(client, f"{page}/reporter", **who).status_code == 302
    assert post(client, f"{page}/transactions", location="Example town").status_code == 302
    bank = {"institution_name": "Example Bank", "swift": "EXAMJOAX"}
    assert post(client, f"{page}/accounts", **bank).status_code == 302
    return page


def test_from_an_alert_to_a_file_that_left(home, analyst):
    alert = to_report(home)
    assert "There is no report yet." in get(analyst, "/money/reports")
    begin = f"/money/alerts/{alert.id}/report"
    assert "For which unit?" in get(analyst, begin)
    assert post(analyst, begin, language="en").status_code == 400
    made = post(analyst, begin, profile="example-5", language="en")
    page = made["Location"]
    shown = get(analyst, page)
    assert "What is still missing" in shown
    assert "Missing: Number of the reporting body at the unit." in shown
    assert "Propose it" not in shown
    row = alert.reports.get()
    filled(analyst, row)
    shown = get(analyst, page)
    assert "Nothing is missing. The file is valid." in shown
    assert post(analyst, page, act="propose").status_code == 302
    assert "You proposed it." in get(analyst, page)
    post(analyst, page, act="approve")
    row.refresh_from_db()
    assert row.state == "proposed"  # nobody approves their own
    head = client_for(home.head)
    assert "Movements in the file" in get(head, page)
    post(head, page, act="approve")
    assert post(analyst, f"{page}/hand-over", recipient="", basis="duty").status_code == 400
    gone = post(analyst, f"{page}/hand-over", recipient="Example Unit", basis="duty")
    assert gone.status_code == 302
    file = post(analyst, f"{page}/download")
    assert file["Content-Disposition"] == 'attachment; filename="report-1.xml"'
    assert goaml_xml.read(file.content).report.rentity_id == 12
    assert post(analyst, f"{page}/reply", reply="taken", text="Thank you").status_code == 302
    shown = get(analyst, page)
    assert "Example Unit" in shown
    assert "Duty to report a suspicion" in shown
    assert "Thank you" in shown
    assert "R-1" in get(analyst, "/money/reports")


def test_nothing_is_downloaded_before_it_was_handed_over(home, analyst):
    row = begun(home)
    page = f"/money/reports/{row.id}"
    assert post(analyst, f"{page}/download").status_code == 302
    assert "Hand it over first" in get(analyst, page)


def test_what_was_typed_is_there_again_and_what_lacks_is_named_per_account(home, analyst):
    row = begun(home)
    page = filled(analyst, row)
    assert 'value="Example Bank"' in get(analyst, f"{page}/accounts")
    own = {"my_client": "on", "person__first_name": "Amal", "person__last_name": "Example"}
    own |= {"person__phones__0__number": "0000 1", "person__addresses__0__city": "Example"}
    own |= {"non_bank_institution": "no", "opened": "2020-05-01"}
    assert post(analyst, f"{page}/accounts?n=0", **own).status_code == 302
    shown = get(analyst, f"{page}/accounts?n=0")
    assert "Missing: Kind of account." in shown
    assert "Missing: Kind of address." in shown
    for typed in ("Amal", "0000 1", "2020-05-01"):
        assert f'value="{typed}"' in shown
    assert "to mend:" in get(analyst, f"{page}/accounts")
    said = reports.open_report(by=home.analyst_actor, at=AT, report=row).answers
    account = said["accounts"]["EX-1"]
    assert account["my_client"] is True
    assert account["non_bank_institution"] is False
    assert account["person"]["phones"] == [{"number": "0000 1"}]


def test_who_may_be_a_victim_cannot_be_marked_as_suspected_on_the_page(home, analyst):
    row = begun(home, parts={"EX-1": "possible_victim", "EX-100": "collector"})
    page = f"/money/reports/{row.id}"
    assert "Somebody in it may be a victim" in get(analyst, page)
    listed = get(analyst, f"{page}/accounts")
    number = re.search(r'\?n=(\d+)"[^>]*><bdi>EX-1</bdi>', listed).group(1)
    shown = get(analyst, f"{page}/accounts?n={number}")
    assert "may be a victim" in shown
    assert 'name="suspected"' not in shown
    assert 'name="suspected"' in get(analyst, f"{page}/accounts?n=0")


def test_a_narrative_is_edited_and_drafted_anew(home, analyst):
    row = begun(home)
    page = f"/money/reports/{row.id}/narrative"
    assert "What this is about" in get(analyst, page)
    assert post(analyst, page, language="en", text="In <my> words.").status_code == 302
    assert "In &lt;my&gt; words." in get(analyst, f"/money/reports/{row.id}")
    assert post(analyst, page, act="fr").status_code == 302
    assert "Le compte EX-100" in get(analyst, page)


def test_files_are_added_refused_and_taken_out(home, analyst):
    row = begun(home)
    page = f"/money/reports/{row.id}/files"
    good = SimpleUploadedFile("statement.pdf", b"%PDF-1.7 fictional")
    assert post(analyst, page, file=good).status_code == 302
    bad = SimpleUploadedFile("run.exe", b"MZ")
    refused = post(analyst, page, file=bad)
    assert (refused.status_code, "not taken" in refused.content.decode()) == (400, True)
    assert post(analyst, page).status_code == 400
    shown = get(analyst, page)
    assert "statement.pdf" in shown
    remove = re.search(r'name="remove" value="([^"]+)"', shown).group(1)
    assert post(analyst, page, remove=remove).status_code == 302
    assert "No file goes with it so far." in get(analyst, page)
    assert post(analyst, page, remove="nothing").status_code == 404


def test_a_report_is_sent_back_with_words_and_withdrawn(home, analyst):
    row = begun(home)
    page = filled(analyst, row)
    post(analyst, page, act="propose")
    head = client_for(home.head)
    post(head, page, act="send_back", remark="")
    row.refresh_from_db()
    assert row.state == "proposed"
    post(head, page, act="send_back", remark="Name the <branch>.")
    assert "Name the &lt;branch&gt;." in get(analyst, page)
    post(analyst, page, act="withdraw")
    assert "Withdrawn" in get(analyst, page)
    post(analyst, page, act="reopen")
    row.refresh_from_db()
    assert row.state == "draft"


def test_another_unit_sees_none_of_it(home, analyst):
    row = begun(home)
    other = client_for(ledgers.bureau().analyst)
    for part in ("", "/about", "/accounts", "/narrative", "/files", "/hand-over", "/reply"):
        assert get(other, f"/money/reports/{row.id}{part}") == 404
    assert post(other, f"/money/reports/{row.id}/download").status_code == 404
    assert "R-1" not in get(other, "/money/reports")
