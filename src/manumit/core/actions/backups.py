"""Making a backup: one consistent view of content and keys, row by row, straight into the cipher.

Both databases are read as they were at one instant in which no act was half done. Nothing is
written to disk on the way but the encrypted file itself. Rows are told by the models, not by the
engine, so a backup of PostgreSQL restores into SQLite and the other way round.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db import models as db_models
from django.db.migrations.recorder import MigrationRecorder

from manumit.core import backupfile, checkpoint, merkle, models, roles, tablerows
from manumit.core.actions import acting, keptfiles, record

ALIASES = ("default", "keys")
_SNAPSHOT = "backup-of-"
_AT_ONCE = 1000
# Tables that no backup carries, and why.
LEFT_OUT: dict[str, str] = {
    "contenttypes.ContentType": "names of our own tables; made with them",
    "auth.Permission": "unused; made with the tables",
    "sessions.Session": "nobody is signed in after a restore",
    "web.LiveSession": "nobody is signed in after a restore",
    "web.CacheEntry": "used codes, kept for seconds",
    "cases.DoorVisit": "nobody is at their own door after a restore",
    "core.HeldPage": "pages shown for minutes, which only a browser's half of a session opens",
    "core.Unlock": "the server's half of a session; nobody is signed in after a restore",
}


@dataclass(frozen=True)
class Made:
    """What a backup holds: tables, rows, files, bytes written, and the head of the record in it."""

    tables: int
    rows: int
    size: int
    leaves: int
    root: str
    files: int = 0


def tables() -> list[type[db_models.Model]]:
    """Return every model whose rows a backup carries, parents before their children."""
    every = [
        m
        for m in apps.get_models(include_auto_created=True)
        if m._meta.managed and not m._meta.proxy and m._meta.label not in LEFT_OUT
    ]
    return sorted(every, key=lambda m: m._meta.label)


def home(model: type[db_models.Model]) -> str:
    """Return the database that a model lives in."""
    return str(getattr(model, "database", "default"))


def columns(model: type[db_models.Model]) -> list[str]:
    """Return the names of a table's columns in the order in which rows are told."""
    return [f.attname for f in model._meta.concrete_fields]


def told(model: type[db_models.Model], alias: str) -> Iterator[bytes]:
    """Yield every row of a table as a line, by its primary key."""
    fields = model._meta.concrete_fields
    structured = [isinstance(f, db_models.JSONField) for f in fields]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*columns(model))
    for values in rows.iterator(chunk_size=_AT_ONCE):
        yield tablerows.line(values, structured)


def migrations(alias: str) -> list[list[str]]:
    """Return which migrations a database has, as [app, name]."""
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return sorted([app, name] for app, name in applied)


def make(
    *,
    out: backupfile.Writer,
    by: acting.Actor,
    at: datetime,
    recipients: tuple[str, ...],
    progress: Callable[[str, int], None] = lambda _table, _rows: None,
) -> Made:
    """Write everything into `out` and close it; that a backup is made, and for whom, is on the
    record before. Raises Refused."""
    reason = roles.why_not(by.role, "backup.make")
    if reason:
        raise acting.Refused(reason)
    record.append(by=by.id, at=at, act="backup.make", purpose=" ".join(recipients))
    with _at_one_instant() as alias_of:
        head = models.RecordHead.objects.using(alias_of["default"]).filter(id=1).first()
        frontier = merkle.Frontier.from_bytes(bytes(head.frontier) if head else bytes(8))
        mark = checkpoint.sign(
            checkpoint.Checkpoint(record.ORIGIN, frontier.size, frontier.root(), at),
            record.signing_key(),
            record.ORIGIN,
        )
        _put(out, {"about": _about(at, mark, alias_of)})
        counted = {}
        for model in tables():
            counted[model._meta.label] = _table(out, model, alias_of[home(model)])
            progress(model._meta.label, int(counted[model._meta.label]["rows"]))
        files = {name: _file(out, name) for name in keptfiles.listed()}
        signature = _signature(mark, counted, files)
        _put(out, {"end": {"tables": counted, "files": files, "signature": signature}})
    out.close()
    rows = sum(int(table["rows"]) for table in counted.values())
    return Made(len(counted), rows, out.size, frontier.size, frontier.root().hex(), len(files))


def _about(at: datetime, mark: str, alias_of: dict[str, str]) -> dict[str, Any]:
    return {
        "made_at": at.isoformat(),
        "engine": connections["default"].vendor,
        "checkpoint": mark,
        "log_public_key": record.public_key().hex(),
        "migrations": {alias: migrations(alias_of[alias]) for alias in ALIASES},
        # A bare machine must be able to go on: second factors hang on one, the record on the other.
        "secrets": {"secret-key": settings.SECRET_KEY, "log-key": settings.MANUMIT_LOG_KEY},
    }


def _put(out: backupfile.Writer, what: dict[str, Any]) -> None:
    out.write(json.dumps(what, separators=(",", ":"), sort_keys=True).encode() + b"\n")


def _table(
    out: backupfile.Writer, model: type[db_models.Model], alias: str
) -> dict[str, int | str]:
    _put(out, {"table": model._meta.label, "columns": columns(model)})
    tally = tablerows.Tally()
    for line in told(model, alias):
        tally.add(line)
        out.write(line + b"\n")
    return {"rows": tally.rows, "figure": tally.figure()}


def _file(out: backupfile.Writer, name: str) -> dict[str, int | str]:
    _put(out, {"file": name})
    for line in keptfiles.told(name):
        out.write(line + b"\n")
    return keptfiles.figure(name)


def signed_text(mark: str, counted: dict[str, Any], files: dict[str, Any]) -> bytes:
    """Return the bytes by whose signature a backup is known to be this instance's."""
    of_files = {"files": files} if files else {}  # without any: as before there were files
    return checkpoint.entry_bytes({"checkpoint": mark, "tables": counted, **of_files})


def _signature(mark: str, counted: dict[str, Any], files: dict[str, Any]) -> str:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(record.signing_key())
    return private.sign(b"manumit backup\n" + signed_text(mark, counted, files)).hex()


@contextmanager
def _at_one_instant() -> Iterator[dict[str, str]]:
    """Give aliases under which both databases are read as they are at one instant.

    Writers wait for milliseconds while the two views are opened. An act writes both databases and
    commits keys first: where content is PostgreSQL the head of the record is waited for too, which
    every act holds until its content is committed.
    """
    names = {alias: f"{_SNAPSHOT}{alias}" for alias in ALIASES}
    try:
        for alias, name in names.items():
            connections.databases[name] = _reading(connections.databases[alias])
        with transaction.atomic(using=names["default"]), transaction.atomic(using=names["keys"]):
            with _nobody_writes():
                for name in names.values():
                    _fix_view(name)
            yield names
    finally:
        for name in names.values():
            if name in connections.databases:
                connections[name].close()
                del connections[name]
                del connections.databases[name]


def _reading(told: dict[str, Any]) -> dict[str, Any]:
    options = dict(told["OPTIONS"])
    if "sqlite" in told["ENGINE"]:
        options["transaction_mode"] = "DEFERRED"
    return dict(told) | {"OPTIONS": options, "CONN_MAX_AGE": 0}


def _fix_view(name: str) -> None:
    connection = connections[name]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT count(*) FROM django_migrations")
        cursor.fetchall()


@contextmanager
def _nobody_writes() -> Iterator[None]:
    """Hold what every act needs, in the order in which acts take it, and let go of it again."""
    first, second = ALIASES
    if connections["default"].vendor != "sqlite":
        first, second = second, first
    with transaction.atomic(using=first), transaction.atomic(using=second):
        if connections["default"].vendor != "sqlite":
            models.RecordHead.objects.select_for_update(no_key=True).filter(id=1).first()
        yield
