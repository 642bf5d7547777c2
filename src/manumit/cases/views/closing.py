"""Closing a case with what is open named first, following up, and opening it again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.cases import closing, status
from manumit.cases.actions import cases as acts
from manumit.cases.actions import closings
from manumit.cases.forms import case as forms
from manumit.cases.models import Case
from manumit.cases.views import cases
from manumit.core.actions import acting
from manumit.core.forms import said
from manumit.core.views import Request, page, showing

# Where each thing that is open can be ended.
_PLACES = {
    "courses": "sessions",
    "sessions": "sessions",
    "goals": "plan",
    "handovers": "case_handover",
}


@page("case.close", methods=("GET", "POST"), held=True)
def case_close(request: Request, case_id: UUID) -> HttpResponse:
    """Close a case, move it to follow-up, or open it again; show how often that was done."""
    row = cases.find(request, case_id, "case.close")
    act = request.POST.get("act", "")
    ends = closings.open_ends(row)
    form = forms.Close(request.POST if act == "close" else None, unfinished=bool(ends))
    again = forms.Reopen(request.POST if act == "reopen" else None)
    try:
        if _done(request, row, act, form, again):
            return redirect("case", row.id)
    except acting.Refused as refusal:
        showing.refused(form, refusal) if form.is_bound else showing.say_no(request, refusal)
    context = {
        "case": row,
        "form": form,
        "again": again,
        "ends": [
            {"words": _(words), "number": number, "place": _PLACES.get(code, "case")}
            for code, words, number in closing.named(ends)
        ],
        "why_not": said(closing.why_not(ends)),
        "before": list(row.closings.select_related("by").order_by("-at", "id")),
    }
    code = 400 if form.is_bound or again.is_bound else 200
    return render(request, "cases/case_close.html", context, status=code)


def _done(request: Request, row: Case, act: str, form: forms.Close, again: forms.Reopen) -> bool:
    doing: dict[str, Any] = {"by": request.actor, "at": request.now, "case": row}
    if act == "close" and form.is_valid():
        given = form.cleaned_data
        closed = (
            status.CaseStatus.CLOSED_REFERRED if given["to_other"] else status.CaseStatus.CLOSED
        )
        acts.close_case(**doing, reason=given["reason"], status=closed.value, words=given["words"])
    elif act in {"follow_up", "active"}:
        acts.follow_up(**doing, active=act == "active")
    elif act == "reopen" and again.is_valid():
        acts.reopen_case(**doing, words=again.cleaned_data["words"])
        messages.success(request, _("The case is open again."))
    else:
        return False
    return True
