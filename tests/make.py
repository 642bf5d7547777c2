"""Builders of obviously fictional organisations, units, people and things, for every test."""

import itertools
from datetime import UTC, datetime

from manumit.core import models, roles, sealing
from manumit.core.actions import accounts, acting, keyring, keys

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CHEAP = sealing.KdfCost(memory_kib=64, time=1)
PASSPHRASE = "fictional horse battery staple"

_number = itertools.count(1)


def organisation(name: str = "", kind: str = "NGO") -> models.Organisation:
    """Make an organisation."""
    return accounts.create_organisation(
        by=acting.SYSTEM, at=AT, name=name or f"Example Organisation {next(_number)}", kind=kind
    )


def unit(
    name: str = "",
    organisation_: models.Organisation | None = None,
    possible_victims_to: models.Unit | None = None,
) -> models.Unit:
    """Make a unit; its key comes with its first person."""
    return accounts.create_unit(
        by=acting.SYSTEM,
        at=AT,
        organisation=organisation_ or organisation(),
        name=name or f"Example Unit {next(_number)}",
        possible_victims_to=possible_victims_to,
    )


def user(
    role: roles.Role | str = roles.Role.CASE_WORKER,
    unit: models.Unit | None = None,
    username: str = "",
    admitted: bool = True,
    language: str = "en",
) -> models.User:
    """Make an account with cheap keys, admitted to its unit by the first person there."""
    home = unit or globals()["unit"]()
    number = next(_number)
    made, _ = accounts.create_user(
        by=acting.SYSTEM,
        at=AT,
        username=username or f"person{number}",
        display_name=f"Test Person {number}",
        role=roles.Role(role),
        unit=home,
        passphrase=PASSPHRASE,
        language=language,
        cost=CHEAP,
    )
    if admitted and made.admitted_at is None:
        first = home.people.filter(admitted_at__isnull=False).earliest("admitted_at")
        home.refresh_from_db()
        unit_key = actor(first).keys().unit_key(home.id, home.generation)
        keys._admit(home, unit_key, made)
        made.admitted_at = AT
        made.save(update_fields=["admitted_at"])
    return made


def actor(user: models.User, at: datetime = AT) -> acting.Actor:
    """Return the account as an actor with unlocked keys, as after a sign-in."""
    secret = keys._secret_by_passphrase(user, PASSPHRASE)
    assert secret is not None
    return acting.Actor(user=user, keyring=keyring.Keyring(user.id, secret, at))
