"""Tables made at once are the tables that every migration makes."""

from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import load_backend

from manumit.core.actions import tables

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"]),
    pytest.mark.sqlite,
]


ALIASES = ("default", "keys")


@contextmanager
def instead(alias):
    """Put an empty database in the place of one."""
    kept = connections[alias]
    settings = kept.settings_dict | {"NAME": ":memory:"}
    empty = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, alias)
    connections[alias] = empty
    try:
        yield empty
    finally:
        connections[alias] = kept
        empty.close()


def shape(connection):
    """Return every table: its columns, and its constraints and indexes by name."""
    look, found = connection.introspection, {}
    with connection.cursor() as cursor:
        for table in look.table_names(cursor):
            if table.startswith("sqlite_"):
                continue
            columns = {
                column.name: (column.type_code, column.null_ok, column.default)
                for column in look.get_table_description(cursor, table)
            }
            kept = [
                (sorted(c["columns"] or ()), c["unique"], c["primary_key"], c["check"], c["index"],
                 c["foreign_key"], c.get("orders"))
                for c in look.get_constraints(cursor, table).values()
            ]  # fmt: skip
            found[table] = (columns, sorted(kept, key=str))
    return found


def _whole(text):
    """Return a constraint's text up to its last closing bracket."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == ")" and depth == 0:
            return text[: place + 1]
    return text.partition(",")[0]


def texts(connection):
    """Return what SQLite says of every named index and constraint, conditions included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL")
        indexes = {name: sql.replace('"', "") for name, sql in cursor.fetchall()}
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        checks = {
            name: sorted(_whole(part) for part in sql.split("CONSTRAINT ")[1:])
            for name, sql in cursor.fetchall()
            if not name.startswith("sqlite_")
        }
    return indexes, checks


def applied(connection):
    return set(MigrationRecorder(connection).applied_migrations())


@pytest.mark.parametrize("alias", ALIASES)
def test_they_are_the_same_as_by_every_migration(alias):
    with instead(alias) as stepwise:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
        by, expected, said = applied(stepwise), shape(stepwise), texts(stepwise)
    with instead(alias) as made:
        tables.todays(alias, by)
        assert len(expected) > 5
        assert shape(made) == expected
        assert texts(made) == said
        assert applied(made) == by


@pytest.mark.parametrize("alias", ALIASES)
def test_what_is_there_stays_and_what_was_interrupted_goes_on(alias):
    expected, by = shape(connections[alias]), applied(connections[alias])
    with instead(alias) as begun:
        call_command("migrate", "contenttypes", database=alias, interactive=False, verbosity=0)
        MigrationRecorder(begun).flush()  # killed before it was noted
        tables.ready()
        assert shape(begun) == expected
        assert applied(begun) == by
        tables.ready()
        assert applied(begun) == by
