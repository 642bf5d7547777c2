"""What the tests of readers share: the clock, a file made of text, and all of it read at once."""

import io
from datetime import UTC, datetime

import polars

from manumit.flows import batch, mapping
from manumit.flows.readers import how, reading

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

STATEMENT = """
id = "example-bank"
[columns]
at = "Date"
source = "From"
target = "To"
source_name = "Payer"
amount = "Amount"
currency = "Currency"
text = "Text"
[time]
formats = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
zone = "Asia/Amman"
[amount]
thousands = ","
"""
HEADING = "Date,From,To,Payer,Amount,Currency,Text"


def asked(**other: object) -> how.Reading:
    return how.Reading(now=NOW, **other)  # type: ignore[arg-type]


def read(data: bytes, toml: str = "", name: str = "example.csv", **other: object) -> batch.Batch:
    """Return all batches of a file as one."""
    chosen = mapping.read(toml) if toml else None
    parts = list(reading.read(io.BytesIO(data), name, asked(mapping=chosen, **other)))
    notes: dict[str, int] = {}
    for part in parts:
        for code, count in part.notes:
            notes[code] = notes.get(code, 0) + count
    return batch.Batch(
        rows=polars.concat([part.rows for part in parts]),
        accounts=polars.concat([part.accounts for part in parts]),
        rejected=tuple(row for part in parts for row in part.rejected),
        notes=tuple(sorted(notes.items())),
    )


def csv(*rows: str, heading: str = HEADING) -> bytes:
    return "\n".join((heading, *rows, "")).encode()


def statement(*rows: str) -> batch.Batch:
    """Return the example bank's rows, read."""
    return read(csv(*rows), STATEMENT)


def refusals(found: batch.Batch) -> list[tuple[int, str, str]]:
    return [(row.line, row.field, row.reason) for row in found.rejected]


def utc(*parts: int) -> datetime:
    """Return an instant as the tables keep it: UTC, unmarked."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[arg-type,misc]
