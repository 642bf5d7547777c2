import csv as plain_csv
import io
import resource
import zoneinfo
from datetime import UTC, datetime
from decimal import Decimal

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import reading_samples as samples
from manumit.flows import batch, mapping, money
from manumit.flows.readers import encoded, how, lines, reading, reasons

GOOD = "05/01/2026 10:30,A-1,B-2,Amal Example,12.50,JOD,rent"


def test_a_row_is_read_whole() -> None:
    found = samples.statement(GOOD)
    row = found.rows.row(0, named=True)
    assert row["line"] == 2
    assert row["at"] == samples.utc(2026, 1, 5, 7, 30)  # Amman is three hours ahead
    assert row["local_minute"] == 10 * 60 + 30
    assert (row["amount_minor"], row["currency"]) == (12_500, "JOD")  # the dinar has 1,000 fils
    assert (row["source_id"], row["target_id"]) == ("A-1", "B-2")
    assert (row["source_name"], row["text"]) == ("Amal Example", "rent")
    assert row["reference"] is None
    assert not found.rejected


def test_a_day_has_no_minute() -> None:
    row = samples.statement("05/01/2026,A-1,B-2,,1,JOD,").rows.row(0, named=True)
    assert (row["precision"], row["local_minute"]) == (2, None)


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("05/01/2026,A-1,B-2,,1,JOD", "row", "columns_missing"),
        ("05/01/2026,A-1,B-2,,1,JOD,a,b", "row", "columns_extra"),
        (",A-1,B-2,,1,JOD,", "at", "time_missing"),
        ("31/02/2026,A-1,B-2,,1,JOD,", "at", "time_bad"),
        ("2026-01-05,A-1,B-2,,1,JOD,", "at", "time_bad"),
        ("05/01/2036,A-1,B-2,,1,JOD,", "at", "time_future"),
        ("05/01/1926,A-1,B-2,,1,JOD,", "at", "time_absurd"),
        ("05/01/2026,A-1,B-2,,,JOD,", "amount", "amount_missing"),
        ("05/01/2026,A-1,B-2,,ten,JOD,", "amount", "amount_bad"),
        ('05/01/2026,A-1,B-2,,"1,23",JOD,', "amount", "amount_bad"),
        ("05/01/2026,A-1,B-2,,1.2.3,JOD,", "amount", "amount_bad"),
        ("05/01/2026,A-1,B-2,,1e5,JOD,", "amount", "amount_bad"),
        ("05/01/2026,A-1,B-2,,-1,JOD,", "amount", "amount_negative"),
        ("05/01/2026,A-1,B-2,,0.00,JOD,", "amount", "amount_zero"),
        ("05/01/2026,A-1,B-2,,1.2345,JOD,", "amount", "amount_fine"),
        ("05/01/2026,A-1,B-2,,99999999999999999999999,JOD,", "amount", "amount_absurd"),
        ("05/01/2026,A-1,B-2,,=1+1,JOD,", "amount", "formula"),
        ("05/01/2026,A-1,B-2,,1,ZZZ,", "currency", "currency_unknown"),
        ("05/01/2026,,,,1,JOD,", "source", "account_missing"),
        ("05/01/2026,=cmd|x,B-2,,1,JOD,", "source", "formula"),
        (f"05/01/2026,{'9' * 141},B-2,,1,JOD,", "source", "account_bad"),
        ("05/01/2026,A-1,B-2,,1,JOD,a\0b", "row", "nul"),
    ],
)
def test_each_fault_is_told_with_line_field_and_cure(row: str, field: str, reason: str) -> None:
    found = samples.statement(GOOD, row, GOOD)
    assert samples.refusals(found) == [(3, field, reason)]
    assert found.rejected[0].raw == row
    assert found.rejected[0].cure == reasons.REASONS[reason][1]
    assert found.rows["line"].to_list() == [2, 4]


def test_every_reason_and_note_has_words() -> None:
    for words in (*reasons.REASONS.values(), *reasons.FILES.values()):
        assert all(part and part.endswith(".") for part in words)
    assert all(text.endswith(".") for text in reasons.NOTES.values())


def test_lines_are_exact_behind_quoted_line_breaks_and_empty_rows() -> None:
    rows = (
        '05/01/2026,A-1,B-2,,1,JOD,"first\nsecond\nthird"',
        "",
        ",,,,,,",
        "05/01/2026,A-1,B-2,,bad,JOD,",
        '05/01/2026,A-1,B-2,,2,JOD,"he said ""yes"", twice"',
    )
    found = samples.statement(*rows)
    assert found.rows["line"].to_list() == [2, 8]
    assert found.rows["text"].to_list() == ["first\nsecond\nthird", 'he said "yes", twice']
    assert samples.refusals(found) == [(7, "amount", "amount_bad")]
    assert dict(found.notes)["rows_empty"] == 2


def test_a_quotation_mark_that_is_never_closed_costs_its_own_line() -> None:
    rows = ('05/01/2026,A-1,B-2,,1,JOD,"open', *[GOOD] * 30)
    found = samples.read(
        samples.csv('05/01/2026,"A-1","B-2","",1,JOD,"x"', *rows), samples.STATEMENT
    )
    assert samples.refusals(found) == [(3, "row", "quote_open")]
    assert found.rows.height == 31


def test_a_mark_inside_a_word_is_a_letter_among_quoted_cells() -> None:
    good = '05/01/2026,"A-1","B-2","",1,JOD,"x, y"'
    stray = '05/01/2026,"A-1","B-2",pipe 5" long,1,JOD,"x"'
    rows = [*[good] * 20, stray, good, good, stray, *[good] * 20]
    found = samples.statement(*rows)
    assert not found.rejected
    assert found.rows.height == len(rows)
    assert found.rows["source_name"].value_counts().sort("count").rows() == [
        ('pipe 5" long', 2), ("", 42),
    ]  # fmt: skip
    assert found.rows["text"].to_list().count("x, y") == 42


@pytest.mark.parametrize("after", range(1, 8))
def test_rows_that_an_open_mark_makes_one_are_each_counted(after: int) -> None:
    good = '05/01/2026,"A-1","B-2","",1,JOD,"x"'
    bad = '05/01/2026,"A-1","B-2","open,1,JOD,x'
    plain = "05/01/2026,A-1,B-2,,1,JOD,x"
    rows = [*[good] * 20, bad, *[plain] * after, *[good] * 20]
    found = samples.statement(*rows)
    assert found.rows.height + len(found.rejected) == len(rows)
    assert {(field, reason) for _, field, reason in samples.refusals(found)} == {
        ("row", "quote_open")
    }
    assert [row.line for row in found.rejected] == list(range(22, 22 + len(found.rejected)))
    assert set(found.rows["source_id"]) == {"A-1"}


def test_a_text_of_several_lines_in_a_row_too_long_is_one_row() -> None:
    found = samples.statement('05/01/2026,A-1,B-2,,1,JOD,"a\nb\nc",more', GOOD)
    assert samples.refusals(found) == [(2, "row", "columns_extra")]
    assert found.rows["line"].to_list() == [5]


def test_marks_inside_words_are_letters_where_the_file_has_no_quoting() -> None:
    found = samples.statement('05/01/2026,A-1,B-2,,1,JOD,pipe 5" long', GOOD)
    assert found.rows["text"].to_list() == ['pipe 5" long', "rent"]


def test_clocks_put_forward_and_back_are_told() -> None:
    toml = samples.STATEMENT.replace("Asia/Amman", "Europe/Paris")
    found = samples.read(
        samples.csv(
            "29/03/2026 02:30,A-1,B-2,,1,EUR,",  # never was
            "26/10/2025 02:30,A-1,B-2,,1,EUR,",  # was twice
            "26/10/2025 04:30,A-1,B-2,,1,EUR,",
        ),
        toml,
    )
    assert samples.refusals(found) == [(2, "at", "time_gap")]
    assert found.rows["at"].to_list()[0] == samples.utc(2025, 10, 26, 0, 30)
    assert dict(found.notes)["time_twice"] == 1


def test_a_stamp_with_its_offset_needs_no_zone() -> None:
    toml = samples.STATEMENT.replace('"%d/%m/%Y"]', '"%Y-%m-%dT%H:%M:%S%z"]')
    rows = ("2026-01-05T10:30:00+03:00,A-1,B-2,,1,JOD,", "2026-01-05T10:30:00Z,A-1,B-2,,1,JOD,")
    found = samples.read(samples.csv(*rows), toml)
    assert found.rows["at"].to_list() == [
        samples.utc(2026, 1, 5, 7, 30),
        samples.utc(2026, 1, 5, 10, 30),
    ]
    assert found.rows["local_minute"].to_list() == [630, 630]


def test_without_a_zone_the_ledgers_is_taken_and_said() -> None:
    toml = samples.STATEMENT.replace('zone = "Asia/Amman"', "")
    found = samples.read(samples.csv(GOOD), toml, time_zone="Africa/Lagos")
    assert found.rows["at"].to_list() == [samples.utc(2026, 1, 5, 9, 30)]
    assert dict(found.notes)["zone_assumed"] == 1


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_and_separators_are_told_from_the_file(separator: str, encoding: str) -> None:
    text = samples.csv("05/01/2026,A-1,B-2,Zoé Müller,1,JOD,reçu à Genève").decode()
    data = text.replace(",", separator).encode(encoding)
    found = samples.read(data, samples.STATEMENT)
    assert found.rows["source_name"].to_list() == ["Zoé Müller"]
    assert ("encoding_guessed" in dict(found.notes)) == (encoding == "cp1252")


def test_windows_arabic_is_told_from_its_words() -> None:
    data = samples.csv("05/01/2026,A-1,B-2,أمل مثال,1,JOD,إيجار الشقة").decode().encode("cp1256")
    assert samples.read(data, samples.STATEMENT).rows["source_name"].to_list() == ["أمل مثال"]


def test_an_encoding_in_doubt_is_refused_and_the_byte_named() -> None:
    data = samples.csv("05/01/2026,A-1,B-2,Тест Пример,1,JOD,аренда").decode().encode("cp1251")
    with pytest.raises(batch.Unreadable) as refused:
        samples.read(data, samples.STATEMENT)
    assert refused.value.reason == "encoding"
    assert (refused.value.line, "0xD2" in str(refused.value)) == (2, True)
    with pytest.raises(batch.Unreadable) as refused:
        samples.read(data, samples.STATEMENT, encoding="utf-8")
    assert refused.value.reason == "encoding_said"
    with pytest.raises(batch.Unreadable) as refused:
        samples.read(data, samples.STATEMENT, encoding="ebcdic")
    assert refused.value.reason == "encoding_unknown"


def test_the_old_line_ends_of_macs_and_windows() -> None:
    for end in ("\r", "\r\n"):
        data = samples.csv(GOOD, GOOD).replace(b"\n", end.encode())
        found = samples.read(data, samples.STATEMENT)
        assert found.rows["line"].to_list() == [2, 3]
        assert found.rows["text"].to_list() == ["rent", "rent"]


def test_a_block_ends_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f'05/01/2026,A-{n},B-2,"a\r\nb é",{n}.5,JOD,"x ""{n}"""' for n in range(1, 40)]
    data = "\r\n".join((samples.HEADING, *rows)).encode()
    whole = samples.read(data, samples.STATEMENT)
    for size in (7, 64, 333):
        monkeypatch.setattr(encoded, "BLOCK", size)
        assert samples.read(data, samples.STATEMENT).rows.equals(whole.rows)
    assert whole.rows.height == 39
    assert whole.rows["line"].to_list() == list(range(2, 80, 2))


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1.234,50", 1_234_500),
        ("1234,5", 1_234_500),
        ("(1.234,50)", -1_234_500),
        ("1.234,50-", -1_234_500),
        ("− 12", -12_000),
        ("+12", 12_000),
        ("١٬٢٣٤٫٥".replace("٬", ".").replace("٫", ","), 1_234_500),
        ("\u200f12,5\u200f", 12_500),
        (",5", 500),
        ("€ 12,50", 12_500),
        ("12,50 €", 12_500),
        ("-€12,50", -12_500),
    ],
)
def test_amounts_as_people_write_them(text: str, minor: int) -> None:
    toml = """id = "signs"
[columns]
at = "Date"
account = "From"
other = "To"
amount = "Amount"
[amount]
style = "signed"
decimal = ","
thousands = "."
[constant]
currency = "JOD"
"""
    row = samples.read(
        samples.csv(f"2026-01-05;A-1;B-2;;{text};JOD;", heading=samples.HEADING.replace(",", ";")),
        toml,
    )
    made = row.rows.row(0, named=True)
    assert made["amount_minor"] == abs(minor)
    assert made["source_id"] == ("A-1" if minor < 0 else "B-2")


def test_arabic_digits_with_arabic_marks() -> None:
    found = samples.statement("٠٥/٠١/٢٠٢٦,٠١٢,B-2,,١٢٫٥,JOD,")
    row = found.rows.row(0, named=True)
    assert (row["source_id"], row["amount_minor"]) == ("012", 12_500)
    assert row["at"] == samples.utc(2026, 1, 4, 21)


def test_debit_and_credit_in_columns_of_their_own() -> None:
    toml = """id = "two"
[columns]
at = "Date"
account = "From"
other_name = "Payer"
debit = "Out"
credit = "In"
[amount]
style = "two"
[constant]
currency = "USD"
"""
    rows = ("2026-01-05,A-1,Shop One,5.00,", "2026-01-06,A-1,shop one.,,7.00",
            "2026-01-07,A-1,X,1,1", "2026-01-08,A-1,X,,")  # fmt: skip
    found = samples.read(samples.csv(*rows, heading="Date,From,Payer,Out,In"), toml)
    assert found.rows["source_id"].to_list() == ["A-1", "name/shop one"]
    assert found.rows["target_id"].to_list() == ["name/shop one", "A-1"]
    assert samples.refusals(found) == [(4, "debit", "amount_both"), (5, "debit", "amount_both")]
    assert dict(found.notes)["party_nameless"] == 4


def test_a_direction_by_code() -> None:
    toml = samples.STATEMENT.replace('source = "From"', 'account = "From"\ndirection = "Text"')
    toml = toml.replace('target = "To"', 'other = "To"').replace('source_name = "Payer"\n', "")
    toml = (
        toml.replace('text = "Text"\n', "") + 'style = "coded"\ndebits = ["Dr"]\ncredits = ["Cr"]\n'
    )
    found = samples.read(
        samples.csv(
            "05/01/2026,A-1,B-2,,1,JOD,DR",
            "05/01/2026,A-1,B-2,,1,JOD,cr",
            "05/01/2026,A-1,B-2,,1,JOD,?",
        ),
        toml,
    )
    assert found.rows["source_id"].to_list() == ["A-1", "B-2"]
    assert samples.refusals(found) == [(4, "direction", "direction_bad")]


def test_currencies_in_words_and_mixed() -> None:
    toml = samples.STATEMENT + '[codes.currency]\n"Yen" = "JPY"\n'
    rows = (
        "05/01/2026,A-1,B-2,,100,yen,",
        "05/01/2026,A-1,B-2,,1.25,usd,",
        "05/01/2026,A-1,B-2,,7,,",
    )
    found = samples.read(samples.csv(*rows), toml, currency="KWD")
    assert found.rows["currency"].to_list() == ["JPY", "USD", "KWD"]
    assert found.rows["amount_minor"].to_list() == [100, 125, 7000]
    assert dict(found.notes) == {"currencies_mixed": 1, "currency_assumed": 1}


def test_ways_of_payment_by_the_mappings_words_else_by_those_that_banks_use() -> None:
    toml = (
        samples.STATEMENT.replace('text = "Text"', 'kind = "Text"')
        + '[codes.kind]\n"ATM" = "hawala"\n'
    )
    said = (
        "atm",
        "Bargeldauszahlung",
        "حوالة",
        "Prepaid card",
        "crypto",
        "remittance",
        "card",
        "odd",
        "",
    )
    rows = [f"05/01/2026,A-1,B-2,,1,JOD,{word}" for word in said]
    found = samples.read(samples.csv(*rows, "05/01/2026,A-1,B-2,,1,BTC,"), toml)
    assert found.rows["kind"].to_list() == [
        "hawala", "cash_out", "hawala", "prepaid", "virtual_asset", "value_transfer", "card",
        "transfer", "transfer", "virtual_asset",
    ]  # fmt: skip
    assert dict(found.notes)["kind_unknown"] == 1


def test_amounts_are_rounded_only_where_the_mapping_says_so() -> None:
    toml = samples.STATEMENT + "rounded = true\n"
    texts = ("0.5", "1.5", "2.5", "2.50001", "7.4", "8.6")
    found = samples.read(samples.csv(*(f"05/01/2026,A,B,,{t},JPY," for t in texts)), toml)
    assert found.rows["amount_minor"].to_list() == [2, 2, 3, 7, 9]  # halves to even
    assert dict(found.notes)["rounded"] == 6
    assert samples.refusals(found) == [(2, "amount", "amount_zero")]


def test_what_a_spreadsheet_would_run_stays_text_and_is_told() -> None:
    found = samples.statement(
        "05/01/2026,'0012,B-2,=HYPERLINK(x),1,JOD,@x", '05/01/2026,"=""0013""",B-2,,1,JOD,'
    )
    assert found.rows["source_id"].to_list() == ["0012", "0013"]
    assert dict(found.notes)["formula_quoted"] == 2


def test_ibans_are_one_account_however_they_are_written() -> None:
    found = samples.statement(
        "05/01/2026,JO94 CBJO 0010 0000 0000 0131 0003 02,B-2,,1,JOD,",
        "05/01/2026,jo94cbjo0010000000000131000302,B-2,,1,JOD,",
    )
    assert found.rows["source_id"].n_unique() == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (samples.HEADING.encode() + b"\n", "headings_only"),
        (b"Date,From,To\n1,2,3\n", "heading_bad"),
        (b"%PDF-1.7 and so on", "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 9)) * 20, "binary"),
    ],
)
def test_files_that_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(batch.Unreadable) as refused:
        samples.read(data, samples.STATEMENT)
    assert refused.value.reason == reason
    assert reasons.FILES[reason][1] in refused.value.cure


def test_a_mapping_is_needed_where_the_headings_are_not_known() -> None:
    with pytest.raises(batch.Unreadable) as refused:
        samples.read(samples.csv(GOOD))
    assert refused.value.reason == "layout_unknown"


class _Endless(io.RawIOBase):
    """A line of 10 gigabytes, made as it is read."""

    def __init__(self) -> None:
        self.left = 10_000_000_000
        self.at = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.left) if size > 0 else self.left
        self.left, self.at = self.left - size, self.at + size
        return b"x" * size

    def seek(self, offset: int, whence: int = 0) -> int:
        self.left, self.at = 10_000_000_000 - offset, offset
        return offset

    def tell(self) -> int:
        return self.at


def test_a_line_of_ten_gigabytes_is_refused_at_its_first_megabytes() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    endless = _Endless()
    chosen = mapping.read(samples.STATEMENT)
    with pytest.raises(batch.Unreadable) as refused:
        list(reading.read(endless, "long.csv", samples.asked(mapping=chosen)))  # type: ignore[arg-type]
    assert refused.value.reason == "line_long"
    assert endless.at < 20_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_a_long_line_further_down_is_named() -> None:
    with pytest.raises(batch.Unreadable) as refused:
        samples.statement(GOOD, GOOD, "x" * (lines.MOST + 1))
    assert (refused.value.reason, refused.value.line) == ("line_long", 4)


# The slow, obvious twin: the standard library's csv and Decimal, row by row.


def _twin(data: bytes, chosen: mapping.Mapping) -> tuple[list[tuple[object, ...]], list[int]]:
    zone = zoneinfo.ZoneInfo(chosen.zone)
    good, bad = [], []
    reader = plain_csv.reader(io.StringIO(data.decode(), newline=""))
    begins = 1
    for number, cells in enumerate(reader):
        line, begins = begins, reader.line_num + 1
        if number == 0 or not any(cells):
            continue
        try:
            when, source, target, payer, amount, currency, text = cells
            at = datetime.strptime(when, "%d/%m/%Y").replace(tzinfo=zone)
            value = Decimal(amount.strip()).scaleb(money.exponents()[currency.strip().upper()])
            if not amount.strip().replace(".", "", 1).isdigit() or value <= 0:
                raise ValueError(amount)
            if value != int(value) or not (source.strip() or target.strip() or payer.strip()):
                raise ValueError(amount)
            utc = at.astimezone(UTC).replace(tzinfo=None)
            good.append((line, utc, int(value), currency.strip().upper(), text.strip()))
        except (ValueError, ArithmeticError, KeyError):
            bad.append(line)
    return good, bad


_CELL = st.text(st.sampled_from('ab ,"\né١'), max_size=6)
_ROW = st.tuples(
    st.sampled_from(["05/01/2026", "31/12/2025", "31/02/2026", "x", ""]),
    st.sampled_from(["A-1", "A-2", ""]),
    st.sampled_from(["B-1", ""]),
    _CELL,
    st.one_of(
        st.decimals(-10, 10**9, places=4, allow_nan=False, allow_infinity=False).map(str),
        st.decimals(0, 10**6, places=2, allow_nan=False, allow_infinity=False).map(str),
        st.sampled_from(["", "1.", "x", "1 2"]),
    ),
    st.sampled_from(["JOD", "usd", " EUR ", "JPY", "ZZZ", "BTC"]),
    _CELL,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=12))
def test_the_fast_reader_is_equal_to_its_slow_twin(rows: list[tuple[str, ...]]) -> None:
    out = io.StringIO()
    writer = plain_csv.writer(out, lineterminator="\n", quoting=plain_csv.QUOTE_ALL)
    writer.writerow(samples.HEADING.split(","))
    writer.writerows(rows)
    data = out.getvalue().encode()
    chosen = mapping.read(samples.STATEMENT.replace('thousands = ","', ""))
    good, bad = _twin(data, chosen)
    if not good and not bad:
        return
    parts = list(reading.read(io.BytesIO(data), "x.csv", samples.asked(mapping=chosen)))
    frame = polars.concat([part.rows for part in parts])
    assert [row.line for part in parts for row in part.rejected] == bad
    names = ["line", "at", "amount_minor", "currency", "text"]
    assert frame.select(names).rows() == good


def test_look_shows_headings_below_a_preamble() -> None:
    data = b"Example Bank;;\nPeriod: January;;\n\nDate;Account;Amount\n05/01/2026;A-1;3,5\n"
    seen = reading.look(io.BytesIO(data), "x.csv")
    assert (seen.layout, seen.separator, seen.skip) == ("", ";", 3)
    assert seen.headers == ("Date", "Account", "Amount")
    assert seen.sample == (("05/01/2026", "A-1", "3,5"),)


def test_the_same_bytes_give_the_same_batches() -> None:
    data = samples.csv(*[GOOD] * 500)
    chosen = mapping.read(samples.STATEMENT)
    first, again = (
        list(reading.read(io.BytesIO(data), "x", samples.asked(mapping=chosen))) for _ in range(2)
    )
    assert [part.rows.rows() for part in first] == [part.rows.rows() for part in again]
    assert isinstance(first[0].rows, polars.DataFrame)
    assert how.BATCH_ROWS == 100_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1256"])
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_a_look_may_end_within_a_letter(encoding: str, shift: int) -> None:
    row = "05/01/2026,A-1,B-2,أمل مثال,1,JOD,إيجار الشقة"
    heading = samples.HEADING + "x" * shift
    data = samples.csv(*[row] * 3_000, heading=heading).decode().encode(encoding)
    seen = reading.look(io.BytesIO(data), "x.csv")
    assert seen.sample[0][3] == "أمل مثال"
    toml = samples.STATEMENT.replace('"Text"', f'"{heading.rsplit(",", 1)[1]}"')
    assert samples.read(data, toml).rows["source_name"].unique().to_list() == ["أمل مثال"]


def test_a_letter_at_the_end_of_a_block_keeps_its_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    data = samples.csv("05/01/2026,A-1,B-2,Zoé Müller,1,JOD,x").decode().encode("cp1252")
    for size in range(55, 75):
        monkeypatch.setattr(encoded, "BLOCK", size)
        assert samples.read(data, samples.STATEMENT).rows["source_name"].to_list() == ["Zoé Müller"]


def test_lines_above_the_heading_are_passed_over_where_the_mapping_fits_below() -> None:
    data = b"Example Bank,,,,,,\n\n" + samples.csv(GOOD, GOOD)
    found = samples.read(data, samples.STATEMENT)
    assert found.rows["line"].to_list() == [4, 5]
