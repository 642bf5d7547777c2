"""The ledger on the pages: what is in it, what holds for it, and entries written down by hand."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.core import fields
from manumit.core.actions import acting
from manumit.core.views import Request, page, posted, showing
from manumit.flows import kinds
from manumit.flows.actions import background, byhand, ledgers
from manumit.flows.forms import ledger as forms
from manumit.flows.models import Ledger, Load, State

SHOWN = 50
STATES = {
    State.WAITING: "yellow",
    State.RUNNING: "blue",
    State.DONE: "green",
    State.FAILED: "red",
    State.OUT: "grey",
}


def mine(request: Request) -> Ledger | None:
    """Return the ledger of the reader's unit, where there is one."""
    rows = Ledger.objects.visible_to(request.actor.person, "ledger.read")
    return rows.first()


def state_of(load: Load, request: Request) -> dict[str, Any]:
    """Return the words and the colour of a load's state."""
    if background.interrupted(load, request.now) and load.state == State.RUNNING:
        return {"text": _("Interrupted"), "colour": "orange"}
    return {"text": _(load.get_state_display()), "colour": STATES[State(load.state)]}


@page("ledger.read")
def ledger(request: Request) -> HttpResponse:
    """What is in the unit's ledger, and the files it came from."""
    found = mine(request)
    if found is None:
        may_open = showing.may(request, "ledger.open")
        return render(request, "flows/ledger_none.html", {"may_open": may_open})
    loads = Load.objects.filter(ledger=found)
    done = loads.filter(state=State.DONE)
    latest = list(loads.select_related("by", "ledger").order_by("-number")[:SHOWN])
    context = {
        "ledger": found,
        "loads": [
            {
                "load": each,
                "state": state_of(each, request),
                "asked_out": each.out_asked_by_id and each.state == State.DONE,
                "too_old": each.state == State.DONE and each.kept_too_long(request.now),
            }
            for each in latest
        ],
        "more": max(loads.count() - SHOWN, 0),
        "entries": sum(done.values_list("rows_loaded", flat=True)),
        "rejected": sum(done.values_list("rows_rejected", flat=True)),
        "first_at": done.exclude(first_at=None).order_by("first_at").first(),
        "last_at": done.exclude(last_at=None).order_by("-last_at").first(),
        "may_settle": showing.may(request, "ledger.open"),
        "may_load": showing.may(request, "ledger.load"),
        "may_record": showing.may(request, "ledger.record"),
    }
    return render(request, "flows/ledger.html", context)


@page("ledger.open", methods=("GET", "POST"))
def ledger_settings(request: Request) -> HttpResponse:
    """Open the unit's ledger, or change what holds for it."""
    found = mine(request)
    form = _open_form(request) if found is None else _settle_form(request, found)
    if form.is_bound and form.is_valid():
        told = dict(form.cleaned_data)
        for name in ("currency", "country"):
            if name in told:
                told[name] = told[name].strip().upper()
        try:
            if found is None:
                ledgers.open_ledger(by=request.actor, at=request.now, **told)
            else:
                ledgers.settle(by=request.actor, at=request.now, ledger=found, **told)
            return redirect("ledger")
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    title = _("Open the ledger") if found is None else _("What holds for the ledger")
    return _form(request, form, title)


def _open_form(request: Request) -> forms.OpenLedger:
    return forms.OpenLedger(posted(request), initial={"country": settings.MANUMIT_COUNTRY})


def _settle_form(request: Request, found: Ledger) -> forms.Settle:
    names = ("country", "time_zone", "four_eyes", "keep_years", "rates")
    return forms.Settle(posted(request), initial={name: getattr(found, name) for name in names})


def _form(request: Request, form: Any, title: str, intro: str = "") -> HttpResponse:
    back = (reverse("ledger"), _("Ledger"))
    return showing.form_page(request, form, title, back, intro=intro)


@page("ledger.record", methods=("GET", "POST"), held=True)
def entry_new(request: Request) -> HttpResponse:
    """Write down an entry that no file holds: a benefit in kind, hawala, cash between hands."""
    found = ledgers.mine(request.actor)
    form = forms.RecordEntry(posted(request), initial={"currency": found.currency})
    if form.is_bound and form.is_valid():
        try:
            load = byhand.record_entry(
                by=request.actor,
                at=request.now,
                ledger=found,
                said=_said(form.cleaned_data),
                form=fields.new_id(),
            )
            return redirect("load", load.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    intro = _(
        "For what no bank’s file holds. Names and words are sealed; the scan sees numbers only."
    )
    return _form(request, form, _("Write down an entry"), intro)


def _said(told: dict[str, Any]) -> byhand.Said:
    codes = {
        name: told[name].strip().upper() for name in ("currency", "country_from", "country_to")
    }
    words = ("source", "source_name", "target", "target_name", "text", "amount")
    return byhand.Said(
        at=told["at"],
        precision=kinds.Precision(int(told["precision"])),
        kind=kinds.Kind(told["kind"]),
        purpose=kinds.Purpose(told["purpose"]),
        **{name: told[name].strip() for name in words},
        **codes,
    )
