"""Files beside the databases that a backup carries: told in pieces, counted, and compared.

A file here has its name only when it is whole, and is never changed afterwards; so a list made after
the databases' one instant holds every file that a row of that instant speaks of.
"""

import base64
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from manumit.core import backupfile

# Folders of the data directory that a backup carries, and what in them it does not, with the reason.
FOLDERS = ("flows",)
LEFT_OUT: dict[str, str] = {
    "staging": "half of a load; after a restore the file is given again",
    "spill": "what a query could not keep in memory",
    "derived": "made from the entries by the next scan",
    "scans": "made from the entries by the next scan",
    "lock": "holds nothing",
    "scan.lock": "holds nothing",
}
_PIECE = 192 * 1024  # bytes of a file in one line
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")


def _home() -> Path:
    return Path(settings.MANUMIT_DATA)


def listed() -> list[str]:
    """Return the names of all files that are carried, below the data directory."""
    found = []
    for folder in FOLDERS:
        for path in (_home() / folder).rglob("*"):
            inside = path.relative_to(_home()).as_posix()
            parts = set(path.relative_to(_home() / folder).parts)
            hidden = path.name.startswith(".")
            if path.is_file() and not parts & set(LEFT_OUT) and not hidden:
                found.append(inside)
    return sorted(found)


def told(name: str) -> Iterator[bytes]:
    """Yield a file as lines."""
    with (_home() / name).open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield json.dumps(base64.b64encode(piece).decode()).encode()


def figure(name: str) -> dict[str, int | str]:
    """Return how many bytes a file has, and SHA-256 of them."""
    made, size = hashlib.sha256(), 0
    with (_home() / name).open("rb") as stream:
        while piece := stream.read(1 << 20):
            made.update(piece)
            size += len(piece)
    return {"bytes": size, "figure": made.hexdigest()}


def fill(name: str, lines: Iterator[bytes]) -> tuple[dict[str, int | str], bytes]:
    """Write one file from its lines; returns its figure and the line after it. Raises BadBackup."""
    if not _NAME.fullmatch(name) or name.split("/")[0] not in FOLDERS:
        raise backupfile.BadBackup("it holds a file where none of ours would be")
    path = _home() / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    after = b""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for line in lines:
            if line[:1] != b'"':
                after = line
                break
            out.write(base64.b64decode(json.loads(line)))
        out.flush()
        os.fsync(out.fileno())
    return figure(name), after
