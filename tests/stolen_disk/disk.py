"""What a thief finds: every byte of a directory, searched for words in every shape.

The search is by windows: six bytes of the text itself (so that a cut word is found too), the first
eight bytes of every other encoding, then the whole to be sure. numpy looks at all offsets at once.
"""

import base64
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

WINDOW = 6


@dataclass(frozen=True)
class Hit:
    """Where a word was found, and in which shape."""

    file: str
    word: str
    shape: str


def shapes(word: str) -> Iterator[tuple[str, bytes]]:
    """Yield the word in every other shape in which it might lie on a disk."""
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, word)
        for codec in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
            yield f"{form} {codec}", text.encode(codec)
        data = text.encode()
        for offset in range(3):
            coded = base64.b64encode(b"\0" * offset + data)
            # The ends depend on what stands beside the word; the middle does not.
            yield f"{form} base64 at {offset}", coded[4 : len(coded) // 4 * 4 - 4]
        yield f"{form} hexadecimal", data.hex().encode()
        yield f"{form} HEXADECIMAL", data.hex().upper().encode()
        yield f"{form} reversed", text[::-1].encode()
        yield f"{form} percent", "".join(f"%{byte:02X}" for byte in data).encode()
        yield f"{form} escaped", text.encode("unicode_escape")


def windows(word: str) -> Iterator[tuple[str, bytes]]:
    """Yield each run of six characters of the word, as typed, in small and in capital letters."""
    for text in dict.fromkeys((word, word.lower(), word.upper(), word.casefold())):
        for form in ("NFC", "NFD"):
            whole = unicodedata.normalize(form, text)
            for start in range(len(whole) - WINDOW + 1):
                yield "part", whole[start : start + WINDOW].encode()


def _numbers(data: bytes, width: int) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Return the `width` bytes at each offset as one number."""
    raw = np.frombuffer(data, dtype=np.uint8).astype(np.uint64)
    count = max(len(raw) - width + 1, 0)
    total = np.zeros(count, dtype=np.uint64)
    for place in range(width):
        total |= raw[place : place + count] << np.uint64(8 * place)
    return total


def _key(pattern: bytes, width: int) -> int:
    return int.from_bytes(pattern[:width], "little")


class Searcher:
    """Looks for many words in many files."""

    def __init__(self, words: Iterable[str]) -> None:
        self.by_width: dict[int, dict[int, list[tuple[bytes, str, str]]]] = {WINDOW: {}, 8: {}}
        for word in words:
            assert len(word) >= WINDOW
            for shape, pattern in (*windows(word), *shapes(word)):
                width = WINDOW if shape == "part" else 8
                if len(pattern) >= width:
                    place = self.by_width[width].setdefault(_key(pattern, width), [])
                    place.append((pattern, word, shape))

    def search(self, name: str, data: bytes) -> set[Hit]:
        """Return what is found in the bytes of one file."""
        found = set()
        for width, patterns in self.by_width.items():
            keys = np.array(sorted(patterns), dtype=np.uint64)
            numbers = _numbers(data, width)
            for offset in np.nonzero(np.isin(numbers, keys))[0]:
                for pattern, word, shape in patterns[int(numbers[offset])]:
                    if data.startswith(pattern, int(offset)):
                        found.add(Hit(name, word, shape))
        return found

    def search_tree(self, home: Path) -> set[Hit]:
        """Return what is found in every file below a directory, and in the files' names."""
        found: set[Hit] = set()
        for path in sorted(home.rglob("*")):
            name = str(path.relative_to(home))
            found |= self.search(f"name of {name}", name.encode())
            if path.is_file():
                found |= self.search(name, path.read_bytes())
        return found
