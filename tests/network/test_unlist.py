"""The consolidated list is read as it is; what is dirty is repaired in the open, nothing is lost."""

import io
from pathlib import Path

import pytest

from manumit.network import listed, unlist
from network import lists

REAL = Path("../shared/data/un-list/consolidated-2023-03-27.xml")


def read(*people, **kwargs):
    return unlist.read(io.BytesIO(lists.xml(*people, **kwargs)))


def test_names_births_and_nationalities():
    more = (
        lists.alias("Beispiel, Person")
        + lists.alias("P.", "Low")
        + lists.alias("", "")
        + lists.nationality("Ruritania", "Freedonia")
        + "<NAME_ORIGINAL_SCRIPT>مثال شخص</NAME_ORIGINAL_SCRIPT>"
    )
    (entry,) = read(lists.person(more=more)).entries
    assert [(c.text, c.style.value) for c in entry.names] == [
        ("Example Person", "primary"),
        ("مثال شخص", "original_script"),
        ("Beispiel, Person", "good_alias"),
        ("P.", "low_alias"),
    ]
    assert entry.births == ("1970-02-03",)
    assert entry.nationalities == ("Ruritania", "Freedonia")
    assert entry.fields["aliases"] == (
        "quality: Good; alias name: Beispiel, Person",
        "quality: Low; alias name: P.",
    )
    assert entry.kind is listed.Kind.PERSON


def test_an_entity_and_the_date_of_the_list():
    entity = (
        "<ENTITY><FIRST_NAME>Example Group</FIRST_NAME><REFERENCE_NUMBER>XXe.1</REFERENCE_NUMBER>"
        "<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>EG</ALIAS_NAME></ENTITY_ALIAS></ENTITY>"
    )
    found = read(entities=entity)
    assert found.dated == "2026-01-01T00:00:00Z"
    assert [(e.kind, e.name) for e in found.entries] == [(listed.Kind.ENTITY, "Example Group")]
    assert found.entries[0].names[1].style is listed.Style.ALIAS


@pytest.mark.parametrize(
    ("block", "births"),
    [
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1968</YEAR>", ("about 1968",)),
        (
            "<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1960</FROM_YEAR><TO_YEAR>1962</TO_YEAR>",
            ("1960", "1961", "1962"),
        ),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>unclear</NOTE>", ()),
        ("<TYPE_OF_DATE/>", ()),
    ],
)
def test_births_as_far_as_they_are_known(block, births):
    more = f"<INDIVIDUAL_DATE_OF_BIRTH>{block}</INDIVIDUAL_DATE_OF_BIRTH>"
    assert read(lists.person(day="", more=more)).entries[0].births == births


def test_dirt_is_repaired_with_a_note():
    dirty = lists.person(
        reference=" XXi.009 ",
        more="<GENDER>MALE</GENDER><SUBMITTED_ON>2015-07-01-04:00</SUBMITTED_ON>",
    ).replace(">Example</UN_LIST_TYPE>", ">26532022</UN_LIST_TYPE>")
    (entry,) = read(dirty).entries
    assert entry.reference == "XXi.009"
    assert entry.fields["submitted_on"] == ("2015-07-01",)
    assert entry.fields["gender"] == ("Male",)
    assert entry.programme == "Haiti"
    assert entry.fields["list"] == ("Haiti",)
    assert {r.field for r in entry.repairs} == {"reference", "submitted_on", "gender", "list"}
    (told,) = (r for r in entry.repairs if r.field == "list")
    assert (told.was, told.now) == ("26532022", "Haiti")


def test_a_number_that_no_list_is_known_by_is_kept_and_told():
    unknown = lists.person().replace(">Example</UN_LIST_TYPE>", ">99991999</UN_LIST_TYPE>")
    (entry,) = read(unknown).entries
    assert entry.programme == "99991999"
    assert [(r.was, r.now) for r in entry.repairs] == [("99991999", "99991999")]
    assert "kept as it is" in entry.repairs[0].why


def test_a_part_of_a_name_that_is_not_available_is_no_name():
    (entry,) = read(
        lists.person(more="<THIRD_NAME>Na</THIRD_NAME><FOURTH_NAME>na</FOURTH_NAME>")
    ).entries
    assert entry.name == "Example Person Na"
    assert [(r.was, r.now) for r in entry.repairs] == [
        ("Example Person Na na", "Example Person Na")
    ]


def test_missing_blocks_are_told_and_kept():
    (entry,) = read("<INDIVIDUAL><DATAID>77</DATAID></INDIVIDUAL>").entries
    assert entry.reference == "no reference (77)"
    assert entry.name == ""
    assert {r.field for r in entry.repairs} == {"reference", "name"}


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY out SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE CONSOLIDATED_LIST SYSTEM "http://127.0.0.1:9/none.dtd">',
    ],
)
def test_a_document_type_is_refused(head):
    with pytest.raises(listed.Unreadable, match="document type"):
        read(lists.person(), head=head)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "broken"),
        (b"<html><body/></html>", "not with <CONSOLIDATED_LIST>"),
        (lists.xml(lists.person())[:-30], "broken"),
    ],
)
def test_what_is_no_list_is_refused(raw, words):
    with pytest.raises(listed.Unreadable, match=words):
        unlist.read(io.BytesIO(raw))


@pytest.mark.skipif(not REAL.exists(), reason="the published list is not here")
@pytest.mark.parametrize("file", sorted(REAL.parent.glob("*.xml")), ids=lambda file: file.stem)
def test_every_list_of_the_published_ones_has_a_name(file):
    with file.open("rb") as stream:
        entries = unlist.read(stream).entries
    # One list, one beginning of its references (people and groups apart): none stands under two names.
    begins = {(e.programme, e.reference[:2]) for e in entries}
    assert (
        len(begins)
        == len({name for name, _ in begins})
        == len({begin for _, begin in begins})
        == 15
    )
    assert all(name.replace("-", "").isalpha() for name, _ in begins)
    assert ("Haiti", "HT") in begins


@pytest.mark.skipif(not REAL.exists(), reason="the published list is not here")
def test_the_published_list():
    with REAL.open("rb") as stream:
        found = unlist.read(stream)
    people = [e for e in found.entries if e.kind is listed.Kind.PERSON]
    assert (len(found.entries), len(people)) == (955, 701)
    assert all(e.name and e.reference.count(".") == 1 for e in found.entries)
    assert sum(r.field == "reference" for e in found.entries for r in e.repairs) == 40
