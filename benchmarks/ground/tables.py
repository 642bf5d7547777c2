"""Rows in bulk, past the ORM: shards written by several processes, merged into SQLite, copied on."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections, models


def cell(value: Any) -> Any:
    """Return a value as SQLite keeps it for Django."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        naive = value if value.tzinfo is UTC else value.astimezone(UTC)
        return naive.isoformat(" ")[:-6]  # without "+00:00", as Django writes it
    return value


@cache
def columns(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Return the columns of a table and the value of each where none is given."""
    connection = connections[getattr(model, "database", "default")]
    fields = [
        f for f in model._meta.concrete_fields
        if not isinstance(f, models.AutoField | models.BigAutoField)
    ]  # fmt: skip
    defaults = []
    for field in fields:
        value = None if field.primary_key or field.remote_field else field.get_default()
        defaults.append(
            None if value is None else cell(field.get_db_prep_save(value, connection=connection))
        )
    return tuple(str(f.column) for f in fields), tuple(defaults)


class Shard:
    """Rows of many tables, gathered in memory, then written as one file without any index."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[tuple[Any, ...]]] = {}
        self._places: dict[type[models.Model], dict[str, int]] = {}

    def add(self, model: type[models.Model], **values: Any) -> None:
        """Add a row; values by column as SQLite keeps them, the others take their defaults."""
        names, defaults = columns(model)
        places = self._places.get(model)
        if places is None:
            places = self._places[model] = {name: n for n, name in enumerate(names)}
            self.rows[model] = []
        row = list(defaults)
        for name, value in values.items():
            row[places[name]] = value
        self.rows[model].append(tuple(row))

    def write(self, path: Path) -> None:
        """Write all rows to a new file."""
        with sqlite3.connect(path) as file:
            file.execute("PRAGMA journal_mode=OFF")
            file.execute("PRAGMA synchronous=OFF")
            for model, rows in self.rows.items():
                names = columns(model)[0]
                table = model._meta.db_table
                file.execute(f"CREATE TABLE {table} ({', '.join(names)})")
                marks = ", ".join("?" * len(names))
                file.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        file.close()


class Load:
    """A SQLite file of the instance while many rows go in: no journal, no index until the end."""

    def __init__(self, path: Path) -> None:
        self.file = sqlite3.connect(path, isolation_level=None)
        for pragma in (
            "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE",
            "cache_size=-1500000", "temp_store=MEMORY", "foreign_keys=OFF",
        ):  # fmt: skip
            self.file.execute(f"PRAGMA {pragma}")
        self.indexes = self.file.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in self.indexes:
            self.file.execute(f'DROP INDEX "{name}"')

    def merge(self, shard: Path) -> None:
        """Take in the rows of the tables that this file has."""
        self.file.execute("ATTACH ? AS shard", (str(shard),))
        own = {row[0] for row in self.file.execute("SELECT name FROM main.sqlite_master")}
        names = self.file.execute("SELECT name FROM shard.sqlite_master WHERE type = 'table'")
        self.file.execute("BEGIN")
        for (table,) in names.fetchall():
            if table in own:
                found = self.file.execute(f"PRAGMA shard.table_info({table})").fetchall()
                listed = ", ".join(f'"{row[1]}"' for row in found)
                self.file.execute(
                    f"INSERT INTO main.{table} ({listed}) SELECT {listed} FROM shard.{table}"
                )
        self.file.execute("COMMIT")
        self.file.execute("DETACH shard")

    def end(self) -> None:
        """Build the indexes (unique ones check their rows), and go back to a journal."""
        for _, sql in self.indexes:
            self.file.execute(sql)
        self.file.execute("PRAGMA locking_mode=NORMAL")
        self.file.execute("PRAGMA journal_mode=WAL")
        self.file.close()


def _all_models() -> Iterator[type[models.Model]]:
    from django.apps import apps

    for model in apps.get_models(include_auto_created=True):
        if getattr(model, "database", "default") == "default":
            yield model


def copy_to_postgres(source: Path) -> None:
    """Copy every table of a SQLite content file into the migrated PostgreSQL database.

    What a migration has put there is replaced; foreign keys hold in the source already.
    """
    connection = connections["default"]
    connection.ensure_connection()
    raw: Any = connection.connection
    file = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname "
            "NOT IN (SELECT conname FROM pg_constraint)"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for model in _all_models():
            _copy_table(raw, cursor, file, model)
        for _, definition in indexes:
            cursor.execute(definition)
        for model in _all_models():
            for statement in connection.ops.sequence_reset_sql(_no_style(), [model]):
                cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM (ANALYZE)")
    file.close()


def _no_style() -> Any:
    from django.core.management.color import no_style

    return no_style()


def _copy_table(raw: Any, cursor: Any, file: sqlite3.Connection, model: type[models.Model]) -> None:
    table = model._meta.db_table
    names = [str(f.column) for f in model._meta.concrete_fields]
    quoted = ", ".join(f'"{name}"' for name in names)
    cursor.execute(f'DELETE FROM "{table}"')
    rows: Iterable[tuple[Any, ...]] = file.execute(f'SELECT {quoted} FROM "{table}"')
    with raw.cursor() as writer, writer.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
