"""Two records are judged, confirmed by a second person, undone; identities follow and keep their names."""

from datetime import timedelta

import pytest

import make
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.network import clustering, models
from manumit.network.actions import judging
from manumit.network.clustering import Verdict
from manumit.network.models import Identity, Membership
from network import standing_register as standing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT
LATER = AT + timedelta(hours=1)
SAME, NOT_SAME = Verdict.SAME, Verdict.NOT_SAME


@pytest.fixture
def people(by: acting.Actor) -> list[models.Entity]:
    register = models.Register.objects.get(unit=by.unit)
    names = ["Karim Example", "Kareem Exampel", "Karim Testov", "Amal Example"]
    return [standing.entity(register, by, name=name) for name in names]


def colleague(by: acting.Actor) -> acting.Actor:
    return make.actor(make.user(Role.INVESTIGATOR, unit=by.unit))


def decide(by, left, right, verdict=SAME, at=AT):
    return judging.judge(
        by=by, at=at, left=left, right=right, verdict=verdict, reason="Same passport, seen."
    )


def ids(entity: models.Entity) -> set:
    identity = judging.identity_of(entity)
    return {one.pk for one in judging.members(identity)} if identity else {entity.pk}


def test_same_joins_and_undoing_gives_back_what_was(by, people):
    one, other, third, _ = people
    made = decide(by, other, one)
    assert (made.left_id, made.right_id) == tuple(sorted((one.pk, other.pk)))
    identity = judging.identity_of(one)
    assert identity == judging.identity_of(other)
    assert judging.also_known_as(one) == [other]
    second = decide(by, other, third)
    assert judging.identity_of(third) == identity
    judging.undo(by=by, at=LATER, judgement=second, reason="Another passport.")
    assert judging.identity_of(third) is None
    assert judging.identity_of(one) == identity
    judging.undo(by=by, at=LATER, judgement=made, reason="Two passports after all.")
    assert [judging.identity_of(each) for each in people] == [None] * 4
    identity.refresh_from_db()
    assert identity.ended_at == LATER


def test_a_name_of_a_cluster_is_never_used_again(by, people):
    one, other, *_ = people
    made = decide(by, one, other)
    first = judging.identity_of(one)
    judging.undo(by=by, at=LATER, judgement=made, reason="No.")
    decide(by, one, other, at=LATER)
    assert judging.identity_of(one) != first
    assert Identity.objects.count() == 2


def test_two_clusters_that_join_keep_the_older_name(by, people):
    one, other, third, fourth = people
    decide(by, one, other)
    older = judging.identity_of(one)
    decide(by, third, fourth, at=LATER)
    joining = decide(by, other, third, at=LATER)
    assert ids(one) == {each.pk for each in people}
    assert judging.identity_of(fourth) == older
    judging.undo(by=by, at=LATER, judgement=joining, reason="No.")
    assert ids(one) == {one.pk, other.pk}
    assert ids(third) == {third.pk, fourth.pk}
    assert judging.identity_of(one) == older


def test_a_contradiction_joins_nobody_and_shows_its_chain(by, people):
    one, other, third, _ = people
    decide(by, one, other)
    decide(by, other, third)
    against = decide(by, one, third, NOT_SAME)
    assert ids(one) == {one.pk}
    [flag] = judging.cluster_of(one.register, one.pk).flags
    assert flag.why is clustering.Why.CONTRADICTION
    assert set(flag.path) == {one.pk, other.pk, third.pk}
    judging.undo(by=by, at=LATER, judgement=against, reason="I was wrong.")
    assert ids(one) == {one.pk, other.pk, third.pk}


def test_where_it_weighs_a_second_person_has_to_agree(by, people):
    one, other, third, _ = people
    standing.relation(one, third, by, role="Transporter")
    made = decide(by, one, other)
    assert made.needs_two
    assert judging.identity_of(one) is None
    with pytest.raises(acting.Refused, match="A colleague has to agree"):
        judging.confirm(by=by, at=LATER, judgement=made, reason="Yes.")
    second = colleague(by)
    judging.confirm(by=second, at=LATER, judgement=made, reason="I saw it too.")
    assert judging.identity_of(one) == judging.identity_of(other) is not None
    with pytest.raises(acting.Refused, match="already"):
        judging.confirm(by=second, at=LATER, judgement=made, reason="Again.")
    said = judging.reasons(by=by, at=LATER, purpose="test", judgements=[made])[made.id]
    made.refresh_from_db()
    said = judging.reasons(by=by, at=LATER, purpose="test", judgements=[made])[made.id]
    assert said["reason"] == "Same passport, seen."
    assert said["second_reason"] == "I saw it too."


def test_who_appears_in_an_inquiry_weighs(by, people):
    inquiry = models.Inquiry.objects.create(
        register=people[0].register,
        number=1,
        held_by=by.person,
        at=AT,
        seal_owner=people[0].register_id,
    )
    assert not judging.weighs(people)
    models.Appearance.objects.create(
        register=people[0].register, inquiry=inquiry, entity=people[0], by=by.person, at=AT
    )
    assert judging.weighs(people)


def test_what_is_refused(by, people):
    one, other, *_ = people
    with pytest.raises(acting.Refused, match="Say why"):
        judging.judge(by=by, at=AT, left=one, right=other, verdict=SAME, reason=" ")
    with pytest.raises(acting.Refused, match="one record"):
        decide(by, one, one)
    group = standing.entity(one.register, by, schema="Organization", name="Example group")
    with pytest.raises(acting.Refused, match="two kinds"):
        decide(by, one, group)
    relation = standing.relation(one, other, by)
    with pytest.raises(acting.Refused, match="relation"):
        decide(by, one, relation)
    made = decide(by, one, other, NOT_SAME)
    with pytest.raises(acting.Refused, match="decided already"):
        decide(by, other, one)
    judging.undo(by=by, at=AT, judgement=made, reason="No.")
    with pytest.raises(acting.Refused, match="taken back already"):
        judging.undo(by=by, at=AT, judgement=made, reason="No.")
    with pytest.raises(acting.Refused, match="no second person"):
        judging.confirm(by=colleague(by), at=AT, judgement=decide(by, one, other), reason="Fine.")


def test_another_unit_finds_nothing(by, people):
    stranger = standing.investigator()
    standing.register(stranger.unit, stranger)
    with pytest.raises(acting.NotFound):
        decide(stranger, people[0], people[1])
    made = decide(by, people[0], people[1])
    with pytest.raises(acting.NotFound):
        judging.undo(by=stranger, at=AT, judgement=made, reason="Mine?")
    assert Membership.objects.count() == 2
