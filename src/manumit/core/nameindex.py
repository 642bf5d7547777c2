"""The name index of one unit: who is meant, although the name is spelled otherwise.

Names are sealed on disk, so nothing there can be searched, and a phonetic or deterministic code
on disk would give the commonest names away. This index exists only in memory, after the unit's
key is unlocked, and is stored as one sealed blob: `to_bytes` writes plain arrays, which
`from_bytes` uses in place.

A search looks each word of the query up in three ways (same letters, same consonant skeleton, one
slip of the finger) among the distinct words, then adds up per name. The order of words does not
matter; a missing or an extra space is forgiven.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from uuid import UUID

import numpy as np

from manumit.core import namequery, namesegment

_MAGIC = b"manumit names 1\n"
_ALIGN = 64  # bytes; every array starts where all of their types may be read in place


class BadIndex(ValueError):  # noqa: N818
    """The bytes are not a name index in a format known here."""


class Reason(StrEnum):
    """Why a name was found."""

    SAME_LETTERS = "same letters"
    SPELLED_ALIKE = "spelled alike"
    SOUNDS_ALIKE = "sounds alike across scripts"


@dataclass(frozen=True)
class Hit:
    """A person whose name may be the one sought: score 0 to 100, and the name that matched."""

    object_id: UUID
    score: int
    matched: str
    reason: str


class NameIndex:
    """All names of one unit, in segments: a large one as it was opened, small ones added since."""

    def __init__(self, segments: Iterable[namesegment.Segment] = ()) -> None:
        self._segments = [segment for segment in segments if segment.rows]
        # Changes wait here until the next search, so that many at once are taken in together.
        self._added: dict[UUID, list[str]] = {}
        self._gone: set[UUID] = set()

    def __len__(self) -> int:
        """Return the number of names."""
        self._settle()
        return sum(int(segment.alive.sum()) for segment in self._segments)

    def add(self, object_id: UUID, names: Sequence[str]) -> None:
        """Add names of a person, beside any they have; `remove` first to replace them."""
        self._added.setdefault(object_id, []).extend(names)

    def remove(self, object_id: UUID) -> None:
        """Take a person out."""
        self._gone.add(object_id)
        self._added.pop(object_id, None)

    def search(self, query: str, limit: int = 25) -> list[Hit]:
        """Return the nearest names, the best first, at most one for each person."""
        self._settle()
        best: dict[UUID, Hit] = {}
        for found in namequery.search(self._segments, query, limit):
            hit = Hit(found.object_id, round(found.score), found.matched, _reason(found))
            if hit.object_id not in best or hit.score > best[hit.object_id].score:
                best[hit.object_id] = hit
        ordered = sorted(best.values(), key=lambda hit: (-hit.score, hit.matched, hit.object_id))
        return ordered[:limit]

    def entries(self) -> Iterator[tuple[UUID, str]]:
        """Yield every name and whose it is, a person's own in the order in which they came."""
        self._settle()
        for segment in self._segments:
            for owner, name in segment.entries():
                yield UUID(bytes=owner), name

    def to_bytes(self) -> bytes:
        """Return the whole index, to be sealed. Nothing of a removed person is in it."""
        self._settle()
        segments = [
            segment if segment.alive.all() else namesegment.build(segment.entries())
            for segment in self._segments
        ]
        plan: list[dict[str, list[object]]] = []
        body: list[bytes] = []
        place = 0
        for segment in segments:
            layout: dict[str, list[object]] = {}
            for name, array in segment.arrays().items():
                data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
                layout[name] = [array.dtype.newbyteorder("<").str, list(array.shape), place]
                body.append(data + bytes(-len(data) % _ALIGN))
                place += len(body[-1])
            plan.append(layout)
        head = json.dumps(plan, separators=(",", ":")).encode()
        opening = _MAGIC + len(head).to_bytes(8, "little") + head
        return b"".join([opening, bytes(-len(opening) % _ALIGN), *body])

    @classmethod
    def from_bytes(cls, data: bytes) -> "NameIndex":
        """Return the index that `to_bytes` wrote; raises BadIndex. The arrays stay in `data`."""
        if not data.startswith(_MAGIC):
            raise BadIndex("not a name index")
        start = len(_MAGIC) + 8
        length = int.from_bytes(data[len(_MAGIC) : start], "little")
        try:
            plan = json.loads(data[start : start + length])
            body = start + length + -(start + length) % _ALIGN
            return cls(_segment(data, body, layout) for layout in plan)
        except (ValueError, KeyError, TypeError) as error:
            raise BadIndex(f"a damaged name index: {error}") from error

    def _settle(self) -> None:
        """Take in what was added and removed since the last search."""
        if self._gone:
            self._take_out()
        if self._added:
            self._take_in()

    def _take_out(self) -> None:
        gone = np.frombuffer(b"".join(one.bytes for one in self._gone), "<u8").reshape(-1, 2)
        for segment in self._segments:
            segment.remove(gone)
        self._gone.clear()

    def _take_in(self) -> None:
        fresh = [(one.bytes, name) for one, names in self._added.items() for name in names]
        # The newest segments are merged while they are no larger than twice the new one: there
        # are never many, and each name is moved only a few times.
        while fresh and self._segments and self._segments[-1].rows <= 2 * len(fresh):
            fresh = [*self._segments.pop().entries(), *fresh]
        built = namesegment.build(fresh)
        if built.rows:
            self._segments.append(built)
        self._added.clear()


def build(entries: Iterable[tuple[UUID, Sequence[str]]]) -> NameIndex:
    """Return the index of these people and their names."""
    return NameIndex(
        [namesegment.build((one.bytes, name) for one, names in entries for name in names)]
    )


def _segment(
    data: bytes, body: int, layout: dict[str, tuple[str, list[int], int]]
) -> namesegment.Segment:
    arrays = {}
    for part in fields(namesegment.Segment):
        kind, shape, place = layout[part.name]
        count = int(np.prod(shape))
        array = np.frombuffer(data, np.dtype(kind), count, body + place).reshape(shape)
        # Only this one changes; all others stay where they are.
        arrays[part.name] = array.copy() if part.name == "alive" else array
    return namesegment.Segment(**arrays)


def _reason(found: namequery.Found) -> Reason:
    if found.exact:
        return Reason.SAME_LETTERS
    return Reason.SOUNDS_ALIKE if found.across_scripts else Reason.SPELLED_ALIKE
