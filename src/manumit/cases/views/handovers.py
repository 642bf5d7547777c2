"""The pages of handing a case over: the offer, the inbox, the answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.cases import handover as rules
from manumit.cases.actions import handovers as acts
from manumit.cases.forms import handover as forms
from manumit.cases.models import Case, Handover
from manumit.cases.views import cases, plans, wording
from manumit.core import models as core
from manumit.core import roles
from manumit.core.actions import acting, guard
from manumit.core.forms import said
from manumit.core.views import Request, page, posted, showing

TAGS = {
    rules.State.PROPOSED.value: "yellow",
    rules.State.ACCEPTED.value: "green",
    rules.State.DECLINED.value: "red",
    rules.State.WITHDRAWN.value: "grey",
}
_WITH = ("case", "from_unit__organisation", "from_worker", "to_unit__organisation", "to_worker")
LAST = 20  # answered ones that the inbox still shows


@page("case.hand_over", methods=("GET", "POST"), held=True)
def case_handover(request: Request, case_id: UUID) -> HttpResponse:
    """Offer a case to a colleague or another team; show what became of earlier offers."""
    row = cases.find(request, case_id, "case.hand_over")
    colleagues, units = acts.receivers(row)
    form = forms.Propose(posted(request), colleagues=colleagues, units=units)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kind, _sign, chosen = given["to"].partition(":")
        worker = next((one for one in colleagues if str(one.id) == chosen), None)
        unit = next((one for one in units if str(one.id) == chosen), None)
        try:
            made = acts.propose_handover(
                by=request.actor,
                at=request.now,
                case=row,
                reason=given["reason"],
                to_worker=worker if kind == "user" else None,
                to_unit=unit if kind == "unit" else None,
                message=given["message"],
            )
            messages.success(request, _("Offered. The case is yours until they say yes."))
            return redirect("handover", made.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    earlier = list(row.handovers.select_related(*_WITH).order_by("-proposed_at"))
    waiting = next((one for one in earlier if one.state == rules.State.PROPOSED.value), None)
    context = {
        "case": row,
        "form": form,
        "waiting": _row(waiting, request) if waiting else None,
        "earlier": [_row(one, request) for one in earlier if one is not waiting],
        "consents": reverse("case_consents", args=[row.id]),
        "may": row.is_open and waiting is None,
    }
    bad = form.is_bound
    return render(request, "cases/case_handover.html", context, status=400 if bad else 200)


def _row(row: Handover, request: Request) -> dict[str, Any]:
    waiting = row.state == rules.State.PROPOSED.value
    user = request.actor.person
    return {
        "row": row,
        "to": row.to_worker.display_name if row.to_worker else _unit(row.to_unit, user),
        "from": row.from_worker.display_name if row.from_worker else _unit(row.from_unit, user),
        "from_unit": _unit(row.from_unit, user),
        "reason": _(row.get_reason_display()),
        "kind": _(row.get_kind_display()),
        "state": _(row.get_state_display()),
        "colour": TAGS[row.state],
        "decline": _(row.get_decline_reason_display()) if row.decline_reason else "",
        "clock": wording.due(row.due_at, request.now) if waiting else None,
        "url": reverse("handover", args=[row.id]),
    }


def _unit(unit: core.Unit, reader: core.User) -> str:
    if unit.organisation_id == reader.unit.organisation_id:
        return unit.name
    return f"{unit.organisation.name}: {unit.name}"


def _why_not_answer(request: Request, row: Handover) -> str:
    user = request.actor.person
    return rules.why_not_answer(
        unit=user.unit_id,
        user=user.id,
        leads=request.actor.role is roles.Role.SUPERVISOR,
        to_unit=row.to_unit_id,
        to_worker=row.to_worker_id,
    )


@page("handover.read")
def handovers(request: Request) -> HttpResponse:
    """List offers that wait for my team's answer, those we wait for, and the last answers."""
    user = request.actor.person
    rows = Handover.objects.visible_to(user, "handover.read").select_related(*_WITH)
    waiting = list(rows.waiting()[:100])
    mine = [one for one in waiting if not _why_not_answer(request, one)]
    others = [one for one in waiting if one not in mine and one.to_unit_id == user.unit_id]
    sent = [one for one in waiting if one.from_unit_id == user.unit_id and one not in mine]
    done = rows.exclude(state=rules.State.PROPOSED.value).order_by("-answered_at")[:LAST]
    sent = [one for one in sent if one not in others]
    context = {
        "mine": [_row(one, request) for one in mine],
        "others": [_row(one, request) for one in others],
        "sent": [_row(one, request) for one in sent],
        "done": [_row(one, request) for one in done],
    }
    return render(request, "cases/handovers.html", context)


@page("handover.read", methods=("GET", "POST"), held=True)
def handover(request: Request, handover_id: UUID) -> HttpResponse:
    """Show one offer: take the case, say no with a reason, or take the offer back."""
    visible = Handover.objects.visible_to(request.actor.person, "handover.read")
    row = guard.one_of(visible.select_related(*_WITH), handover_id)
    act = request.POST.get("act", "")
    form = forms.Decline(request.POST if act == "decline" else None)
    if request.method == "POST":
        try:
            if _act(request, row, act, form):
                return redirect("case", row.case_id) if act == "accept" else redirect("handovers")
        except acting.Refused as refusal:
            showing.refused(form, refusal) if form.is_bound else showing.say_no(request, refusal)
    words = acts.open_handovers(by=request.actor, at=request.now, handovers=[row])[0]
    user, waiting = request.actor.person, row.state == rules.State.PROPOSED.value
    why_not = _why_not_answer(request, row)
    sender = row.from_unit_id == user.unit_id
    context = {
        "shown": _row(row, request),
        "message": words.get("message", ""),
        "answer": words.get("answer", ""),
        "form": form,
        "may_answer": waiting and not why_not,
        "why_not": said(why_not) if waiting and not sender else "",
        "may_withdraw": waiting and plans.may(request, row.case, "case.hand_over"),
        "may_open": _may_open(user, row.case),
    }
    return render(request, "cases/handover.html", context, status=400 if form.is_bound else 200)


def _may_open(user: core.User, case: Case) -> bool:
    return Case.objects.visible_to(user, "case.read").filter(pk=case.pk).exists()


def _act(request: Request, row: Handover, act: str, form: forms.Decline) -> bool:
    doing: dict[str, Any] = {"by": request.actor, "at": request.now, "handover": row}
    if act == "accept":
        acts.accept_handover(**doing)
        messages.success(request, _("The case is yours now, and so are its time limits."))
    elif act == "withdraw":
        acts.withdraw_handover(**doing)
        messages.success(request, _("The offer is taken back. The case stays where it was."))
    elif act == "decline" and form.is_valid():
        acts.decline_handover(**doing, **form.cleaned_data)
        messages.success(request, _("Your answer is written down, and the sender sees it."))
    else:
        return False
    return True
