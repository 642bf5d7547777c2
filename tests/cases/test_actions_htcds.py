"""Sheets of people in and out: looked at, loaded once, consent asked, nothing left on the way."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import casework
import make
from cases import test_htcds as pure
from manumit.cases import consent, ctdc, htcds, htcds_case, htcds_table, htcds_workbook, recipients
from manumit.cases.actions import cases, casesheets, consents, denials, exports, reading
from manumit.cases.actions import htcds as acts
from manumit.cases.models import Case, CaseSheet, Consent, Disclosure, HtcdsRecord
from manumit.core import models
from manumit.core.actions import acting, guard, names, sealed
from manumit.core.roles import Role
from manumit.core.sealing import FieldClass

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
PARTNER = recipients.named("other", "Example Partner")
HEADING = "record_id,prs_FirstName,prs_SecondName,prs_Birthdate,prs_Gender,prs_MobilePhone,con_Consent,vic_TraffickingStatus,vic_TypeOfExploitation,cas_Status"
AMAL = "a-1,Amal,Example,1990-03-31,Feminine,+962790000001,TRUE,ActualVictimOfTrafficking,ForcedLabour,Active"
NOOR = "a-2,Noor,Example,2012-01-01,Feminine,,FALSE,PossibleVictimOfTrafficking,ForcedMarriage,FollowUp"


@pytest.fixture
def world():
    return casework.World()


def sheet(*rows):
    return "\n".join((HEADING, *rows)).encode()


def look(world, data, told=True, at=AT, by=None, sender=""):
    read = htcds_table.read("sheet.csv", data)
    return acts.plan(by=by or world.supervisor, at=at, reading=read, told=told, sender=sender)


def load(world, data, **more):
    planned = look(world, data, **more)
    at = more.get("at", AT)
    return acts.load(by=more.get("by") or world.supervisor, at=at, planned=planned)


def opened(world, case):
    return reading.open_case(by=world.supervisor, at=AT, case=case)


def agreed(world, case, purpose, recipient=None, at=AT, classes=None):
    return consents.give_consent(
        by=world.supervisor, at=at, subject=case, purpose=purpose, given=True,
        questions=casework.YES, language="en", recipient=recipient, classes=classes,
    )  # fmt: skip


def take(world, kind="htcds_csv", purpose="hand_over_case", to=PARTNER, identity=True, at=AT):
    wish = exports.Wish(exports.Kind(kind), consent.Purpose(purpose), to, identity)
    return exports.take_out(by=world.supervisor, at=at, wish=wish)


def rows_of(exported):
    return [row.record for row in htcds_table.read("x", exported.data).rows]


# --- in ------------------------------------------------------------------------------------------


def test_a_look_changes_nothing_and_a_load_does_what_it_said(world):
    planned = look(world, sheet(AMAL, NOOR, "a-3,X,Y,1790-01-01,Mystery,,,,,"))
    assert planned.counts() == {"made": 2, "changed": 0, "same": 0, "left": 0, "refused": 1}
    assert not Case.objects.exists()
    assert {p.field for p in planned.rows[2].reasons} == {"prs_Birthdate", "prs_Gender"}
    acts.load(by=world.supervisor, at=AT, planned=planned)
    assert Case.objects.count() == 2
    assert HtcdsRecord.objects.count() == 2


def test_what_a_row_becomes(world):
    load(world, sheet(AMAL))
    case = Case.objects.get()
    assert (case.unit, case.worker, case.minor, case.case_status) == (
        world.helping,
        None,
        False,
        "Active",
    )
    # "recognised" without the name of who decided: possible, until a person enters the body
    assert case.trafficking_status == "PossibleVictimOfTrafficking"
    assert case.needs.count() >= 3
    assert case.clocks.exists()
    person = opened(world, case)
    assert (person["name"], person["birth"], person["sex"]) == (
        "Amal Example",
        "1990-03-31",
        "female",
    )
    assert person["contact"] == "+962790000001"
    word = Consent.objects.get(subject_id=case.id)
    assert (word.purpose, word.given, word.questions) == ("store_record", True, [True] * 7)
    found = names.search(by=world.supervisor, at=AT, query="amal exampel")
    assert [hit.object_id for hit in found] == [case.id]
    kept = HtcdsRecord.objects.get()
    assert b"Amal" not in bytes(kept.identity)
    assert kept.contact is not None


def test_without_a_yes_that_counts_who_it_is_stays_out(world):
    load(world, sheet(NOOR), told=True)
    load(world, sheet(AMAL), told=False)
    for case in Case.objects.all():
        person = opened(world, case)
        assert not {"name", "birth", "contact"} & set(person)
        assert not case.with_name
        assert HtcdsRecord.objects.get(case=case).named is False
    assert not Consent.objects.exists()
    assert not names.search(by=world.supervisor, at=AT, query="Amal Example")


def test_loading_twice_changes_nothing(world):
    data = sheet(AMAL, NOOR)
    load(world, data)
    before = list(Case.objects.order_by("id").values())
    assert load(world, data)["same"] == 2
    nameless = b"prs_FirstName,con_Consent\nRow,TRUE\n"
    assert load(world, nameless)["made"] == 1
    assert load(world, nameless)["same"] == 1
    known = Case.objects.filter(id__in=[c["id"] for c in before])
    assert list(known.order_by("id").values()) == before


def test_a_plan_that_is_overtaken_writes_nothing(world):
    planned = look(world, sheet(AMAL))
    load(world, sheet(AMAL))
    with pytest.raises(acting.Refused, match="loaded meanwhile"):
        acts.load(by=world.supervisor, at=AT, planned=planned)
    assert Case.objects.count() == 1


def test_a_later_sheet_changes_only_what_it_says_differently(world):
    load(world, sheet(AMAL))
    later = AMAL.replace("ForcedLabour", "ForcedLabour;ForcedBegging").replace("0001", "0002")
    planned = look(world, sheet(later))
    assert planned.rows[0].fields == ("prs_MobilePhone", "vic_TypeOfExploitation")
    acts.load(by=world.supervisor, at=AT, planned=planned)
    case = Case.objects.get()
    assert opened(world, case)["contact"] == "+962790000002"
    assert load(world, sheet(later))["same"] == 1


def test_what_was_changed_on_both_sides_is_for_a_person(world):
    load(world, sheet(AMAL))
    case = Case.objects.get()
    cases.edit_person(by=world.supervisor, at=AT, case=case, values={"name": "Amal Mended"})
    assert load(world, sheet(AMAL))["same"] == 1  # the old sheet does not undo what was mended
    planned = look(world, sheet(AMAL.replace("Amal,", "Amala,")))
    assert planned.counts()["refused"] == 1
    assert case.reference in planned.rows[0].reasons[0].cure
    assert "changed here and in the sheet" in planned.rejected()[1][-2]


def test_somebody_with_the_same_name_and_birth_is_held_back_for_a_person(world):
    load(world, sheet(AMAL))
    case = Case.objects.get()
    bare = AMAL.removeprefix("a-1")
    planned = look(world, sheet(bare))
    assert planned.counts()["refused"] == 1
    assert case.reference in planned.rows[0].reasons[0].reason
    changed = case.reference + bare.replace("ForcedLabour", "Servitude")
    assert load(world, sheet(changed))["changed"] == 1
    assert Case.objects.count() == 1
    assert load(world, sheet("new-1" + bare))["made"] == 1


def test_a_row_can_be_given_to_a_case_that_was_opened_here(world):
    case = world.taken()
    row = f"{case.reference},,,,,,TRUE,,ForcedMarriage,"
    assert load(world, sheet(row))["changed"] == 1
    assert opened(world, case)["name"] == casework.NAME
    assert HtcdsRecord.objects.get(case=case)


def test_after_erasing_or_taking_back_the_sheet_brings_nobody_back(world):
    load(world, sheet(AMAL, NOOR))
    case = Case.objects.get(with_name=True)
    word = Consent.objects.get(subject_id=case.id)
    consents.withdraw_consent(by=world.supervisor, at=AT, consent=word)
    kept = HtcdsRecord.objects.get(case=case)
    assert kept.identity is None
    assert kept.contact is None
    planned = look(world, sheet(AMAL.replace("Servitude", "x")))
    assert planned.rows[0].outcome is acts.Outcome.LEFT
    assert "took their consent back" in planned.rows[0].reasons[0].reason
    other = Case.objects.exclude(pk=case.pk).get()
    world.erased(other, at=AT)
    row = HtcdsRecord.objects.get(case=other)
    assert not any(getattr(row, name) for name in htcds.DOCUMENTS)
    assert load(world, sheet(AMAL, NOOR))["left"] == 2
    assert Case.objects.count() == 2


def test_a_closed_case_comes_in_closed_and_its_clocks_stand_still(world):
    load(world, sheet(AMAL.replace("Active", "ClosedReferred")))
    case = Case.objects.get()
    assert (case.case_status, case.close_reason) == ("ClosedReferred", "handed_over")
    assert not case.clocks.filter(stopped_at=None).exists()


def test_another_unit_knows_nothing_of_the_row(world):
    load(world, sheet(AMAL))
    stranger = casework.World.join(Role.SUPERVISOR, make.unit())
    assert look(world, sheet(AMAL), by=stranger).counts()["made"] == 1


def test_only_a_supervisor_brings_sheets_in_and_out(world):
    with pytest.raises(acting.Refused):
        look(world, sheet(AMAL), by=world.worker)
    with pytest.raises(acting.Refused):
        exports.take_out(
            by=world.worker, at=AT,
            wish=exports.Wish(exports.Kind.CTDC, consent.Purpose.SHARE_FOR_STATISTICS),
        )  # fmt: skip


def test_nothing_is_half_written(world, monkeypatch):
    planned = look(world, sheet(AMAL, NOOR))
    real, calls = acts._seal, []

    def breaks(*args):
        calls.append(1)
        if len(calls) == 2:
            raise acting.Refused("The second row breaks.")
        real(*args)

    monkeypatch.setattr(acts, "_seal", breaks)
    with pytest.raises(acting.Refused):
        acts.load(by=world.supervisor, at=AT, planned=planned)
    assert not Case.objects.exists()
    assert not HtcdsRecord.objects.exists()
    assert not models.BlindIdentifier.objects.exists()


# --- the sheet between looking and loading ---------------------------------------------------------


def kept(world, data, at=AT):
    return casesheets.keep_sheet(
        by=world.supervisor, at=at, name="Amal.csv", data=data, sender="Example", told=True
    )


def finish(world, row, planned):
    for part in (parts := planned.parts()):
        row = casesheets.load_sheet(
            by=world.supervisor, at=AT, sheet=row, planned=planned, part=part,
            last=part is parts[-1],
        )  # fmt: skip
    return row


def test_a_long_sheet_is_loaded_in_parts_and_gone_on_with(world, monkeypatch):
    monkeypatch.setattr(acts, "AT_ONCE", 2)
    many = [f"b-{n},Test,Person {n},,Feminine,,TRUE,,,Active" for n in range(5)]
    row = kept(world, sheet(*many))
    planned, _ = casesheets.open_sheet(by=world.supervisor, at=AT, sheet=row)
    first, *rest = planned.parts()
    assert [len(part.rows) for part in (first, *rest)] == [2, 2, 1]
    row = casesheets.load_sheet(
        by=world.supervisor, at=AT, sheet=row, planned=planned, part=first, last=False
    )
    assert (row.state, row.made) == ("checked", 2)
    again, _ = casesheets.open_sheet(by=world.supervisor, at=AT, sheet=row)
    assert again.counts()["made"] == 3
    row = finish(world, row, again)
    assert (row.state, row.made, row.same, Case.objects.count()) == ("loaded", 5, 0, 5)


def test_a_kept_sheet_is_sealed_shown_loaded_and_forgotten(world):
    row = kept(world, sheet(AMAL, "a-9,X,Y,1790-01-01,,,,,,"))
    assert b"Amal" not in bytes(row.file)
    planned, rejected = casesheets.open_sheet(by=world.supervisor, at=AT, sheet=row)
    assert planned.counts()["made"] == 1
    assert len(rejected) == 2
    row = finish(world, row, planned)
    assert (row.made, row.refused, row.file) == (1, 1, None)
    again, rejected = casesheets.open_sheet(by=world.supervisor, at=AT, sheet=row)
    assert again is None
    assert rejected[1][1] == "X"
    with pytest.raises(acting.Refused, match="already"):
        finish(world, row, planned)
    row = casesheets.drop_sheet(by=world.supervisor, at=AT, sheet=row)
    assert row.rejected is None
    assert not models.KeyWrap.objects.filter(object_id=row.id).exists()


def test_a_sheet_that_nobody_confirmed_opens_for_a_day_and_is_then_gone(world):
    row = kept(world, sheet(AMAL))
    late = AT + timedelta(days=1, minutes=1)
    with pytest.raises(acting.Refused):
        casesheets.open_sheet(by=make.actor(world.supervisor.person, late), at=late, sheet=row)
    kept(world, sheet(NOOR), at=late)
    row.refresh_from_db()
    assert (row.file, row.state) == (None, "dropped")


def test_a_colleague_of_another_unit_finds_no_sheet(world):
    row = kept(world, sheet(AMAL))
    stranger = casework.World.join(Role.SUPERVISOR, make.unit())
    with pytest.raises(acting.NotFound):
        casesheets.open_sheet(by=stranger, at=AT, sheet=row)
    assert CaseSheet.objects.visible_to(stranger.person, "case.import").count() == 0


# --- out -----------------------------------------------------------------------------------------


def test_who_did_not_agree_stays_and_is_counted_with_the_reason(world):
    load(world, sheet(AMAL, NOOR))
    amal = Case.objects.get(with_name=True)
    agreed(world, amal, "hand_over_case", PARTNER)
    out = take(world)
    (row,) = rows_of(out)
    assert row.values["prs_FirstName"] == "Amal"
    assert row.record_id == "a-1"
    assert sum(out.left_out.values()) == 1
    assert "not been asked" in next(iter(out.left_out))
    left = Disclosure.objects.get()
    assert (left.case, left.recipient_name, left.how, left.what) == (
        amal,
        "Example Partner",
        "file",
        "htcds_csv",
    )
    assert set(left.classes) == {"identity", "contact", "medical", "legal", "plan", "screening"}
    leaf = models.Leaf.objects.filter(act="case.export", outcome="done").latest("seq")
    assert b"Amal" not in bytes(leaf.body)


def test_only_what_the_yes_covers_goes(world):
    load(world, sheet(AMAL))
    case = Case.objects.get()
    agreed(world, case, "hand_over_case", PARTNER, classes=["identity"])
    (row,) = rows_of(out := take(world))
    assert row.values["prs_FirstName"] == "Amal"
    assert "vic_TypeOfExploitation" not in row.values
    assert "prs_MobilePhone" not in row.values
    assert sum(out.held_back.values()) == 5
    assert Disclosure.objects.get().classes == ["identity"]


def test_without_identity_only_coded_facts_under_a_code_of_the_recipients(world):
    load(world, sheet(AMAL))
    case = Case.objects.get()
    other = recipients.named("other", "Second Partner")
    agreed(world, case, "share_with_partner", PARTNER)
    agreed(world, case, "share_with_partner", other)
    first, again, second = (
        rows_of(take(world, purpose="share_with_partner", to=to, identity=False))[0]
        for to in (PARTNER, PARTNER, other)
    )
    assert set(first.values) == {
        "con_Consent", "prs_Gender", "vic_TraffickingStatus", "vic_TypeOfExploitation", "cas_Status",
    }  # fmt: skip
    assert first.record_id == again.record_id != second.record_id
    assert case.reference not in (first.record_id, second.record_id)


@pytest.mark.parametrize(
    ("kind", "purpose", "to", "identity", "reason"),
    [
        ("htcds", "share_for_research_statistics", recipients.NOBODY, True, "recipient that they agreed"),
        ("htcds", "hand_over_case", recipients.NOBODY, True, "Name who receives"),
        ("htcds", "contact_me", PARTNER, True, "do not leave for this purpose"),
        ("ctdc", "hand_over_case", PARTNER, False, "agreed to be counted"),
    ],
)  # fmt: skip
def test_no_reason_no_file(world, kind, purpose, to, identity, reason):
    with pytest.raises(acting.Refused, match=reason):
        take(world, kind, purpose, to, identity)


def test_a_denied_recipient_gets_nothing_whatever_was_agreed(world):
    load(world, sheet(AMAL))
    case = Case.objects.get()
    agreed(world, case, "hand_over_case", PARTNER)
    denials.deny_recipient(by=world.supervisor, at=AT, case=case, recipient=PARTNER)
    assert take(world).rows == 0


def test_what_was_mended_here_and_sent_from_here_goes_out(world):
    case = world.sent().case
    agreed(world, case, "hand_over_case", PARTNER)
    (row,) = rows_of(take(world))
    assert (row.values["prs_FirstName"], row.values["prs_SecondName"]) == ("Amal", "Example")
    assert row.values["prs_PrimaryLanguage"] == "ara"
    assert "Example Clinic" in row.groups["out"][0]["cas_ReferredOrganisation"]


def test_the_incident_recorder_counts_what_is_missing_and_what_is_no_incident(world):
    load(
        world,
        sheet(AMAL.replace("ForcedLabour", "ForcedMarriage"), NOOR, "a-3,,,,,,,,ForcedLabour,"),
    )
    for case in Case.objects.all():
        agreed(world, case, "share_for_research_statistics")
    out = take(world, "gbvims", "share_for_research_statistics", recipients.NOBODY, identity=False)
    rows = list(openpyxl.load_workbook(io.BytesIO(out.data)).active.values)
    assert rows[0][19] == "GBV TYPE"
    assert [row[19] for row in rows[1:]] == ["Forced Marriage", "Forced Marriage"]
    assert out.notes["No type of the classification is met: not in the file."] == 1
    assert out.notes["“DATE OF INCIDENT” must be filled in."] == 2
    assert Disclosure.objects.count() == 2
    assert "Amal" not in str(rows)


def test_the_coding_for_statistics_holds_back_who_stands_out(world):
    many = [
        f"b-{n},Test,Person {n},1990-01-01,Feminine,,TRUE,,ForcedLabour,Active" for n in range(11)
    ]
    load(world, sheet(*many, NOOR))
    for case in Case.objects.all():
        agreed(world, case, "share_for_research_statistics")
    out = take(world, "ctdc", "share_for_research_statistics", recipients.NOBODY, identity=False)
    rows = list(csv.DictReader(io.StringIO(out.data.decode("utf-8-sig"))))
    assert len(rows) == 11
    assert list(rows[0]) == list(ctdc.load().variables)
    assert {row["isForcedLabour"] for row in rows} == {"1"}
    assert out.notes["Rows left out because they would stand out."] == 1
    assert Disclosure.objects.count() == 11


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(st.lists(pure.RECORDS, min_size=2, max_size=3, unique_by=lambda r: r.record_id))
def test_through_the_sealed_store_and_out_again_nothing_is_lost(records):
    world = casework.World()
    told = dict.fromkeys(htcds.TOLD, True)
    whole = [
        htcds.Record(
            dict(r.values) | told | {"con_Consent": True, "cas_Status": "Active"},
            r.groups,
            r.extra,
            r.record_id,
        )
        for r in records
    ]
    # of a child it is asked first who answers for them
    told_apart = [r for r in whole if not htcds_case.minor(r, AT.date())]
    whole = [r for r in told_apart if not htcds_case.problems(r, AT.date())]
    counts = load(world, htcds_workbook.write(whole))
    assert counts["made"] == len(whole)
    for case in Case.objects.filter(unit=world.helping):
        agreed(world, case, "hand_over_case", PARTNER)
    out = {row.record_id: row for row in rows_of(take(world))}
    assert out == {row.record_id: row for row in whole}


def test_the_keys_of_the_answers_are_their_own(world):
    load(world, sheet(AMAL))
    case = Case.objects.get()
    sealed.destroy_keys(object_id=case.id, classes=[FieldClass.SCREENING])
    row = guard.see(world.supervisor, "case.read", HtcdsRecord.objects.get())
    with pytest.raises(acting.Refused):
        sealed.open_rows(
            by=world.supervisor, at=AT, purpose="test", rows=[row], classes=[FieldClass.SCREENING]
        )


def test_what_is_coded_here_stands_beside_the_row_and_goes_out(world):
    load(world, sheet(AMAL))
    case = Case.objects.get()
    codes = {"vic_TypeOfExploitation": ("Servitude",), "prs_MaritalStatus": "Widowed"}
    acts.code_case(by=world.supervisor, at=AT, case=case, values=codes)
    assert load(world, sheet(AMAL))["same"] == 1  # the old sheet does not undo it
    whole = acts.open_record(by=world.supervisor, at=AT, case=case).whole()
    assert whole.values["vic_TypeOfExploitation"] == ("Servitude",)
    assert whole.values["prs_MaritalStatus"] == "Widowed"
    agreed(world, case, "hand_over_case", PARTNER)
    (row,) = rows_of(take(world))
    assert row.values["vic_TypeOfExploitation"] == ("Servitude",)
    both = look(world, sheet(AMAL.replace("ForcedLabour", "OrganRemoval")))
    assert both.rows[0].outcome is acts.Outcome.REJECTED
    assert load(world, sheet(AMAL.replace("ForcedLabour", "Servitude")))["changed"] == 1
    acts.code_case(by=world.supervisor, at=AT, case=case, values={"prs_MaritalStatus": ""})
    whole = acts.open_record(by=world.supervisor, at=AT, case=case).whole()
    assert "prs_MaritalStatus" not in whole.values
    with pytest.raises(ValueError, match="not coded here"):
        acts.code_case(by=world.supervisor, at=AT, case=case, values={"prs_FirstName": "x"})


def test_a_case_opened_here_can_be_coded(world):
    case = world.taken()
    acts.code_case(
        by=world.worker, at=AT, case=case, values={"vic_TypeOfExploitation": ("ForcedLabour",)}
    )
    agreed(world, case, "share_for_research_statistics")
    out = take(
        world, "htcds_csv", "share_for_research_statistics", recipients.NOBODY, identity=False
    )
    (row,) = rows_of(out)
    assert row.values["vic_TypeOfExploitation"] == ("ForcedLabour",)
    assert "prs_FirstName" not in row.values


def test_a_case_that_went_to_another_team_is_left_there(world):
    load(world, sheet(AMAL))
    case = Case.objects.get()
    other = casework.World.join(Role.SUPERVISOR, make.unit())
    sealed_classes = [c for c in acts.CLASSES if c is not FieldClass.SCREENING]
    sealed.share_keys(
        by=world.supervisor, at=AT, object_id=case.id, classes=sealed_classes, to_unit=other.unit
    )
    Case.objects.filter(pk=case.pk).update(unit=other.unit)
    planned = look(world, sheet(AMAL))
    assert planned.rows[0].outcome is acts.Outcome.LEFT
    assert "another team" in planned.rows[0].reasons[0].reason
    # there, what came along opens; the answers whose key stayed behind do not, nor are they lost
    case.refresh_from_db()
    whole = acts.open_record(by=other, at=AT, case=case).whole()
    assert whole.values["prs_FirstName"] == "Amal"
    assert "vic_TypeOfExploitation" not in whole.values
    with pytest.raises(acting.Refused, match="closed to your team"):
        acts.code_case(by=other, at=AT, case=case, values={"prs_MaritalStatus": "Single"})
    assert HtcdsRecord.objects.get().screening
