"""Lists by permission: the scope of a role turned into a filter of one table.

`cases.access` decides for one object; this is the same rule as a filter. A test holds them equal.
"""

from typing import ClassVar, Self, TypeVar

from django.db import models

from manumit.cases import access
from manumit.core import roles
from manumit.core.models import User

Row = TypeVar("Row", bound=models.Model, covariant=True)


def standing(user: User) -> access.Standing:
    """Return where an account stands."""
    return access.Standing(user.id, user.unit_id, user.unit.organisation_id)


class ReachQuerySet(models.QuerySet[Row]):
    """Rows within reach of an account. Each table says which columns place a row."""

    own: ClassVar[str] = ""
    units: ClassVar[tuple[str, ...]] = ()
    organisation: ClassVar[str] = ""
    referred: ClassVar[tuple[str, ...]] = ()
    referred_when: ClassVar[models.Q] = models.Q()

    def visible_to(self, user: User, permission: str) -> Self:
        """Keep the rows that the account's role may use for the permission."""
        scope = roles.scope(roles.Role(user.role), permission)
        if scope is None:
            return self.none()
        if scope is roles.Scope.ANY:
            return self
        return self.filter(self._within(scope, user))

    def _within(self, scope: roles.Scope, user: User) -> models.Q:
        if scope is roles.Scope.REFERRED:
            return _any(self.referred, user.unit_id) & self.referred_when
        if scope is roles.Scope.ORGANISATION and self.organisation:
            return models.Q((self.organisation, user.unit.organisation_id))
        unit = _any(self.units, user.unit_id)
        if scope is roles.Scope.OWN:
            return models.Q((self.own, user.id)) & unit if self.own else _nothing()
        return unit


def _nothing() -> models.Q:
    return models.Q(pk__in=[])


def _any(columns: tuple[str, ...], value: object) -> models.Q:
    found = models.Q()
    for column in columns:
        found |= models.Q((column, value))
    return found or _nothing()
