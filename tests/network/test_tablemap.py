"""A table becomes entities by a mapping that was proposed from its headings, or written by hand."""

import io

import pytest

from manumit.network import ftm, tablemap

TWO = """
split = ";"
[entities.person]
schema = "Person"
id = ["Ref"]
[entities.person.columns]
"Nom complet" = "name"
"Pays" = "country"
[entities.group]
schema = "Organization"
id = ["Group"]
[entities.group.columns]
Group = "name"
[entities.member]
schema = "Membership"
[entities.member.columns]
Since = "startDate"
[entities.member.links]
member = "person"
organization = "group"
"""


def _read(
    text: str, mapping: str, encoding: str = "utf-8"
) -> tuple[list[ftm.Row], list[ftm.Fault]]:
    stream = io.BytesIO(text.encode(encoding))
    return ftm.all_of(tablemap.read(stream, tablemap.parse(mapping), ftm.Notes()))


def test_each_row_makes_what_it_names():
    rows, faults = _read(
        "Ref;Nom complet;Pays;Group;Since\n1;Karim Éxample;IQ;Example Group;2015\n2;Amal Example;;;\n",
        TWO,
    )
    assert not faults
    assert [(r.id, r.schema) for r in rows[:2]] == [("person:1", "Person"), ("group:Example Group", "Organization")]  # fmt: skip
    assert rows[0].says == {"name": ["Karim Éxample"], "country": ["iq"]}
    member = rows[2]
    assert member.says == {
        "startDate": ["2015"], "member": ["person:1"], "organization": ["group:Example Group"]
    }  # fmt: skip
    assert [r.id for r in rows[3:]] == ["person:2"]


def test_a_country_may_stand_there_by_its_name():
    rows, _ = _read(
        "Ref,Nom complet,Pays,Group,Since\n1,Amal Example,العراق,,\n2,Noor Example,Nowhere,,\n", TWO
    )
    assert rows[0].says["country"] == ["iq"]
    assert rows[1].says["kept"] == ["country=Nowhere"]


def test_an_old_encoding_and_another_separator_are_understood():
    rows, _ = _read(
        "Ref\tNom complet\tPays\tGroup\tSince\n1\tAmélie Example\tFR\t\t\n", TWO, "cp1252"
    )
    assert rows[0].says == {"name": ["Amélie Example"], "country": ["fr"]}


def test_a_column_that_is_not_there_is_told():
    _, faults = _read("Ref,Pays\n1,IQ\n", TWO)
    assert [(f.line, f.field) for f in faults] == [(1, "Group")]


def test_bytes_that_cannot_be_read_are_told_and_a_guess_too():
    mapping = tablemap.parse('[entities.p]\nschema="Person"\n[entities.p.columns]\nname="name"\n')
    late = b"name\n" + b"Amal Example\n" * 6_000 + b"Jos\xe9\n"
    rows, faults = ftm.all_of(tablemap.read(io.BytesIO(late), mapping, ftm.Notes()))
    assert (len(rows), [f.line for f in faults]) == (6_000, [6_002])
    notes = ftm.Notes()
    list(tablemap.read(io.BytesIO(b"name\nJos\xe9\n"), mapping, notes))
    assert "Windows-1252" in notes.told()[0][0]
    headings, _ = tablemap.table(io.BytesIO(b"name,\x81\xe9\n"))
    assert headings == ["name", "?é"]


def test_a_row_with_too_many_cells_is_told():
    mapping = '[entities.p]\nschema="Person"\n[entities.p.columns]\nname="name"\n'
    rows, faults = _read("name\nKarim, Example\nAmal\n", mapping)
    assert ([f.line for f in faults], [r.says["name"] for r in rows]) == ([2], [["Amal"]])


@pytest.mark.parametrize(
    "broken", ['"Karim\nOmar\n', "x" * 9_000_000 + "\nOmar\n", '"Ka"rim\nOmar\n']
)
def test_a_table_that_breaks_off_says_where(broken):
    mapping = '[entities.p]\nschema="Person"\n[entities.p.columns]\nname="name"\n'
    rows, faults = _read("name\nAmal\n" + broken, mapping)
    assert [r.says["name"] for r in rows] == [["Amal"]]
    assert [f.line in {3, 4} and "no CSV" in f.reason for f in faults] == [True]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = ", "no TOML"),
        ("", "makes nothing"),
        ('[entities.a]\nschema="Nothing"\n', "entities.a.schema"),
        ('[entities.a]\nschema="Person"\n[entities.a.columns]\nx="wings"\n', "wings"),
        ('[entities.a]\nschema="Person"\n[entities.a.links]\nparent="b"\n', "entities.b"),
    ],
)
def test_a_bad_mapping_is_refused(text, said):
    with pytest.raises(tablemap.BadMapping, match=said):
        tablemap.parse(text)


def test_a_mapping_is_proposed_from_headings():
    found = tablemap.propose(["ID", "Full Name", "Date de naissance", "Wings", "الجنسية"])
    plan = tablemap.parse(found.text)
    assert plan.entities["row"].columns == {
        "Full Name": "name", "Date de naissance": "birthDate", "الجنسية": "nationality"
    }  # fmt: skip
    assert plan.entities["row"].id == ("ID",)
    assert found.left_out == ["Wings"]
    assert tablemap.parse(tablemap.propose(['a"b\\', "name"]).text)


_PERSON = '[entities.a]\nschema = "Person"\n'


@pytest.mark.parametrize(
    "text",
    [
        *(f"{_PERSON}{part} = {bad}" for part in ("columns", "links") for bad in ("5", '["a"]', '"ab"')),
        f'{_PERSON}[entities.a.columns]\nn = ["name"]',
        f'{_PERSON}[entities.a.links]\nname = ["a"]',
        f"{_PERSON}[entities.a.constant]\nname = 5",
        f"{_PERSON}id = 5",
        f"{_PERSON}id = [{{a = 1}}]",
        "a = " + "[" * 40_000,
        "a = " + "9" * 9_000,
        ".".join(["a"] * 40_000) + " = 1",
    ],
    ids=range(14),
)  # fmt: skip
def test_a_mapping_of_another_shape_is_refused_at_once(text):
    with pytest.raises(tablemap.BadMapping):
        tablemap.parse(text)
