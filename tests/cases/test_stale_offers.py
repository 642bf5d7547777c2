"""Whoever refers sees since when nobody has confirmed a service, in their own language."""

from datetime import UTC, date, datetime, timedelta

import pytest

import casework
from manumit.core import models as core
from manumit.directory.models import Service
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=20)


@pytest.mark.parametrize(
    ("language", "warning"),
    [
        ("en", "Nobody has confirmed this since 2014"),
        ("ckb", "لە ٢٠١٤ەوە کەس ئەمەی پشتڕاست نەکردووەتەوە"),
    ],
)
def test_an_offer_that_nobody_confirmed_says_since_when(language, warning):
    world = casework.World()
    case = world.taken(at=NOW)
    Service.objects.update(confirmed_on=None, stated_on=date(2014, 5, 1))
    person = world.worker.person
    core.User.objects.filter(pk=person.pk).update(language=language)
    need = case.needs.get(kind="medical", status="open")
    page = client_for(person).get(f"/cases/{case.id}/needs/{need.id}/refer", secure=True)
    assert warning in page.content.decode()
    Service.objects.update(confirmed_on=NOW.date())
    page = client_for(person).get(f"/cases/{case.id}/needs/{need.id}/refer", secure=True)
    assert warning not in page.content.decode()
