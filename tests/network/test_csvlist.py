"""Lists as CSV: simple targets, tables by their headings, and tables that are broken."""

import io

import pytest

from manumit.network import csvlist, listed

SIMPLE = (
    '"id","schema","name","aliases","birth_date","countries","addresses","sanctions","dataset",'
    '"last_seen"\n'
    '"ex-1","Person","Example Person","Beispiel;""Person; Example""","1970-02-03;1971","iq;sy",'
    '"1 Example Street","EX-1267","Example List","2026-01-02T00:00:00"\n'
    '"ex-2","Company","Example Ltd","","","","","","Example List","2026-01-01T00:00:00"\n'
)


def read(text):
    return csvlist.read(io.BytesIO(text if isinstance(text, bytes) else text.encode()))


def test_simple_targets():
    found = read(SIMPLE)
    person, body = found.entries
    assert [c.text for c in person.names] == ["Example Person", "Beispiel", "Person; Example"]
    assert person.births == ("1970-02-03", "1971")
    assert person.nationalities == ("iq", "sy")
    assert (person.programme, person.kind) == ("EX-1267", listed.Kind.PERSON)
    assert body.kind is listed.Kind.ENTITY
    assert person.fields["addresses"] == ("1 Example Street",)
    assert "last_seen" not in person.fields
    assert (found.called, found.dated) == ("Example List", "2026-01-02T00:00:00")


@pytest.mark.parametrize(
    "head",
    [
        "Reference;Full name;Date of birth;Nationality",
        "UID\tNAME\tDOB\tcountry",
        "Référence,Nom,Date de naissance,Nationalité",
        "المرجع,الاسم,تاريخ الميلاد,الجنسية",
    ],
)
def test_any_table_by_its_headings(head):
    sign = next(one for one in ";\t," if one in head)
    row = sign.join(("A-1", "Example Person", "1970", "Iraq"))
    (entry,) = read(f"{head}\n{row}\n").entries
    assert (entry.reference, entry.name) == ("A-1", "Example Person")
    assert (entry.births, entry.nationalities) == (("1970",), ("Iraq",))
    assert entry.repairs == ()


def test_parts_of_names_and_columns_of_its_own():
    (entry,) = read("id,first name,last name,Ship\n1,Example,Person,Boat 3\n").entries
    assert entry.name == "Example Person"
    assert entry.fields["ship"] == ("Boat 3",)


def test_what_is_missing_or_too_much_is_told():
    one, other = read("id,name,dob\n,Example Person\n2,Test Person,1970,what,is this\n").entries
    assert one.reference == "no reference (Example Person)"
    assert {r.field for r in one.repairs} == {"row", "reference"}
    assert other.fields["more"] == ("what", "is this")
    assert other.repairs[0].why == "more cells than headings"


def test_utf_16_and_a_mark_at_the_start():
    text = "id,name\n1,مثال\n"
    for encoding in ("utf-16", "utf-8-sig"):
        assert read(text.encode(encoding)).entries[0].name == "مثال"


def test_a_cell_of_ten_thousand_aliases():
    aliases = ";".join(f"Example Person {n:06}" for n in range(10_000))
    (entry,) = read(f'id,name,aliases\n1,Example,"{aliases}"\n').entries
    assert len(entry.names) == 10_001


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a,b\n1,2\n", 1, "No column is called name"),
        ('id,name\n1,"Example\n', 2, "cannot be read"),
        ("id,name,dob\n1,Example,1970\n2,Exa", 3, "breaks off"),
        (b"id,name\n1,Exampl\xe9\n", 2, "not UTF-8"),
        (b"id,name\n1,\x00\n", 1, "no text"),
        (b"id,name\n1," + b"x" * 9_000_000 + b"\n", 2, "cannot be read"),
    ],
)
def test_what_is_broken_is_refused_with_its_line(text, line, words):
    with pytest.raises(listed.Unreadable, match=words) as refusal:
        read(text)
    assert refusal.value.line == line
