"""The Merkle tree of the record: one hash over all that was done, and proofs about it.

RFC 6962 section 2.1 (hashes, inclusion and consistency proofs); the checks follow RFC 9162
sections 2.1.3.2 and 2.1.4.2. An outsider who kept an old root can be shown, with a few hashes,
that the present record still begins with what was there then.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class BadTree(ValueError):  # noqa: N818
    """The stored bytes of a frontier are damaged, or a proof was asked for that cannot exist."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """The right edge of the tree: all that appending needs, log2(size) hashes.

    peaks: roots of the complete subtrees, the largest (leftmost) first; one for each 1 in the
    binary form of size.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier after one more leaf hash."""
        peaks, merged, rest = list(self.peaks), leaf, self.size
        while rest & 1:
            merged = node_hash(peaks.pop(), merged)
            rest >>= 1
        return Frontier(self.size + 1, (*peaks, merged))

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        total = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            total = node_hash(peak, total)
        return total

    def to_bytes(self) -> bytes:
        """Return the size (8 bytes) and the peaks (32 bytes each)."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Return the frontier that `to_bytes` wrote; raises BadTree."""
        size, body = int.from_bytes(data[:8], "big"), data[8:]
        if len(data) < 8 or len(body) != HASH_BYTES * size.bit_count():
            raise BadTree("a frontier has one 32-byte peak for each 1 in its size")
        peaks = (body[at : at + HASH_BYTES] for at in range(0, len(body), HASH_BYTES))
        return cls(size, tuple(peaks))


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    level = list(leaf_hashes)
    if not level:
        return EMPTY_ROOT
    # Pairing each level and carrying an odd last node up gives the RFC's tree, whose left
    # subtrees are the largest powers of two.
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def _split(size: int) -> int:
    """Return the largest power of two below size (size > 1)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of the first `size` leaves."""
    if not 0 <= index < size <= len(leaf_hashes):
        raise BadTree(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root(leaf_hashes[middle:end]))
            end = middle
        else:
            path.append(root(leaf_hashes[start:middle]))
            start = middle
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes
) -> bool:
    """Say whether `leaf` is leaf `index` of the tree of `size` leaves with this root."""
    if not 0 <= index < size or not _hashes(leaf, root_hash, *proof):
        return False
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            computed = node_hash(computed, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and computed == root_hash


def consistency_proof(leaf_hashes: Sequence[bytes], old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of `new` leaves begins with the tree of `old` leaves.

    Empty when the two are the same size or the old one is empty.
    """
    if not 0 <= old <= new <= len(leaf_hashes):
        raise BadTree(f"no tree of {old} inside a tree of {new}")
    proof: list[bytes] = []
    start, end, target, whole = 0, new, old, True
    while 0 < target < end:
        middle = start + _split(end - start)
        if target <= middle:
            proof.append(root(leaf_hashes[middle:end]))
            end = middle
        else:
            proof.append(root(leaf_hashes[start:middle]))
            start, whole = middle, False
    if not whole:
        proof.append(root(leaf_hashes[start:end]))
    return proof[::-1]


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether the tree of `new` leaves begins with the tree of `old` leaves."""
    if not 0 <= old <= new or not _hashes(old_root, new_root, *proof):
        return False
    if old in (0, new):
        same = old_root == (EMPTY_ROOT if old == 0 else new_root)
        return same and not proof and (new > 0 or new_root == EMPTY_ROOT)
    path = list(proof)
    if old & (old - 1) == 0:  # a whole power of two is its own first step
        path.insert(0, old_root)
    return bool(path) and _grow(old - 1, new - 1, path) == (old_root, new_root)


def _grow(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return the old and new roots that a consistency path leads to; None if it does not fit."""
    while node & 1:
        node >>= 1
        last >>= 1
    before = after = path[0]
    for step in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            after = node_hash(after, step)
        node >>= 1
        last >>= 1
    return (before, after) if last == 0 else None


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
