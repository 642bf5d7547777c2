"""Outlines of countries: TopoJSON (arcs shared between neighbours) into rings of degrees.

The file is `countries-110m.json` of world-atlas 2 (ISC; Natural Earth, public domain). Borders on it
are Natural Earth's view of who holds what; a map says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Point = tuple[float, float]  # longitude, latitude
Ring = tuple[Point, ...]


def rings(topology: Mapping[str, Any]) -> tuple[Ring, ...]:
    """Return the outer rings of all countries."""
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    found = []
    for geometry in topology["objects"]["countries"]["geometries"]:
        kind = geometry.get("type")
        shapes = geometry["arcs"] if kind == "MultiPolygon" else [geometry.get("arcs") or []]
        found += [_ring(shape[0], arcs) for shape in shapes if shape]
    return tuple(found)


def _arc(steps: Sequence[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> Ring:
    """Undo the quantisation: each step is counted from the one before."""
    across, up = transform["scale"]
    left, low = transform["translate"]
    x = y = 0
    points = []
    for dx, dy in steps:
        x, y = x + dx, y + dy
        points.append((x * across + left, y * up + low))
    return tuple(points)


def _ring(numbers: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    """Join arcs; a number below nought means the arc of its complement, read backwards."""
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return tuple(points)
