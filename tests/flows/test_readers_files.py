"""Archives, sheets, Parquet, and the published data sets."""

import gzip
import io
import os
import random
import tarfile
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import polars
import pytest

from flows import reading_samples as samples
from manumit.flows import batch, mapping
from manumit.flows.readers import archive, reading, sheet

DATA = Path(__file__).parents[1] / "data" / "flows"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "amlsim"
GOOD = "05/01/2026 10:30,A-1,B-2,Amal Example,12.50,JOD,rent"
CSV = samples.csv(GOOD, GOOD)


def _tar(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as made:  # type: ignore[call-overload]
        for name, data in files.items():
            item = tarfile.TarInfo(name)
            item.size = len(data)
            made.addfile(item, io.BytesIO(data))
    return out.getvalue()


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def _reason(data: bytes, toml: str = samples.STATEMENT) -> str:
    with pytest.raises(batch.Unreadable) as refused:
        samples.read(data, toml)
    assert refused.value.cure
    return refused.value.reason


# ---- archives ----


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(CSV),
        _tar({"bank/january.csv": CSV}),
        _tar({"bank/january.csv": CSV}, "w"),
        _zip({"bank/january.csv": CSV, "README.md": b"words"}),
    ],
)
def test_a_table_in_an_archive_is_read_as_it_is(packed: bytes) -> None:
    assert samples.read(packed, samples.STATEMENT).rows.height == 2


def test_an_archive_cut_off_anywhere_gives_no_row_as_whole() -> None:
    noise = os.urandom(4_000).hex().encode()
    rows = samples.csv(*[GOOD] * 300) + b"05/01/2026,A-1,B-2,,1,JOD," + noise + b"\n"
    for packed in (
        gzip.compress(rows),
        _tar({"a.csv": rows}),
        _tar({"a.csv": rows}, "w"),
        _zip({"a.csv": rows}),
    ):
        for share in (0.3, 0.6, 0.95):
            cut = packed[: int(len(packed) * share)]
            try:
                assert samples.read(cut, samples.STATEMENT).rows.height == 301
            except batch.Unreadable as refused:
                assert refused.reason in ("truncated", "archive_bad")  # noqa: PT017
            else:
                assert packed[len(cut) :].strip(b"\0") == b""  # nothing but padding was cut


def test_a_damaged_archive_is_refused() -> None:
    packed = bytearray(_zip({"a.csv": samples.csv(*[GOOD] * 300)}))
    packed[60:70] = b"\xff" * 10
    assert _reason(bytes(packed)) == "archive_bad"


def test_bombs_are_refused_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FREE_BYTES", 1_000_000)
    rows = samples.csv(*[GOOD] * 60_000)
    for packed in (gzip.compress(rows), _zip({"a.csv": rows}), _tar({"a.csv": rows})):
        assert len(rows) > 100 * len(packed)
        monkeypatch.setattr(archive, "MOST_RATIO", 50)
        assert _reason(packed) == "bomb"
        monkeypatch.setattr(archive, "MOST_RATIO", 5_000)
        assert samples.read(packed, samples.STATEMENT).rows.height == 60_000


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a\\..\\..\\b.csv", "C:/x.csv"]
)
def test_names_that_point_outside_are_refused(name: str) -> None:
    assert _reason(_tar({name: CSV})) == "path"
    assert _reason(_zip({name: CSV})) == "path"


def test_links_in_archives_are_refused() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as made:
        item = tarfile.TarInfo("a.csv")
        item.type, item.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(item)
    assert _reason(out.getvalue()) == "path"


def test_an_archive_without_a_table() -> None:
    assert (
        _reason(_zip({"a.png": b"\x89PNG\r\n\x1a\n" + bytes(range(1, 9)) * 20, "README": b"x"}))
        == "no_member"
    )


# ---- sheets ----


def _xlsx(rows: list[list[Any]], more: int = 0) -> bytes:
    book = openpyxl.Workbook()
    active = book.active
    assert active is not None
    for row in rows:
        active.append(row)
    for number in range(more):
        book.create_sheet(f"more {number}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADINGS: list[Any] = samples.HEADING.split(",")


def test_a_sheet_of_typed_cells() -> None:
    data = _xlsx(
        [
            ["Example Bank"],
            [],
            HEADINGS,
            [samples.utc(2026, 1, 5, 10, 30), 1001, "B-2", "Amal Example", 12.5, "JOD", "rent"],
            [None] * 7,
            ["06/01/2026", "A-1", 77, None, "1,250.125", "JOD", None],
        ],
        more=1,
    )
    found = samples.read(data, samples.STATEMENT)
    assert found.rows["line"].to_list() == [4, 6]
    assert found.rows["source_id"].to_list() == ["1001", "A-1"]
    assert found.rows["amount_minor"].to_list() == [12_500, 1_250_125]
    assert found.rows["at"].to_list() == [
        samples.utc(2026, 1, 5, 7, 30),
        samples.utc(2026, 1, 5, 21),
    ]
    assert {"rows_empty", "sheets_other"} <= set(dict(found.notes))


def test_numbers_of_a_sheet_know_no_decimal_mark() -> None:
    toml = samples.STATEMENT.replace('thousands = ","', 'decimal = ","\nthousands = "."')
    data = _xlsx([HEADINGS, ["05/01/2026", "A", "B", "", 1234.5, "USD", ""]])
    assert samples.read(data, toml).rows["amount_minor"].to_list() == [123_450]


def test_a_formula_in_a_column_that_matters_is_refused_by_its_cell() -> None:
    data = _xlsx(
        [
            HEADINGS,
            ["05/01/2026", "A-1", "B-2", "", "=1+1", "JOD", ""],
            ["05/01/2026", "A-1", "B-2", "", 5, "JOD", ""],
        ]
    )
    found = samples.read(data, samples.STATEMENT)
    assert samples.refusals(found) == [(2, "amount", "formula")]
    assert found.rows["line"].to_list() == [3]


def test_formulas_are_looked_for_in_the_sheet_that_is_read() -> None:
    book = openpyxl.Workbook()
    other, first = book.active, book.create_sheet("first", 0)
    assert other is not None
    other.append(["=1+1", "=2+2"])
    first.append(HEADINGS)
    first.append(["05/01/2026", "A-1", "B-2", "", "=1+1", "JOD", ""])
    first.append(["05/01/2026", "A-1", "B-2", "", 7, "JOD", ""])
    out = io.BytesIO()
    book.save(out)
    found = samples.read(out.getvalue(), samples.STATEMENT)
    assert samples.refusals(found) == [(2, "amount", "formula")]
    assert found.rows["line"].to_list() == [3]


def test_formulas_that_hide_their_place_are_refused() -> None:
    data = _xlsx([HEADINGS, ["05/01/2026", "A-1", "B-2", "", "=1+1", "JOD", ""]])
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b' r="E2"', b"")
    assert _reason(_zip(parts)) == "sheet_bad"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and nothing else", "truncated"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "sheet_bad"),
        (_zip({"xl/workbook.xml": b"<x/>"}), "sheet_bad"),
        (_xlsx([HEADINGS]), "headings_only"),
        (_xlsx([]), "empty"),
    ],
)
def test_what_only_looks_like_a_workbook(data: bytes, reason: str) -> None:
    assert _reason(data) == reason


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        (
            "worksheets/sheet1.xml",
            b'<row r="1048576"><c><v>1</v></c></row><row><c r="XFD1"/></row>',
        ),
        ("worksheets/sheet1.xml", b"<row r\n = '900000'><c  r ='zzz900000'><v>1</v></c></row>"),
        ("worksheets/sheet1.xml", b'<x:row r="9999999"><x:c r="ZZ1"/></x:row>'),
        ("worksheets/sheet1.xml", b"<row>" + b"<c/>" * 3000 + b'</row><row r="3000"><c/></row>'),
        ("worksheets/sheet1.xml", b"<row/>" * 3000 + b'<row><c r="ZZZ"/><c r="ZZZ3001"/></row>'),
        ("elsewhere/data.xml", b'<c r="A1"/><c r="XFD1048576"/>'),
    ],
)
def test_cells_that_hide_how_far_away_they_are(name: str, cells: bytes) -> None:
    target = f'<Relationship Id="a" Target="{name}"/>'.encode()
    hidden = _zip(
        {
            "xl/workbook.xml": b'<sheet r:id="a"/>',
            "xl/_rels/workbook.xml.rels": target,
            f"xl/{name}": cells,
        }
    )
    assert _reason(hidden) == "sheet_large"


def test_a_workbook_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    corner = _zip(
        {
            "xl/workbook.xml": b'<sheet r:id="a"/>',
            "xl/_rels/workbook.xml.rels": b'<Relationship Id="a" Target="worksheets/sheet1.xml"/>',
            "xl/worksheets/sheet1.xml": b'<c r="A1"/><c r="XFD1048576"/>',
        }
    )
    assert _reason(corner) == "sheet_large"
    monkeypatch.setattr(sheet, "MOST_BYTES", 10)
    assert _reason(_xlsx([HEADINGS])) in ("sheet_large", "sheet_bad")


@pytest.mark.parametrize("place", [b"0", b" 0 ", b"+0", b"&#48;", b""])
def test_a_long_text_that_many_cells_share_is_refused(place: bytes) -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>%s</v></c></row>' % (n, n, place) for n in range(1, 1501)
    )
    shared = _zip(
        {
            "xl/workbook.xml": b'<sheet r:id="a"/>',
            "xl/_rels/workbook.xml.rels": b'<Relationship Id="a" Target="worksheets/sheet1.xml"/>',
            "xl/worksheets/sheet1.xml": rows,
            "xl/sharedStrings.xml": b"<sst><si><t>" + b"x" * 1_000_000 + b"</t></si></sst>",
        }
    )
    assert _reason(shared) == "sheet_large"


def test_a_long_text_beside_many_numbers_is_taken() -> None:
    remark = "x" * 30_000  # 32,767 is the most a cell holds
    rows = [
        ["05/01/2026", "A-1", "B-2", n, -n, "JOD", remark if n == 1 else ""] for n in range(4000)
    ]
    read, _, _ = sheet.texts(io.BytesIO(_xlsx([HEADINGS, *rows])))
    assert len(read) == 4001
    assert read[2][6].startswith("xxx")


# ---- Parquet ----


def test_parquet_with_typed_columns() -> None:
    frame = polars.DataFrame(
        {
            "at": [samples.utc(2026, 1, 5, 7, 30), samples.utc(2026, 1, 6)],
            "source": [1, 2],
            "target": ["B-2", None],
            "amount": [12.5, 0.07],
            "currency": ["USD", "USD"],
            "kind": ["cash_out", "hawala"],
        }
    )
    columns = ["source_name", "target_name", "purpose", "country_from", "country_to", "place",
               "device", "mcc", "reference", "text"]  # fmt: skip
    frame = frame.with_columns(polars.lit("").alias(name) for name in columns)
    out = io.BytesIO()
    frame.write_parquet(out)
    found = samples.read(out.getvalue())
    assert found.rows["amount_minor"].to_list() == [1250, 7]
    assert found.rows["kind"].to_list() == ["cash_out", "hawala"]
    assert found.rows["source_id"].to_list() == ["1", "2"]
    assert found.rows["at"].to_list() == [samples.utc(2026, 1, 5, 7, 30), samples.utc(2026, 1, 6)]


def test_parquet_that_is_none() -> None:
    assert _reason(b"PAR1 and nothing else") == "parquet_bad"
    out = io.BytesIO()
    polars.DataFrame({"at": [1]}).write_parquet(out)
    assert _reason(out.getvalue()) == "heading_bad"
    assert _reason(out.getvalue()[:-6]) == "parquet_bad"


# ---- published data ----


def _amlsim() -> dict[str, bytes]:
    files = (DATA / "amlsim-extract").iterdir()
    return {f"sample/{file.name}": file.read_bytes() for file in files}


def test_the_first_layout_of_amlsim() -> None:
    found = samples.read(_tar(_amlsim()))
    labelled = found.accounts.filter(polars.col("label_pattern").is_not_null())
    assert set(labelled["label_pattern"]) == {"fan_in"}
    assert found.rows.height == 320
    assert found.accounts.height == 217
    row = found.rows.row(0, named=True)
    lines = _amlsim()["sample/transactions.csv"].decode().splitlines()
    source, target, value, step = lines[1].split(",")
    assert (row["source_id"], row["target_id"]) == (source, target)
    assert row["at"] == samples.utc(1970, 1, 1) + timedelta(days=int(step))
    assert (row["precision"], row["currency"]) == (3, "XXX")
    assert row["amount_minor"] == round(float(value) * 100)


def test_two_samples_in_one_archive_are_refused() -> None:
    twice = {**_amlsim(), "other/nodes.csv": _amlsim()["sample/nodes.csv"]}
    assert _reason(_tar(twice), "") == "members_many"


@pytest.mark.skipif(not SHARED.exists(), reason="needs shared/data/amlsim")
@pytest.mark.parametrize(("name", "rows"), [("20K_cycle200", 117_805), ("20K_fanin200", 118_250)])
def test_the_whole_samples(name: str, rows: int) -> None:
    with (SHARED / f"{name}.tgz").open("rb") as stream:
        parts = list(reading.read(stream, name, samples.asked()))
    assert sum(part.rows.height for part in parts) == rows
    assert sum(part.accounts.height for part in parts) == 20_000
    assert not any(part.rejected for part in parts)


def test_the_second_layout_of_amlsim() -> None:
    head = b"tran_id,orig_acct,bene_acct,tx_type,base_amt,tran_timestamp,is_sar,alert_id\n"
    rows = b"1,10,11,TRANSFER,5.5,2017-01-02T00:00:00Z,False,-1\n2,11,12,CHECK,7,2017-01-03T00:00:00Z,True,8\n"
    alerts = (
        b"alert_id,alert_type,is_sar,tran_id,orig_acct,bene_acct,tx_type,base_amt,tran_timestamp\n"
        b"8,fan_in,True,2,11,12,CHECK,7,2017-01-03T00:00:00Z\n"
    )
    found = samples.read(_zip({"transactions.csv": head + rows, "alert_transactions.csv": alerts}))
    assert found.rows["kind"].to_list() == ["transfer", "cheque", "cheque"]
    assert found.rows["label_pattern"].to_list() == [None, "", "fan_in"]
    assert found.rows["label_instance"].to_list() == [None, "8", "8"]
    assert found.rows["reference"].to_list() == ["amlsim-2/1", "amlsim-2/2", "amlsim-2/2"]


AMLWORLD = """Timestamp,From Bank,Account,To Bank,Account,Amount Received,Receiving Currency,\
Amount Paid,Payment Currency,Payment Format,Is Laundering
2022/09/01 00:20,010,8000EBD30,010,8000EBD30,3697.34,US Dollar,3697.34,US Dollar,Reinvestment,0
2022/09/01 00:06,021174,800737690,012,80011F990,2848.96,Euro,2848.96,Euro,ACH,1
2022/09/01 00:07,021174,800737690,012,80011F990,0.005,Bitcoin,100.49,Yen,Bitcoin,0
"""
PATTERNS = """BEGIN LAUNDERING ATTEMPT - FAN-OUT:  Max 16-degree Fan-Out
2022/09/01 00:06,021174,800737690,012,80011F990,2848.96,Euro,2848.96,Euro,ACH,1
END LAUNDERING ATTEMPT - FAN-OUT
BEGIN LAUNDERING ATTEMPT - CYCLE:  Max 10 hops
2022/09/01 00:07,021174,800737690,012
END LAUNDERING ATTEMPT - CYCLE
"""


def test_amlworld() -> None:
    found = samples.read(AMLWORLD.encode())
    assert found.rows["source_id"].to_list()[:2] == ["010/8000EBD30", "021174/800737690"]
    assert found.rows["amount_minor"].to_list() == [369_734, 284_896, 100]
    assert found.rows["currency"].to_list() == ["USD", "EUR", "JPY"]
    assert found.rows["kind"].to_list() == ["transfer", "transfer", "virtual_asset"]
    assert found.rows["label_pattern"].to_list() == [None, "", None]
    assert found.rows["local_minute"].to_list() == [20, 6, 7]
    assert dict(found.notes)["rounded"] == 1


def test_amlworlds_patterns_say_the_same_rows_again() -> None:
    found = samples.read(PATTERNS.encode(), name="patterns.txt")
    same = [name for name in batch.ROW_COLUMNS if not name.startswith("label") and name != "line"]
    first = samples.read(AMLWORLD.encode()).rows.slice(1, 1)
    assert found.rows.select(same).equals(first.select(same))
    assert found.rows.select("line", "label_pattern", "label_instance").rows() == [
        (2, "fan_out", "1")
    ]
    assert samples.refusals(found) == [(5, "row", "line_bad")]


def test_a_list_of_customers() -> None:
    toml = """id = "customers"
about = "accounts"
[columns]
account = "IBAN"
name = ["First", "Last"]
account_kind = "Type"
opened = "Opened"
income = "Income"
address = "Address"
phone = "Phone"
[time]
formats = ["%d.%m.%Y"]
[constant]
currency = "EUR"
country = "DE"
[codes.account_kind]
"Privat" = "person"
"""
    rows = (
        "DE02120300000000202051;Amal;Example;Privat;01.02.2020;1500.50;Example Road 1,  City;+49 (30) 123-456",
        "DE02500105170137075030;Test;Person 3;Firma;;;example road 1 city;004930123456",
        ";Test;Person 4;Privat;;;;",
        "A-9;Test;Person 5;Privat;31.02.2020;;;",
        "A-9;Test;Person 5;Privat;;-5;;",
    )
    found = samples.read(
        samples.csv(*rows, heading="IBAN;First;Last;Type;Opened;Income;Address;Phone"), toml
    )
    assert found.accounts["name"].to_list() == ["Amal Example", "Test Person 3"]
    assert found.accounts["kind"].to_list() == ["person", ""]
    assert found.accounts["income_minor"].to_list() == [150_050, None]
    assert found.accounts["address"].n_unique() == 1
    assert found.accounts["phone"].n_unique() == 1
    assert set(found.accounts["country"]) == {"DE"}
    assert samples.refusals(found) == [
        (4, "account", "account_missing"), (5, "opened", "time_bad"), (6, "income", "amount_negative"),
    ]  # fmt: skip


def test_look_tells_the_layout_and_reads_nothing_else() -> None:
    seen = reading.look(io.BytesIO(_tar(_amlsim())), "sample.tgz")
    assert seen.layout == "amlsim-1-transactions"
    assert seen.members == ("sample/nodes.csv", "sample/transactions.csv")
    assert reading.look(io.BytesIO(AMLWORLD.encode()), "x").layout == "amlworld-transactions"
    assert reading.look(io.BytesIO(CSV), "x").layout == ""
    assert reading.detect(AMLWORLD.encode()) == "amlworld-transactions"
    assert reading.detect(b":20:X\n:25:A\n") == "mt940"
    assert set(mapping.shipped()) >= {"amlworld-transactions", "saml-d", "german-csv-camt"}


def _damaged(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice([1, 2, 8])):
        place = chance.randrange(len(made) + 1)
        what = chance.randrange(4)
        if what == 0:
            made[place:place] = bytes([chance.choice(b'",;\n\r\0\xff<>&:=\xe9')])
        elif what == 1 and len(made) > 60:
            del made[place : place + chance.randrange(1, 50)]
        elif what == 2:
            made[place:place] = made[:40]
        elif place < len(made):
            made[place] = chance.randrange(256)
    return bytes(made)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_damaged_the_answer_is_rows_or_a_refusal(seed: int) -> None:
    chance = random.Random(seed)
    quoted = samples.csv(*['05/01/2026,"A-1","B-2","x ""y"" z\n b",1.5,JOD,"t"'] * 9)
    sheet_ = _xlsx([HEADINGS, ["05/01/2026", "A", "B", "", 1234.5, "USD", ""]])
    tables = (
        CSV,
        quoted,
        CSV.decode().encode("utf-16"),
        _zip({"a.csv": CSV}),
        _tar({"a.csv": CSV}),
        sheet_,
    )
    messages = [
        file.read_bytes() for file in sorted(DATA.glob("*.xml")) + sorted(DATA.glob("*.sta"))
    ]
    for data, toml in ((_damaged(d, chance), t) for d, t in
                       [*((t, samples.STATEMENT) for t in tables), *((m, "") for m in messages)] * 3):  # fmt: skip
        try:
            found = samples.read(data, toml)
        except batch.Unreadable as refused:
            assert refused.cure  # noqa: PT017
        else:
            assert all(row.reason and row.cure for row in found.rejected)
            assert found.rows["amount_minor"].min() is None or found.rows["amount_minor"].min() > 0
            assert found.rows.null_count()["at"].item() == 0


def test_steps_and_seconds_have_an_end() -> None:
    toml = samples.STATEMENT.replace('["%d/%m/%Y %H:%M", "%d/%m/%Y"]', '["step"]')
    rows = ("5,A,B,,1,JOD,", "2147483647,A,B,,1,JOD,", "-1,A,B,,1,JOD,")
    found = samples.read(samples.csv(*rows), toml)
    assert found.rows["at"].to_list() == [samples.utc(1970, 1, 6)]
    assert [reason for _, _, reason in samples.refusals(found)] == ["time_bad", "time_bad"]
    toml = toml.replace('"step"', '"%s"')
    rows = ("1767600000,A,B,,1,JOD,", "99999999999999999,A,B,,1,JOD,")
    found = samples.read(samples.csv(*rows), toml)
    assert found.rows["at"].to_list() == [samples.utc(2026, 1, 5, 8)]
    assert [reason for _, _, reason in samples.refusals(found)] == ["time_bad"]
