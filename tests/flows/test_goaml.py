"""Reports as values and files: written, valid, read back equal; faults named before anything is built."""

import dataclasses
import re
from decimal import Decimal

import pytest
from lxml import etree

import flows.reports_made as made
from manumit.flows import goaml, goaml_check, goaml_profile, goaml_xml

PROFILES = goaml_profile.examples()
both = pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))


def said(report, profile, **more):
    return [str(f.says) for f in goaml_check.faults(report, profile, **more)]


@both
@pytest.mark.parametrize("seed", range(8))
def test_a_whole_report_has_no_fault_is_valid_and_comes_back_equal(profile, seed):
    report = made.report(seed, profile)
    assert said(report, profile) == []
    data = goaml_xml.write(report, profile)
    assert goaml_xml.problems(data, goaml_xml.common()) == []
    again = goaml_xml.read(data)
    assert again.report == report
    assert again.ignored == again.unreadable == ()


@both
def test_an_activity_report_comes_back_equal(profile):
    five = profile.schema >= 5
    person = goaml.Person(first_name="Amal", last_name="Example")
    one = goaml.ReportParty(
        subject=person,
        reason="Cash every night.",
        is_suspected=False if five else None,
        role="-" if five else "",
    )
    report = made.report(1, profile, transactions=0, activity=goaml.Activity(parties=(one,)))
    assert said(report, profile) == []
    data = goaml_xml.write(report, profile)
    assert goaml_xml.problems(data, goaml_xml.common()) == []
    assert goaml_xml.read(data).report == report


@both
def test_every_mandatory_element_that_is_taken_away_is_named(profile):
    whole = made.report(3, profile)
    names = ["rentity_id", "submission_code", "report_code", "on", "currency", "indicators"]
    for name in [*names, *profile.needed["report"]]:
        empty = dataclasses.fields(goaml.Report)
        blank = next(f.default for f in empty if f.name == name)
        poor = dataclasses.replace(whole, **{name: blank})
        faults = goaml_check.faults(poor, profile)
        assert [f.attribute for f in faults] == [name]
        assert goaml_check.label(name) in str(faults[0].says)


def test_faults_name_the_account_and_where_to_mend_it():
    profile = PROFILES["example-4"]
    side = goaml.Side(goaml.Account(account="ACC-7"), "JO", "CASH", my_client=True)
    one = goaml.Transaction(
        "T1", location="x", description="y", on=made.day(2026, 1, 1), transmode_code="-",
        amount_local=Decimal(5), source=side, target=dataclasses.replace(side, my_client=False),
    )  # fmt: skip
    faults = goaml_check.faults(made.report(1, profile, transactions=(0)), profile)
    assert [str(f.says) for f in faults] == ["There is neither a transaction nor a party."]
    report = dataclasses.replace(made.report(1, profile), transactions=(one,))
    found = goaml_check.faults(report, profile)
    assert {f.thing for f in found} == {"ACC-7"}
    assert {f.where for f in found} == {goaml_check.Where.ACCOUNT}
    texts = {str(f.says): f.places for f in found}
    assert texts["Missing: BIC of the bank."] == 2  # both sides, told once
    assert texts["Missing: one of Company that holds it, Who may use the account."] == 1


def test_bad_values_are_named_with_what_would_be_right():
    profile = PROFILES["example-4"]
    bad = dataclasses.replace(
        made.report(1, profile),
        rentity_id=5000,
        report_code="NOPE",
        currency="jod",
        reason="Çà et là",
        on=made.day(1700, 1, 1),
        entity_reference="x" * 256,
        schema_version="5.0",
        reporting_person=goaml.Person(first_name="Ámal", last_name="Ex ample", passport_number="1"),
    )
    texts = " ".join(said(bad, profile))
    for part in (
        "from 1 to 999", '"NOPE" is not in this unit\'s list', '"jod"', "letters without accents",
        "before 1753", "256 characters, at most 255", "no place for it", "letters A to Z only",
        "its number and its country",
    ):  # fmt: skip
        assert part in texts


@both
def test_a_possible_victim_is_never_marked_as_suspected(profile):
    report = made.report(5, profile)
    some = next(t for t in report.transactions if t.source)
    accused = dataclasses.replace(
        some,
        source=dataclasses.replace(some.source, is_suspected=True),
    )
    victims = frozenset({some.source.subject.account})
    bad = dataclasses.replace(report, transactions=(accused,))
    assert any("never marked as suspected" in text for text in said(bad, profile, victims=victims))


def test_two_units_two_files_from_the_same_values():
    old = goaml_xml.write(made.report(2, PROFILES["example-4"]), PROFILES["example-4"])
    new = goaml_xml.write(made.report(2, PROFILES["example-5"]), PROFILES["example-5"])
    assert b"VCTM" in old
    assert b"is_suspected" not in old
    assert b"<is_protected>true" in new
    assert b"<is_suspected>false" in new
    assert b"<is_primary>1<" in new  # the value is fixed: "true" would be refused


def test_the_schema_and_the_values_have_the_same_elements_in_the_same_order():
    text = (
        goaml_profile.resources.files("manumit.flows") / "data/goaml/goaml-common.xsd"
    ).read_bytes()
    xsd = etree.fromstring(text)
    xs = "{http://www.w3.org/2001/XMLSchema}"
    for type_ in (goaml.Person, goaml.Entity, goaml.Account, goaml.Address, goaml.Phone):
        node = next(n for n in xsd.iter(f"{xs}complexType") if n.get("name") == type_.__name__)
        written = [n.get("name") for n in node.iter(f"{xs}element")]
        assert written == [e.inside or e.name for e in goaml.elements(type_)]


def test_a_report_made_elsewhere_is_read_and_what_is_ignored_is_named():
    data = b"""<?xml version="1.0"?><!-- from elsewhere -->
    <report><schema_version>5.0.2</schema_version><rentity_id>7</rentity_id><submission_code>E</submission_code>
    <report_code>STR</report_code><report_date>2026-01-02T03:04:05</report_date><currency_code_local>EUR</currency_code_local>
    <transaction><transactionnumber>1</transactionnumber><date_transaction>yesterday</date_transaction>
    <t_from><from_funds_code>A</from_funds_code><from_transaction_additional_info><x/></from_transaction_additional_info>
    <from_account><swift>EXAMPLE1</swift><account>9</account><account_type>B</account_type>
    <related_persons><account_related_person><is_primary>true</is_primary><t_person><first_name>A</first_name><last_name>B</last_name>
    <emails><email>a@example.org</email></emails></t_person></account_related_person></related_persons></from_account>
    <from_country>FR</from_country></t_from></transaction>
    <report_indicators><indicator>X</indicator></report_indicators><additional_information/></report>"""
    reading = goaml_xml.read(data)
    report = reading.report
    assert report.on == made.day(2026, 1, 2, 3, 4, 5)
    source = report.transactions[0].source
    assert source.subject.account_type == "B"
    assert source.subject.signatories[0].person.emails == ("a@example.org",)
    assert [re.sub("line [0-9]+: ", "", t) for t in reading.ignored] == [
        "/report/transaction/t_from/from_transaction_additional_info",
        "/report/additional_information",
    ]
    assert "'yesterday'" in reading.unreadable[0]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "not XML"),
        (b"<report><a></report>", "line 1"),
        (b"<other/>", 'the file holds "other", not a report'),
        (
            b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><report>&x;</report>',
            "document type",
        ),
        (b"PK\x03\x04 zip", "not XML"),
    ],
)
def test_what_is_no_report_is_refused_in_words(data, part):
    with pytest.raises(goaml_xml.BadReport, match=re.escape(part)):
        goaml_xml.read(data)


def test_patterns_of_units_schemas_mean_the_whole_value():
    xsd = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="report"><xs:simpleType>
    <xs:restriction base="xs:string"><xs:pattern value="^[a-z]*$"/></xs:restriction></xs:simpleType></xs:element></xs:schema>"""
    schema = goaml_xml.schema(xsd)
    assert goaml_xml.problems(b"<report>abc</report>", schema) == []
    assert "line 1" in goaml_xml.problems(b"<report>ABC</report>", schema)[0]
    with pytest.raises(goaml_xml.BadReport, match="cannot be used"):
        goaml_xml.schema(b"<x/>")


def test_a_profile_that_is_wrong_says_so():
    good = 'id="x"\nname="X"\nschema=5\nsource="me"\nstatus="pending"\n[codes.gender]\nF="Woman"\n'
    assert goaml_profile.read(good).label("gender", "F") == "Woman"
    for bad, part in [
        ("id=", "not TOML"),
        (good + "[what]\n", "unknown words what"),
        ('id="x"', "name, schema, source, status, codes is missing"),
        (good.replace("5", "6"), "write 4 or 5"),
        (good + '[patterns."a.b"]\nregex="["\nsays="x"\n', "mine.toml"),
    ]:
        with pytest.raises(goaml_profile.BadProfile, match=part):
            goaml_profile.read(bad, "mine.toml")
