"""Tells the files of an import apart by what is in them, and reads them together.

The Services Advisor comes as two files, one per language; they are joined. Everything else
stands alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from manumit.directory import hsds, services_advisor, table
from manumit.directory.entry import Entry, Reading, Rejected, Unreadable

MOST_BYTES = 60_000_000


@dataclass(frozen=True)
class File:
    """A file as it was given: its name and its bytes."""

    name: str
    data: bytes


def read(files: Sequence[File]) -> Reading:
    """Return everything the files hold. Raises `entry.Unreadable` for a file without rows."""
    english: list[tuple[str, list[Any]]] = []
    arabic: list[tuple[str, list[Any]]] = []
    readings: list[Reading] = []
    for file in files:
        if len(file.data) > MOST_BYTES:
            raise Unreadable(file.name, 1, "It is too large.", "Split it into smaller files.")
        if file.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"[", b"{"):
            readings.append(table.read(file.name, file.data))
            continue
        document = services_advisor.parse(file.name, file.data)
        if not _features(document):
            readings.append(_hsds(file.name, document))
        elif services_advisor.is_arabic(document):
            arabic.append((file.name, document))
        else:
            english.append((file.name, document))
    readings += _joined(english, arabic)
    if not readings:
        raise Unreadable("", 0, "No file was given.", "Name at least one file.")
    return Reading(
        "+".join(dict.fromkeys(reading.source for reading in readings)),
        tuple(entry for reading in readings for entry in reading.entries),
        tuple(row for reading in readings for row in reading.rejected),
    )


def _features(document: Any) -> bool:
    return (
        isinstance(document, list)
        and bool(document)
        and any(isinstance(item, Mapping) and item.get("type") == "Feature" for item in document)
    )


def _hsds(name: str, document: Any) -> Reading:
    if hsds.rows(document) is None:
        raise Unreadable(
            name, 1, "It holds no services.", "Give HSDS 3.0 services, or use the CSV template."
        )
    return hsds.read(name, document)


def _joined(
    english: Sequence[tuple[str, list[Any]]], arabic: Sequence[tuple[str, list[Any]]]
) -> list[Reading]:
    if arabic and not english:
        raise Unreadable(
            arabic[0][0],
            1,
            "This is the Arabic file alone, and some of its words mean something else.",
            "Give the English file with it.",
        )
    if len(english) > 1 or len(arabic) > 1:
        name = (english[1:] or arabic[1:])[0][0]
        raise Unreadable(name, 1, "There are two files of one language.", "Give one of each.")
    if not english:
        return []
    name, features = english[0]
    other_name, others = arabic[0] if arabic else ("", [])
    return [services_advisor.read(name, features, others, arabic_file=other_name)]


def one(kind: str, file: str, line: int, raw: Mapping[str, Any]) -> Entry | Rejected:
    """Read one corrected row again by the reader it came from."""
    if kind == "table":
        return table.from_row(file, line, {k: str(v) for k, v in raw.items()})
    reading = hsds.read(file, [raw]) if kind == "hsds" else services_advisor.read(file, [raw])
    if reading.entries:
        return reading.entries[0][1]
    return replace(reading.rejected[0], line=line)
