"""Many new rows at once: one prepared statement, because the ORM builds a new one for every sixty rows."""

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db import models as db_models

from manumit.core import fields


class Table:
    """A table that many rows go into; `same` is what all of them say, prepared once.

    `each`: the columns that differ, in the order in which rows bring them, as the database wants
    them: identifiers as 32 hexadecimal digits, sealed columns as ciphertext.
    """

    def __init__(
        self,
        model: type[db_models.Model],
        each: Sequence[str],
        *,
        unless_there: bool = False,
        **same: Any,
    ) -> None:
        """Write the statement; `unless_there` leaves out rows that stand there already."""
        self._connection = connections["default"]
        name = self._connection.ops.quote_name
        known = {
            f.attname: f
            for f in model._meta.concrete_fields
            if not isinstance(f, db_models.BigAutoField)
        }
        prepared = {
            attname: field.get_db_prep_save(
                same.get(attname, field.get_default()), self._connection
            )
            for attname, field in known.items()
            if attname not in each
        }
        first = {attname: value for attname, value in prepared.items() if value is not None}
        self._same = tuple(first.values())
        self._sealed = [
            (n, field)
            for n, attname in enumerate(each)
            if isinstance(field := known[attname], fields.SealedField)
        ]
        columns = ", ".join(name(str(known[attname].column)) for attname in (*first, *each))
        places = ", ".join(["%s"] * (len(first) + len(each)))
        ending = " ON CONFLICT DO NOTHING" if unless_there else ""
        # Names come from the model, values go apart.
        self._sql = (
            f"INSERT INTO {name(model._meta.db_table)} ({columns}) VALUES ({places}){ending}"  # noqa: S608
        )

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows, inside an action; raises ValidationError where a sealed column is none."""
        for row in rows:
            for place, field in self._sealed:
                field.get_prep_value(row[place])
        if rows:
            with self._connection.cursor() as cursor:
                cursor.executemany(self._sql, [self._same + row for row in rows])
