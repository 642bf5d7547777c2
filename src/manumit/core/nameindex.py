"""The name index of one unit: who is meant, although the name is spelled otherwise.

Names are sealed on disk, so nothing there can be searched, and a phonetic or deterministic code
on disk would give the commonest names away. This index exists only in memory, after the unit's
key is unlocked, and is stored as one sealed blob: `to_bytes` writes plain arrays that
`from_bytes` uses as they are, without copying.

A search looks up each word of the query three ways (same letters, same consonant skeleton, one
slip of the finger) among the distinct words, then adds up per name. The order of words does not
matter; a missing or extra space is forgiven.
"""

from enum import StrEnum

_MAGIC = b"manumit names 1\n"
_ALIGN = 64  # bytes; arrays start where any of their types may be read in place
_WEAKEST = 60.0  # names scoring below are not worth showing
_SHORTLIST = 160  # names scored word by word, per segment
_SMALL = 2048  # names; segments up to this size are merged when one more is added


class BadIndex(ValueError):  # noqa: N818
    """The bytes are not a name index of a known format."""


class Reason(StrEnum):
    """Why a name was found."""

    SAME_LETTERS = "same letters"
    SPELLED_ALIKE = "spelled alike"
    SOUNDS_ALIKE = "sounds alike across scripts"
