"""Claims are proposed, accepted, contested, withdrawn and confirmed; nothing is overwritten."""

from datetime import timedelta

import pytest

import make
from manumit.core.actions import acting, sealed
from manumit.network import models
from manumit.network.actions import claiming, opening, registers
from manumit.network.claims import Certainty, Handling, State
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
LATER = AT + timedelta(hours=1)


def _seen(by: acting.Actor, entity: models.Entity, **asked):
    return opening.seen(by=by, at=LATER, purpose="test", entities=[entity], **asked)[entity.id]


def test_what_is_withdrawn_is_still_seen_as_it_stood(by):
    made = standing.entity(registers.mine(by), by, name="Karim Example")
    claim = made.claims.get()
    assert _seen(by, made).values("name") == ("Karim Example",)
    claiming.withdraw_claim(by=by, at=LATER, claim=claim, reason="Another man of this name.")
    assert _seen(by, made).values("name") == ()
    assert _seen(by, made, when=AT).values("name") == ("Karim Example",)
    made.refresh_from_db()
    assert made.gone_at == LATER
    with pytest.raises(acting.Refused, match="Withdrawn"):
        claiming.accept(by=by, at=LATER, claim=claim)


def test_contested_stays_visible_and_needs_a_reason(by):
    made = standing.entity(registers.mine(by), by, name="Karim Example")
    with pytest.raises(acting.Refused, match="Say why"):
        claiming.contest(by=by, at=LATER, claim=made.claims.get(), reason=" ")
    claiming.contest(by=by, at=LATER, claim=made.claims.get(), reason="He was abroad then.")
    seen = _seen(by, made)
    assert [s.value for s in seen.contested] == ["Karim Example"]
    assert seen.values("name") == ()
    assert _seen(by, made, when=AT).values("name") == ("Karim Example",)


def test_one_property_of_an_imported_claim_is_contested_alone(by):
    register = registers.mine(by)
    made = standing.entity(register, by, name="Karim Example")
    claim = made.claims.get()
    words = {"name": ["Karim Example"], "birthDate": ["1980"]}
    sealed.write(claim, {"says": words}, registers.keys(by, register))
    claim.save()
    part = claiming.contest(by=by, at=LATER, claim=claim, reason="Born later.", prop="birthDate")
    assert part.parted_from == claim
    assert part.state == State.CONTESTED
    seen = _seen(by, made)
    assert seen.values("name") == ("Karim Example",)
    assert [s.value for s in seen.contested] == ["1980"]
    assert _seen(by, made, when=AT).values("birthDate") == ("1980",)
    assert made.claims.count() == 3


def test_whoever_entered_it_never_confirms_it(by):
    register = registers.mine(by)
    one, two = (standing.entity(register, by, name=f"Karim Example {n}") for n in (1, 2))
    link = standing.relation(one, two, by, schema="Associate")
    with pytest.raises(acting.Refused, match="colleague"):
        claiming.confirm(by=by, at=AT, entity=link, reason="Seen together.")
    colleague = standing.investigator(by.unit)
    done = claiming.confirm(by=colleague, at=AT, entity=link, reason="Seen together.")
    assert done.certainty == Certainty.CONFIRMED
    down = claiming.hold_for(
        by=by, at=AT, entity=link, certainty=Certainty.POSSIBLE, reason="Doubts."
    )
    assert down.certainty == Certainty.POSSIBLE


def test_red_is_for_whoever_entered_it_alone(by):
    register = registers.mine(by)
    made = standing.entity(register, by, name="Karim Example")
    red = claiming.add_claim(
        by=by,
        at=AT,
        entity=made,
        prop="alias",
        values=["Abu Test"],
        source=standing.source(by),
        handling=Handling.RED,
    )
    claiming.accept(by=by, at=AT, claim=red)
    colleague = standing.investigator(by.unit)
    assert _seen(by, made).values("alias") == ("Abu Test",)
    assert _seen(colleague, made).values("alias") == ()
    with pytest.raises(acting.NotFound):
        claiming.contest(by=colleague, at=AT, claim=red, reason="Why not.")
