"""Sum, spread, skew and weight of tails of the amounts and times around both accounts of a transfer.

The window is cut at fixed instants, multiples of its own length since 1970: it always is the end of one
block and the beginning of the next. The end is added up backwards once per block, the beginning
forwards, and the two are joined (van Herk 1992; joining moments: Pébay, SAND2008-6212). Nothing is
ever taken away again, so no rounding error grows, a hub costs as little as anybody, and the figure
depends on the window's own rows alone: slices of time give the same bits as the whole.
"""

import numpy
from numpy.typing import NDArray

from manumit.flows.compiled import compiled, inlined
from manumit.flows.graph import Transfers
from manumit.flows.kernels import lists, measured

ROLES = ("source_out", "source_in", "target_out", "target_in")
COLUMNS = (
    "amount_variance",  # of the whole window's transfers, not of a sample
    "amount_skew",  # 0 where all are equal
    "amount_kurtosis",  # 3 for a normal distribution, 0 where all are equal
    "age",  # mean seconds from the transfers to this one
    "time_variance",
    "time_skew",
    "time_kurtosis",
)
# One line of memory per transfer, of 4-byte words; per role: the sum (two words), the count, COLUMNS.
WORDS = 3 + len(COLUMNS)
HELD = 4096  # results kept near before they are put down in far places

Floats = NDArray[numpy.float64]
Singles = NDArray[numpy.float32]


@compiled
def _add(to: Floats, i: int, place: int, value: float) -> None:
    """Add a value to line i: mean, and sums of 2nd to 4th powers about it; to[i, 0] counts."""
    count = to[i, 0]
    off = value - to[i, place]
    step = off / count
    to[i, place] += step
    if count == 1:
        return
    square = step * step
    term = off * step * (count - 1)
    second, third = to[i, place + 1], to[i, place + 2]
    to[i, place + 3] += (
        term * square * (count * count - 3 * count + 3) + 6 * square * second - 4 * step * third
    )
    to[i, place + 2] = third + term * step * (count - 2) - 3 * step * second
    to[i, place + 1] = second + term


@compiled
def _tell(
    answer: Singles, k: int, first: int, count: float, two: float, three: float, four: float
) -> None:
    whole = 1 / count
    variance = two * whole
    answer[k, first] = variance
    if variance <= 1e-9:
        return
    if count == 2:  # two values have no skew, and always the same tails
        answer[k, first + 2] = 1
        return
    over = 1 / variance
    answer[k, first + 1] = three * whole * over * numpy.sqrt(over)
    answer[k, first + 2] = four * whole * over * over


@compiled
def _both(
    answer: Singles, k: int, first: int, tails: Floats, i: int, here: Floats, j: int, length: int
) -> float:
    """Join line i of the block before and line j of this one, tell the figures.

    Returns the mean of the times, from the beginning of this block.
    """
    a, b = tails[i, 0], here[j, 0]
    count = a + b
    part = b / count
    rest = 1 - part
    apart = a * part
    shift, mean, off = 0.0, 0.0, 0.0
    for place in (1, 5):
        mean = tails[i, place] - shift
        off = here[j, place] - mean
        square = off * off
        term = square * apart
        two_a, two_b = tails[i, place + 1], here[j, place + 1]
        three_a, three_b = tails[i, place + 2], here[j, place + 2]
        three = (
            three_a + three_b + term * off * (rest - part) + 3 * off * (rest * two_b - part * two_a)
        )
        four = (
            tails[i, place + 3]
            + here[j, place + 3]
            + term * square * (rest * rest - rest * part + part * part)
            + 6 * square * (rest * rest * two_b + part * part * two_a)
            + 4 * off * (rest * three_b - part * three_a)
        )
        _tell(answer, k, first + place - 1, count, two_a + two_b + term, three, four)
        shift = float(length)
    return float(mean + off * part)


@inlined
def _one(answer: Singles, k: int, first: int, of: Floats, i: int) -> None:
    """Tell the figures of line i alone; one value alone has neither spread nor skew."""
    if of[i, 0] > 1:
        _tell(answer, k, first, of[i, 0], of[i, 2], of[i, 3], of[i, 4])
        _tell(answer, k, first + 4, of[i, 0], of[i, 6], of[i, 7], of[i, 8])


@inlined
def _side(
    at: lists.Longs,
    amount: lists.Longs,
    state: lists.Longs,
    side: int,
    here: Floats,
    tails: Floats,
    length: int,
    now: int,
) -> None:
    """Bring one list of an account to the instant `now`, before its row at `now` is added.

    state: 0 next row, 1 first row of this block, 2 first row of the block before, 3 first row inside
    the window, 4 beginning of this block, 5 sum of the window's amounts, 6 first line in `tails`.
    """
    if now >= state[side, 4] + length:
        beginning = now - now % length
        adjacent = beginning == state[side, 4] + length
        state[side, 2] = state[side, 1] if adjacent else state[side, 0]
        state[side, 1] = state[side, 0]
        state[side, 4] = beginning
        for c in range(9):
            here[side, c] = 0
        if adjacent:
            _add_up(
                at, amount, state[side, 2], state[side, 1], tails, state[side, 6],
                beginning - length,
            )  # fmt: skip
    head, until = state[side, 3], state[side, 1]
    while head < until and at[head] <= now - length:
        state[side, 5] -= amount[head]
        head += 1
    state[side, 3] = head


@compiled
def _add_up(
    at: lists.Longs,
    amount: lists.Longs,
    first: int,
    last: int,
    tails: Floats,
    line: int,
    beginning: int,
) -> None:
    """Fill tails[line + i] with the moments from row i of the block before to its end."""
    for row in range(last - 1, first - 1, -1):
        i = line + row - first
        for c in range(9):
            tails[i, c] = tails[i + 1, c] if row < last - 1 else 0
        tails[i, 0] += 1
        _add(tails, i, 1, amount[row])
        _add(tails, i, 5, at[row] - beginning)


@inlined
def _emit(
    answer: Singles,
    counts: lists.Ints,
    sums: lists.Longs,
    k: int,
    state: lists.Longs,
    side: int,
    here: Floats,
    tails: Floats,
    length: int,
    now: int,
) -> None:
    head = state[side, 3]
    count = state[side, 0] - head
    if count == 0:
        return
    first = side * WORDS
    sums[k, first >> 1] = state[side, 5]
    counts[k, first + 2] = count
    first += 3
    i = state[side, 6] + head - state[side, 2]
    if head < state[side, 1] and here[side, 0] > 0:
        mean = _both(answer, k, first, tails, i, here, side, length)
    elif head < state[side, 1]:
        mean = tails[i, 5] - length
        _one(answer, k, first, tails, i)
    else:
        mean = here[side, 5]
        _one(answer, k, first, here, side)
    answer[k, first + 3] = now - state[side, 4] - mean


@inlined
def _row(rows: lists.Ints, next_row: int, end: int, none: int) -> int:
    return rows[next_row] if next_row < end else none


@compiled
def _put_down(held: lists.Ints, held_for: lists.Ints, used: int, answer: lists.Ints) -> int:
    """Copy what is held to its rows, all over memory at once, and make room again."""
    for i in range(used):
        place = held_for[i]
        for word in range(2 * WORDS):
            answer[place, word] = held[i, word]
            held[i, word] = 0
    return 0


@compiled
def _all(
    start: lists.Ints,
    rows: lists.Ints,
    at: lists.Longs,
    amount: lists.Longs,
    length: int,
    own_from: int,
    longest: int,
    held: Singles,
    counts: lists.Ints,
    sums: lists.Longs,
    answer: lists.Ints,
) -> None:
    """Go through the accounts; `start` and `rows` hold all lists out, then all lists in."""
    accounts = len(start) // 2
    tails, here = numpy.empty((2 * longest, 9)), numpy.zeros((2, 9))
    state = numpy.zeros((2, 7), numpy.int64)
    state[1, 6] = longest
    none = numpy.iinfo(numpy.int32).max
    held_for = numpy.zeros(HELD, numpy.int32)
    used = 0
    for a in range(accounts):
        for c in range(4):
            state[0, c], state[1, c] = start[a], start[a + accounts]
        state[:, 4] = -(2**62)
        state[:, 5] = 0
        out_end, in_end = start[a + 1], start[a + accounts + 1]
        while state[0, 0] < out_end or state[1, 0] < in_end:
            one = _row(rows, state[0, 0], out_end, none)
            other = _row(rows, state[1, 0], in_end, none)
            row = min(one, other)
            now = at[state[0, 0]] if one == row else at[state[1, 0]]
            for side in range(2):
                _side(at, amount, state, side, here, tails, length, now)
                if row == (one if side == 0 else other):
                    here[side, 0] += 1
                    _add(here, side, 1, amount[state[side, 0]])
                    _add(here, side, 5, now - state[side, 4])
                    state[side, 5] += amount[state[side, 0]]
                    state[side, 0] += 1
            if row < own_from:
                continue
            for end in range(2):
                if row == (one if end == 0 else other):
                    held_for[used] = 2 * (row - own_from) + end
                    for side in range(2):
                        _emit(held, counts, sums, used, state, side, here, tails, length, now)
                    used += 1
            if used > HELD - 2:
                used = _put_down(counts, held_for, used, answer)
    _put_down(counts, held_for, used, answer)


def measure(
    transfers: Transfers, window: int, own_from: int = 0, known: lists.Lists | None = None
) -> measured.Measured:
    """Measure for each own row, itself included; `window` in seconds, its far edge included.

    Columns per role: `<role>_count`, `<role>_sum` (exact, minor units), and COLUMNS (float32).
    Rows of the same instant count in the order of the ledger. Transfers to oneself are left out and
    have zeros, unless `known` holds them.
    """
    of = known or lists.of(transfers)
    rows = len(transfers) - own_from
    answer = numpy.zeros((rows, 4 * WORDS), numpy.float32)
    held = numpy.zeros((HELD, 2 * WORDS), numpy.float32)
    all_rows = numpy.concatenate([of.out_row, of.in_row])
    start = numpy.concatenate([of.out_start[:-1], of.in_start + of.out_start[-1]])
    longest = max(1, int(numpy.diff(start).max(initial=0)))
    _all(
        start, all_rows, transfers.at[all_rows], transfers.amount[all_rows],
        window + 1, own_from, longest,
        held, held.view(numpy.int32), held.view(numpy.int64), answer.view(numpy.int32).reshape(-1, 2 * WORDS),
    )  # fmt: skip
    counts, sums = answer.view(numpy.int32), answer.view(numpy.int64)
    columns: dict[str, NDArray[numpy.generic]] = {}
    for i, role in enumerate(ROLES):
        first = i * WORDS
        columns[f"{role}_sum"] = sums[:, first // 2]
        columns[f"{role}_count"] = counts[:, first + 2]
        for j, name in enumerate(COLUMNS):
            columns[f"{role}_{name}"] = answer[:, first + 3 + j]
    return measured.Measured(columns)
