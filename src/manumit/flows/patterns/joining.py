"""One ring, one finding: what overlaps is put together, and what says the same twice is said once."""

import numpy
from numpy.typing import NDArray

from manumit.flows import compiled as compiling

Ints = NDArray[numpy.int64]


@compiling.compiled
def components(group: Ints, member: Ints, groups: int, members: int) -> Ints:
    """Number the groups so that groups with a member in common have the same number (union-find)."""
    root = numpy.arange(groups)
    last = numpy.full(members, -1, dtype=numpy.int64)
    for i in range(len(group)):
        if last[member[i]] >= 0:
            a, b = group[i], last[member[i]]
            while root[a] != a:
                root[a] = root[root[a]]
                a = root[a]
            while root[b] != b:
                root[b] = root[root[b]]
                b = root[b]
            root[max(a, b)] = min(a, b)
        last[member[i]] = group[i]
    for g in range(groups):
        a = g
        while root[a] != a:
            a = root[a]
        root[g] = a
    return root


@compiling.compiled
def standing(
    start: Ints, member: Ints, order: Ints, members: int, share: float
) -> NDArray[numpy.bool_]:
    """Say which shapes stand, best first in `order`: one that shares `share` of itself with one that
    stands, or holds that much of it, falls.
    """
    keep = numpy.zeros(len(start) - 1, dtype=numpy.bool_)
    head = numpy.full(members, -1, dtype=numpy.int64)
    link = numpy.full(len(member), -1, dtype=numpy.int64)
    owner = numpy.zeros(len(member), dtype=numpy.int64)
    common = numpy.zeros(len(start) - 1, dtype=numpy.int64)
    used = 0
    for g in order:
        size = start[g + 1] - start[g]
        falls = False
        for p in range(start[g], start[g + 1]):
            node = head[member[p]]
            while node >= 0:
                other = owner[node]
                common[other] += 1
                smaller = min(size, start[other + 1] - start[other])
                if common[other] >= share * smaller:
                    falls = True
                node = link[node]
        for p in range(start[g], start[g + 1]):
            node = head[member[p]]
            while node >= 0:
                common[owner[node]] = 0
                node = link[node]
        if falls:
            continue
        keep[g] = True
        for p in range(start[g], start[g + 1]):
            owner[used], link[used] = g, head[member[p]]
            head[member[p]] = used
            used += 1
    return keep
