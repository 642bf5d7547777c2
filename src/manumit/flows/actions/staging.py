"""One batch of a load onto the disk: pseudonyms in the open, everything that names somebody sealed.

A batch is finished when its note (`done.json`) is there; the note comes last. A load that was killed
goes on after its last finished batch.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars

from manumit.flows import batch, models, sealedblocks, tables
from manumit.flows.actions import store

REJECTED_COLUMNS: batch.Schema = {
    "line": polars.Int64,
    "field": polars.String,
    "reason": polars.String,
    "cure": polars.String,
    "place": polars.Int64,  # of the row as it stood, in the sealed file of the same name; or null
}


@dataclass
class Staging:
    """Where a load stands: what is on the disk so far."""

    load: models.Load
    key: bytes  # of this load's sealed blocks
    home: Path
    ground: tables.Ground
    seen: polars.DataFrame
    batches: int = 0
    rows: int = 0
    accounts: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        """How many rows of the file were read."""
        return self.rows + self.rejected.total()


def opened(load: models.Load, ledger_key: bytes, ground: tables.Ground) -> Staging:
    """Return where a load stands, taking up what an earlier run finished."""
    ledger = load.ledger
    home = store.scratch(ledger, "staging", f"{load.number:06d}")
    if not any(home.glob("*/done.json")):
        forget(load)  # what a run that was undone may have left under this number
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = names_paths(ledger, store.done(ledger))
    own = sorted(store.scratch(ledger, "names").glob(f"{load.number:06d}-*.parquet"))
    staging = Staging(
        load, sealedblocks.key_of(ledger_key, load.id), home, ground, _seen([*before, *own])
    )
    for note in sorted(home.glob("*/done.json")):
        told = json.loads(note.read_text())
        staging.batches += 1
        staging.rows += told["rows"]
        staging.accounts += told["accounts"]
        staging.rejected.update(told["rejected"])
        staging.notes.update(told["notes"])
    return staging


def forget(load: models.Load) -> None:
    """Remove what an unfinished load left on the disk."""
    if load.state == models.State.DONE:
        raise ValueError("a load that is done stays")
    ledger, number = load.ledger, f"{load.number:06d}"
    store.clear(store.folder(ledger) / "staging" / number)
    for table in ("names", "sealed", "rejected"):
        for path in store.scratch(ledger, table).glob(f"{number}-*"):
            path.unlink()


def names_paths(ledger: models.Ledger, numbers: Sequence[int]) -> list[Path]:
    """Return the files that say which pseudonym's name is sealed where."""
    counts = {f"{number:06d}" for number in numbers}
    found = sorted(store.scratch(ledger, "names").glob("*.parquet"))
    return [path for path in found if path.name.split("-")[0] in counts]


def _seen(paths: list[Path]) -> polars.DataFrame:
    if not paths:
        return polars.DataFrame(schema=tables.NAME_COLUMNS)
    return polars.scan_parquet(paths, glob=False).select(list(tables.NAME_COLUMNS)).collect()


def title(load: models.Load, first: int) -> str:
    """Return the name of a batch's files: the load, and how many rows came before."""
    return f"{load.number:06d}-{first:010d}"


def place(load: models.Load, file: str) -> sealedblocks.Place:
    """Return what a sealed file of a load is bound to."""
    return sealedblocks.Place(load.ledger_id, load.id, file)


def write(staging: Staging, told: batch.Batch) -> None:
    """Write one batch."""
    load, ledger = staging.load, staging.load.ledger
    name = title(load, staging.rows) + f"-{staging.batches:06d}"
    first = load.number * tables.PER_LOAD + staging.rows + 1
    made = tables.pseudonymised(told, staging.ground, first, staging.seen)
    folder = store.scratch(ledger, "staging", f"{load.number:06d}", f"{staging.batches:06d}")
    for (month,), part in made.rows.group_by("slice"):
        store.write(part.drop("slice"), folder / f"rows-{month}.parquet")
    if len(made.accounts):
        store.write(made.accounts, folder / "accounts.parquet")
    if made.name_records:
        _seal(staging, f"{name}-names", made.name_records)
        placed = made.names.with_row_index("place").cast({"place": polars.Int64})
        store.write(placed, store.scratch(ledger, "names") / f"{name}.parquet")
    if made.texts:
        _seal(staging, f"{name}-entries", made.texts)
    write_rejected(staging, name, told.rejected)
    reasons, notes = Counter(each.reason for each in told.rejected), Counter(dict(told.notes))
    done = {
        "rows": len(made.rows),
        "accounts": len(told.accounts),
        "rejected": reasons,
        "notes": notes,
    }
    store.write_bytes(json.dumps(done).encode(), folder / "done.json")
    staging.seen = polars.concat([staging.seen, made.names])
    staging.batches += 1
    staging.rows += len(made.rows)
    staging.accounts += len(told.accounts)
    staging.rejected.update(reasons)
    staging.notes.update(notes)


def _seal(staging: Staging, name: str, records: Sequence[Any]) -> None:
    home = store.scratch(staging.load.ledger, "sealed")
    packed = sealedblocks.packed(records, staging.key, place(staging.load, name))
    store.write_bytes(packed, home / f"{name}.blocks")


def write_rejected(staging: Staging, name: str, rejected: Sequence[batch.Rejected]) -> None:
    """Keep rows that were not taken: why in the open, what they said sealed."""
    if not rejected:
        return
    _seal(staging, f"{name}-rejected", [each.raw for each in rejected])
    frame = polars.DataFrame(
        {
            "line": [each.line for each in rejected],
            "field": [each.field for each in rejected],
            "reason": [each.reason for each in rejected],
            "cure": [each.cure for each in rejected],
            "place": list(range(len(rejected))),
        },
        schema=REJECTED_COLUMNS,
    )
    store.write(frame, store.scratch(staging.load.ledger, "rejected") / f"{name}.parquet")
