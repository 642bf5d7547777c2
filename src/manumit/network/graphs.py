"""What hangs together: entities as knots, relations as threads, each with what says so.

An edge keeps the id of the relation (or of the link) that it comes from, so that nothing is drawn or
counted that cannot be traced to claims. Several relations between the same two stay several.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from manumit.network import spans
from manumit.network.claims import Certainty

PLAIN = "link"  # what begins the `via` of a link, which has no relation entity of its own


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One relation between two entities."""

    tail: UUID
    head: UUID
    via: str  # id of the relation entity, or link-<number>
    schema: str  # of the relation; of a link the property that names the other
    role: str = ""
    since: str = ""
    until: str = ""
    certainty: int = Certainty.POSSIBLE.value

    def other(self, end: UUID) -> UUID:
        """Return the end that is not this one; its own where it leads to itself."""
        return self.head if end == self.tail else self.tail


@dataclass(frozen=True)
class Graph:
    """Edges in a fixed order, so that the same question has the same answer."""

    edges: tuple[Edge, ...]
    alone: frozenset[UUID] = frozenset()  # entities that no edge touches

    @cached_property
    def around(self) -> Mapping[UUID, tuple[Edge, ...]]:
        """Return the edges at every entity."""
        found: defaultdict[UUID, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.tail].append(edge)
            if edge.head != edge.tail:
                found[edge.head].append(edge)
        return {node: tuple(edges) for node, edges in found.items()}

    @cached_property
    def nodes(self) -> tuple[UUID, ...]:
        """Return every entity, in order."""
        return tuple(sorted({*self.around, *self.alone}))

    def at(self, node: UUID) -> tuple[Edge, ...]:
        """Return the edges at one entity."""
        return self.around.get(node, ())

    def neighbours(self, node: UUID) -> list[UUID]:
        """Return who is one step away, each once, in order."""
        return sorted({edge.other(node) for edge in self.at(node)} - {node})


def build(edges: Iterable[Edge], alone: Iterable[UUID] = ()) -> Graph:
    """Return a graph of these edges, each once."""
    once = {edge.via: edge for edge in edges}.values()
    order = sorted(once, key=lambda edge: (edge.tail.int, edge.head.int, edge.via))
    return Graph(tuple(order), frozenset(alone))


def chosen(graph: Graph, *, on: date | None = None, least: int = 1) -> Graph:
    """Keep what can have stood on a day and is held at least this certain."""
    kept = (
        edge
        for edge in graph.edges
        if edge.certainty >= least and (on is None or spans.stands(edge.since, edge.until, on))
    )
    return Graph(tuple(kept), frozenset(graph.nodes))


def steps(graph: Graph, starts: Iterable[UUID], most: int) -> dict[UUID, int]:
    """Return who is reached from the starts in at most so many steps, with the number of steps."""
    far = dict.fromkeys(sorted(set(starts)), 0)
    waiting = deque(far)
    while waiting:
        node = waiting.popleft()
        if far[node] == most:
            continue
        for edge in graph.at(node):
            other = edge.other(node)
            if other not in far:
                far[other] = far[node] + 1
                waiting.append(other)
    return far


def pieces(graph: Graph) -> list[frozenset[UUID]]:
    """Return the parts that nothing joins, the largest first."""
    left = set(graph.nodes)
    found = []
    for node in graph.nodes:
        if node in left:
            piece = frozenset(steps(graph, [node], len(graph.nodes)))
            left -= piece
            found.append(piece)
    return sorted(found, key=lambda piece: (-len(piece), min(piece)))


@dataclass(frozen=True)
class Path:
    """A way from one entity to another, with the relation taken at each step."""

    nodes: tuple[UUID, ...]
    edges: tuple[Edge, ...]

    @property
    def weakest(self) -> Edge | None:
        """Return the step that is least certain: what would part the way if it were wrong."""
        return min(self.edges, key=lambda edge: edge.certainty, default=None)

    @property
    def certainty(self) -> int:
        """Return how certain the weakest step is; a way of no steps is certain."""
        weakest = self.weakest
        return weakest.certainty if weakest else Certainty.CONFIRMED.value


def best_path(graph: Graph, start: UUID, end: UUID, most: int = 8) -> Path | None:
    """Return a shortest way; among the shortest one whose weakest step is the most certain."""
    if start == end:
        return Path((start,), ()) if start in graph.nodes else None
    far = steps(graph, [start], most)
    if end not in far:
        return None
    strength = {start: Certainty.CONFIRMED.value + 1}
    came: dict[UUID, Edge] = {}
    for node in sorted(far, key=lambda one: (far[one], one.int)):
        if far[node] >= far[end]:
            break
        for edge in graph.at(node):
            other = edge.other(node)
            reached = min(strength[node], edge.certainty)
            if far.get(other) == far[node] + 1 and reached > strength.get(other, -1):
                strength[other], came[other] = reached, edge
    return _walked_back(came, start, end)


def _walked_back(came: Mapping[UUID, Edge], start: UUID, end: UUID) -> Path:
    nodes, edges = [end], []
    while nodes[-1] != start:
        edge = came[nodes[-1]]
        edges.append(edge)
        nodes.append(edge.other(nodes[-1]))
    return Path(tuple(reversed(nodes)), tuple(reversed(edges)))


def surest_path(graph: Graph, start: UUID, end: UUID, most: int = 8) -> Path | None:
    """Return the way whose weakest step is as certain as can be; among those a shortest."""
    for least in sorted({edge.certainty for edge in graph.edges}, reverse=True):
        found = best_path(chosen(graph, least=least), start, end, most)
        if found is not None:
            return found
    return None


def all_paths(
    graph: Graph, start: UUID, end: UUID, most: int = 4, limit: int = 50
) -> tuple[list[Path], bool]:
    """Return ways that pass nobody twice, short and certain ones first, and whether these are all.

    Of several relations between the same two the most certain one is taken.
    """
    back = steps(graph, [end], most)
    found: list[Path] = []
    whole = True
    for path in _ways(graph, start, end, most, back):
        if len(found) == limit:
            whole = False
            break
        found.append(path)
    return sorted(found, key=lambda p: (len(p.edges), -p.certainty, p.nodes)), whole


def _ways(
    graph: Graph, start: UUID, end: UUID, most: int, back: Mapping[UUID, int]
) -> Iterator[Path]:
    """Go shorter ways first: every length in turn, never where the end is too far."""
    if start == end or start not in back:
        return
    for length in range(back[start], most + 1):
        stack: list[tuple[tuple[UUID, ...], tuple[Edge, ...]]] = [((start,), ())]
        while stack:
            nodes, edges = stack.pop()
            if nodes[-1] == end:
                if len(edges) == length:
                    yield Path(nodes, edges)
                continue
            for other in reversed(graph.neighbours(nodes[-1])):
                left = length - len(edges) - 1
                if other not in nodes and back.get(other, most + 1) <= left:
                    edge = strongest(graph, nodes[-1], other)
                    stack.append(((*nodes, other), (*edges, edge)))


def strongest(graph: Graph, one: UUID, other: UUID) -> Edge:
    """Return the most certain relation between two that have one."""
    between = (edge for edge in graph.at(one) if edge.other(one) == other)
    return max(between, key=lambda edge: edge.certainty)


@dataclass(frozen=True)
class InTime:
    """A way along which something can have been passed on, no step before the one ahead of it."""

    path: Path
    days: tuple[date | None, ...]  # the earliest day of each step; None before anything is dated
    undated: tuple[Edge, ...]


def path_in_time(graph: Graph, start: UUID, end: UUID, most: int = 8) -> InTime | None:
    """Return a way whose steps can follow each other in time, that arrives the earliest.

    An undated relation could stand at any time; it is named, for it may be what makes the way.
    """
    best: dict[tuple[UUID, int], date] = {(start, 0): date.min}
    came: dict[tuple[UUID, int], Edge] = {}
    for count in range(most):
        here = sorted(node for node, taken in best if taken == count)
        for node in here:
            for edge in graph.at(node):
                _pass_on(best, came, node, count, edge)
    ends = [count for node, count in best if node == end]
    if not ends or start == end:
        return None
    taken = min(ends, key=lambda count: (best[end, count], count))
    edges, nodes, days = [], [end], []
    while taken:
        edge = came[nodes[-1], taken]
        days.append(None if best[nodes[-1], taken] == date.min else best[nodes[-1], taken])
        edges.append(edge)
        nodes.append(edge.other(nodes[-1]))
        taken -= 1
    path = Path(tuple(reversed(nodes)), tuple(reversed(edges)))
    undated = tuple(e for e in path.edges if not spans.dated(e.since, e.until))
    return InTime(path, tuple(reversed(days)), undated)


def _pass_on(
    best: dict[tuple[UUID, int], date],
    came: dict[tuple[UUID, int], Edge],
    node: UUID,
    count: int,
    edge: Edge,
) -> None:
    at = max(best[node, count], spans.first_day(edge.since) or date.min)
    other = edge.other(node)
    if other == node or at > (spans.last_day(edge.until) or date.max):
        return
    earlier = [best[other, n] for n in range(count + 2) if (other, n) in best]
    if not earlier or at < min(earlier):
        best[other, count + 1] = at
        came[other, count + 1] = edge
