"""How pages of the desk put things: amounts, accounts, signs, stages."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.core import forms as core_forms
from manumit.flows import alerting, desk, kinds, money
from manumit.flows.models import Alert, Decision
from manumit.indicators import pack

COLOURS: dict[str, str] = {
    desk.Stage.NEW.value: "blue",
    desk.Stage.TAKEN.value: "light-blue",
    desk.Stage.PROPOSED.value: "yellow",
    desk.Stage.WATCHED.value: "purple",
    desk.Stage.REPORT.value: "orange",
    desk.Stage.HELP.value: "green",
    desk.Stage.JOINED.value: "turquoise",
    desk.Stage.CLOSED.value: "grey",
}
KINDS: dict[str, str] = {
    kinds.Kind.TRANSFER: gettext_noop("transfer"),
    kinds.Kind.CASH_IN: gettext_noop("cash paid in"),
    kinds.Kind.CASH_OUT: gettext_noop("cash taken out"),
    kinds.Kind.CARD: gettext_noop("card"),
    kinds.Kind.CHEQUE: gettext_noop("cheque"),
    kinds.Kind.PREPAID: gettext_noop("prepaid"),
    kinds.Kind.HAWALA: gettext_noop("hawala"),
    kinds.Kind.VALUE_TRANSFER: gettext_noop("money transfer service"),
    kinds.Kind.VIRTUAL_ASSET: gettext_noop("virtual asset"),
    kinds.Kind.IN_KIND: gettext_noop("benefit in kind"),
}
PURPOSES: dict[str, str] = {
    kinds.Purpose.WAGES: gettext_noop("wages"),
    kinds.Purpose.RENT: gettext_noop("rent"),
    kinds.Purpose.TRAVEL: gettext_noop("travel"),
    kinds.Purpose.LODGING: gettext_noop("lodging"),
    kinds.Purpose.ADVERTISING: gettext_noop("advertising"),
    kinds.Purpose.RECRUITMENT_FEE: gettext_noop("recruitment fee"),
    kinds.Purpose.DEBT: gettext_noop("debt"),
    kinds.Purpose.DONATION: gettext_noop("donation"),
    kinds.Purpose.REMITTANCE: gettext_noop("money sent home"),
    kinds.Purpose.GOODS: gettext_noop("goods"),
    kinds.Purpose.MEDICAL: gettext_noop("medical"),
    kinds.Purpose.RANSOM: gettext_noop("asked for a release"),
    kinds.Purpose.SALE_OF_PERSON: gettext_noop("sale of a person"),
    kinds.Purpose.PERSON_AS_REWARD: gettext_noop("a person given as reward"),
    kinds.Purpose.LABOUR_EXTRACTED: gettext_noop("labour taken"),
    kinds.Purpose.SERVICES_EXTRACTED: gettext_noop("services taken"),
    kinds.Purpose.OTHER: gettext_noop("other"),
}
_STATUSES = {
    "verified": gettext_noop("source checked"),
    "secondary": gettext_noop("source read through others"),
    "pending": gettext_noop("source still to be checked"),
}
_STRENGTHS = {
    "strong": gettext_noop("strong sign"),
    "medium": gettext_noop("medium sign"),
    "weak": gettext_noop("weak sign"),
}


def amount(minor: int, currency: str) -> str:
    """Return an amount in the reader's digits."""
    return core_forms.number(money.plain(minor, currency))


def short(at: datetime, precision: int = 0) -> str:
    """Return day and time in few letters; the day alone where no more is known."""
    here = timezone.localtime(at)
    day = formats.date_format(here, "j M Y")
    exact = precision < kinds.Precision.DAY
    return core_forms.number(f"{day}, {here:%H:%M}" if exact else day)


def fact(value: float | None, unit: str, currency: str) -> str:
    """Return a measured value in words."""
    if value is None:
        return "–"
    if unit == "minor":
        return amount(round(value), currency)
    if unit == "share":
        return core_forms.number(f"{value:.0%}")
    return core_forms.number(f"{value:,.1f}".removesuffix(".0"))


_BOUND = re.compile(r"^\w+ (>=|<=|>|<|=) (.+)$")
_BOUNDS = {
    ">=": gettext_noop("at least %(n)s"),
    "<=": gettext_noop("at most %(n)s"),
    ">": gettext_noop("more than %(n)s"),
    "<": gettext_noop("less than %(n)s"),
    "=": gettext_noop("exactly %(n)s"),
}


def bounds(threshold: str) -> str:
    """Return what a value was held against, in words: "payers >= 5" is "at least 5"."""
    said = []
    for one in threshold.split("; "):
        found = _BOUND.match(one)
        said.append(_(_BOUNDS[found[1]]) % {"n": found[2]} if found else one)
    return core_forms.number("; ".join(said))


def typology(name: str) -> str:
    """Return a pack's title; its name where the pack is not there any more."""
    known = pack.load_all().get(name)
    return known.title(core_forms.language()) if known else name.replace("-", " ")


def part(code: str) -> str:
    """Return what an account did, in words."""
    return _(desk.PART_LABELS[alerting.Part(code)])


def stage(code: str) -> str:
    """Return a stage in words."""
    return _(desk.LABELS[desk.Stage(code)])


@dataclass(frozen=True)
class Sign:
    """A reason of an alert as a page shows it."""

    text: str
    value: str
    threshold: str
    strength: str
    source: str
    status: str


def signs(name: str, reasons: Iterable[Mapping[str, Any]]) -> list[Sign]:
    """Return the reasons of an alert in the reader's language."""
    known = pack.load_all().get(name)
    texts = known.by_id if known else {}
    language = core_forms.language()
    found = []
    for each in reasons:
        sign = str(each.get("sign", ""))
        words = texts[sign].text(language) if sign in texts else sign.replace("_", " ")
        found.append(
            Sign(
                text=words,
                value=core_forms.number(str(each.get("value", ""))),
                threshold=bounds(str(each.get("threshold", ""))),
                strength=_(_STRENGTHS.get(str(each.get("strength", "")), "") or "-"),
                source=str(each.get("source", "")),
                status=_(_STATUSES.get(str(each.get("status", "")), "") or "-"),
            )
        )
    return found


@dataclass(frozen=True)
class Row:
    """An alert in a list."""

    alert: Alert
    title: str
    amount: str
    last: str
    stage: str
    colour: str
    decided: str
    holder: str
    score: str


def row(alert: Alert, currency: str, me: Any) -> Row:
    """Return one line of a list of alerts."""
    holder = ""
    if alert.held_by_id:
        holder = _("You") if alert.held_by_id == me else alert.held_by.display_name  # type: ignore[union-attr]
    return Row(
        alert=alert,
        title=typology(alert.typology),
        amount=amount(alert.amount_minor, currency),
        last=short(alert.last_at, kinds.Precision.DAY),
        stage=stage(alert.stage),
        colour=COLOURS[alert.stage],
        decided=choice(alert.decided),
        holder=holder,
        score=core_forms.number(str(round(alert.score * 100))),
    )


def choice(code: str) -> str:
    """Return a choice in words; "" for none."""
    return _(desk.CHOICE_LABELS[desk.Choice(code)]) if code else ""


@dataclass(frozen=True)
class Decided:
    """A decision with what was written, for a page."""

    row: Decision
    choice: str
    state: str
    reason: str
    answer: str
    waiting: bool


def decided(rows: Iterable[Decision], opened: Iterable[Mapping[str, Any]]) -> list[Decided]:
    """Return decisions in words; `opened` holds what was sealed in each."""
    return [
        Decided(
            row=each,
            choice=choice(each.choice),
            state=_(desk.DECISION_LABELS[desk.DecisionState(each.state)]),
            reason=said.get("reason") or "",
            answer=said.get("answer") or "",
            waiting=each.state == desk.DecisionState.PROPOSED,
        )
        for each, said in zip(rows, opened, strict=True)
    ]
