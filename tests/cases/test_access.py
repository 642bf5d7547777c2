"""Whose work it is: one rule for one object and for a list."""

from uuid import uuid4

import pytest

from manumit.cases import access
from manumit.core import roles

ME, MY_UNIT, MY_ORG, OTHER = uuid4(), uuid4(), uuid4(), uuid4()
WHO = access.Standing(ME, MY_UNIT, MY_ORG)
S = roles.Scope


@pytest.mark.parametrize(
    ("place", "holds"),
    [
        (access.Place(owner=ME, units=frozenset({MY_UNIT})), {S.OWN, S.UNIT}),
        (access.Place(owner=OTHER, units=frozenset({MY_UNIT})), {S.UNIT}),
        (access.Place(owner=ME, units=frozenset({OTHER})), set()),
        (access.Place(referred_to=frozenset({MY_UNIT})), {S.REFERRED}),
        (access.Place(organisations=frozenset({MY_ORG})), {S.ORGANISATION}),
        (access.Place(), set()),
    ],
)
def test_relations(place, holds):
    assert access.relation(WHO, place) == holds


def test_a_case_worker_edits_only_their_own_case_of_their_own_unit():
    mine = access.Place(owner=ME, units=frozenset({MY_UNIT}))
    colleagues = access.Place(owner=OTHER, units=frozenset({MY_UNIT}))
    left_behind = access.Place(owner=ME, units=frozenset({OTHER}))
    worker = roles.Role.CASE_WORKER
    assert access.reaches(worker, "case.edit", WHO, mine)
    assert not access.reaches(worker, "case.edit", WHO, colleagues)
    assert not access.reaches(worker, "case.edit", WHO, left_behind)
    assert access.reaches(worker, "case.read", WHO, colleagues)


def test_the_administrator_reads_no_case():
    mine = access.Place(owner=ME, units=frozenset({MY_UNIT}))
    for permission in ("case.read", "case.edit", "screening.read", "referral.read"):
        assert not access.reaches(roles.Role.ADMINISTRATOR, permission, WHO, mine)
