"""The sentences of docs/flows-semantics.md, one small example each."""

import numpy
import pytest

from manumit.flows import graph
from manumit.flows.kernels import (
    any_order,
    dwell,
    fan,
    hop_cycles,
    measured,
    scatter_gather,
    temporal_cycles,
)

HOUR = 3600
Leg = tuple[str, str, int]


def of(*legs: Leg) -> graph.Transfers:
    names = sorted({name for leg in legs for name in leg[:2]})
    return graph.Transfers(
        source=numpy.array([names.index(leg[0]) for leg in legs], numpy.int32),
        target=numpy.array([names.index(leg[1]) for leg in legs], numpy.int32),
        at=numpy.array([leg[2] for leg in legs], numpy.int64),
        amount=numpy.full(len(legs), 100, numpy.int64),
        entry=numpy.arange(len(legs)),
        accounts=numpy.arange(len(names)),
    )


def column(told: measured.Measured, name: str) -> list[int]:
    return [int(value) for value in told.columns[name]]


def test_the_far_edge_of_a_window_is_inside() -> None:
    inside = of(("a", "c", 0), ("b", "c", HOUR))
    outside = of(("a", "c", 0), ("b", "c", HOUR + 1))
    assert column(fan.measure(inside, HOUR), "target_fan_in") == [1, 2]
    assert column(fan.measure(outside, HOUR), "target_fan_in") == [1, 1]
    back = of(("a", "b", 0), ("b", "a", HOUR))
    late = of(("a", "b", 0), ("b", "a", HOUR + 1))
    assert column(temporal_cycles.measure(back, HOUR), "temporal_cycle") == [0, 1]
    assert column(temporal_cycles.measure(late, HOUR), "temporal_cycle") == [0, 0]


def test_nothing_that_comes_later_is_seen() -> None:
    first = of(("a", "b", 0), ("b", "c", 1), ("c", "a", 2))
    more = of(("a", "b", 0), ("b", "c", 1), ("c", "a", 2), ("b", "a", 3), ("d", "a", 4))
    for kernel in (fan, temporal_cycles, hop_cycles, scatter_gather, any_order, dwell):
        before, after = kernel.measure(first, HOUR), kernel.measure(more, HOUR)
        for name in before.columns:
            assert column(before, name) == column(after, name)[:3]


def test_a_transfer_to_oneself_is_part_of_nothing() -> None:
    without = of(("a", "b", 0), ("b", "a", 2), ("a", "c", 3))
    with_one = of(("a", "b", 0), ("a", "a", 1), ("b", "a", 2), ("a", "c", 3))
    for kernel in (fan, temporal_cycles, hop_cycles, scatter_gather, any_order):
        for name, expected in kernel.measure(without, HOUR).columns.items():
            told = column(kernel.measure(with_one, HOUR), name)
            assert told[1] == 0
            assert told[:1] + told[2:] == [int(value) for value in expected]


def test_an_account_that_pays_itself_is_not_its_own_middle_account() -> None:
    legs = of(("a", "a", 1), ("a", "z", 2), ("a", "m", 3), ("m", "z", 4))
    assert column(any_order.measure(legs, HOUR), "any_order") == [0, 0, 0, 0]


def test_transfers_of_one_instant_have_no_order() -> None:
    triangle = of(("a", "b", 60), ("b", "c", 60), ("c", "a", 60))
    assert column(temporal_cycles.measure(triangle, HOUR), "temporal_cycle") == [1, 1, 1]
    assert column(temporal_cycles.measure(triangle, HOUR, ties=False), "temporal_cycle") == [0] * 3
    assert column(hop_cycles.measure(triangle, HOUR), "hop_cycle") == [1, 1, 1]
    assert column(hop_cycles.measure(triangle, HOUR, ties=False), "hop_cycle") == [0] * 3
    swapped = of(("a", "m", 60), ("n", "z", 60), ("m", "z", 60), ("a", "n", 60))
    assert column(scatter_gather.measure(swapped, HOUR), "scatter_gather") == [0, 1, 1, 0]
    strict = scatter_gather.measure(swapped, HOUR, ties=False)
    assert column(strict, "scatter_gather") == [0] * 4


def test_what_was_gathered_before_it_was_spread_is_no_flow() -> None:
    backwards = of(("m", "z", 1), ("n", "z", 2), ("a", "m", 3), ("a", "n", 4))
    assert column(scatter_gather.measure(backwards, HOUR), "scatter_gather") == [0] * 4
    assert column(any_order.measure(backwards, HOUR), "any_order") == [0, 0, 0, 1]
    forwards = of(("a", "m", 1), ("a", "n", 2), ("m", "z", 3), ("n", "z", 4))
    assert column(scatter_gather.measure(forwards, HOUR), "scatter_gather") == [0, 0, 0, 1]


def test_parallel_transfers_make_one_cycle() -> None:
    legs = of(("a", "b", 1), ("a", "b", 2), ("b", "c", 3), ("b", "c", 4), ("c", "a", 5))
    assert column(temporal_cycles.measure(legs, HOUR), "temporal_cycle")[-1] == 1
    assert column(hop_cycles.measure(legs, HOUR), "hop_cycle")[-1] == 1


def test_order_matters_to_one_cycle_and_legs_to_the_other() -> None:
    legs = of(("b", "c", 1), ("a", "b", 2), ("c", "a", 3))
    assert column(temporal_cycles.measure(legs, HOUR), "temporal_cycle") == [0, 0, 0]
    assert column(hop_cycles.measure(legs, HOUR), "hop_cycle") == [0, 0, 1]
    assert column(hop_cycles.measure(legs, HOUR, legs=2), "hop_cycle") == [0, 0, 0]


def test_columns_say_how_many_and_how_long() -> None:
    legs = of(("a", "b", 1), ("b", "c", 2), ("c", "a", 3), ("b", "a", 4))
    told = temporal_cycles.measure(legs, HOUR)
    assert column(told, "temporal_cycle") == [0, 0, 1, 1]
    assert column(told, "temporal_cycle_smallest") == [0, 0, 3, 2]
    assert column(told, "temporal_cycle_largest") == [0, 0, 3, 2]


def test_money_that_stayed() -> None:
    told = dwell.measure(of(("a", "b", 0), ("b", "c", 600), ("b", "d", 700)), HOUR)
    assert column(told, "stayed_seconds") == [dwell.NEVER, 600, 700]
    assert column(told, "passed_on") == [0, 1, 2]


@pytest.mark.parametrize("kernel", [temporal_cycles, hop_cycles, scatter_gather])
def test_a_budget_that_ends_a_search_is_told(kernel) -> None:  # type: ignore[no-untyped-def]
    many = [("a", f"m{i}", i) for i in range(30)]
    many += [(f"m{i}", f"n{j}", 100 + i) for i in range(30) for j in range(5)]
    many += [(f"n{j}", "z", 500 + j) for j in range(5)] + [("z", "a", 900)]
    legs = of(*many)
    whole, cut = kernel.measure(legs, HOUR), kernel.measure(legs, HOUR, budget=20)
    name = next(iter(whole.columns))
    assert whole.cut[0].words == ""
    assert "lower bound" in cut.cut[0].words
    short = numpy.flatnonzero(cut.columns[name] != whole.columns[name])
    assert len(short) > 0
    assert set(short) <= set(cut.cut[0].row.tolist())
    assert (cut.columns[name] <= whole.columns[name]).all()


def test_an_account_too_busy_to_be_a_middle_account_is_told() -> None:
    legs = [("a", "m", 1), ("a", "n", 2), ("n", "z", 3)]
    legs += [(f"b{i}", "m", 10 + i) for i in range(20)] + [("m", "z", 40)]
    told = any_order.measure(of(*legs), HOUR, busiest=10)
    assert column(told, "any_order")[-1] == 0
    assert len(legs) - 1 in told.cut[0].row
    assert column(any_order.measure(of(*legs), HOUR), "any_order")[-1] == 1
