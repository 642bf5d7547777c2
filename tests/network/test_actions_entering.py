"""Claims are proposed, accepted, contested, withdrawn and confirmed; nothing is overwritten."""

from datetime import timedelta

import pytest

import make
from manumit.core import models as core
from manumit.core.actions import acting, names
from manumit.core.roles import Role
from manumit.network import models
from manumit.network.actions import entering, opening
from manumit.network.claims import Certainty, Handling, State
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
LATER = AT + timedelta(hours=1)


@pytest.fixture
def by() -> acting.Actor:
    """Return an investigator whose unit has a register."""
    actor = standing.investigator()
    standing.register(actor.unit, actor)
    return actor


def _seen(by: acting.Actor, entity: models.Entity, **asked):
    return opening.seen(by=by, at=LATER, purpose="test", entities=[entity], **asked)[entity.id]


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
    entering.accept(by=by, at=AT, claim=name)
    assert _seen(by, made).values("name") == ("Karim Example",)
    assert _seen(by, made).values("birthDate") == ()
    assert opening.labels(by=by, at=AT, purpose="test", entities=[made]) == {
        made.id: "Karim Example"
    }


def _words(by, claim):
    from manumit.network.actions import registers

    return registers.read(by, claim.register, [claim])[0]["says"]


def test_what_is_withdrawn_is_still_seen_as_it_stood(by):
    made = standing.entity(entering.register_of(by), by, name="Karim Example")
    claim = made.claims.get()
    assert _seen(by, made).values("name") == ("Karim Example",)
    entering.withdraw_claim(by=by, at=LATER, claim=claim, reason="Another man of this name.")
    assert _seen(by, made).values("name") == ()
    assert _seen(by, made, when=AT).values("name") == ("Karim Example",)
    made.refresh_from_db()
    assert made.gone_at == LATER
    with pytest.raises(acting.Refused, match="Withdrawn"):
        entering.accept(by=by, at=LATER, claim=claim)


def test_contested_stays_visible_and_needs_a_reason(by):
    made = standing.entity(entering.register_of(by), by, name="Karim Example")
    with pytest.raises(acting.Refused, match="Say why"):
        entering.contest(by=by, at=LATER, claim=made.claims.get(), reason=" ")
    entering.contest(by=by, at=LATER, claim=made.claims.get(), reason="He was abroad then.")
    seen = _seen(by, made)
    assert [s.value for s in seen.contested] == ["Karim Example"]
    assert seen.values("name") == ()
    assert _seen(by, made, when=AT).values("name") == ("Karim Example",)


def test_one_property_of_an_imported_claim_is_contested_alone(by):
    register = entering.register_of(by)
    made = standing.entity(register, by, name="Karim Example")
    claim = made.claims.get()
    from manumit.core.actions import sealed
    from manumit.network.actions import registers

    words = {"name": ["Karim Example"], "birthDate": ["1980"]}
    sealed.write(claim, {"says": words}, registers.keys(by, register))
    claim.save()
    part = entering.contest(by=by, at=LATER, claim=claim, reason="Born later.", prop="birthDate")
    assert part.parted_from == claim
    assert part.state == State.CONTESTED
    seen = _seen(by, made)
    assert seen.values("name") == ("Karim Example",)
    assert [s.value for s in seen.contested] == ["1980"]
    assert _seen(by, made, when=AT).values("birthDate") == ("1980",)
    assert made.claims.count() == 3


def test_whoever_entered_it_never_confirms_it(by):
    register = entering.register_of(by)
    one, two = (standing.entity(register, by, name=f"Karim Example {n}") for n in (1, 2))
    link = standing.relation(one, two, by, schema="Associate")
    with pytest.raises(acting.Refused, match="colleague"):
        entering.confirm(by=by, at=AT, entity=link, reason="Seen together.")
    colleague = standing.investigator(by.unit)
    done = entering.confirm(by=colleague, at=AT, entity=link, reason="Seen together.")
    assert done.certainty == Certainty.CONFIRMED
    down = entering.hold_for(
        by=by, at=AT, entity=link, certainty=Certainty.POSSIBLE, reason="Doubts."
    )
    assert down.certainty == Certainty.POSSIBLE


def test_red_is_for_whoever_entered_it_alone(by):
    register = entering.register_of(by)
    made = standing.entity(register, by, name="Karim Example")
    red = entering.add_claim(
        by=by,
        at=AT,
        entity=made,
        prop="alias",
        values=["Abu Test"],
        source=standing.source(by),
        handling=Handling.RED,
    )
    entering.accept(by=by, at=AT, claim=red)
    colleague = standing.investigator(by.unit)
    assert _seen(by, made).values("alias") == ("Abu Test",)
    assert _seen(colleague, made).values("alias") == ()
    with pytest.raises(acting.NotFound):
        entering.contest(by=colleague, at=AT, claim=red, reason="Why not.")


def test_another_unit_sees_nothing(by):
    made = standing.entity(entering.register_of(by), by, name="Karim Example")
    other = standing.investigator()
    standing.register(other.unit, other)
    with pytest.raises(acting.NotFound):
        _seen(other, made)
    with pytest.raises(acting.NotFound):
        entering.add_claim(
            by=other, at=AT, entity=made, prop="name", values=["X"], source=standing.source(other)
        )
    case_worker = make.actor(make.user(Role.CASE_WORKER))
    with pytest.raises(acting.Refused):
        _seen(case_worker, made)


def test_names_are_found_in_the_units_own_index_alone(by):
    made = standing.entity(
        entering.register_of(by), by, name="Karim Example", phone="+000 555 0101"
    )
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
    register = entering.register_of(by)
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
    entering.accept(by=by, at=AT, claim=made.claims.get())
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
