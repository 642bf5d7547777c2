"""Opening who is behind a pseudonym. "No log, no key": the opening is on the record before it happens.

On the bench, whose data is published or made, the system opens; that is on the record too.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from manumit.core.actions import acting, guard, record, sealed
from manumit.core.sealing import FieldClass
from manumit.flows import models, sealedblocks
from manumit.flows.actions import ledgers

TEXTS = ("reference", "text", "source_name", "target_name")


def _opening(by: acting.Actor, at: datetime, ledger: models.Ledger, purpose: str) -> bytes:
    """Put the opening on the record, then return the key; raises Refused."""
    if not sealed.inside_action():
        record.append(
            by=by.id,
            at=at,
            act="open",
            field_class=FieldClass.FINANCE,
            purpose=purpose,
            objects={"ledger": str(ledger.pk)},
        )
    return ledgers.key_of(by=by, ledger=ledger)


@guard.opening("ledger.read")
def open_accounts(
    *,
    by: acting.Actor,
    at: datetime,
    ledger: models.Ledger,
    accounts: Iterable[int],
    purpose: str,
) -> dict[int, dict[str, str]]:
    """Return what is known of who is behind pseudonyms: identifier, name, address, phone, holder.

    Any pseudonym will do: account, party, place, device, address, telephone. One that is not known
    is left out. What was told last holds.
    """
    wanted = sorted(set(accounts))
    if not wanted:
        return {}
    key = _opening(by, at, ledger, purpose)
    import polars

    from manumit.flows.actions import staging, store

    loads = {f"{load.number:06d}": load for load in _done(ledger)}
    paths = staging.names_paths(ledger, [load.number for load in loads.values()])
    if not paths:
        return {}
    found = (
        polars.scan_parquet(paths, glob=False, include_file_paths="file")
        .filter(polars.col("account").is_in(wanted))
        .select("account", "place", "file")
        .collect()
    )
    opened: dict[int, dict[str, str]] = {}
    blocks = _Blocks(key)
    for account, place, file in found.sort("file", "place").iter_rows():
        name = Path(file).stem
        load = loads[name.split("-")[0]]
        path = store.folder(ledger) / "sealed" / f"{name}-names.blocks"
        opened.setdefault(account, {}).update(blocks.record(path, load, place))
    return opened


@guard.opening("ledger.read")
def open_entries(
    *,
    by: acting.Actor,
    at: datetime,
    ledger: models.Ledger,
    entries: Iterable[int],
    purpose: str,
) -> dict[int, dict[str, str]]:
    """Return what the bank's file said in words about entries: reference, text and names.

    An entry about which the file said nothing is left out.
    """
    wanted = sorted(set(entries))
    if not wanted:
        return {}
    key = _opening(by, at, ledger, purpose)
    from manumit.flows import tables
    from manumit.flows.actions import store

    loads = {load.number: load for load in _done(ledger)}
    files: dict[int, list[tuple[int, Path]]] = defaultdict(list)
    for path in sorted((store.folder(ledger) / "sealed").glob("*-entries.blocks")):
        of_load, before, *_ = path.stem.split("-")
        files[int(of_load)].append((int(before), path))
    opened, blocks = {}, _Blocks(key)
    for entry in wanted:
        number, row = divmod(entry, tables.PER_LOAD)
        several = files.get(number, [])
        which = bisect_right([first for first, _ in several], row - 1) - 1
        if number not in loads or which < 0:
            continue
        first, path = several[which]
        said = blocks.record(path, loads[number], row - 1 - first)
        told = {name: text for name, text in zip(TEXTS, said or (), strict=False) if text}
        if told:
            opened[entry] = told
    return opened


@guard.opening("ledger.load")
def open_rejected(
    *, by: acting.Actor, at: datetime, load: models.Load, purpose: str, most: int = 100_000
) -> list[dict[str, Any]]:
    """Return the rows of a load that were not taken: line, field, reason, cure and the row itself."""
    key = _opening(by, at, load.ledger, purpose)
    import polars

    from manumit.flows.actions import store

    rows: list[dict[str, Any]] = []
    blocks = _Blocks(key)
    for path in sorted((store.folder(load.ledger) / "rejected").glob(f"{load.number:06d}-*")):
        sealed_path = store.folder(load.ledger) / "sealed" / f"{path.stem}-rejected.blocks"
        for row in polars.read_parquet(path, glob=False).iter_rows(named=True):
            if len(rows) == most:
                return rows
            rows.append(row | {"raw": blocks.record(sealed_path, load, row.pop("place"))})
    return rows


def _done(ledger: models.Ledger) -> Iterable[models.Load]:
    return models.Load.objects.filter(ledger=ledger, state=models.State.DONE)


class _Blocks:
    """Opens blocks, each once."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._kept: tuple[Path, int] | None = None
        self._records: list[Any] = []

    def record(self, path: Path, load: models.Load, index: int) -> Any:
        """Return one record of a sealed file; None where the file does not reach so far."""
        which = (path, index // sealedblocks.PER_BLOCK)
        if which != self._kept:
            key = sealedblocks.key_of(self._key, load.id)
            place = sealedblocks.Place(load.ledger_id, load.id, path.stem)
            with path.open("rb") as stream:
                try:
                    self._records = sealedblocks.block(stream, which[1], key, place)
                except sealedblocks.BadBlocks:
                    self._records = []
            self._kept = which
        inside = index % sealedblocks.PER_BLOCK
        return self._records[inside] if inside < len(self._records) else None
