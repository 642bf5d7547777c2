"""What ISO 20022 and MT940 have in common: the rows of one message, checked as a table's rows are."""

import itertools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

import polars

from manumit.flows import batch
from manumit.flows import mapping as mappings
from manumit.flows.readers import faults, how, table

Row = dict[str, str]  # a field -> its text; "line" is the line of the file
Found = Row | batch.Rejected
_FIELDS = (
    "at", "source", "target", "source_name", "target_name", "amount", "currency", "kind",
    "purpose", "country_from", "country_to", "reference", "text",
)  # fmt: skip
_STEP = 20_000  # rows a batch


@cache
def codes(name: str) -> Mapping[str, str]:
    """Return one table of data/codes: a message's code -> ours."""
    folder = resources.files("manumit.flows").joinpath("data/codes/iso20022.toml")
    return dict(tomllib.loads(folder.read_text("utf-8"))[name])


def mapping(layout: str, formats: tuple[str, ...], decimal: str = ".") -> mappings.Mapping:
    """Return the mapping of rows whose columns are called as the fields are."""
    columns = {name: (name,) for name in _FIELDS}
    return mappings.Mapping(
        id=layout, references="bank", columns=columns, formats=formats, decimal=decimal
    )


def batches(
    found: Iterable[Found], form: mappings.Mapping, asked: how.Reading, notes: dict[str, int]
) -> Iterator[batch.Batch]:
    """Yield the batches of a message's rows; `notes` fills up while they are read."""
    parts, count = iter(found), 0
    while part := list(itertools.islice(parts, _STEP)):
        count += len(part)
        rows = [row for row in part if not isinstance(row, batch.Rejected)]
        refused = [row for row in part if isinstance(row, batch.Rejected)]
        made = table.checked(_frame(rows), form, asked)
        every = sorted([*refused, *made.rejected], key=lambda row: row.line)
        yield batch.Batch(made.rows, made.accounts, tuple(every), made.notes)
    if not count:
        raise faults.unreadable("headings_only")
    if told := faults.notes(notes.items()):
        yield batch.Batch(rows=faults.nothing(), notes=told)


def _frame(rows: list[Row]) -> table.Frame:
    texts = [[row.get(name, "") for name in _FIELDS] for row in rows]
    return table.Frame(
        rows=polars.DataFrame(texts, schema=dict.fromkeys(_FIELDS, polars.String), orient="row"),
        lines=polars.Series([int(row["line"]) for row in rows], dtype=polars.Int64),
        raw=lambda number: "; ".join(f"{k}={v}" for k, v in rows[number].items() if v),
    )
