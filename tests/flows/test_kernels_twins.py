"""Every kernel equals its slow, obvious twin on random graphs; a slice answers as the whole does."""

import numpy
import pytest

from flows import kernel_twins as twins
from manumit.flows.kernels import (
    any_order,
    dwell,
    fan,
    hop_cycles,
    measured,
    measures,
    moments,
    scatter_gather,
    temporal_cycles,
)
from manumit.flows.windows import Windows

SEEDS = range(6)
WINDOW = 600


def of(told: measured.Measured, name: str) -> twins.Sizes:
    sizes = told.sizes[name]
    return {
        (row, size): count
        for row, size, count in zip(
            sizes.row.tolist(), sizes.size.tolist(), sizes.count.tolist(), strict=True
        )
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_fan_and_degree(seed: int) -> None:
    t = twins.transfers(seed)
    told = fan.measure(t, WINDOW).columns
    for row in range(len(t)):
        windows = twins.windows(t, row, WINDOW)
        for end in ("source", "target"):
            for way in ("out", "in"):
                seen = windows[f"{end}_{way}"]
                assert told[f"{end}_degree_{way}"][row] == len(seen)
                assert told[f"{end}_fan_{way}"][row] == len({other for other, _, _ in seen})


@pytest.mark.parametrize("seed", SEEDS)
def test_moments(seed: int) -> None:
    t = twins.transfers(seed)
    told = moments.measure(t, WINDOW).columns
    for row in range(len(t)):
        windows, now = twins.windows(t, row, WINDOW), int(t.at[row])
        for role in moments.ROLES:
            seen = windows[role]
            assert told[f"{role}_count"][row] == len(seen)
            assert told[f"{role}_sum"][row] == sum(amount for _, _, amount in seen)
            age = float(numpy.mean([now - at for _, at, _ in seen])) if seen else 0.0
            amounts, times = ([float(one[i]) for one in seen] for i in (2, 1))
            expected = [*twins.moments(amounts), age, *twins.moments(times)]
            figures = [told[f"{role}_{name}"][row] for name in moments.COLUMNS]
            assert figures == pytest.approx(expected, rel=1e-5, abs=1e-4)


def test_a_large_amount_leaves_no_trace_once_it_has_left_the_window() -> None:
    t = twins.transfers(1, count=400, accounts=3, span=20_000, step=1)
    t.amount[20] = 10**13
    told = moments.measure(t, 200).columns
    for row in range(120, len(t), 7):
        seen = twins.windows(t, row, 200)["source_out"]
        expected = twins.moments([float(amount) for _, _, amount in seen])
        figures = [told[f"source_out_{name}"][row] for name in moments.COLUMNS[:3]]
        assert figures == pytest.approx(expected, rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_dwell(seed: int) -> None:
    t = twins.transfers(seed)
    told, all_rows = dwell.measure(t, WINDOW).columns, twins.rows(t)
    for row, (source, target, now, _) in enumerate(all_rows):
        inside = [r for r in all_rows if r[0] != r[1] and now - WINDOW <= r[2] <= now]
        received = [r for r in inside if r[1] == source and source != target]
        given = sum(amount for _, _, amount in twins.windows(t, row, WINDOW)["source_out"])
        last = max((at for _, _, at, _ in received), default=None)
        assert told["stayed_seconds"][row] == (dwell.NEVER if last is None else now - last)
        share = given / sum(r[3] for r in received) if received else 0
        assert told["passed_on"][row] == pytest.approx(share, rel=1e-5)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_temporal_cycles(seed: int, ties: bool) -> None:
    t = twins.transfers(seed, accounts=7 + seed)
    told = temporal_cycles.measure(t, WINDOW, ties=ties)
    assert of(told, "temporal_cycle") == twins.temporal_cycles(t, WINDOW, ties)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_hop_cycles(seed: int, ties: bool) -> None:
    t = twins.transfers(seed, accounts=7 + seed)
    told = hop_cycles.measure(t, 400, ties=ties, legs=3 + seed)
    assert of(told, "hop_cycle") == twins.hop_cycles(t, 400, ties, 3 + seed)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_scatter_gather(seed: int, ties: bool) -> None:
    t = twins.transfers(seed, accounts=7 + seed)
    told = scatter_gather.measure(t, WINDOW, ties=ties)
    assert of(told, "scatter_gather") == twins.scatter_gather(t, WINDOW, ties)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_order(seed: int) -> None:
    t = twins.transfers(seed, accounts=7 + seed)
    assert of(any_order.measure(t, WINDOW), "any_order") == twins.any_order(t, WINDOW)


@pytest.mark.parametrize("seed", SEEDS)
def test_slices_of_time_answer_bit_by_bit_as_the_whole_does(seed: int) -> None:
    t = twins.transfers(seed, count=400, accounts=40, span=20_000)
    windows = Windows("test", fan=900, moments=700, scatter_gather=500, cycle=800, hop_limit=5)
    whole = measures.measure(t, windows)
    rows = own = 90 if seed == 5 else 0  # rows before are looked at, not measured
    for one, told in measures.by_slices(t, windows, own, 2000):
        taken, _ = measures.part(t, one)
        assert numpy.array_equal(taken.accounts[taken.source], t.source[one.seen_from : one.last])
        assert set(told.columns) == set(whole.columns)
        for name, column in told.columns.items():
            assert numpy.array_equal(column, whole.columns[name][one.first : one.last]), name
        rows += one.last - one.first
    assert rows == len(t)


def test_what_is_larger_than_the_table_stands_in_its_last_column() -> None:
    sizes = measured.Sizes(
        *(numpy.array(x, numpy.int32) for x in ([0, 0, 2], [2, 9, 3], [1, 4, 5]))
    )
    assert sizes.table(3, 2, 4).tolist() == [[1, 0, 4], [0, 0, 0], [0, 5, 0]]
