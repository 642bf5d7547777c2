"""Rows as lines: every kind of value comes back, and one changed value changes the figure."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.core import tablerows

PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False, allow_infinity=False),
    st.text(), st.binary(max_size=50), st.uuids(), st.dates(), st.times(),
    st.datetimes(timezones=st.just(UTC)), st.timedeltas(), st.decimals(allow_nan=False, allow_infinity=False),
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(PLAIN, min_size=1, max_size=6), JSON)
def test_a_row_comes_back(row, free):
    line = tablerows.line([*row, free], [False] * len(row) + [True])
    assert b"\n" not in line
    back = tablerows.values(line)
    assert back == [*row, free]
    assert [type(v) for v in back] == [type(v) for v in [*row, free]]
    assert tablerows.line(back, [False] * len(row) + [True]) == line


def test_databases_that_hand_out_other_types_tell_the_same_line():
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    elsewhere = at.astimezone(__import__("zoneinfo").ZoneInfo("Asia/Baghdad"))
    free = ({"b": 1, "a": 2}, {"a": 2, "b": 1})
    one = tablerows.line([b"\x00\xff", at, free[0]], [False, False, True])
    other = tablerows.line([memoryview(b"\x00\xff"), elsewhere, free[1]], [False, False, True])
    assert one == other


@given(st.lists(st.lists(PLAIN, min_size=2, max_size=2), max_size=8), st.randoms())
def test_the_figure_does_not_depend_on_order(rows, chance):
    lines = [tablerows.line(row, [False, False]) for row in rows]
    mixed = lines[:]
    chance.shuffle(mixed)
    assert _figure(lines) == _figure(mixed)
    assert tablerows.Tally().figure() == "0" * 64


def _figure(lines):
    tally = tablerows.Tally()
    for line in lines:
        tally.add(line)
    return tally.rows, tally.figure()


def test_one_changed_value_or_row_changes_the_figure():
    rows = [[UUID(int=n), f"text {n}", date(2026, 1, 1 + n)] for n in range(20)]
    whole = _figure([tablerows.line(r, [False] * 3) for r in rows])
    for number in range(20):
        changed = [list(r) for r in rows]
        changed[number][1] += " "
        assert _figure([tablerows.line(r, [False] * 3) for r in changed]) != whole
        less = rows[:number] + rows[number + 1 :]
        assert _figure([tablerows.line(r, [False] * 3) for r in less]) != whole


@pytest.mark.parametrize("value", [float("nan"), object(), {1, 2}, 1j])
def test_what_no_line_can_carry_is_refused(value):
    with pytest.raises(ValueError, match=r"kind|JSON|float"):
        tablerows.line([value], [False])


@pytest.mark.parametrize("text", [b"", b"{}x", b'[{"z": 1}]', b'[{"u": "no"}]', b'[{"a":1,"b":2}]'])
def test_what_is_no_row_is_refused(text):
    with pytest.raises(tablerows.BadRow):
        tablerows.values(text)


def test_times_and_amounts_are_exact():
    row = [time(23, 59, 59, 999999), timedelta(days=-1, microseconds=1), Decimal("0.10")]
    assert tablerows.values(tablerows.line(row, [False] * 3)) == row
