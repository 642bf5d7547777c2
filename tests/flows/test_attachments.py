"""Attachments: names, kinds and sizes are checked before anything is handed over."""

import io
import zipfile

import pytest

from manumit.flows import attachments
from manumit.flows.attachments import Attachment
from manumit.flows.goaml_profile import Limits

SMALL = Limits(file_bytes=2_000_000, zip_bytes=3_000_000, files=2)
PDF = b"%PDF-1.7 fictional"


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("statement.pdf", PDF, ""),
        ("Notes 2026-03.txt", b"x", ""),
        ("../statement.pdf", PDF, "Rename the file"),
        ("كشف.pdf", PDF, "Rename the file"),
        ("con.txt", b"x", "Rename the file"),
        ("a" * 101 + ".pdf", PDF, "Rename the file"),
        ("report.xml", b"<r/>", "The report itself has this name"),
        ("run.exe", b"MZ", "Taken are: pdf, png"),
        ("statement", b"x", "Taken are"),
        ("empty.pdf", b"", "empty"),
        ("program.pdf", b"MZ\x90", "not what its name says (pdf)"),
        ("large.txt", b"x" * 2_000_001, "2 MB a file"),
    ],
)
def test_a_file_is_taken_or_refused_in_words(name, content, part):
    said = attachments.why_not_file(name, content, SMALL)
    assert part in said
    assert bool(said) == bool(part)


def test_files_together():
    one, two = Attachment("a.pdf", PDF), Attachment("b.txt", b"x" * 1_900_000)
    assert attachments.why_not([one, two], 1000, SMALL) == ""
    assert "Rename one" in attachments.why_not([one, Attachment("A.PDF", PDF)], 0, SMALL)
    assert "At most 2 files" in attachments.why_not([one, two, Attachment("c.txt", b"x")], 0, SMALL)
    assert "takes 3 MB" in attachments.why_not([two], 1_900_000, SMALL)
    assert attachments.why_not([Attachment("x.exe", b"x")], 0, SMALL).startswith("x.exe: ")


def test_the_same_files_give_the_same_zip_with_the_report_first():
    files = [Attachment("a.pdf", PDF), Attachment("b.txt", b"two")]
    packed = attachments.packed(b"<report/>", files)
    assert packed == attachments.packed(b"<report/>", files)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["report.xml", "a.pdf", "b.txt"]
        assert archive.read("report.xml") == b"<report/>"
