"""Relations as they are read from the tables: as far as the asker may see them, and no further."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import make
from manumit.network import claims, graphs, models
from manumit.network.models import around

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


class Ground:
    """A register with bare rows: structure is in the open, so nothing has to be sealed."""

    def __init__(self):
        self.unit = make.unit()
        self.me, self.colleague = (make.user("investigator", self.unit) for _ in range(2))
        self.register = models.Register.objects.create(unit=self.unit, at=make.AT)
        self.source = models.Source.objects.create(
            register=self.register, kind="own", at=make.AT, seal_owner=self.register.id
        )

    def entity(self, schema="Person", **more):
        return models.Entity.objects.create(
            register=self.register, schema=schema, at=make.AT, seal_owner=self.register.id, **more
        )

    def relation(self, tail, head, **more):
        return self.entity("UnknownLink", tail=tail, head=head, **more)

    def claim(self, entity, by=None, handling=claims.Handling.AMBER, **more):
        more = {"state": claims.State.ACCEPTED, **more}
        return models.Claim.objects.create(
            register=self.register, entity=entity, source=self.source, reliability="B",
            credibility="2", handling=handling, by=by or self.me, at=make.AT,
            seal_owner=self.register.id, **more,
        )  # fmt: skip

    def seen(self, *entities, asker=None):
        found = around.edges_at([e.id for e in entities], asker=(asker or self.me).id)
        return {edge.via for edge in found.edges}


@pytest.fixture
def ground():
    return Ground()


def test_relations_and_links_at_an_entity(ground):
    one, two, three, passport = (ground.entity() for _ in range(4))
    out, into = ground.relation(one, two, role="Transporter"), ground.relation(three, one)
    link = models.Link.objects.create(
        register=ground.register, tail=passport, head=one, name="holder"
    )
    ground.relation(two, three)
    ground.relation(one, three, gone_at=make.AT)
    assert ground.seen(one) == {str(out.id), str(into.id), f"link-{link.id}"}
    (edge,) = (e for e in around.edges_at([two.id], asker=None).edges if e.tail == one.id)
    assert (edge.schema, edge.role, edge.certainty) == ("UnknownLink", "Transporter", 1)


def test_what_a_colleague_keeps_to_themselves_is_not_there(ground):
    one, two, three = (ground.entity() for _ in range(3))
    relation = ground.relation(one, two)
    ground.claim(relation, by=ground.colleague, handling=claims.Handling.RED)
    assert ground.seen(one) == set()
    assert ground.seen(one, asker=ground.colleague) == {str(relation.id)}
    ground.claim(relation)  # somebody says it in the open as well
    assert ground.seen(one) == {str(relation.id)}

    ground.relation(one, three)
    ground.claim(three, by=ground.colleague, handling=claims.Handling.RED)
    assert ground.seen(one) == {str(relation.id)}
    found = around.entities([one.id, three.id], register=ground.register.id, asker=ground.me.id)
    assert set(found) == {one.id}


def test_a_link_that_a_red_claim_may_say_is_not_shown(ground):
    one, account = ground.entity(), ground.entity("BankAccount")
    models.Link.objects.create(register=ground.register, tail=account, head=one, name="holder")
    ground.claim(account)
    assert len(ground.seen(one)) == 1
    ground.claim(account, by=ground.colleague, handling=claims.Handling.RED)
    assert ground.seen(one) == set()
    assert len(ground.seen(one, asker=ground.colleague)) == 1


@pytest.mark.parametrize(
    "ended",
    [{"state": claims.State.WITHDRAWN}, {"ended_at": make.AT + timedelta(days=1)}],
)
def test_what_nobody_says_any_more_is_not_there(ground, ended):
    one, two = ground.entity(), ground.entity()
    ground.claim(ground.relation(one, two), **ended)
    assert ground.seen(one) == set()


def test_an_entity_of_another_register_is_not_there(ground):
    foreign = Ground()
    theirs = foreign.entity()
    assert around.entities([theirs.id], register=ground.register.id, asker=ground.me.id) == {}


def test_a_way_is_searched_from_both_ends_in_few_queries(ground):
    row = [ground.entity() for _ in range(7)]
    for tail, head in itertools.pairwise(row):
        ground.relation(tail, head)
    for _ in range(20):
        ground.relation(row[3], ground.entity())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = around.between(row[0].id, row[6].id, asker=ground.me.id)
    assert (found.met, found.whole) == (True, True)
    assert len(graphs.best_path(found.graph, row[0].id, row[6].id).edges) == 6
    assert len(queries) < 6 * 10
    near = around.between(row[0].id, row[6].id, asker=ground.me.id, most=3)
    assert not near.met
    few = around.between(row[0].id, row[6].id, asker=ground.me.id, budget=3)
    assert (few.met, few.whole) == (False, False)
    lonely = ground.entity()
    assert not around.between(row[0].id, lonely.id, asker=ground.me.id).met


def test_a_way_through_what_a_colleague_keeps_is_no_way(ground):
    one, two, red, three, four = (ground.entity() for _ in range(5))
    for tail, head in ((one, red), (red, two), (one, three), (three, four), (four, two)):
        ground.relation(tail, head)
    ground.claim(red, by=ground.colleague, handling=claims.Handling.RED)

    def way(asker):
        found = around.between(one.id, two.id, asker=asker.id)
        path = graphs.best_path(found.graph, one.id, two.id)
        assert red.id not in found.graph.nodes or asker is ground.colleague
        return list(path.nodes) if path else None

    assert way(ground.me) == [one.id, three.id, four.id, two.id]
    assert way(ground.colleague) == [one.id, red.id, two.id]
    assert not around.between(one.id, two.id, asker=ground.me.id, most=2).met


def test_more_than_a_page_can_show_is_told(ground):
    hub = ground.entity()
    for _ in range(5):
        ground.relation(hub, ground.entity())
    found, whole = around.neighbourhood([hub.id], asker=ground.me.id, most=3)
    assert (len(found.edges), whole) == (3, False)
    found, whole = around.neighbourhood([hub.id], asker=ground.me.id, hops=2)
    assert (len(found.edges), len(found.nodes), whole) == (5, 6, True)


def test_reading_goes_by_the_ends_and_not_through_the_register(ground):
    if connection.vendor != "sqlite":
        pytest.skip("the plan of PostgreSQL hangs on its statistics")
    one = ground.entity()
    rows = models.Entity.objects.filter(tail__in=[one.id], gone_at=None).order_by()
    assert "(tail_id=?)" in rows.explain()
    with CaptureQueriesContext(connection) as queries:
        around.unseen([one.id], ground.me.id)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {queries[0]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "SCAN" not in plan
    assert "(entity_id=?)" in plan
