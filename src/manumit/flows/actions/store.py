"""The ledger's files: where they are, how they are written, and how they are read.

Everything here is pseudonyms in the open or sealed blocks. A file appears under its name only when it
is whole and on the disk; it counts when the load it belongs to is done. Pages import this inside the
function that needs it: it brings the table engines with it.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars
from django.conf import settings

from manumit.flows import entry, models


def root() -> Path:
    """Return the folder of all ledgers."""
    return Path(settings.MANUMIT_DATA) / "flows"


def folder(ledger: models.Ledger) -> Path:
    """Return a ledger's folder; made where it is missing, for its owner alone."""
    path = root() / str(ledger.pk)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def scratch(ledger: models.Ledger, *parts: str) -> Path:
    """Return a folder inside the ledger's for somebody's own files (pseudonyms only)."""
    path = folder(ledger).joinpath(*parts)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def settle(part: Path, path: Path) -> None:
    """Give a whole file its name: on the disk first, then renamed, then the folder too."""
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    part.replace(path)
    there = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(there)
    finally:
        os.close(there)


def part_of(path: Path) -> Path:
    """Return the temporary name under which a file is written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.part")


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file at once or not at all."""
    part = part_of(path)
    part.write_bytes(data)
    settle(part, path)


def write(frame: polars.DataFrame, path: Path) -> None:
    """Write a table at once or not at all."""
    part = part_of(path)
    frame.write_parquet(part, compression="zstd", compression_level=1)
    settle(part, path)


@contextmanager
def alone(ledger: models.Ledger) -> Iterator[None]:
    """Let one process at a time bring something into a ledger; others wait."""
    with (folder(ledger) / "lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def busy(ledger: models.Ledger) -> bool:
    """Tell whether some process brings something into the ledger now."""
    with (folder(ledger) / "lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def name(number: int) -> str:
    """Return the file name of a load's part."""
    return f"{number:06d}.parquet"


def done(ledger: models.Ledger) -> list[int]:
    """Return the numbers of the loads that count."""
    loads = models.Load.objects.filter(ledger=ledger, state=models.State.DONE)
    return list(loads.order_by("number").values_list("number", flat=True))


def files(ledger: models.Ledger, table: str) -> list[Path]:
    """Return the files of a table that is one file a load (accounts, labels)."""
    home = folder(ledger) / table
    found = (home / name(n) for n in done(ledger))
    return [path for path in found if path.is_file()]


def sliced(ledger: models.Ledger, table: str) -> dict[str, list[Path]]:
    """Return the files of a table that is cut into months, by month, in order of time."""
    counts = {name(number) for number in done(ledger)}
    home = folder(ledger) / table
    found: dict[str, list[Path]] = {}
    for path in sorted(home.glob("*/*.parquet")):
        if path.name in counts:
            found.setdefault(path.parent.name, []).append(path)
    return found


def entry_files(ledger: models.Ledger) -> dict[str, list[Path]]:
    """Return the files of the table `entries` by slice (month); a slice changed iff its list did."""
    return sliced(ledger, "entries")


def _empty(schema: Any) -> polars.LazyFrame:
    return polars.DataFrame(schema=schema).lazy()


def entries(
    ledger: models.Ledger, since: datetime | None = None, until: datetime | None = None
) -> polars.LazyFrame:
    """Return the table `entries`, from `since` up to before `until` (UTC)."""
    first = f"{since:%Y-%m}" if since else ""
    last = f"{until:%Y-%m}" if until else "9999-12"
    paths = [
        path
        for month, several in entry_files(ledger).items()
        if first <= month <= last
        for path in several
    ]
    if not paths:
        return _empty(entry.COLUMNS)
    table = polars.scan_parquet(paths, glob=False)
    if since:
        table = table.filter(polars.col("at") >= since.replace(tzinfo=None))
    if until:
        table = table.filter(polars.col("at") < until.replace(tzinfo=None))
    return table


def accounts(ledger: models.Ledger) -> polars.DataFrame:
    """Return what is known of accounts, one row each; what was told last holds."""
    paths = files(ledger, "accounts")
    if not paths:
        return polars.DataFrame(schema=entry.ACCOUNT_COLUMNS)
    whole = polars.concat([polars.read_parquet(path, glob=False) for path in paths])
    if len(paths) == 1:
        return whole
    told = [
        (polars.when(polars.col(n) != "").then(n) if kind == polars.String else polars.col(n))
        .drop_nulls()
        .last()
        .alias(n)
        for n, kind in entry.ACCOUNT_COLUMNS.items()
        if n != "account"
    ]
    merged = whole.group_by("account", maintain_order=True).agg(told)
    return merged.with_columns(polars.col("kind", "country").fill_null(""))


def labels(ledger: models.Ledger) -> polars.LazyFrame:
    """Return what the data says of itself; never for rules."""
    paths = files(ledger, "labels")
    if not paths:
        return _empty(entry.LABEL_COLUMNS)
    return polars.scan_parquet(paths, glob=False).unique(maintain_order=True)


def connect(ledger: models.Ledger) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection with the views entries, accounts and labels.

    It runs in memory; what does not fit spills into the ledger's folder and is pseudonyms.
    """
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "memory_limit": "1GB",
            "threads": "2",
            "temp_directory": str(scratch(ledger, "spill")),
            "preserve_insertion_order": "false",
        }
    )
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    paths = [path for several in entry_files(ledger).values() for path in several]
    view(connection, "entries", paths, entry.COLUMNS)
    of_accounts = files(ledger, "accounts")
    if len(of_accounts) < 2:
        view(connection, "accounts", of_accounts, entry.ACCOUNT_COLUMNS)
    else:
        connection.execute(f"CREATE VIEW accounts AS {_merged(of_accounts)}")
    view(connection, "labels", files(ledger, "labels"), entry.LABEL_COLUMNS)
    return connection


def _merged(paths: list[Path]) -> str:
    """Return the query that gives one row an account: what was told last holds."""
    told = []
    for column, kind in entry.ACCOUNT_COLUMNS.items():
        if column == "account":
            continue
        if kind == polars.String:
            told.append(f"coalesce(arg_max(nullif({column}, ''), filename), '') AS {column}")
        else:
            told.append(f"arg_max({column}, filename) AS {column}")
    source = f"read_parquet({listed(paths)}, filename = true)"
    return f"SELECT account, {', '.join(told)} FROM {source} GROUP BY account"  # noqa: S608


def listed(paths: list[Path]) -> str:
    """Return file names as a list in SQL."""
    quoted = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"[{quoted}]"


def view(connection: duckdb.DuckDBPyConnection, title: str, paths: list[Path], schema: Any) -> None:
    """Make a view over files, or an empty table where there are none."""
    if paths:
        connection.execute(f"CREATE VIEW {title} AS SELECT * FROM read_parquet({listed(paths)})")  # noqa: S608
    else:
        none = polars.DataFrame(schema=schema)
        connection.execute(f"CREATE TABLE {title} AS SELECT * FROM none")  # noqa: S608
        del none


def clear(path: Path) -> None:
    """Remove a folder that is no longer needed."""
    shutil.rmtree(path, ignore_errors=True)
