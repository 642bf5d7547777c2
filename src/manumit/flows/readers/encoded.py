"""The bytes of a text file as UTF-8, block by block, whatever encoding it is in.

Told apart: UTF-8 and UTF-16 with or without a mark, Windows-1252 (western) and Windows-1256 (Arabic).
The last two share their bytes, so they are told by what the letters would be; where that stays in
doubt the file is refused and the first such byte named, because a name read in the wrong letters is
worse than none. Until a byte above 127 comes nothing needs to be decided.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from manumit.flows import batch
from manumit.flows.readers import faults

KNOWN = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "cp1256": "cp1256",
    "windows-1256": "cp1256",
}
BLOCK = 4 << 20
_HIGH = re.compile(rb"[\x80-\xff]+")
_ARABIC = re.compile("[\u0621-\u064a\u0679-\u06d2\u060c\u061b\u061f\u200c\u200d\u200e\u200f\xa0]+")
_LATIN = re.compile("[\xc0-\xd6\xd8-\xf6\xf8-\xffŒœŠšŽžŸ€£‘’“”–—•…°º«»§\xa0]+")


class _Decoder(Protocol):
    def decode(self, data: bytes, final: bool = False) -> str: ...


class Text:
    """A text file: its blocks as UTF-8 bytes with line ends of one byte.

    `encoding` and `guessed` are known for certain only when all blocks were read.
    """

    def __init__(self, stream: BinaryIO, encoding: str = "", *, cut: bool = False) -> None:
        """Take a stream; `cut`: it is the beginning of a file, and may end within a letter."""
        self._stream = stream
        self._cut = cut
        self._given = bool(encoding)
        self.guessed = False
        self._line = 1
        self._decoder: _Decoder | None = None
        if encoding and encoding.lower() not in KNOWN:
            raise faults.unreadable("encoding_unknown")
        self.encoding = KNOWN[encoding.lower()] if encoding else ""

    def blocks(self) -> Iterator[bytes]:
        """Yield the text. Raises batch.Unreadable naming the first byte that fits no encoding."""
        head = _full(self._stream, BLOCK)
        if not head:
            raise faults.unreadable("empty")
        self._begin(head)
        head = head.removeprefix(codecs.BOM_UTF8) if self.encoding in ("", "utf-8") else head
        carriage = False
        while head:
            after = _full(self._stream, BLOCK)
            text = self._block(head, final=not after and not self._cut)
            if carriage:
                text = b"\r" + text
            if carriage := text.endswith(b"\r") and bool(after):
                text = text[:-1]
            if b"\r" in text:
                text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            self._line += text.count(b"\n")
            if text:
                yield text
            head = after

    def _begin(self, head: bytes) -> None:
        if self.encoding in ("", "utf-16") and (found := _marked(head) or _wide(head)):
            self.encoding = found
        if self.encoding.startswith("utf-16") or self.encoding.startswith("cp"):
            self._decoder = codecs.getincrementaldecoder(self.encoding)()
        self._utf8 = codecs.getincrementaldecoder("utf-8")()

    def _block(self, data: bytes, *, final: bool) -> bytes:
        if self._decoder is not None:
            return self._decoded(self._decoder, data, final=final)
        if not self.encoding and data.isascii() and not self._utf8.getstate()[0]:
            return data
        kept = self._utf8.getstate()[0]  # the first bytes of a letter that the last block cut
        try:
            text = self._utf8.decode(data, final)
        except UnicodeDecodeError as error:
            if self.encoding:
                raise self._refused(kept + data, error.start) from None
            self.encoding = self._guess(kept + data, error.start)
            self.guessed = True
            self._decoder = codecs.getincrementaldecoder(self.encoding)()
            return self._decoded(self._decoder, kept + data, final=final)
        if not text.isascii():
            self.encoding = "utf-8"
        return text.encode()

    def _decoded(self, decoder: _Decoder, data: bytes, *, final: bool) -> bytes:
        try:
            return decoder.decode(data, final).removeprefix("\ufeff").encode()
        except UnicodeError as error:
            raise self._refused(data, getattr(error, "start", 0)) from None

    def _refused(self, data: bytes, start: int) -> batch.Unreadable:
        line = self._line + data[:start].count(b"\n")
        detail = f"The byte 0x{data[min(start, len(data) - 1)]:02X} is the first that does not fit."
        reason = "encoding_said" if self._given else "encoding"
        return faults.unreadable(reason, line=line, detail=detail)

    def _guess(self, data: bytes, start: int) -> str:
        """Return cp1252 or cp1256, by whether runs of high bytes are Arabic words or single letters."""
        runs = _HIGH.findall(data)
        arabic = sum(len(run) for run in runs if len(run) > 1 and _is(run, "cp1256", _ARABIC))
        latin = sum(len(run) for run in runs if len(run) < 3 and _is(run, "cp1252", _LATIN))
        whole = sum(map(len, runs))
        if arabic >= 0.9 * whole:
            return "cp1256"
        if latin >= 0.9 * whole:
            return "cp1252"
        raise self._refused(data, start)


def _is(run: bytes, encoding: str, letters: re.Pattern[str]) -> bool:
    try:
        return bool(letters.fullmatch(run.decode(encoding)))
    except UnicodeDecodeError:
        return False


def _marked(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8" if head.startswith(codecs.BOM_UTF8) else ""


def _wide(head: bytes) -> str:
    """Return UTF-16 without a mark: every second byte of the beginning is zero."""
    start = head[:400]
    if len(start) < 8 or len(start) % 2:
        start = start[: len(start) // 2 * 2]
    half = len(start) // 2
    if half >= 4 and start[1::2].count(0) > 0.7 * half and start[::2].count(0) == 0:
        return "utf-16-le"
    if half >= 4 and start[::2].count(0) > 0.7 * half and start[1::2].count(0) == 0:
        return "utf-16-be"
    return ""


def _full(stream: BinaryIO, size: int) -> bytes:
    """Read exactly `size` bytes, or what is left: the same file gives the same blocks."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
