"""The kernels again, slow and obvious: each reads the whole list of transfers for each transfer."""

from collections import Counter, defaultdict
from collections.abc import Callable

import numpy

from manumit.flows import graph

Sizes = dict[tuple[int, int], int]


def transfers(seed: int, count: int = 120, accounts: int = 9, span: int = 3000, step: int = 60):
    """A dense random graph with ties, parallel transfers and transfers to oneself."""
    chance = numpy.random.default_rng(seed)
    return graph.Transfers(
        source=chance.integers(0, accounts, count).astype(numpy.int32),
        target=chance.integers(0, accounts, count).astype(numpy.int32),
        at=1_700_000_000 + numpy.sort(chance.integers(0, span // step, count)) * step,
        amount=chance.integers(1, 1_000_000, count),
        entry=numpy.arange(count),
        accounts=numpy.arange(accounts),
        precision=1,
    )


def rows(t: graph.Transfers) -> list[tuple[int, int, int, int]]:
    return list(
        zip(t.source.tolist(), t.target.tolist(), t.at.tolist(), t.amount.tolist(), strict=True)
    )


def windows(t: graph.Transfers, row: int, window: int) -> dict[str, list[tuple[int, int, int]]]:
    """By role what stands in its window: (counterparty, at, amount), the row itself included."""
    all_rows = rows(t)
    source, target, now, _ = all_rows[row]
    answer: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    if source == target:
        return answer
    for giver, receiver, at, amount in all_rows[: row + 1]:
        if at < now - window or giver == receiver:
            continue
        for end, account in (("source", source), ("target", target)):
            if giver == account:
                answer[f"{end}_out"].append((receiver, at, amount))
            if receiver == account:
                answer[f"{end}_in"].append((giver, at, amount))
    return answer


def moments(values: list[float]) -> tuple[float, float, float]:
    """Variance, skew and kurtosis of all values, from their definition."""
    if not values:
        return 0.0, 0.0, 0.0
    off = numpy.array(values) - numpy.mean(values)
    variance = float(numpy.mean(off**2))
    if variance < 1e-9:
        return variance, 0.0, 0.0
    skew, kurtosis = numpy.mean(off**3) / variance**1.5, numpy.mean(off**4) / variance**2
    return variance, float(skew), float(kurtosis)


def temporal_cycles(t: graph.Transfers, window: int, ties: bool) -> Sizes:
    answer: Sizes = Counter()
    all_rows = rows(t)
    for row, (source, target, now, _) in enumerate(all_rows):
        legs = [
            (giver, receiver, at)
            for other, (giver, receiver, at, _) in enumerate(all_rows)
            if giver != receiver and other != row and now - window <= at < now + ties
        ]

        def follow(account: int, since: int, path: tuple[int, ...]) -> None:
            soonest: dict[int, int] = {}
            for giver, receiver, at in legs:  # noqa: B023
                if giver == account and at >= since:
                    soonest[receiver] = min(at, soonest.get(receiver, at))
            for receiver, at in soonest.items():
                if receiver == source:  # noqa: B023
                    answer[row, len(path) + 1] += 1  # noqa: B023
                elif receiver not in path:
                    follow(receiver, at + (not ties), (*path, receiver))

        if source != target:
            follow(target, now - window, (target,))
    return answer


def hop_cycle(
    t: graph.Transfers, row: int, window: int, most: int, tied: Callable[[int], bool]
) -> dict[int, int]:
    """By legs what one transfer closes; `tied` says whether one of the same instant counts."""
    answer: dict[int, int] = Counter()
    all_rows = rows(t)
    source, target, now, _ = all_rows[row]
    gave: dict[int, set[int]] = defaultdict(set)
    for other, (giver, receiver, at, _) in enumerate(all_rows):
        counts = now - window <= at < now or (at == now and other != row and tied(other))
        if giver != receiver and counts:
            gave[giver].add(receiver)

    def follow(account: int, path: tuple[int, ...]) -> None:
        for receiver in gave[account]:
            if receiver == source:
                answer[len(path) + 1] += 1
            elif receiver not in path and len(path) + 2 <= most:
                follow(receiver, (*path, receiver))

    if source != target:
        follow(target, (target,))
    return answer


def hop_cycles(t: graph.Transfers, window: int, ties: bool, most: int) -> Sizes:
    answer: Sizes = Counter()
    for row in range(len(t)):
        for legs, count in hop_cycle(t, row, window, most, lambda _: ties).items():
            answer[row, legs] = count
    return answer


def peers_ties(t: graph.Transfers) -> Callable[[int], Callable[[int], bool]]:
    """Say which transfers of a row's instant the Graph Feature Preprocessor lets into hop cycles.

    Those of earlier rows whose receiver has a smaller number; it numbers accounts as it meets them.
    """
    number: dict[int, int] = {}
    for source, target in zip(t.source.tolist(), t.target.tolist(), strict=True):
        number.setdefault(source, len(number))
        number.setdefault(target, len(number))
    receiver = [number[one] for one in t.target.tolist()]
    return lambda row: lambda other: other < row and receiver[other] < receiver[row]


def scatter_gather(t: graph.Transfers, window: int, ties: bool) -> Sizes:
    answer: Sizes = Counter()
    all_rows = rows(t)
    for row, (middle, gatherer, now, _) in enumerate(all_rows):
        if middle == gatherer:
            continue
        middles: dict[int, set[int]] = defaultdict(set)
        for other, (between, last, passed, _) in enumerate(all_rows):
            seen = other <= row or (ties and passed == now)
            if last != gatherer or between == gatherer or not seen or passed < now - window:
                continue
            for giver, receiver, at, _ in all_rows:
                in_order = now - window <= at < passed + ties
                if receiver == between and giver not in (between, gatherer) and in_order:
                    middles[giver].add(between)
        for found in middles.values():
            if middle in found and len(found) > 1:
                answer[row, len(found)] += 1
    return answer


def any_order(t: graph.Transfers, window: int, to_oneself: bool = False) -> Sizes:
    """With `to_oneself`, as the Graph Feature Preprocessor counts: the giver may be a middle account."""
    answer: Sizes = Counter()
    all_rows = rows(t)
    everybody = range(len(t.accounts))
    for row, (source, target, now, _) in enumerate(all_rows):
        if source == target:
            continue
        gave = {
            (giver, receiver)
            for giver, receiver, at, _ in all_rows[: row + 1]
            if at >= now - window and (giver != receiver or to_oneself)
        }

        def between(giver: int, gatherer: int) -> int:
            pairs = gave  # noqa: B023
            return sum((giver, m) in pairs and (m, gatherer) in pairs for m in everybody)

        sizes = [between(g, target) for g in everybody if g != target and (g, source) in gave]
        sizes += [between(source, g) for g in everybody if g != source and (target, g) in gave]
        for size in sizes:
            if size > 1:
                answer[row, size] += 1
    return answer
