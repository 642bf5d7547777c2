"""Which entities hang together more than chance would have it: groups by modularity.

Louvain (Blondel and others, J. Stat. Mech. 2008, P10008), then each group parted into its connected
pieces, for Louvain can leave a group that nothing inside joins (Traag and others, Scientific
Reports 9, 2019). A group is a hypothesis of a calculation: it names nobody a member of anything.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy
from numpy.typing import NDArray

from manumit.network.graphs import Graph, build, pieces

Ints = NDArray[numpy.int64]
LARGE = 20_000  # edges; more are moved by compiled code
MOST_ROUNDS = 50
MOST_LEVELS = 20


def communities(graph: Graph) -> list[frozenset[UUID]]:
    """Return groups that hang together, the largest first; whoever has no edge is left out."""
    index = {node: at for at, node in enumerate(graph.nodes)}
    pairs = sorted({tuple(sorted((index[e.tail], index[e.head]))) for e in graph.edges})
    tails = numpy.array([a for a, b in pairs if a != b], dtype=numpy.int64)
    heads = numpy.array([b for a, b in pairs if a != b], dtype=numpy.int64)
    labels = grouped(len(index), tails, heads)
    found = []
    for label in numpy.unique(labels):
        inside = {graph.nodes[at] for at in numpy.flatnonzero(labels == label)}
        if len(inside) > 1:
            part = build(e for e in graph.edges if e.tail in inside and e.head in inside)
            found += [piece for piece in pieces(part) if len(piece) > 1]
    return sorted(found, key=lambda group: (-len(group), min(group)))


def grouped(count: int, tails: Ints, heads: Ints) -> Ints:
    """Return a group's number for each of `count` knots; edges not directed, without loops."""
    labels = numpy.arange(count)
    weights = numpy.ones(len(tails))
    loops = numpy.zeros(count)
    for _ in range(MOST_LEVELS if len(tails) else 0):
        group = _moved(len(loops), tails, heads, weights, loops)
        names, group = numpy.unique(group, return_inverse=True)
        labels = group[labels]
        if len(names) == len(loops):
            break
        tails, heads, weights, loops = _joined(len(names), group, tails, heads, weights, loops)
    return labels


def _moved(
    count: int,
    tails: Ints,
    heads: Ints,
    weights: NDArray[numpy.float64],
    loops: NDArray[numpy.float64],
) -> Ints:
    ends = numpy.concatenate((tails, heads))
    order = numpy.argsort(ends, kind="stable")
    start = numpy.concatenate(([0], numpy.cumsum(numpy.bincount(ends, minlength=count))))
    other = numpy.concatenate((heads, tails))[order]
    weight = numpy.concatenate((weights, weights))[order]
    degree = numpy.bincount(ends, numpy.concatenate((weights, weights)), count) + 2 * loops
    move: Any
    parts: Sequence[Any] = (start, other, weight, degree, numpy.arange(count), degree.copy())
    room: Sequence[Any] = (numpy.zeros(count), numpy.zeros(count, dtype=numpy.int64))
    if len(tails) > LARGE:
        from manumit.network import moving_compiled  # numba is loaded for what is large alone

        move = moving_compiled.move
    else:
        from manumit.network import moving

        move = moving.move
        parts, room = [p.tolist() for p in parts], [p.tolist() for p in room]
    twice = float(degree.sum())
    for _ in range(MOST_ROUNDS):
        if not move(*parts, *room, twice):
            break
    return numpy.asarray(parts[4])


def _joined(
    count: int,
    group: Ints,
    tails: Ints,
    heads: Ints,
    weights: NDArray[numpy.float64],
    loops: NDArray[numpy.float64],
) -> tuple[Ints, Ints, NDArray[numpy.float64], NDArray[numpy.float64]]:
    """Make each group one knot; what lay inside becomes its loop."""
    low = numpy.minimum(group[tails], group[heads])
    high = numpy.maximum(group[tails], group[heads])
    inner = numpy.bincount(group, loops, count)
    inside = low == high
    inner += numpy.bincount(low[inside], weights[inside], count)
    keys, at = numpy.unique(low[~inside] * count + high[~inside], return_inverse=True)
    summed = numpy.bincount(at, weights[~inside], len(keys)).astype(numpy.float64)
    return keys // count, keys % count, summed, inner.astype(numpy.float64)


def modularity(count: int, tails: Ints, heads: Ints, labels: Ints) -> float:
    """Return how much more edges lie inside groups than chance would put there (Newman, 2004)."""
    if not len(tails):
        return 0.0
    degree = numpy.bincount(numpy.concatenate((tails, heads)), minlength=count)
    inside = float((labels[tails] == labels[heads]).mean())
    shares = numpy.bincount(labels, degree) / (2 * len(tails))
    return inside - float((shares**2).sum())
