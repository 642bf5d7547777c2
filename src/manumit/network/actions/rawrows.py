"""Many rows at once: one prepared statement, because the ORM builds a new one for every sixty rows."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import connections
from django.db import models as db_models


def insert(rows: Sequence[db_models.Model], *, unless_there: bool = False) -> None:
    """Insert new rows of one table, inside an action; `unless_there` leaves out what stands there."""
    if not rows:
        return
    connection = connections["default"]
    table = type(rows[0])
    fields = [f for f in table._meta.concrete_fields if not isinstance(f, db_models.BigAutoField)]
    name = connection.ops.quote_name
    columns = ", ".join(name(str(f.column)) for f in fields)
    places = ", ".join(["%s"] * len(fields))
    ending = " ON CONFLICT DO NOTHING" if unless_there else ""
    # Names come from the models, values go apart.
    sql = f"INSERT INTO {name(table._meta.db_table)} ({columns}) VALUES ({places}){ending}"  # noqa: S608
    ways = [(f.attname, _way(f, connection)) for f in fields]
    prepared = [tuple(way(getattr(row, attname)) for attname, way in ways) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(sql, prepared)


def _way(field: Any, connection: Any) -> Callable[[Any], Any]:
    """Return how a value of a column is written; what is the same in every row is prepared once."""
    target = field.target_field if field.is_relation else field
    native = connection.features.has_native_uuid_field
    uuids = isinstance(target, db_models.UUIDField)
    last: list[Any] = [object(), None]

    def write(value: Any) -> Any:
        if value is last[0]:
            return last[1]
        if uuids and isinstance(value, UUID):
            done = value if native else value.hex
        else:
            done = field.get_db_prep_save(value, connection)
        last[:] = value, done
        return done

    return write
