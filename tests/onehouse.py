"""One world for all tests of a file: built once, and each test's writes are taken back.

Building units with keys costs more than most tests. Mark the file with
`django_db(databases=["default", "keys"])` and import the fixtures; what a test gets is as
the building left it, with keyrings and name indexes that remember nothing of the test before.
"""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

import casework
import make
import standing
from manumit.cases.models import Case
from manumit.core import models
from manumit.core.roles import Role


@dataclass
class House:
    """The ids of what was built, to be read anew by every test."""

    world: casework.World
    case: object
    others: list[object]
    near: SimpleNamespace
    far: SimpleNamespace


def _team(organisation=None):
    home = make.unit(organisation_=organisation)
    worker = casework.World.join(Role.CASE_WORKER, home)
    return SimpleNamespace(
        home=home, worker=worker, boss=casework.World.join(Role.SUPERVISOR, home)
    )


@pytest.fixture
def _django_db_helper(house):
    """Stand in for pytest-django's transaction around each test: the house has its own.

    The mark on the file still says which databases are wanted.
    """


@pytest.fixture(scope="module")
def house(request, django_db_setup, django_db_blocker):
    """Build the world in a transaction that is taken back at the end of the file."""
    at = getattr(request.module, "BUILT_AT", casework.AT)
    with standing.ground(django_db_blocker):
        world = casework.World()
        cases = [world.taken(at=at) for _ in range(3)]
        near, far = _team(world.helping.organisation), _team()
        yield House(world, cases[0].pk, [one.pk for one in cases[1:]], near, far)


def _anew(actor):
    return make.actor(models.User.objects.select_related("unit").get(pk=actor.person.pk))


@pytest.fixture
def world(house, django_db_blocker):
    """Return the world as it was built; whatever the test writes is taken back."""
    with standing.one_test(django_db_blocker):
        for name in ("worker", "colleague", "supervisor", "officer", "focal", "dpo"):
            setattr(house.world, name, _anew(getattr(house.world, name)))
        for team in (house.near, house.far):
            team.worker, team.boss = _anew(team.worker), _anew(team.boss)
            team.home.refresh_from_db()
        house.world.helping.refresh_from_db()
        yield house.world


@pytest.fixture
def case(house, world):
    """Return a case that the worker has taken."""
    return Case.objects.get(pk=house.case)


@pytest.fixture
def others(house, world):
    """Return two more cases of the worker."""
    return [Case.objects.get(pk=pk) for pk in house.others]
