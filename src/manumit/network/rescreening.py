"""Which of our entities are held against which entries of a list, and what comes of it.

Everything is looked at once. Afterwards: an entity whose claims changed is held against the whole
list; the others only against what the list added or amended, first among these alone (cheap), and
where one of them may be meant, against the whole list, so that a proposal weighs the same whenever
it is made.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from manumit.network import claims, hits, listdiff, listed, listscreen

PEOPLE = frozenset({"Person"})
BODIES = frozenset({"Organization", "Company", "LegalEntity", "PublicBody", "ArmedUnit"})
SCHEMATA = PEOPLE | BODIES
_NAMES = ("name", "alias", "previousName")
_BIRTHS = ("birthDate",)
_NATIONS = ("nationality", "citizenship", "country", "jurisdiction")
_MOST_NAMES = 50  # of one entity; further ones are told apart by nobody
_MOST_HITS = 10
_NEAR = -12.0  # bits: in the small index, which knows less of how rare a word is


@dataclass(frozen=True)
class Ours:
    """What is compared of an entity."""

    id: UUID
    person: bool
    names: tuple[str, ...]
    birth: str = ""
    nationality: str = ""


@dataclass(frozen=True)
class Proposal:
    """That an entity of ours may be an entry."""

    entity: UUID
    hit: listscreen.Hit
    ours: str  # the name of ours that it was found by


@dataclass(frozen=True)
class Result:
    """What was proposed, and how many pairs of entity and entry were looked at."""

    proposals: tuple[Proposal, ...]
    compared: int


def ours(seen: claims.Seen) -> Ours | None:
    """Return what can be compared; None without a name. What is contested or withheld counts not."""
    told: dict[str, list[str]] = {}
    for said in seen.said:
        standing = said.state in (claims.State.PROPOSED, claims.State.ACCEPTED)
        if standing and said.handling is not claims.Handling.RED:
            told.setdefault(said.prop, []).append(said.value)
    names = tuple(dict.fromkeys(name for prop in _NAMES for name in told.get(prop, ())))
    if not names or seen.schema not in SCHEMATA:
        return None
    return Ours(
        seen.id,
        seen.schema in PEOPLE,
        names[:_MOST_NAMES],
        max(_first(told, _BIRTHS), key=len, default=""),
        next(iter(_first(told, _NATIONS)), ""),
    )


def _first(told: Mapping[str, list[str]], props: Iterable[str]) -> list[str]:
    return next((told[prop] for prop in props if told.get(prop)), [])


def changed(before: listed.Watchlist, now: listed.Watchlist) -> frozenset[str]:
    """Return the references of entries that came, or changed in what tells people apart."""
    found = listdiff.between(before, now)
    amended = (one for one in found.amended if hits.figure(one.before) != hits.figure(one.after))
    return frozenset(e.reference for e in found.added) | {one.after.reference for one in amended}


class Screen:
    """A list made ready; `references` are the entries that everybody is held against."""

    def __init__(self, now: listed.Watchlist, references: Collection[str] | None = None) -> None:
        self._whole = now.entries
        self._few = (
            None
            if references is None
            else tuple(entry for entry in now.entries if entry.reference in references)
        )
        self._references = frozenset(references or ())
        self._made: dict[tuple[bool, bool], listscreen.Index] = {}

    def ask(self, entities: Iterable[Ours], fresh: Collection[UUID]) -> Result:
        """Hold entities against the list; `fresh` ones, whose claims changed, against all of it."""
        proposals: list[Proposal] = []
        compared = 0
        for one in entities:
            if self._few is None or one.id in fresh:
                compared += len(self._whole)
                proposals += self._best(one)
            elif self._few:
                compared += len(self._few)
                if any(hit.bits > _NEAR for _, hit in self._hits(one, whole=False)):
                    compared += len(self._whole)
                    proposals += (
                        found
                        for found in self._best(one)
                        if found.hit.entry.reference in self._references
                    )
        return Result(tuple(proposals), compared)

    def _best(self, one: Ours) -> list[Proposal]:
        best: dict[str, Proposal] = {}
        for name, hit in self._hits(one, whole=True):
            told = hit.decision or hit.bits > 0
            known = best.get(hit.entry.reference)
            if told and (known is None or hit.bits > known.hit.bits):
                best[hit.entry.reference] = Proposal(one.id, hit, name)
        return list(best.values())

    def _hits(self, one: Ours, *, whole: bool) -> Iterable[tuple[str, listscreen.Hit]]:
        index = self._index(person=one.person, whole=whole)
        for name in one.names:
            asked = listscreen.Asked(str(one.id), name, one.birth, one.nationality)
            for hit in index.ask(asked, _MOST_HITS):
                yield name, hit

    def _index(self, *, person: bool, whole: bool) -> listscreen.Index:
        if (person, whole) not in self._made:
            kind = listed.Kind.PERSON if person else listed.Kind.ENTITY
            entries = self._whole if whole else self._few or ()
            self._made[person, whole] = listscreen.Index(entries, kind)
        return self._made[person, whole]


def what_changed(before: listed.Listed, after: listed.Listed) -> dict[str, dict[str, list[str]]]:
    """Return the fields of an amended entry: what went and what came."""
    found = listdiff.between(
        listed.Watchlist("", (before,)), listed.Watchlist("", (after,))
    ).amended
    fields: Sequence[tuple[str, listdiff.Change]] = list(found[0].fields.items()) if found else []
    return {
        name: {"removed": list(change.removed), "added": list(change.added)}
        for name, change in fields
    }
