"""Command lines: who is said to stand above whom, by the relations that mean it, on a day.

Membership, employment, directorship and ownership have an upper end by FollowTheMoney's own
meaning; other relations only where their role says so. A ring (A above B above A) is what sources
contradict each other in, or dates that were mixed up: it is reported, not resolved.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from manumit.network.graphs import Edge


class Upper(StrEnum):
    """Which end of a relation stands above the other."""

    TAIL = "tail"
    HEAD = "head"


BY_SCHEMA: Mapping[str, Upper] = {
    "Membership": Upper.HEAD,  # member -> organization
    "Employment": Upper.TAIL,  # employer -> employee
    "Directorship": Upper.TAIL,  # director -> organization
    "Ownership": Upper.TAIL,  # owner -> asset
    "Occupancy": Upper.HEAD,  # holder -> post
    "parent": Upper.HEAD,  # a link: this organisation's parent is that one
}
# A role code that turns a relation: who commands or leads a group stands above it.
ABOVE = frozenset({"commander", "leader", "founder", "head", "supervises"})
BELOW = frozenset({"reports_to", "subordinate"})


@dataclass(frozen=True)
class Line:
    """One step of a command line."""

    upper: UUID
    lower: UUID
    edge: Edge


@dataclass(frozen=True)
class Row:
    """One entity in the printed order: how deep it stands, and the step that puts it there."""

    entity: UUID
    depth: int
    line: Line | None  # None at the top
    again: bool = False  # stands elsewhere already; what is below it is shown there


@dataclass(frozen=True)
class Hierarchy:
    """Command lines from the top down, and the rings in which they contradict each other."""

    rows: tuple[Row, ...]
    rings: tuple[tuple[Line, ...], ...]


def line(edge: Edge) -> Line | None:
    """Return the command line that a relation means; None where it means none."""
    if edge.tail == edge.head:
        return None
    if edge.role in ABOVE:
        return Line(edge.tail, edge.head, edge)
    if edge.role in BELOW:
        return Line(edge.head, edge.tail, edge)
    upper = BY_SCHEMA.get(edge.schema)
    if upper is None:
        return None
    ends = (edge.tail, edge.head) if upper is Upper.TAIL else (edge.head, edge.tail)
    return Line(*ends, edge)


def hierarchy(edges: Iterable[Edge]) -> Hierarchy:
    """Return the command lines of relations; give those that stood on the day that is asked for."""
    lines = [made for edge in sorted(set(edges)) if (made := line(edge))]
    below: defaultdict[UUID, list[Line]] = defaultdict(list)
    for one in lines:
        below[one.upper].append(one)
    everybody = sorted({end for one in lines for end in (one.upper, one.lower)})
    tops = [node for node in everybody if node not in {one.lower for one in lines}]
    rows: list[Row] = []
    shown: set[UUID] = set()
    # Whoever stands in a ring has no top: begin with the first that is left.
    for node in [*tops, *everybody]:
        if node not in shown:
            _write(node, below, rows, shown)
    return Hierarchy(tuple(rows), tuple(_rings(everybody, below)))


def _write(top: UUID, below: Mapping[UUID, list[Line]], rows: list[Row], shown: set[UUID]) -> None:
    stack: list[Row] = [Row(top, 0, None)]
    while stack:
        row = stack.pop()
        if row.entity in shown:
            rows.append(Row(row.entity, row.depth, row.line, again=True))
            continue
        shown.add(row.entity)
        rows.append(row)
        stack += [Row(one.lower, row.depth + 1, one) for one in reversed(below.get(row.entity, ()))]


def _rings(nodes: Iterable[UUID], below: Mapping[UUID, list[Line]]) -> Iterable[tuple[Line, ...]]:
    """Find one ring for each step that leads back to where the search came from."""
    done: set[UUID] = set()
    for start in nodes:
        if start in done:
            continue
        way: list[Line] = []
        open_: list[UUID] = [start]
        stack = [iter(below.get(start, ()))]
        while stack:
            one = next(stack[-1], None)
            if one is None:
                stack.pop()
                done.add(open_.pop())
                if way:
                    way.pop()
            elif one.lower in open_:
                yield (*way[open_.index(one.lower) :], one)
            elif one.lower not in done:
                way.append(one)
                open_.append(one.lower)
                stack.append(iter(below.get(one.lower, ())))
