"""Escrow: a unit's key in five shares on paper, of which any three bring it back.

SLIP-39 (Shamir's secret sharing with a checksum in every share and a digest in the secret), by
`shamir-mnemonic`. Two shares tell nothing. The holders sit in at least two legal jurisdictions.
"""

from collections.abc import Sequence

import shamir_mnemonic

from manumit.core import sealing

SHARES = 5
NEEDED = 3


class BadShares(ValueError):  # noqa: N818
    """The shares do not bring a key back; the message says why and what would."""


def split(secret: bytes, passphrase: bytes = b"") -> list[str]:
    """Return five shares of 33 words for a 32-byte key.

    passphrase: printable ASCII, asked for again by `combine`; empty for none.
    """
    if len(secret) != sealing.KEY_BYTES:
        raise ValueError(f"only a key of {sealing.KEY_BYTES} bytes is split")
    groups = shamir_mnemonic.generate_mnemonics(1, [(NEEDED, SHARES)], secret, passphrase)
    return [str(share) for share in groups[0]]


def combine(shares: Sequence[str], passphrase: bytes = b"") -> bytes:
    """Return the key from three to five shares; raises BadShares.

    A wrong passphrase gives a wrong key and no error, as SLIP-39 intends: compare what comes back
    with something the right key opens.
    """
    distinct = list(dict.fromkeys(" ".join(share.lower().split()) for share in shares))
    if len(distinct) < NEEDED:
        raise BadShares(f"{NEEDED} different shares are needed, {len(distinct)} given")
    # A share beyond the third adds nothing to the key, but one that disagrees is a sign of a
    # mix-up or of bad faith, so every one is tried.
    first = distinct[: NEEDED - 1]
    found = {_recover([*first, other], passphrase) for other in distinct[NEEDED - 1 :]}
    if len(found) != 1:
        raise BadShares("the shares do not belong together")
    return found.pop()


def _recover(shares: Sequence[str], passphrase: bytes) -> bytes:
    try:
        secret = bytes(shamir_mnemonic.combine_mnemonics(shares, passphrase))
    except (shamir_mnemonic.MnemonicError, ValueError, IndexError) as error:
        raise BadShares(f"a share is mistyped or of another key: {error}") from error
    if len(secret) != sealing.KEY_BYTES:
        raise BadShares("these shares are of something else than a unit's key")
    return secret
