"""The chart of a dossier as a picture: the subject in the middle, the others around, lines between.

Drawn without chance: the same dossier gives the same picture. A possible relation is dotted, a likely
one dashed, a confirmed one whole. The table of relations beside it says the same in words.
"""

import math
from uuid import UUID
from xml.sax.saxutils import escape

from manumit.network import claims, dossier

MOST = 24  # around the middle; more cannot be read on paper
_WIDE, _HIGH = 900, 640
_LOW = 140  # points high, where few are around
_BOX_WIDE, _BOX_HIGH = 170, 34
_LONGEST = 24  # characters of a label
_STROKES = {
    claims.Certainty.POSSIBLE: "2 5",
    claims.Certainty.LIKELY: "9 5",
    claims.Certainty.CONFIRMED: "none",
}


def places(whole: dossier.Dossier) -> dict[UUID, tuple[float, float]]:
    """Return where each entity stands (x, y in points of the picture)."""
    ends = [end for one in whole.relations for end in (one.tail, one.head)]
    around = [e for e in dict.fromkeys(ends) if e != whole.subject]
    around.sort(key=lambda e: (whole.labels.get(e, ""), str(e)))
    around = around[:MOST]
    high = _high(len(around))
    found = {whole.subject: (_WIDE / 2, high / 2)}
    for place, entity in enumerate(around):
        angle = 2 * math.pi * place / len(around)
        far = 1.0 if len(around) <= 10 or place % 2 else 0.66
        found[entity] = (
            _WIDE / 2 + far * (_WIDE / 2 - _BOX_WIDE * 0.55) * math.cos(angle),
            high / 2 + far * (high / 2 - _BOX_HIGH) * math.sin(angle),
        )
    return found


def _high(around: int) -> int:
    return min(_HIGH, _LOW + 60 * max(0, around - 2))


def svg(whole: dossier.Dossier) -> str:
    """Return the picture; "" where no relation is chosen."""
    if not whole.relations:
        return ""
    where = places(whole)
    high = _high(len(where) - 1)
    lines = [
        f'<line x1="{where[r.tail][0]:.1f}" y1="{where[r.tail][1]:.1f}"'
        f' x2="{where[r.head][0]:.1f}" y2="{where[r.head][1]:.1f}" stroke="#505a5f"'
        f' stroke-width="1.5" stroke-dasharray="{_STROKES[claims.Certainty(r.certainty)]}"/>'
        for r in whole.relations
        if r.tail in where and r.head in where
    ]
    boxes = [_box(whole, entity, x, y) for entity, (x, y) in where.items()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDE}" height="{high}"'
        f' viewBox="0 0 {_WIDE} {high}" font-family="Noto Sans, Noto Sans Arabic" font-size="12.5">'
        + "".join(lines + boxes)
        + "</svg>"
    )


def _box(whole: dossier.Dossier, entity: UUID, x: float, y: float) -> str:
    label = "".join(c for c in whole.labels.get(entity, "?") if c.isprintable())
    label = label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"
    fill, ink = ("#0b0c0c", "#ffffff") if entity == whole.subject else ("#ffffff", "#0b0c0c")
    return (
        f'<rect x="{x - _BOX_WIDE / 2:.1f}" y="{y - _BOX_HIGH / 2:.1f}" width="{_BOX_WIDE}"'
        f' height="{_BOX_HIGH}" fill="{fill}" stroke="#0b0c0c"/>'
        f'<text x="{x:.1f}" y="{y + 4.5:.1f}" text-anchor="middle" fill="{ink}">'
        f"{escape(label)}</text>"
    )
