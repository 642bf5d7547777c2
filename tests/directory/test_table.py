import csv
import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_hsds import FULL

from manumit.directory import entry, table
from manumit.directory.entry import Unreadable

ROW = replace(
    FULL,
    source="table",
    source_id="a-1",
    organisation_id="Example Organisation",
    description_i18n={"ar": "نص"},
    stated_on=None,
)


def test_a_row_comes_back_the_same() -> None:
    reading = table.read("out.csv", table.write([ROW]).encode())
    assert reading.rejected == ()
    assert reading.entries == ((2, ROW),)


def test_the_template_reads_itself() -> None:
    reading = table.read("template.csv", table.template().encode())
    assert len(reading.entries) == 1
    assert tuple(next(csv.reader(io.StringIO(table.template())))) == table.COLUMNS


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\r=x", '=HYPERLINK("x")']
)
def test_no_cell_that_goes_out_can_run(cell: str) -> None:
    text = table.write([replace(ROW, name=cell, description=cell)])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert not [
        c
        for row in rows
        for c in row
        if c.startswith(("=", "+", "-", "@", "\t", "\r")) and not table._PLAIN_NUMBER.match(c)
    ]
    assert "-0.25" in rows[1]  # a plain number stays a number


@given(cell=st.text())
def test_safe_can_be_undone_unless_it_was_quoted_before(cell: str) -> None:
    if not cell.startswith("'"):
        assert table.unsafe(table.safe(cell)) == cell


def sheet(**cells: str) -> bytes:
    good = table.to_cells(ROW)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.COLUMNS)
    writer.writerow([good[name] for name in table.COLUMNS])
    writer.writerow([(good | {"id": "a-2"} | cells)[name] for name in table.COLUMNS])
    return out.getvalue().encode()


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"id": ""}, "source_id"),
        ({"id": "a-1"}, "id"),
        ({"organisation": ""}, "organisation"),
        ({"needs": ""}, "needs"),
        ({"needs": "magic"}, "needs"),
        ({"latitude": "32,5"}, "latitude"),
        ({"latitude": "320"}, "latitude"),
        ({"longitude": ""}, "latitude"),
        ({"monday": "all day"}, "monday"),
        ({"monday": "25:00-26:00"}, "monday"),
        ({"timezone": ""}, "timezone"),
        ({"minimum_age": "old"}, "minimum_age"),
        ({"minimum_age": "120", "maximum_age": "3"}, "minimum_age"),
        ({"takes_referrals": "maybe"}, "takes_referrals"),
        ({"ends_on": "31.12.2026"}, "ends_on"),
        ({"country": "Jordan"}, "country"),
        ({"sex": "f"}, "sex"),
        ({"languages": "Arabic"}, "languages"),
        ({"nationalities": "syria"}, "nationalities"),
        ({"place": "x" * 201}, "place"),
    ],
)
def test_a_bad_cell_keeps_its_row_with_line_field_reason_and_cure(
    cells: dict[str, str], field: str
) -> None:
    reading = table.read("bad.csv", sheet(**cells))
    assert len(reading.entries) == 1
    (row,) = reading.rejected
    assert (row.file, row.line, row.field) == ("bad.csv", 3, field)
    assert row.reason
    assert row.cure


def test_a_line_number_counts_lines_even_in_cells_with_several() -> None:
    reading = table.read(
        "lines.csv",
        table.write(
            [replace(ROW, description="one\ntwo"), replace(ROW, source_id="a-2", name="")]
        ).encode(),
    )
    assert [line for line, _ in reading.entries] == [2]
    assert reading.rejected[0].line == 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"id;name\n1;2\n",
        b"id,organisation,name,needs,colour\n",
        b"PK\x03\x04broken",
        b"a\x00b",
        b"id,organisation,name,needs\n\xe9,a,b,c\n",
    ],
)
def test_what_is_no_table_is_refused_with_the_cure(data: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        table.read("bad.csv", data)
    assert error.value.cure


def test_a_semicolon_sheet_with_a_mark_in_front_is_read() -> None:
    text = "\ufeffid;organisation;name;needs\nx;Example;Food;food\n"
    ((_, made),) = table.read("s.csv", text.encode()).entries
    assert made.needs == ("food",)


def xlsx(rows: list[list[str]]) -> bytes:
    """Write the smallest workbook that spreadsheet programs open."""
    ns = "http://schemas.openxmlformats.org/"
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row) + "</row>"
        for row in rows
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{ns}package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{ns}package/2006/relationships"><Relationship Id="r1" Type="{ns}officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{ns}spreadsheetml/2006/main" xmlns:r="{ns}officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{ns}package/2006/relationships"><Relationship Id="r1" Type="{ns}officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{ns}spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return out.getvalue()


def test_a_workbook_is_known_by_its_bytes_and_not_by_its_name() -> None:
    cells = table.to_cells(ROW)
    data = xlsx([list(table.COLUMNS), [cells[name] for name in table.COLUMNS]])
    reading = table.read("named.csv", data)
    assert reading.rejected == ()
    assert reading.entries == ((2, ROW),)


def test_a_workbook_that_unpacks_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_BYTES", 100)
    with pytest.raises(Unreadable, match="too large"):
        table.read("big.xlsx", xlsx([list(table.COLUMNS)]))


def test_a_digest_tells_entries_apart() -> None:
    assert entry.digest(ROW) == entry.digest(replace(ROW))
    assert entry.digest(ROW) != entry.digest(replace(ROW, phone="+1"))
