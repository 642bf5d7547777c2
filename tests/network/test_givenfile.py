"""What is in a file that is given on a page: its kind, what it would bring, what its columns seem to be."""

import json

import pytest

from manumit.network import ftm, givenfile, tablemap

PERSON = {"id": "k1", "schema": "Person", "properties": {"name": ["Karim Example"]}}
MEMBER = {
    "id": "m1", "schema": "Membership", "properties": {"member": ["k1"], "organization": ["g1"]}
}  # fmt: skip
UNIT = {"id": "g1", "schema": "ArmedUnit", "properties": {"name": ["Example Unit"]}}
KINDS = ("Person", "Organization", "Vehicle")
TABLE = b"Ref,Full name,Date of birth,Shoe size\n1,Karim Example,1980,43\n2,Amal Example,,\n"


def lines(*entities) -> bytes:
    return "\n".join(json.dumps(one) for one in entities).encode()


def look(data: bytes, mapping: str = "") -> tuple[givenfile.Glance, ftm.Notes]:
    notes = ftm.Notes()
    return givenfile.look(givenfile.reader(data, mapping, notes)()), notes


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (lines(PERSON), "entities"),
        (b"\xef\xbb\xbf\n  " + lines(PERSON), "entities"),
        (
            b"canonical_id,entity_id,schema,prop,value\nk,k,Person,name,Karim Example\n",
            "statements",
        ),
        (TABLE, "table"),
        (b"a;b\n1;2\n", "table"),
    ],
)
def test_what_a_file_is(data, kind):
    assert givenfile.kind(data).value == kind


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"PK\x03\x04...", b"%PDF-1.7", "a,b\n1,2".encode("utf-16"), b"\x1f\x8b.."]
)
def test_what_cannot_be_read_says_what_to_do(data):
    assert givenfile.why_not(data)
    assert not givenfile.why_not(TABLE)


def test_what_is_too_large_is_sent_to_the_command():
    assert givenfile.COMMAND in givenfile.why_not(b"x" * (givenfile.MOST_BYTES + 1))
    assert not givenfile.why_not(b"x" * givenfile.MOST_BYTES)


def test_what_it_would_bring_is_counted_once():
    more = {"id": "k1", "schema": "Person", "properties": {"alias": ["Abu Test"]}}
    odd = {"id": "o", "schema": "Spaceship", "properties": {"name": ["Example"]}}
    seen, notes = look(lines(PERSON, UNIT, MEMBER, more, odd) + b"\nno json\n")
    assert (seen.rows, seen.count("Person"), seen.count("ArmedUnit"), seen.relations) == (
        5,
        1,
        1,
        1,
    )
    assert [(f.line, bool(f.cure)) for f in seen.faults] == [(6, True)]
    assert dict(notes.kept)["schema Spaceship"] == 1
    assert seen.names["k1"] == "Karim Example"
    assert [one.id for one in seen.first] == ["k1", "g1", "m1", "o"]
    assert seen.whole


def test_no_more_rows_than_a_page_bears(monkeypatch):
    monkeypatch.setattr(givenfile, "MOST_ROWS", 3)
    three = [PERSON | {"id": str(n)} for n in range(3)]
    assert look(lines(*three))[0].whole
    assert not look(lines(*three, UNIT))[0].whole
    assert not look(lines(*three) + b"\n{")[0].whole  # a line that cannot be read was read too


def test_columns_are_guessed_and_chosen_anew():
    seen = givenfile.columns(TABLE, KINDS)
    assert seen.schema == "Person"
    assert seen.seem == {"Ref": "id", "Full name": "name", "Date of birth": "birthDate"}
    assert seen.headings[-1] == "Shoe size"
    assert seen.sample[0] == ("1", "Karim Example", "1980", "43")
    text = givenfile.mapping("Person", {**seen.seem, "Shoe size": "notes"}, "|")
    again = givenfile.columns(TABLE, KINDS, before=text)
    assert (again.seem["Shoe size"], again.split) == ("notes", "|")
    assert "Shoe size" not in givenfile.columns(TABLE, KINDS, "Vehicle", before=text).seem
    found, _notes = look(TABLE, text)
    assert found.first[0].says["notes"] == ["43"]
    assert found.first[0].id == "row:1"


def test_rows_of_vehicles_are_known_for_what_they_are():
    data = b"Number plate,Model,Owner\nX1,Example,Somebody\n"
    assert givenfile.columns(data, KINDS).schema == "Vehicle"


def test_columns_of_one_name_are_told():
    seen = givenfile.columns(b"Name,Phone,Phone,\nA,1,2,3\n", KINDS)
    assert seen.headings == ("Name", "Phone")
    assert seen.twice == ("Phone",)
    assert seen.sample[0] == ("A", "2")  # as the reader takes it


def test_headings_of_any_letters_come_back():
    heading = 'a "b"\\c\nd\x7f'
    text = givenfile.mapping("Person", {heading: "name", "كنية": "alias"}, "")
    made = tablemap.parse(text)
    assert made.entities["row"].columns == {heading: "name", "كنية": "alias"}
    assert made.split == ""


@pytest.mark.parametrize("data", [b",,\n1,2,3\n", ("x," * 200).encode() + b"\n"])
def test_a_table_without_headings_or_with_too_many(data):
    assert givenfile.why_no_columns(data)
    assert not givenfile.why_no_columns(TABLE)


def test_a_mapping_makes_something():
    assert givenfile.why_no_mapping(["", "id"])
    assert not givenfile.why_no_mapping(["", "name"])
    with pytest.raises(tablemap.BadMapping):
        givenfile.reader(TABLE, "", ftm.Notes())
