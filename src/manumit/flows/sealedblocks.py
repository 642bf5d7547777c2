"""Many sealed records in one file, opened a thousand at a time.

A block is the JSON of some records, compressed, sealed under the load's key and bound to ledger, load,
file and place in it: a block moved anywhere else does not open. The file begins with what it is, how
many records a block holds, and where each block ends; so one record costs the reading of one block.
"""

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from manumit.core import sealing

MAGIC = b"manumit blocks 1\n"
PER_BLOCK = 1000
_HEAD = struct.Struct(">II")  # records a block, blocks
LARGEST = 1 << 28  # bytes of one opened block


class BadBlocks(ValueError):  # noqa: N818 (said as people say it)
    """The file is not one of sealed blocks, or was cut."""


class In(Protocol):
    """Where a file of blocks is read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes."""

    def seek(self, place: int, /) -> int:
        """Go to a place."""


@dataclass(frozen=True)
class Place:
    """What a file of blocks is bound to."""

    ledger: UUID
    load: UUID
    file: str

    def context(self, block: int) -> sealing.Context:
        """Return the one place of a block."""
        return sealing.Context(
            self.ledger, sealing.FieldClass.FINANCE, "flows_load", self.load, self.file, block
        )


def key_of(ledger_key: bytes, load: UUID) -> bytes:
    """Return the key of one load's blocks."""
    return sealing.subkey(ledger_key, b"load " + load.bytes)


def packed(records: Sequence[Any], key: bytes, place: Place) -> bytes:
    """Return the whole file for records that JSON can carry, in their order."""
    blocks = []
    for start in range(0, len(records), PER_BLOCK):
        text = json.dumps(records[start : start + PER_BLOCK], ensure_ascii=False)
        number = start // PER_BLOCK
        blocks.append(sealing.seal(key, zlib.compress(text.encode(), 1), place.context(number)))
    ends, end = [], 0
    for block in blocks:
        end += len(block)
        ends.append(end)
    head = MAGIC + _HEAD.pack(PER_BLOCK, len(blocks)) + struct.pack(f">{len(ends)}Q", *ends)
    return head + b"".join(blocks)


def block(source: In, number: int, key: bytes, place: Place) -> list[Any]:
    """Return the records of one block; raises BadBlocks, sealing.SealBroken."""
    source.seek(0)
    head = source.read(len(MAGIC) + _HEAD.size)
    if len(head) < len(MAGIC) + _HEAD.size or not head.startswith(MAGIC):
        raise BadBlocks("not a file of sealed blocks")
    _, count = _HEAD.unpack(head[len(MAGIC) :])
    if not 0 <= number < count:
        raise BadBlocks("it has no such block")
    ends = source.read(8 * count)
    if len(ends) < 8 * count:
        raise BadBlocks("cut off in its first lines")
    start = struct.unpack_from(">Q", ends, 8 * (number - 1))[0] if number else 0
    end = struct.unpack_from(">Q", ends, 8 * number)[0]
    source.seek(len(head) + len(ends) + start)
    plain = sealing.open_sealed(key, source.read(end - start), place.context(number))
    press = zlib.decompressobj()
    text = press.decompress(plain, LARGEST)
    return list(json.loads(text))


def record(source: In, index: int, key: bytes, place: Place) -> Any:
    """Return one record by its place in the file, from 0."""
    return block(source, index // PER_BLOCK, key, place)[index % PER_BLOCK]
