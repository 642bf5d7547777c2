"""Who most tests of networks act as."""

import pytest

from manumit.core.actions import acting
from network import standing_register


@pytest.fixture
def by() -> acting.Actor:
    """Return an investigator whose unit has a register."""
    actor = standing_register.investigator()
    standing_register.register(actor.unit, actor)
    return actor
