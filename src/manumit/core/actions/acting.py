"""The @action: permission, one transaction, and the record, around every verb of the product."""

import functools
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import models as db_models
from django.db import transaction

from manumit.core import models, roles
from manumit.core.actions import keyring as keyrings
from manumit.core.actions import record, sending

P = ParamSpec("P")
R = TypeVar("R")

_depth: ContextVar[int] = ContextVar("action_depth", default=0)


class Refused(Exception):  # noqa: N818 (a refusal is an answer, not an error)
    """The act is not allowed; `reason` is shown to the person and put on the record.

    A reason is a fixed sentence and never carries a sealed value.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotFound(Refused):
    """The thing does not exist, or is not this person's to know of: the answer is the same."""

    def __init__(self) -> None:
        super().__init__("There is nothing here, or it is not yours to see.")


@dataclass(frozen=True)
class Actor:
    """Who acts: an account with its unlocked keys, or the system itself (`user` is None)."""

    user: models.User | None
    keyring: keyrings.Keyring | None = None

    @property
    def role(self) -> roles.Role:
        """The role that decides what this actor may do."""
        return roles.Role(self.user.role) if self.user else roles.Role.SYSTEM

    @property
    def id(self) -> UUID | None:
        """The account's identifier; None for the system."""
        return self.user.id if self.user else None

    @property
    def person(self) -> models.User:
        """The account; raises Refused for the system."""
        if self.user is None:
            raise Refused("Only a person can do this, not the system.")
        return self.user

    @property
    def unit(self) -> models.Unit:
        """The unit of the account; raises Refused for the system."""
        return self.person.unit

    def keys(self) -> keyrings.Keyring:
        """Return the unlocked keys; raises Refused when they are locked."""
        if self.keyring is None:
            raise Refused("Your keys are locked. Sign in again to open sealed information.")
        return self.keyring


SYSTEM = Actor(user=None)


def _objects(arguments: dict[str, Any], result: Any = None) -> dict[str, str]:
    named = {
        name: str(value.pk)
        for name, value in arguments.items()
        if isinstance(value, db_models.Model)
    }
    for made in result if isinstance(result, tuple) else (result,):
        if isinstance(made, db_models.Model) and isinstance(made.pk, UUID):
            named.setdefault(type(made).__name__.lower(), str(made.pk))
    return named


def refuse(
    *, by: Actor, at: datetime, act: str, reason: str, objects: dict[str, str] | None = None
) -> None:
    """Put a refusal on the record."""
    record.append(
        by=by.id,
        at=at,
        act=act,
        objects=objects or {},
        outcome="refused",
        details={"reason": reason},
    )


def action(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a verb of the product: keyword arguments, always `by` (Actor) and `at` (aware, UTC).

    The role is checked against `core.roles`; the body runs in one transaction over content and
    keys; one leaf with the ids of all things named goes on the record in the same transaction. A
    Refused rolls everything back, then the refusal itself is recorded and raised again.
    """
    if permission not in roles.PERMISSIONS:
        raise ValueError(f"no such permission: {permission} (see core/roles.py)")

    def decorate(verb: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(verb)
        def act(*args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{verb.__name__} takes keyword arguments only")
            by, at = _who_and_when(kwargs)
            depth = _depth.set(_depth.get() + 1)
            try:
                return _run(verb, permission, by, at, kwargs)
            except Refused as refusal:
                if _depth.get() == 1:
                    refuse(
                        by=by,
                        at=at,
                        act=permission,
                        reason=refusal.reason,
                        objects=_objects(kwargs),
                    )
                raise
            finally:
                _depth.reset(depth)

        act.permission = permission  # type: ignore[attr-defined]
        return act

    return decorate


def _who_and_when(arguments: dict[str, Any]) -> tuple[Actor, datetime]:
    by, at = arguments.get("by"), arguments.get("at")
    if not isinstance(by, Actor) or not isinstance(at, datetime) or at.tzinfo is None:
        raise TypeError("an action needs by=Actor and at=an aware datetime")
    return by, at


def _run(
    verb: Callable[..., R], permission: str, by: Actor, at: datetime, arguments: dict[str, Any]
) -> R:
    reason = roles.why_not(by.role, permission)
    if reason:
        raise Refused(reason)
    # Keys commit first: a wrap without content is harmless, content without a wrap is lost.
    with transaction.atomic(), transaction.atomic(using="keys"):
        form = sending.claim() if _depth.get() == 1 else None
        result = verb(**arguments)
        record.append(
            by=by.id, at=at, act=permission, verb=verb.__name__, objects=_objects(arguments, result)
        )
    if form:
        form.done = True
    return result
