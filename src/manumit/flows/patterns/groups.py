"""From legs that were listed by the kernels to shapes, and how likely each is by chance."""

import numpy
from numpy.typing import NDArray

from manumit.flows import windows as windows_
from manumit.flows.patterns import chance, fans, instance, joining, relays, rings
from manumit.flows.patterns import legs as legs_

Ints = NDArray[numpy.int64]
Reals = NDArray[numpy.float64]
LEAST = 2.0  # a pair of accounts is looked at when so busy ones share so much once in a hundred
ODD = 0.99  # the most unusual hundredth of the ledger's legs
MOST_LEGS = 120  # a larger web of shared receivers is a market, not a group


def both(one: instance.Shapes, other: instance.Shapes) -> instance.Shapes:
    """Put two lists of shapes together."""
    return instance.Shapes(
        numpy.concatenate([one.start, one.start[-1] + other.start[1:]]),
        numpy.concatenate([one.leg, other.leg]),
        numpy.concatenate([one.stage, other.stage]),
        numpy.concatenate([one.chance, other.chance]),
        one.cut + other.cut,
    )


def _share(legs: legs_.Legs, window: int) -> float:
    """Say which share of the legs one window holds."""
    span = int(legs.at[-1] - legs.at[0]) + windows_.DAY
    return min(1.0, (window + windows_.DAY) / span)


def _degrees(legs: legs_.Legs, window: int, hub: int) -> tuple[Reals, Reals, float]:
    """Give legs in and out of each account in a window on average (hubs as none), and all legs in it."""
    share = _share(legs, window)
    came = numpy.diff(legs.into_start) * share
    went = numpy.diff(legs.out_start) * share
    quiet = (came <= hub) & (went <= hub)
    return came * quiet, went * quiet, len(legs) * share


def free_length(legs: legs_.Legs, window: int, hub: int, visits: int) -> int:
    """Say up to which length order-free rings are looked for: while chance closes few of them.

    A ring of length L closes by chance for b^(L-1) / n of the legs, b being how many legs a payment
    can go on by within a window, n the accounts. One in ten is the most that is looked at; and the
    search of a usual leg is to take a quarter of its budget, for some are far from usual.
    """
    came, went, _ = _degrees(legs, window, hub)
    branching = max(float((came * went).sum() / max(came.sum(), 1.0)), 1.01)
    n = max(int((came + went > 0).sum()), 2)
    by_chance = 1 + numpy.log(0.1 * n) / numpy.log(branching)
    by_visits = 3 + numpy.log(visits / 4) / numpy.log(branching)
    return int(max(rings.SHORTEST, min(by_chance, by_visits, rings.DEEPEST - 1)))


def with_chance(shapes: instance.Shapes, legs: legs_.Legs, window: int) -> instance.Shapes:
    """Say of rings how many the ledger would hold by chance among accounts as busy as these.

    Expected: product over the accounts of n · in · out / m, over the length; in, out: legs of the
    account in the window; n accounts and m legs in it. The result is -log10 of that.
    """
    if not len(shapes):
        return shapes
    size = numpy.diff(shapes.start)
    closing = shapes.leg[shapes.start[1:] - 1]
    until = numpy.repeat(legs.at[closing], size)
    account = legs.target[shapes.leg].astype(numpy.int64)
    came = legs_.between(legs.into, legs.into_start, legs.at, account, until - window, until)
    went = legs_.between(legs.out, legs.out_start, legs.at, account, until - window, until)
    in_window = numpy.searchsorted(legs.at, legs.at[closing], side="right")
    in_window = in_window - numpy.searchsorted(legs.at, legs.at[closing] - window)
    n = max(int((numpy.diff(legs.into_start) + numpy.diff(legs.out_start) > 0).sum()), 1)
    each = numpy.log10(n * numpy.maximum(came, 1) * numpy.maximum(went, 1))
    expected = numpy.add.reduceat(each, shapes.start[:-1])
    expected -= size * numpy.log10(numpy.maximum(in_window, 1)) + numpy.log10(size)
    return instance.Shapes(
        shapes.start,
        shapes.leg,
        shapes.stage,
        numpy.clip(-expected, -chance.CAP, chance.CAP),
        shapes.cut,
    )


def _bits(legs: legs_.Legs) -> int:
    return int(min(26, max(16, numpy.ceil(numpy.log2(16 * max(len(legs), 1))))))


def _sorted_runs(
    pair: Ints, third: Ints, moment: Ints, window: int, fewest: int
) -> tuple[Ints, Ints]:
    """Sort by (pair, moment) and number the runs: (order of rows that are in one, their run)."""
    order = numpy.lexsort((moment, pair))
    run = relays.runs(pair[order], third[order], moment[order], window, fewest)
    return order[run >= 0], run[run >= 0]


def _distinct(run: Ints, third: Ints, runs: int) -> Ints:
    """Count the different thirds of each run."""
    seen = numpy.unique(numpy.stack([run, third]), axis=1)
    return numpy.bincount(seen[0], minlength=runs)


def _shapes_of(
    run: Ints, leg: Ints, stage: Ints, rare: Reals, keep: NDArray[numpy.bool_], cut: int
) -> instance.Shapes:
    """Make one shape of each kept run from its (run, leg, stage) rows."""
    rows = keep[run]
    number = numpy.cumsum(keep) - 1
    triple = numpy.stack([number[run[rows]], leg[rows], stage[rows]])
    triple = numpy.unique(triple, axis=1)
    size = numpy.bincount(triple[0], minlength=int(keep.sum()))
    start = numpy.concatenate([[0], numpy.cumsum(size)]).astype(numpy.int64)
    return instance.Shapes(start, triple[1], triple[2], rare[keep], cut)


def scatter_gather(legs: legs_.Legs, window: int, own: int, hub: int) -> instance.Shapes:
    """Find pairs of payer and receiver with three and more accounts in between."""
    first, second, cut = relays.through(
        legs.source, legs.target, legs.at, legs.after, legs.into, legs.into_start, legs.out,
        legs.out_start, window, 3, hub, _bits(legs),
    )  # fmt: skip
    if not len(first):
        return instance.empty(cut)
    payer, middle = legs.source[first].astype(numpy.int64), legs.target[first]
    pair = payer * legs.accounts + legs.target[second]
    moment = numpy.maximum(legs.at[first], legs.at[second])
    order, run = _sorted_runs(pair, middle.astype(numpy.int64), moment, window, 3)
    if not len(run):
        return instance.empty(cut)
    runs = int(run[-1]) + 1
    head = numpy.flatnonzero(numpy.r_[True, run[1:] != run[:-1]])
    came, went, in_window = _degrees(legs, window, hub)
    branching = float((came * went).sum() / max(came.sum(), 1.0))
    last = numpy.maximum.reduceat(moment[order], head)
    since = numpy.minimum.reduceat(moment[order], head) - window
    ends = first[order[head]], second[order[head]]
    sent = _busy(legs, legs.source[ends[0]], since, last, into=False)
    received = _busy(legs, legs.target[ends[1]], since, last, into=True)
    count = _distinct(run, middle[order].astype(numpy.int64), runs)
    rare = chance.at_least_each(
        count.astype(float), sent * received * branching / max(in_window, 1.0)
    )
    latest = numpy.maximum.reduceat(numpy.maximum(first[order], second[order]), head)
    keep = (rare >= LEAST) & (latest >= own)
    return _shapes_of(
        numpy.concatenate([run, run]),
        numpy.concatenate([first[order], second[order]]),
        numpy.repeat([0, 1], len(run)),
        rare, keep, cut,
    )  # fmt: skip


def _busy(
    legs: legs_.Legs, account: legs_.Smalls, since: Ints, until: Ints, *, into: bool
) -> Reals:
    listed, start = (legs.into, legs.into_start) if into else (legs.out, legs.out_start)
    return legs_.between(listed, start, legs.at, account.astype(numpy.int64), since, until).astype(
        float
    )


def bipartite(legs: legs_.Legs, window: int, own: int, hub: int) -> instance.Shapes:
    """Find groups of payers that share receivers: pairs that share two and more, put together."""
    first, second, cut = relays.shared(
        legs.source, legs.target, legs.at, legs.after, legs.into, legs.into_start, window, 2,
        hub, _bits(legs),
    )  # fmt: skip
    if not len(first):
        return instance.empty(cut)
    one, other = legs.source[first].astype(numpy.int64), legs.source[second].astype(numpy.int64)
    pair = numpy.minimum(one, other) * legs.accounts + numpy.maximum(one, other)
    receiver, moment = legs.target[first].astype(numpy.int64), legs.at[second]
    order, run = _sorted_runs(pair, receiver, moment, window, 2)
    if not len(run):
        return instance.empty(cut)
    runs = int(run[-1]) + 1
    head = numpy.flatnonzero(numpy.r_[True, run[1:] != run[:-1]])
    came, _, in_window = _degrees(legs, window, hub)
    branching = float((came * numpy.maximum(came - 1, 0)).sum() / max(came.sum(), 1.0))
    last = numpy.maximum.reduceat(moment[order], head)
    since = numpy.minimum.reduceat(moment[order], head) - window
    busy = [
        _busy(legs, end[order[head]].astype(numpy.int32), since, last, into=False)
        for end in (one, other)
    ]
    expected = busy[0] * busy[1] * max(branching, 0.1) / max(in_window, 1.0)
    count = _distinct(run, receiver[order], runs)
    rare = chance.at_least_each(count.astype(float), expected)
    rows = (rare >= LEAST)[run]
    if not rows.any():
        return instance.empty(cut)
    return _put_together(legs, run[rows], first[order][rows], second[order][rows], rare, own, cut)


def _put_together(
    legs: legs_.Legs, run: Ints, first: Ints, second: Ints, rare: Reals, own: int, cut: int
) -> instance.Shapes:
    """Join runs with a leg in common; a group is as rare as its rarest pair, and more for each pair."""
    runs = len(rare)
    group = numpy.concatenate([run, run])
    leg = numpy.concatenate([first, second])
    root = joining.components(group, leg, runs, len(legs))
    used = numpy.unique(run)
    strongest = numpy.zeros(runs)
    numpy.maximum.at(strongest, root[used], rare[used])
    pairs = numpy.bincount(root[used], minlength=runs)
    whole = numpy.minimum(strongest + numpy.log2(numpy.maximum(pairs, 1)), chance.CAP)
    latest = numpy.zeros(runs, dtype=numpy.int64)
    numpy.maximum.at(latest, root[group], leg)
    keep = (pairs > 0) & (latest >= own)
    shapes = _shapes_of(root[group], leg, numpy.zeros(len(leg), numpy.int64), whole, keep, cut)
    return _no_webs(shapes)


def _no_webs(shapes: instance.Shapes) -> instance.Shapes:
    """Leave out what is larger than a group, and count it as cut."""
    size = numpy.diff(shapes.start)
    keep = size <= MOST_LEGS
    rows = numpy.repeat(keep, size)
    start = numpy.concatenate([[0], numpy.cumsum(size[keep])]).astype(numpy.int64)
    cut = shapes.cut + int((~keep).sum())
    return instance.Shapes(start, shapes.leg[rows], shapes.stage[rows], shapes.chance[keep], cut)


def stacks(layers: instance.Shapes, legs: legs_.Legs, window: int) -> instance.Shapes:
    """Find groups whose receivers are the payers of another group: two and more of them."""
    if len(layers) < 2:
        return instance.empty()
    number = numpy.repeat(numpy.arange(len(layers)), numpy.diff(layers.start))
    received = numpy.unique(
        numpy.stack([legs.target[layers.leg].astype(numpy.int64), number]), axis=1
    )
    paid = numpy.unique(numpy.stack([legs.source[layers.leg].astype(numpy.int64), number]), axis=1)
    # every (upper group, lower group) with an account in both
    low = numpy.searchsorted(paid[0], received[0])
    many = numpy.searchsorted(paid[0], received[0], side="right") - low
    upper = numpy.repeat(received[1], many)
    place = (
        numpy.repeat(low, many)
        + numpy.arange(many.sum())
        - numpy.repeat(numpy.cumsum(many) - many, many)
    )
    lower = paid[1][place]
    pair, common = numpy.unique(
        upper[upper != lower] * len(layers) + lower[upper != lower], return_counts=True
    )
    pair, common = pair[common >= 2], common[common >= 2]
    over, under = pair // len(layers), pair % len(layers)
    near = _apart(layers, legs, over, under) <= window
    return _stacked(layers, over[near], under[near], common[near])


def _apart(layers: instance.Shapes, legs: legs_.Legs, over: Ints, under: Ints) -> Ints:
    """Say how many seconds lie between two groups; 0 and less where they overlap."""
    first = numpy.minimum.reduceat(legs.at[layers.leg], layers.start[:-1])
    last = numpy.maximum.reduceat(legs.at[layers.leg], layers.start[:-1])
    apart: Ints = numpy.maximum(first[under] - last[over], first[over] - last[under])
    return apart


def _stacked(layers: instance.Shapes, over: Ints, under: Ints, common: Ints) -> instance.Shapes:
    legs: list[Ints] = []
    stages: list[Ints] = []
    start = [0]
    for a, b in zip(over.tolist(), under.tolist(), strict=True):
        upper = layers.leg[layers.start[a] : layers.start[a + 1]]
        lower = layers.leg[layers.start[b] : layers.start[b + 1]]
        legs += [upper, lower]
        stages += [numpy.zeros(len(upper), numpy.int64), numpy.ones(len(lower), numpy.int64)]
        start.append(start[-1] + len(upper) + len(lower))
    if not legs:
        return instance.empty()
    rare = numpy.minimum(layers.chance[over] + layers.chance[under] + common, chance.CAP)
    return instance.Shapes(
        numpy.array(start, dtype=numpy.int64),
        numpy.concatenate(legs),
        numpy.concatenate(stages),
        rare,
    )


def odd_fans(
    legs: legs_.Legs, unusual: Reals, *, into: bool, window: int, own: int
) -> instance.Shapes:
    """Find accounts with several unusual legs from (to) different others, each within a window of the last."""
    bar = max(float(numpy.quantile(unusual, ODD)), 1.0)
    leg = numpy.flatnonzero(unusual >= bar).astype(numpy.int64)
    if len(leg) < 2:
        return instance.empty()
    account = (legs.target if into else legs.source)[leg].astype(numpy.int64)
    other = (legs.source if into else legs.target)[leg].astype(numpy.int64)
    order, run = _sorted_runs(account, other, legs.at[leg], window, 2)
    if not len(run):
        return instance.empty()
    runs = int(run[-1]) + 1
    head = numpy.flatnonzero(numpy.r_[True, run[1:] != run[:-1]])
    members = leg[order]
    last = numpy.maximum.reduceat(legs.at[members], head)
    since = numpy.minimum.reduceat(legs.at[members], head) - window
    busy = _busy(legs, account[order][head].astype(numpy.int32), since, last, into=into)
    count = _distinct(run, other[order], runs)
    # the first unusual leg began the search; the others are what chance has to explain
    share = len(leg) / len(legs)
    rare = chance.at_least_each((count - 1).astype(float), busy * share)
    latest = numpy.maximum.reduceat(members, head)
    keep = (rare >= 1.0) & (latest >= own)
    return _shapes_of(run, members, numpy.zeros(len(run), numpy.int64), rare, keep, 0)


def gather_scatter(
    legs: legs_.Legs, into: Ints, out: Ints, rare_in: Reals, rare_out: Reals, *, window: int,
    own: int, most: int,
) -> instance.Shapes:  # fmt: skip
    """Put a window into an account and one out of it together."""
    left, right = fans.meetings(into, out, legs.target, legs.source, legs.at, window)
    keep = numpy.maximum(into[left], out[right]) >= own
    left, right = left[keep], right[keep]
    if not len(left):
        return instance.empty()
    gathered = fans.windows_of(
        into[left], legs.target, legs.into, legs.into_start, legs.at, window, most
    )
    scattered = fans.windows_of(
        out[right], legs.source, legs.out, legs.out_start, legs.at, window, most
    )
    run = numpy.concatenate(
        [
            numpy.repeat(numpy.arange(len(left)), numpy.diff(side[0]))
            for side in (gathered, scattered)
        ]
    )
    leg = numpy.concatenate([gathered[1], scattered[1]])
    stage = numpy.repeat([0, 1], [len(gathered[1]), len(scattered[1])])
    rare = numpy.minimum(rare_in[into[left]] + rare_out[out[right]], chance.CAP)
    every = numpy.ones(len(left), dtype=bool)
    return _shapes_of(run, leg, stage, rare, every, gathered[2] + scattered[2])
