"""Many rows at once: one prepared statement, because the ORM builds a new one for every sixty rows.

Rows bring their values as the database wants them: identifiers as 32 hexadecimal digits, sealed
columns as ciphertext.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db import models as db_models

from manumit.core import fields

Columns = dict[str, "db_models.Field[Any, Any]"]


class Table:
    """A table that new rows go into; `same` is what all of them say, prepared once."""

    def __init__(
        self,
        model: type[db_models.Model],
        each: Sequence[str],
        *,
        unless_there: bool = False,
        **same: Any,
    ) -> None:
        """Write the statement. `each`: the columns that differ, in the order in which rows bring
        them; `unless_there` leaves out rows that stand there already."""
        connection = connections["default"]
        known = _columns(model)
        prepared = {
            attname: field.get_db_prep_save(same.get(attname, field.get_default()), connection)
            for attname, field in known.items()
            if attname not in each
        }
        first = {attname: value for attname, value in prepared.items() if value is not None}
        self._same = tuple(first.values())
        self._each = [known[attname] for attname in each]
        name = connection.ops.quote_name
        columns = ", ".join(name(str(known[attname].column)) for attname in (*first, *each))
        places = ", ".join(["%s"] * (len(first) + len(each)))
        ending = " ON CONFLICT DO NOTHING" if unless_there else ""
        # Names come from the model, values go apart.
        self._sql = (
            f"INSERT INTO {name(model._meta.db_table)} ({columns}) VALUES ({places}){ending}"  # noqa: S608
        )

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows, inside an action; raises ValidationError where a sealed column is none."""
        _check(self._each, rows)
        _run(self._sql, [self._same + row for row in rows])


def update(
    model: type[db_models.Model], each: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Change rows, inside an action: every row brings the columns of `each` and, last, its id.

    Raises ValidationError where a sealed column is none.
    """
    known = _columns(model)
    _check([known[attname] for attname in each], rows)
    name = connections["default"].ops.quote_name
    columns = ", ".join(f"{name(str(known[attname].column))} = %s" for attname in each)
    # As above.
    _run(f"UPDATE {name(model._meta.db_table)} SET {columns} WHERE {name('id')} = %s", rows)  # noqa: S608


def _columns(model: type[db_models.Model]) -> Columns:
    concrete = model._meta.concrete_fields
    return {f.attname: f for f in concrete if not isinstance(f, db_models.BigAutoField)}


def _check(each: Sequence[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    """Refuse words where ciphertext belongs: the ORM, which does so elsewhere, is not asked here."""
    sealed = [(n, field) for n, field in enumerate(each) if isinstance(field, fields.SealedField)]
    for row in rows:
        for place, field in sealed:
            field.get_prep_value(row[place])


def _run(sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connections["default"].cursor() as cursor:
            cursor.executemany(sql, rows)
