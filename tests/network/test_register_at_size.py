"""Millions of rows share a register: what is asked for must be looked up, also where the database
has not counted its rows yet. The plan of SQLite tells."""

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F

import make
from manumit.core.actions import acting
from manumit.network import models
from manumit.network.actions import hits, rawrows
from network import standing_register as standing

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.sqlite]


@pytest.fixture
def register():
    found = standing.register(None)
    here = [standing.entity(found, acting.SYSTEM, name=f"Test Person {n}") for n in range(12)]
    for one, other in itertools.pairwise(here):
        standing.relation(one, other, acting.SYSTEM)
    return found


def test_a_few_of_many_are_looked_up(register):
    ids = list(models.Entity.objects.values_list("id", flat=True)[:10])
    entities = models.Entity.objects.filter(register=register)
    claims = models.Claim.objects.filter(register=register)
    assert "(id=?)" in entities.filter(id__in=ids).explain()
    assert "(entity_id=?)" in claims.filter(entity__in=ids).explain()
    assert "relation_by_tail" in entities.filter(tail__in=ids).explain()
    assert "relation_by_head" in entities.filter(head__in=ids).explain()
    page = entities.filter(tail=None, gone_at=None, id__gt=ids[0]).order_by("id")[:5]
    assert "(id>?)" in page.explain()
    by_hand = entities.filter(tail=None, gone_at=None, seal_owner=F("register"))
    assert "entity_by_hand" in by_hand.order_by("-at")[:5].explain()
    waiting = claims.filter(state="proposed", ended_at=None)
    assert "claim_waiting" in waiting.explain()


def test_what_changed_since_is_looked_up(register):
    plan = hits._touched(register, make.AT - timedelta(days=1)).explain()
    assert {"claim_by_time", "claim_accepted_later", "claim_ended"} <= set(
        plan.replace("(", " ").split()
    )


def test_rows_in_bulk_refuse_what_is_not_sealed(register):
    table = rawrows.Table(models.Claim, ("id", "says"), register_id=register.pk, at=make.AT)
    with pytest.raises(ValidationError):
        table.insert([("0" * 32, b"Amal Example")])
