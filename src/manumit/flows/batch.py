"""What a reader hands over: checked rows, what is known of accounts, and refused rows.

Identifiers and texts are plain here and nowhere later: the loader turns identifiers into pseudonyms
and seals the rest before anything reaches the disk. A reader is deterministic (the same bytes give the
same batches), so that a load that was killed goes on with the next batch.
"""

from dataclasses import dataclass, field

import polars

Schema = dict[str, polars.DataType | type[polars.DataType]]

ROW_COLUMNS: Schema = {
    "line": polars.Int64,  # of the file, as an editor or a spreadsheet counts
    "source_id": polars.String,  # plain, with the bank where the file tells it; null: none
    "target_id": polars.String,
    "place_id": polars.String,
    "device_id": polars.String,
    "at": polars.Datetime("us"),  # UTC
    "precision": polars.UInt8,
    "local_minute": polars.Int16,
    "amount_minor": polars.Int64,
    "currency": polars.String,
    "base_minor": polars.Int64,  # only where the file itself states it in the ledger's currency
    "rate": polars.String,
    "kind": polars.String,
    "purpose": polars.String,
    "country_from": polars.String,
    "country_to": polars.String,
    "mcc": polars.Int16,
    "reference": polars.String,  # the bank's own, unique to this entry; null where there is none
    "text": polars.String,
    "source_name": polars.String,
    "target_name": polars.String,
    "label_pattern": polars.String,  # null: not labelled; "": illicit, no pattern told
    "label_instance": polars.String,
}

ACCOUNT_ROW_COLUMNS: Schema = {
    "account_id": polars.String,
    "name": polars.String,
    "kind": polars.String,
    "holder_id": polars.String,
    "holder_name": polars.String,
    "country": polars.String,
    "opened_on": polars.Date,
    "income_minor": polars.Int64,  # a month, in the ledger's currency
    "address": polars.String,
    "phone": polars.String,
    "label_pattern": polars.String,
    "label_instance": polars.String,
}

_EMPTY: dict[str, object] = {
    "kind": "",
    "precision": 0,
    "currency": "XXX",
    "rate": "",
    "purpose": "",
    "country_from": "",
    "country_to": "",
    "country": "",
}


@dataclass(frozen=True)
class Rejected:
    """A row that was not taken. `reason` is a code; `cure` is a sentence without any value of the
    row; `raw` is the row as it stood, and is sealed."""

    line: int
    field: str
    reason: str
    cure: str
    raw: str = ""


class Unreadable(ValueError):  # noqa: N818 (said as people say it)
    """The file cannot be read on: where, which field, a code, and the cure in words."""

    def __init__(self, line: int, field: str, reason: str, cure: str) -> None:
        super().__init__(f"line {line}, {field}: {reason}. {cure}")
        self.line, self.field, self.reason, self.cure = line, field, reason, cure


@dataclass(frozen=True)
class Batch:
    """Some rows of a file. rows: ROW_COLUMNS; accounts: ACCOUNT_ROW_COLUMNS. Every row of the file
    is in `rows` or in `rejected` of one batch."""

    rows: polars.DataFrame
    accounts: polars.DataFrame = field(
        default_factory=lambda: polars.DataFrame(schema=ACCOUNT_ROW_COLUMNS)
    )
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[tuple[str, int], ...] = ()  # what was taken all the same, by code: how often


def shaped(frame: polars.DataFrame, schema: Schema = ROW_COLUMNS) -> polars.DataFrame:
    """Return the frame with exactly the columns of the schema; what lacks is empty."""
    if not len(frame):
        return polars.DataFrame(schema=schema)
    empty = _EMPTY | ({"kind": "transfer"} if "amount_minor" in schema else {})
    columns = []
    for name, kind in schema.items():
        if name not in frame.columns:
            columns.append(polars.lit(empty.get(name), dtype=kind).alias(name))
        elif name in empty:
            columns.append(polars.col(name).cast(kind).fill_null(empty[name]))
        else:
            columns.append(polars.col(name).cast(kind))
    return frame.with_columns(columns).select(list(schema))
