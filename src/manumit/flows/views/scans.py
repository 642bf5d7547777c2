"""Searches of the ledger: start one, see how far it is, see what it found and what was cut."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, showing
from manumit.flows.actions import background, scanning
from manumit.flows.models import Alert, Load, Scan, State
from manumit.flows.views import ledger as shared
from manumit.flows.views import wording

SHOWN = 50


def state_of(scan: Scan, request: Request) -> dict[str, Any]:
    """Return the words and the colour of a search's state."""
    if background.interrupted(scan, request.now):
        return {"text": _("Interrupted"), "colour": "orange"}
    return {"text": _(scan.get_state_display()), "colour": shared.STATES[State(scan.state)]}


@page("ledger.scan", methods=("GET", "POST"))
def scans(request: Request) -> HttpResponse:
    """All searches of the unit's ledger; a new one starts here."""
    found = shared.mine(request)
    if found is None:
        return render(
            request, "flows/ledger_none.html", {"may_open": showing.may(request, "ledger.open")}
        )
    if request.method == "POST":
        try:
            scan = scanning.start(by=request.actor, at=request.now, ledger=found)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
            return redirect("scans")
        return redirect("scan", scan.pk)
    rows = Scan.objects.filter(ledger=found).select_related("by").order_by("-number")
    context = {
        "scans": [{"scan": each, "state": state_of(each, request)} for each in rows[:SHOWN]],
        "more": max(rows.count() - SHOWN, 0),
        "empty": not Load.objects.filter(ledger=found, state=State.DONE).exists(),
    }
    return render(request, "flows/scans.html", context)


@page("ledger.scan", methods=("GET", "POST"))
def scan(request: Request, scan_id: UUID) -> HttpResponse:
    """One search: how far it is, or what came of it; one that was interrupted goes on from here."""
    rows = Scan.objects.visible_to(request.actor.person, "ledger.scan")
    found = guard.one_of(rows.select_related("ledger", "by"), scan_id)
    if request.method == "POST":
        try:
            found = scanning.start(by=request.actor, at=request.now, ledger=found.ledger)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("scan", found.pk)
    dead = background.interrupted(found, request.now)
    going = found.state in {State.RUNNING, State.WAITING} and not dead
    steps = found.steps_all or 1
    context = {
        "scan": found,
        "state": state_of(found, request),
        "running": going,
        "again": dead or found.state == State.FAILED,
        "share": min(99, found.steps_done * 100 // steps),
        "packs": [(wording.typology(name), version) for name, version in found.packs.items()],
        "by_typology": _by_typology(found),
        "figures": _figures(found),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "flows/_scan_state.html" if part else "flows/scan.html", context)


def _by_typology(scan: Scan) -> list[dict[str, Any]]:
    """Return how many alerts this search brought, by pack."""
    from django.db.models import Count

    rows = Alert.objects.filter(scan=scan).values("typology").annotate(n=Count("id"))
    return [
        {"title": wording.typology(row["typology"]), "count": row["n"]}
        for row in rows.order_by("-n", "typology")
    ]


def _figures(scan: Scan) -> dict[str, Any] | None:
    """Return precision and recall as the page shows them; None where the data has no labels."""
    told = scan.figures
    if not told:
        return None
    return {
        "labelled": told["labelled"],
        "precision": f"{told['precision']:.0%}",
        "recall": f"{told[told['labels_of']]['recall']:.0%}",
        "rows": [
            {
                "name": name.replace("_", "-"),
                "findings": each["findings"],
                "precision": f"{each['precision']:.0%}",
            }
            for name, each in told["by_finding"].items()
        ],
        "a_day": [
            {
                "alerts": each["alerts_a_day"],
                "precision": f"{each['precision']:.0%}",
                "recall": f"{each['recall']:.0%}",
            }
            for each in told["a_day"]
        ],
    }
