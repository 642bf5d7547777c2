"""Looking across cases from the other side of the wall."""

from datetime import timedelta

import pytest

import casework
import make
from cases import traced
from manumit.cases import consent
from manumit.cases.actions import consents
from manumit.cases.actions import traces as case_side
from manumit.cases.models import Consent
from manumit.core import traces as rules
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.network import models
from manumit.network.actions import opening, traces
from network import standing_register

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT, PHONE = traced.AT, traced.PHONE
WHY = "An inquiry of ours"


@pytest.fixture
def world(db):
    return casework.World()


@pytest.fixture
def by(db):
    found = traced.investigator()
    standing_register.register(found.unit, found)
    return found


@pytest.fixture
def entity(by):
    register = models.Register.objects.get(unit=by.unit)
    return standing_register.entity(register, by, name="Test Person 9", phone="+962700000001")


def look(by, entity, at=AT, value=PHONE, **rest):
    return traces.look(
        by=by, at=at, entity=entity, **({"kind": "phone", "value": value, "reason": WHY} | rest)
    )


def test_below_the_limit_one_case_looks_like_none(world, by, entity):
    none = look(by, entity, value="+962700000009")
    traced.case_with(world)
    one = look(by, entity, at=AT + timedelta(minutes=1))
    assert none.cases == one.cases == 0
    assert [s.now for s in traces.standing([none, one])] == [traces.tokens.Shared()] * 2
    with pytest.raises(acting.Refused, match="enough"):
        traces.ask(
            by=by,
            at=AT,
            link=one,
            units=[world.helping],
            basis="inquiry",
            wanted="What may be told?",
        )
    traced.case_with(world)
    (grown,) = traces.of_entity(entity)[1:]
    assert grown.now.cases == 2
    assert grown.grown
    assert look(by, entity).pk == one.pk
    assert not traces.of_entity(entity)[1].grown


def test_looking_says_why_and_is_limited(by, entity):
    with pytest.raises(acting.Refused, match="why you look"):
        look(by, entity, reason="so")
    with pytest.raises(acting.Refused, match="country"):
        look(by, entity, value="0700000001")
    for _ in range(rules.limits().looks_an_hour - 2):
        look(by, entity)
    with pytest.raises(acting.Refused, match="within an hour"):
        look(by, entity)
    assert look(by, entity, at=AT + timedelta(hours=2))


def test_who_does_not_investigate_does_not_look(world, by, entity):
    for other in (world.worker, world.supervisor, make.actor(make.user(Role.MONITOR))):
        with pytest.raises(acting.Refused):
            look(other, entity)
    with pytest.raises(acting.NotFound):
        look(traced.investigator(), entity)


def asked(world, by, entity):
    cases = [traced.case_with(world), traced.case_with(world)]
    for case in cases:
        traced.told_authority(world, case, by.unit)
    rows = traces.ask(
        by=by,
        at=AT,
        link=look(by, entity),
        units=[world.helping],
        basis="inquiry",
        wanted="When was it last used?",
    )
    return cases, rows[0]


def test_an_answer_becomes_a_source_and_a_claim_and_goes_when_it_is_taken_back(world, by, entity):
    cases, row = asked(world, by, entity)
    with pytest.raises(acting.Refused, match="no answer"):
        traces.enter(by=by, at=AT, request=row, entity=entity)
    words = "It was used in spring."
    case_side.release(by=world.supervisor, at=AT, request=row, statement=words, cases=cases)
    row.refresh_from_db()
    assert traces.open_request(by=by, at=AT, request=row)["statement"] == words
    entered = traces.enter(by=by, at=AT, request=row, entity=entity)
    assert entered.source.kind == "released"
    assert entered.source.protected
    seen = opening.seen(by=by, at=AT, purpose="test", entities=[entity])[entity.id]
    assert words in [s.value for s in seen.said if s.prop == "notes"]
    with pytest.raises(acting.Refused, match="already"):
        traces.enter(by=by, at=AT, request=row, entity=entity)
    assert not traces.to_remove(by)
    yes = Consent.objects.get(subject_id=cases[0].id, purpose=consent.Purpose.TRACE.value)
    consents.withdraw_consent(by=world.worker, at=AT, consent=yes)
    row.refresh_from_db()
    assert "statement" not in traces.open_request(by=by, at=AT, request=row)
    assert [one.pk for one in traces.to_remove(by)] == [entered.pk]
    traces.remove(by=by, at=AT, request=row)
    assert not traces.to_remove(by)
    assert not traces.of_entity(entity)[0].now.cases


def test_an_answer_ends_by_itself(world, by, entity):
    cases, row = asked(world, by, entity)
    case_side.release(
        by=world.supervisor, at=AT, request=row, statement="Used in spring.", cases=cases
    )
    row.refresh_from_db()
    later = AT + timedelta(days=rules.limits().answer_days[0] + 1)
    assert traces.readable(row, AT.date())
    assert not traces.readable(row, later.date())
    late = make.actor(by.person, later)
    assert "statement" not in traces.open_request(by=late, at=later, request=row)


def test_one_asks_once_and_may_stop_asking(world, by, entity):
    _cases, row = asked(world, by, entity)
    (link,) = models.TraceLink.objects.all()
    again = {
        "link": link,
        "units": [world.helping],
        "basis": "court",
        "wanted": "Once more, please",
    }
    with pytest.raises(acting.Refused, match="already"):
        traces.ask(by=by, at=AT, **again)
    with pytest.raises(acting.NotFound):
        traces.drop(by=traced.investigator(), at=AT, request=row)
    traces.drop(by=by, at=AT, request=row)
    assert traces.ask(by=by, at=AT, **again)
    with pytest.raises(acting.Refused, match="answered"):
        case_side.decline(by=world.supervisor, at=AT, request=row, reason="Not this one")
