"""How an account becomes a number that says nothing.

A pseudonym is HMAC-SHA256 of the identifier under a key derived (HKDF) from the ledger's key, cut to
63 bits: without the key nobody can try out account numbers, which are few enough to be tried. Each
kind of thing has its own space, so an account and a telephone with the same digits do not meet. Two of
ten million accounts share a number with a chance of 1 in 180,000.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

import polars

from manumit.core import sealing


class Space(StrEnum):
    """What kind of thing an identifier names."""

    ACCOUNT = "account"
    PARTY = "party"
    PLACE = "place"
    DEVICE = "device"
    ADDRESS = "address"
    PHONE = "phone"
    REFERENCE = "reference"


_SPACES = re.compile(r"[\s\x1c-\x1f]+")


def normal(identifier: str) -> str:
    """Return the one spelling of an identifier: compatible forms alike, no spaces, upper case."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", identifier)).upper()


def normalised(column: polars.Expr) -> polars.Expr:
    """Return the same for a whole column; null where nothing is left."""
    spelled = column.str.normalize("NFKC").str.replace_all(_SPACES.pattern, "").str.to_uppercase()
    return polars.when(spelled != "").then(spelled)


class Maker:
    """Makes the pseudonyms of one ledger. `key` is the ledger's FINANCE key (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._halves = {
            space: _halves(sealing.subkey(key, b"pseudonym " + space.encode())) for space in Space
        }

    def of(self, space: Space, identifier: str) -> int:
        """Return the pseudonym of one identifier; 0 … 2**63 - 1."""
        return self._several(space, [normal(identifier)])[0]

    def _several(self, space: Space, spelled: Iterable[str]) -> list[int]:
        inner, outer = self._halves[space]
        made = []
        for each in spelled:
            first, second = inner.copy(), outer.copy()
            first.update(each.encode())
            second.update(first.digest())
            made.append(int.from_bytes(second.digest()[:8], "big") >> 1)
        return made

    def column(self, space: Space, spelled: polars.Series) -> polars.Series:
        """Return the pseudonyms of a column of normalised identifiers; null stays null."""
        unique = spelled.drop_nulls().unique()
        numbers = polars.Series(self._several(space, unique), dtype=polars.Int64)
        return spelled.replace_strict(unique, numbers, default=None, return_dtype=polars.Int64)


def _halves(key: bytes) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """Return the two begun hashes of HMAC-SHA256 (RFC 2104): twice as fast as the library's."""
    block = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    return inner, hashlib.sha256(bytes(byte ^ 0x5C for byte in block))


def word(text: str) -> int:
    """Return 63 bits of a word that is no secret (a currency, a country), for `content`."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
