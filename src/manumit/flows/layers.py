"""Where each box of a money-flow picture stands: left to right in order of time.

Layered drawing (Sugiyama, Tagawa, Toda 1981) for small graphs: arcs that would close a circle, the
latest first, are set aside; each box stands right of all that paid it; long arcs pass between boxes by
way-points; boxes of one column are ordered so that few arcs cross. A single chain or circle is laid as
a winding line, which fits a page.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SWEEPS = 6
IN_A_LINE = 4  # boxes of a chain side by side
Point = tuple[str, int, int]  # a way-point: its arc and column
Stack = list[int | Point]


@dataclass(frozen=True)
class Spot:
    """Column and middle of a box, or of a way-point of a long arc, in rows from the top."""

    column: int
    row: float


@dataclass(frozen=True)
class Placed:
    """Where boxes stand, the way of each arc through way-points, and arcs that run backwards."""

    spots: dict[int, Spot]
    ways: dict[int, tuple[Spot, ...]]  # number of an arc -> way-points between its ends
    back: frozenset[int]  # numbers of arcs that run against the columns
    columns: int
    rows: float
    winding: bool = False


def place(
    boxes: Iterable[int],
    arcs: Sequence[tuple[int, int]],
    heights: Mapping[int, float] | None = None,
) -> Placed:
    """Place boxes; `arcs` are (from, to) in order of time, no box to itself.

    `heights`: rows that a box takes, 1 where not said.
    """
    known = list(boxes)
    line, closed = _line(known, arcs)
    if line:
        return _winding(line, closed)
    forward, back = _without_circles(known, arcs)
    column = _columns(known, [arcs[n] for n in forward])
    stacks, points, ways = _with_way_points(known, arcs, forward, column)
    _uncross(stacks, points)
    tall = heights or {}

    def high(each: int | Point) -> float:
        return tall.get(each, 1.0) if isinstance(each, int) else 0.5

    rows = max((sum(map(high, stack)) for stack in stacks), default=1.0)
    spots: dict[int | Point, Spot] = {}
    for number, stack in enumerate(stacks):
        row = (rows - sum(map(high, stack))) / 2
        for each in stack:
            spots[each] = Spot(number, row + high(each) / 2)
            row += high(each)
    by_arc = {n: tuple(spots[point] for point in through) for n, through in ways.items()}
    return Placed({box: spots[box] for box in known}, by_arc, frozenset(back), len(stacks), rows)


def _line(boxes: Sequence[int], arcs: Sequence[tuple[int, int]]) -> tuple[list[int], bool]:
    """Return the boxes in order when all of them are one long chain or one circle; [] otherwise."""
    after: dict[int, int] = {}
    before: dict[int, int] = {}
    for source, target in arcs:
        if after.get(source, target) != target or before.get(target, source) != source:
            return [], False
        after[source], before[target] = target, source
    starts = [box for box in boxes if box not in before]
    closed = not starts and bool(arcs)
    if len(starts) > 1 or len(after) < len(boxes) - 1 or not arcs:
        return [], False
    line = [arcs[0][0] if closed else starts[0]]
    while (onward := after.get(line[-1])) is not None and onward != line[0]:
        line.append(onward)
    whole = len(line) == len(boxes) and len(line) >= (3 if closed else IN_A_LINE + 1)
    return (line, closed) if whole else ([], False)


def _winding(line: list[int], closed: bool) -> Placed:
    """Lay a chain in lines that wind like a plough's; a circle in two lines, there and back."""
    wide = (len(line) + 1) // 2 if closed and len(line) <= 2 * IN_A_LINE else IN_A_LINE
    spots = {}
    for number, box in enumerate(line):
        row, place_ = divmod(number, wide)
        spots[box] = Spot(place_ if row % 2 == 0 else wide - 1 - place_, row + 0.5)
    rows = float((len(line) + wide - 1) // wide)
    return Placed(spots, {}, frozenset(), min(wide, len(line)), rows, winding=True)


def _without_circles(
    boxes: Sequence[int], arcs: Sequence[tuple[int, int]]
) -> tuple[list[int], list[int]]:
    """Return numbers of arcs that go forward, and of those that would close a circle."""
    after: dict[int, set[int]] = {box: set() for box in boxes}

    def reaches(start: int, wanted: int) -> bool:
        seen, todo = {start}, [start]
        while todo:
            here = todo.pop()
            if here == wanted:
                return True
            todo += (new := after[here] - seen)
            seen |= new
        return False

    forward, back = [], []
    for number, (source, target) in enumerate(arcs):
        if reaches(target, source):
            back.append(number)
        else:
            after[source].add(target)
            forward.append(number)
    return forward, back


def _columns(boxes: Sequence[int], arcs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Return a column for each box: right of all that paid it, first payers close to whom they paid."""
    column = dict.fromkeys(boxes, 0)
    for _ in boxes:
        moved = False
        for source, target in arcs:
            if column[target] <= column[source]:
                column[target] = column[source] + 1
                moved = True
        if not moved:
            break
    paid = {target for _, target in arcs}
    for box in boxes:
        onward = [column[target] for source, target in arcs if source == box]
        if box not in paid and onward:
            column[box] = min(onward) - 1
    return column


def _with_way_points(
    boxes: Sequence[int],
    arcs: Sequence[tuple[int, int]],
    forward: Sequence[int],
    column: dict[int, int],
) -> tuple[list[Stack], dict[int | Point, list[int | Point]], dict[int, list[Point]]]:
    stacks: list[Stack] = [[] for _ in range(max(column.values(), default=0) + 1)]
    for box in boxes:
        stacks[column[box]].append(box)
    beside: dict[int | Point, list[int | Point]] = defaultdict(list)
    ways: dict[int, list[Point]] = {}
    for number in forward:
        source, target = arcs[number]
        through: list[Point] = [
            ("way", number, c) for c in range(column[source] + 1, column[target])
        ]
        for point in through:
            stacks[point[2]].append(point)
        if through:
            ways[number] = through
        chain: list[int | Point] = [source, *through, target]
        for one, other in itertools.pairwise(chain):
            beside[one].append(other)
            beside[other].append(one)
    return stacks, beside, ways


def _uncross(stacks: list[Stack], beside: dict[int | Point, list[int | Point]]) -> None:
    """Order each column by the middle of its neighbours in the column before, there and back."""
    where = {each: place_ for stack in stacks for place_, each in enumerate(stack)}
    column = {each: number for number, stack in enumerate(stacks) for each in stack}
    for sweep in range(SWEEPS):
        onward = sweep % 2 == 0
        order = range(1, len(stacks)) if onward else range(len(stacks) - 2, -1, -1)
        for number in order:
            step = -1 if onward else 1

            def middle(each: int | Point, fixed: int = number + step) -> float:
                there = [where[o] for o in beside[each] if column[o] == fixed]
                return sum(there) / len(there) if there else float(where[each])

            stacks[number].sort(key=middle)
            where.update({each: place_ for place_, each in enumerate(stacks[number])})
