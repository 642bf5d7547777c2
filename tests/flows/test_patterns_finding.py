"""Whole shapes with their members and grades: what is found, what order and amounts are worth."""

import numpy
import polars
import pytest

from flows import pattern_twins as twins
from flows.pattern_twins import DAY
from manumit.flows import made, windows
from manumit.flows.patterns import finding, habits, instance

Pattern = instance.Pattern


def background(days: int = 30, accounts: int = 60) -> list[tuple[int, int, int, int]]:
    """Everyday traffic: everybody pays the same two partners every few days."""
    return [
        (1000 + a, 1000 + (a + 1 + d % 2) % accounts, d * DAY + a * 60, 50_000 + 97 * a)
        for d in range(days)
        for a in range(accounts)
        if (d + a) % 3 == 0
    ]


def find(rows: list[tuple[int, int, int, int]], pattern: Pattern) -> polars.DataFrame:
    found = finding.find(twins.transfers(rows + background()), windows.MINUTES)
    return found.frame.filter(polars.col("pattern") == pattern)


def of(frame: polars.DataFrame, accounts: set[int]) -> dict[str, object]:
    """The one row whose accounts are these."""
    rows = [r for r in frame.iter_rows(named=True) if set(r["accounts"]) == accounts]
    assert len(rows) == 1
    return rows[0]


RING = [(1, 2, 10 * DAY, 100_000), (2, 3, 11 * DAY, 98_000), (3, 1, 12 * DAY, 96_000)]


def test_a_ring_in_order_is_found_with_its_members() -> None:
    row = of(find(RING, Pattern.CYCLE), {1, 2, 3})
    assert row["entries"] == [1, 2, 3]
    assert row["ordered"] == 1.0
    assert row["kept"] == pytest.approx((98 + 96 + 96) / (100 + 98 + 100))
    assert (row["size"], row["hops"], row["between"]) == (3, 3, 3)
    assert row["parts"] == ["middle"] * 3
    assert (row["first_at"].timestamp(), row["last_at"].day) == (10 * DAY, 13)  # type: ignore[attr-defined]
    assert row["amount_minor"] == 294_000


def test_a_ring_out_of_order_is_found_too_and_graded_lower() -> None:
    backward = [(1, 2, 12 * DAY, 100_000), (2, 3, 11 * DAY, 98_000), (3, 1, 10 * DAY, 96_000)]
    row = of(find(backward, Pattern.CYCLE), {1, 2, 3})
    assert row["ordered"] == 0.5
    assert row["kept"] == pytest.approx(290 / 298)


def test_a_ring_that_loses_its_money_is_found_too_and_graded_lower() -> None:
    thin = [(s, t, at, amount // (1 + 4 * i)) for i, (s, t, at, amount) in enumerate(RING)]
    row = of(find(thin, Pattern.CYCLE), {1, 2, 3})
    assert row["ordered"] == 1.0
    assert row["kept"] < 0.5


def test_a_split_leg_is_one_leg() -> None:
    split = [*RING, (1, 2, 10 * DAY + 600, 5_000), (1, 2, 10 * DAY + 1200, 5_000)]
    row = of(find(split, Pattern.CYCLE), {1, 2, 3})
    assert row["size"] == 3
    assert row["entries"] == [1, 4, 5, 2, 3]


def test_a_ring_that_comes_round_twice_is_said_once() -> None:
    again = [(s, t, at + 3 * DAY, amount) for s, t, at, amount in RING]
    of(find(RING + again, Pattern.CYCLE), {1, 2, 3})


def test_fan_in_names_the_collector() -> None:
    rows = [(10 + i, 1, 15 * DAY + i * 3600, 40_000) for i in range(9)]
    row = of(find(rows, Pattern.FAN_IN), {1, *range(10, 19)})
    assert row["kept"] is None
    assert dict(zip(row["accounts"], row["parts"], strict=True))[1] == "collector"  # type: ignore[call-overload]
    assert row["chance"] > 3
    assert row["entries"] == list(range(1, 10))


def test_fan_out() -> None:
    rows = [(1, 10 + i, 15 * DAY + i * 3600, 40_000) for i in range(9)]
    row = of(find(rows, Pattern.FAN_OUT), {1, *range(10, 19)})
    assert dict(zip(row["accounts"], row["parts"], strict=True))[1] == "source"  # type: ignore[call-overload]


def test_gather_scatter() -> None:
    rows = [(10 + i, 1, 15 * DAY + i * 3600, 40_000) for i in range(6)]
    rows += [(1, 30 + i, 17 * DAY + i * 3600, 38_000) for i in range(6)]
    row = of(find(rows, Pattern.GATHER_SCATTER), {1, *range(10, 16), *range(30, 36)})
    assert row["ordered"] == 1.0
    assert row["kept"] == pytest.approx(38 / 40)
    assert row["between"] == 1


@pytest.mark.parametrize(("second", "ordered"), [(17, 1.0), (13, 0.0)])
def test_scatter_gather(second: int, ordered: float) -> None:
    rows = [(1, 10 + i, 15 * DAY + i * 3600, 40_000) for i in range(5)]
    rows += [(10 + i, 2, second * DAY + i * 3600, 38_000) for i in range(5)]
    row = of(find(rows, Pattern.SCATTER_GATHER), {1, 2, *range(10, 15)})
    assert row["ordered"] == ordered
    assert row["between"] == 5
    parts = dict(zip(row["accounts"], row["parts"], strict=True))  # type: ignore[call-overload]
    assert (parts[1], parts[2], parts[10]) == ("source", "collector", "middle")


def test_chain() -> None:
    rows = [(i, i + 1, 15 * DAY + i * 5400, 700_000 - i * 1000) for i in range(1, 6)]
    row = of(find(rows, Pattern.CHAIN), {1, 2, 3, 4, 5, 6})
    assert row["hops"] == 5
    assert row["accounts"][0] == 1  # type: ignore[index]
    assert row["ordered"] == 1.0


def test_bipartite_and_stack() -> None:
    layer = [(s, t, 15 * DAY + s * 600 + t, 40_000) for s in (1, 2, 3) for t in (11, 12, 13)]
    second = [(s, t, 17 * DAY + s * 600 + t, 39_000) for s in (11, 12, 13) for t in (21, 22, 23)]
    groups = find(layer + second, Pattern.BIPARTITE)
    assert of(groups, {1, 2, 3, 11, 12, 13})["size"] == 9
    row = of(find(layer + second, Pattern.STACK), {1, 2, 3, 11, 12, 13, 21, 22, 23})
    assert (row["hops"], row["between"], row["ordered"]) == (2, 3, 1.0)
    assert row["kept"] == pytest.approx(39 / 40)


def test_burst() -> None:
    rows = [(1, 2, 15 * DAY + i * 600, 900_000) for i in range(5)]
    row = of(find(rows, Pattern.BURST), {1, 2})
    assert row["size"] == 1
    assert row["entries"] == [1, 2, 3, 4, 5]


def test_unusual_payments_to_one_account_are_linked_over_months() -> None:
    rows = [
        (1000 + k, 1050, (5 + 4 * i) * DAY + 90 + j, 150)
        for i, k in enumerate((3, 20, 33))
        for j in range(4)
    ]
    found = find(rows, Pattern.FAN_IN)
    assert {1050, 1003, 1020, 1033} in [set(r) for r in found["accounts"]]


def test_nothing_in_nothing() -> None:
    found = finding.find(twins.transfers([(1, 1, 0, 5)]), windows.MINUTES)
    assert found.frame.is_empty()
    assert found.frame.columns == list(instance.COLUMNS)


def test_a_stretch_finds_what_the_whole_finds() -> None:
    """With `reach` before it and the same habits, each stretch finds its own shapes."""
    entries = made.ledger(6_000, 5, days=120, illicit=0.02).entries
    whole = twins.graph.of_frame(entries)
    known = habits.of_transfers(whole)
    reach = finding.reach(windows.MINUTES)
    border = int(whole.at[len(whole) // 2] // DAY * DAY)
    early = entries.filter(polars.col("at").dt.epoch("s") < border)
    late = entries.filter(polars.col("at").dt.epoch("s") >= border - reach)
    own = int((late["at"].dt.epoch("s") < border).sum())
    transfers = twins.graph.of_frame(late)
    parts = polars.concat(
        [
            finding.find(twins.graph.of_frame(early), windows.MINUTES, known=known).frame,
            finding.find(
                transfers, windows.MINUTES, int(numpy.searchsorted(transfers.entry, late["entry"][own])),
                known=known,
            ).frame,
        ]
    )  # fmt: skip
    everything = finding.find(whole, windows.MINUTES, known=known).frame
    for pattern in (Pattern.CYCLE, Pattern.FAN_IN, Pattern.FAN_OUT, Pattern.BURST):
        once = {tuple(e) for e in everything.filter(polars.col("pattern") == pattern)["entries"]}
        twice = {
            tuple(e)
            for e in finding.merged(parts.filter(polars.col("pattern") == pattern))["entries"]
        }
        # at the border a fan may end a window earlier, and a ring be shadowed by another
        assert len(once & twice) >= 0.9 * len(once), pattern


def test_habits_add_up() -> None:
    rows = twins.random_rows(3, accounts=9, count=60)
    rows.sort(key=lambda row: row[2])
    whole = habits.of_transfers(twins.transfers(rows))
    parts = habits.together(
        [
            habits.of_transfers(twins.transfers(rows[:30])),
            habits.of_transfers(twins.transfers(rows[30:])),
        ]
    )
    accounts = whole.table["account"].to_numpy()
    assert parts.arrays(accounts) == pytest.approx(whole.arrays(accounts))


def test_repeated_and_odd_payments_are_unusual_and_steady_ones_are_not() -> None:
    rows = [(1, 2, d * DAY + k * 60, 10_000 + 10 * d) for d in range(40) for k in range(3)]
    rows += [(3, 2, d * DAY + 7, 10_000 + 10 * d) for d in range(40)]
    rows += [(3, 4, 20 * DAY + k, 900) for k in range(4)]
    given = twins.transfers(rows)
    known = habits.of_transfers(given)
    legs = finding.legs_.of_transfers(given)
    repeated, sized = habits.of_legs(legs, known.arrays(given.accounts), known.days)
    odd = legs.target == list(given.accounts).index(4)
    assert repeated[odd][0] > 3
    assert repeated[~odd].max() < 1
    assert sized[odd][0] > sized[~odd].max() + 0.4


def test_the_most_a_shape_lists_is_told() -> None:
    rows = [(100 + i, 1, 15 * DAY + i, 10) for i in range(30)]
    found = finding.find(
        twins.transfers(rows + background()), windows.MINUTES, budget=finding.Budget(members=12)
    )
    fan = found.frame.filter(
        (polars.col("pattern") == Pattern.FAN_IN) & polars.col("accounts").list.contains(1)
    )
    assert fan["entries"].list.len().to_list() == [12]
    assert any(line.startswith("fan_in") for line in found.cut)
