"""Sum, spread, skew and weight of tails of the amounts and times around both accounts of a transfer.

The window is cut at fixed instants, multiples of its own length since 1970: it always is the end of one
block and the beginning of the next. The end is added up backwards once per block, the beginning
forwards, and the two are joined (van Herk 1992; joining moments: Pébay, SAND2008-6212). Nothing is
ever taken away again (whole numbers excepted, which are exact), so no rounding error grows, a hub costs
as little as anybody, and the figure depends on the window's own rows alone: slices of time give the
same bits as the whole. A window of one transfer, as most are, needs none of this.
"""

from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from manumit.flows.compiled import compiled
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

Floats = NDArray[numpy.float64]
Singles = NDArray[numpy.float32]
Sums = tuple[float, float, float, float]  # mean, and sums of 2nd to 4th powers about it


class Events(NamedTuple):
    """What an account gave and received, in one order; a transfer to oneself stands twice.

    `place` is where its figures go: twice its own row, one more for the receiver, -1 for rows that are
    looked at and not measured. `given`, `received`: how many of each list came until then.
    """

    at: lists.Longs
    place: lists.Ints
    given: lists.Ints
    received: lists.Ints


class Told(NamedTuple):
    """The same lines of memory as floats, counts and sums."""

    figures: Singles
    counts: lists.Ints
    sums: lists.Longs


@compiled
def _added(to: Sums, count: int, value: float) -> Sums:
    """Add a value that makes them `count`."""
    mean, two, three, four = to
    off = value - mean
    step = off / count
    square = step * step
    term = off * step * (count - 1)
    return (
        mean + step,
        two + term,
        three + term * step * (count - 2) - 3 * step * two,
        four
        + term * square * (count * count - 3 * count + 3)
        + 6 * square * two
        - 4 * step * three,
    )


@compiled
def _joined(a: Sums, b: Sums, part: float, apart: float) -> Sums:
    """Join two lots: `part` of all are in b, `apart` is their number times its rest."""
    rest = 1 - part
    off = b[0] - a[0]
    square = off * off
    term = square * apart
    return (
        a[0] + off * part,
        a[1] + b[1] + term,
        a[2] + b[2] + term * off * (rest - part) + 3 * off * (rest * b[1] - part * a[1]),
        a[3]
        + b[3]
        + term * square * (rest * rest - rest * part + part * part)
        + 6 * square * (rest * rest * b[1] + part * part * a[1])
        + 4 * off * (rest * b[2] - part * a[2]),
    )


@compiled
def _tell(figures: Singles, first: int, whole: float, of: Sums) -> None:
    """Put down variance, skew and kurtosis; `whole` is one divided by their number."""
    variance = of[1] * whole
    figures[first] = variance
    if variance > 1e-9:
        over = 1 / variance
        figures[first + 1] = of[2] * whole * over * numpy.sqrt(over)
        figures[first + 2] = of[3] * whole * over * over


@compiled
def _add_up(
    at: lists.Longs, amount: lists.Longs, first: int, last: int, tails: Floats, beginning: int
) -> None:
    """Fill line i of `tails` with the moments from row first + i to the last of the block before."""
    a = t = (0.0, 0.0, 0.0, 0.0)
    for row in range(last - 1, first - 1, -1):
        a = _added(a, last - row, float(amount[row]))
        t = _added(t, last - row, float(at[row] - beginning))
        i = row - first
        tails[i, 0], tails[i, 1], tails[i, 2], tails[i, 3] = a
        tails[i, 4], tails[i, 5], tails[i, 6], tails[i, 7] = t


@compiled
def _inside(
    at: lists.Longs,
    amount: lists.Longs,
    start: int,
    events: Events,
    seen: lists.Ints,
    used: int,
    side: int,
    tails: Floats,
    length: int,
    told: Told,
) -> None:
    """Tell, at each event of an account, what of one of its lists is inside the window."""
    figures, counts, sums = told
    instant, place = events.at, events.place
    nothing = (0.0, 0.0, 0.0, 0.0)
    amounts = times = nothing  # of this block
    block, first, added, tail = -(2**62), start, start, start  # first row of the block; of `tails`
    head = end = start
    total = instants = 0
    for e in range(used):
        now = instant[e]
        for i in range(end, start + seen[e]):
            total += amount[i]
            instants += at[i]
        end = start + seen[e]
        while head < end and at[head] <= now - length:
            total -= amount[head]
            instants -= at[head]
            head += 1
        count = end - head
        if count == 0 or place[e] < 0:
            continue
        line = (2 * place[e] + side) * WORDS
        whole = 1 / count
        sums[line >> 1] = total
        counts[line + 2] = count
        figures[line + 6] = (now * count - instants) * whole
        if count == 1:
            continue
        if now >= block + length:
            block = now - now % length
            first = max(first, head)
            while first < end and at[first] < block:
                first += 1
            added = tail = first
            amounts = times = nothing
        for i in range(added, end):
            amounts = _added(amounts, i + 1 - first, float(amount[i]))
            times = _added(times, i + 1 - first, float(at[i] - block))
        added = end
        if head == first:
            _tell(figures, line + 3, whole, amounts)
            _tell(figures, line + 7, whole, times)
            continue
        if tail == first:
            tail = head
            _add_up(at, amount, head, first, tails, block)
        i = head - tail
        part = (end - first) * whole
        apart = (first - head) * part
        before = (tails[i, 0], tails[i, 1], tails[i, 2], tails[i, 3])
        _tell(figures, line + 3, whole, _joined(before, amounts, part, apart))
        before = (tails[i, 4], tails[i, 5], tails[i, 6], tails[i, 7])
        _tell(figures, line + 7, whole, _joined(before, times, part, apart))


@compiled
def _lay(
    events: Events,
    rows: lists.Ints,
    at: lists.Longs,
    out: int,
    out_end: int,
    came: int,
    in_end: int,
    own_from: int,
) -> int:
    """Lay what an account gave and received in one order; returns how many events."""
    out_first, in_first = out, came
    used = 0
    while out < out_end or came < in_end:
        gave = came == in_end or (out < out_end and rows[out] <= rows[came])
        got = out == out_end or (came < in_end and rows[came] <= rows[out])
        row, now = (rows[out], at[out]) if gave else (rows[came], at[came])
        out += gave
        came += got
        for end in range(not gave, 1 + got):
            events.at[used] = now
            events.place[used] = 2 * (row - own_from) + end if row >= own_from else -1
            events.given[used], events.received[used] = out - out_first, came - in_first
            used += 1
    return used


@compiled
def _all(
    start: lists.Ints,
    rows: lists.Ints,
    at: lists.Longs,
    amount: lists.Longs,
    length: int,
    own_from: int,
    events: Events,
    tails: Floats,
    told: Told,
) -> None:
    """Go through the accounts; `start` and `rows` hold all lists out, then all lists in."""
    accounts = len(start) // 2
    for a in range(accounts):
        out, came = start[a], start[a + accounts]
        out_end, in_end = start[a + 1], start[a + accounts + 1]
        used = _lay(events, rows, at, out, out_end, came, in_end, own_from)
        if out < out_end:
            _inside(at, amount, out, events, events.given, used, 0, tails, length, told)
        if came < in_end:
            _inside(at, amount, came, events, events.received, used, 1, tails, length, told)


def _room(longest: int) -> Events:
    at = numpy.empty(2 * longest, numpy.int64)
    return Events(at, *(numpy.empty(2 * longest, numpy.int32) for _ in range(3)))


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
    counts, sums = answer.view(numpy.int32), answer.view(numpy.int64)
    all_rows = numpy.concatenate([of.out_row, of.in_row])
    start = numpy.concatenate([of.out_start[:-1], of.in_start + of.out_start[-1]])
    longest = max(1, int(numpy.diff(start).max(initial=0)))
    _all(
        start, all_rows, transfers.at[all_rows], transfers.amount[all_rows], window + 1, own_from,
        _room(longest), numpy.empty((longest, 8)),
        Told(answer.reshape(-1), counts.reshape(-1), sums.reshape(-1)),
    )  # fmt: skip
    columns: dict[str, NDArray[numpy.generic]] = {}
    for i, role in enumerate(ROLES):
        first = i * WORDS
        columns[f"{role}_sum"] = sums[:, first // 2]
        columns[f"{role}_count"] = counts[:, first + 2]
        for j, name in enumerate(COLUMNS):
            columns[f"{role}_{name}"] = answer[:, first + 3 + j]
    return measured.Measured(columns)
