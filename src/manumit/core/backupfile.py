"""The backup file: encrypted as it is written, refused when one byte of it is not as it was.

One line says what it is, one line (JSON) for whom: the file's random key, wrapped (HPKE) to each
recipient's public key of the week. Then numbered pieces, AES-256-GCM each, bound to both lines, to
their number and to being the last or not (the STREAM construction that age uses). So a piece that
is changed, left out, moved, doubled or taken from another backup is refused, and so is an end that
is not the end. Nothing is handed on before its piece has been checked.
"""

import base64
import binascii
import hashlib
import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from manumit.core import backupkeys, sealing

MAGIC = b"manumit backup 1\n"
PIECE = 1 << 20  # bytes of plaintext in a piece
_TAG = 16
_LONGEST_HEADER = 1 << 20
_AT = "%Y-%m-%dT%H:%M:%SZ"


class BadBackup(ValueError):  # noqa: N818 (said as people say it)
    """The file is no backup, was changed, is cut off, or is for another key; with the cure."""


class Out(Protocol):
    """Where a backup is written to."""

    def write(self, data: bytes, /) -> Any:
        """Take bytes."""


class In(Protocol):
    """Where a backup is read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; fewer at the end."""


@dataclass(frozen=True)
class Header:
    """What a backup says of itself in the clear: when, which week, for which keys."""

    made_at: datetime
    week: int
    wraps: tuple[tuple[str, bytes], ...]  # fingerprint of the recipient, the file's key wrapped

    @property
    def ends_on(self) -> date:
        """Return the day from which it must not open any more."""
        return backupkeys.ends_on(self.week)

    def encode(self) -> bytes:
        """Return the two lines."""
        told = {
            "made_at": self.made_at.astimezone(UTC).strftime(_AT),
            "week": self.week,
            "to": [[who, base64.b64encode(wrap).decode()] for who, wrap in self.wraps],
        }
        return MAGIC + json.dumps(told, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _info(recipient: str, week: int) -> bytes:
    return f"manumit backup|{recipient}|{week}".encode()


class Writer:
    """Takes text in any portions; compresses, encrypts and numbers it. `close` marks the end."""

    def __init__(
        self, out: Out, recipients: Sequence[backupkeys.Recipient], made_at: datetime
    ) -> None:
        if not recipients:
            raise BadBackup("a backup needs at least one recipient (--to FILE.pub)")
        week, key = backupkeys.week_of(made_at.date()), sealing.new_key()
        wraps = tuple(
            (who.id, sealing.hpke_wrap(who.key(week), key, _info(who.id, week)))
            for who in recipients
        )
        head = Header(made_at, week, wraps).encode()
        self._out, self._cipher = out, AESGCM(key)
        self._bound = hashlib.sha256(head).digest()
        self._press, self._waiting, self._number = zlib.compressobj(1), bytearray(), 0
        self.size = len(head)
        out.write(head)

    def write(self, data: bytes) -> None:
        """Take some bytes of the plaintext."""
        self._waiting += self._press.compress(data)
        while len(self._waiting) > PIECE:  # one piece is always kept back: it may be the last
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def close(self) -> None:
        """Write what is left, and the mark that this was all."""
        self._waiting += self._press.flush()
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        self._put(bytes(self._waiting), last=True)

    def _put(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), plain, self._bound)
        framed = struct.pack(">I", len(sealed)) + sealed
        self._out.write(framed)
        self._number += 1
        self.size += len(framed)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def read_header(source: In) -> Header:
    """Read the two lines; raises BadBackup. The rest of `source` are the pieces."""
    if source.read(len(MAGIC)) != MAGIC:
        raise BadBackup("not a backup made by `manumit backup`, or not its beginning")
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = source.read(1)
        if not byte or len(line) > _LONGEST_HEADER:
            raise BadBackup("cut off in its first lines. Cure: take another copy")
        line += byte
    try:
        told = json.loads(bytes(line))
        header = Header(
            datetime.strptime(told["made_at"], _AT).replace(tzinfo=UTC),
            int(told["week"]),
            tuple((str(who), base64.b64decode(wrap, validate=True)) for who, wrap in told["to"]),
        )
    except (ValueError, KeyError, TypeError, binascii.Error) as problem:
        raise BadBackup("its first lines were changed. Cure: take another copy") from problem
    if header.encode() != MAGIC + bytes(line):
        raise BadBackup("its first lines are not in the one allowed form: they were changed")
    return header


def file_key(header: Header, secrets: Sequence[backupkeys.Secret], on: date) -> bytes:
    """Return the file's key by one of the secrets; raises BadBackup, BadBackupKey.

    After its last day a backup is refused even where its key was not forgotten as it should be.
    """
    if on >= header.ends_on:
        raise BadBackup(
            f"this backup ended on {header.ends_on}: what was erased since must not come back. "
            "Cure: take a newer one"
        )
    wraps = dict(header.wraps)
    known = [secret for secret in secrets if secret.recipient in wraps]
    if not known:
        raise BadBackup(
            f"made for other keys ({', '.join(wraps)}). Cure: --key with the secret half of one"
        )
    for secret in known:
        try:
            info = _info(secret.recipient, header.week)
            return sealing.hpke_unwrap(secret.of(header.week), wraps[secret.recipient], info)
        except sealing.SealBroken:
            continue
    raise BadBackup("its first lines were changed, or the key file was. Cure: take another copy")


def pieces(source: In, header: Header, key: bytes) -> Iterator[bytes]:
    """Yield the plaintext piece by piece, each checked before it is handed on; raises BadBackup."""
    cipher, bound = AESGCM(key), hashlib.sha256(header.encode()).digest()
    press, number, last = zlib.decompressobj(), 0, False
    while not last:
        sealed = _framed(source, number)
        plain, last = _opened(cipher, bound, sealed, number)
        number += 1
        # Never more than a piece at a time, however well it was compressed.
        more = True
        while more:
            try:
                out = press.decompress(plain, PIECE)
            except zlib.error as problem:
                raise BadBackup("it was not written by `manumit backup`") from problem
            plain = press.unconsumed_tail
            more = len(out) == PIECE or bool(plain)
            yield out
    if source.read(1):
        raise BadBackup("something was added after its end. Cure: take another copy")
    if not press.eof or press.unused_data:
        raise BadBackup("it ends in the middle of its text: it was never finished")


def _framed(source: In, number: int) -> bytes:
    size = source.read(4)
    length = struct.unpack(">I", size)[0] if len(size) == 4 else 0
    if not _TAG <= length <= PIECE + _TAG:
        raise BadBackup(
            f"cut off or changed at piece {number + 1}. Cure: take another copy or an earlier one"
        )
    sealed = source.read(length)
    if len(sealed) != length:
        raise BadBackup(f"cut off in piece {number + 1}. Cure: take another copy or an earlier one")
    return sealed


def _opened(cipher: AESGCM, bound: bytes, sealed: bytes, number: int) -> tuple[bytes, bool]:
    for last in (False, True):
        try:
            return cipher.decrypt(_nonce(number, last), sealed, bound), last
        except InvalidTag:
            continue
    raise BadBackup(
        f"piece {number + 1} was changed, moved or taken from another backup. "
        "Cure: take another copy or an earlier one"
    )


def lines(portions: Iterator[bytes]) -> Iterator[bytes]:
    """Yield whole lines (without their end) of text that comes in portions."""
    rest = b""
    for portion in portions:
        whole = (rest + portion).split(b"\n")
        rest = whole.pop()
        yield from whole
    if rest:
        yield rest


def told(line: bytes) -> dict[str, Any]:
    """Return what a line of a backup's text says, where it is no row; raises BadBackup."""
    try:
        said = json.loads(line)
    except ValueError as problem:
        raise BadBackup("a line of it cannot be read") from problem
    if not isinstance(said, dict):
        raise BadBackup("a line of it is out of its place")
    return said


def about(text: Iterator[bytes]) -> dict[str, Any]:
    """Take the first line of a backup's text: when, from what, and its secrets; raises BadBackup."""
    first = told(next(text, b""))
    if not isinstance(first.get("about"), dict):
        raise BadBackup("it does not begin as a backup of Manumit")
    return dict(first["about"])
