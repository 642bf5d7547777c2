"""Reach and locks: the one way an action gets hold of a row.

A row out of reach raises the same NotFound as one that does not exist. The row is read
again inside the transaction and locked, so that what is decided is decided on what is there now.
"""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.core import exceptions
from django.db import models as db_models

from manumit.core import roles
from manumit.core.actions import acting

P = ParamSpec("P")
R = TypeVar("R")
Row = TypeVar("Row", bound=db_models.Model)


def opening(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make an opening: keyword arguments, `by` and `at`; the role is checked first.

    Unlike an action it runs in no transaction of its own, because the leaf of an opening commits
    before the key is used. A role that may not, or a row out of reach, is a refusal on the record;
    a lacking key is recorded by `sealed.open_rows` itself.
    """
    if permission not in roles.PERMISSIONS:
        raise ValueError(f"no such permission: {permission} (see core/roles.py)")

    def decorate(verb: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(verb)
        def open_it(*args: P.args, **kwargs: P.kwargs) -> R:
            by: Any = kwargs["by"]
            at: Any = kwargs["at"]
            named = {n: str(v.pk) for n, v in kwargs.items() if isinstance(v, db_models.Model)}
            reason = roles.why_not(by.role, permission)
            try:
                refuse_if(reason)
                return verb(*args, **kwargs)
            except acting.NotFound as refusal:
                reason = refusal.reason
                raise
            finally:
                if reason:
                    acting.refuse(by=by, at=at, act=permission, reason=reason, objects=named)

        open_it.permission = permission  # type: ignore[attr-defined]
        return open_it

    return decorate


def visible(by: acting.Actor, permission: str, table: type[Row]) -> Any:
    """Return the rows of a table that the actor may use for a permission; the system reaches all."""
    rows = table._default_manager.all()
    return rows if by.user is None else rows.visible_to(by.user, permission)  # type: ignore[attr-defined]


def one_of(rows: db_models.QuerySet[Row] | db_models.Manager[Row], key: Any) -> Row:
    """Return the row of that key; raises NotFound for one that is not there, or for no key at all."""
    try:
        found = rows.filter(pk=key).first()
    except (exceptions.ValidationError, ValueError):  # words of an address or a form
        found = None
    if found is None:
        raise acting.NotFound
    return found


def hold(by: acting.Actor, permission: str, row: Row) -> Row:
    """Return the row, read anew and locked; raises NotFound when it is not the actor's to use."""
    rows = visible(by, permission, type(row)).select_for_update(no_key=True, of=("self",))
    found: Row = one_of(rows, row.pk)
    return found


def see(by: acting.Actor, permission: str, row: Row) -> Row:
    """Return the row as it is now; raises NotFound when it is not the actor's to see."""
    found: Row = one_of(visible(by, permission, type(row)), row.pk)
    return found


def refuse_if(reason: str) -> None:
    """Raise Refused with the reason unless it is empty."""
    if reason:
        raise acting.Refused(reason)
