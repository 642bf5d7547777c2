"""What the commands about money stand on: whose ledger, with which key, on a machine as it is."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from manumit.cli import account, ground, init

if TYPE_CHECKING:
    from manumit.core.actions import acting
    from manumit.flows import models


def ready() -> None:
    """Load the settings; on a machine where nothing was set up, make secrets and tables first."""
    with ground.setting_up():
        if not any(
            os.environ.get(name) for name in ("MANUMIT_SECRET_KEY", "MANUMIT_SECRET_KEY_FILE")
        ):
            init._secrets(init._directory(None))
        ground.ready()
        if _no_tables():
            init._migrate()
    ground.ready_with_tables()


def _no_tables() -> bool:
    from django.db import connections

    return all("django_migrations" not in c.introspection.table_names() for c in connections.all())


def ledger(username: str) -> tuple["acting.Actor", "models.Ledger", bytes]:
    """Return who acts, on which ledger, and its key: the bench without a name, else the ledger of
    the account's unit, after its passphrase."""
    from manumit.core.actions import acting
    from manumit.flows.actions import ledgers

    at = ground.now()
    if not username:
        with ground.setting_up():
            bench = ledgers.bench() or ledgers.open_ledger(by=acting.SYSTEM, at=at)
        return acting.SYSTEM, bench, ledgers.key_of(by=acting.SYSTEM, ledger=bench)
    actor = account.actor(username, at)
    try:
        mine = ledgers.mine(actor)
        return actor, mine, ledgers.key_of(by=actor, ledger=mine)
    except acting.Refused as refusal:
        ground.fail(f"{refusal.reason} Cure: the head of the unit opens one on the page Ledger.")


def read_text(path: Path, option: str) -> str:
    """Return the text of a small file that an option names, or stop with the cure."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        ground.fail(f"{option} {path}: {problem}. Cure: name a text file in UTF-8.")
