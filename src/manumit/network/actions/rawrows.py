"""Many rows at once: one prepared statement, because the ORM builds a new one for every sixty rows."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db import models as db_models


def insert(rows: Sequence[db_models.Model], *, unless_there: bool = False) -> None:
    """Insert new rows of one table, inside an action; `unless_there` leaves out what stands there."""
    if not rows:
        return
    table = type(rows[0])
    fields = [f for f in table._meta.concrete_fields if not isinstance(f, db_models.BigAutoField)]
    name = connection.ops.quote_name
    columns = ", ".join(name(str(f.column)) for f in fields)
    places = ", ".join(["%s"] * len(fields))
    ending = " ON CONFLICT DO NOTHING" if unless_there else ""
    # Names come from the models, values go apart.
    sql = f"INSERT INTO {name(table._meta.db_table)} ({columns}) VALUES ({places}){ending}"  # noqa: S608
    prepared: list[tuple[Any, ...]] = [
        tuple(f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields)
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, prepared)
