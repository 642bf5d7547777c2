"""The queue: which alerts wait, in which order, a page at a time from a key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.core import forms as core_forms
from manumit.core.actions import acting
from manumit.core.views import Request, page, posted, showing
from manumit.flows import desk, money
from manumit.flows.actions import desk as acts
from manumit.flows.actions import ledgers
from manumit.flows.forms import desk as forms
from manumit.flows.models import Alert, Decision, Ledger
from manumit.flows.views import wording

SIZE = 25
MINE = "mine"
EVERY = "all"
TABS: dict[str, str] = {
    desk.Stage.NEW.value: gettext_noop("Waiting"),
    MINE: gettext_noop("Mine"),
    **{
        stage.value: desk.LABELS[stage]
        for stage in (
            *(desk.Stage.TAKEN, desk.Stage.PROPOSED, desk.Stage.HELP, desk.Stage.REPORT),
            *(desk.Stage.WATCHED, desk.Stage.JOINED, desk.Stage.CLOSED),
        )
    },
    EVERY: gettext_noop("All"),
}


@dataclass(frozen=True)
class Tab:
    """A stage to look at, with how many stand there."""

    code: str
    label: str
    count: str
    query: str
    here: bool


@page("alert.read", methods=("GET", "POST"))
def alerts(request: Request) -> HttpResponse:
    """List alerts by stage; take the one that comes first."""
    try:
        ledger = ledgers.mine(request.actor)
    except acting.Refused as refusal:
        return render(request, "flows/no_ledger.html", {"reason": refusal.reason})
    if request.method == "POST":
        try:
            taken = acts.take_next(by=request.actor, at=request.now, ledger=ledger)
            return redirect("alert", taken.id)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
            return redirect("alerts")
    return render(request, "flows/alerts.html", listed(request, ledger))


def listed(request: Request, ledger: Ledger) -> dict[str, Any]:
    """Return one page of the queue."""
    me = request.actor.person
    rows = Alert.objects.visible_to(me, "alert.read").filter(ledger=ledger)
    counts = dict(rows.order_by().values_list("stage").annotate(count=Count("*")))
    kinds = rows.order_by().values_list("typology", flat=True).distinct()
    form = forms.Filter(
        request.GET, typologies=[(name, wording.typology(name)) for name in sorted(kinds)]
    )
    given = form.cleaned_data if form.is_valid() else {}
    tab = request.GET.get("stage", "")
    tab = tab if tab in TABS else _first_tab(counts)
    found = _of_tab(rows, tab, me)
    found = _filtered(found, given, ledger)
    order = str(given.get("sort") or "")
    cut, onward = _cut(request, found.select_related("held_by"), order)
    mine = acts.held(me)
    proposed = Decision.objects.filter(ledger=ledger, state=desk.DecisionState.PROPOSED.value)
    return {
        "ledger": ledger,
        "form": form,
        "tabs": _tabs(request, counts, tab, mine),
        "tab": tab,
        "rows": [wording.row(alert, ledger.currency, me.id) for alert in cut],
        "onward": onward,
        "first": "after" not in request.GET,
        "filtered": any(given.get(n) for n in form.fields if n != "sort"),
        "any": bool(counts),
        "mine": core_forms.number(mine),
        "limit": core_forms.number(ledger.open_limit),
        "waiting": counts.get(desk.Stage.NEW.value, 0),
        "to_confirm": core_forms.number(proposed.exclude(by=me).count()),
        "any_to_confirm": proposed.exclude(by=me).first(),
        "leads": showing.may(request, "alert.assign"),
    }


def _first_tab(counts: Mapping[str, int]) -> str:
    return desk.Stage.NEW.value if counts.get(desk.Stage.NEW.value) else MINE


def _tabs(request: Request, counts: Mapping[str, int], here: str, mine: int) -> list[Tab]:
    number = {**counts, MINE: mine, EVERY: sum(counts.values())}
    made = []
    for code, label in TABS.items():
        query = request.GET.copy()
        query.pop("after", None)
        query["stage"] = code
        count = core_forms.number(number.get(code, 0))
        made.append(Tab(code, _(label), count, query.urlencode(), code == here))
    return made


def _of_tab(rows: Any, tab: str, me: Any) -> Any:
    if tab == MINE:
        return rows.held_open(me)
    return rows if tab == EVERY else rows.filter(stage=tab)


def _filtered(rows: Any, given: Mapping[str, Any], ledger: Ledger) -> Any:
    if given.get("typology"):
        rows = rows.filter(typology=given["typology"])
    if given.get("victims"):
        rows = rows.filter(possible_victim=True)
    if given.get("score"):
        rows = rows.filter(score__gte=given["score"] / 100)
    if given.get("amount"):
        places = money.exponent(ledger.currency) or 2
        rows = rows.filter(amount_minor__gte=int(given["amount"].scaleb(places)))
    if given.get("since"):
        rows = rows.filter(last_at__gte=datetime.combine(given["since"], time(), UTC))
    if given.get("until"):
        rows = rows.filter(first_at__lte=datetime.combine(given["until"], time.max, UTC))
    return rows


def _cut(request: Request, rows: QuerySet[Alert], order: str) -> tuple[list[Alert], str]:
    """Return one page, and the query that shows the next ("" at the end)."""
    after = request.GET.get("after", "").split("_")
    if order == "newest":
        rows = _after_instant(rows, after).order_by("-last_at", "number")
    elif order == "largest":
        rows = _after_amount(rows, after).order_by("-amount_minor", "number")
    else:
        rows = _after_first(rows, after).order_by("-possible_victim", "-score", "number")
    found = list(rows.defer("accounts", "entries", "reasons", "against", "cut")[: SIZE + 1])
    if len(found) <= SIZE:
        return found, ""
    query = request.GET.copy()
    query["after"] = _key(found[SIZE - 1], order)
    return found[:SIZE], query.urlencode()


def _key(last: Alert, order: str) -> str:
    if order == "newest":
        return f"{last.last_at.isoformat()}_{last.number}"
    if order == "largest":
        return f"{last.amount_minor}_{last.number}"
    return f"{int(last.possible_victim)}_{last.score!r}_{last.number}"


def _after_first(rows: QuerySet[Alert], after: list[str]) -> QuerySet[Alert]:
    try:
        victim, score, number = bool(int(after[0])), float(after[1]), int(after[2])
    except (ValueError, IndexError):
        return rows
    further = Q(score__lt=score) | Q(score=score, number__gt=number)
    if victim:
        return rows.filter(Q(possible_victim=False) | (Q(possible_victim=True) & further))
    return rows.filter(Q(possible_victim=False) & Q(score__lte=score) & further)


def _after_instant(rows: QuerySet[Alert], after: list[str]) -> QuerySet[Alert]:
    try:
        at, number = datetime.fromisoformat(after[0]), int(after[1])
    except (ValueError, IndexError):
        return rows
    if at.tzinfo is None:
        return rows
    return rows.filter(Q(last_at__lte=at) & (Q(last_at__lt=at) | Q(number__gt=number)))


def _after_amount(rows: QuerySet[Alert], after: list[str]) -> QuerySet[Alert]:
    try:
        amount, number = int(after[0]), int(after[1])
    except (ValueError, IndexError):
        return rows
    if abs(amount) >= 2**63:
        return rows
    return rows.filter(
        Q(amount_minor__lte=amount) & (Q(amount_minor__lt=amount) | Q(number__gt=number))
    )


@page("alert.read", methods=("GET", "POST"))
def money_desk(request: Request) -> HttpResponse:
    """Show who holds how much; the head sets the limit."""
    ledger = ledgers.mine(request.actor)
    leads = showing.may(request, "alert.assign")
    form = forms.Limit(posted(request), initial={"open_limit": ledger.open_limit})
    if request.method == "POST" and form.is_valid():
        try:
            acts.set_limit(
                by=request.actor,
                at=request.now,
                ledger=ledger,
                open_limit=form.cleaned_data["open_limit"],
            )
            messages.success(request, _("The limit is kept."))
            return redirect("money_desk")
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    people = [(one, acts.held(one)) for one in acts.colleagues(ledger)]
    context = {
        "ledger": ledger,
        "people": [
            {"name": one.display_name, "held": core_forms.number(n), "full": n >= ledger.open_limit}
            for one, n in people
        ],
        "form": form if leads else None,
        "limit": core_forms.number(ledger.open_limit),
    }
    return render(request, "flows/money_desk.html", context, status=400 if form.is_bound else 200)
