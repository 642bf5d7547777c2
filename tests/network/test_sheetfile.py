"""A spreadsheet becomes a table; one with formulas, or that is none, is refused with a cure."""

import io

import openpyxl
import pytest

from manumit.network import ftm, givenfile, sheetfile


def book(*rows) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def test_rows_stay_on_their_lines():
    data = book(
        ("Example list of 2026",), ("Nr", "Full name", "Born", "Height"),
        (1, 'Amal "A", Example\nof somewhere', 1980, 1.5), (), (3, "Noor Example", None, None),
    )  # fmt: skip
    assert sheetfile.is_one(data)
    text = sheetfile.as_csv(data)
    lines = text.decode().split("\n")
    assert lines[0] == "Nr,Full name,Born,Height"
    assert lines[2] == '1,"Amal ""A"", Example of somewhere",1980,1.5'
    mapping = givenfile.mapping("Person", {"Nr": "id", "Full name": "name"}, ";")
    rows, faults = ftm.all_of(givenfile.reader(text, mapping, ftm.Notes())())
    assert [(row.line, row.id) for row in rows] == [(3, "row:1"), (5, "row:3")]
    assert not faults


def test_a_formula_is_refused_by_its_row():
    with pytest.raises(sheetfile.BadSheet, match="Row 2"):
        sheetfile.as_csv(book(("Name", "Alias"), ("Amal", "=A2")))


@pytest.mark.parametrize("data", [b"PK\x03\x04", book(("a", "b"))[:-200], b"Name\nAmal\n"])
def test_what_is_no_spreadsheet(data):
    assert not sheetfile.is_one(data)


def test_one_that_was_cut_inside_is_refused():
    whole = book(("a", "b"), ("1", "2"))
    at = whole.index(b"xl/worksheets/sheet1.xml") + 60
    broken = whole[:at] + bytes(40) + whole[at + 40 :]
    with pytest.raises(sheetfile.BadSheet):
        sheetfile.as_csv(broken)
