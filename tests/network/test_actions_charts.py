"""Views of charts: sealed, of the unit, without anything their keeper may not see."""

import pytest

import make
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.network import charts, models
from manumit.network.actions import charts as acts
from manumit.network.actions import entering, registers
from manumit.network.claims import Handling
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def person(by):
    return standing.entity(registers.mine(by), by, name="Karim Example")


def _kept(by, person, **more):
    given = {"name": "Meeting of May", "view": charts.View(), "entity": person} | more
    return acts.keep_view(by=by, at=make.AT, **given)


def test_a_view_is_kept_sealed_and_opened_by_the_unit(by, person):
    made = _kept(by, person, view=charts.View((person.id,), places={person.id: (3.0, 4.0)}))
    assert b"Meeting" not in bytes(made.name)
    colleague = standing.investigator(by.unit)
    (told,) = acts.opened(by=colleague, at=make.AT, views=[made], purpose="look")
    assert told["name"] == "Meeting of May"
    assert charts.restored(told["content"]).places == {person.id: (3.0, 4.0)}
    acts.forget_view(by=colleague, at=make.AT, view=made)
    assert not models.SavedView.objects.exists()
    assert acts.opened(by=by, at=make.AT, views=[], purpose="look") == []


def test_what_a_colleague_keeps_to_themselves_is_not_kept_by_others(by, person):
    colleague = standing.investigator(by.unit)
    red = entering.add_entity(
        by=colleague, at=make.AT, schema="Person", says={"name": ["Test Person 4"]},
        source=standing.source(colleague), handling=Handling.RED,
    )  # fmt: skip
    view = charts.View((red.id, person.id), places={red.id: (0.0, 0.0)})
    (told,) = acts.opened(
        by=by, at=make.AT, views=[_kept(by, person, view=view)], purpose="look"
    )  # fmt: skip
    assert told["content"]["unfolded"] == [str(person.id)]
    assert told["content"]["places"] == {}


def test_refusals_say_why(by, person):
    with pytest.raises(acting.Refused, match="name"):
        _kept(by, person, name=" ")
    with pytest.raises(acting.Refused, match="begins"):
        _kept(by, person, entity=None)


def test_another_unit_sees_nothing_of_it(by, person):
    made = _kept(by, person)
    stranger = standing.investigator()
    standing.register(stranger.unit, stranger)
    with pytest.raises(acting.NotFound):
        _kept(stranger, person)
    with pytest.raises(acting.NotFound):
        acts.forget_view(by=stranger, at=make.AT, view=made)
    with pytest.raises(acting.NotFound):
        acts.opened(by=stranger, at=make.AT, views=[made], purpose="look")
    monitor = make.actor(make.user(Role.MONITOR))
    with pytest.raises(acting.Refused):
        _kept(monitor, person)
