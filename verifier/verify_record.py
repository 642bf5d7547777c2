"""Check an exported record without the program that wrote it.

    python verify_record.py RECORD.jsonl CHECKPOINT [--key PUBLICKEYHEX] [--older CHECKPOINT ...]

RECORD.jsonl has one entry per line (canonical JSON, RFC 8785), the first with "seq" 0. CHECKPOINT
is a signed note (C2SP tlog-checkpoint, Ed25519) with the number of entries and their Merkle root
(RFC 6962). Each older checkpoint, kept by anybody outside, must be the root of the first lines.
Take the public key from somebody else than the record. Exit code 0: everything holds. 1: something
does not; the first bad line is named. 2: a file or argument is of no use. Needs `cryptography`.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NOTE = re.compile(  # body (origin, size, root, time), then key name and signature
    r"(([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n"
    r"at ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)\n)"
    r"\n\u2014 ([^\s+]+) ([A-Za-z0-9+/]{91}=)\n"
)
SLACK = timedelta(seconds=60)  # entries written at once may queue; beyond this, a clock was moved


class WrongError(Exception):
    """Something does not hold; the message says what and where."""


class Checkpoint(NamedTuple):
    """What a signed note states, and the file it came from."""

    file: Path
    origin: str
    size: int
    root: bytes
    at: datetime


def sha(*parts: bytes) -> bytes:
    """Return the SHA-256 of the parts put together."""
    return hashlib.sha256(b"".join(parts)).digest()


def read_checkpoint(path: Path, key: bytes | None) -> Checkpoint:
    """Read one signed note; with a key, also check who signed it."""
    try:
        note = NOTE.fullmatch(path.read_bytes().decode())
        body, origin, size, root, at, name, signature = note.groups() if note else ()
        signed, head = base64.b64decode(signature), base64.b64decode(root)
        if [base64.b64encode(x).decode() for x in (signed, head)] != [signature, root]:
            raise ValueError("not canonical base64")  # else it could be varied unseen
        if key is not None:
            if signed[:4] != sha(name.encode(), b"\n\x01", key)[:4]:
                raise ValueError("signed by another key")
            Ed25519PublicKey.from_public_bytes(key).verify(signed[4:], body.encode())
        return Checkpoint(path, origin, int(size), head, datetime.fromisoformat(at))
    except (ValueError, InvalidSignature) as error:
        raise WrongError(f"{path}: not a checkpoint of this key: {error!r}") from error


def canonical(value: Any) -> bytes:
    """RFC 8785 for what a record holds: no fractions, no integers beyond 2**53."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return b"{" + b",".join(canonical(k) + b":" + canonical(v) for k, v in pairs) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, (int, float)) and (type(value) is float or abs(value) >= 2**53):
        raise ValueError("a number that has no place in a record")
    return json.dumps(value, ensure_ascii=False).encode()


def check_entry(line: bytes, seq: int, latest: datetime) -> datetime:
    """Check one line by itself; return its time."""
    try:
        entry = json.loads(line[:-1].decode())
        if not isinstance(entry, dict) or canonical(entry) + b"\n" != line:
            raise ValueError("not one entry in canonical bytes")
        if type(entry["seq"]) is not int or entry["seq"] != seq:
            raise ValueError(f"seq is {entry['seq']}, not {seq}")
        if (at := datetime.fromisoformat(entry["at"])) < latest - SLACK:
            raise ValueError(f"time goes backwards, from {latest} to {at}")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WrongError(f"line {seq + 1}: {error!r}") from error
    return at


def check(record: Iterable[bytes], checkpoints: list[Checkpoint]) -> None:
    """Check all lines against checkpoints in order of size; the last must cover them all."""
    peaks: list[tuple[int, bytes]] = []  # complete subtrees (leaves, root), the largest first
    size, proven, latest, lines = 0, 0, datetime.min.replace(tzinfo=UTC) + SLACK, iter(record)
    for stated in checkpoints:
        while size < stated.size:
            if (line := next(lines, None)) is None:
                raise WrongError(f"line {size + 1}: missing; {stated.file} has {stated.size} lines")
            latest = max(latest, check_entry(line, size, latest))
            node = (1, sha(b"\x00", line[:-1]))
            while peaks and peaks[-1][0] == node[0]:
                leaves, left = peaks.pop()
                node = (leaves * 2, sha(b"\x01", left, node[1]))
            peaks, size = [*peaks, node], size + 1
        root = peaks[-1][1] if peaks else sha()
        for _, peak in reversed(peaks[:-1]):
            root = sha(b"\x01", peak, root)
        if root != stated.root:
            raise WrongError(f"line {proven + 1} to {size}: not what {stated.file} signs")
        proven = size
    if next(lines, None) is not None:
        raise WrongError(f"line {size + 1}: after the end that the checkpoint states")


def main(arguments: list[str] | None = None) -> int:
    """Run the check; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("record", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--key", type=bytes.fromhex, help="the signer's public key, 64 hex digits")
    parser.add_argument("--older", type=Path, nargs="+", default=[], help="checkpoints kept before")
    chosen = parser.parse_args(arguments)
    if chosen.key is not None and len(chosen.key) != 32:
        parser.error("--key needs 64 hex digits")
    try:
        newest = read_checkpoint(chosen.checkpoint, chosen.key)
        older = [read_checkpoint(path, chosen.key) for path in chosen.older]
        order = [*sorted(older, key=lambda one: one.size), newest]
        for one, later in pairwise(order):
            if one.origin != later.origin or one.size > later.size or one.at > later.at:
                raise WrongError(f"{one.file} does not come before {later.file}")
        with chosen.record.open("rb") as record:
            check(record, order)
    except (WrongError, OSError) as error:
        print(f"WRONG  {error}" if type(error) is WrongError else f"CANNOT READ  {error}")
        return 1 if type(error) is WrongError else 2
    who = "signature checked" if chosen.key else "NOT CHECKED: who signed it (give --key)"
    print(f"HOLDS  {newest.size} entries, {newest.origin}, up to {newest.at}; {who}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
