"""All shapes in a stretch of transfers, graded, each with its members.

The steps: transfers → legs → how unusual each leg is → shapes of each pattern → grades → one of each.
A shape is reported when its latest leg is of a row ≥ `own_from`; so stretches of time with `reach` before
them find together what the whole finds, up to windows that lie across a border.
"""

from dataclasses import dataclass

import numpy
import polars
from numpy.typing import NDArray

from manumit.flows import entry, graph
from manumit.flows import windows as windows_
from manumit.flows.patterns import (
    bursts,
    chains,
    fans,
    grading,
    groups,
    habits,
    instance,
    joining,
    rings,
)
from manumit.flows.patterns import legs as legs_

Pattern = instance.Pattern
WINDOWS_BACK = 3  # gather-scatter: a window in, at most one of waiting, a window out


@dataclass(frozen=True)
class Budget:
    """How much is followed before it is cut; everything cut is counted and told."""

    hub: int = 48  # legs of one account in one window that are walked through
    visits: int = 600  # steps for one closing leg
    members: int = 500  # legs kept of one shape


@dataclass(frozen=True)
class Found:
    """Instances by instance.COLUMNS, and what was cut, in words."""

    frame: polars.DataFrame
    cut: tuple[str, ...]


@dataclass(frozen=True)
class _Ground:
    """What every pattern needs: made once."""

    legs: legs_.Legs
    window: int
    own: int
    sums: NDArray[numpy.float64]
    days: float
    unusual: NDArray[numpy.float64]
    repeated: NDArray[numpy.float64]
    budget: Budget


def reach(windows: windows_.Windows) -> int:
    """Say how many seconds before a stretch of time have to be read with it."""
    return WINDOWS_BACK * windows.pattern


def find(
    transfers: graph.Transfers,
    windows: windows_.Windows,
    own_from: int = 0,
    known: habits.Habits | None = None,
    budget: Budget = Budget(),
) -> Found:
    """Find every shape whose latest leg is of row `own_from` or later.

    `known`: the accounts' habits over all of the ledger's time; those of `transfers` where not given.
    """
    if not (transfers.source != transfers.target).any():
        return Found(_nothing(), ())
    known = known or habits.of_transfers(transfers)
    ground = _ground(transfers, windows, own_from, known, budget)
    tick = windows_.DAY if transfers.precision > entry.Precision.MINUTE else 600
    shapes = _shapes(ground, windows, tick)
    frames = [
        grading.graded(
            _standing(found, ground, pattern),
            pattern,
            ground.legs,
            transfers,
            ground.unusual,
            budget.members,
        )
        for pattern, found in shapes
        if len(found)
    ]
    told = _told(shapes, budget)
    frame = polars.concat(frames) if frames else _nothing()
    return Found(frame.select(list(instance.COLUMNS)), told)


def _nothing() -> polars.DataFrame:
    return polars.DataFrame(schema=instance.COLUMNS)


def _ground(
    transfers: graph.Transfers,
    windows: windows_.Windows,
    own_from: int,
    known: habits.Habits,
    budget: Budget,
) -> _Ground:
    legs = legs_.of_transfers(transfers)
    own = 0
    if own_from:
        # a leg is ours when its last transfer is
        last = transfers.at[min(own_from, len(transfers) - 1)]
        own = int(numpy.searchsorted(legs.at, last - last % windows_.DAY))
    sums = known.arrays(transfers.accounts)
    repeated, sized = habits.of_legs(legs, sums, known.days)
    return _Ground(legs, windows.pattern, own, sums, known.days, repeated + sized, repeated, budget)


def _shapes(
    ground: _Ground, windows: windows_.Windows, tick: int
) -> list[tuple[Pattern, instance.Shapes]]:
    """Run every pattern."""
    into, out = _fans(ground, into=True), _fans(ground, into=False)
    longest = min(
        windows.hop_limit,
        groups.free_length(ground.legs, ground.window, ground.budget.hub, ground.budget.visits),
    )
    ordered, free = (
        groups.with_chance(
            rings.find(
                ground.legs,
                ground.window,
                windows.hop_limit if in_order else longest,
                ordered=in_order,
                own=ground.own,
                hub=ground.budget.hub,
                budget=ground.budget.visits,
            ),
            ground.legs,
            ground.window,
        )
        for in_order in (True, False)
    )
    layers = groups.bipartite(ground.legs, ground.window, ground.own, ground.budget.hub)
    return [
        (Pattern.CYCLE, groups.both(ordered, free)),
        (Pattern.FAN_IN, into),
        (Pattern.FAN_OUT, out),
        (Pattern.GATHER_SCATTER, _gather_scatter(ground)),
        (
            Pattern.SCATTER_GATHER,
            groups.scatter_gather(ground.legs, ground.window, ground.own, ground.budget.hub),
        ),
        (
            Pattern.CHAIN,
            chains.find(
                ground.legs,
                ground.sums[:, 0],
                ground.days,
                window=ground.window,
                tick=tick,
                hub=ground.budget.hub,
                least=2.0,
                own=ground.own,
            ),
        ),
        (Pattern.BIPARTITE, layers),
        (Pattern.STACK, groups.stacks(layers, ground.legs, ground.window)),
        (Pattern.BURST, bursts.find(ground.repeated, ground.legs.count, ground.own)),
    ]


def _rare(ground: _Ground, *, into: bool) -> tuple[NDArray[numpy.float64], NDArray[numpy.int64]]:
    column = 3 if into else 0
    return fans.rareness(
        ground.legs,
        into=into,
        window=ground.window,
        history=ground.sums[:, column],
        days=ground.days,
    )


def _fans(ground: _Ground, *, into: bool) -> instance.Shapes:
    """Find windows with unusually many others, and runs of several unusual legs."""
    rare, others = _rare(ground, into=into)
    many, _ = fans.find(
        ground.legs,
        rare,
        others,
        into=into,
        window=ground.window,
        least=3.0,
        fewest=4,
        own=ground.own,
        most=ground.budget.members,
    )
    odd = groups.odd_fans(
        ground.legs, ground.unusual, into=into, window=ground.window, own=ground.own
    )
    return groups.both(many, odd)


def _gather_scatter(ground: _Ground) -> instance.Shapes:
    anchors = []
    rares = []
    for into in (True, False):
        rare, others = _rare(ground, into=into)
        _, anchor = fans.find(
            ground.legs,
            rare,
            others,
            into=into,
            window=ground.window,
            least=1.0,
            fewest=3,
            own=0,
            most=ground.budget.members,
        )
        account = ground.legs.target if into else ground.legs.source
        anchors.append(anchor[numpy.lexsort((anchor, account[anchor]))])
        rares.append(rare)
    return groups.gather_scatter(
        ground.legs,
        anchors[0],
        anchors[1],
        rares[0],
        rares[1],
        window=ground.window,
        own=ground.own,
        most=ground.budget.members,
    )


def _standing(shapes: instance.Shapes, ground: _Ground, pattern: Pattern) -> instance.Shapes:
    """Keep one of those that share half of their legs: the likeliest to mean something.

    A ring that comes round again within four windows is the same: there, pairs count instead of legs.
    """
    legs, member = ground.legs, shapes.leg
    if pattern == Pattern.CYCLE:
        pair = legs.source[member].astype(numpy.int64) * legs.accounts + legs.target[member]
        round_ = legs.at[member] // (4 * ground.window)
        _, member = numpy.unique(numpy.stack([pair, round_]), axis=1, return_inverse=True)
        member = member.ravel()
    size = numpy.diff(shapes.start)
    unusual = numpy.add.reduceat(ground.unusual[shapes.leg], shapes.start[:-1])
    order = numpy.argsort(-(shapes.chance + unusual), kind="stable")
    keep = joining.standing(shapes.start, member, order, len(legs) + 1, 0.5)
    rows = numpy.repeat(keep, size)
    start = numpy.concatenate([[0], numpy.cumsum(size[keep])]).astype(numpy.int64)
    return instance.Shapes(
        start, shapes.leg[rows], shapes.stage[rows], shapes.chance[keep], shapes.cut
    )


def _told(shapes: list[tuple[Pattern, instance.Shapes]], budget: Budget) -> tuple[str, ...]:
    return tuple(
        f"{pattern}: {found.cut} times not followed further (accounts with more than {budget.hub} "
        f"legs in a window, or more than {budget.visits} steps)"
        for pattern, found in shapes
        if found.cut
    )


def merged(frame: polars.DataFrame) -> polars.DataFrame:
    """Say once what stretches of time that overlap have found twice (half of the entries shared)."""
    if frame.is_empty():
        return frame
    kept = []
    for _, rows in frame.group_by("pattern", maintain_order=True):
        size = rows["entries"].list.len().to_numpy()
        start = numpy.concatenate([[0], numpy.cumsum(size)]).astype(numpy.int64)
        entries = rows["entries"].explode()
        names = entries.unique().sort()
        member = names.search_sorted(entries).cast(polars.Int64).to_numpy()
        weight = (rows["chance"] + rows["unusual"] * rows["size"]).to_numpy()
        order = numpy.argsort(-weight, kind="stable")
        kept.append(rows.filter(joining.standing(start, member, order, len(names), 0.5)))
    return polars.concat(kept)
