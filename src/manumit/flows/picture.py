"""A money-flow picture as SVG: boxes, arrows as wide as the amounts, and what was paid when.

Pure text: presentation attributes only, so that the strictest content policy shows it; no script, no
style. Labels never lie on each other or on a box: a label that finds no room shrinks to its number,
which the table beside the picture explains. A right-to-left page gets the mirror image.
"""

import html
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from manumit.flows import layers, moneyflow

BOX_W, BOX_H = 156.0, 50.0  # a box with many arrows is higher
PORT = 36.0  # between arrows that have their labels side by side
MOST_PORTS = 6
ROW = 60.0  # from one box to the one below
MARGIN = 16.0
MOST_LETTERS = 20  # of a line in a box
LETTER = 6.7  # width of a letter of a label, 12 px
LINE = 14.0  # height of a line of a label
LANE = 40.0  # between arcs that run back below the boxes
INK, SOFT, LINE_COLOUR, HELP, PAPER = "#0b0c0c", "#484949", "#505a5f", "#0a5c36", "#ffffff"
_FILL = {"possible_victim": "#e3f2e9", "outside": "#f3f2f1"}

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]  # a cubic Bézier curve


@dataclass(frozen=True)
class BoxWords:
    """What stands in a box, what it says when asked for, and where it leads ("" for nowhere)."""

    lines: tuple[str, ...]
    title: str = ""
    href: str = ""


@dataclass(frozen=True)
class Words:
    """All words of a picture, in the reader's language."""

    title: str
    says: str
    boxes: Mapping[int, BoxWords]
    arcs: Mapping[int, tuple[str, ...]]  # number of an arc -> lines of its label


@dataclass(frozen=True)
class Drawn:
    """The picture, its size in pixels at full scale, and which arcs have their number alone."""

    svg: str
    width: int
    height: int
    numbers_only: tuple[int, ...] = ()


@dataclass
class _Sheet:
    """Where things are, while the picture is drawn."""

    width: float
    height: float
    mirrored: bool
    centres: dict[int, Point]
    run: float  # how far an arc of a fan goes straight, for its label
    tall: dict[int, float] = field(default_factory=dict)
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def free(self, at: Point, wide: float, high: float) -> bool:
        """Tell whether a label has room here."""
        left, top = at[0] - wide / 2, at[1] - high / 2
        if left < 2 or top < 2 or left + wide > self.width - 2 or top + high > self.height - 2:
            return False
        return not any(
            left < right and left + wide > x and top < bottom and top + high > y
            for x, y, right, bottom in self.taken
        )

    def take(self, at: Point, wide: float, high: float, apart: float = 2) -> None:
        """Keep a place."""
        x, y = wide / 2 + apart, high / 2 + apart
        self.taken.append((at[0] - x, at[1] - y, at[0] + x, at[1] + y))

    def high(self, box: int) -> float:
        """Return the height of a box."""
        return self.tall.get(box, BOX_H)

    def x(self, value: float) -> float:
        """Return where a point stands on the paper, mirrored where the page reads so."""
        return round(self.width - value if self.mirrored else value, 1)


def draw(
    flow: moneyflow.Flow, words: Words, *, mirrored: bool = False, name: str = "flow"
) -> Drawn:
    """Draw a flow. `name` begins the ids, so that two pictures may stand on one page."""
    ends = [(arc.source, arc.target) for arc in flow.arcs]
    tall = _tall(ends)
    rows = {box: (high + ROW - BOX_H) / ROW for box, high in tall.items()}
    placed = layers.place([box.id for box in flow.boxes], ends, rows)
    sheet = _sheet(placed, ends, words, mirrored)
    sheet.tall = {} if placed.winding else tall
    for box, centre in sheet.centres.items():
        sheet.take(centre, BOX_W, sheet.high(box))
    ways = _ways(placed, ends, sheet)
    lines = [_line(flow.arcs, n, ways[n], sheet, name) for n in range(len(ends))]
    labels, alone = _labels(ends, ways, sheet, words)
    boxes = [_box(box, words.boxes[box.id], sheet) for box in flow.boxes]
    return Drawn(
        svg=_paper(sheet, words, name, lines + labels + boxes),
        width=round(sheet.width),
        height=round(sheet.height),
        numbers_only=tuple(alone),
    )


# --- where everything stands ---


def _sheet(
    placed: layers.Placed, ends: Sequence[tuple[int, int]], words: Words, mirrored: bool
) -> _Sheet:
    widest = max((_wide(lines) for lines in words.arcs.values()), default=60.0)
    if placed.winding:
        gaps = [widest + 56] * (placed.columns - 1)
        row = BOX_H + 76
    else:
        gaps, row = _gaps(placed, ends, widest), ROW
    lefts = [MARGIN + (22 + 7 * len(placed.back) if placed.back else 0)]
    for gap in gaps:
        lefts.append(lefts[-1] + BOX_W + gap)
    width = lefts[-1] + BOX_W + lefts[0]
    height = placed.rows * row + 2 * MARGIN - (row - BOX_H) + LANE * len(placed.back)
    centres = {
        box: (
            lefts[spot.column] + BOX_W / 2,
            MARGIN - (row - BOX_H) / 2 + spot.row * row,
        )
        for box, spot in placed.spots.items()
    }
    return _Sheet(width, height, mirrored, centres, run=widest + 16)


def _tall(ends: Sequence[tuple[int, int]]) -> dict[int, float]:
    """Return the height of boxes that must be higher, so that their arrows have room for labels."""
    many: Counter[int] = Counter()
    for (source, _), only in zip(ends, _only(ends), strict=True):
        many[source] += only == (False, False)
    return {box: PORT * min(count, MOST_PORTS) + 12 for box, count in many.items() if count > 1}


def _gaps(placed: layers.Placed, ends: Sequence[tuple[int, int]], widest: float) -> list[float]:
    """Return the width of each gap between columns: more arcs, more room for their labels."""
    crowd = [0] * max(placed.columns - 1, 0)
    for number, (source, target) in enumerate(ends):
        if number not in placed.back:
            for column in range(placed.spots[source].column, placed.spots[target].column):
                crowd[column] += 1
    rows = max(placed.rows, 1)
    return [widest + (96 if many <= 2 * rows else 150) for many in crowd]


def _ways(
    placed: layers.Placed, ends: Sequence[tuple[int, int]], sheet: _Sheet
) -> dict[int, list[Curve]]:
    """Return each arc as cubic curves one after the other, in unmirrored points."""
    if placed.winding:
        return _straight(ends, sheet)
    ports = _ports(placed, ends, sheet)
    only = _only(ends)
    found = {}
    lane = sheet.height - MARGIN - LANE / 2 * 0.6
    for number, (source, target) in enumerate(ends):
        out, into = ports[number]
        start = (sheet.centres[source][0] + BOX_W / 2, out)
        end = (sheet.centres[target][0] - BOX_W / 2, into)
        if number in placed.back:
            aside = 14 + 7 * sorted(placed.back).index(number)
            found[number] = _around(start, end, lane, aside)
            lane -= LANE
            continue
        curves, here = [], start
        for spot in placed.ways.get(number, ()):
            centre = _column_x(placed, sheet, spot.column)
            y = MARGIN - (ROW - BOX_H) / 2 + spot.row * ROW
            curves.append(_bend(here, (centre - BOX_W / 2, y)))
            curves.append(_bend((centre - BOX_W / 2, y), (centre + BOX_W / 2, y)))
            here = (centre + BOX_W / 2, y)
        found[number] = [*curves, _bend(here, end)]
        _run(found[number], only[number], sheet.run)
    return found


def _only(ends: Sequence[tuple[int, int]]) -> list[tuple[bool, bool]]:
    """Return for each arc whether it is the only one that leaves its box, and that enters its box."""
    out, into = Counter(source for source, _ in ends), Counter(target for _, target in ends)
    return [(out[source] == 1, into[target] == 1) for source, target in ends]


def _run(curves: list[Curve], only: tuple[bool, bool], run: float) -> None:
    """Let an arc of a fan run straight beside its own box first, where its label stands."""
    if only != (False, True) and only != (True, True):
        start, end = curves[0][0], curves[0][3]
        after = (start[0] + run, start[1])
        if after[0] < end[0]:
            curves[:1] = [(start, start, after, after), _bend(after, end)]
    elif only == (False, True):
        start, end = curves[-1][0], curves[-1][3]
        before = (end[0] - run, end[1])
        if before[0] > start[0]:
            curves[-1:] = [_bend(start, before), (before, before, end, end)]


def _column_x(placed: layers.Placed, sheet: _Sheet, column: int) -> float:
    return next(sheet.centres[box][0] for box, s in placed.spots.items() if s.column == column)


def _bend(start: Point, end: Point) -> Curve:
    half = (end[0] - start[0]) / 2
    return start, (start[0] + half, start[1]), (end[0] - half, end[1]), end


def _around(start: Point, end: Point, lane: float, aside: float) -> list[Curve]:
    """Lead an arc back below all boxes."""
    right, left = start[0] + aside, end[0] - aside
    corner = 12.0
    down, up = (right, lane - corner), (left, lane - corner)
    return [
        (start, (right, start[1]), (right, start[1]), (right, start[1] + corner)),
        ((right, start[1] + corner), (right, start[1] + corner), down, down),
        (down, (right, lane), (right, lane), (right - corner, lane)),
        (
            (right - corner, lane),
            (right - corner, lane),
            (left + corner, lane),
            (left + corner, lane),
        ),
        ((left + corner, lane), (left, lane), (left, lane), up),
        (up, up, (left, end[1] + corner), (left, end[1] + corner)),
        ((left, end[1] + corner), (left, end[1]), (left, end[1]), end),
    ]


def _ports(
    placed: layers.Placed, ends: Sequence[tuple[int, int]], sheet: _Sheet
) -> dict[int, tuple[float, float]]:
    """Return at which height each arc leaves and enters, so that no two share an arrowhead."""
    leaving: dict[int, list[int]] = defaultdict(list)
    coming: dict[int, list[int]] = defaultdict(list)
    for number, (source, target) in enumerate(ends):
        leaving[source].append(number)
        coming[target].append(number)

    def heights(of: Mapping[int, list[int]], other: int) -> dict[int, float]:
        found: dict[int, float] = {}
        for box, numbers in of.items():
            low = sheet.height * 2  # arcs that run back use the lowest ports
            numbers.sort(
                key=lambda n: low if n in placed.back else sheet.centres[ends[n][other]][1]
            )
            step = min(PORT, (sheet.high(box) - 12) / len(numbers))
            top = sheet.centres[box][1] - step * (len(numbers) - 1) / 2
            found |= {number: top + step * place for place, number in enumerate(numbers)}
        return found

    out, into = heights(leaving, 1), heights(coming, 0)
    return {number: (out[number], into[number]) for number in range(len(ends))}


def _straight(ends: Sequence[tuple[int, int]], sheet: _Sheet) -> dict[int, list[Curve]]:
    """Return straight arcs between neighbours of a winding line, side by side where parallel."""
    same: dict[tuple[int, int], int] = defaultdict(int)
    found = {}
    for number, pair in enumerate(ends):
        (x1, y1), (x2, y2) = sheet.centres[pair[0]], sheet.centres[pair[1]]
        beside = 14.0 * same[pair]
        same[pair] += 1
        if math.isclose(y1, y2):
            step = BOX_W / 2 if x2 > x1 else -BOX_W / 2
            start, end = (x1 + step, y1 + beside), (x2 - step, y2 + beside)
        else:
            step = BOX_H / 2 if y2 > y1 else -BOX_H / 2
            start, end = (x1 + beside, y1 + step), (x2 + beside, y2 - step)
        found[number] = [(start, start, end, end)]
    return found


# --- what is written ---


def _wide(lines: Sequence[str]) -> float:
    return max((len(line) for line in lines), default=0) * LETTER + 8


def _at(curve: Curve, t: float) -> Point:
    u = 1 - t
    weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
    pairs = list(zip(weights, curve, strict=True))
    return sum(w * p[0] for w, p in pairs), sum(w * p[1] for w, p in pairs)


def _candidates(way: list[Curve], only: tuple[bool, bool]) -> Iterator[Point]:
    """Yield where a label could stand: beside the box of this arc alone, else in the middle."""
    longest = max(way, key=lambda c: math.dist(c[0], c[3]))
    order = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78, 0.15, 0.85]
    if only == (False, True):
        yield from (_at(way[-1], t) for t in order)
    elif only != (True, True):
        yield from (_at(way[0], t) for t in order)
    elif len(way) > 1:
        yield _at(longest, 0.5)
    yield from (_at(curve, t) for curve in (longest, way[0], way[-1]) for t in order)


def _labels(
    ends: Sequence[tuple[int, int]],
    ways: Mapping[int, list[Curve]],
    sheet: _Sheet,
    words: Words,
) -> tuple[list[str], list[int]]:
    drawn, alone = [], []
    for number, only in enumerate(_only(ends)):
        lines = words.arcs.get(number, ())
        spots = list(_candidates(ways[number], only))
        for tried in (lines, lines[:1], (str(number + 1),)):
            wide, high = _wide(tried), len(tried) * LINE + 4
            spot = next((one for one in spots if sheet.free(one, wide, high)), None)
            if spot:
                sheet.take(spot, wide, high, apart=1)
                drawn.append(_label(spot, tried, wide, high, sheet))
                break
        if spot is None or tried is not lines:
            alone.append(number)
    return drawn, alone


def _label(at: Point, lines: Sequence[str], wide: float, high: float, sheet: _Sheet) -> str:
    x, top = sheet.x(at[0]), at[1] - high / 2
    said = "".join(
        f'<text x="{x}" y="{round(top + 12 + place * LINE, 1)}" font-size="12" fill="{INK}" '
        f'text-anchor="middle"{"" if place else _BOLD}>{html.escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return (
        f'<rect x="{round(x - wide / 2, 1)}" y="{round(top, 1)}" width="{round(wide, 1)}" '
        f'height="{round(high, 1)}" rx="3" fill="{PAPER}" fill-opacity="0.9"/>{said}'
    )


_BOLD = ' font-weight="700" direction="ltr"'  # numbers and codes


def _line(
    arcs: Sequence[moneyflow.Arc],
    number: int,
    way: list[Curve],
    sheet: _Sheet,
    name: str,
) -> str:
    most = max(arc.amount_minor for arc in arcs) or 1
    wide = 1.25 + 3.25 * math.sqrt(arcs[number].amount_minor / most)
    path = f"M{sheet.x(way[0][0][0])} {round(way[0][0][1], 1)}"
    for curve in way:
        path += "C" + " ".join(f"{sheet.x(x)} {round(y, 1)}" for x, y in curve[1:])
    return (
        f'<path d="{path}" fill="none" stroke="{LINE_COLOUR}" stroke-width="{wide:.2f}" '
        f'marker-end="url(#{name}-tip)"/>'
    )


def _box(box: moneyflow.Box, words: BoxWords, sheet: _Sheet) -> str:
    x, y = sheet.x(sheet.centres[box.id][0]), sheet.centres[box.id][1]
    high = sheet.high(box.id)
    left, top = round(x - BOX_W / 2, 1), round(y - high / 2, 1)
    kind = "possible_victim" if box.part == "possible_victim" else "outside" if box.outside else ""
    stroke = HELP if kind == "possible_victim" else SOFT if kind else INK
    shape = (
        f'width="{BOX_W:g}" height="{high:g}" rx="{25 if box.id in _CASH else 6}" '
        f'fill="{_FILL.get(kind, PAPER)}" stroke="{stroke}" '
        f'stroke-width="{3 if kind == "possible_victim" else 1.5}"'
        f"{_DASHES if kind == 'outside' else ''}"
    )
    behind = f'<rect x="{left + 5}" y="{top + 5}" {shape}/>' if box.crowd else ""
    first = y + 5 - (len(words.lines) - 1) * 8
    said = "".join(
        f'<text x="{x}" y="{round(first + place * 16, 1)}" font-size="{13 if place else 14}" '
        f'fill="{SOFT if place else INK}" text-anchor="middle"{"" if place else _HEAD}>'
        f"{html.escape(shortened(line))}</text>"
        for place, line in enumerate(words.lines)
    )
    title = f"<title>{html.escape(words.title)}</title>" if words.title else ""
    body = f'<g>{title}{behind}<rect x="{left}" y="{top}" {shape}/>{said}</g>'
    if not words.href:
        return body
    return f'<a href="{html.escape(words.href)}">{body}</a>'


_CASH = frozenset({moneyflow.CASH_IN, moneyflow.CASH_OUT})
_HEAD = ' font-weight="700"'
_DASHES = ' stroke-dasharray="5 4"'


def shortened(line: str) -> str:
    """Return what fits a box; the whole is in its title and in the table."""
    return line if len(line) <= MOST_LETTERS else line[: MOST_LETTERS - 1].rstrip() + "…"


def _paper(sheet: _Sheet, words: Words, name: str, parts: Sequence[str]) -> str:
    wide, high = round(sheet.width), round(sheet.height)
    role = "group" if any("<a " in part for part in parts) else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" role="{role}" aria-labelledby="{name}-title {name}-says" '
        f'font-family="Noto Sans, Noto Sans Arabic, sans-serif" '
        f'direction="{"rtl" if sheet.mirrored else "ltr"}">'
        f'<title id="{name}-title">{html.escape(words.title)}</title>'
        f'<desc id="{name}-says">{html.escape(words.says)}</desc>'
        f'<defs><marker id="{name}-tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="11" '
        f'markerHeight="11" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
        f'<path d="M0 0L10 5L0 10Z" fill="{LINE_COLOUR}"/></marker></defs>'
        f'<rect width="{wide}" height="{high}" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def scaled(drawn: Drawn, percent: int) -> str:
    """Return the picture at a scale; 0 makes it as wide as the page, where it is wider."""
    size = f'width="{drawn.width}" height="{drawn.height}"'
    if not percent:
        return drawn.svg.replace(size, f'class="m-flow__fit" {size}', 1)
    wide, high = drawn.width * percent // 100, drawn.height * percent // 100
    return drawn.svg.replace(size, f'width="{wide}" height="{high}"', 1)
