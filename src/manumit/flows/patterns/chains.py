"""Money passed on: leg after leg of nearly the same sum, sooner than the account's pace would explain.

A joint is a leg in and a leg out of one account. It is as strong as it is unlikely: that an account of
this pace pays somebody so soon, and that two of the ledger's sums are so much alike. Each leg out takes
its strongest leg in, each leg in its strongest leg out; where both choose each other they are joined.
"""

import math

import numpy
from numpy.typing import NDArray

from manumit.flows import compiled as compiling
from manumit.flows.patterns import instance
from manumit.flows.patterns import legs as legs_

Ints = NDArray[numpy.int64]
Reals = NDArray[numpy.float64]


@compiling.compiled
def joint(
    waited: float, pace: float, left: float, right: float, spread: float, tick: float
) -> float:
    """Say how strong a joint is (-log10). `pace` in legs a second, `spread` of ln(amount)."""
    soon = 1.0 - math.exp(-pace * (max(waited, 0.0) + tick))
    gap = abs(math.log(max(left, 1.0)) - math.log(max(right, 1.0))) + 0.005
    alike = math.erf(gap / (2.0 * spread))
    return -math.log10(max(soon, 1e-6)) - math.log10(max(alike, 1e-6))


@compiling.compiled
def strongest(
    source: legs_.Smalls, target: legs_.Smalls, at: Ints, until: Ints, amount: Ints,
    into: legs_.Smalls, into_start: Ints, pace: Reals, spread: float, tick: float,
    window: int, hub: int, least: float,
) -> tuple[Ints, Reals, int]:  # fmt: skip
    """Say for each leg which leg in fed it best, if both choose each other: (leg or -1, strength, hubs)."""
    feeder = numpy.full(len(at), -1, dtype=numpy.int64)
    strength = numpy.zeros(len(at))
    follower = numpy.full(len(at), -1, dtype=numpy.int64)
    best = numpy.zeros(len(at))
    cut = 0
    for e in range(len(at)):
        m = source[e]
        start = into_start[m]
        high = legs_.first_at(into, at, start, into_start[m + 1], until[e] + 1)
        low = legs_.first_at(into, at, start, high, at[e] - window)
        if high - low > hub:
            cut += 1
            continue
        for p in range(low, high):
            f = into[p]
            if source[f] == target[e]:
                continue
            strong = joint(at[e] - at[f], pace[m], amount[f], amount[e], spread, tick)
            strong -= math.log10(float(high - low))  # the best of many is no wonder
            if strong < least:
                continue
            if strong > strength[e]:
                strength[e], feeder[e] = strong, f
            if strong > best[f]:
                best[f], follower[f] = strong, e
    for e in range(len(at)):
        if feeder[e] >= 0 and follower[feeder[e]] != e:
            feeder[e], strength[e] = -1, 0.0
    return feeder, strength, cut


@compiling.compiled
def walk(feeder: Ints, strength: Reals, fewest: int, least: float) -> tuple[Ints, Ints, Reals]:
    """Follow the joints to whole chains of `fewest` legs and more: (starts, legs, sum of strengths)."""
    feeds = numpy.full(len(feeder), -1, dtype=numpy.int64)
    for e in range(len(feeder)):
        if feeder[e] >= 0:
            feeds[feeder[e]] = e
    start = numpy.zeros(len(feeder) + 1, dtype=numpy.int64)
    legs = numpy.zeros(len(feeder), dtype=numpy.int64)
    total = numpy.zeros(len(feeder))
    found, used = 0, 0
    for e in range(len(feeder)):
        if feeder[e] >= 0 or feeds[e] < 0:
            continue
        at, size, strong = e, 0, 0.0
        while at >= 0:
            legs[used + size] = at
            strong += strength[at]
            size += 1
            at = feeds[at]
        if size >= fewest and strong >= least:
            used += size
            total[found] = strong
            found += 1
            start[found] = used
    return start[: found + 1], legs[:used], total[:found]


def find(
    legs: legs_.Legs, history: Reals, days: float, *, window: int, tick: float, hub: int,
    least: float, own: int,
) -> instance.Shapes:  # fmt: skip
    """Find chains of three legs and more. `history`: transfers sent per account over `days`."""
    if not len(legs):
        return instance.empty()
    pace = (history + 0.5) / (days * 86_400)
    spread = max(float(numpy.log(numpy.maximum(legs.amount, 1)).std()), 0.05)
    feeder, strength, cut = strongest(
        legs.source, legs.target, legs.at, legs.until, legs.amount, legs.into, legs.into_start,
        pace, spread, tick, window, hub, 0.5,
    )  # fmt: skip
    start, leg, total = walk(feeder, strength, 3, least)
    shapes = instance.Shapes(start, leg, _places(start), total, cut)
    return own_only(shapes, own)


def _places(start: Ints) -> Ints:
    return numpy.arange(start[-1]) - numpy.repeat(start[:-1], numpy.diff(start))


def own_only(shapes: instance.Shapes, own: int) -> instance.Shapes:
    """Keep shapes whose latest leg is `own` or later."""
    size = numpy.diff(shapes.start)
    latest = numpy.maximum.reduceat(shapes.leg, shapes.start[:-1]) if len(size) else size
    keep = latest >= own
    rows = numpy.repeat(keep, size)
    start = numpy.concatenate([[0], numpy.cumsum(size[keep])]).astype(numpy.int64)
    return instance.Shapes(
        start, shapes.leg[rows], shapes.stage[rows], shapes.chance[keep], shapes.cut
    )
