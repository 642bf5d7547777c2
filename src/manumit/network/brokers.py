"""Who stands between others: whose removal parts a network, and through whom the short ways lead.

A place in a network is a reason to look, never a finding about a person: a lawyer, a mother or a
survivor can stand between others too. Betweenness after Brandes (Journal of Mathematical Sociology
25, 2001), not directed, several relations between the same two counted once.
"""

from collections import deque
from dataclasses import dataclass
from uuid import UUID

from manumit.network.graphs import Graph


@dataclass(frozen=True)
class Broker:
    """One entity that stands between others, and how."""

    entity: UUID
    share: float  # of all pairs, how many of their short ways lead through it: 0 to 1
    parts: int  # into how many parts its piece falls without it; 1: it stays whole


def brokers(graph: Graph, limit: int = 20) -> list[Broker]:
    """Return who stands between others, most first."""
    between = betweenness(graph)
    cuts = parting(graph)
    count = len(graph.nodes)
    pairs = (count - 1) * (count - 2) / 2 or 1
    made = (
        Broker(node, between[node] / pairs, cuts.get(node, 1))
        for node in graph.nodes
        if between[node] > 0
    )
    return sorted(made, key=lambda one: (-one.share, one.entity))[:limit]


def betweenness(graph: Graph) -> dict[UUID, float]:
    """Return for each how many pairs' shortest ways lead through it, shared where there are several."""
    index = {node: at for at, node in enumerate(graph.nodes)}
    around = [[index[other] for other in graph.neighbours(node)] for node in graph.nodes]
    score = [0.0] * len(around)
    for start in range(len(around)):
        _from(start, around, score)
    return {node: score[at] / 2 for node, at in index.items()}  # each pair was met twice


def _from(start: int, around: list[list[int]], score: list[float]) -> None:
    far, ways = {start: 0}, {start: 1.0}
    order: list[int] = []
    before: dict[int, list[int]] = {start: []}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        order.append(node)
        for other in around[node]:
            if other not in far:
                far[other], ways[other], before[other] = far[node] + 1, 0.0, []
                waiting.append(other)
            if far[other] == far[node] + 1:
                ways[other] += ways[node]
                before[other].append(node)
    owed = dict.fromkeys(order, 0.0)
    for node in reversed(order):
        for earlier in before[node]:
            owed[earlier] += ways[earlier] / ways[node] * (1 + owed[node])
        if node != start:
            score[node] += owed[node]


def parting(graph: Graph) -> dict[UUID, int]:
    """Return whose removal parts a network, and into how many parts (Hopcroft and Tarjan, 1973)."""
    found: dict[UUID, int] = {}
    place: dict[UUID, int] = {}
    for root in graph.nodes:
        if root not in place:
            _search(graph, root, place, found)
    return {node: parts for node, parts in sorted(found.items()) if parts > 1}


def _search(graph: Graph, root: UUID, place: dict[UUID, int], found: dict[UUID, int]) -> None:
    lowest: dict[UUID, int] = {}
    cut: dict[UUID, int] = {}  # children that cannot get round their parent
    place[root] = lowest[root] = len(place)
    stack = [(root, root, iter(graph.neighbours(root)))]
    while stack:
        node, parent, others = stack[-1]
        other = next(others, None)
        if other is None:
            stack.pop()
            if stack:
                lowest[parent] = min(lowest[parent], lowest[node])
                if lowest[node] >= place[parent]:
                    cut[parent] = cut.get(parent, 0) + 1
        elif other not in place:
            place[other] = lowest[other] = len(place)
            stack.append((other, node, iter(graph.neighbours(other))))
        elif other != parent:
            lowest[node] = min(lowest[node], place[other])
    for node, children in cut.items():
        found[node] = children if node == root else children + 1
