"""The tables of an instance: a new database gets today's at once, an older one step by step.

Running every migration of every release on an empty database ends in the same tables and costs ten
times as much; a test holds the two ways equal.
"""

from collections.abc import Iterable

from django.apps import apps
from django.core.management import call_command
from django.db import connections, router, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def ready() -> None:
    """Bring every database to this release."""
    for alias in connections:
        connection = connections[alias]
        if not MigrationRecorder(connection).applied_migrations():
            todays(alias, sorted(MigrationLoader(connection).graph.nodes))
        call_command("migrate", database=alias, interactive=False, verbosity=0)


def todays(alias: str, migrations: Iterable[tuple[str, str]]) -> None:
    """Make the tables of this release that are missing, and note that `migrations` did it."""
    connection = connections[alias]
    there = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            meta = model._meta
            new = meta.managed and not meta.proxy and meta.db_table not in there
            if new and router.allow_migrate_model(alias, model):
                editor.create_model(model)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    known = set(recorder.applied_migrations())
    with transaction.atomic(using=alias):
        for app, name in migrations:
            if (app, name) not in known:
                recorder.record_applied(app, name)
