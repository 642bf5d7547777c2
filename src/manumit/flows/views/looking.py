"""What the pages of an alert and of a case share: entries, accounts, picture, words, history."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.views import Request
from manumit.flows import alerting, desk, facts, kinds, moneyflow
from manumit.flows.actions import deciding, opening, tracing
from manumit.flows.models import Alert, AlertAccount, Decision, DeskNote, Ledger
from manumit.flows.views import drawing, wording

MOST_STEPS = 5  # accounts that are followed one step further at once
MOST_LINES = 100  # entries on the page before "show all"
MOST_LINKED = 20


@dataclass(frozen=True)
class Account:
    """One account of an alert, in the table of accounts."""

    account: int
    code: str
    name: str
    identifier: str
    part: str
    victim: bool
    step: str  # the query that shows one step further, or takes it away
    followed: bool


@dataclass(frozen=True)
class Looked:
    """Entries with what was opened about them; `legs` are the alert's own, `further` the rest."""

    legs: Sequence[moneyflow.Leg]
    further: Sequence[tracing.Further]
    parts: Mapping[int, str]
    opened: drawing.Opened
    texts: Mapping[int, Mapping[str, str]]

    @property
    def all(self) -> list[moneyflow.Leg]:
        """Return own and further entries, each once, in order of time."""
        every = {leg.entry: leg for leg in self.legs}
        every |= {leg.entry: leg for step in self.further for leg in step.legs}
        return sorted(every.values(), key=lambda leg: (leg.at, leg.entry))


def look(request: Request, ledger: Ledger, alerts: Sequence[Alert], purpose: str) -> Looked:
    """Read what alerts cite; names and the bank's words only when asked for, on the record."""
    parts = deciding.parts_of(alerts)
    legs = tracing.legs_of(ledger, alerts)
    known = [leg.entry for leg in legs]
    first, last = min(a.first_at for a in alerts), max(a.last_at for a in alerts)
    reached = {end for leg in legs for end in (leg.source, leg.target)} | set(parts)
    further = []
    for account in _followed(request):
        if account in reached:
            further.append(tracing.one_step(ledger, account, first, last, known))
            reached |= {end for leg in further[-1].legs for end in (leg.source, leg.target)}
    opened: drawing.Opened = {}
    texts: Mapping[int, Mapping[str, str]] = {}
    if request.GET.get("names"):
        accounts = [one for one in reached if one is not None]
        opened, texts = opening.open_names(
            by=request.actor,
            at=request.now,
            ledger=ledger,
            accounts=accounts,
            entries=known,
            purpose=purpose,
        )
    return Looked(legs, further, parts, opened, texts)


def _followed(request: Request) -> list[int]:
    given = [one for one in request.GET.getlist("further") if one.isascii() and one.isdecimal()]
    return [int(one) for one in given[:MOST_STEPS] if len(one) < 20]


def accounts(request: Request, seen: Looked) -> list[Account]:
    """Return the accounts of the alert, possible victims first, then those that were followed to."""
    victim = alerting.Part.POSSIBLE_VICTIM.value
    followed = {step.account for step in seen.further}
    reached = {e for leg in seen.all for e in (leg.source, leg.target) if e is not None}
    order = sorted(seen.parts, key=lambda one: seen.parts[one] != victim)
    return [
        Account(
            account=account,
            code=desk.code(account),
            name=seen.opened.get(account, {}).get("name", ""),
            identifier=seen.opened.get(account, {}).get("identifier", ""),
            part=wording.part(seen.parts[account])
            if account in seen.parts
            else _("one step further"),
            victim=seen.parts.get(account) == victim,
            step=drawing.with_step(request, account),
            followed=account in followed,
        )
        for account in [*order, *sorted(reached - set(order))]
    ]


# What is compared, in the order in which a page shows it (flows/facts says what each is).
COMPARED = (
    *("in_count", "out_count", "in_minor", "out_minor", "payers", "payees"),
    *("dwell_median_hours", "quick_share", "through_share", "night_share"),
    *("turnover_rise", "turnover_peer_rank", "payers_peer_rank"),
)
MOST_COMPARED = 3  # accounts side by side


@dataclass(frozen=True)
class Facts:
    """Facts of some accounts beside the middle of all, for a table."""

    heads: list[str]
    rows: list[tuple[str, list[str]]]
    says: str


def compared(ledger: Ledger, seen: Looked, alerts: Sequence[Alert]) -> Facts | None:
    """Return what was measured about the accounts that moved most, beside all others."""
    moved: Counter[int] = Counter()
    for leg in seen.legs:
        for end in (leg.source, leg.target):
            if end is not None:
                moved[end] += leg.amount_minor
    chosen = [account for account, _amount in moved.most_common(MOST_COMPARED)]
    last = max(alert.last_at for alert in alerts)
    found = tracing.facts_of(ledger, chosen, last, COMPARED) if chosen else None
    if found is None:
        return None
    shown = [account for account in chosen if account in found.accounts]
    rows = []
    for name in found.middle:
        fact = facts.FACTS[name]
        values = [found.accounts[account][name] for account in shown]
        if any(value is not None for value in values):
            told = [wording.fact(v, fact.unit, ledger.currency) for v in values]
            middle = wording.fact(found.middle[name], fact.unit, ledger.currency)
            rows.append((_(fact.says), [*told, middle]))
    says = _("Measured from %(since)s to %(until)s among %(all)s accounts.") % {
        "since": wording.short(found.since, kinds.Precision.DAY),
        "until": wording.short(found.until, kinds.Precision.DAY),
        "all": core_forms.number(found.all),
    }
    return Facts([drawing.name_of(one, seen.opened) for one in shown], rows, says)


def steps_said(seen: Looked) -> list[str]:
    """Say of each account that was followed what is shown of it."""
    return [
        (
            _("%(account)s: the %(shown)s largest of %(all)s other transfers, 30 days around.")
            if step.all
            else _("%(account)s: no other transfers, 30 days around.")
        )
        % {
            "account": drawing.name_of(step.account, seen.opened),
            "shown": core_forms.number(len(step.legs)),
            "all": core_forms.number(step.all),
        }
        for step in seen.further
    ]


def context(
    request: Request, seen: Looked, *, picture_url: str, zoom: int | None = None
) -> dict[str, Any]:
    """Return picture and tables for a page."""
    every = seen.all
    whole = bool(request.GET.get("all")) or len(every) <= MOST_LINES
    query = request.GET.copy()
    query["names"] = "1"
    all_query = request.GET.copy()
    all_query["all"] = "1"
    return {
        "picture": drawing.draw(
            request, every, seen.parts, seen.opened, further=picture_url, zoom=zoom
        )
        if every
        else None,
        "lines": drawing.lines(
            every if whole else every[:MOST_LINES],
            seen.parts,
            seen.opened,
            seen.texts,
            drawn=every,
        ),
        "more_lines": "" if whole else all_query.urlencode(),
        "lines_all": core_forms.number(len(every)),
        "accounts": accounts(request, seen),
        "opened": bool(seen.opened),
        "with_names": query.urlencode(),
        "steps": steps_said(seen),
        "picture_url": picture_url,
        "query": request.GET.urlencode(),
    }


def linked(alert: Alert, ledger: Ledger, me: Any) -> list[dict[str, Any]]:
    """Return other alerts that name the same accounts, those that share most first."""
    accounts_ = [account for account, _part in alert.accounts]
    rows = AlertAccount.objects.filter(ledger=ledger, account__in=accounts_).exclude(alert=alert)
    shared = dict(
        rows.order_by().values_list("alert").annotate(n=Count("id")).order_by("-n")[:MOST_LINKED]
    )
    found = Alert.objects.select_related("held_by", "case").in_bulk(shared)
    return [
        {"row": wording.row(found[pk], ledger.currency, me), "shared": core_forms.number(count)}
        for pk, count in shared.items()
    ]


def written(
    request: Request,
    ledger: Ledger,
    decisions: Sequence[Decision],
    notes: Sequence[DeskNote],
    purpose: str,
) -> tuple[list[wording.Decided], list[dict[str, Any]]]:
    """Open decisions and notes, on the record; where the keys are locked they stay empty."""
    said = opening.open_written(
        by=request.actor,
        at=request.now,
        ledger=ledger,
        rows=[*decisions, *notes],
        purpose=purpose,
    )
    split = len(decisions)
    made = wording.decided(decisions, said[:split])
    return made, [
        {"row": note, "text": told.get("text", "")}
        for note, told in zip(notes, said[split:], strict=True)
    ]
