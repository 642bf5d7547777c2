"""Published counts: small ones cannot be got back from what is told, proved against every table that fits."""

import itertools
import random

import pytest

from manumit.flows import statistics
from manumit.flows.statistics import SMALL


def fitting(table):
    """Return, for each hidden cell, every value it has in some table that fits all published numbers.

    The slow, obvious twin of `most`: all whole numbers from 1 in the hidden cells are tried.
    """
    hidden = [cell for cell, n in table.cells.items() if n is None]
    left_row = {r: table.row_totals[r] - sum(n or 0 for n in table.line(r)) for r in table.rows}
    left_column = {
        c: table.column_totals[c] - sum(table.cells[r, c] or 0 for r in table.rows)
        for c in table.columns
    }
    values = {cell: set() for cell in hidden}

    def go(at, rows, columns, chosen):
        if at == len(hidden):
            if not any(rows.values()) and not any(columns.values()):
                for cell, n in zip(hidden, chosen, strict=True):
                    values[cell].add(n)
            return
        row, column = hidden[at]
        for n in range(1, min(rows[row], columns[column]) + 1):
            go(
                at + 1,
                rows | {row: rows[row] - n},
                columns | {column: columns[column] - n},
                [*chosen, n],
            )

    go(0, left_row, left_column, [])
    return values


@pytest.mark.parametrize("seed", range(60))
def test_each_hidden_small_count_may_as_well_be_large(seed):
    chance = random.Random(seed)
    rows, columns = ("ab", "123") if seed % 2 else ("abc", "12")
    counts = {(r, c): chance.choice((0, 1, 3, 6, 8)) for r, c in itertools.product(rows, columns)}
    table = statistics.publishable(counts, list(columns))
    if table.withheld or not table.hidden:
        return
    values = fitting(table)
    true = _true(counts, table)
    for cell, possible in values.items():
        assert true[cell] in possible
        if true[cell] < SMALL:
            assert max(possible) >= SMALL, (counts, cell, possible)
        assert max(possible) == statistics.most(true, list(values), cell)


def _true(counts, table):
    """Return the counts under the names of the table."""
    found = {}
    for (row, column), n in counts.items():
        key = (
            row if row in table.rows else "other",
            column if column in table.columns else "other",
        )
        found[key] = found.get(key, 0) + n
    return found


@pytest.mark.parametrize("seed", range(40))
def test_nothing_small_is_told_and_totals_hold(seed):
    chance = random.Random(seed)
    counts = {
        (r, c): int(chance.expovariate(0.1)) for r in "abcdefg" for c in ("q1", "q2", "q3", "q4")
    }
    table = statistics.publishable(counts, ["q1", "q2", "q3", "q4"])
    if table.withheld:
        return
    told = [n for n in table.cells.values() if n is not None]
    assert not any(0 < n < SMALL for n in told)
    assert not any(
        0 < n < SMALL for n in (*table.row_totals.values(), *table.column_totals.values())
    )
    assert sum(table.row_totals.values()) == table.total == sum(counts.values())
    for row in table.rows:
        assert sum(n or 0 for n in table.line(row)) <= table.row_totals[row]


def test_what_is_large_is_told_as_it_is():
    counts = {("a", "q1"): 10, ("a", "q2"): 7, ("b", "q1"): 5, ("b", "q2"): 0}
    table = statistics.publishable(counts, ["q1", "q2"])
    assert (table.hidden, table.rows, table.total) == (0, ("a", "b"), 22)
    assert table.line("b") == [5, 0]


def test_small_rows_stand_together_and_too_little_is_withheld():
    counts = {("a", "q1"): 40, ("b", "q1"): 3, ("c", "q1"): 2, ("d", "q1"): 30}
    table = statistics.publishable(counts, ["q1"])
    assert table.rows == ("a", "d", "other")
    assert table.merged == ("b", "c")
    assert statistics.publishable({("a", "q1"): 3}, ["q1"]).withheld
    assert statistics.publishable({}, []).rows == ()
    assert not statistics.publishable({}, []).withheld
    with pytest.raises(ValueError, match="below nought"):
        statistics.publishable({("a", "q1"): -1}, ["q1"])


def test_one_small_count_alone_is_not_left_to_subtraction():
    counts = {("a", "q1"): 2, ("a", "q2"): 20, ("b", "q1"): 30, ("b", "q2"): 40}
    table = statistics.publishable(counts, ["q1", "q2"])
    assert table.hidden == 4  # with any of the others told, the 2 could be computed
    assert [*statistics.lines(table, "typology", {})[1]] == ["b", "*", "*", "70"]


def test_words_for_time_and_place():
    from datetime import date

    assert statistics.quarter(date(2026, 3, 31)) == "2026-Q1"
    assert statistics.quarter(date(2026, 10, 1)) == "2026-Q4"
    assert statistics.corridor([("JO", "IQ"), ("JO", "IQ"), ("JO", "JO")]) == "JO>IQ"
    assert statistics.corridor([("JO", "JO"), ("", "IQ")]) == "JO"
    assert statistics.corridor([("", "")]) == ""
