"""What a workbook will take is known before it is read, however its cells say where they are."""

import io
import zipfile

import pytest

from manumit.core import sheetsize


@pytest.mark.parametrize(
    ("part", "cells"),
    [
        (b"", 1),
        (b'<row r="3"><c r="C3"/></row>', 9),
        (b"<row r = '7'><c r='aa7'/></row>", 7 * 27),
        (b"<row/><row><c/><c/></row>", 4),
        (b'<x:row r="5"><x:c/><x:c/><x:c/></x:row>', 15),
    ],
)
def test_places_that_a_reader_keeps(part, cells):
    assert sheetsize.cells(part) == cells


def test_text_that_cells_share_counts_for_each_of_them(monkeypatch):
    monkeypatch.setattr(sheetsize, "MOST_TEXT", 10)
    part = b"<c><v>0</v></c><c><v> 1 </v></c><c><v>1</v></c><c><v>7</v></c><c><v>-2.5</v></c>"
    assert sheetsize.text(part, [100, 30]) == 160
    assert sheetsize.text(b"<c><v>&#49;</v></c>", [100, 30]) == 100, (
        "what is no number: the longest"
    )
    assert sheetsize.text(part, []) == 0


def test_texts_are_found_whatever_the_case_of_their_part():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/SharedStrings.xml", "<sst><si><t>abc</t></si><x:si/></sst>")
    with zipfile.ZipFile(out) as packed:
        assert len(sheetsize.shared(packed)) == 2
