"""Who runs a command that opens people's records: an account, its passphrase, and the record."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from manumit.cli import ground

if TYPE_CHECKING:
    from manumit.core.actions import acting

_CURE = "Cure: give --as with the name of an account of the unit; the passphrase is asked for."


def actor(username: str, at: datetime) -> "acting.Actor":
    """Return the account with its keys; asks for the passphrase, or reads a line of a pipe.

    The passphrase is never an argument or a setting: both can be read by others on the machine.
    """
    from manumit.core import models
    from manumit.core.actions import acting, keys

    if not username:
        ground.fail(f"Somebody must answer for opening people's records. {_CURE}")
    user = models.User.objects.select_related("unit__organisation").filter(username=username)
    found = user.first()
    passphrase = _passphrase()
    if found is None:
        ground.fail(f"The account name or the passphrase is not right. {_CURE}")
    try:
        ring = keys.open_for_command(user=found, passphrase=passphrase, at=at)
    except acting.Refused as refusal:
        ground.fail(f"{refusal.reason} {_CURE}")
    return acting.Actor(user=found, keyring=ring)


def _passphrase() -> str:
    if sys.stdin.isatty():
        said: str = click.prompt("Passphrase", hide_input=True, err=True)
        return said
    return sys.stdin.readline().rstrip("\r\n")
