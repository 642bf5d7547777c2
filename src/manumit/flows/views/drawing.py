"""The money-flow picture of alerts, and the same as tables, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manumit.core import forms as core_forms
from manumit.core import printing
from manumit.flows import desk, kinds, moneyflow, picture
from manumit.flows.views import wording

ZOOMS = (0, 60, 100, 150, 200)  # per cent; 0 fills the width
Opened = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True)
class Line:
    """One entry in the table beside the picture."""

    arrow: str  # number of its arrow in the picture, "" for none
    when: str
    source: str
    target: str
    amount: str
    how: str
    words: str
    outside: bool


@dataclass(frozen=True)
class Zoom:
    """A link that shows the picture at another size."""

    label: str
    query: str
    here: bool


@dataclass(frozen=True)
class Shown:
    """A picture with what is said beside it."""

    svg: SafeString
    width: int
    height: int
    zooms: list[Zoom]
    left_out: str
    numbers_only: bool
    says: str


def name_of(account: int, opened: Opened) -> str:
    """Return who an account is: the name where it was opened, else its code."""
    told = opened.get(account, {})
    return told.get("name") or told.get("identifier") or desk.code(account)


def draw(
    request: HttpRequest,
    legs: Sequence[moneyflow.Leg],
    parts: Mapping[int, str],
    opened: Opened,
    *,
    further: str = "",
    zoom: int | None = None,
) -> Shown:
    """Draw entries. `further`: the address that shows one step more of an account, without query."""
    flow = moneyflow.of_legs(legs, parts)
    says = _says(legs)
    words = picture.Words(
        title=_("Who paid whom"),
        says=says,
        boxes={box.id: _box(request, box, opened, further) for box in flow.boxes},
        arcs={number: _arc(number, arc) for number, arc in enumerate(flow.arcs)},
    )
    drawn = picture.draw(flow, words, mirrored=right_to_left())
    chosen = _zoom(request) if zoom is None else zoom
    return Shown(
        svg=mark_safe(picture.scaled(drawn, chosen)),  # noqa: S308 (each word in it is escaped)
        width=drawn.width,
        height=drawn.height,
        zooms=_zooms(request, chosen),
        left_out=_left_out(flow.left_out),
        numbers_only=bool(drawn.numbers_only),
        says=says,
    )


def right_to_left() -> bool:
    """Tell whether the page is read from right to left."""
    return core_forms.language() in printing.RIGHT_TO_LEFT


def _says(legs: Sequence[moneyflow.Leg]) -> str:
    if not legs:
        return _("No transfers.")
    count = ngettext("%(n)s transfer", "%(n)s transfers", len(legs))
    return _("%(count)s from %(first)s to %(last)s. The table below says the same in words.") % {
        "count": count % {"n": core_forms.number(len(legs))},
        "first": wording.short(min(leg.at for leg in legs), kinds.Precision.DAY),
        "last": wording.short(max(leg.at for leg in legs), kinds.Precision.DAY),
    }


def _left_out(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(n)s smaller transfer is not in the picture; the table has it.",
        "%(n)s smaller transfers are not in the picture; the table has them.",
        count,
    )
    return text % {"n": core_forms.number(count)}


def _box(
    request: HttpRequest, box: moneyflow.Box, opened: Opened, further: str
) -> picture.BoxWords:
    if box.id == moneyflow.CASH_IN:
        return picture.BoxWords((_("Cash or outside"),), _("Cash, or from outside the ledger"))
    if box.id == moneyflow.CASH_OUT:
        return picture.BoxWords((_("Cash or outside"),), _("Cash, or to outside the ledger"))
    does = _("one step further") if box.outside else wording.part(box.part)
    if box.crowd:
        many = ngettext("and %(n)s more", "and %(n)s more", len(box.accounts)) % {
            "n": core_forms.number(len(box.accounts))
        }
        return picture.BoxWords((many, does), ", ".join(map(desk.code, box.accounts[:40])))
    account = box.accounts[0]
    name = name_of(account, opened)
    lines: tuple[str, ...] = (name, does)
    if box.to_itself:
        lines = (name, does, _("%(n)s× to itself") % {"n": core_forms.number(box.to_itself)})
    title = " · ".join(dict.fromkeys((name, desk.code(account), does)))
    if not further:
        return picture.BoxWords(lines, title)
    step = _("One step further from %(account)s") % {"account": name}
    return picture.BoxWords(lines, f"{title} – {step}", f"{further}?{with_step(request, account)}")


def with_step(request: HttpRequest, account: int) -> str:
    """Return the query that shows one step more of an account, or takes it away again."""
    query = request.GET.copy()
    steps = query.getlist("further")
    code = str(account)
    steps = [one for one in steps if one != code] if code in steps else [*steps, code]
    query.setlist("further", steps)
    return query.urlencode()


def _arc(number: int, arc: moneyflow.Arc) -> tuple[str, ...]:
    amount = core_forms.number(f"{number + 1}. ") + wording.amount(arc.amount_minor, arc.currency)
    first, last = day(arc.first_at), day(arc.last_at)
    if arc.count == 1:
        return (amount, f"{first} {core_forms.number(f'{timezone.localtime(arc.first_at):%H:%M}')}")
    span = first if first == last else f"{first} – {last}"
    return (amount, f"{span} ({core_forms.number(arc.count)}×)")


def day(at: datetime) -> str:
    """Return a day without its year, for a label."""
    return core_forms.number(formats.date_format(timezone.localtime(at), "j M"))


def _zoom(request: HttpRequest) -> int:
    given = request.GET.get("zoom", "")
    return int(given) if given.isdecimal() and int(given) in ZOOMS else 0


def _zooms(request: HttpRequest, here: int) -> list[Zoom]:
    made = []
    for percent in ZOOMS:
        query = request.GET.copy()
        query["zoom"] = str(percent)
        label = core_forms.number(f"{percent} %") if percent else _("Fit the page")
        made.append(Zoom(label, query.urlencode(), percent == here))
    return made


def lines(
    legs: Sequence[moneyflow.Leg],
    parts: Mapping[int, str],
    opened: Opened,
    texts: Mapping[int, Mapping[str, str]],
    *,
    drawn: Sequence[moneyflow.Leg],
) -> list[Line]:
    """Return entries as lines of a table, in order of time; `drawn` are all in the picture."""

    flow = moneyflow.of_legs(drawn, parts)

    def end(account: int | None) -> str:
        return _("Cash or outside") if account is None else name_of(account, opened)

    return [
        Line(
            arrow=core_forms.number(str(arrow + 1)) if arrow is not None else "",
            when=wording.short(leg.at, leg.precision),
            source=end(leg.source),
            target=end(leg.target),
            amount=wording.amount(leg.amount_minor, leg.currency),
            how=_how(leg),
            words=texts.get(leg.entry, {}).get("text", ""),
            outside=not ({leg.source, leg.target} - {None} <= set(parts)),
        )
        for leg, arrow in ((leg, flow.arrow(leg)) for leg in legs)
    ]


def _how(leg: moneyflow.Leg) -> str:
    said: list[Any] = [_(wording.KINDS.get(leg.kind, "") or leg.kind)] if leg.kind else []
    if leg.purpose in wording.PURPOSES:
        said.append(_(wording.PURPOSES[leg.purpose]))
    if leg.country_from and leg.country_to and leg.country_from != leg.country_to:
        said.append(f"{leg.country_from} → {leg.country_to}")
    return " · ".join(said)
