"""The record: an RFC 6962 log of every act, refusal and opening, and its signed checkpoints.

A leaf holds identifiers and salted commitments, never a value. Appending locks one row, so leaves
are in one order; the tree's right edge is kept, so appending costs the same at any size.
"""

import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from manumit.core import checkpoint, merkle, models, sealing

ORIGIN = "manumit-record"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def append(
    *,
    by: UUID | None,
    at: datetime,
    act: str,
    objects: dict[str, str] | None = None,
    outcome: str = "done",
    verb: str = "",
    field_class: str = "",
    purpose: str = "",
    details: dict[str, Any] | None = None,
    object_ids: tuple[UUID, ...] = (),
) -> models.Leaf:
    """Append one leaf, in the running transaction or in one of its own.

    `objects` names things by role ({"case": id}); `object_ids` lists more of them for one act
    over many. `details` are kept apart under a salted commitment, so that they can be erased.
    """
    with transaction.atomic():
        head, _ = models.RecordHead.objects.select_for_update(no_key=True).get_or_create(id=1)
        frontier = merkle.Frontier.from_bytes(bytes(head.frontier) or bytes(8))
        said, at = at, _not_before_the_last(at, head.size)
        entry: dict[str, Any] = {
            "seq": head.size,
            "at": _stamp(at),
            "by": str(by) if by else "system",
            "act": act,
            "outcome": outcome,
            "objects": dict(objects or {}),
        }
        optional = {
            "verb": verb,
            "class": field_class,
            "purpose": purpose,
            "ids": [str(i) for i in object_ids],
            "clock": _stamp(said) if said != at else "",
        }
        entry |= {name: value for name, value in optional.items() if value}
        salt = sealing.new_salt()
        if details:
            entry["details"] = checkpoint.commitment(details, salt)
        body = checkpoint.entry_bytes(entry)
        leaf = models.Leaf.objects.create(
            seq=head.size, body=body, at=at, by=by, act=act, outcome=outcome
        )
        if details:
            models.LeafDetail.objects.create(leaf=leaf, salt=salt, details=details)
        ids = {str(value) for value in entry["objects"].values()} | {str(i) for i in object_ids}
        models.LeafObject.objects.bulk_create(
            [models.LeafObject(leaf=leaf, object_id=i) for i in sorted(ids) if _is_uuid(i)]
        )
        frontier = frontier.append(merkle.leaf_hash(body))
        head.size, head.frontier = frontier.size, frontier.to_bytes()
        head.save()
    return leaf


def _not_before_the_last(at: datetime, size: int) -> datetime:
    """Time on the record never runs backwards, even when the server's clock is set back.

    A leaf then carries the time of the one before it, and in `clock` what the clock said.
    """
    last = models.Leaf.objects.filter(seq=size - 1).values_list("at", flat=True).first()
    return max(at, last) if last else at


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def signing_key() -> bytes:
    """Return the key that signs checkpoints (32 bytes, from MANUMIT_LOG_KEY)."""
    return binascii.unhexlify(settings.MANUMIT_LOG_KEY)


def public_key() -> bytes:
    """Return the public half, which outsiders need."""
    return sealing.public_of(signing_key())


def sign_checkpoint(*, at: datetime) -> models.Checkpoint:
    """Sign the head as it is now; the same head is signed once."""
    with transaction.atomic():
        head, _ = models.RecordHead.objects.select_for_update(no_key=True).get_or_create(id=1)
        known = models.Checkpoint.objects.filter(size=head.size).first()
        if known:
            return known
        frontier = merkle.Frontier.from_bytes(bytes(head.frontier) or bytes(8))
        text = checkpoint.sign(
            checkpoint.Checkpoint(ORIGIN, frontier.size, frontier.root(), at),
            signing_key(),
            ORIGIN,
        )
        return models.Checkpoint.objects.create(size=head.size, text=text, at=at)


def lines() -> Iterator[bytes]:
    """Yield the canonical bytes of every leaf in order: the file that an outsider verifies."""
    bodies = models.Leaf.objects.order_by("seq").values_list("body", flat=True)
    for body in bodies.iterator(chunk_size=5000):
        yield bytes(body)


def inclusion(seq: int) -> tuple[int, list[bytes]]:
    """Return the size of the tree and the proof that leaf `seq` is in it."""
    hashes = [merkle.leaf_hash(body) for body in lines()]
    return len(hashes), merkle.inclusion_proof(hashes, seq, len(hashes))


@dataclass(frozen=True)
class Verdict:
    """What checking the record found. `problems` names the first bad row of each kind."""

    size: int
    root: str
    checkpoints: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Tell whether nothing was wrong."""
        return not self.problems


def verify(*, witnessed: tuple[str, ...] = ()) -> Verdict:
    """Check every leaf, the head, all stored checkpoints and those that an outsider kept.

    `witnessed` holds checkpoint texts from outside. Nothing is trusted but the public key.
    """
    problems: dict[str, str] = {}
    marks, bad_marks = _marks(witnessed)
    for text in bad_marks:
        problems.setdefault("checkpoint", text)
    roots: dict[int, bytes] = {}
    frontier = merkle.Frontier()
    for leaf in models.Leaf.objects.order_by("seq").iterator(chunk_size=5000):
        problem = _leaf_problem(leaf, frontier.size)
        if problem:
            problems.setdefault("leaf", problem)
        frontier = frontier.append(merkle.leaf_hash(bytes(leaf.body)))
        if frontier.size in marks:
            roots[frontier.size] = frontier.root()
    roots.setdefault(0, merkle.EMPTY_ROOT)
    head = models.RecordHead.objects.filter(id=1).first()
    if head and bytes(head.frontier) != frontier.to_bytes() and (head.size or frontier.size):
        problems.setdefault("head", f"the head says {head.size} leaves, the table {frontier.size}")
    for size, expected in sorted(marks.items()):
        if roots.get(size) not in expected or len(expected) > 1:
            problems.setdefault(
                "history", f"the first {size} leaves are not those that were signed"
            )
    for problem in _detail_problems():
        problems.setdefault("details", problem)
    return Verdict(frontier.size, frontier.root().hex(), len(marks), tuple(problems.values()))


def _marks(witnessed: tuple[str, ...]) -> tuple[dict[int, set[bytes]], list[str]]:
    marks: dict[int, set[bytes]] = {}
    bad = []
    stored = models.Checkpoint.objects.order_by("size").values_list("text", flat=True)
    for origin, texts in (("stored", list(stored)), ("witnessed", list(witnessed))):
        for number, text in enumerate(texts, 1):
            try:
                mark = checkpoint.parse_and_verify(text, public_key(), ORIGIN)
                marks.setdefault(mark.size, set()).add(mark.root)
            except checkpoint.BadCheckpoint as problem:
                bad.append(f"{origin} checkpoint {number}: {problem}")
    return marks, bad


def _leaf_problem(leaf: models.Leaf, expected: int) -> str:
    if leaf.seq != expected:
        return f"leaf {expected} is missing; the next one is {leaf.seq}"
    try:
        entry = json.loads(bytes(leaf.body))
        canonical = checkpoint.entry_bytes(entry) == bytes(leaf.body)
    except (ValueError, TypeError):
        return f"leaf {leaf.seq} cannot be read"
    said = (entry.get("seq"), entry.get("at"), entry.get("act"), entry.get("outcome"))
    if not canonical or said != (leaf.seq, _stamp(leaf.at), leaf.act, leaf.outcome):
        return f"leaf {leaf.seq}: its columns do not say what its body says"
    if entry.get("by") != (str(leaf.by) if leaf.by else "system"):
        return f"leaf {leaf.seq}: another actor stands in its column"
    return ""


def _detail_problems() -> Iterator[str]:
    for detail in models.LeafDetail.objects.select_related("leaf").iterator(chunk_size=5000):
        committed = json.loads(bytes(detail.leaf.body)).get("details")
        if checkpoint.commitment(detail.details, bytes(detail.salt)) != committed:
            yield f"leaf {detail.leaf_id}: its details were changed"
