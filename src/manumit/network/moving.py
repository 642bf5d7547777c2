"""One round of Louvain's local moving, written so that it runs as it stands and compiled.

Plain loops over sequences: lists for the few entities of a page, arrays for a whole register
(`communities` decides). Nothing is imported, so that both do the very same.
"""

from typing import Any


def move(
    start: Any,
    other: Any,
    weight: Any,
    degree: Any,
    group: Any,
    total: Any,
    tally: Any,
    near: Any,
    twice: float,
) -> int:
    """Move every knot once to the neighbouring group that gains most; return how many moved.

    `start`, `other`, `weight`: neighbours of each knot in a row (both directions, no loops);
    `degree`: weight of a knot with its loops counted twice; `group`, `total`: the answer and the
    degree of each group, changed in place; `tally` and `near`: room to work in.
    """
    moved = 0
    for node in range(len(degree)):
        count = 0
        for at in range(start[node], start[node + 1]):
            theirs = group[other[at]]
            if tally[theirs] == 0.0:
                near[count] = theirs
                count += 1
            tally[theirs] += weight[at]
        own = group[node]
        total[own] -= degree[node]
        best = own
        gain = tally[own] - total[own] * degree[node] / twice
        for at in range(count):
            theirs = near[at]
            offered = tally[theirs] - total[theirs] * degree[node] / twice
            if offered > gain + 1e-9 or (offered > gain - 1e-9 and theirs < best and best != own):
                gain = offered
                best = theirs
        total[best] += degree[node]
        group[node] = best
        if best != own:
            moved += 1
        for at in range(count):
            tally[near[at]] = 0.0
    return moved
