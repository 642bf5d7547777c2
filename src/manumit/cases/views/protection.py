"""The pages of the protection from punishment: one proposes to lift it, another one decides."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.cases.actions import protection as acts
from manumit.cases.forms import case as forms
from manumit.cases.models import ProtectionLift
from manumit.cases.views import cases
from manumit.core import roles
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing


@page("case.lift_non_punishment", methods=("GET", "POST"), held=True)
def case_protection(request: Request, case_id: UUID) -> HttpResponse:
    """Propose to lift the protection, take the proposal back, or protect the person again."""
    row = cases.find(request, case_id, "case.lift_non_punishment")
    lifts = list(ProtectionLift.objects.of_case(row))
    waiting = next((each for each in lifts if each.state == "proposed"), None)
    act = request.POST.get("act", "")
    form = forms.Lift(posted(request) if not act else None)
    try:
        if act == "take_back" and waiting:
            acts.take_back_lift(by=request.actor, at=request.now, lift=waiting)
            return redirect("case", row.id)
        if act == "restore":
            acts.restore_protection(by=request.actor, at=request.now, case=row)
            messages.success(request, _("The person is protected again."))
            return redirect("case", row.id)
        if form.is_bound and form.is_valid():
            acts.propose_lift(
                by=request.actor, at=request.now, case=row, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("A second person has to decide. Until then it stands."))
            return redirect("case", row.id)
    except acting.Refused as refusal:
        showing.refused(form, refusal) if form.is_bound else showing.say_no(request, refusal)
    context = {
        "case": row,
        "form": form,
        "lifts": lifts,
        "waiting": waiting,
        "mine": waiting is not None and waiting.proposed_by_id == request.actor.id,
        "may": {"lift_non_punishment": True},
    }
    code = 400 if form.is_bound else 200
    return render(request, "cases/case_protection.html", context, status=code)


@page("case.confirm_lift")
def protections(request: Request) -> HttpResponse:
    """List the proposals that wait for a second person."""
    rows = ProtectionLift.objects.visible_to(request.actor.person, "case.confirm_lift").waiting()
    context = {
        "rows": [{"row": row, "mine": row.proposed_by_id == request.actor.id} for row in rows[:200]]
    }
    return render(request, "cases/protections.html", context)


@page("case.confirm_lift", methods=("GET", "POST"))
def protection(request: Request, lift_id: UUID) -> HttpResponse:
    """Read why the protection should be lifted; confirm or decline, as a second person."""
    rows = ProtectionLift.objects.visible_to(request.actor.person, "case.confirm_lift")
    lift = guard.one_of(rows.select_related("case", "proposed_by", "decided_by"), lift_id)
    decide = {"confirm": acts.confirm_lift, "decline": acts.decline_lift}
    chosen = decide.get(request.POST.get("act", ""))
    if chosen is not None:
        try:
            chosen(by=request.actor, at=request.now, lift=lift)
            messages.success(request, _("Your decision is written down."))
            return redirect("protections")
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
            return redirect("protection", lift.id)
    context = {
        "lift": lift,
        "case": lift.case,
        "reason": acts.open_lift(by=request.actor, at=request.now, lift=lift),
        "mine": lift.proposed_by_id == request.actor.id,
        "may_case": not roles.why_not(request.actor.role, "case.read"),
    }
    return render(request, "cases/protection.html", context)
