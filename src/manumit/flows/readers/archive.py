"""Archives (gzip, tar, ZIP), read as they are and never unpacked to the disk.

Before a row is given the whole archive is gone through once: it must be whole, name nothing outside of
itself, and not unpack to far more than a table of payments would.
"""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from manumit.flows.readers import faults

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
MOST_BYTES = 50_000_000_000  # unpacked
FREE_BYTES = 64_000_000  # so much may be anything
MOST_RATIO = 250  # beyond that; tables of payments pack 5 to 40 times smaller
_BAD_ZIP = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, struct.error)
_TAR_MARK = slice(257, 262)


@dataclass(frozen=True)
class Member:
    """One file of an archive, or the file itself. `open` begins it anew each time."""

    name: str
    open: Callable[[], BinaryIO]

    def head(self, size: int = 1 << 16) -> bytes:
        """Return its first bytes."""
        stream = self.open()
        return stream.read(size) or b""


def members(stream: BinaryIO, name: str) -> list[Member]:
    """Return the files within, a file that is no archive as it is. Raises batch.Unreadable."""
    stream.seek(0)
    head = stream.read(512)
    stream.seek(0)
    if head.startswith(ZIP):
        return _zipped(stream)
    if head.startswith(GZIP):
        inner = _unpacked(stream).read(512) or b""
        if inner[_TAR_MARK] == b"ustar":
            return _tarred(lambda: _unpacked(stream))
        return [Member(PurePosixPath(name).stem, lambda: io.BufferedReader(_unpacked(stream)))]
    if head[_TAR_MARK] == b"ustar":
        return _tarred(lambda: rewound(stream))
    return [Member(name, lambda: rewound(stream))]


def rewound(stream: BinaryIO) -> BinaryIO:
    """Return the stream, at its beginning."""
    stream.seek(0)
    return stream


class _Unpacked(io.RawIOBase):
    """The bytes of a gzip stream, as long as they stay within the limits."""

    def __init__(self, stream: BinaryIO) -> None:
        stream.seek(0, io.SEEK_END)
        self._packed = max(stream.tell(), 1)
        stream.seek(0)
        self._file = gzip.GzipFile(fileobj=stream)
        self._out = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        try:
            part = self._file.read(len(view))
        except EOFError:
            raise faults.unreadable("truncated") from None
        except (zlib.error, OSError):
            raise faults.unreadable("archive_bad") from None
        self._out += len(part)
        if self._out > min(MOST_BYTES, FREE_BYTES + MOST_RATIO * self._packed):
            raise faults.unreadable("bomb")
        view[: len(part)] = part
        return len(part)


def _unpacked(stream: BinaryIO) -> "_Unpacked":
    return _Unpacked(stream)


def _tarred(source: Callable[[], IO[bytes] | io.RawIOBase]) -> list[Member]:
    found = []
    for item, _ in _items(source()):
        _safe(item.name)
        if item.issym() or item.islnk() or not (item.isfile() or item.isdir()):
            raise faults.unreadable("path")
        if item.isfile():
            found.append(item.name)
    return [Member(name, _opener(source, name)) for name in found]


def _opener(source: Callable[[], IO[bytes] | io.RawIOBase], name: str) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        for item, archive in _items(source()):
            if item.name == name and item.isfile():
                return cast("BinaryIO", archive.extractfile(item))
        raise faults.unreadable("archive_bad")

    return opened


def _items(stream: IO[bytes] | io.RawIOBase) -> Iterator[tuple[tarfile.TarInfo, tarfile.TarFile]]:
    try:
        archive = tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|")  # noqa: SIM115
        for item in archive:
            yield item, archive
    except tarfile.ReadError as error:
        reason = "truncated" if "end of" in str(error) else "archive_bad"
        raise faults.unreadable(reason) from None
    except tarfile.TarError:
        raise faults.unreadable("archive_bad") from None


def _zipped(stream: BinaryIO) -> list[Member]:
    try:
        packed = zipfile.ZipFile(stream)
        files = [item for item in packed.infolist() if not item.is_dir()]
    except _BAD_ZIP:
        whole = stream.seek(0, io.SEEK_END) and b"PK\x05\x06" in _tail(stream)
        raise faults.unreadable("archive_bad" if whole else "truncated") from None
    whole_size = sum(item.file_size for item in files)
    small = sum(item.compress_size for item in files)
    if whole_size > min(MOST_BYTES, FREE_BYTES + MOST_RATIO * max(small, 1)):
        raise faults.unreadable("bomb")
    for item in files:
        _safe(item.filename)
        if item.external_attr >> 16 & 0o170000 == 0o120000:
            raise faults.unreadable("path")
        if item.flag_bits & 1:
            raise faults.unreadable("encrypted")
    return [Member(item.filename, _zip_opener(packed, item)) for item in files]


def _tail(stream: BinaryIO) -> bytes:
    stream.seek(max(0, stream.seek(0, io.SEEK_END) - 66_000))
    return stream.read()


class _Checked(io.RawIOBase):
    """A file of a ZIP archive, whose damage is told in words."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        try:
            part = self._file.read(len(view))
        except (*_BAD_ZIP, zlib.error, EOFError):
            raise faults.unreadable("archive_bad") from None
        view[: len(part)] = part
        return len(part)


def _zip_opener(packed: zipfile.ZipFile, item: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        try:
            return io.BufferedReader(_Checked(packed.open(item)))
        except _BAD_ZIP:
            raise faults.unreadable("archive_bad") from None

    return opened


def _safe(name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name[:3] or "\0" in name:
        raise faults.unreadable("path")
