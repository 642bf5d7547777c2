"""A segment of the name index: a fixed set of names as plain arrays, ready to search.

Rows are names (a person may have several). The distinct words of all names form the vocabulary;
each word has a number, its forms, and its postings (the rows it occurs in). All arrays are
little-endian and are used in place when read from bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from manumit.core import names, namewords

_MOST_CANDIDATES = 3000  # words compared letter by letter for one word of a query
_MOST_KEPT = 300  # of them, how many are looked up in the postings
_MOST_WORDS = 255

Array = NDArray[Any]


@dataclass(frozen=True)
class Segment:
    """The arrays. `*_at` are offsets into the bytes or array of the same name, one more than rows.

    ids (rows, 2) uint64; words (rows) uint8, words per name; text uint8, the names in UTF-8;
    folded, outline uint8, by word; skeleton uint8, by distinct skeleton; members int32, word
    numbers by skeleton; post int32, rows by word; fold_key, bone_key uint32 ascending hashes, and
    fold_word, bone_skeleton int32, what they stand for; alive (rows) bool.
    """

    ids: Array
    words: Array
    text: Array
    text_at: Array
    folded: Array
    folded_at: Array
    outline: Array
    outline_at: Array
    skeleton: Array
    skeleton_at: Array
    members: Array
    members_at: Array
    post: Array
    post_at: Array
    fold_key: Array
    fold_word: Array
    bone_key: Array
    bone_skeleton: Array
    alive: Array

    @property
    def rows(self) -> int:
        """Number of names, removed ones included."""
        return len(self.words)

    def entries(self) -> Iterator[tuple[bytes, str]]:
        """Yield (id bytes, name) of each name that was not removed."""
        for row in np.flatnonzero(self.alive):
            yield self.ids[row].tobytes(), self.name(int(row))

    def name(self, row: int) -> str:
        """Return the name as it was given."""
        return _slice(self.text, self.text_at, row)

    def object_id(self, row: int) -> UUID:
        """Return whose name it is."""
        return UUID(bytes=self.ids[row].tobytes())

    def remove(self, gone: Array) -> None:
        """Take out the names of these ids ((n, 2) uint64)."""
        for row in np.flatnonzero(np.isin(self.ids[:, 1], gone[:, 1])):
            if (gone == self.ids[row]).all(axis=1).any():
                self.alive[row] = False

    def arrays(self) -> dict[str, Array]:
        """Return the arrays by name."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def rows_of(self, numbers: Array) -> tuple[Array, Array]:
        """Return the rows of these words, one run of rows per word, and the length of each run."""
        starts, ends = self.post_at[numbers], self.post_at[numbers + 1]
        runs = [self.post[a:b] for a, b in zip(starts, ends, strict=True)]
        return (np.concatenate(runs) if runs else self.post[:0]), ends - starts

    def matches(self, word: namewords.Word, *, slips: bool = True) -> "Matches":
        """Return the words of the vocabulary that may be this one, the weakest first.

        slips: also words that differ by one letter or one consonant.
        """
        same, near = self._by_skeleton(word, slips=slips)
        typed = _lookup(
            self.fold_key, self.fold_word, namewords.slips(word.folded, 4 if slips else 999)
        )
        numbers = np.concatenate([same, near, typed]).astype(np.int64)
        numbers, first = np.unique(numbers[:_MOST_CANDIDATES], return_index=True)
        if not len(numbers):
            return Matches([], numbers, np.zeros(0, np.float32))
        folded = [_slice(self.folded, self.folded_at, n) for n in numbers]
        outlines = [_slice(self.outline, self.outline_at, n) for n in numbers]
        found = namewords.scores(word, folded, outlines, first < len(same))
        best = np.argsort(found, kind="stable")[-_MOST_KEPT:]
        best = best[found[best] >= namewords.WEAKEST]
        return Matches([folded[b] for b in best], numbers[best], found[best])

    def _by_skeleton(self, word: namewords.Word, *, slips: bool) -> tuple[Array, Array]:
        """Return the words with the same skeleton, and those with one a slip away."""
        empty = self.members[:0]
        if not word.skeleton:
            return empty, empty
        hashes = namewords.slips(word.skeleton, 4 if slips else 999)
        same, near = [empty], [empty]
        for number in np.unique(_lookup(self.bone_key, self.bone_skeleton, hashes)):
            form = _slice(self.skeleton, self.skeleton_at, number)
            members = self.members[self.members_at[number] : self.members_at[number + 1]]
            if form == word.skeleton:
                same.append(members)
            elif slips and len(form) >= 3 and namewords.one_slip(form, word.skeleton):
                near.append(members)
        return np.concatenate(same), np.concatenate(near)


@dataclass(frozen=True)
class Matches:
    """Words of one segment that may be a word of the query, the weakest first."""

    folded: Sequence[str]
    numbers: Array
    scores: NDArray[np.float32]

    def table(self) -> dict[str, float]:
        """Return the score by folded word."""
        return dict(zip(self.folded, self.scores.tolist(), strict=True))


def build(entries: Iterable[tuple[bytes, str]]) -> Segment:
    """Return the segment of these (id bytes, name) pairs; names without a letter are left out."""
    vocabulary: dict[str, int] = {}
    ids: list[bytes] = []
    texts: list[bytes] = []
    counts: list[int] = []
    flat: list[int] = []
    for owner, name in entries:
        words = names.fold(name)[:_MOST_WORDS]
        if not words:
            continue
        ids.append(owner)
        texts.append(name.encode("utf-8", "surrogatepass"))
        distinct = {vocabulary.setdefault(word, len(vocabulary)) for word in words}
        counts.append(len(distinct))
        flat.extend(distinct)
    post, post_at = _grouped(
        np.asarray(flat, np.int32),
        np.repeat(np.arange(len(ids), dtype=np.int32), counts),
        len(vocabulary),
    )
    text, text_at = _packed(texts)
    return Segment(
        ids=np.frombuffer(b"".join(ids), "<u8").reshape(-1, 2),
        words=np.asarray(counts, np.uint8),
        text=text,
        text_at=text_at,
        post=post,
        post_at=post_at,
        alive=np.ones(len(ids), bool),
        **_vocabulary(list(vocabulary)),
    )


def _vocabulary(words: Sequence[str]) -> dict[str, Array]:
    skeletons: dict[str, int] = {}
    bones = [skeletons.setdefault(names.skeleton(word), len(skeletons)) for word in words]
    members, members_at = _grouped(
        np.asarray(bones, np.int32), np.arange(len(words), dtype=np.int32), len(skeletons)
    )
    folded, folded_at = _packed([word.encode() for word in words])
    outline, outline_at = _packed([names.outline(word).encode() for word in words])
    skeleton, skeleton_at = _packed([form.encode() for form in skeletons])
    fold_key, fold_word = _hashed(words)
    bone_key, bone_skeleton = _hashed(list(skeletons))
    return {
        "members": members, "members_at": members_at,
        "folded": folded, "folded_at": folded_at,
        "outline": outline, "outline_at": outline_at,
        "skeleton": skeleton, "skeleton_at": skeleton_at,
        "fold_key": fold_key, "fold_word": fold_word,
        "bone_key": bone_key, "bone_skeleton": bone_skeleton,
    }  # fmt: skip


def _packed(parts: Sequence[bytes]) -> tuple[Array, Array]:
    """Return the parts end to end, and where each begins."""
    at = np.zeros(len(parts) + 1, np.uint32)
    np.cumsum([len(part) for part in parts], out=at[1:])
    return np.frombuffer(b"".join(parts), np.uint8), at


def _slice(data: Array, at: Array, number: int) -> str:
    return data[at[number] : at[number + 1]].tobytes().decode("utf-8", "surrogatepass")


def _grouped(groups: Array, values: Array, count: int) -> tuple[Array, Array]:
    """Return the values sorted by group, and where each group begins."""
    at = np.zeros(count + 1, np.uint32)
    np.cumsum(np.bincount(groups, minlength=count), out=at[1:])
    return values[np.argsort(groups, kind="stable")], at


def _hashed(forms: Sequence[str]) -> tuple[Array, Array]:
    """Return the hashes of all slips of all forms, ascending, and the form each stands for."""
    keys: list[int] = []
    owners: list[int] = []
    for number, form in enumerate(forms):
        before = len(keys)
        keys.extend(namewords.slips(form))
        owners.extend([number] * (len(keys) - before))
    key = np.asarray(keys, np.uint32)
    order = np.argsort(key, kind="stable")
    return key[order], np.asarray(owners, np.int32)[order]


def _lookup(keys: Array, values: Array, hashes: Iterable[int]) -> Array:
    wanted = np.fromiter(hashes, np.uint32)
    starts, ends = np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")
    runs = [values[a:b] for a, b in zip(starts, ends, strict=True) if b > a]
    return np.concatenate(runs) if runs else values[:0]
