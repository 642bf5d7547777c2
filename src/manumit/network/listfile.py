"""Which of the known layouts a list has: told by its first bytes, never by the file's name."""

import codecs
import dataclasses
from typing import IO

from manumit.network import csvlist, ftmlist, listed

_LOOKED_AT = 4096
_OTHER = {
    b"PK\x03\x04": ("a ZIP file or a workbook", "Unpack it, or save the sheet as CSV in UTF-8."),
    b"\x1f\x8b": ("packed (gzip)", "Unpack it first."),
    b"%PDF": ("a PDF", "Fetch the list as XML, as JSON lines or as CSV."),
    b"\xd0\xcf\x11\xe0": ("an old workbook", "Save the sheet as CSV in UTF-8."),
}


def read(stream: IO[bytes], called: str = "") -> listed.Watchlist:
    """Read a list of any known layout; `called` names it where the file does not.

    `stream` can be wound back. Raises listed.Unreadable.
    """
    start = stream.read(_LOOKED_AT)
    stream.seek(0)
    for magic, (what, cure) in _OTHER.items():
        if start.startswith(magic):
            raise listed.Unreadable(1, f"The file is {what}.", cure)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start[: len(start) // 2 * 2].decode("utf-16", "replace").encode()
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        raise listed.Unreadable(1, "The file is empty, or the XML is broken.", "Fetch it again.")
    found = _by(head, stream)
    name = " ".join(called.split())[:80] or found.called[:80]
    return dataclasses.replace(found, called=name)


def _by(head: bytes, stream: IO[bytes]) -> listed.Watchlist:
    if head.startswith(b"<"):
        from manumit.network import unlist  # lxml is loaded where a list is read

        return unlist.read(stream)
    if head.startswith(b"{"):
        return ftmlist.read(stream)
    if head.startswith(b"["):
        raise listed.Unreadable(
            1, "The file is one JSON list.", "Give JSON lines: one entity a line, no brackets."
        )
    return csvlist.read(stream)
