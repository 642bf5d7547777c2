"""Lists by permission for what is one unit's: its ledger, its register, and all that is in them.

What belongs to no unit is the bench, for published and made data: nobody's on the pages.
"""

from typing import ClassVar, Self, TypeVar

from django.db import models

from manumit.core import roles
from manumit.core.models.people import User

Row = TypeVar("Row", bound=models.Model, covariant=True)


class UnitReach(models.QuerySet[Row]):
    """Rows within reach of an account; a table says which column leads to the unit."""

    unit: ClassVar[str] = "unit"

    def visible_to(self, user: User, permission: str) -> Self:
        """Keep the rows that the account's role may use for the permission."""
        scope = roles.scope(roles.Role(user.role), permission)
        if scope is None:
            return self.none()
        if scope is roles.Scope.ANY:
            return self.exclude(**{self.unit: None})
        return self.filter(**{self.unit: user.unit_id})
