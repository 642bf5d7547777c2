"""From many records to clusters that may each be one person: pairs, then average link.

`clustering` says what a cluster is; here the many clusters of one or two records, about which there
is nothing to weigh, are told apart from the rest in arrays, so that a million records take seconds.
Whether two records are one person is for a person to say: what comes out is a proposal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from manumit.network import clustering, manypairs, manyrecords

Array = NDArray[Any]


@dataclass(frozen=True)
class Resolved:
    """Which rows are one: `cluster` (n) int32, numbered by the lowest row of each; what to look at."""

    cluster: Array
    pairs: manypairs.Pairs
    flags: tuple[clustering.Flag[int], ...]

    def groups(self) -> list[list[int]]:
        """Return the clusters of two records and more, in order."""
        order = np.argsort(self.cluster, kind="stable")
        starts = np.flatnonzero(np.diff(self.cluster[order], prepend=-1))
        several = np.split(order, starts[1:])
        return [group.tolist() for group in several if len(group) > 1]


def gather(several: Iterable[manyrecords.Record]) -> manyrecords.Records:
    """Return records as arrays, in their order."""
    gathering = manyrecords.Gathering()
    for one in several:
        gathering.add(one)
    return gathering.records()


def resolve(
    records: manyrecords.Records, made: clustering.Judgements[int] | None = None
) -> Resolved:
    """Return clusters of records (by row) under what people decided of them."""
    return clusters(len(records), manypairs.pairs(records), made)


def clusters(
    count: int, pairs: manypairs.Pairs, made: clustering.Judgements[int] | None = None
) -> Resolved:
    """Return the clusters of so many rows by their scored pairs."""
    made = made or clustering.Judgements()
    for_it = pairs.both[pairs.bits > clustering.STOP]
    said = [pair for some in (made.same, made.not_same, made.unsure) for pair in some]
    edges = np.concatenate([for_it, np.asarray(said, np.int32).reshape(-1, 2)])
    part = connected(count, edges)
    cluster = np.arange(count, dtype=np.int32)
    judged = np.zeros(count, bool)
    judged[part[[row for pair in said for row in pair]]] = True
    sizes = np.bincount(part, minlength=count)
    two = (sizes[part[for_it[:, 0]]] == 2) & ~judged[part[for_it[:, 0]]]
    cluster[for_it[two, 1]] = for_it[two, 0]
    rest = (sizes > 2) | judged
    inside = (part[pairs.both[:, 0]] == part[pairs.both[:, 1]]) & rest[part[pairs.both[:, 0]]]
    weighed = [
        (one, other, bits)
        for (one, other), bits in zip(
            pairs.both[inside].tolist(), pairs.bits[inside].tolist(), strict=True
        )
    ]
    found = clustering.cluster(weighed, made)
    for group in found.clusters:
        cluster[list(group)] = group[0]
    return Resolved(cluster, pairs, found.flags)


def connected(count: int, edges: Array) -> Array:
    """Return for each row the lowest row that it hangs together with."""
    lowest = np.arange(count, dtype=np.int32)
    while len(edges):
        left, right = lowest[edges[:, 0]], lowest[edges[:, 1]]
        apart = left != right
        if not apart.any():
            break
        edges, left, right = edges[apart], left[apart], right[apart]
        np.minimum.at(lowest, np.maximum(left, right), np.minimum(left, right))
        while True:
            further = lowest[lowest]
            if (further == lowest).all():
                break
            lowest = further
    return lowest
