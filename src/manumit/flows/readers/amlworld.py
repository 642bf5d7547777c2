"""AMLworld's files of patterns: the labelled payments once more, in groups of one attempt each.

They come as ordinary rows with a label; whoever loads them finds the payments already in the ledger,
and adds the label.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import polars

from manumit.flows import batch
from manumit.flows import mapping as mappings
from manumit.flows.readers import encoded, faults, how, table

BEGINS = b"BEGIN LAUNDERING ATTEMPT"
_BEGIN = re.compile(r"BEGIN LAUNDERING ATTEMPT - ([A-Z-]+)")
HEADINGS = (
    "Timestamp", "From Bank", "Account", "To Bank", "Account.1", "Amount Received",
    "Receiving Currency", "Amount Paid", "Payment Currency", "Payment Format", "Is Laundering",
)  # fmt: skip


def read(stream: BinaryIO, asked: how.Reading) -> Iterator[batch.Batch]:
    """Yield the labelled payments. Raises batch.Unreadable."""
    mapping = mappings.shipped()["amlworld-transactions"]
    named = {"label_pattern": ("pattern",), "label_instance": ("instance",)}
    mapping = replace(mapping, columns={**mapping.columns, **named})
    text = b"".join(encoded.Text(stream).blocks()).decode()
    rows: list[list[str]] = []
    lines: list[int] = []
    broken = []
    pattern, instance = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if found := _BEGIN.match(line):
            pattern, instance = found[1].lower().replace("-", "_"), instance + 1
        elif line.strip() and not line.startswith("END"):
            cells = next(csv.reader([line]))
            if len(cells) == len(HEADINGS) and pattern:
                rows.append([*cells, pattern, str(instance)])
                lines.append(number)
            else:
                broken.append(faults.rejected(number, "row", "line_bad", line))
    headings = (*HEADINGS, "pattern", "instance")
    frame = table.Frame(
        rows=polars.DataFrame(rows, schema=dict.fromkeys(headings, polars.String), orient="row"),
        lines=polars.Series(lines, dtype=polars.Int64),
        raw=lambda number: ",".join(rows[number]),
    )
    made = table.checked(frame, mapping, asked)
    refused = sorted([*broken, *made.rejected], key=lambda row: row.line)
    yield batch.Batch(made.rows, made.accounts, tuple(refused), made.notes)
