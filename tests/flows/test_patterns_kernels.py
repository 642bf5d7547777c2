"""Every pattern kernel equals its slow, obvious twin on random graphs full of ties and parallels."""

import math

import numpy
import pytest

from flows import pattern_twins as twins
from manumit.flows.patterns import chains, chance, fans, groups, joining, relays, rings
from manumit.flows.patterns import legs as legs_

DAY = twins.DAY
SEEDS = range(25)


@pytest.mark.parametrize("seed", SEEDS)
def test_legs(seed: int) -> None:
    given = twins.transfers(twins.random_rows(seed, accounts=4, count=60, days=4))
    legs = legs_.of_transfers(given)
    columns = (legs.source, legs.target, legs.at, legs.until, legs.amount, legs.count)
    assert list(zip(*(c.tolist() for c in columns), strict=True)) == twins.legs(given)
    for i in range(len(legs)):
        rows = legs.transfer[legs.transfer_start[i] : legs.transfer_start[i + 1]]
        assert given.amount[rows].sum() == legs.amount[i]
        same = [
            j
            for j in range(i)
            if (legs.source[j], legs.target[j]) == (legs.source[i], legs.target[i])
        ]
        assert legs.before[i] == (same[-1] if same else -1)


def test_legs_of_nothing() -> None:
    assert len(legs_.of_transfers(twins.transfers([(1, 1, 0, 5)]))) == 0


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_rings(seed: int, ordered: bool) -> None:
    legs = twins.random_legs(seed, accounts=6, count=26)
    for window, longest in ((2 * DAY, 4), (4 * DAY, 5)):
        found = rings.find(
            legs, window, longest, ordered=ordered, own=0, hub=10_000, budget=1_000_000
        )
        accounts = set()
        for i in range(len(found)):
            leg = found.leg[found.start[i] : found.start[i + 1]]
            assert legs.target[leg].tolist() == [*legs.source[leg][1:], legs.source[leg][0]]
            accounts.add((int(leg[-1]), tuple(legs.source[leg].tolist())))
        expected = twins.rings(legs, window, longest, ordered=ordered)
        assert found.cut == 0
        assert accounts == expected
        assert len(found) == len(expected)


def test_rings_say_what_they_did_not_follow() -> None:
    # a ring 0 → 1 → 2 → 0, and many who pay 2
    rows = [(0, 1, 0, 10), (1, 2, DAY, 10), (2, 0, 2 * DAY, 10)]
    rows += [(10 + i, 2, DAY, 10) for i in range(9)]
    legs = legs_.of_transfers(twins.transfers(rows))
    whole = rings.find(legs, 5 * DAY, 5, ordered=True, own=0, hub=20, budget=100)
    assert (len(whole), whole.cut) == (1, 0)
    less = rings.find(legs, 5 * DAY, 5, ordered=True, own=0, hub=5, budget=100)
    assert len(less) == 0
    assert less.cut > 0
    tired = rings.find(legs, 5 * DAY, 5, ordered=True, own=0, hub=20, budget=1)
    assert tired.cut > 0


@pytest.mark.parametrize("into", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_fans(seed: int, into: bool) -> None:
    legs = twins.random_legs(seed, accounts=5, count=60)
    listed, start = (legs.into, legs.into_start) if into else (legs.out, legs.out_start)
    mine = legs.target if into else legs.source
    for window in (DAY // 2, 3 * DAY):
        others, paid = fans.distinct(
            listed, start, legs.at, legs.before, legs.after, legs.count, window
        )
        assert (others.tolist(), paid.tolist()) == twins.distinct(legs, window, into=into)
        rare = others.astype(float)
        chosen = fans.peaks(listed, start, legs.at, rare, window, 2.0)
        assert chosen.tolist() == twins.peaks(
            mine.tolist(), legs.at.tolist(), rare.tolist(), window, 2.0
        )
        bounds, leg, cut = fans.windows_of(chosen, mine, listed, start, legs.at, window, 3)
        for i, e in enumerate(chosen.tolist()):
            rows = [
                f for f in range(e + 1) if mine[f] == mine[e] and legs.at[f] >= legs.at[e] - window
            ]
            assert leg[bounds[i] : bounds[i + 1]].tolist() == rows[-3:]
            cut -= len(rows) > 3
        assert cut == 0


def test_a_shop_is_no_fan_and_a_sudden_crowd_is() -> None:
    rows = [(100 + d * 8 + i, 1, d * DAY + i * 60, 10) for d in range(40) for i in range(8)]
    rows += [(1000 + i, 2, 20 * DAY + i * 60, 10) for i in range(8)]
    rows += [(2000, 2, d * DAY, 10) for d in range(40)]
    legs = legs_.of_transfers(twins.transfers(rows))
    history = numpy.bincount(legs.target, weights=legs.count, minlength=legs.accounts)
    rare, _ = fans.rareness(legs, into=True, window=DAY, history=history, days=40)
    shop, crowd = (rare[legs.target == a].max() for a in (0, 1))
    assert shop < 1.5
    assert crowd > 4


@pytest.mark.parametrize("seed", SEEDS)
def test_meetings(seed: int) -> None:
    legs = twins.random_legs(seed, accounts=4, count=50)
    draw = numpy.random.default_rng(seed)
    ends = [
        numpy.flatnonzero(draw.random(len(legs)) < 0.3),
        numpy.flatnonzero(draw.random(len(legs)) < 0.3),
    ]
    into = ends[0][numpy.lexsort((ends[0], legs.target[ends[0]]))]
    out = ends[1][numpy.lexsort((ends[1], legs.source[ends[1]]))]
    left, right = fans.meetings(into, out, legs.target, legs.source, legs.at, 2 * DAY)
    assert sorted(zip(into[left].tolist(), out[right].tolist(), strict=True)) == sorted(
        (i, o)
        for i in into.tolist()
        for o in out.tolist()
        if legs.target[i] == legs.source[o] and -2 * DAY <= legs.at[o] - legs.at[i] <= 4 * DAY
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_two_paths_with_enough_in_between(seed: int) -> None:
    legs = twins.random_legs(seed, accounts=8, count=45)
    first, second, cut = relays.through(
        legs.source, legs.target, legs.at, legs.after, legs.into, legs.into_start, legs.out,
        legs.out_start, 3 * DAY, 3, 10_000, 16,
    )  # fmt: skip
    slow = list(twins.two_paths(legs, 3 * DAY))
    assert cut == 0
    fast = set(zip(first.tolist(), second.tolist(), strict=True))
    assert len(fast) == len(first)
    assert fast <= set(slow)
    by_pair: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for f, e in slow:
        by_pair.setdefault((int(legs.source[f]), int(legs.target[e])), []).append((f, e))
    for paths in by_pair.values():
        if len(paths) >= 3:
            assert set(paths) <= fast


@pytest.mark.parametrize("seed", SEEDS)
def test_shared_receivers(seed: int) -> None:
    legs = twins.random_legs(seed, accounts=7, count=40)
    first, second, cut = relays.shared(
        legs.source, legs.target, legs.at, legs.after, legs.into, legs.into_start, 3 * DAY, 1,
        10_000, 16,
    )  # fmt: skip
    assert cut == 0
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == {
        (f, e)
        for e in range(len(legs))
        for f in range(e)
        if legs.target[f] == legs.target[e]
        and legs.source[f] != legs.source[e]
        and legs.at[f] >= legs.at[e] - 3 * DAY
        and not 0 <= legs.after[f] < e
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_runs(seed: int) -> None:
    draw = numpy.random.default_rng(seed)
    rows = draw.integers(0, [3, 4, 30], (40, 3))
    order = numpy.lexsort((rows[:, 2], rows[:, 0]))
    rows = rows[order]
    run = relays.runs(rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 2].copy(), 3, 2)
    fast = [
        {(int(p), int(t)) for p, t, _ in rows[run == number]}
        for number in range(int(run.max()) + 1)
    ]
    assert fast == twins.runs([tuple(map(int, row)) for row in rows], 3, 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_chains(seed: int) -> None:
    legs = twins.random_legs(seed, accounts=6, count=30)
    pace = numpy.full(legs.accounts, 1 / DAY)
    feeder, strength, cut = chains.strongest(
        legs.source, legs.target, legs.at, legs.until, legs.amount, legs.into, legs.into_start,
        pace, 1.0, 600.0, 2 * DAY, 10_000, 0.1,
    )  # fmt: skip
    strong: dict[tuple[int, int], float] = {}
    for e in range(len(legs)):
        came = [
            f
            for f in range(len(legs))
            if legs.target[f] == legs.source[e]
            and legs.at[e] - 2 * DAY <= legs.at[f] <= legs.until[e]
        ]
        for f in came:
            value = chains.joint(
                float(legs.at[e] - legs.at[f]), 1 / DAY, float(legs.amount[f]),
                float(legs.amount[e]), 1.0, 600.0,
            ) - math.log10(len(came))  # fmt: skip
            if legs.source[f] != legs.target[e] and value >= 0.1:
                strong[f, e] = value
    assert cut == 0
    for e in range(len(legs)):
        into = {f: v for (f, g), v in strong.items() if g == e}
        best = max(into, key=lambda f: into[f], default=-1)
        onward = {g: v for (f, g), v in strong.items() if f == best}
        mutual = bool(into) and max(onward, key=lambda g: onward[g]) == e
        assert feeder[e] == (best if mutual else -1)
        assert strength[e] == pytest.approx(into[best] if mutual else 0.0)
    start, leg, total = chains.walk(feeder, strength, 2, 0.0)
    for i in range(len(total)):
        members = leg[start[i] : start[i + 1]].tolist()
        assert [int(feeder[e]) for e in members] == [-1, *members[:-1]]
    listed = set(leg.tolist())
    joined = {e for e in range(len(legs)) if feeder[e] >= 0 or e in feeder}
    # what is joined and not in a chain goes round in a circle within one tie
    assert listed <= joined


@pytest.mark.parametrize("seed", SEEDS)
def test_components(seed: int) -> None:
    draw = numpy.random.default_rng(seed)
    group, member = draw.integers(0, 12, 20), draw.integers(0, 25, 20)
    root = joining.components(group, member, 12, 25)
    reach = {g: {g} for g in range(12)}
    for _ in range(12):
        for g in range(12):
            mine = {m for x, m in zip(group, member, strict=True) if x in reach[g]}
            reach[g] |= {int(x) for x, m in zip(group, member, strict=True) if m in mine}
    assert root.tolist() == [min(reach[g]) for g in range(12)]


@pytest.mark.parametrize("seed", SEEDS)
def test_standing(seed: int) -> None:
    draw = numpy.random.default_rng(seed)
    shapes = [draw.choice(12, size=draw.integers(2, 6), replace=False) for _ in range(15)]
    start = numpy.cumsum([0, *(len(s) for s in shapes)])
    order = draw.permutation(15)
    keep = joining.standing(start, numpy.concatenate(shapes), order, 12, 0.5)
    stands: list[int] = []
    for g in order.tolist():
        mine = set(shapes[g].tolist())
        others = (set(shapes[s].tolist()) for s in stands)
        if all(len(mine & other) < 0.5 * min(len(mine), len(other)) for other in others):
            stands.append(g)
    assert sorted(stands) == numpy.flatnonzero(keep).tolist()


@pytest.mark.parametrize("expected", [0.01, 0.4, 2.0, 30.0])
def test_the_chance_of_so_many_is_never_called_rarer_than_it_is(expected: float) -> None:
    for count in range(1, 80):
        below = sum(
            math.exp(i * math.log(expected) - expected - math.lgamma(i + 1)) for i in range(count)
        )
        tail = 1 - below
        if tail < 1e-9:
            break
        said = 10.0 ** -chance.at_least(float(count), expected)
        assert said >= tail * 0.999
        if count > expected * 1.5 + 2:
            assert said <= tail * 4


def test_a_ring_among_quiet_accounts_is_rarer_than_one_among_busy_ones() -> None:
    quiet = [(0, 1, 0, 10), (1, 2, DAY, 10), (2, 0, 2 * DAY, 10)]
    noise = [(10 + i, 40 + i, (i % 3) * DAY, 10) for i in range(20)]
    busy = [(a, 70 + 3 * k + a, DAY, 10) for a in range(3) for k in range(10)]
    said = []
    for rows in (quiet + noise, quiet + noise + busy):
        legs = legs_.of_transfers(twins.transfers(rows))
        found = rings.find(legs, 5 * DAY, 5, ordered=True, own=0, hub=50, budget=500)
        assert len(found) == 1
        said.append(groups.with_chance(found, legs, 5 * DAY).chance[0])
    assert said[0] > said[1]
