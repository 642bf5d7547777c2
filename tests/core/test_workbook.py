"""Workbooks: read by another reader, and never on the disk."""

import builtins
import io
import tempfile

import openpyxl
import pytest
import python_calamine
from openpyxl.worksheet import _writer

from manumit.core import workbook

LINES = [["Name", "Born"], ["سلمى CANARY", "=1+1"], ["", "2001-02-03"]]


def test_another_reader_finds_every_cell():
    made = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook.of("Rows", LINES)))
    assert made.sheet_names == ["Rows"]
    assert made.get_sheet_by_name("Rows").to_python() == LINES


def test_it_says_nothing_of_who_made_it():
    made = openpyxl.load_workbook(io.BytesIO(workbook.of("Rows", LINES)))
    assert made.properties.creator == "Manumit"


@pytest.fixture
def no_disk(monkeypatch):
    def refused(*_a, **_k):
        pytest.fail("a workbook was written to the disk")

    for owner, name in (
        (tempfile, "NamedTemporaryFile"),
        (tempfile, "mkstemp"),
        (builtins, "open"),
    ):
        monkeypatch.setattr(owner, name, refused)
    monkeypatch.setattr(_writer, "create_temporary_file", refused)


@pytest.mark.usefixtures("no_disk")
def test_it_is_written_in_memory_alone():
    assert workbook.of("Rows", LINES)[:2] == b"PK"


@pytest.mark.usefixtures("no_disk")
def test_the_librarys_own_way_would_be_caught():
    with pytest.raises(pytest.fail.Exception, match="to the disk"):
        workbook.new().save(io.BytesIO())
