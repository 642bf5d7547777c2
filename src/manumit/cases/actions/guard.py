"""Reach and locks: the one way an action gets hold of a row.

A row out of reach raises the same NotFound as one that does not exist. The row is read again inside
the transaction and locked, so that what is decided is decided on what is there now.
"""

from typing import Any, TypeVar

from django.db import models as db_models

from manumit.core.actions import acting

Row = TypeVar("Row", bound=db_models.Model)


def visible(by: acting.Actor, permission: str, table: type[Row]) -> Any:
    """Return the rows of a table that the actor may use for a permission."""
    rows = table._default_manager.all()
    return rows if by.user is None else rows.visible_to(by.user, permission)  # type: ignore[attr-defined]


def hold(by: acting.Actor, permission: str, row: Row) -> Row:
    """Return the row, read anew and locked; raises NotFound when it is not the actor's to use."""
    rows = visible(by, permission, type(row)).select_for_update(of=("self",))
    found: Row | None = rows.filter(pk=row.pk).first()
    if found is None:
        raise acting.NotFound
    return found


def see(by: acting.Actor, permission: str, row: Row) -> Row:
    """Return the row as it is now; raises NotFound when it is not the actor's to see."""
    found: Row | None = visible(by, permission, type(row)).filter(pk=row.pk).first()
    if found is None:
        raise acting.NotFound
    return found


def refuse_if(reason: str) -> None:
    """Raise Refused with the reason unless it is empty."""
    if reason:
        raise acting.Refused(reason)
