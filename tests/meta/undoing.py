"""Takes back what a request wrote, without a transaction that the product would notice.

Opening sealed rows must commit its leaf first, so it refuses to run inside a transaction; a savepoint
of the test's own transaction is not one.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

ALIASES = ("default", "keys")


@contextmanager
def everything() -> Iterator[None]:
    """Undo all writes of the block in both databases."""
    places = {alias: transaction.savepoint(alias) for alias in ALIASES}
    try:
        yield
    finally:
        for alias, place in places.items():
            transaction.set_rollback(False, alias)
            transaction.savepoint_rollback(place, alias)
