"""Looks across cases are deleted some time after the last one; while a question stands they wait."""

from datetime import timedelta

import pytest

import casework
from cases import traced
from manumit.cases.actions import traces as case_side
from manumit.core import models as core
from manumit.core import traces as rules
from manumit.core.actions import acting
from manumit.network import models
from manumit.network.actions import looks, traces
from network import standing_register
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT, DAY = traced.AT, timedelta(days=1)
LAST = timedelta(days=rules.limits().look_days)


@pytest.fixture
def by(db):
    found = traced.investigator()
    standing_register.register(found.unit, found)
    return found


@pytest.fixture
def link(by):
    register = models.Register.objects.get(unit=by.unit)
    entity = standing_register.entity(register, by, name="Test Person 9")
    return _look(by, entity)


def _look(by, entity, at=AT):
    given = {"kind": "phone", "value": traced.PHONE, "reason": "An inquiry of ours"}
    return traces.look(by=by, at=at, entity=entity, **given)


def test_a_look_goes_the_day_after_its_last_and_is_on_the_record_once(by, link):
    before = core.Leaf.objects.count()
    assert looks.run(by=acting.SYSTEM, at=AT + LAST) == 0
    assert core.Leaf.objects.count() == before, "nothing was done, nothing is recorded"
    assert looks.run(by=acting.SYSTEM, at=AT + LAST + DAY) == 1
    assert not models.TraceLink.objects.exists()
    assert core.Leaf.objects.count() == before + 1
    assert looks.run(by=acting.SYSTEM, at=AT + LAST + DAY) == 0


def test_looking_again_keeps_it(by, link):
    _look(by, link.entity, at=AT + 30 * DAY)
    assert looks.run(by=acting.SYSTEM, at=AT + LAST + DAY) == 0
    assert looks.run(by=acting.SYSTEM, at=AT + LAST + 31 * DAY) == 1


def test_while_a_question_from_it_stands_it_waits(by, link):
    world = casework.World()
    for _ in range(2):
        traced.case_with(world)
    _look(by, link.entity)
    (row,) = traces.ask(
        by=by, at=AT, link=link, units=[world.helping], basis="inquiry",
        wanted="What may be told of it?",
    )  # fmt: skip
    assert looks.run(by=acting.SYSTEM, at=AT + LAST + DAY) == 0
    case_side.decline(by=world.supervisor, at=AT, request=row, reason="Nobody agreed.")
    assert looks.run(by=acting.SYSTEM, at=AT + LAST + DAY) == 1


def test_only_the_system_deletes_looks(by, link):
    with pytest.raises(acting.Refused):
        looks.forget(by=by, at=AT + LAST + DAY)


def test_the_page_says_until_when(by, link):
    page = client_for(by.person).get("/traces").content.decode()
    assert "Kept until" in page
