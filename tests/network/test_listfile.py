"""A list is known by what is in it."""

import io

import pytest

from manumit.network import listed, listfile
from network import lists

FTM = b'{"id": "x", "schema": "Person", "properties": {"name": ["Example Person"]}}\n'


@pytest.mark.parametrize(
    ("raw", "reference", "called"),
    [
        (lists.xml(lists.person("XXi.1")), "XXi.1", listed.UN),
        (b"\xef\xbb\xbf\n" + FTM, "x", ""),
        (b"id,name\nc,Example Person\n", "c", ""),
        ("id,name\nc,Example Person\n".encode("utf-16"), "c", ""),
        (
            lists.xml(lists.person("XXi.1")).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
            "XXi.1",
            listed.UN,
        ),
    ],
)
def test_three_layouts(raw, reference, called):
    found = listfile.read(io.BytesIO(raw))
    assert (found.entries[0].reference, found.called) == (reference, called)
    assert listfile.read(io.BytesIO(raw), " My  list ").called == "My list"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x1f\x8brest", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"[{}]", "one JSON list"),
        (b" \n", "empty"),
        (b"<html/>", "CONSOLIDATED_LIST"),
    ],
)
def test_other_files_are_refused_with_a_cure(raw, words):
    with pytest.raises(listed.Unreadable, match=words) as refusal:
        listfile.read(io.BytesIO(raw))
    assert refusal.value.cure
