"""A file comes in whole, once; a newer one of the same source ends what it no longer says."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import make
from manumit.core import models as core_models
from manumit.core.actions import acting, names
from manumit.network import ftm, models
from manumit.network.actions import claiming, entering, exporting, importing, opening
from manumit.network.claims import Handling
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT

PERSON = {"id": "k1", "schema": "Person", "properties": {"name": ["Karim Example"], "alias": ["K"]}}
GROUP = {"id": "g1", "schema": "Organization", "properties": {"name": ["Example Group"]}}
MEMBER = {
    "id": "m1",
    "schema": "Membership",
    "properties": {
        "member": ["k1"], "organization": ["g1"], "role": ["Boss"], "startDate": ["2015-03"]
    },
}  # fmt: skip
PASSPORT = {"id": "p1", "schema": "Passport", "properties": {"number": ["X1"], "holder": ["k1"]}}
ALL = [MEMBER, PASSPORT, PERSON, GROUP]  # what is named comes later


def _bring(by: acting.Actor, entities: list[dict[str, Any]], **rest: Any) -> importing.Outcome:
    raw = "\n".join(json.dumps(one) for one in entities).encode()
    how = importing.How(
        title=rest.pop("title", "Example list"), digest=hashlib.sha256(raw).hexdigest(), **rest
    )
    return importing.bring(by=by, clock=lambda: AT, how=how, reader=_reader(raw))


def _reader(raw: bytes) -> Callable[[], Iterator[ftm.Row | ftm.Fault]]:
    return lambda: ftm.read(io.BytesIO(raw), ftm.Notes())


def _out(by: acting.Actor, **rest: Any) -> dict[str, dict[str, Any]]:
    handling = rest.pop("handling", Handling.AMBER_STRICT)
    written = exporting.Written()
    found = exporting.lines(by=by, at=AT, handling=handling, written=written, **rest)
    return {one["id"]: one for one in map(json.loads, found)}


@pytest.fixture
def bench() -> models.Register:
    """Open the bench."""
    return standing.register(None)


def test_what_goes_in_comes_out(bench):
    done = _bring(acting.SYSTEM, ALL)
    assert (done.entities, done.relations, done.missing, done.faults_count) == (3, 1, 0, 0)
    assert _out(acting.SYSTEM) == {one["id"]: one for one in ALL}
    member = models.Entity.objects.get(schema="Membership")
    assert (member.role, member.since) == ("leader", "2015-03")
    assert models.Link.objects.get().name == "holder"


def test_the_same_file_twice_changes_nothing(bench):
    _bring(acting.SYSTEM, ALL)
    before = models.Claim.objects.count()
    assert _bring(acting.SYSTEM, ALL).known
    assert models.Claim.objects.count() == before


def test_a_newer_file_ends_what_it_no_longer_says(bench):
    _bring(acting.SYSTEM, ALL)
    changed = {**PERSON, "properties": {"name": ["Karim Example"], "alias": ["Abu Test"]}}
    done = _bring(acting.SYSTEM, [changed, GROUP])
    assert (done.changed, done.ended, done.entities) == (1, 2, 0)
    assert _out(acting.SYSTEM) == {"k1": changed, "g1": GROUP}
    again = _bring(acting.SYSTEM, ALL)
    assert not again.known
    assert _out(acting.SYSTEM) == {one["id"]: one for one in ALL}


@pytest.mark.parametrize("raw", [b"", b"  \n", json.dumps(GROUP).encode() + b'\n{"id": "k1", "sch'])
def test_a_file_that_is_not_whole_ends_nothing(bench, raw):
    _bring(acting.SYSTEM, ALL)
    how = importing.How(title="Example list", digest=hashlib.sha256(raw).hexdigest())
    done = importing.bring(by=acting.SYSTEM, clock=lambda: AT, how=how, reader=_reader(raw))
    assert done.ended == 0
    assert _out(acting.SYSTEM) == {one["id"]: one for one in ALL}
    assert _bring(acting.SYSTEM, [PERSON, GROUP]).ended == 2  # a whole one ends


def test_a_relation_with_its_ends_alone_stands_in_a_newer_file(bench):
    bare = {**MEMBER, "properties": {"member": ["k1"], "organization": ["g1"]}}
    _bring(acting.SYSTEM, [PERSON, GROUP, bare])
    newer = {**PERSON, "properties": {"name": ["Karim Example"]}}
    assert _bring(acting.SYSTEM, [newer, GROUP, bare]).ended == 0
    assert _out(acting.SYSTEM)["m1"] == bare


def test_what_was_entered_by_hand_under_a_files_source_is_not_ended_by_the_next_file(bench):
    _bring(acting.SYSTEM, [PERSON, GROUP])
    source = models.Source.objects.get()
    made = standing.entity(bench, acting.SYSTEM, source=source, name="Test Person 5")
    assert _bring(acting.SYSTEM, [PERSON]).ended == 1
    made.refresh_from_db()
    assert made.gone_at is None
    assert made.claims.filter(ended_at=None).exists()


def test_what_was_added_by_hand_stands_beside_what_a_newer_file_says(bench):
    _bring(acting.SYSTEM, [PERSON])
    entity, source = models.Entity.objects.get(), models.Source.objects.get()
    added = claiming.add_claim(
        by=acting.SYSTEM, at=make.AT, entity=entity, prop="alias", values=["Testov"], source=source
    )
    _bring(acting.SYSTEM, [PERSON | {"properties": {"name": ["Karim Example II"]}}])
    added.refresh_from_db()
    assert added.ended_at is None


def test_another_source_is_another_word(bench):
    _bring(acting.SYSTEM, [PERSON])
    done = _bring(acting.SYSTEM, [PERSON], title="Another list")
    assert done.entities == 1
    assert len(_out(acting.SYSTEM)) == 2


def test_what_people_withdrew_does_not_come_back(bench):
    _bring(acting.SYSTEM, [PERSON])
    claim = models.Claim.objects.get()
    claiming.withdraw_claim(by=acting.SYSTEM, at=AT, claim=claim, reason="Wrong.", prop="alias")
    _bring(acting.SYSTEM, [PERSON, GROUP])
    assert _out(acting.SYSTEM)["k1"]["properties"] == {"name": ["Karim Example"]}
    other = {**PERSON, "properties": {"name": ["Karim Example"], "alias": ["Abu Test"]}}
    _bring(acting.SYSTEM, [other, GROUP])
    assert _out(acting.SYSTEM)["k1"]["properties"]["alias"] == ["Abu Test"]


def test_what_people_contested_stays_contested(bench):
    _bring(acting.SYSTEM, [PERSON])
    claim = models.Claim.objects.get()
    claiming.contest(by=acting.SYSTEM, at=AT, claim=claim, reason="No.", prop="alias")
    _bring(acting.SYSTEM, [PERSON, GROUP])
    entity = models.Entity.objects.get(schema="Person")
    seen = opening.seen(by=acting.SYSTEM, at=AT, purpose="test", entities=[entity])[entity.id]
    assert [s.value for s in seen.contested] == ["K"]
    assert seen.values("name") == ("Karim Example",)


def test_what_is_named_and_not_there_is_kept_open(bench):
    done = _bring(acting.SYSTEM, [MEMBER])
    assert done.missing == 2
    relation = models.Entity.objects.get(schema="Membership")
    assert relation.tail.schema == "Unsorted"
    done = _bring(acting.SYSTEM, ALL)
    assert (done.missing, done.entities) == (0, 3)
    relation.refresh_from_db()
    assert relation.tail.schema == "Person"
    assert _out(acting.SYSTEM) == {one["id"]: one for one in ALL}


def test_a_relation_with_an_open_end_comes_out_again(bench):
    _bring(acting.SYSTEM, [MEMBER, GROUP])
    assert _out(acting.SYSTEM) == {"m1": MEMBER, "g1": GROUP}


def test_a_file_with_nothing_in_it_changes_no_identifiers(bench):
    _bring(acting.SYSTEM, ALL)
    _bring(acting.SYSTEM, [], title="Another list")
    assert set(_out(acting.SYSTEM)) == {one["id"] for one in ALL}


def test_one_entity_said_in_several_places_is_joined(bench, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    more = {"id": "k1", "schema": "Person", "properties": {"alias": ["Abu Test"]}}
    _bring(acting.SYSTEM, [PERSON, GROUP, more])
    assert set(_out(acting.SYSTEM)["k1"]["properties"]["alias"]) == {"K", "Abu Test"}


def test_a_run_that_was_broken_off_goes_on(bench, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    people = [{**GROUP, "id": f"g{n}"} for n in range(5)]
    raw = "\n".join(json.dumps(one) for one in people).encode()
    how = importing.How(title="Example list", digest="d" * 64)
    taken = []

    def stop(done: importing.Outcome) -> None:
        taken.append(done.entities)
        if done.entities == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.bring(
            by=acting.SYSTEM, clock=lambda: AT, how=how, reader=_reader(raw), progress=stop
        )
    assert models.Entity.objects.count() == 3
    done = importing.bring(by=acting.SYSTEM, clock=lambda: AT, how=how, reader=_reader(raw))
    assert (done.resumed_after, done.entities) == (3, 2)
    assert models.Entity.objects.count() == 5
    assert models.Claim.objects.count() == 5


def test_a_parcel_is_sealed_under_its_own_key(bench, monkeypatch):
    from manumit.network.actions import parcels

    monkeypatch.setattr(importing, "BATCH", 2)
    monkeypatch.setattr(parcels, "MOST_SEALED", 4)
    _bring(acting.SYSTEM, [{**GROUP, "id": f"g{n}"} for n in range(6)])
    owners = set(models.Entity.objects.values_list("seal_owner", flat=True))
    assert owners == set(models.Parcel.objects.values_list("id", flat=True))
    assert len(owners) == 3
    assert len(_out(acting.SYSTEM)) == 6


def test_a_unit_finds_what_it_imported_by_name_and_another_does_not():
    by = standing.investigator()
    standing.register(by.unit, by)
    _bring(by, ALL)
    person = models.Entity.objects.get(schema="Person")
    assert [h.object_id for h in names.search(by=by, at=AT, query="karim example")] == [person.id]
    assert len(_out(by)) == 4
    other = standing.investigator()
    standing.register(other.unit, other)
    assert names.search(by=other, at=AT, query="karim example") == []
    assert _out(other) == {}


def test_only_what_is_open_enough_leaves():
    by = standing.investigator()
    register = standing.register(by.unit, by)
    one = standing.entity(register, by, name="Karim Example")
    two = entering.add_entity(
        by=by, at=AT, schema="Person", says={"name": ["Open Example"]}, source=standing.source(by),
        handling=Handling.GREEN,
    )  # fmt: skip
    for claim in two.claims.all():
        claiming.accept(by=by, at=AT, claim=claim)
    standing.relation(one, two, by, schema="Associate")
    assert set(_out(by, handling=Handling.GREEN)) == {str(two.id)}
    assert len(_out(by, handling=Handling.AMBER_STRICT)) == 3
    assert _out(by, handling=Handling.CLEAR) == {}


def test_what_was_exported_comes_back_to_itself():
    by = standing.investigator()
    register = standing.register(by.unit, by)
    one, two = (standing.entity(register, by, name=f"Karim Example {n}") for n in (1, 2))
    standing.relation(one, two, by, schema="Associate")
    out = list(_out(by).values())
    done = _bring(by, out)
    assert models.Entity.objects.count() == 3
    assert done.missing == 0
    assert models.Claim.objects.count() == 6  # the same, according to one more source


def test_red_leaves_for_nobody():
    by = standing.investigator()
    register = standing.register(by.unit, by)
    one = standing.entity(register, by, name="Karim Example")
    claim = claiming.add_claim(
        by=by, at=AT, entity=one, prop="alias", values=["Abu Test"], source=standing.source(by),
        handling=Handling.RED,
    )  # fmt: skip
    claiming.accept(by=by, at=AT, claim=claim)
    for asker in (by, standing.investigator(by.unit)):
        assert "alias" not in _out(asker)[str(one.id)]["properties"]
        with pytest.raises(acting.Refused, match="goes into no file"):
            _out(asker, handling=Handling.RED)
    assert core_models.Leaf.objects.filter(act="network.export", outcome="refused").count() == 2
