"""What the tests of a file stand on: built once, and each test's writes are taken back.

Building units with keys costs more than most tests. Say in the file

    _built, _django_db_helper, house = standing.once(build)

with the mark `django_db(databases=["default", "keys"])`; a test that asks for `house` gets a copy of
its own of what `build` returned, in databases as the building left them.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from manumit.core.actions import names
from meta import undoing


@contextmanager
def ground(django_db_blocker: Any) -> Iterator[None]:
    """Take back at the end whatever was written, with transactions that are no part of the product."""
    with django_db_blocker.unblock():
        blocks = [transaction.atomic(using=alias) for alias in undoing.ALIASES]
        for block in blocks:
            block._from_testcase = True  # type: ignore[attr-defined]  # as pytest-django marks its own
            block.__enter__()
        try:
            yield
        finally:
            for alias, block in zip(undoing.ALIASES, blocks, strict=True):
                transaction.set_rollback(True, using=alias)
                block.__exit__(None, None, None)


@contextmanager
def one_test(django_db_blocker: Any) -> Iterator[None]:
    """Take back what one test writes, and forget what the process remembers of the one before."""
    with django_db_blocker.unblock(), undoing.everything():
        names._opened.clear()
        yield


def once(build: Callable[[], Any]) -> tuple[Any, Any, Any]:
    """Return the three fixtures of a file: what was built, what stands in for pytest-django's
    transaction around each test, and `house`, a test's own copy of what was built."""

    @pytest.fixture(scope="module")
    def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        with ground(django_db_blocker):
            yield build()

    @pytest.fixture
    def _django_db_helper(_built: Any, django_db_blocker: Any) -> Iterator[None]:
        with one_test(django_db_blocker):
            yield

    @pytest.fixture
    def house(_built: Any, _django_db_helper: None) -> Any:
        return copy.deepcopy(_built)

    return _built, _django_db_helper, house
