"""An alert on paper, for a file or a meeting. What is printed is on the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from manumit.core import printing
from manumit.core.actions import acting, guard
from manumit.flows.models import Alert

WIDE, HIGH = 16.4, 21.0  # cm that a picture may take on A4


@dataclass(frozen=True)
class Paper:
    """The words of the paper in the reader's language; pairs are rows of tables."""

    language: str
    title: str
    says: str
    svg: str
    size: tuple[int, int]
    signs: Sequence[tuple[str, str]]
    against: Sequence[tuple[str, str]]
    lines: Sequence[tuple[str, str]]
    headings: tuple[str, str, str]
    small: str
    footer: str


@acting.action("alert.read")
def print_picture(*, by: acting.Actor, at: datetime, alert: Alert, paper: Paper) -> bytes:
    """Return an alert as PDF: reasons, what speaks against it, picture and transfers."""
    guard.see(by, "alert.read", alert)
    why, against, transfers = paper.headings
    parts = [printing.small(paper.small), printing.heading(why), printing.rows(paper.signs)]
    if paper.against:
        parts += [printing.heading(against), printing.rows(paper.against)]
    if paper.svg:
        wide, high = paper.size
        width = min(WIDE, HIGH * wide / max(high, 1), wide / 96 * 2.54)
        parts.append(printing.picture(paper.svg, paper.says, width_cm=width))
    parts += [printing.heading(transfers), printing.rows(paper.lines)]
    side = printing.Side(paper.language, paper.title, parts)
    return printing.pdf([side], footer=paper.footer)
