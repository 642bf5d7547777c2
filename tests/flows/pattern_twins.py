"""Slow, obvious twins of the pattern kernels, and random graphs to hold them against."""

from collections import defaultdict
from collections.abc import Iterator

import numpy
import polars

from manumit.flows import graph, windows
from manumit.flows.patterns import legs as legs_

DAY = windows.DAY


def transfers(rows: list[tuple[int, int, int, int]]) -> graph.Transfers:
    """Build from (source, target, second, minor units); entries are numbered from 1 in this order."""
    frame = polars.DataFrame(
        rows, schema=["source", "target", "second", "amount_minor"], orient="row"
    ).with_row_index("entry", 1)
    return graph.of_frame(
        frame.with_columns(
            polars.col("entry").cast(polars.Int64),
            at=polars.from_epoch("second").cast(polars.Datetime("us")),
            precision=polars.lit(1, dtype=polars.UInt8),
            base_minor="amount_minor",
        )
    )


def random_rows(
    seed: int, accounts: int = 7, count: int = 40, days: int = 8, ticks: int = 6
) -> list[tuple[int, int, int, int]]:
    """Draw transfers among few accounts at few moments: many parallels, ties and self-transfers."""
    draw = numpy.random.default_rng(seed)
    return [
        (
            int(draw.integers(accounts)),
            int(draw.integers(accounts)),
            int(draw.integers(days)) * DAY + int(draw.integers(ticks)) * (DAY // ticks),
            int(numpy.exp(draw.normal(8, 1))),
        )
        for _ in range(count)
    ]


def random_legs(seed: int, **how: int) -> legs_.Legs:
    return legs_.of_transfers(transfers(random_rows(seed, **how)))


def legs(given: graph.Transfers) -> list[tuple[int, int, int, int, int, int]]:
    """Twin of legs.of_transfers: (source, target, at, until, amount, count), by first transfer."""
    days: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for i in range(len(given)):
        source, target = int(given.source[i]), int(given.target[i])
        if source != target:
            days[source, target, int(given.at[i]) // DAY].append(i)
    return [
        (s, t, int(given.at[r[0]]), int(given.at[r[-1]]), int(given.amount[r].sum()), len(r))
        for (s, t, _), r in sorted(days.items(), key=lambda item: item[1][0])
    ]


def rings(
    g: legs_.Legs, window: int, longest: int, *, ordered: bool
) -> set[tuple[int, tuple[int, ...]]]:
    """Twin of rings.find: (closing leg, accounts from the one it pays), every leg tried."""
    found: set[tuple[int, tuple[int, ...]]] = set()

    def back(e: int, leg: int, accounts: tuple[int, ...]) -> None:
        for f in range(len(g)):
            if g.target[f] != accounts[0] or g.at[f] < g.at[e] - window:
                continue
            if ordered and g.at[f] > g.until[leg]:
                continue
            if not ordered and f >= e:
                continue
            source = int(g.source[f])
            if source == g.target[e]:
                if len(accounts) >= 2:
                    found.add((e, (source, *accounts)))
            elif source not in accounts and len(accounts) + 1 < longest:
                back(e, f, (source, *accounts))

    for e in range(len(g)):
        if g.source[e] != g.target[e]:
            back(e, e, (int(g.source[e]),))
    return found


def distinct(g: legs_.Legs, window: int, *, into: bool) -> tuple[list[int], list[int]]:
    """Twin of fans.distinct."""
    mine, others = (g.target, g.source) if into else (g.source, g.target)
    count, paid = [], []
    for e in range(len(g)):
        rows = [f for f in range(e + 1) if mine[f] == mine[e] and g.at[f] >= g.at[e] - window]
        count.append(len({int(others[f]) for f in rows}))
        paid.append(int(sum(g.count[f] for f in rows)))
    return count, paid


def peaks(
    account: list[int], at: list[int], rare: list[float], window: int, least: float
) -> list[int]:
    """Twin of fans.peaks."""

    def beaten(e: int) -> bool:
        return any(
            account[f] == account[e]
            and abs(at[f] - at[e]) <= window
            and (rare[f] > rare[e] or (rare[f] == rare[e] and f < e))
            for f in range(len(at))
        )

    return [e for e in range(len(at)) if rare[e] >= least and not beaten(e)]


def two_paths(g: legs_.Legs, window: int) -> Iterator[tuple[int, int]]:
    """Twin of what relays.through lists: (leg in, leg out) of an account in between."""
    for e in range(len(g)):
        for f in range(e):
            late_repeat = 0 <= g.after[f] < e
            if g.at[f] < g.at[e] - window or late_repeat:
                continue
            if g.target[f] == g.source[e] and g.source[f] != g.target[e]:
                yield f, e
            if g.target[e] == g.source[f] and g.source[e] != g.target[f]:
                yield e, f


def runs(rows: list[tuple[int, int, int]], window: int, fewest: int) -> list[set[tuple[int, int]]]:
    """Twin of relays.runs on (pair, third, moment): the (pair, third) of each run, pair by pair."""
    found = []
    for pair in sorted({row[0] for row in rows}):
        mine = sorted((m, t) for p, t, m in rows if p == pair)
        run = [mine[0]]
        for row in [*mine[1:], None]:
            if row is not None and row[0] - run[-1][0] <= window:
                run.append(row)
                continue
            if len({third for _, third in run}) >= fewest:
                found.append({(pair, third) for _, third in run})
            run = [row] if row is not None else []
    return found
