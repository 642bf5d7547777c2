import json

import pytest
import real
from test_table import ROW

from manumit.directory import hsds, sniff, table
from manumit.directory.entry import Entry, Rejected, Unreadable
from manumit.directory.sniff import File

EN = (real.EXTRACT / "extract-en.json").read_bytes()
AR = (real.EXTRACT / "extract-ar.json").read_bytes()
CSV = table.write([ROW]).encode()
HSDS = json.dumps(
    hsds.service(
        ROW, "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
    )
).encode()


def test_each_file_is_known_by_what_is_in_it() -> None:
    reading = sniff.read([File("a", AR), File("b", EN), File("c", CSV), File("d", HSDS)])
    assert reading.rejected == ()
    assert {e.source for _, e in reading.entries} == {"services-advisor:jordan", "table", "hsds"}
    assert any(e.name_i18n.get("ar") == "فرص التعليم" for _, e in reading.entries)


@pytest.mark.parametrize(
    "files",
    [
        [],
        [File("ar.json", AR)],
        [File("a", EN), File("b", EN)],
        [File("x.json", b"{}")],
        [File("x.json", b"[1")],
        [File("x.csv", b"nonsense")],
    ],
)
def test_what_gives_no_rows_is_refused_with_the_cure(files: list[File]) -> None:
    with pytest.raises(Unreadable) as error:
        sniff.read(files)
    assert error.value.cure


def test_one_row_is_read_again_by_its_own_reader() -> None:
    good = sniff.one("table", "f", 7, table.to_cells(ROW))
    assert isinstance(good, Entry)
    bad = sniff.one("table", "f", 7, table.to_cells(ROW) | {"needs": "magic"})
    assert isinstance(bad, Rejected)
    assert bad.line == 7
    assert isinstance(sniff.one("hsds", "f", 1, json.loads(HSDS)), Entry)
    assert isinstance(sniff.one("services-advisor", "f", 3, json.loads(EN)[0]), Entry)
    wrong = sniff.one("services-advisor", "f", 3, {"id": 1})
    assert isinstance(wrong, Rejected)
    assert wrong.line == 3
