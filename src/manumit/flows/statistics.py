"""Counts of what was found, by typology, time and corridor, that say nothing of anybody.

For bodies such as FATF and its regional groups, which compare how trafficking is financed. A small count
may point at people, so it is hidden; and because a hidden count can be got back from the totals around
it (hiding small counts alone gives back two in five of them), further counts are hidden until each small
one could as well be a large one. That is proved for each small count by the largest value that fits all
published numbers (a maximum flow through the hidden cells), not assumed.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

SMALL = 5  # counts from 1 to 4 are hidden
OTHER = "other"

Cell = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """A table that may be published. A hidden count is None; `merged` rows stand in "other"."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Cell, int | None]
    row_totals: Mapping[str, int]
    column_totals: Mapping[str, int]
    total: int
    merged: tuple[str, ...] = ()
    withheld: bool = False
    hidden: int = field(default=0)

    def line(self, row: str) -> list[int | None]:
        """Return the counts of one row, in the order of the columns."""
        return [self.cells[row, column] for column in self.columns]


def publishable(counts: Mapping[Cell, int], columns: Sequence[str]) -> Table:
    """Return counts by (row, column) as a table that may be published.

    `columns` is their order. Rows and columns whose total is small are joined as "other"; a table that
    cannot be made safe is withheld. ValueError for a count below nought.
    """
    whole = {cell: n for cell, n in counts.items() if n > 0}
    if any(n < 0 for n in counts.values()):
        raise ValueError("a count is never below nought")
    row_of = _joined(_totals(whole, 0))
    column_of = _joined(_totals(whole, 1))
    table: dict[Cell, int] = {}
    for (row, column), n in whole.items():
        key = row_of[row], column_of[column]
        table[key] = table.get(key, 0) + n
    order = {name: n for n, name in enumerate(columns)}
    names = sorted({column for _, column in table}, key=lambda c: (c == OTHER, order.get(c, 0), c))
    totals = _totals(table, 0)
    rows = sorted(totals, key=lambda row: (row == OTHER, -totals[row], row))
    total = sum(table.values())
    merged = tuple(sorted(name for name, now in row_of.items() if now == OTHER))
    hidden = _hidden(table, rows, names) if total >= SMALL else None
    if hidden is None:
        return Table((), (), {}, {}, {}, 0, merged, withheld=bool(total))
    cells = {
        (row, column): None if (row, column) in hidden else table.get((row, column), 0)
        for row in rows
        for column in names
    }
    return Table(
        rows=tuple(rows),
        columns=tuple(names),
        cells=cells,
        row_totals=totals,
        column_totals=_totals(table, 1),
        total=total,
        merged=merged,
        hidden=len(hidden),
    )


def _totals(table: Mapping[Cell, int], side: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for cell, n in table.items():
        found[cell[side]] = found.get(cell[side], 0) + n
    return found


def _joined(totals: Mapping[str, int]) -> dict[str, str]:
    """Return under which name each row (or column) stands: the small ones together, as "other"."""
    joined = {name for name, n in totals.items() if n < SMALL}
    rest = sorted((n, name) for name, n in totals.items() if name not in joined)
    while joined and rest and sum(totals[name] for name in joined) < SMALL:
        joined.add(rest.pop(0)[1])
    if OTHER in totals:
        joined.add(OTHER)
    return {name: OTHER if name in joined else name for name in totals}


def _hidden(
    table: Mapping[Cell, int], rows: Sequence[str], columns: Sequence[str]
) -> set[Cell] | None:
    """Return which cells to hide, so that each small one may be large; None when there is no way."""
    primary = sorted((cell for cell, n in table.items() if n < SMALL), key=lambda c: (table[c], c))
    hidden = set(primary)
    for cell in primary:
        while most(table, hidden, cell) < SMALL:
            more = _rectangle(table, hidden, cell, rows, columns)
            if not more:
                return None
            hidden |= more
    return hidden


def _rectangle(
    table: Mapping[Cell, int],
    hidden: set[Cell],
    cell: Cell,
    rows: Sequence[str],
    columns: Sequence[str],
) -> set[Cell]:
    """Return the cheapest three cells that let this one be large: its row and column neighbours give
    what it would have more, the fourth corner takes it."""
    row, column = cell
    lacking = SMALL - table[cell]
    best: tuple[int, set[Cell]] | None = None
    for other_row in rows:
        for other_column in columns:
            if other_row == row or other_column == column:
                continue
            give = [(row, other_column), (other_row, column)]
            corner = (other_row, other_column)
            if any(table.get(one, 0) - 1 < lacking for one in give) or not table.get(corner):
                continue
            new = {one for one in (*give, corner) if one not in hidden}
            cost = sum(table[one] for one in new)
            if new and (best is None or cost < best[0]):
                best = cost, new
    return best[1] if best else set()


def most(table: Mapping[Cell, int], hidden: Iterable[Cell], cell: Cell) -> int:
    """Return the largest value a hidden cell can have, given all that is published.

    What it has more its row and column must have less: as much as flows from its row to its column
    through the other hidden cells, each of which keeps at least one.
    """
    capacity: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    limitless = sum(table.values()) + 1
    for row, column in hidden:
        if (row, column) == cell:
            continue
        there, here = ("row", row), ("column", column)
        capacity.setdefault(there, {})[here] = table[row, column] - 1
        capacity.setdefault(here, {})[there] = limitless
    start, end = ("row", cell[0]), ("column", cell[1])
    flow = 0
    while path := _path(capacity, start, end):
        amount = min(capacity[a][b] for a, b in path)
        for a, b in path:
            capacity[a][b] -= amount
            capacity.setdefault(b, {}).setdefault(a, 0)
            capacity[b][a] += amount
        flow += amount
    return table[cell] + flow


def _path(
    capacity: Mapping[tuple[str, str], Mapping[tuple[str, str], int]],
    start: tuple[str, str],
    end: tuple[str, str],
) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    before = {start: start}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for there, left in capacity.get(here, {}).items():
            if left > 0 and there not in before:
                before[there] = here
                waiting.append(there)
    if end not in before:
        return []
    path = []
    while end != start:
        path.append((before[end], end))
        end = before[end]
    return path[::-1]


def quarter(on: date) -> str:
    """Return the quarter of a day: "2026-Q1"."""
    return f"{on.year}-Q{(on.month + 2) // 3}"


def corridor(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the corridor that most of an alert's movements take: "JO>IQ", "JO" inside one country,
    "" where no country is known."""
    counts: dict[str, int] = {}
    for source, target in pairs:
        if source and target:
            name = source if source == target else f"{source}>{target}"
            counts[name] = counts.get(name, 0) + 1
    return min(counts, key=lambda name: (-counts[name], name)) if counts else ""


def lines(table: Table, first: str, words: Mapping[str, str]) -> list[list[str]]:
    """Return the table as lines of a CSV file; a hidden count is "*", a total is always told."""
    head = [first, *(words.get(c, c) for c in table.columns), words.get("total", "total")]
    made = [head]
    for row in table.rows:
        counts = ["*" if n is None else str(n) for n in table.line(row)]
        made.append([words.get(row, row), *counts, str(table.row_totals[row])])
    totals = [str(table.column_totals[c]) for c in table.columns]
    made.append([words.get("total", "total"), *totals, str(table.total)])
    return made
