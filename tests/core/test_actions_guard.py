"""A row is the one of its key, or there is none: what is out of reach, and what is no key at all."""

from uuid import uuid4

import pytest

import make
from manumit.core import models
from manumit.core.actions import acting, guard

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_the_row_of_a_key_whether_it_comes_as_a_value_or_as_text() -> None:
    unit = make.unit()
    assert guard.one_of(models.Unit.objects, unit.pk) == unit
    assert guard.one_of(models.Unit.objects.all(), str(unit.pk)) == unit


@pytest.mark.parametrize("key", [uuid4(), "", "no key", "1", None])
def test_anything_else_is_not_found(key: object) -> None:
    make.unit()
    with pytest.raises(acting.NotFound):
        guard.one_of(models.Unit.objects, key)


def test_a_row_out_of_reach_is_as_if_it_were_not_there() -> None:
    unit, other = make.unit(), make.unit()
    with pytest.raises(acting.NotFound):
        guard.one_of(models.Unit.objects.exclude(pk=other.pk), other.pk)
    assert guard.one_of(models.Unit.objects.exclude(pk=other.pk), unit.pk) == unit
