"""A map of legs as SVG: outlines, places, numbered arrows. The table beside it says the same.

Pure text with presentation attributes only, so that the strictest content policy shows it.
"""

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from manumit.network import projection
from manumit.network.outlines import Ring
from manumit.network.routes import Leg, Place

INK, SOFT, LAND, SEA, BORDER, WAY = (
    "#0b0c0c", "#484949", "#f6f4ef", "#e4edf2", "#b1b4b6", "#0b5563",
)  # fmt: skip
DOT = 5.0
BEND = 0.12  # how far an arrow leaves the straight line, so that the way back is another one
LETTER, LINE = 7.2, 15.0

Point = projection.Point
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawn:
    """The map and its size; `missing` are places that nobody knows where to put."""

    svg: str
    width: int
    height: int
    missing: tuple[UUID, ...]


def draw(
    legs: Sequence[Leg],
    places: Mapping[UUID, Place],
    labels: Mapping[UUID, str],
    rings: Sequence[Ring],
    *,
    title: str,
    says: str,
    numbers: Sequence[str] = (),
) -> Drawn:
    """Draw legs; `numbers` are their numbers in the reader's figures."""
    ends = list(dict.fromkeys(end for leg in legs for end in (leg.origin, leg.destination)))
    points = {end: point for end in ends if (point := _point(places, end))}
    sheet = projection.window(points.values())
    spots = {end: sheet.at(point) for end, point in points.items()}
    parts = [_land(ring, sheet) for ring in rings if not projection.clipped(ring, sheet)]
    taken: list[Box] = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in spots.values()]
    heads: list[str] = []
    for at, leg in enumerate(legs):
        if leg.origin in spots and leg.destination in spots:
            number = numbers[at] if at < len(numbers) else str(at + 1)
            line, head = _arrow(spots[leg.origin], spots[leg.destination], leg, number, taken)
            parts.append(line)
            heads.append(head)
    parts += heads
    for end, spot in spots.items():
        parts.append(_dot(spot, places[end]))
        parts.append(_label(spot, labels.get(end, ""), sheet, taken))
    wide, high = round(sheet.width), round(sheet.height)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img"'
        f' width="{wide}" height="{high}" font-size="13" direction="ltr">'
        f"<title>{html.escape(title)}</title><desc>{html.escape(says)}</desc>"
        f'<rect width="{wide}" height="{high}" fill="{SEA}"/>' + "".join(parts) + "</svg>"
    )
    return Drawn(svg, wide, high, tuple(end for end in ends if end not in points))


def _point(places: Mapping[UUID, Place], end: UUID) -> Point | None:
    return places[end].point if end in places else None


def _land(ring: Ring, sheet: projection.Window) -> str:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(sheet.at, ring))
    return f'<polygon points="{drawn}" fill="{LAND}" stroke="{BORDER}" stroke-width="0.8"/>'


def _arrow(start: Point, end: Point, leg: Leg, number: str, taken: list[Box]) -> tuple[str, str]:
    """Return a bent line with its head, and the number on it; a place to itself is a loop."""
    far = math.dist(start, end)
    if far < 2 * DOT:
        x, y = start
        control, tip, back = (x + 36, y - 46), (x + DOT, y - DOT), (x + 14, y - 16)
        start = (x - DOT, y - DOT)
    else:
        across = ((end[1] - start[1]) / far, -(end[0] - start[0]) / far)
        control = (
            (start[0] + end[0]) / 2 + across[0] * far * BEND * 2,
            (start[1] + end[1]) / 2 + across[1] * far * BEND * 2,
        )
        reach = math.dist(control, end)
        back = tuple(end[i] + (control[i] - end[i]) / reach * (DOT + 12) for i in (0, 1))  # type: ignore[assignment]
        tip = tuple(end[i] + (control[i] - end[i]) / reach * (DOT + 2) for i in (0, 1))  # type: ignore[assignment]
    dashes = {1: ' stroke-dasharray="3 5"', 2: ' stroke-dasharray="9 4"'}.get(leg.certainty, "")
    line = (
        f'<path d="M{start[0]:.1f} {start[1]:.1f}Q{control[0]:.1f} {control[1]:.1f}'
        f' {back[0]:.1f} {back[1]:.1f}" fill="none" stroke="{WAY}" stroke-width="2.5"{dashes}/>'
    )
    across_x, across_y = (tip[1] - back[1]) / 2, (back[0] - tip[0]) / 2
    head = (
        f'<polygon points="{tip[0]:.1f},{tip[1]:.1f} {back[0] + across_x:.1f},'
        f'{back[1] + across_y:.1f} {back[0] - across_x:.1f},{back[1] - across_y:.1f}"'
        f' fill="{WAY}"/>'
    )
    numbered = _number(start, control, end, number, taken)
    # Names keep off the line, most of all off its head.
    for share in (0.7, 0.85, 0.95, 0.15, 0.3):
        x, y = _on(start, control, end, share)
        taken.append((x - 4, y - 4, x + 4, y + 4))
    return line, head + numbered


def _on(start: Point, control: Point, end: Point, share: float) -> Point:
    x, y = (
        (1 - share) ** 2 * start[i] + 2 * share * (1 - share) * control[i] + share**2 * end[i]
        for i in (0, 1)
    )
    return x, y


def _number(start: Point, control: Point, end: Point, number: str, taken: list[Box]) -> str:
    """Put the number on the line, where no other number or place is."""
    for share in (0.5, 0.38, 0.62, 0.28, 0.72):
        x, y = _on(start, control, end, share)
        box = (x - 10, y - 10, x + 10, y + 10)
        if not any(_meet(box, other) for other in taken):
            break
    taken.append(box)
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="#ffffff" stroke="{WAY}"'
        f' stroke-width="1.5"/><text x="{x:.1f}" y="{y + 4.5:.1f}" text-anchor="middle"'
        f' font-weight="700" fill="{INK}">{html.escape(number)}</text>'
    )


def _dot(spot: Point, place: Place) -> str:
    fill = INK if place.exact else "#ffffff"
    return (
        f'<circle cx="{spot[0]:.1f}" cy="{spot[1]:.1f}" r="{DOT}" fill="{fill}"'
        f' stroke="{INK}" stroke-width="2"/>'
    )


def _label(spot: Point, text: str, sheet: projection.Window, taken: list[Box]) -> str:
    """Write a place's name where it lies on nothing; below, above, farther below."""
    shown = text if len(text) <= 28 else f"{text[:27]}…"
    half = len(shown) * LETTER / 2
    aside = half + 2 * DOT
    for right, down in ((0, 20), (0, -12), (aside, 4), (-aside, 4), (0, 36), (0, -28)):
        x = min(max(spot[0] + right, half + 4), sheet.width - half - 4)
        y = spot[1] + down
        box = (x - half, y - LINE + 3, x + half, y + 4)
        if box[1] > 0 and box[3] < sheet.height and not any(_meet(box, one) for one in taken):
            break
    taken.append(box)
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{INK}" stroke="{LAND}"'
        f' stroke-width="3" paint-order="stroke">{html.escape(shown)}</text>'
    )


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
