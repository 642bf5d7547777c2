"""Tables made at once are the tables that every migration makes."""

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


@pytest.fixture(params=["default", "keys"])
def fresh(request, monkeypatch):
    """Put an empty database in the place of one; return the alias, the one it was, what made it."""
    alias, migrated = request.param, connections[request.param]
    by = applied(migrated)
    settings = migrated.settings_dict | {"NAME": ":memory:"}
    empty = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, alias)
    connections[alias] = empty
    yield alias, migrated, by
    connections[alias] = migrated
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


def test_they_are_the_same_as_by_every_migration(fresh):
    alias, migrated, by = fresh
    tables.todays(alias, by)
    made = connections[alias]
    assert len(shape(made)) > 5
    assert shape(made) == shape(migrated)
    assert texts(made) == texts(migrated)
    assert applied(made) == by


def test_what_is_there_stays_and_what_was_interrupted_goes_on(fresh):
    alias, migrated, by = fresh
    call_command("migrate", "contenttypes", database=alias, interactive=False, verbosity=0)
    MigrationRecorder(connections[alias]).flush()  # killed before it was noted
    tables.ready()
    assert shape(connections[alias]) == shape(migrated)
    before = applied(connections[alias])
    assert before == by
    tables.ready()
    assert applied(connections[alias]) == before
