"""FollowTheMoney lists: what is listed, what hangs on it, and files that are none."""

import io
import json

import pytest

from manumit.network import ftmlist, listed


def person(id_="ex-1", **more):
    properties = {"name": ["Example Person"], "birthDate": ["1970-02"], "nationality": ["iq"]}
    return {"id": id_, "schema": "Person", "properties": properties | more}


def read(*objects):
    raw = b"\n".join(json.dumps(one, ensure_ascii=False).encode() for one in objects)
    return ftmlist.read(io.BytesIO(raw))


def test_a_person_with_names_births_and_papers():
    more = {"alias": ["Beispiel"], "weakAlias": ["P."], "topics": ["sanction"]}
    sanction = {
        "id": "s-1",
        "schema": "Sanction",
        "properties": {"entity": ["ex-1"], "program": ["EX-1267"], "authority": ["Example Board"]},
    }
    found = read(person(**more) | {"referents": ["old-1"], "datasets": ["ex_list"]}, sanction)
    (entry,) = found.entries
    assert [(c.text, c.style.value) for c in entry.names] == [
        ("Example Person", "primary"),
        ("Beispiel", "alias"),
        ("P.", "low_alias"),
    ]
    assert (entry.births, entry.nationalities) == (("1970-02",), ("iq",))
    assert (entry.programme, entry.kind, found.called) == (
        "EX-1267",
        listed.Kind.PERSON,
        "ex_list",
    )
    assert entry.fields["sanction"] == ("program: EX-1267; authority: Example Board",)
    assert entry.fields["referents"] == ("old-1",)


def test_a_nested_file_says_the_same():
    inner = {"id": "s-1", "schema": "Sanction", "properties": {"program": ["EX-9"]}}
    (entry,) = read(person(sanctions=[inner])).entries
    assert entry.programme == "EX-9"
    assert entry.fields["sanctions"] == ("program: EX-9",)


def test_relations_and_relatives_are_counted_not_listed():
    found = read(
        person(),
        person("ex-2") | {"target": False},
        {"id": "f-1", "schema": "Family", "properties": {"person": ["ex-1"]}},
    )
    assert [e.reference for e in found.entries] == ["ex-1"]
    assert found.others == 2


def test_a_legal_entity_that_was_born_is_a_person():
    born = {"id": "a", "schema": "LegalEntity", "properties": {"birthDate": ["1970"]}}
    body = {"id": "b", "schema": "LegalEntity", "properties": {"name": ["Example Ltd"]}}
    assert [e.kind.value for e in read(born, body).entries] == ["person", "entity"]


def test_days_of_the_crawler_are_the_lists_clock_and_no_amendment():
    found = read(person() | {"last_seen": "2026-01-02T03:00:00"}, person("ex-2"))
    assert found.dated == "2026-01-02T03:00:00"
    assert "last_seen" not in found.entries[0].fields


def test_hidden_signs_are_taken_out_and_told():
    (entry,) = read(person(name=["Exam\u202eple Per\u200bson", "Persоn Example"])).entries
    assert entry.name == "Example Person"
    assert [(r.was, r.why) for r in entry.repairs] == [
        ("Exam[U+202E]ple Per[U+200B]son", "signs that show nothing in it"),
        ("Persоn Example", "letters of two alphabets in one word"),
    ]


def test_missing_blocks_and_a_birth_that_is_no_day_are_kept():
    bare = {"id": "x", "schema": "Person", "properties": {"birthDate": ["spring 1970"]}}
    (entry,) = read(bare).entries
    assert entry.births == ("spring 1970",)
    assert {r.field for r in entry.repairs} == {"name", "birth_date"}


def test_ten_thousand_aliases_are_all_kept():
    (entry,) = read(person(alias=[f"Example {n}" for n in range(10_000)])).entries
    assert len(entry.names) == 10_001


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        (json.dumps(person()).encode() + b"\n" + json.dumps(person()).encode()[:-9], 2, "whole"),
        (b'{"id": "x"}', 1, "no schema"),
        (b'{"id": "x", "schema": "Person", "properties": []}', 1, "no properties"),
        (b'{"id": "x\xff"}', 1, "UTF-8"),
        (b'{"a":' * 5000, 1, "whole JSON"),
    ],
)
def test_what_is_no_list_is_refused_with_its_line(raw, line, words):
    with pytest.raises(listed.Unreadable, match=words) as refusal:
        ftmlist.read(io.BytesIO(raw))
    assert refusal.value.line == line


class Endless(io.RawIOBase):
    """A line of 100 MB that is never in memory whole."""

    def __init__(self):
        self.given = 0

    def readline(self, most=-1):
        self.given += most
        return b"{" * most


def test_a_line_without_end_is_refused_before_it_is_read():
    endless = Endless()
    with pytest.raises(listed.Unreadable, match="longer than 8 MB"):
        ftmlist.read(endless)
    assert endless.given < 10_000_000
