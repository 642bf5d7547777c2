"""Names are found by the unit that holds the key, by nobody else, and by no trace on disk."""

import pytest

import make
from manumit.core import fields, models, roles
from manumit.core.actions import acting, names

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_a_gate_remembers_for_the_unit_that_searches() -> None:
    worker, gate = make.user(), make.user(roles.Role.SCREENING_OFFICER)
    person, other = fields.new_id(), fields.new_id()
    names.remember(
        by=make.actor(gate), at=make.AT, unit=worker.unit, object_id=person, names=["محمد مثال"]
    )
    names.remember(
        by=make.actor(worker), at=make.AT, unit=worker.unit, object_id=other, names=["Amal Example"]
    )
    hits = names.search(by=make.actor(worker), at=make.AT, query="Mohammed Mithal")
    assert hits[0].object_id == person
    assert (
        names.search(by=make.actor(worker), at=make.AT, query="Exampel Amal")[0].object_id == other
    )
    stranger = make.user()
    assert names.search(by=make.actor(stranger), at=make.AT, query="Amal Example") == []


def test_forgetting_rewrites_the_index() -> None:
    worker = make.user()
    actor, person = make.actor(worker), fields.new_id()
    names.remember(by=actor, at=make.AT, unit=worker.unit, object_id=person, names=["Amal Example"])
    assert names.search(by=actor, at=make.AT, query="Amal Example")
    names.forget(by=actor, at=make.AT, unit=worker.unit, object_id=person)
    assert names.search(by=actor, at=make.AT, query="Amal Example") == []
    segments = models.NameSegment.objects.filter(unit_id=worker.unit_id)
    assert [s.compact for s in segments] == [True]


def test_many_loose_segments_are_gathered_and_nothing_is_lost() -> None:
    worker = make.user()
    actor = make.actor(worker)
    people = [fields.new_id() for _ in range(names.LOOSE_SEGMENTS + 5)]
    for number, person in enumerate(people):
        names.remember(
            by=actor,
            at=make.AT,
            unit=worker.unit,
            object_id=person,
            names=[f"Person Zz{number:04}q"],
        )
    assert names.search(by=actor, at=make.AT, query="Zz0007q")[0].object_id == people[7]
    assert models.NameSegment.objects.filter(unit_id=worker.unit_id).count() == 1
    names._opened.clear()
    assert names.search(by=actor, at=make.AT, query="Zz0011q")[0].object_id == people[11]


def test_searching_is_on_the_record_before_it_happens_and_needs_keys() -> None:
    worker = make.user()
    names.search(by=make.actor(worker), at=make.AT, query="Amal")
    assert models.Leaf.objects.latest("seq").act == "open"
    with pytest.raises(acting.Refused, match="locked"):
        names.search(by=acting.Actor(worker), at=make.AT, query="Amal")
    assert models.Leaf.objects.latest("seq").outcome == "refused"


def test_an_identifier_is_found_by_exactly_itself_in_its_unit() -> None:
    worker, other = make.user(), make.user()
    actor, person = make.actor(worker), fields.new_id()
    names.remember_identifier(
        by=actor, unit=worker.unit, object_id=person, kind="phone", value="+00 000 0001"
    )
    assert names.find_identifier(by=actor, at=make.AT, kind="phone", value="+00-000-0001") == [
        person
    ]
    assert names.find_identifier(by=actor, at=make.AT, kind="passport", value="+00 000 0001") == []
    assert (
        names.find_identifier(by=make.actor(other), at=make.AT, kind="phone", value="+00 000 0001")
        == []
    )
