"""One claim: what it says, how it came to stand as it does, and what can be said against it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.core import models as core
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, showing
from manumit.network import claims, models, shown
from manumit.network.actions import claiming as acts
from manumit.network.actions import hits, opening
from manumit.network.claims import State
from manumit.network.forms import entities as forms
from manumit.network.views import saying


@page("network.read", methods=("GET", "POST"), held=True)
def claim(request: Request, claim_id: UUID) -> HttpResponse:
    """Show one claim, how it came to stand as it does, and let it be contested or withdrawn."""
    rows = models.Claim.objects.visible_to(request.actor.person, "network.read")
    row = guard.one_of(rows.select_related("entity__register", "source", "by"), claim_id)
    if claims.hidden(row.handling, row.by_id, request.actor.id):
        raise acting.NotFound
    form = forms.Reason()
    if request.method == "POST":
        done, form = _decide(request, row)
        if done:
            hits.soon(by=request.actor, at=request.now)
            return redirect("entity", row.entity_id)
    words = opening.stated(
        by=request.actor, at=request.now, purpose="one claim", entity=row.entity, rows=[row]
    )[0]
    titles = saying.titles(request, [row.source_id])
    said = opening.said_by(row, words)
    context = {
        "claim": row,
        "groups": saying.groups(row.entity.schema, said, titles, request),
        "state": _(claims.STATE_LABELS[State(row.state)]),
        "colour": saying.COLOURS[State(row.state)],
        "source": titles.get(row.source_id, ""),
        "notes": notes(words.get("note") or []),
        "form": form,
        "props": sorted({one.prop for one in said}),
        "may": {act.value for act in claims.TRANSITIONS[State(row.state)]}
        if row.ended_at is None
        else set(),
    }
    return render(request, "network/claim.html", context, status=400 if form.is_bound else 200)


def notes(said: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """Return what was decided about a claim, the newest first."""
    words = {
        "accept": _("Accepted"),
        "contest": _("Contested"),
        "withdraw": _("Withdrawn"),
        "certainty-possible": _("Held to be possible"),
        "certainty-likely": _("Held to be likely"),
        "certainty-confirmed": _("Confirmed"),
    }
    people = {
        str(one.id): one.display_name
        for one in core.User.objects.filter(id__in={n["by"] for n in said if n["by"]})
    }
    return [
        {
            "by": people.get(one["by"], ""),
            "what": words.get(one["act"], one["act"]),
            "at": datetime.fromisoformat(one["at"]),
            "text": shown.safely(one["text"]),
        }
        for one in reversed(said)
    ]


def _decide(request: Request, row: models.Claim) -> tuple[bool, forms.Reason]:
    given: dict[str, Any] = {"by": request.actor, "at": request.now, "claim": row}
    act = request.POST.get("act", "")
    form = forms.Reason(request.POST)
    try:
        if act == "accept":
            acts.accept(**given)
            return True, form
        if form.is_valid():
            told = {"reason": form.cleaned_data["reason"], "prop": request.POST.get("prop", "")}
            if act == "contest":
                acts.contest(**given, **told)
                return True, form
            if act == "withdraw":
                acts.withdraw_claim(**given, **told)
                return True, form
    except acting.Refused as refusal:
        showing.refused(form, refusal)
    return False, form
