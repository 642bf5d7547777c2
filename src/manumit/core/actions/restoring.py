"""Restoring a backup into an empty instance, and showing that it is what was backed up.

Everything is loaded and checked in one transaction: each table's rows and figure against what the
backup counted, the instance's own signature over those counts, the record leaf by leaf and its head.
What does not hold is rolled back. Erasures that came after the backup are done again before
anybody can sign in.
"""

import binascii
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.core.management.color import no_style
from django.db import connections, transaction
from django.db import models as db_models
from django.db.migrations.executor import MigrationExecutor

from manumit.core import backupfile, models, tablerows
from manumit.core.actions import acting, backups, keptfiles, record
from manumit.core.actions import tables as ground

_AT_ONCE = 500


@dataclass(frozen=True)
class Restored:
    """What came back: tables, rows, and the head of the record, equal to what was backed up."""

    tables: int
    rows: int
    leaves: int
    root: str
    made_at: str
    compared: dict[str, int] = field(default_factory=dict)
    files: int = 0


def prepare(made: dict[str, Any]) -> None:
    """Make the tables as they were; raises BadBackup where something is there or is too new."""
    for alias in backups.ALIASES:
        connection = connections[alias]
        if connection.introspection.table_names() and _anything(alias):
            raise backupfile.BadBackup(
                f"the database “{alias}” is not empty. Cure: restore into an empty one"
            )
        executor = MigrationExecutor(connection)
        graph = executor.loader.graph
        wanted = {(str(app), str(name)) for app, name in made["migrations"][alias]}
        if unknown := sorted(wanted - set(graph.nodes)):
            raise backupfile.BadBackup(
                f"it was made by a newer release ({'.'.join(unknown[0])}). "
                "Cure: restore with that release"
            )
        if wanted == set(graph.nodes):
            ground.todays(alias, sorted(wanted))
        else:
            whole = executor.migration_plan(graph.leaf_nodes())
            executor.migrate([], [s for s in whole if (s[0].app_label, s[0].name) in wanted])


def _anything(alias: str) -> bool:
    """Tell whether a database holds rows; tables alone are what an interrupted restore left."""
    there = set(connections[alias].introspection.table_names())
    return any(
        model._base_manager.using(alias).exists()
        for model in backups.tables()
        if backups.home(model) == alias and model._meta.db_table in there
    )


def load(
    *,
    lines: Iterator[bytes],
    made: dict[str, Any],
    witnessed: tuple[str, ...] = (),
    progress: Callable[[str, int], None] = lambda _table, _rows: None,
) -> Restored:
    """Fill the empty tables from the backup's text and check all of it; raises BadBackup."""
    known = {m._meta.label: m for m in backups.tables()}
    with transaction.atomic(), transaction.atomic(using="keys"):
        counted, line = {}, backupfile.told(next(lines, b""))
        while "table" in line:
            model = known.get(line["table"])
            if model is None or set(line["columns"]) != set(backups.columns(model)):
                raise backupfile.BadBackup(
                    f"its table {line['table']} is not one of this release. Cure: restore with "
                    "the release that made it, then update"
                )
            counted[line["table"]], line = _fill(model, line["columns"], lines)
            progress(model._meta.label, int(counted[model._meta.label]["rows"]))
        files = {}
        while "file" in line:
            name = str(line["file"])
            files[name], after = keptfiles.fill(name, lines)
            line = backupfile.told(after)
        _check_end(line, counted, files, made)
        for alias in backups.ALIASES:
            _settle(alias, [m for m in known.values() if backups.home(m) == alias])
        compared = _compare(known, counted)
        verdict = record.verify(witnessed=(str(made["checkpoint"]), *witnessed))
        if not verdict.ok:
            raise backupfile.BadBackup(f"its record does not hold: {verdict.problems[0]}")
    rows = sum(compared.values())
    at = str(made["made_at"])
    return Restored(len(compared), rows, verdict.size, verdict.root, at, compared, len(files))


def _fill(
    model: type[db_models.Model], names: list[str], lines: Iterator[bytes]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Load one table; returns its count and figure, and the line after it."""
    alias, tally = backups.home(model), tablerows.Tally()
    model._base_manager.using(alias).all().delete()  # what making the tables put there
    after: dict[str, Any] = {}

    def rows() -> Iterator[db_models.Model]:
        for line in lines:
            if line[:1] != b"[":
                after.update(backupfile.told(line))
                return
            tally.add(line)
            yield model(**dict(zip(names, tablerows.values(line), strict=True)))

    each = rows()
    while batch := list(islice(each, _AT_ONCE)):
        model._base_manager.using(alias).bulk_create(batch)
    return {"rows": tally.rows, "figure": tally.figure()}, after


def _check_end(
    line: dict[str, Any], counted: dict[str, Any], files: dict[str, Any], made: dict[str, Any]
) -> None:
    end = line.get("end")
    if not isinstance(end, dict) or end.get("tables") != counted:
        raise backupfile.BadBackup("it does not hold the rows that it counted")
    if end.get("files", {}) != files:
        raise backupfile.BadBackup("it does not hold the files that it counted")
    text = b"manumit backup\n" + backups.signed_text(str(made["checkpoint"]), counted, files)
    try:
        public = ed25519.Ed25519PublicKey.from_public_bytes(record.public_key())
        public.verify(binascii.unhexlify(end["signature"]), text)
    except (InvalidSignature, ValueError, KeyError) as problem:
        raise backupfile.BadBackup("it is not signed by the instance it says it is of") from problem


def _settle(alias: str, tables: list[type[db_models.Model]]) -> None:
    connection = connections[alias]
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _compare(
    known: dict[str, type[db_models.Model]], counted: dict[str, dict[str, Any]]
) -> dict[str, int]:
    """Read every row back from the database and compare; raises BadBackup. Returns rows a table."""
    found = {}
    for label, expected in counted.items():
        tally = tablerows.Tally()
        for line in backups.told(known[label], backups.home(known[label])):
            tally.add(line)
        if {"rows": tally.rows, "figure": tally.figure()} != expected:
            raise backupfile.BadBackup(f"the table {label} did not come back as it was")
        found[label] = tally.rows
    return found


def note(*, by: acting.Actor, at: datetime, restored: Restored) -> None:
    """Put on the record that this instance was restored, and from when."""
    record.append(by=by.id, at=at, act="backup.restore", purpose=f"backup of {restored.made_at}")


def destroyed() -> Iterator[UUID]:
    """Yield the identifier of every wrap that was ever destroyed here."""
    gone = models.DestroyedWrap.objects.order_by("id").values_list("id", flat=True)
    yield from gone.iterator(chunk_size=5000)


def destroy_again(*, wraps: Iterable[UUID]) -> int:
    """Destroy wraps that an older backup brought back; returns how many. Call it in an action."""
    wanted, there = iter(wraps), 0
    while batch := list(islice(wanted, _AT_ONCE)):
        rows = models.KeyWrap.objects.filter(id__in=batch)
        models.DestroyedWrap.objects.bulk_create(
            [models.DestroyedWrap.of(row) for row in rows], ignore_conflicts=True
        )
        there += rows.delete()[0]
    return there
