"""Sealing: how a value, a key and a recovery code are made unreadable to whoever steals the disk.

A value is sealed with AES-256-GCM under the random key of one object and one field class. Its
place (object, class, table, row, field, version) is authenticated with it, so a ciphertext moved
anywhere else does not open. Keys are wrapped under a unit's key (AES-256-GCM) or to a public key
(HPKE, RFC 9180, with ML-KEM-768 beside X25519, because testimony must stay secret for longer than
X25519 alone may last). A passphrase becomes a key by Argon2id (RFC 9106). Only formats are decided
here; every primitive comes from `cryptography` and `argon2-cffi`.
"""

import hmac
import secrets
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from argon2 import low_level as argon2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ed25519, mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
SALT_BYTES = 16
PAD_STEP = 32  # bytes; a short name and a long one have the same sealed size

# The first byte of every blob says what it is and in which format, so that formats can change
# later and a wrap is never taken for a value.
_VALUE = b"\x01"
_WRAP = b"\x11"
_HPKE = b"\x21"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_LENGTH_BYTES = 4
_MLKEM_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184
_X25519_BYTES = 32
_ROW_BYTES = 16
PUBLIC_KEY_BYTES = _MLKEM_PUBLIC_BYTES + _X25519_BYTES


class FieldClass(StrEnum):
    """Kinds of sealed content. Each object has one random key per class, so that one class can be
    shared or destroyed without the others."""

    LINK = "link"
    IDENTITY = "identity"
    CONTACT = "contact"
    TESTIMONY = "testimony"
    MEDICAL = "medical"
    LEGAL = "legal"
    PLAN = "plan"
    FINANCE = "finance"
    NETWORK = "network"
    SCREENING = "screening"
    REFERRAL = "referral"
    COMPELLED = "compelled"


class SealBroken(Exception):  # noqa: N818 (said as the field says it)
    """The sealed bytes are not what was sealed here: wrong key, wrong place, or changed."""


class BadRecoveryCode(ValueError):  # noqa: N818
    """The text is not a recovery code: a character is missing, foreign or mistyped."""


@dataclass(frozen=True)
class Context:
    """The one place where a sealed value may be opened again."""

    owner: UUID
    field_class: str
    table: str
    row: UUID
    field: str
    version: int

    def aad(self) -> bytes:
        """Return the place as bytes that no other place has: every part carries its length."""
        before, after = _around_row(
            self.owner, self.field_class, self.table, self.field, self.version
        )
        return before + self.row.bytes + after


def _around_row(
    owner: UUID, field_class: str, table: str, field: str, version: int
) -> tuple[bytes, bytes]:
    before = _parts(
        b"manumit value", owner.bytes, str(field_class).encode(), table.encode()
    ) + struct.pack(">I", _ROW_BYTES)
    return before, _parts(field.encode(), struct.pack(">Q", version))


def _parts(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def _check_key(key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")


def new_key() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def new_salt() -> bytes:
    """Return 16 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def _lock(kind: bytes, key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    _check_key(key)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return kind + nonce + AESGCM(key).encrypt(nonce, plaintext, kind + aad)


def _unlock(kind: bytes, key: bytes, blob: bytes, aad: bytes) -> bytes:
    if len(key) != KEY_BYTES or len(blob) < 1 + _NONCE_BYTES + _TAG_BYTES or blob[:1] != kind:
        raise SealBroken("not a sealed value of this kind")
    nonce, ciphertext = blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, kind + aad)
    except InvalidTag as error:
        raise SealBroken("changed, moved, or sealed under another key") from error


def seal(key: bytes, plaintext: bytes, context: Context) -> bytes:
    """Seal a value to its place.

    Returns one format byte, a random 12-byte nonce, and the ciphertext with its 16-byte tag. The
    plaintext is padded to a multiple of 32 bytes, its length (4 bytes) included. A key serves at
    most 2**20 values, far below the 2**32 that random nonces allow (NIST SP 800-38D, 8.3).
    """
    return _lock(_VALUE, key, _framed(plaintext), context.aad())


def _framed(plaintext: bytes) -> bytes:
    framed = struct.pack(">I", len(plaintext)) + plaintext
    return framed + bytes(-len(framed) % PAD_STEP)


class Sealer:
    """Seals one field of many rows, just as `seal` does; what all rows have in common is made once."""

    def __init__(
        self, key: bytes, owner: UUID, field_class: str, table: str, field: str, version: int
    ) -> None:
        _check_key(key)
        before, self._after = _around_row(owner, field_class, table, field, version)
        self._before = _VALUE + before
        self._cipher = AESGCM(key)

    def seal_all(self, rows: Sequence[UUID], plaintexts: Sequence[bytes]) -> list[bytes]:
        """Seal a value for each row."""
        drawn = secrets.token_bytes(_NONCE_BYTES * len(rows))  # asking for each takes as long again
        nonces = (drawn[at : at + _NONCE_BYTES] for at in range(0, len(drawn), _NONCE_BYTES))
        return [
            _VALUE
            + nonce
            + self._cipher.encrypt(
                nonce, _framed(plaintext), self._before + row.bytes + self._after
            )
            for row, plaintext, nonce in zip(rows, plaintexts, nonces, strict=True)
        ]


def open_sealed(key: bytes, blob: bytes, context: Context) -> bytes:
    """Return what was sealed at this place; raises SealBroken on anything else."""
    framed = _unlock(_VALUE, key, blob, context.aad())
    if len(framed) < _LENGTH_BYTES:
        raise SealBroken("no length")
    end = _LENGTH_BYTES + struct.unpack(">I", framed[:_LENGTH_BYTES])[0]
    if len(framed) != end + -end % PAD_STEP or any(framed[end:]):
        raise SealBroken("length and padding disagree")
    return framed[_LENGTH_BYTES:end]


def wrap_key(wrapping_key: bytes, key: bytes, aad: bytes) -> bytes:
    """Wrap a key (any bytes) under another; `aad` names what the key is for and for whom."""
    return _lock(_WRAP, wrapping_key, key, _parts(b"manumit wrap", aad))


def unwrap_key(wrapping_key: bytes, blob: bytes, aad: bytes) -> bytes:
    """Return the wrapped key; raises SealBroken on anything but the same key, blob and `aad`."""
    return _unlock(_WRAP, wrapping_key, blob, _parts(b"manumit wrap", aad))


@dataclass(frozen=True)
class KeyPair:
    """A hybrid key pair.

    secret: ML-KEM-768 seed (64 bytes) then X25519 private key (32). public: ML-KEM-768 (1184)
    then X25519 (32).
    """

    secret: bytes = field(repr=False)
    public: bytes


def new_key_pair() -> KeyPair:
    """Return a new random hybrid key pair."""
    post_quantum = mlkem.MLKEM768PrivateKey.generate()
    classic = x25519.X25519PrivateKey.generate()
    return KeyPair(
        secret=post_quantum.private_bytes_raw() + classic.private_bytes_raw(),
        public=post_quantum.public_key().public_bytes_raw()
        + classic.public_key().public_bytes_raw(),
    )


def key_pair_of(secret: bytes) -> KeyPair:
    """Return the hybrid key pair that belongs to 96 secret bytes, each of them random."""
    if len(secret) != _MLKEM_SEED_BYTES + _X25519_BYTES:
        raise ValueError("a secret of a hybrid key pair has 96 bytes")
    post_quantum = mlkem.MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED_BYTES])
    classic = x25519.X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED_BYTES:])
    public = post_quantum.public_key().public_bytes_raw() + classic.public_key().public_bytes_raw()
    return KeyPair(secret=secret, public=public)


def _suite() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


@lru_cache(maxsize=256)
def _public_key(public: bytes) -> hpke.MLKEM768X25519PublicKey:
    if len(public) != _MLKEM_PUBLIC_BYTES + _X25519_BYTES:
        raise ValueError("not a hybrid public key")
    return hpke.MLKEM768X25519PublicKey(
        mlkem.MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
        x25519.X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
    )


def hpke_wrap(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Wrap a key to the holder of `public`; `info` names what it is for. Adds 1137 bytes."""
    return _HPKE + _suite().encrypt(plaintext, _public_key(public), info)


def hpke_unwrap(secret: bytes, blob: bytes, info: bytes) -> bytes:
    """Return what was wrapped to this secret key; raises SealBroken on anything else."""
    if len(secret) != _MLKEM_SEED_BYTES + _X25519_BYTES or blob[:1] != _HPKE:
        raise SealBroken("not a wrap to a public key")
    private = hpke.MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED_BYTES]),
        x25519.X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED_BYTES:]),
    )
    try:
        return _suite().decrypt(blob[1:], private, info)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("changed, moved, or wrapped to another key") from error


@dataclass(frozen=True)
class KdfCost:
    """What one try at a passphrase costs: KiB of memory, passes, lanes (Argon2id)."""

    memory_kib: int = 131072
    time: int = 3
    parallelism: int = 1


def derive(passphrase: str, salt: bytes, cost: KdfCost) -> bytes:
    """Return the 32-byte key of a passphrase.

    The passphrase is NFKC-normalised first: two keyboards send one accented letter differently.
    """
    return argon2.hash_secret_raw(
        secret=unicodedata.normalize("NFKC", passphrase).encode(),
        salt=salt,
        time_cost=cost.time,
        memory_cost=cost.memory_kib,
        parallelism=cost.parallelism,
        hash_len=KEY_BYTES,
        type=argon2.Type.ID,
    )


# A printed recovery code: 128 random bits and a 12-bit CRC, as 28 characters in groups of four.
# The alphabet has no I, L, O, U; a reader's I and L are taken as 1, O as 0. A CRC rather than a
# hash: it refuses for certain every single wrong character and every swap of two neighbours.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_BITS, _CHECK_BITS, _CHARACTER_BITS = 128, 12, 5
_CODE_CHARACTERS = (_CODE_BITS + _CHECK_BITS) // _CHARACTER_BITS
_CRC12 = 0x180F
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})


def _checksum(number: int) -> int:
    register = number << _CHECK_BITS
    for bit in range(_CODE_BITS + _CHECK_BITS - 1, _CHECK_BITS - 1, -1):
        if register >> bit & 1:
            register ^= _CRC12 << (bit - _CHECK_BITS)
    return register ^ 0xFFF  # so that a row of zeros is no code


def new_recovery_code() -> str:
    """Return a fresh code to print, such as 7QXK-....-....-....-....-....-....."""
    number = secrets.randbits(_CODE_BITS)
    number = number << _CHECK_BITS | _checksum(number)
    text = "".join(
        _ALPHABET[number >> shift & 31]
        for shift in range(_CHARACTER_BITS * (_CODE_CHARACTERS - 1), -1, -_CHARACTER_BITS)
    )
    return "-".join(text[start : start + 4] for start in range(0, _CODE_CHARACTERS, 4))


def recovery_key(code: str, salt: bytes) -> bytes:
    """Return the 32-byte key of a printed code; raises BadRecoveryCode when it is mistyped."""
    text = unicodedata.normalize("NFKC", code).strip().upper().translate(_LOOKALIKES)
    if len(text) != _CODE_CHARACTERS or not set(text) <= set(_ALPHABET):
        raise BadRecoveryCode("a recovery code has seven groups of four letters and digits")
    number = 0
    for character in text:
        number = number << _CHARACTER_BITS | _ALPHABET.index(character)
    bits, check = number >> _CHECK_BITS, number & 0xFFF
    if _checksum(bits) != check:
        raise BadRecoveryCode("a character of the recovery code is wrong; please read it again")
    # 128 random bits cannot be guessed, so no slow derivation is needed here.
    return _hkdf(bits.to_bytes(16, "big"), salt, b"manumit recovery code")


def _hkdf(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(key)


def subkey(key: bytes, label: bytes) -> bytes:
    """Return the 32-byte key for one use of a key (HKDF-SHA256); the label names the use."""
    _check_key(key)
    return _hkdf(key, None, b"manumit subkey " + label)


def blind(unit_key: bytes, kind: str, value: str) -> bytes:
    """Return the 16-byte blind index of an exact identifier (phone, passport) within one unit.

    Equal values give equal bytes, so names never go here. The caller normalises the value.
    """
    return Blinder(unit_key, kind).blind(value)


class Blinder:
    """Makes blind indexes of many identifiers of one kind, just as `blind` does."""

    def __init__(self, unit_key: bytes, kind: str) -> None:
        self._key = subkey(unit_key, b"blind index")
        self._kind = _parts(kind.encode())

    def blind(self, value: str) -> bytes:
        """Return the blind index of one identifier."""
        said = value.encode()
        message = self._kind + struct.pack(">I", len(said)) + said
        return hmac.digest(self._key, message, "sha256")[:16]


def new_signing_key() -> bytes:
    """Return a new Ed25519 private key (32 raw bytes) for checkpoints."""
    return ed25519.Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(signing_key: bytes) -> bytes:
    """Return the Ed25519 public key (32 raw bytes) of a signing key."""
    private = ed25519.Ed25519PrivateKey.from_private_bytes(signing_key)
    return private.public_key().public_bytes_raw()
