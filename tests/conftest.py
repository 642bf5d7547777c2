"""What every test may use."""

import pytest
import pytest_django
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.template.base import Template
from django.test import utils

from manumit.core.actions import tables
from manumit.web import nameless


@pytest.fixture(autouse=True, scope="session")
def _templates_render_as_in_life(django_test_environment: None) -> None:
    """Undo Django's keeping of every context: no test asks for it, and it costs a fifth of the time."""
    Template._render = utils._TestState.saved_data.template_render


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    """Note every migration as done: the tables were made at once, as `tables.ready` makes them."""
    with django_db_blocker.unblock():
        for alias in connections:
            tables.todays(alias, sorted(MigrationLoader(connections[alias]).graph.nodes))


@pytest.fixture(autouse=True)
def _no_crowd_before_the_test() -> None:
    """Forget who asked on the open pages: all tests come from one address within one minute."""
    nameless.forget()


# Long files first, or one worker ends with them alone while the others rest. (The Makefile keeps
# xdist from putting the files with most tests first.)
_FIRST = (
    "tests/postgres/",
    "tests/web/test_stolen_disk.py",
    "tests/browser/",
    "tests/cases/test_races.py",
    "tests/security/",
    "tests/meta/test_authorization.py",
    "tests/crash/",
    "tests/cli/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; within a kind the order stays as chance made it."""

    def rank(item: pytest.Item) -> int:
        found = (n for n, start in enumerate(_FIRST) if item.nodeid.startswith(start))
        return next(found, len(_FIRST))

    items.sort(key=rank)
