"""Case references: short, random, easy to say and to copy, telling nothing.

No vowels, so that no word appears; no characters that look or sound like another (0 O, 1 I L, U V
said aloud stay apart because U is left out). 27**6 = 387 million references.
"""

import re

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
LENGTH = 6
PATTERN = re.compile(rf"[{ALPHABET}]{{2}}-[{ALPHABET}]{{4}}")


def from_bytes(random: bytes) -> str:
    """Turn 16 random bytes into a reference such as "K7-4Q2M".

    Raises ValueError for fewer bytes: the reference would lean to some characters.
    """
    if len(random) < 16:
        raise ValueError("a reference needs 16 random bytes")
    number = int.from_bytes(random, "big")
    signs = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    return "".join(signs[:2]) + "-" + "".join(signs[2:])


def tidy(typed: str) -> str:
    """Return what was typed as a reference, or "" when it cannot be one."""
    signs = re.sub(r"[\s\-–.]", "", typed.upper())
    candidate = f"{signs[:2]}-{signs[2:]}"
    return candidate if PATTERN.fullmatch(candidate) else ""
