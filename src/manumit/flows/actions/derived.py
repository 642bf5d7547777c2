"""Tables that a scan makes of a ledger, each named after all that it depends on.

A table that is there under its name need not be made again: this is how an interrupted scan goes on,
how a second scan costs what is new, and how nothing stale is ever read. Pseudonyms only.
"""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from manumit.flows import models, slices
from manumit.flows.actions import store

VERSION = "1"  # changes when the code makes another table of the same entries


@contextmanager
def only_one(ledger: models.Ledger) -> Iterator[bool]:
    """Let one process at a time scan a ledger; gives False where another one does.

    The lock dies with its process, so whoever gets it knows that a scan still marked running is dead.
    """
    with (store.folder(ledger) / "scan.lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


class Shelf:
    """The derived tables of one ledger as it stands now."""

    def __init__(self, ledger: models.Ledger) -> None:
        self.ledger = ledger
        self.home = store.scratch(ledger, "derived")
        self.entries = store.entry_files(ledger)
        self.told = store.files(ledger, "accounts")

    def months(self) -> list[slices.Slice]:
        """Return the slices to work on, in order of time."""
        return slices.needing(self.entries)

    def inputs(self, some: Iterable[slices.Slice]) -> str:
        """Say in a few letters which entries these slices hold."""
        said = [
            f"{one.name}/{path.name}/{path.stat().st_size}"
            for one in some
            for path in self.entries.get(one.name, [])
        ]
        return slices.digest([VERSION, *said])

    def files(self, some: Iterable[slices.Slice]) -> list[Path]:
        """Return the files of entries of these slices."""
        return [path for one in some for path in self.entries.get(one.name, [])]

    def path(self, kind: str, one: slices.Slice, name: str, suffix: str = "parquet") -> Path:
        """Return where a derived table of a slice lies under these inputs."""
        home = self.home / kind
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return home / f"{one.name}-{name}.{suffix}"

    def newest(self, kind: str, one: slices.Slice) -> Path | None:
        """Return the table of a slice that the last search left; None where there is none."""
        found = sorted(
            (self.home / kind).glob(f"{one.name}-*.parquet"), key=lambda path: path.stat().st_mtime
        )
        return found[-1] if found else None

    def tidy(self, kept: Iterable[Path]) -> None:
        """Remove what no slice needs any more."""
        keep = set(kept)
        for path in self.home.glob("*/*"):
            if path not in keep:
                path.unlink(missing_ok=True)
