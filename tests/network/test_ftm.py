"""Files of FollowTheMoney are read whole: nothing dropped, every fault with line, field and cure."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.network import ftm, schemata


def _read(*lines: str | bytes) -> tuple[list[ftm.Row], list[ftm.Fault], ftm.Notes]:
    notes = ftm.Notes()
    raw = b"\n".join(one if isinstance(one, bytes) else one.encode() for one in lines)
    rows, faults = ftm.all_of(ftm.read(io.BytesIO(raw), notes))
    return rows, faults, notes


def _line(**said: object) -> str:
    return json.dumps(said)


def test_an_entity_is_read_as_it_is():
    rows, faults, notes = _read(
        _line(id="k1", schema="Person", properties={"name": ["Karim Example"], "country": "IQ"})
    )
    assert rows == [ftm.Row(1, "k1", "Person", {"name": ["Karim Example"], "country": ["iq"]})]
    assert (faults, notes.told()) == ([], [])


def test_what_the_model_does_not_know_is_kept_and_counted():
    rows, faults, notes = _read(
        _line(id="k1", schema="Person", properties={"wings": ["2"], "birthDate": ["in spring"]}),
        _line(id="k2", schema="Dragon", properties={"name": ["Example"]}),
    )
    assert not faults
    assert rows[0].says == {"kept": ["wings=2", "birthDate=in spring"]}
    assert (rows[1].schema, rows[1].says) == (
        "Unsorted",
        {"name": ["Example"], "kept": ["schema=Dragon"]},
    )
    assert dict(notes.told()) == {
        "property Person.wings": 1,
        "value Person.birthDate": 1,
        "schema Dragon": 1,
    }
    back = [json.loads(ftm.written(r.id, r.schema, r.says)) for r in rows]
    assert back[0]["properties"] == {"wings": ["2"], "birthDate": ["in spring"]}
    assert back[1]["schema"] == "Dragon"


def test_a_line_that_is_no_entity_is_told():
    rows, faults, _ = _read(
        "{", "[1]", _line(schema="Person"), _line(id="a", properties=[1]), "", _line(id="k", schema="Person")
    )  # fmt: skip
    assert [(f.line, f.field) for f in faults] == [
        (1, ""),
        (2, "properties"),
        (3, "id"),
        (4, "properties"),
    ]
    assert all(f.cure for f in faults)
    assert [r.line for r in rows] == [6]


def test_a_line_without_end_is_told_and_the_next_one_read(monkeypatch):
    monkeypatch.setattr(ftm, "MOST_BYTES", 100)
    rows, faults, _ = _read("x" * 350, _line(id="k", schema="Person"))
    assert [(f.line, f.reason) for f in faults] == [(1, "The line is too long.")]
    assert [(r.line, r.id) for r in rows] == [(2, "k")]


def test_another_encoding_is_told_and_not_half_read():
    lines = "".join(json.dumps({"id": f"p{n}", "schema": "Person"}) + "\n" for n in range(4))
    for encoding in ("utf-16", "utf-16-be", "utf-32-le"):
        rows, faults = ftm.all_of(ftm.read(io.BytesIO(lines.encode(encoding)), ftm.Notes()))
        assert (rows, bool(faults)) == ([], True)


def test_nested_entities_come_out_as_their_own():
    nested = {"id": "p1", "schema": "Passport", "properties": {"number": ["X1"]}}
    rows, _, _ = _read(_line(id="k", schema="Person", properties={"passportEntity": [nested]}))
    assert [r.id for r in rows] == ["p1", "k"]


def test_deeply_nested_json_is_told():
    _, faults, _ = _read("[" * 100_000)
    assert len(faults) == 1


def test_statements_are_read_as_entities():
    rows, faults, _ = _read(
        "canonical_id,entity_id,prop,prop_type,schema,value,dataset",
        "k1,x1,id,,Person,abc,example",
        "k1,x1,name,name,LegalEntity,Karim Example,example",
        "k1,x2,name,name,Person,K. Example,example",
        "k2,x3,name,name,Vessel,Example Star,example",
        ",,name,name,Vessel,Nobody,example",
    )
    assert [(r.id, r.schema, r.says) for r in rows] == [
        ("k1", "Person", {"name": ["Karim Example", "K. Example"]}),
        ("k2", "Vessel", {"name": ["Example Star"]}),
    ]
    assert [(f.line, f.field) for f in faults] == [(6, "entity_id")]


def test_statements_in_another_encoding_and_without_end_are_told_by_line():
    head = b"entity_id,prop,schema,value\np1,name,Person,Karim Example\n"
    for bad in (b"p1,alias,Person,Jos\xe9\n", b"p1,alias,Person," + b"x" * 9_000_000 + b"\n"):
        raw = io.BytesIO(head + bad)
        [row], [fault] = ftm.all_of(ftm.read(raw, ftm.Notes()))
        assert (row.says, fault.line) == ({"name": ["Karim Example"]}, 3)
        assert "no CSV" in fault.reason
        assert not raw.closed


def test_ten_thousand_aliases_are_all_there():
    names = [f"Example {n}" for n in range(10_000)]
    rows, _, _ = _read(_line(id="k", schema="Person", properties={"alias": names}))
    assert rows[0].says["alias"] == names


_values = st.dictionaries(
    st.sampled_from(["name", "alias", "birthDate", "country", "topics", "wings", "kept"]),
    st.lists(st.text(min_size=1, max_size=20).map(str.strip).filter(bool), max_size=4, unique=True),
)


@given(st.sampled_from(["Person", "Vessel", "Dragon", "Ownership"]), _values)
def test_what_is_written_reads_the_same(schema, given_values):
    given_values.pop("kept", None)
    rows, faults, _ = _read(_line(id="k", schema=schema, properties=given_values))
    assert not faults
    again, _, _ = _read(ftm.written(rows[0].id, rows[0].schema, rows[0].says))
    assert again[0].schema == rows[0].schema
    assert {p: sorted(v) for p, v in again[0].says.items()} == {
        p: sorted(v) for p, v in rows[0].says.items()
    }


def test_the_package_itself_reads_what_we_write():
    model = pytest.importorskip("followthemoney", reason="a second reader, in bench-peers").model
    for schema in ("Person", "Ownership", "Vessel"):
        rows, _, _ = _read(_line(id="k", schema=schema, properties={"startDate": ["2015-03"]}))
        proxy = model.get_proxy(json.loads(ftm.written("k", schema, rows[0].says)))
        assert proxy.schema.name == schema


def test_our_facts_are_those_of_the_package():
    pytest.importorskip("followthemoney", reason="a second reader, in bench-peers")
    import ftm_facts

    known = {s.name for s in schemata.every()}
    assert set(ftm_facts.facts()["schemata"]) <= known
