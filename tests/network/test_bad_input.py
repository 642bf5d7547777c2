"""Files made to break what reads them: each is told or kept, and nothing falls over."""

import contextlib
import io
import json

import pytest

from manumit.network import decisionfile, ftm, ftmlist, listed, recordfile, unlist
from network import lists

HALF = "\\ud800"


def test_a_lone_half_of_a_pair_is_no_character():
    entity = (
        f'{{"id": "k{HALF}1", "schema": "Unknown{HALF}",'
        f' "properties": {{"name": ["Amal {HALF}"], "odd{HALF}": ["x"]}}}}'
    )
    [row] = ftm.read(io.BytesIO(entity.encode()), ftm.Notes())
    assert json.dumps([row.id, row.says], ensure_ascii=False).encode()
    person = entity.replace(f"Unknown{HALF}", "Person")
    [entry] = ftmlist.read(io.BytesIO(person.encode())).entries
    assert json.dumps([repr(entry), entry.fields], ensure_ascii=False).encode()
    decision = f'{{"left": "a{HALF}", "right": "b", "verdict": "same"}}'
    [one] = decisionfile.read([decision])
    assert one.left.encode()


def test_a_whole_pair_stays_what_it_is():
    person = '{"id": "k1", "schema": "Person", "properties": {"name": ["Amal \\ud83d\\ude00"]}}'
    [row] = ftm.read(io.BytesIO(person.encode()), ftm.Notes())
    assert row.says["name"] == ["Amal 😀"]


@pytest.mark.parametrize("deep", [100, 300, 600, 900, 990, 5_000, 100_000])
def test_deep_json_is_told_at_any_depth(deep):
    nested = '{"id": "k1", "schema": "Person", "properties": {"name": [%s]}}'
    line = (nested % ("[" * deep + "]" * deep)).encode()
    assert len(list(ftm.read(io.BytesIO(line), ftm.Notes()))) == 1
    with contextlib.suppress(listed.Unreadable):
        assert len(ftmlist.read(io.BytesIO(line)).entries) == 1
    with pytest.raises(decisionfile.Unreadable):
        list(decisionfile.read(["[" * deep + "]" * deep]))


def test_years_that_are_no_numbers_are_kept_as_words():
    for first, last in (("²", "²"), ("1" * 5_000, "2" * 5_000)):
        block = f"<FROM_YEAR>{first}</FROM_YEAR><TO_YEAR>{last}</TO_YEAR>"
        more = f"<INDIVIDUAL_DATE_OF_BIRTH>{block}</INDIVIDUAL_DATE_OF_BIRTH>"
        raw = lists.xml(lists.person(day="", more=more))
        assert unlist.read(io.BytesIO(raw)).entries[0].births == ()


def test_headings_without_end_are_told():
    with pytest.raises(recordfile.Unreadable) as caught:
        list(recordfile.read(["id,name," + "x" * 9_000_000 + "\n", "1,Amal\n"]))
    assert caught.value.line == 1
