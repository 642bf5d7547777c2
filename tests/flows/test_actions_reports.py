"""Reports: from a decided alert to a file that left, sealed on the way, with two people."""

import io
import zipfile
from datetime import timedelta

import pytest

import make
from flows import alerts_made, ledgers
from manumit.core import models as core_models
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.flows import goaml_xml, models
from manumit.flows.actions import deciding, desk, profiles, reports

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = ledgers.AT
LATER = AT + timedelta(hours=1)
REPORT = {"rentity_id": "12"}
PERSON = {"first_name": "Test", "last_name": "Person"}
BANK = {"swift": "EXAMJOAX", "account_name": "Example"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MANUMIT_DATA = tmp_path


@pytest.fixture
def home():
    return ledgers.bureau()


def to_report(home, **told):
    """Return an alert that two people decided to report."""
    alert = alerts_made.alert(home, **told)
    alert = desk.take_alert(by=home.analyst_actor, at=AT, alert=alert)
    reason = "Many pay one account, which is emptied at once."
    made = deciding.decide(
        by=home.analyst_actor, at=AT, alert=alert, choice="report", reason=reason
    )
    deciding.confirm_decision(by=home.head_actor, at=AT, decision=made)
    alert.refresh_from_db()
    return alert


def begun(home, alert=None, profile="example-5", **more):
    alert = alert or to_report(home)
    by = home.analyst_actor
    return reports.begin(by=by, at=AT, alert=alert, profile=profile, **more)


def filled(home, **more):
    row = begun(home, **more)
    for table, values in (
        ("report", REPORT),
        ("reporting_person", PERSON),
        ("transaction", {"location": "Example town"}),
        ("account", BANK),
    ):
        reports.save_answers(by=home.analyst_actor, at=AT, report=row, table=table, values=values)
    return row


def approved(home):
    row = reports.propose_report(by=home.analyst_actor, at=AT, report=filled(home))
    return reports.approve_report(by=home.head_actor, at=AT, report=row)


def opened(home, row):
    return reports.open_report(by=home.analyst_actor, at=LATER, report=row)


def examined(home, row):
    said = opened(home, row)
    profile = profiles.get(row.profile)
    return reports.examine(
        known=said.known, answers=said.answers, text=said.text, profile=profile, on=LATER
    )


def test_a_report_begins_with_the_facts_opened_on_the_record_and_a_draft_of_words(home):
    row = begun(home)
    assert str(row) == "R-1"
    said = opened(home, row)
    assert {a.identifier for a in said.known.accounts} == {
        "EX-100",
        *(f"EX-{n}" for n in range(1, 6)),
    }
    assert {a.name for a in said.known.accounts} >= {"Payer EX-1", "Receiver EX-100"}
    assert [e.text for e in said.known.entries] == [f"Fictional words {n}" for n in range(5)]
    assert "Account EX-100 (Receiver EX-100) received 2,600.00 USD in 5 movements" in said.text
    assert core_models.Leaf.objects.filter(act="open").count() >= 3
    assert core_models.Leaf.objects.filter(act="report.write").exists()


def test_only_what_was_decided_to_be_reported_is_reported(home):
    alert = alerts_made.alert(home)
    with pytest.raises(acting.Refused, match="Decide first"):
        begun(home, alert)
    other = ledgers.bureau()
    with pytest.raises(acting.NotFound):
        reports.begin(by=other.analyst_actor, at=AT, alert=to_report(home), profile="example-5")
    again = begun(home).alert
    with pytest.raises(acting.Refused, match="being written already"):
        begun(home, again)


def test_what_lacks_is_named_and_nothing_is_proposed_before(home):
    row = begun(home)
    found = examined(home, row)
    says = {str(f.says) for f in found.faults}
    assert "Missing: Number of the reporting body at the unit." in says
    assert "Missing: one of Code of the bank, BIC of the bank." in says
    with pytest.raises(acting.Refused, match="still missing"):
        reports.propose_report(by=home.analyst_actor, at=AT, report=row)
    row.refresh_from_db()
    assert row.state == "draft"


def test_two_people_a_recipient_and_a_basis_before_anything_leaves(home):
    row = reports.propose_report(by=home.analyst_actor, at=AT, report=filled(home))
    assert row.state == "proposed"
    with pytest.raises(acting.Refused, match="A second person"):
        reports.approve_report(by=home.analyst_actor, at=AT, report=row)
    with pytest.raises(acting.Refused, match="not possible now"):
        reports.save_narrative(by=home.head_actor, at=AT, report=row, language="en", text="x")
    row = reports.approve_report(by=home.head_actor, at=AT, report=row)
    give = {"by": home.analyst_actor, "at": LATER, "report": row}
    with pytest.raises(acting.Refused, match="Hand it over first"):
        reports.download(**give)
    with pytest.raises(acting.Refused, match="recipient"):
        reports.hand_over(**give, recipient=" ", basis="duty")
    with pytest.raises(acting.Refused, match="legal basis"):
        reports.hand_over(**give, recipient="Example Unit", basis="because")
    gone = reports.hand_over(**give, recipient="Example Unit", basis="duty")
    row.refresh_from_db()
    assert (row.state, row.alert.stage) == ("handed_over", "closed")
    done = reports.download(**give)
    assert done.name == "report-1.xml"
    assert len(done.content) == gone.size
    report = goaml_xml.read(done.content).report
    assert report.reporting_person.last_name == "Person"
    assert len(report.transactions) == 5
    assert profiles.problems(done.content) == []
    acts = set(core_models.Leaf.objects.values_list("act", flat=True))
    assert {"report.approve", "report.export"} <= acts


def test_a_proposal_is_sent_back_with_words_or_taken_back(home):
    row = reports.propose_report(by=home.analyst_actor, at=AT, report=filled(home))
    with pytest.raises(acting.Refused, match="what should change"):
        reports.send_back(by=home.head_actor, at=AT, report=row, remark="")
    reports.send_back(by=home.head_actor, at=AT, report=row, remark="Name the branch.")
    assert opened(home, row).remark == "Name the branch."
    again = reports.propose_report(by=home.analyst_actor, at=AT, report=row)
    taken = reports.send_back(by=home.analyst_actor, at=AT, report=again, remark="")
    assert taken.state == "draft"


def test_one_person_is_enough_where_the_ledger_says_so():
    home = ledgers.bureau(four_eyes=False)
    alert = desk.take_alert(by=home.head_actor, at=AT, alert=alerts_made.alert(home))
    deciding.decide(
        by=home.head_actor, at=AT, alert=alert, choice="report", reason="Many pay one account."
    )
    alert.refresh_from_db()
    row = filled(home, alert=alert)
    assert reports.propose_report(by=home.head_actor, at=AT, report=row).state == "approved"


def test_files_go_with_it_in_one_zip(home):
    row = filled(home)
    give = {"by": home.analyst_actor, "at": AT, "report": row}
    reports.attach_file(**give, name="statement.pdf", content=b"%PDF-1.7 fictional")
    second = reports.attach_file(**give, name="notes.txt", content=b"fictional")
    for name, content, part in (
        ("STATEMENT.pdf", b"%PDF-", "there already"),
        ("run.exe", b"MZ", "not taken"),
        ("large.txt", b"x" * 5_000_001, "too large"),
    ):
        with pytest.raises(acting.Refused, match=part):
            reports.attach_file(**give, name=name, content=content)
    reports.remove_file(**give, file=second)
    assert [name for _, name in opened(home, row).files] == ["statement.pdf"]
    reports.propose_report(**give)
    reports.approve_report(by=home.head_actor, at=AT, report=row)
    reports.hand_over(**give, recipient="Example Unit", basis="duty")
    done = reports.download(**give)
    assert done.name == "report-1.zip"
    with zipfile.ZipFile(io.BytesIO(done.content)) as archive:
        assert archive.namelist() == ["report.xml", "statement.pdf"]


def test_the_answer_is_kept_and_a_refused_report_is_written_again(home):
    row = approved(home)
    give = {"by": home.analyst_actor, "at": LATER, "report": row}
    reports.hand_over(**give, recipient="Example Unit", basis="duty")
    with pytest.raises(acting.Refused, match="from the list"):
        reports.record_reply(**give, reply="maybe")
    reports.record_reply(**give, reply="refused", text="The BIC is wrong.")
    ((gone, said),) = reports.open_disclosures(**give)
    assert (gone.reply, said["reply_text"], said["recipient"]) == (
        "refused", "The BIC is wrong.", "Example Unit",
    )  # fmt: skip
    again = reports.reopen_report(**give)
    assert (again.state, again.approved_by) == ("draft", None)


def test_who_may_be_a_victim_is_never_suspected_in_what_leaves(home):
    alert = to_report(home, parts={"EX-1": "possible_victim", "EX-100": "collector"})
    row = filled(home, alert=alert)
    give = {"by": home.analyst_actor, "at": AT, "report": row}
    accused = {"EX-1": {"suspected": True}}
    reports.save_answers(**give, table="accounts", values=accused)
    found = examined(home, row)
    assert any("never marked as suspected" in str(f.says) for f in found.faults)
    reports.save_answers(**give, table="accounts", values={"EX-1": {}})
    found = examined(home, row)
    assert found.whole
    assert b"<is_suspected>false" in found.xml
    assert b"may be a victim" in found.xml


def test_a_narrative_is_edited_and_drafted_anew_in_french(home):
    row = filled(home, profile="example-4", language="fr")
    give = {"by": home.analyst_actor, "at": AT, "report": row}
    assert opened(home, row).text.isascii()  # this unit takes no accents
    assert "Le compte EX-100" in opened(home, row).text
    reports.save_narrative(**give, language="en", text="My own\r\nwords.")
    assert opened(home, row).text == "My own\nwords."
    reports.draft_again(**give, language="en")
    assert "Account EX-100" in opened(home, row).text


def test_the_next_report_knows_who_reports(home):
    filled(home)
    second = begun(home)
    said = opened(home, second).answers
    assert said == {"reporting_person": PERSON, "report": {"rentity_id": "12"}}


def test_a_case_of_several_alerts_is_one_report(home):
    from manumit.flows.actions import moneycases

    by = home.analyst_actor
    first, second = (desk.take_alert(by=by, at=AT, alert=alerts_made.alert(home)) for _ in range(2))
    case = moneycases.open_case(by=by, at=AT, alert=first, title="Fictional")
    moneycases.join_alert(by=by, at=AT, case=case, alert=second)
    made = deciding.decide(
        by=by, at=AT, case=case, choice="report", reason="Two alerts, one story."
    )
    deciding.confirm_decision(by=home.head_actor, at=AT, decision=made)
    case.refresh_from_db()
    row = reports.begin(by=by, at=AT, case=case, profile="example-5")
    known = opened(home, row).known
    assert (known.reference, len(known.entries), known.entry_count) == ("C-1", 10, 10)


def test_nothing_of_a_report_stands_in_the_open_in_the_database(home):
    row = approved(home)
    row.refresh_from_db()
    for field in ("known", "answers", "narrative", "file"):
        blob = bytes(getattr(row, field))
        assert b"EX-100" not in blob
        assert len(blob) > 28


def test_another_role_and_another_unit_open_nothing(home):
    row = filled(home)
    outsider = make.actor(make.user(Role.CASE_WORKER))
    with pytest.raises(acting.Refused, match="Your role"):
        reports.open_report(by=outsider, at=AT, report=row)
    other = ledgers.bureau()
    with pytest.raises(acting.NotFound):
        reports.open_report(by=other.analyst_actor, at=AT, report=row)
    with pytest.raises(acting.NotFound):
        reports.save_answers(
            by=other.analyst_actor, at=AT, report=row, table="report", values={"reason": "x"}
        )


def test_the_units_own_schema_is_asked_too(home, settings, tmp_path):
    row = filled(home)
    settings.MANUMIT_GOAML_XSD = str(tmp_path / "own.xsd")
    with pytest.raises(acting.Refused, match="MANUMIT_GOAML_XSD"):
        examined(home, row)
    (tmp_path / "own.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="report">'
        '<xs:complexType><xs:sequence><xs:element name="other"/></xs:sequence></xs:complexType>'
        "</xs:element></xs:schema>"
    )
    found = examined(home, row)
    assert not found.whole
    assert "line 3" in found.schema[0]


def test_own_profiles_lie_beside_the_data(home, tmp_path):
    folder = tmp_path / "goaml"
    folder.mkdir()
    (folder / "mine.toml").write_text(
        'id="mine"\nname="My unit"\nschema=5\nsource="me"\nstatus="pending"\n[codes.gender]\nF="W"\n'
    )
    assert list(profiles.all_()) == ["mine", "example-4", "example-5"]
    assert profiles.get("mine").name == "My unit"
    (folder / "bad.toml").write_text("id=")
    with pytest.raises(acting.Refused, match=r"bad\.toml"):
        profiles.get("mine")
    (folder / "bad.toml").unlink()
    with pytest.raises(acting.Refused, match="no profile"):
        profiles.get("theirs")
    assert models.Report.objects.count() == 0
