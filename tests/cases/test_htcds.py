"""The case data standard: complete lists, every field through every sheet and back, real files."""

import csv
import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from manumit.cases import htcds, htcds_case, htcds_table, htcds_workbook
from manumit.core import workbook
from manumit.directory.entry import Unreadable

REAL = Path(__file__).parents[1] / "data" / "htcds"  # the official files, CC BY 4.0
FIELDS = htcds.load().fields
LISTS = htcds.load().lists
quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


# --- every possible record -----------------------------------------------------------------------

_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zs", "Zl", "Zp"))
_TEXTS = st.text(st.one_of(_LETTERS, st.sampled_from(" \n,;='+-@\"\t")), max_size=30).map(
    htcds.tidy
)
TEXTS = st.one_of(
    _TEXTS.filter(bool),
    st.sampled_from(["=1+1", "'=x", "+962 now; =a", "@SUM(A1)", "أمل مثال", "a\nb", "-x", "x;'=y"]),
)
DATES = st.dates(date(1900, 1, 1), date(2026, 1, 1)).map(date.isoformat)
PHONES = st.from_regex(r"\A\+[1-9][0-9]{6,13}\Z")


def _degrees(most):
    return st.integers(-most * 1000, most * 1000).map(lambda n: htcds.read(_PLACE, str(n / 1000)))


_PLACE = htcds.Field("x", "x", "x", "number", "plan")


def cells(field):
    """Return every value that a field can hold."""
    if field.kind == "choice":
        return st.sampled_from(sorted(LISTS[field.codes]))
    if field.kind == "choices":
        codes = st.sampled_from(sorted(LISTS[field.codes]))
        return st.lists(codes, min_size=1, max_size=4, unique=True).map(tuple)
    kinds = {
        "yes_no": st.booleans(),
        "date": DATES,
        "phone": PHONES,
        "longitude": _degrees(180),
        "latitude": _degrees(90),
        "number": st.integers(0, 50).map(str),
    }
    return kinds.get(field.kind, TEXTS)


def _entries(group):
    names = {f.name: cells(f) for f in FIELDS.values() if f.repeats == group}
    entry = st.fixed_dictionaries({}, optional=names).filter(bool)
    return st.lists(entry, min_size=1, max_size=3).map(tuple)


SINGLE = {f.name: cells(f) for f in FIELDS.values() if not f.repeats and f.name != "prs_FirstName"}
RECORDS = st.builds(
    htcds.Record,
    st.fixed_dictionaries({"prs_FirstName": TEXTS}, optional=SINGLE),
    st.fixed_dictionaries({}, optional={g: _entries(g) for g in htcds.GROUPS}),
    st.dictionaries(st.sampled_from(["Remarks", "start", "Tent"]), TEXTS, max_size=2),
    st.from_regex(r"\A[A-Za-z][A-Za-z0-9-]{0,8}\Z"),
)


@settings(quick, max_examples=12)
@given(st.lists(RECORDS, min_size=1, max_size=3, unique_by=lambda r: r.record_id))
def test_nothing_is_lost_through_a_csv_and_a_workbook(records):
    for written in (htcds_table.write_csv(records), htcds_workbook.write(records)):
        reading = htcds_table.read("example", written)
        assert not [p for row in reading.rows for p in row.problems]
        assert [row.record for row in reading.rows] == records
        assert not reading.notes


@quick
@given(RECORDS)
def test_nothing_is_lost_between_a_record_and_what_is_sealed(record):
    assert htcds.from_documents(htcds.documents(record)) == record


@quick
@given(RECORDS)
def test_a_case_that_nobody_changed_changes_nothing_of_the_row(record):
    assert htcds_case.overlay(record, htcds_case.facts(record)) == record
    assert htcds_case.clashes(record, record, htcds_case.facts(record)) == ({}, ())


@quick
@given(RECORDS, TEXTS.map(lambda t: " ".join(t.split())).filter(bool))
def test_what_was_mended_on_the_case_goes_out_mended(record, name):
    now = htcds_case.facts(record) | {"name": name, "sex": "male", "birth": "1990-03-31"}
    out = htcds_case.facts(htcds_case.overlay(record, now))
    assert (out["name"], out["sex"], out["birth"]) == (name, "male", "1990-03-31")


@quick
@given(RECORDS)
def test_without_identity_only_coded_facts_leave(record):
    kept = htcds_case.coded(record)
    for name, value in [
        *kept.values.items(),
        *(i for g in kept.groups.values() for e in g for i in e.items()),
    ]:
        field = FIELDS[name]
        assert field.kind in ("choice", "choices", "yes_no", "number")
        assert name not in htcds_case.NAMING
        assert value in (True, False) or value
    assert not kept.extra


# --- one cell ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("vic_MethodsOfControl", "DebtBondage ", ("DebtBondage",)),
        ("vic_MethodsOfControl", "Threats of law enforcement", ("ThreatsLawEnforcement",)),
        ("vic_MethodsOfControl", "RestrictsMovement", ("MethodsOfControlRestrictsMovement",)),
        ("vic_MethodsOfControl", "PsychoactiveSubstances", ("PsychoactiveSubstance",)),
        ("vic_MethodsOfControl", "DebtBondage FalsePromises", ("DebtBondage", "FalsePromises")),
        (
            "vic_ForcedLabourIndustry",
            "Water supply; sewerage, waste management and remediation; Construction",
            ("E_WaterSupplySewerageWasteManagement", "F_Construction"),
        ),
        ("vic_RelationshipToTrafficker", "Unacquainted", "Unaquainted"),
        ("prs_Gender", "Non-Conforming\xa0", "NonConforming"),
        ("cas_Status", "Follow up", "FollowUp"),
        ("cas_ReasonForIncomingReferral", "Migration Or Change Of Location", "MigrationOrChangeOfLocation"),
        ("prs_Citizenship", "Congo, Democratic Republic of the", ("CD",)),
        ("prs_Citizenship", "SY;JO", ("SY", "JO")),
        ("prs_PrimaryLanguage", "ar", "ara"),
        ("prs_PrimaryLanguage", "fre", "fra"),
        ("con_Consent", "1", True),
        ("prs_MobilePhone", "00962 79 000 0000", "+962790000000"),
        ("prs_NumberOfChildren", "02", "2"),
        ("hte_Latitude", "-32.50", "-32.5"),
    ],
)  # fmt: skip
def test_labels_and_other_spellings_are_understood(name, cell, value):
    assert htcds.read(FIELDS[name], cell) == value


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("prs_Birthdate", "1990"),
        ("prs_Birthdate", "31/03/1990"),
        ("prs_Birthdate", "1790-01-01"),
        ("prs_Gender", "Woman of the camp"),
        ("vic_TypeOfExploitation", "ForcedLabour;Mystery"),
        ("vic_AgeWhenTrafficked", "12.5"),
        ("vic_AgeWhenTrafficked", "999"),
        ("prs_MobilePhone", "ask the nurse"),
        ("con_Consent", "perhaps"),
        ("hte_Latitude", "91"),
        ("prs_MailingCountry", "Atlantis"),
        ("prs_Title", "x" * 20_001),
    ],
)
def test_what_cannot_be_read_is_said_with_its_cure(name, cell):
    with pytest.raises(htcds.BadCell) as bad:
        htcds.read(FIELDS[name], cell)
    assert bad.value.reason
    assert bad.value.cure


# --- the real files --------------------------------------------------------------------------------


def _official():
    book = python_calamine.CalamineWorkbook.from_path(str(REAL / "field-standards-2.0.ods"))
    for row in book.get_sheet_by_index(0).to_python()[1:]:
        if row[3] not in ("", "N/A"):
            codes = [_clean(v) for v in str(row[9]).split("\n")]
            yield (row[6] or row[3] + row[4]).strip(), row, [c for c in codes if c]


def _clean(text):
    return re.sub(r"\s+", " ", str(text).replace("\xa0", " ")).strip()


def test_every_field_and_every_code_of_the_official_list_is_here():
    own = dict.fromkeys(htcds.TOLD)
    assert [name for name, *_ in _official()] == [name for name in FIELDS if name not in own]
    for name, row, codes in _official():
        field = FIELDS[name]
        assert field.core == (row[2] == "Core")
        assert field.deprecated == (row[1] == "DEPRECATED")
        if field.codes and field.codes not in ("country", "language"):
            listed = [code.name for code in LISTS[field.codes].values() if not code.only_in]
            assert listed == codes, name
    assert len(LISTS["country"]) == 249
    assert {"ara", "kur", "fra", "eng", "mul", "und", "ber"} <= set(LISTS["language"])


def test_every_choice_of_the_official_sheet_and_survey_form_is_understood():
    book = python_calamine.CalamineWorkbook.from_path(str(REAL / "cases-template.xlsx"))
    rows = book.get_sheet_by_name("validation").to_python()
    labels = {htcds.fold(f.label): f for f in FIELDS.values() if f.core}
    for place, title in enumerate(rows[2]):
        field = labels.get(htcds.fold(str(title)))
        for row in rows[3:]:
            if field and field.codes and row[place]:
                assert htcds.read(field, str(row[place])), (title, row[place])
        if title == "Country":
            assert all(
                htcds.read(FIELDS["prs_Citizenship"], r[place]) for r in rows[3:] if r[place]
            )
    form = python_calamine.CalamineWorkbook.from_path(str(REAL / "xlsform.xlsx"))
    asked = {
        r[0].split()[-1]: r[1]
        for r in form.get_sheet_by_name("survey").to_python()
        if r[0].startswith("select")
    }
    names = {htcds.fold(f.name): f for f in FIELDS.values()}
    for listed, code, *_ in form.get_sheet_by_name("choices").to_python()[1:]:
        field = names[htcds.fold(asked[listed])] if listed in asked else None
        if field:
            assert htcds.read(field, str(code)) is not None, (listed, code)


def test_the_official_sheet_filled_in_by_its_headings_comes_back_the_same():
    book = openpyxl.load_workbook(REAL / "cases-template.xlsx")
    sheet, lists = book["Case Sheet"], book["validation"]
    choices = {
        cell.value: [c.value for c in column[1:] if c.value]
        for column in lists.iter_cols(min_row=3)
        if (cell := column[0]).value
    }
    choices["Citizenship"] = choices["Country"]
    for number in range(30):
        for place in range(2, 40):
            title = sheet.cell(2, place).value
            value = f"Example {number} {title}"
            if title in choices:
                value = choices[title][number % len(choices[title])]
            elif title == "Birthdate" or title.endswith("Date"):
                value = datetime(2020, 1, number + 1)  # noqa: DTZ001 (a cell has no zone)
            elif title.endswith("Phone"):
                value = f"+96279000{number:04}"
            elif title in ("Consent", "Mailing Country"):
                value = True if title == "Consent" else "Jordan"
            sheet.cell(number + 3, place).value = value
    out = io.BytesIO()
    book.save(out)
    reading = htcds_table.read("cases-template.xlsx", out.getvalue())
    assert len(reading.rows) == 30  # of 1,000 numbered ones
    assert not [p for row in reading.rows for p in row.problems]
    assert len(reading.notes) == 4  # the address: hidden names beside other headings
    first = reading.rows[0].record
    assert first.values["prs_MailingCity"] == "Example 0 Mailing City"
    assert first.values["prs_MailingCountry"] == "JO"
    assert first.groups["out"][0]["cas_ReasonForOutgoingReferral"] == "AdditionalServicesRequired"
    records = [row.record for row in reading.rows]
    for written in (htcds_table.write_csv(records), htcds_workbook.write(records)):
        assert [row.record for row in htcds_table.read("x", written).rows] == records


def test_a_survey_csv_with_paths_split_choices_and_misspelt_names():
    text = (
        "start,who/prs_First_Name,who/prs_Second_Name,who/prs_Title,prs_Gender,vic_Methods_of_Control,"
        "vic_Methods_of_Control/DebtBondage ,vic_MethodOfRecruitment/AtWork,vic_MethodOfRecruitment/Other,"
        "vic_TraffickinStatusDecisionMakingOrg,_uuid\n"
        "2026-01-01T09:00,Amal,Example,Dr,Feminine,DebtBondage FalsePromises,1,0,1,NGO,u-1\n"
    )
    reading = htcds_table.read("survey.csv", text.encode())
    (row,) = reading.rows
    assert not row.problems
    assert row.record.values["prs_FirstName"] == "Amal"
    assert row.record.values["prs_Title"] == "Dr"
    assert row.record.values["vic_MethodsOfControl"] == ("DebtBondage", "FalsePromises")
    assert row.record.values["vic_MethodOfRecruitment"] == ("Other",)
    assert row.record.values["vic_TraffickingStatusDecisionMakingOrg"] == "NGO"
    assert (row.record.record_id, dict(row.record.extra)) == ("u-1", {"start": "2026-01-01T09:00"})


def test_every_name_of_the_survey_form_is_a_field():
    form = python_calamine.CalamineWorkbook.from_path(str(REAL / "xlsform.xlsx"))
    names = [r[1] for r in form.get_sheet_by_name("survey").to_python()[1:] if "_" in r[1]]
    names.remove("__version__")
    reading = htcds_table.read("x.csv", (",".join(names) + "\n").encode())
    assert not reading.unknown
    assert set(reading.headings) <= set(FIELDS)


def test_a_survey_by_labels_calls_the_title_second_name_too():
    reading = htcds_table.read("x.csv", b"First Name,Second Name,Second Name\nAmal,Example,Dr\n")
    assert reading.rows[0].record.values == {
        "prs_FirstName": "Amal", "prs_SecondName": "Example", "prs_Title": "Dr",
    }  # fmt: skip


# --- sheets ----------------------------------------------------------------------------------------


def test_an_independent_reader_finds_no_formula_and_only_listed_codes():
    record = htcds.Record(
        {"prs_FirstName": "=HYPERLINK(1)", "prs_Gender": "Feminine", "vic_TypeOfExploitation": ("ForcedLabour", "Other")},
        {"cco": ({"cco_CaseComment": "@now; =cmd"},)},
        {"Tent": "+x"},
        "a",
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO(htcds_table.write_csv([record]).decode("utf-8-sig"))))
    said = dict(zip(rows[0], rows[1], strict=True))
    assert said["vic_TypeOfExploitation"] == "ForcedLabour;Other"
    assert said["prs_FirstName"] == "'=HYPERLINK(1)"
    book = openpyxl.load_workbook(io.BytesIO(htcds_workbook.write([record])))
    sheet = book["Case Sheet"]
    assert sheet.row_dimensions[1].hidden
    assert [c.value for c in sheet[2]][1:4] == ["Case Owner", "Salutation", "First Name"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    values = [str(c.value) for row in sheet.iter_rows(min_row=3) for c in row if c.value]
    assert not [v for v in values if v[0] in "=+@"]
    lists = {c[0].value: {x.value for x in c[1:]} for c in book["validation"].iter_cols()}
    assert "Forced labour" in lists["type_of_exploitation"]
    assert len(sheet.data_validations.dataValidation) >= 10
    assert "CC BY 4.0" in book["about"]["A3"].value


def test_rejected_rows_come_back_with_reasons_and_can_be_loaded_once_mended():
    data = "prs_FirstName,prs_Gender,prs_Birthdate,Tent\nAmal,Mystery,1990,=1\nNoor,Feminine,,2\n"
    reading = htcds_table.read("x.csv", data.encode())
    (bad,) = [row for row in reading.rows if row.problems]
    lines = htcds_table.rejected(reading, {bad.line: bad.problems})
    assert lines[0] == [
        "prs_FirstName",
        "prs_Gender",
        "prs_Birthdate",
        "Tent",
        "why_not",
        "what_to_do",
    ]
    assert lines[1][3] == "'=1"
    assert "prs_Gender: “Mystery” is not in the list." in lines[1][4]
    assert "prs_Birthdate:" in lines[1][5]
    for sheet in (htcds_table.csv_of(lines), workbook.of("Rows", lines)):
        again = htcds_table.read("again", sheet)
        assert again.rows[0].cells[:4] == ("Amal", "Mystery", "1990", "=1")
        assert again.unknown == ("Tent",)
    lines[1][1:3] = ["Feminine", "1990-01-01"]
    assert not htcds_table.read("mended", htcds_table.csv_of(lines)).rows[0].problems


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"name,age\nAmal,3\n", "No column is of the standard"),
        (b"prs_Gender,prs_gender\nx,y\n", "stands twice"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"PK\x03\x04nothing", "no readable spreadsheet"),
        (b"prs_FirstName\n" + b"Amal\n" * 2_001, "2,000 rows"),
        (b"prs_FirstName\n" + b"x" * 5_000_001, "5 megabytes"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(data, reason):
    with pytest.raises(Unreadable, match=reason):
        htcds_table.read("x", data)


def test_a_workbook_that_unpacks_to_more_than_fits_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b"0" * 61_000_000)
    with pytest.raises(Unreadable, match="too large"):
        htcds_table.read("x", packed.getvalue())


def test_the_same_identifier_twice_in_a_sheet():
    reading = htcds_table.read("x.csv", b"id,prs_FirstName\n7,Amal\n7,Noor\n")
    assert [len(row.problems) for row in reading.rows] == [0, 1]


# --- consent and what cannot be true ---------------------------------------------------------------


def test_a_yes_counts_only_when_everything_was_said():
    told = dict.fromkeys(htcds.TOLD, True)
    yes = htcds.Record({"con_Consent": True} | told)
    assert htcds_case.why_not_named(yes, attested=False) == ""
    assert htcds_case.why_not_named(htcds.Record({"con_Consent": True}), attested=True) == ""
    assert "told every point" in htcds_case.why_not_named(
        htcds.Record({"con_Consent": True}), False
    )
    missing = htcds.Record({"con_Consent": True} | told | {htcds.TOLD[-1]: False})
    assert "told every point" in htcds_case.why_not_named(missing, attested=True)
    assert (
        htcds_case.why_not_named(htcds.Record({"con_Consent": False}), True) == "The row says no."
    )
    assert "does not say" in htcds_case.why_not_named(htcds.Record(), True)


def test_what_cannot_be_true_is_said():
    today = date(2026, 11, 22)
    born = htcds.Record({"prs_Birthdate": "2027-01-01"})
    assert htcds_case.problems(born, today)[0][0] == "prs_Birthdate"
    early = {"prs_Birthdate": "2020-01-01", "cas_IncomingReferralDate": "2019-01-01"}
    assert "before the date of birth" in htcds_case.problems(htcds.Record(early), today)[0][1]
    assert htcds_case.minor(htcds.Record({"prs_Birthdate": "2008-11-23"}), today) is True
    assert htcds_case.minor(htcds.Record({"prs_Birthdate": "2008-11-22"}), today) is False
    assert htcds_case.minor(htcds.Record(), today) is None
