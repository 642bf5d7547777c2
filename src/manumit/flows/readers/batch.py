"""What every reader gives: batches of checked rows, refused rows, accounts and labels.

Nothing here is stored as it stands: names and numbers of accounts are still plain. Whoever loads turns
them into pseudonyms and seals the rest. In every batch ``read == len(rows) + len(rejected) +
len(accounts)``, so that no row of a file goes missing unseen.
"""

from dataclasses import dataclass, field
from datetime import datetime

import polars

from manumit.flows import entry

Kinds = dict[str, polars.DataType | type[polars.DataType]]

# `line` is the line of the file, heading included; the row of a sheet; the number of the entry in XML.
ROWS: Kinds = {
    "line": polars.Int64,
    "at": polars.Datetime("us"),  # UTC
    "precision": polars.UInt8,  # entry.Precision
    "local_minute": polars.Int16,  # null where not known
    "source_id": polars.String,  # account that gave, as the file writes it; null for none
    "target_id": polars.String,
    "source_name": polars.String,  # "" where the file does not say, as in all columns below
    "target_name": polars.String,
    "amount_minor": polars.Int64,
    "currency": polars.String,
    "kind": polars.String,  # entry.Kind
    "purpose": polars.String,  # entry.Purpose
    "country_from": polars.String,
    "country_to": polars.String,
    "place_id": polars.String,  # null where not known
    "device_id": polars.String,  # null where not known
    "mcc": polars.Int16,
    "reference": polars.String,  # the bank's own number of this movement; never twice in one file
    "text": polars.String,
}
ACCOUNTS: Kinds = {
    "line": polars.Int64,
    "account_id": polars.String,
    "name": polars.String,
    "kind": polars.String,  # person, business, agent, collector, ""
    "holder_id": polars.String,  # null where not known
    "country": polars.String,
    "opened_on": polars.Date,
    "income_minor": polars.Int64,  # a month, in `currency`
    "currency": polars.String,
    "address_id": polars.String,  # the address as written, white space and case made even; or null
    "phone_id": polars.String,  # digits alone; or null
}
# One of `line` (of a row in the same batch) and `account_id` is null.
LABELS: Kinds = {
    "line": polars.Int64,
    "account_id": polars.String,
    "pattern": polars.String,
    "instance": polars.String,
}
# `reason` is a code of `reasons.REASONS`, whose words and cure hold no value of the row;
# `raw` is the row as it stood, to be sealed.
REJECTED: Kinds = {
    "line": polars.Int64,
    "field": polars.String,
    "reason": polars.String,
    "raw": polars.String,
}


def empty(kinds: Kinds) -> polars.DataFrame:
    """Return the table without rows."""
    return polars.DataFrame(schema=kinds)


@dataclass(frozen=True)
class Note:
    """Something the reader did that whoever loads should know: a code of `reasons.NOTES`, how often."""

    code: str
    count: int = 1


@dataclass(frozen=True)
class Batch:
    """Part of a file, in the file's order."""

    read: int  # rows of the file that this batch accounts for
    rows: polars.DataFrame = field(default_factory=lambda: empty(ROWS))
    rejected: polars.DataFrame = field(default_factory=lambda: empty(REJECTED))
    accounts: polars.DataFrame = field(default_factory=lambda: empty(ACCOUNTS))
    labels: polars.DataFrame = field(default_factory=lambda: empty(LABELS))
    notes: tuple[Note, ...] = ()


class Unreadable(Exception):
    """The file cannot be read, or not read on: which code of `reasons.FILES`, and at which line."""

    def __init__(self, reason: str, *, file: str = "", line: int = 0, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.file, self.line, self.detail = reason, file, line, detail

    def __str__(self) -> str:
        from manumit.flows.readers import reasons  # reasons knows no reader

        words, cure = reasons.FILES[self.reason]
        where = f"{self.file}, line {self.line}" if self.line else self.file
        said = words + (f" ({self.detail})" if self.detail else "")
        return f"{where}: {said} {cure}" if where else f"{said} {cure}"


@dataclass(frozen=True)
class Asked:
    """What the reader is told from outside: the clock, and what holds where the file is silent."""

    now: datetime  # aware; a movement later than tomorrow is refused
    time_zone: str = "UTC"  # IANA; where neither file nor mapping has one
    currency: str = "XXX"  # where neither has one
    batch_rows: int = 200_000  # about so many rows a batch
    encoding: str = ""  # where it is known better than the file shows


SAMPLE_ROWS = 20


@dataclass(frozen=True)
class Look:
    """The first glance at a file, for whoever chooses or confirms a mapping."""

    layout: str  # "amlworld", "camt", "mt940" …; "" when a mapping is needed
    encoding: str = ""
    separator: str = ""
    headers: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()  # plain: show to the loader, keep nowhere
    members: tuple[str, ...] = ()  # of an archive


PRECISIONS = {"second": entry.Precision.SECOND, "minute": entry.Precision.MINUTE,
              "day": entry.Precision.DAY, "step": entry.Precision.STEP}
