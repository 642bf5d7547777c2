"""A table's rows as lines of text, the same from every database, and one figure for all of them.

The figure (a sum of SHA-256 over the rows) does not depend on their order, so a table restored into
another kind of database compares equal, and differs as soon as one value of one row does.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

_WRAP = 1 << 256


class BadRow(ValueError):  # noqa: N818 (said as people say it)
    """A value that no line can carry, or a line that carries no row."""


def line(values: Sequence[Any], structured: Sequence[bool]) -> bytes:
    """Return one row as JSON; `structured` says which columns hold JSON themselves."""
    told = [
        {"j": value} if free and value is not None else _out(value)
        for value, free in zip(values, structured, strict=True)
    ]
    return json.dumps(
        told, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
    ).encode()


def values(text: bytes) -> list[Any]:
    """Return the row of a line; raises BadRow."""
    try:
        told = json.loads(text)
        return [_in(value) for value in told]
    except (ValueError, KeyError, TypeError) as problem:
        raise BadRow(f"a line that is no row: {problem}") from problem


def _out(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, UUID):
        return {"u": value.hex}
    if isinstance(value, datetime):
        return {"t": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"o": value.isoformat()}
    if isinstance(value, timedelta):
        return {"s": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    raise BadRow(f"a value of a kind that no backup knows: {type(value).__name__}")


_IN: dict[str, Any] = {
    "b": lambda value: base64.b64decode(value, validate=True),
    "u": UUID,
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "o": time.fromisoformat,
    "s": lambda value: timedelta(*value),
    "n": Decimal,
    "j": lambda value: value,
}


def _in(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    return _IN[kind](inner)


class Tally:
    """How many rows a table has, and the figure that stands for all of them."""

    def __init__(self) -> None:
        self.rows, self._sum = 0, 0

    def add(self, text: bytes) -> None:
        """Count one row by its line."""
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(text).digest(), "big")) % _WRAP

    def figure(self) -> str:
        """Return the figure (64 hex digits)."""
        return f"{self._sum:064x}"
