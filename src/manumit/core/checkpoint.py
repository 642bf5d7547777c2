"""Checkpoints: what the record promises to an outsider, signed.

A checkpoint states how many entries the record has, their Merkle root and the time, in the C2SP
tlog-checkpoint format (a signed note with an Ed25519 signature). Whoever keeps one can later see
whether anything before it was changed. Reading is strict: what was read is written again and must
be the same bytes, so that no second text carries the same signature.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from manumit.core import merkle

_DASH = "\u2014"  # the em dash that opens a signature line of a signed note
_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_SIGNATURE_BYTES = 64
_AT = "%Y-%m-%dT%H:%M:%S.%fZ"
_LAYOUT = re.compile(
    rf"(?P<origin>[^\n]+)\n(?P<size>[0-9]{{1,20}})\n(?P<root>[^\n]+)\nat (?P<at>[^\n]+)\n"
    rf"\n{_DASH} (?P<name>[^\n ]+) (?P<signature>[^\n ]+)\n"
)


class BadCheckpoint(ValueError):  # noqa: N818
    """The text is not a checkpoint signed by the expected key, byte for byte."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of a record: whose it is, how many entries, their root, and when (aware)."""

    origin: str
    size: int
    root: bytes
    at: datetime


def encode(checkpoint: Checkpoint) -> str:
    """Return the text that is signed; raises BadCheckpoint on a value it cannot carry."""
    if not _plain(checkpoint.origin) or checkpoint.size < 0:
        raise BadCheckpoint("the origin is one line of visible text and the size is not negative")
    if len(checkpoint.root) != merkle.HASH_BYTES or checkpoint.at.tzinfo is None:
        raise BadCheckpoint("the root has 32 bytes and the time has a time zone")
    at = checkpoint.at.astimezone(UTC).strftime(_AT)
    return f"{checkpoint.origin}\n{checkpoint.size}\n{_base64(checkpoint.root)}\nat {at}\n"


def sign(checkpoint: Checkpoint, signing_key: bytes, name: str) -> str:
    """Return the signed note. `name` names the key: no spaces, no plus sign."""
    if not _plain(name) or " " in name or "+" in name:
        raise BadCheckpoint("the name of a key has no space and no plus sign")
    private = ed25519.Ed25519PrivateKey.from_private_bytes(signing_key)
    body = encode(checkpoint)
    signature = private.sign(body.encode())
    return _note(body, name, _key_id(name, private.public_key().public_bytes_raw()) + signature)


def parse_and_verify(text: str, public_key: bytes, name: str) -> Checkpoint:
    """Return the checkpoint; raises BadCheckpoint unless this key signed exactly this text."""
    found = _LAYOUT.fullmatch(text)
    if found is None:
        raise BadCheckpoint("not laid out as a checkpoint")
    try:
        checkpoint = Checkpoint(
            origin=found["origin"],
            size=int(found["size"]),
            root=base64.b64decode(found["root"], validate=True),
            at=datetime.strptime(found["at"], _AT).replace(tzinfo=UTC),
        )
        signed = base64.b64decode(found["signature"], validate=True)
        body = encode(checkpoint)
        # Compared as bytes: one signed meaning has one text, or the signature could be dressed anew.
        same = _note(body, name, signed).encode() == text.encode()
    except (binascii.Error, ValueError) as error:
        raise BadCheckpoint(f"not a checkpoint: {error}") from error
    if not same or len(signed) != _KEY_ID_BYTES + _SIGNATURE_BYTES:
        raise BadCheckpoint("not in the one allowed form, or signed under another name")
    if signed[:_KEY_ID_BYTES] != _key_id(name, public_key):
        raise BadCheckpoint("signed by another key")
    try:
        public = ed25519.Ed25519PublicKey.from_public_bytes(public_key)
        public.verify(signed[_KEY_ID_BYTES:], body.encode())
    except (InvalidSignature, ValueError) as error:
        raise BadCheckpoint("the signature does not fit") from error
    return checkpoint


def entry_bytes(entry: dict[str, Any]) -> bytes:
    """Return the one byte form of an entry of the record (RFC 8785 canonical JSON)."""
    return rfc8785.dumps(entry)


def commitment(details: dict[str, Any], salt: bytes) -> str:
    """Return a hash (hex) that fixes the details without showing them.

    With the salt (16 bytes or more, random) and the details destroyed, the hash tells nothing;
    the entry that carries it stays provable.
    """
    if len(salt) < 16:
        raise ValueError("a salt has at least 16 bytes")
    framed = len(salt).to_bytes(4, "big") + salt + rfc8785.dumps(details)
    return hashlib.sha256(b"manumit details\n" + framed).hexdigest()


def _plain(text: str) -> bool:
    return bool(text) and text.isprintable() and text == text.strip()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _key_id(name: str, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_BYTES]


def _note(body: str, name: str, signed: bytes) -> str:
    return f"{body}\n{_DASH} {name} {_base64(signed)}\n"
