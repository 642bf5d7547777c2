"""The Incident Recorder's columns in their order, and the coding of a person for statistics."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.cases import ctdc, gbvims, htcds

ON = date(2026, 11, 22)


def record(events=(), **values):
    return htcds.Record(values, {"hte": tuple(events)} if events else {})


def incident(said, **more):
    return gbvims.Incident("i-1", "s-1", "EX", said, ON, **more)


def test_the_columns_stand_in_their_order():
    names = gbvims.headings()
    assert len(names) == 42
    assert names[:8] == [
        "INCIDENT ID", "SURVIVOR CODE", "CASE MANAGER CODE", "DATE OF INTERVIEW",
        "DATE OF INCIDENT", "DATE OF BIRTH", "SEX", "ETHNICITY",
    ]  # fmt: skip
    assert names.index("GBV TYPE") < names.index("PREVIOUSLY REPORTED THIS INCIDENT?")
    assert names.index("PSYCHOSOCIAL SERVICES") + 1 == names.index("WANTS LEGAL ACTION?")
    assert names[-2:] == ["CONSENT GIVEN", "REPORTING AGENCY CODE"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"vic_TypeOfExploitation": ("SexualExploitation", "ForcedMarriage")}, ""),
        ({"vic_MethodsOfControl": ("SexualAbuse", "PhysicalAbuse")}, ""),
        ({"vic_MethodsOfControl": ("PhysicalAbuse", "TakesEarnings")}, "Physical Assault"),
        ({"vic_TypeOfExploitation": ("ForcedMarriage",)}, "Forced Marriage"),
        (
            {"vic_MethodsOfControl": ("TakesEarnings", "PhysicalThreats")},
            "Denial of Resources, Opportunities or Services",
        ),
        ({"vic_MethodsOfControl": ("PhysicalThreats",)}, "Psychological / Emotional Abuse"),
        ({"vic_TypeOfExploitation": ("ForcedLabour",)}, None),
    ],
)
def test_the_first_type_that_is_met_counts_and_a_doubt_is_left_to_people(said, found):
    assert gbvims.gbv_type(record(**said)) == found


def test_a_row_of_the_recorder_with_and_without_identity():
    event = {
        "hte_Type": "Exploitation",
        "hte_Date": "2025-03-03",
        "hte_Country": "SY",
        "hte_City": "Exampletown",
    }
    said = record(
        [event], prs_FirstName="Amal", prs_Gender="Feminine", prs_Birthdate="1990-03-31",
        prs_Citizenship=("SY",), prs_MaritalStatus="RegisteredPartnership",
        vic_MethodsOfControl=("PhysicalAbuse",),
    )  # fmt: skip
    known = incident(
        said, services={"medical": "referred", "police": "referral_declined_by_survivor"}
    )
    whole = dict(zip(gbvims.headings(), gbvims.row(known, with_identity=True), strict=True))
    assert whole["DATE OF BIRTH"] == "31-Mar-1990"
    assert whole["DATE OF INCIDENT"] == "03-Mar-2025"
    assert (whole["SEX"], whole["COUNTRY OF ORIGIN"]) == ("F", "Syrian Arab Republic")
    assert whole["CIVIL / MARITAL STATUS"] == "Married / Cohabitating"
    assert whole["HEALTH / MEDICAL SERVICES"] == "Referred"
    assert whole["POLICE / OTHER SECURITY ACTOR"] == "Referral declined by survivor"
    assert "Amal" not in "".join(whole.values())
    assert gbvims.missing(list(whole.values())) == []
    bare = gbvims.row(known, with_identity=False)
    assert gbvims.missing(bare) == ["DATE OF INCIDENT", "DATE OF BIRTH"]
    assert "Exampletown" not in bare


def test_what_stands_in_a_column_with_a_list_is_in_the_list():
    listed = {"referred", *gbvims.load().services}
    for column in gbvims.load().columns:
        if column.source == "marital":
            assert set(gbvims.load().marital.values()) <= set(column.values)
        if column.source == "gbv_type":
            assert {t["name"] for t in gbvims.load().types if "name" in t} <= set(column.values)
    assert "service_unavailable" in listed
    for each in gbvims.load().types:
        for name, codes in each["when"].items():
            assert set(codes) <= set(htcds.load().lists[htcds.load().fields[name].codes])


# --- coding for statistics -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "band"),
    [(-1, ""), (0, "0–8"), (8, "0–8"), (9, "9–17"), (17, "9–17"), (18, "18–20"), (20, "18–20"),
     (26, "24–26"), (38, "30–38"), (39, "39–47"), (47, "39–47"), (48, "48+"), (99, "48+")],
)  # fmt: skip
def test_ages_in_the_bands_of_the_codebook(years, band):
    assert ctdc.age_band(years) == band


def test_a_person_is_coded_with_ones_and_nothing_else():
    said = record(
        [{"hte_Type": "Exploitation", "hte_Country": "JO"}, {"hte_Type": "Transit", "hte_Country": "TR"}],
        prs_Gender="TransgenderFeminine", prs_Birthdate="2009-01-01", prs_Citizenship=("SY",),
        vic_MethodsOfControl=("DebtBondage", "ThreatsLawEnforcement", "MethodsOfControlRestrictsMovement"),
        vic_TypeOfExploitation=("ForcedBegging", "ForcedMilitaryByNonStateActors"),
        vic_ForcedLabourIndustry=("Marine fishing or acquaculture",),
        vic_RelationshipToTrafficker="Familial",
    )  # fmt: skip
    row = ctdc.code(said, registered_on=ON)
    assert len(row) == 27
    assert {name: value for name, value in row.items() if value} == {
        "yearOfRegistration": "2026", "gender": "Trans/Transgender/NonConforming", "ageBroad": "9–17",
        "citizenship": "SYR", "CountryOfExploitation": "JOR", "meansDebtBondageEarnings": "1",
        "meansThreats": "1", "meansDenyBasicNeeds": "1", "isForcedLabour": "1", "isOtherExploit": "1",
        "typeOfLabourAgriculture": "1", "recruiterRelationFamily": "1",
    }  # fmt: skip
    assert not any(row[name] for name in ctdc.load().never)


def test_every_code_that_sets_a_variable_is_a_code_of_the_standard():
    coding, standard = ctdc.load(), htcds.load()
    for name, wanted in coding.flags.items():
        assert name in coding.variables
        for field, codes in wanted.items():
            assert set(codes) <= set(standard.lists[standard.fields[field].codes]), name
    every = {c for w in coding.flags.values() for cs in w.values() for c in cs}
    assert not [c for c in standard.lists["methods_of_control"] if c not in every]
    assert not [c for c in standard.lists["type_of_exploitation"] if c not in every]


def test_the_codebooks_own_example_of_shares():
    """Five people, two of them without any answer in the group one way or another: 50, 50 and 25."""
    people = [{"a": "1"}, {"a": "1", "b": "1"}, {"b": "1"}, {"c": "1"}, {}]
    assert ctdc.shares(people, ("a", "b", "c")) == {"a": 0.5, "b": 0.5, "c": 0.25}


PEOPLE = st.lists(
    st.tuples(st.sampled_from(["SYR", "IRQ", ""]), st.sampled_from(["JOR", "TUR"]), st.sampled_from(["18–20", "9–17"])),
    max_size=60,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(PEOPLE)
def test_after_protection_nobody_stands_out(people):
    rows = [
        dict.fromkeys(ctdc.load().variables, "")
        | {"citizenship": a, "CountryOfExploitation": b, "ageBroad": c, "gender": "Woman"}
        for a, b, c in people
    ]
    kept, emptied, gone = ctdc.protect(rows)
    who = Counter(tuple(row[name] for name in ctdc.load().singles_out) for row in kept)
    assert all(count >= 11 for count in who.values())
    assert len(kept) + len(gone) == len(rows)
    if len(rows) < 11:
        assert not kept
    assert (emptied > 0) or (Counter(map(str, kept)) <= Counter(map(str, rows)))


def test_what_enough_people_share_stays():
    row = dict.fromkeys(ctdc.load().variables, "") | {"citizenship": "SYR", "gender": "Woman"}
    kept, emptied, gone = ctdc.protect([row] * 11 + [row | {"citizenship": "IRQ"}])
    assert (len(kept), emptied, gone) == (11, 2, [11])
    assert Counter(r["citizenship"] for r in kept) == {"SYR": 11}
