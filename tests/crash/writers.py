"""A process that is loaded once and forks what the crash test asks for.

Commands on standard input, one a line; everything it says is one line of JSON.
`write` forks a writer that makes accounts by the real action (which writes keys.db and the content
database) and says {"ack": id} after each commit; `early` forks one that says so before the commit.
`check FILE` forks a checker that opens the databases anew and answers what is missing of the ids
in FILE.
"""

import importlib
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings


def say(**what: Any) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


def _number() -> str:
    return f"{os.getpid()}-{time.monotonic_ns()}"


def _make_account(unit: Any) -> str:
    from manumit.core import roles, sealing
    from manumit.core.actions import accounts, acting

    user, _ = accounts.create_user(
        by=acting.SYSTEM,
        at=datetime.now(UTC),
        username=_number(),
        display_name="Test Person",
        role=roles.Role.CASE_WORKER,
        unit=unit,
        passphrase="fictional horse battery staple",
        cost=sealing.KdfCost(memory_kib=64, time=1),
    )
    return str(user.id)


def prepare() -> None:
    """Make the tables, an organisation and a unit with a key."""
    from manumit.core.actions import accounts, acting, tables

    tables.ready()
    by, at = acting.SYSTEM, datetime.now(UTC)
    host = accounts.create_organisation(by=by, at=at, name="Example", kind="NGO")
    _make_account(accounts.create_unit(by=by, at=at, organisation=host, name="Example Unit"))


def write() -> None:
    from manumit.core import models

    unit = models.Unit.objects.get()
    while True:
        say(ack=_make_account(unit))


def write_early() -> None:
    """The mistake that the test must see: acknowledging what is not committed."""
    from django.db import transaction

    from manumit.core import models

    unit = models.Unit.objects.get()
    while True:
        with transaction.atomic(), transaction.atomic(using="keys"):
            say(ack=_make_account(unit))
            time.sleep(0.2)


def check(path: str) -> None:
    """Say what was acknowledged and is gone, what lost its key, and whether the record holds."""
    from django.db import connection, connections

    from manumit.core import models
    from manumit.core.actions import record

    acknowledged = set(Path(path).read_text().split())
    there = {str(i) for i in models.User.objects.values_list("id", flat=True)}
    keyed = {str(i) for i in models.UserKey.objects.values_list("user_id", flat=True)}
    named = {
        str(i) for i in models.LeafObject.objects.values_list("object_id", flat=True).distinct()
    }
    damaged = []
    for alias in connections:
        if connections[alias].vendor == "sqlite":
            with connections[alias].cursor() as cursor:
                answer = cursor.execute("PRAGMA integrity_check").fetchone()[0]
                damaged += [] if answer == "ok" else [f"{alias}: {answer}"]
    verdict = record.verify()
    say(
        vendor=connection.vendor,
        missing=sorted(acknowledged - there),
        without_key=sorted(there - keyed),
        not_on_record=sorted(there - named),
        problems=[*damaged, *verdict.problems],
        leaves=verdict.size,
    )


def _fork(work: Any, *arguments: str) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work(*arguments)
        except BaseException as problem:
            say(broke=type(problem).__name__, text=str(problem)[:300])
        finally:
            os._exit(0)
    return pid


def main() -> None:
    django.setup()
    for name in ("models", "roles", "sealing", "actions.accounts", "actions.record"):
        importlib.import_module(f"manumit.core.{name}")  # loaded once, not after every fork
    # A slow hash would only make fewer writes to interrupt; everything else is as in production.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    pid = _fork(prepare)
    os.waitpid(pid, 0)
    say(ready=True)
    works = {"write": write, "early": write_early, "check": check}
    for line in sys.stdin:
        name, *arguments = line.split()
        pid = _fork(works[name], *arguments)
        say(pid=pid)
        os.waitpid(pid, 0)
        say(ended=pid)


if __name__ == "__main__":
    main()
