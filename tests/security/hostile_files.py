"""Files made to break whoever reads them. Run as a program, it reads each with little memory.

Prints one JSON line per file: its name and what came of it.
"""

import io
import itertools
import json
import resource
import struct
import sys
import zipfile
from collections.abc import Callable

NS = "http://schemas.openxmlformats.org/"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{NS}package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{NS}package/2006/relationships"><Relationship Id="r1" '
    f'Type="{NS}officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'<workbook xmlns="{NS}spreadsheetml/2006/main" '
    f'xmlns:r="{NS}officeDocument/2006/relationships">'
    '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{NS}package/2006/relationships">'
    f'<Relationship Id="r1" Type="{NS}officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = '<row r="1">' + "".join(
    cell(f"{c}1", n) for c, n in zip("ABCD", ("id", "organisation", "name", "needs"), strict=True)
)
HEAD += "</row>"


def book(rows: str, dtd: str = "", **more: str) -> bytes:
    out = io.BytesIO()
    sheet = f'{dtd}<worksheet xmlns="{NS}spreadsheetml/2006/main"><sheetData>{HEAD}{rows}'
    sheet += "</sheetData></worksheet>"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in (PARTS | {"xl/worksheets/sheet1.xml": sheet} | more).items():
            packed.writestr(name, text)
    return out.getvalue()


def honest() -> bytes:
    """The control: this one is read."""
    cells = zip("ABCD", ("a-1", "Example", "Example Clinic", "food"), strict=True)
    return book('<row r="2">' + "".join(cell(f"{c}2", text) for c, text in cells) + "</row>")


def far_corner() -> bytes:
    return book(f'<row r="1048576">{cell("XFD1048576", "x")}</row>')


def far_row() -> bytes:
    return book('<row r="1048576"><c><v>1</v></c></row>')


def far_corner_spaced() -> bytes:
    return book("<row r\n = '900000'><c  r ='zzz900000'><v>1</v></c></row>")


def packed_tight() -> bytes:
    return book("<row></row>" * 6_000_000)


def beside_the_sheet() -> bytes:
    return book("", **{"xl/media/a.xml": "0" * 80_000_000})


def says_less() -> bytes:
    """A part that unpacks to far more than both of its headers say."""
    data = book(" " * 50_000_000)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        real = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    return data.replace(struct.pack("<I", real), struct.pack("<I", 5_000))


def shared_text() -> bytes:
    """One long text that fifteen hundred cells point at."""
    rows = (f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 1502))
    shared = f'<sst xmlns="{NS}spreadsheetml/2006/main"><si><t>{"x" * 1_000_000}</t></si></sst>'
    return book("".join(rows), **{"xl/sharedStrings.xml": shared})


def rows_without_places() -> bytes:
    return book(f"<row/>{'<row><c/></row>' * 2_000}<row>{'<c/>' * 2_000}</row>")


def outside_file() -> bytes:
    dtd = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return book(f'<row r="2">{cell("A2", "&x;")}{cell("D2", "food")}</row>', dtd)


def laughs() -> bytes:
    names = "abcdefgh"
    nested = (f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(names))
    dtd = f'<!DOCTYPE w [<!ENTITY a "{"a" * 999}">{"".join(nested)}]>'
    return book(f'<row r="2">{cell("A2", "&h;")}</row>', dtd)


def open_document() -> bytes:
    """A sheet of another kind, of which one cell is repeated ten thousand million times."""
    out = io.BytesIO()
    ns = "urn:oasis:names:tc:opendocument:xmlns:"
    rows = (
        f'<office:document-content xmlns:office="{ns}office:1.0" xmlns:table="{ns}table:1.0" '
        f'xmlns:text="{ns}text:1.0"><office:body><office:spreadsheet><table:table table:name="a">'
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        'office:value-type="string" table:number-columns-repeated="10000"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        f'<m:manifest xmlns:m="{ns}manifest:1.0"><m:file-entry m:full-path="/"/></m:manifest>'
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", rows)
        packed.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def climbs_out() -> bytes:
    return book("", **{"../../../../tmp/manumit-climbed-out": "x"})


def deep_list() -> bytes:
    return b"[" * 1_000_000


def deep_object() -> bytes:
    return b'[{"a":' * 300_000


def just_deep_enough() -> bytes:
    """Shallow enough to be read, too deep to be written again."""
    return b'[{"id": "x", "a": ' + b"[" * 900 + b"]" * 900 + b"}]"


def long_number() -> bytes:
    return b'[{"id": ' + b"9" * 6_000 + b"}]"


def half_characters() -> bytes:
    return b'[{"id": "a", "name": "\\ud800", "status": "active", "organization": {"name": "x"}}]'


def zero_characters() -> bytes:
    return b'[{"id": "a\\u0000", "name": "x", "status": "active", "organization": {"name": "x"}}]'


def endless_age() -> bytes:
    return (
        b'[{"id": "a", "name": "x", "status": "active", "organization": {"name": "x"}, '
        b'"minimum_age": 1e999, "maximum_age": NaN}]'
    )


def age_of_digits() -> bytes:
    return b"id,organisation,name,needs,minimum_age\na,b,c,food," + b"9" * 5_000 + b"\n"


def one_long_line() -> bytes:
    return b"id,organisation,name,needs\n" + b"x" * 20_000_000


def many_columns() -> bytes:
    return b"id,organisation,name,needs" + b",a" * 2_000_000 + b"\n"


def open_quote() -> bytes:
    return b'id,organisation,name,needs\n"a,b\n' + b"c,d\n" * 1_000_000


FILES: tuple[Callable[[], bytes], ...] = (
    far_corner, far_row, far_corner_spaced, packed_tight, beside_the_sheet, says_less, shared_text,
    rows_without_places, outside_file,
    laughs, open_document, deep_list, deep_object, just_deep_enough, long_number, half_characters,
    zero_characters, endless_age, age_of_digits, one_long_line, many_columns, open_quote,
)  # fmt: skip


def main() -> None:
    from manumit.directory import sniff
    from manumit.directory.entry import Unreadable

    resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
    for make in (honest, climbs_out, *FILES):
        data = make()
        try:
            reading = sniff.read([sniff.File(make.__name__, data)])
            said = f"{len(reading.entries)} read, {len(reading.rejected)} rejected"
        except Unreadable as refusal:
            said = f"refused: {refusal.reason}"
        print(json.dumps({"file": make.__name__, "said": said}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
