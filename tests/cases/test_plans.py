"""Lists stay flat at a million cases: each is answered from an index, in order, without sorting."""

import pytest
from django.db import connection

from casework import AT, World
from manumit.cases.models import Case, Clock, Consent, Referral, Screening
from manumit.core.actions import acting

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

LISTS = {
    "cases of the unit, open, by duty": lambda w: (
        Case.objects.visible_to(w.worker.user, "case.read")
        .filter(case_status="Active")
        .by_duty((AT, w.worker.user.id))
    ),
    "cases of the unit, newest": lambda w: Case.objects.visible_to(
        w.worker.user, "case.read"
    ).newest((AT, w.worker.user.id)),
    "my cases": lambda w: (
        Case.objects.visible_to(w.worker.user, "case.edit").filter(case_status="Active").by_duty()
    ),
    "cases nobody works on": lambda w: (
        Case.objects.visible_to(w.supervisor.user, "case.read").unassigned().by_duty()
    ),
    "my duties": lambda w: Clock.objects.open_for(w.worker.user),
    "duties of the unit": lambda w: Clock.objects.open_for(w.supervisor.user),
    "what is late": lambda w: Clock.objects.visible_to(w.supervisor.user, "board.read").overdue(AT),
    "inbox": lambda w: Referral.objects.inbox(w.clinic_unit),
    "in hand": lambda w: Referral.objects.in_hand(w.clinic_unit),
    "ended": lambda w: Referral.objects.ended(w.clinic_unit),
    "the unit's waiting referrals": lambda w: (
        Referral.objects.visible_to(w.supervisor.user, "board.read").waiting().order_by("due_at")
    ),
    "referrals of a case": lambda w: Referral.objects.of_case(Case(id=w.worker.user.id)),
    "referrals due": lambda w: Referral.objects.filter(state="sent", due_at__lt=AT),
    "consents that ran out": lambda w: Consent.objects.run_out(AT.date()),
    "my unfinished talks": lambda w: Screening.objects.unfinished(w.officer.user),
}
# Small by nature: one officer's open talks, one service's waiting letters, one case's referrals.
MAY_SORT = {"my unfinished talks"}


def plan(rows):
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [line[3] for line in cursor.fetchall()]


@pytest.fixture
def world():
    return World()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plans of SQLite")
@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_from_an_index(world, name):
    steps = plan(LISTS[name](world)[:50])
    assert not [step for step in steps if step.startswith("SCAN")], steps
    if name not in MAY_SORT:
        assert not [step for step in steps if "TEMP B-TREE" in step], steps


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plans of SQLite")
def test_the_check_bites():
    steps = plan(Case.objects.filter(urgent=True).order_by("close_reason")[:50])
    assert [step for step in steps if step.startswith("SCAN")]
    assert [step for step in steps if "TEMP B-TREE" in step]
    assert acting.SYSTEM.user is None
