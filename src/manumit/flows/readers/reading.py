"""A file of any kind that is known here, told by what is in it and never by its name.

``look`` says what a file is and shows its first rows; ``read`` gives all of it as batches. Both take a
binary stream that can be gone back in, and a name for messages alone.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from manumit.flows import batch
from manumit.flows import mapping as mappings
from manumit.flows.readers import (
    amlworld,
    archive,
    csvfile,
    faults,
    how,
    iso20022,
    mt940,
    parquet,
    sheet,
    table,
)

HEAD = 1 << 16
TABLES = ("csv", "xlsx", "parquet")
_MADE = ("amlsim", "amlworld", "saml")  # data sets whose account numbers begin anew in each
_PATTERN = re.compile(r"^patterns:\s*\d+\s+([a-z-]+)\s*$", re.MULTILINE)
_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


def form(head: bytes) -> str:
    """Return what the first bytes are: csv, xlsx, parquet, iso20022, mt940, amlworld-patterns, ""."""
    if head.startswith(parquet.MAGIC):
        return "parquet"
    if head.startswith((sheet.MAGIC, sheet.OLD_MAGIC)):
        return "xlsx"
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]
    narrow = bare.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()
    if narrow.startswith(b"<"):
        return "iso20022"
    if bare.startswith(amlworld.BEGINS):
        return "amlworld-patterns"
    if mt940.begins(bare):
        return "mt940"
    binary = bare.startswith((b"%PDF", b"{\\rtf", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf"))
    if binary or (not wide and len(_TEXT.findall(head)) > len(head) / 50):
        return ""
    return "csv"


@dataclass(frozen=True)
class _Part:
    """One file to be read, and as what."""

    member: archive.Member
    form: str
    mapping: mappings.Mapping | None
    look: how.Look

    @property
    def layout(self) -> str:
        if self.form not in TABLES:
            return self.form
        return self.mapping.id if self.mapping else ""

    @property
    def turn(self) -> int:
        """Accounts first, then movements, then labels of movements."""
        if self.form == "amlworld-patterns" or "alert" in self.layout:
            return 2
        return 0 if self.mapping and self.mapping.about == "accounts" else 1


def detect(head: bytes) -> str:
    """Return the layout of a file by its beginning, "" where a mapping has to be chosen."""
    found = form(head)
    if found != "csv":
        return "" if found in TABLES else found
    known = mappings.known_for(csvfile.look(io.BytesIO(head), cut=True).headers)
    return known.id if known else ""


def look(stream: BinaryIO, name: str, asked: how.Reading | None = None) -> how.Look:
    """Return what a file is. Raises batch.Unreadable."""
    parts, _ = _parts(stream, name, asked)
    shown = next((p for p in parts if p.turn == 1), parts[0] if parts else None)
    if shown is None:
        raise faults.unreadable("no_member")
    names = tuple(p.member.name for p in parts if p.layout)
    several = names if len(names) > 1 or shown.member.name != name else ()
    return replace(shown.look, layout=shown.layout, members=several)


def read(stream: BinaryIO, name: str, asked: how.Reading) -> Iterator[batch.Batch]:
    """Yield everything the file holds, in an order that does not change. Raises batch.Unreadable."""
    parts, others = _parts(stream, name, asked)
    known = [part for part in parts if part.layout]
    if not known:
        raise faults.unreadable("layout_unknown" if parts else "no_member")
    _one_set(known)
    for part in sorted(known, key=lambda part: (part.turn, part.member.name)):
        yield from _read(part, asked)
    if others := others + len(parts) - len(known):
        yield batch.Batch(rows=faults.nothing(), notes=(("members_other", others),))


def _parts(stream: BinaryIO, name: str, asked: how.Reading | None) -> tuple[list[_Part], int]:
    """Return the files that may be read, and how many others there are."""
    stream.seek(0)
    if not (head := stream.read(4)):
        raise faults.unreadable("empty")
    if head.startswith(sheet.MAGIC) and sheet.is_workbook(stream):
        found = [archive.Member(name, lambda: archive.rewound(stream))]
    else:
        found = archive.members(stream, name)
    single = len(found) == 1
    pattern = _pattern(found)
    parts = []
    for member in found:
        head = member.head(HEAD)
        kind = form(head)
        if single and not kind:
            raise faults.unreadable("binary")
        if not kind or (not single and _aside(member.name, head)):
            continue
        try:
            parts.append(_part(member, kind, head, asked, pattern))
        except batch.Unreadable:
            if single:
                raise
    return parts, len(found) - len(parts)


def _aside(name: str, head: bytes) -> bool:
    """Tell whether a file of an archive is a note rather than a table."""
    low = name.lower()
    notes = ("readme", "license", "notice", "metadata", "__macosx", ".ds_store")
    return not head or any(word in low for word in notes) or low.endswith((".md", ".json", ".html"))


def _part(
    member: archive.Member, kind: str, head: bytes, asked: how.Reading | None, pattern: str
) -> _Part:
    if kind not in TABLES:
        return _Part(member, kind, None, how.Look(layout=kind))
    chosen = _chosen(asked)
    if kind == "csv":
        separator = chosen.separator if chosen else ""
        glance = csvfile.look(
            io.BytesIO(head), asked.encoding if asked else "", separator, cut=len(head) == HEAD
        )
    else:
        opened = _whole(member)
        glance = sheet.look(opened) if kind == "xlsx" else parquet.look(opened)
    mapping = _fitted(chosen or mappings.known_for(glance.headers), kind, glance)
    if mapping and pattern and mapping.id == "amlsim-1-nodes":
        mapping = replace(mapping, constant={**mapping.constant, "label_pattern": pattern})
    return _Part(member, kind, mapping, glance)


def _fitted(
    mapping: mappings.Mapping | None, kind: str, glance: how.Look
) -> mappings.Mapping | None:
    """Return the mapping with the lines above the heading that were seen, where it fits below."""
    if mapping is None or kind != "csv" or mapping.skip or not glance.skip:
        return mapping
    fits = not table.missing(glance.headers, mapping)
    return replace(mapping, skip=glance.skip) if fits else mapping


def _chosen(asked: how.Reading | None) -> mappings.Mapping | None:
    if asked is None or (asked.mapping is None and not asked.layout):
        return None
    return asked.mapping or mappings.shipped().get(asked.layout)


def _pattern(found: list[archive.Member]) -> str:
    """Return the one pattern that the notes beside an AMLSim sample name."""
    for member in found:
        if member.name.rsplit("/", 1)[-1] == "metadata.txt":
            said = _PATTERN.findall(member.head().decode("utf-8", "replace"))
            return said[0].replace("-", "_").removesuffix("s") if len(said) == 1 else ""
    return ""


def _one_set(parts: list[_Part]) -> None:
    layouts = [part.layout for part in parts if part.layout.startswith(_MADE)]
    if len(layouts) != len(set(layouts)):
        raise faults.unreadable("members_many")


def _read(part: _Part, asked: how.Reading) -> Iterator[batch.Batch]:
    if part.form == "iso20022":
        return iso20022.read(part.member.open(), asked)
    if part.form == "mt940":
        return mt940.read(part.member.open(), asked)
    if part.form == "amlworld-patterns":
        return amlworld.read(part.member.open(), asked)
    if part.mapping is None:
        raise faults.unreadable("layout_unknown")
    if part.form == "csv":
        return csvfile.read(part.member.open(), part.mapping, asked)
    reader = sheet.read if part.form == "xlsx" else parquet.read
    return reader(_whole(part.member), part.mapping, asked)


def _whole(member: archive.Member) -> BinaryIO:
    """Return a file that can be gone back in; one of an archive is held in memory."""
    stream = member.open()
    if stream.seekable():
        return stream
    data = stream.read(sheet.MOST_BYTES + 1)
    if len(data) > sheet.MOST_BYTES:
        raise faults.unreadable("sheet_large")
    return io.BytesIO(data)
