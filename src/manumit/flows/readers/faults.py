"""Refusals of rows and files, made from their codes: the cure never holds a value."""

from collections.abc import Iterable

import polars

from manumit.flows import batch
from manumit.flows.readers import reasons

RAW = 2_000  # characters kept of a refused row


def rejected(line: int, field: str, reason: str, raw: str) -> batch.Rejected:
    """Return the refusal of a row."""
    return batch.Rejected(line, field, reason, reasons.REASONS[reason][1], raw[:RAW])


def unreadable(
    reason: str, *, line: int = 0, field: str = "file", detail: str = ""
) -> batch.Unreadable:
    """Return the refusal of a whole file; `detail` names a byte, a column or an element, no value."""
    words, cure = reasons.FILES[reason]
    return batch.Unreadable(line, field, reason, f"{words} {detail + ' ' if detail else ''}{cure}")


def notes(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Return what happened at least once."""
    return tuple((code, count) for code, count in counts if count)


def nothing() -> polars.DataFrame:
    """Return the table of rows without a row."""
    return polars.DataFrame(schema=batch.ROW_COLUMNS)
