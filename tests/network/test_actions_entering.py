"""An entity is what its accepted claims say; what does not fit the model does not come in."""

from datetime import timedelta

import pytest

import make
from manumit.core import models as core
from manumit.core.actions import acting, names
from manumit.core.roles import Role
from manumit.network import models
from manumit.network.actions import claiming, entering, opening, registers
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
LATER = AT + timedelta(hours=1)


def _seen(by: acting.Actor, entity: models.Entity):
    return opening.seen(by=by, at=LATER, purpose="test", entities=[entity])[entity.id]


def test_an_entity_is_what_its_accepted_claims_say(by):
    source = standing.source(by)
    made = entering.add_entity(
        by=by,
        at=AT,
        schema="Person",
        says={"name": ["Karim Example"], "birthDate": ["1980"]},
        source=source,
    )
    assert _seen(by, made).values("name") == ()
    name = next(c for c in made.claims.all() if "name" in _words(by, c))
    claiming.accept(by=by, at=AT, claim=name)
    assert _seen(by, made).values("name") == ("Karim Example",)
    assert _seen(by, made).values("birthDate") == ()
    assert opening.labels(by=by, at=AT, purpose="test", entities=[made]) == {
        made.id: "Karim Example"
    }


def _words(by, claim):
    return registers.read(by, claim.register, [claim])[0]["says"]


def test_another_unit_sees_nothing(by):
    made = standing.entity(registers.mine(by), by, name="Karim Example")
    other = standing.investigator()
    standing.register(other.unit, other)
    with pytest.raises(acting.NotFound):
        _seen(other, made)
    with pytest.raises(acting.NotFound):
        claiming.add_claim(
            by=other, at=AT, entity=made, prop="name", values=["X"], source=standing.source(other)
        )
    case_worker = make.actor(make.user(Role.CASE_WORKER))
    with pytest.raises(acting.Refused):
        _seen(case_worker, made)


def test_names_are_found_in_the_units_own_index_alone(by):
    made = standing.entity(registers.mine(by), by, name="Karim Example", phone="+000 555 0101")
    assert [h.object_id for h in names.search(by=by, at=AT, query="karim example")] == [made.id]
    assert names.find_identifier(by=by, at=AT, kind="phone", value="+000 555 0101") == [made.id]
    case_worker = make.actor(make.user(Role.CASE_WORKER))
    assert names.search(by=case_worker, at=AT, query="karim example") == []
    assert set(core.NameSegment.objects.values_list("unit_id", flat=True)) == {by.unit.id}


def test_the_bench_works_with_nothing_set_up():
    register = standing.register(None)
    made = standing.entity(register, acting.SYSTEM, name="Karim Example")
    seen = opening.seen(by=acting.SYSTEM, at=AT, purpose="test", entities=[made])[made.id]
    assert seen.values("name") == ("Karim Example",)


def test_a_relation_must_fit_its_ends(by):
    register = registers.mine(by)
    person = standing.entity(register, by, name="Karim Example")
    place = standing.entity(register, by, "Site", name="Example House", siteType="captivity")
    source = standing.source(by)
    with pytest.raises(acting.Refused, match="must be"):
        entering.relate(by=by, at=AT, tail=place, head=person, schema="Family", source=source)
    with pytest.raises(acting.Refused, match="different"):
        entering.relate(by=by, at=AT, tail=person, head=person, schema="Family", source=source)
    with pytest.raises(acting.Refused, match="before"):
        entering.relate(
            by=by, at=AT, tail=person, head=place, schema="Use", source=source,
            since="2020-05", until="2020-04-03",
        )  # fmt: skip
    made = entering.relate(
        by=by, at=AT, tail=person, head=place, schema="Involvement", role="Transporter",
        since="2019", source=source,
    )  # fmt: skip
    claiming.accept(by=by, at=AT, claim=made.claims.get())
    assert _seen(by, made).values("processRole") == ("Transporter",)
    assert (made.tail, made.head, made.role, made.since) == (person, place, "Transporter", "2019")


def test_what_does_not_fit_the_model_is_refused(by):
    source = standing.source(by)
    for schema, says in (
        ("Nothing", {"name": ["X"]}),
        ("Thing", {"name": ["X"]}),
        ("Person", {"wings": ["two"]}),
        ("Person", {"birthDate": ["last spring"]}),
        ("Person", {"name": [" "]}),
    ):
        with pytest.raises(acting.Refused):
            entering.add_entity(by=by, at=AT, schema=schema, says=says, source=source)
    assert not models.Entity.objects.exists()
