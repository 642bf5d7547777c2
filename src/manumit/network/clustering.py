"""Which records are one: average-link clusters of scored pairs, under what people have decided.

What people decided is hard: "same" is never taken apart, "not the same" never put together, and
"unsure" keeps the machine from putting together what somebody could not tell. Between these the two
groups with the best mean score are joined first, as long as the mean speaks for it; a pair that
nobody scored counts against, so that a chain of single likenesses does not make one person of many
(connected components do: entities.md 3.4). The same input gives the same clusters in whatever order
it comes, and without a judgement everything is as it was before it.

Where people contradict each other (a chain of "same" between two that are "not the same") nobody is
put together until somebody clears it up; the chain is shown.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

MISSING = -4.0  # bits, of a pair that was not scored
STOP = 0.0  # bits: below this mean two groups stay apart; 0 is even odds
MANY = 15  # records in one cluster that somebody should look at


class Key(Hashable, Protocol):
    """What names a record: a number, a UUID, a string; all of one kind."""

    def __lt__(self, other: Any, /) -> bool:
        """Tell which comes first."""


K = TypeVar("K", bound=Key)
Links = Mapping[K, Collection[K]]


class Verdict(StrEnum):
    """What a person decided of two records."""

    SAME = "same"
    NOT_SAME = "not_same"
    UNSURE = "unsure"


class Why(StrEnum):
    """Why somebody should look at a cluster."""

    CONTRADICTION = "Two of these records are said to be different people, and others join them."
    MANY = "So many records are rarely one person."


@dataclass(frozen=True, slots=True)
class Flag(Generic[K]):
    """What is wrong with some records, and the chain of likenesses that causes it, end to end."""

    why: Why
    members: tuple[K, ...]
    path: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class Clustering(Generic[K]):
    """All records that were named, each in one cluster, in order; and what to look at."""

    clusters: tuple[tuple[K, ...], ...]
    flags: tuple[Flag[K], ...]


@dataclass(frozen=True, slots=True)
class Judgements(Generic[K]):
    """What people decided, by pairs in any order."""

    same: Collection[tuple[K, K]] = ()
    not_same: Collection[tuple[K, K]] = ()
    unsure: Collection[tuple[K, K]] = ()


def judgements(decided: Iterable[tuple[K, K, Verdict]]) -> Judgements[K]:
    """Return decisions (one, other, verdict) by verdict."""
    by: dict[Verdict, set[tuple[K, K]]] = {verdict: set() for verdict in Verdict}
    for one, other, verdict in decided:
        by[verdict].add(ordered(one, other))
    return Judgements(by[Verdict.SAME], by[Verdict.NOT_SAME], by[Verdict.UNSURE])


def ordered(one: K, other: K) -> tuple[K, K]:
    """Return a pair, the lower first."""
    return (one, other) if one < other else (other, one)


def decided(records: Iterable[K], made: Judgements[K]) -> tuple[list[tuple[K, ...]], list[Flag[K]]]:
    """Return the groups that people made of records, and the contradictions among them."""
    links = _links(made.same)
    groups: list[tuple[K, ...]] = []
    flags: list[Flag[K]] = []
    for group in components(records, links):
        chain = _contradiction(group, links, made.not_same)
        if chain:
            flags.append(Flag(Why.CONTRADICTION, group, chain))
            groups += [(one,) for one in group]
        else:
            groups.append(group)
    return sorted(groups), flags


def cluster(
    pairs: Iterable[tuple[K, K, float]],
    made: Judgements[K] | None = None,
) -> Clustering[K]:
    """Return the clusters of scored pairs (one, other, bits for being one; each pair once)."""
    made = made or Judgements()
    scores = {ordered(one, other): bits for one, other, bits in pairs}
    named = {one for pair in scores for one in pair}
    for decisions in (made.same, made.not_same, made.unsure):
        named.update(one for pair in decisions for one in pair)
    atoms, flags = decided(named, made)
    torn = {one for flag in flags for one in flag.members}
    apart = {ordered(*pair) for pair in (*made.not_same, *made.unsure)}
    # Whoever people contradict each other about is not touched by the machine either.
    apart |= {pair for pair in scores if pair[0] in torn or pair[1] in torn}
    found = _join(atoms, scores, apart)
    links = _links([*made.same, *(pair for pair, bits in scores.items() if bits > STOP)])
    for group in found:
        if len(group) > MANY:
            flags.append(Flag(Why.MANY, group, furthest(group, links)))
    return Clustering(tuple(sorted(found)), tuple(sorted(flags, key=lambda flag: flag.members)))


def components(records: Iterable[K], links: Links[K]) -> list[tuple[K, ...]]:
    """Return the groups that hang together, each in order."""
    found: list[tuple[K, ...]] = []
    seen: set[K] = set()
    for record in records:
        if record in seen:
            continue
        group, todo = {record}, [record]
        while todo:
            for other in links.get(todo.pop(), ()):
                if other not in group:
                    group.add(other)
                    todo.append(other)
        seen |= group
        found.append(tuple(sorted(group)))
    return sorted(found)


def chain(one: K, other: K, links: Links[K], within: Collection[K]) -> tuple[K, ...]:
    """Return the shortest chain between two records (the lowest of equals); () where there is none."""
    came: dict[K, K | None] = {one: None}
    todo = deque([one])
    while todo:
        here = todo.popleft()
        if here == other:
            break
        for step in sorted(links.get(here, ())):
            if step in within and step not in came:
                came[step] = here
                todo.append(step)
    if other not in came:
        return ()
    path: list[K] = [other]
    while (before := came[path[-1]]) is not None:
        path.append(before)
    return tuple(reversed(path))


def furthest(group: Sequence[K], links: Links[K]) -> tuple[K, ...]:
    """Return the longest of the shortest chains found from the record that is furthest from the first."""
    within = set(group)
    end = max((chain(group[0], one, links, within) for one in group), key=len)
    return max((chain(end[-1], one, links, within) for one in group), key=len)


def identities(before: Mapping[K, Collection[K]], now: Sequence[Collection[K]]) -> list[K | None]:
    """Return for each group the identity that it keeps; None where it needs a new one.

    An identity stays with most of its members, of equals with the group of its lowest one; a group
    that could keep several keeps the one it shares most with, of equals the lowest (the oldest).
    """
    where = {member: number for number, group in enumerate(now) for member in group}
    shared: dict[tuple[K, int], list[K]] = defaultdict(list)
    for identity, members in before.items():
        for member in members:
            if member in where:
                shared[identity, where[member]].append(member)
    claims = sorted((-len(both), identity, min(both), n) for (identity, n), both in shared.items())
    kept: list[K | None] = [None] * len(now)
    used: set[K] = set()
    for _shared, identity, _lowest, number in claims:
        if kept[number] is None and identity not in used:
            kept[number] = identity
            used.add(identity)
    return kept


def _links(pairs: Iterable[tuple[K, K]]) -> dict[K, set[K]]:
    links: dict[K, set[K]] = {}
    for one, other in pairs:
        links.setdefault(one, set()).add(other)
        links.setdefault(other, set()).add(one)
    return links


def _contradiction(
    group: Sequence[K], links: Links[K], not_same: Collection[tuple[K, K]]
) -> tuple[K, ...]:
    if len(group) < 2:
        return ()
    within = set(group)
    for one, other in sorted(ordered(*pair) for pair in not_same):
        if one in within and other in within:
            return chain(one, other, links, within)
    return ()


def _join(
    atoms: Sequence[tuple[K, ...]],
    scores: Mapping[tuple[K, K], float],
    apart: Collection[tuple[K, K]],
) -> list[tuple[K, ...]]:
    """Join atoms by their mean score; each part that hangs together by itself."""
    atom_of = {record: number for number, atom in enumerate(atoms) for record in atom}
    between: dict[tuple[int, int], list[float]] = {}
    for (one, other), bits in scores.items():
        left, right = atom_of[one], atom_of[other]
        if left != right:
            total = between.setdefault(ordered(left, right), [0.0, 0])
            total[0] += bits
            total[1] += 1
    # Inside an atom people said "same" by another way: that holds.
    never = {ordered(atom_of[one], atom_of[other]) for one, other in apart}
    never -= {(atom, atom) for atom in range(len(atoms))}
    # What does not speak for joining by itself can still speak against joining more.
    links = _links(
        pair for pair, total in between.items() if total[0] > STOP * total[1] and pair not in never
    )
    parts = components(range(len(atoms)), links)
    part_of = {atom: number for number, part in enumerate(parts) for atom in part}
    inside: dict[int, dict[tuple[int, int], list[float]]] = defaultdict(dict)
    for pair, total in between.items():
        if part_of[pair[0]] == part_of[pair[1]]:
            inside[part_of[pair[0]]][pair] = total
    found: list[tuple[K, ...]] = []
    for number, part in enumerate(parts):
        joined = _Joining(atoms, inside[number], never).run(part) if len(part) > 1 else [list(part)]
        found += [tuple(sorted(r for atom in one for r in atoms[atom])) for one in joined]
    return found


class _Joining:
    """One part: groups by the lowest of their atoms, sums of scores between groups, a heap of means."""

    def __init__(
        self,
        atoms: Sequence[Sequence[Any]],
        between: Mapping[tuple[int, int], Sequence[float]],
        never: Collection[tuple[int, int]],
    ) -> None:
        self._atoms = atoms
        self._sums: dict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
        for (one, other), (total, count) in between.items():
            self._sums[one][other] = self._sums[other][one] = (total, int(count))
        self._never = never
        self._apart: dict[int, set[int]] = {}
        self._size: dict[int, int] = {}
        self._turn: dict[int, int] = {}
        self._heap: list[tuple[float, int, int, int, int]] = []

    def run(self, part: Sequence[int]) -> list[list[int]]:
        members = {atom: [atom] for atom in part}
        inside = set(part)
        self._size = {atom: len(self._atoms[atom]) for atom in part}
        self._turn = dict.fromkeys(part, 0)
        self._apart = {atom: set() for atom in part}
        for one, other in self._never:
            if one in inside and other in inside:
                self._apart[one].add(other)
                self._apart[other].add(one)
        for atom in part:
            for other in self._sums[atom]:
                if atom < other:
                    self._offer(atom, other)
        while self._heap:
            _mean, one, other, turn, other_turn = heapq.heappop(self._heap)
            if self._turn.get(one) == turn and self._turn.get(other) == other_turn:
                members[one] += members.pop(other)
                self._merge(one, other)
        return list(members.values())

    def _offer(self, one: int, other: int) -> None:
        one, other = ordered(one, other)
        if other in self._apart[one]:
            return
        total, count = self._sums[one][other]
        every = self._size[one] * self._size[other]
        mean = (total + MISSING * (every - count)) / every
        if mean > STOP:
            heapq.heappush(self._heap, (-mean, one, other, self._turn[one], self._turn[other]))

    def _merge(self, one: int, other: int) -> None:
        """Take `other`, the higher, into `one`."""
        self._size[one] += self._size.pop(other)
        self._turn[one] += 1
        del self._turn[other]
        sums = self._sums[one]
        sums.pop(other, None)
        for third, (total, count) in self._sums.pop(other).items():
            if third == one:
                continue
            del self._sums[third][other]
            had = sums.get(third, (0.0, 0))
            sums[third] = self._sums[third][one] = (had[0] + total, had[1] + count)
        for third in self._apart.pop(other):
            self._apart[third].discard(other)
            self._apart[third].add(one)
            self._apart[one].add(third)
        for third in sums:
            self._offer(one, third)
