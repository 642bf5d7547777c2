"""The page on which a second person says yes or no."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.flows import desk
from manumit.flows.actions import deciding
from manumit.flows.forms import desk as forms
from manumit.flows.models import Decision
from manumit.flows.views import looking, wording


@page("alert.confirm", methods=("GET", "POST"), held=True)
def money_decision(request: Request, decision_id: UUID) -> HttpResponse:
    """Show a proposed decision with its reason; confirm it, say no, or take one's own back."""
    rows = Decision.objects.visible_to(request.actor.person, "alert.confirm")
    row = rows.select_related("alert", "case", "ledger", "by", "answered_by")
    found = guard.one_of(row, decision_id)
    about = found.alert or found.case
    kind = "alert" if found.alert_id else "money_case"
    back = reverse(kind, args=[found.alert_id or found.case_id])
    form = forms.Answer(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            if _act(request, found, form.cleaned_data["answer"]):
                return redirect(back)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    said, _notes = looking.written(request, found.ledger, [found], [], "decision")
    own = found.by_id == request.actor.id
    waiting = found.state == desk.DecisionState.PROPOSED
    context = {
        "one": said[0],
        "about": about,
        "back": back,
        "form": form,
        "marked": [desk.code(account) for account in found.victims],
        "why_not": desk.why_not_confirm(user=request.actor.id, proposed_by=found.by_id)
        if waiting
        else "",
        "may_answer": waiting and not own,
        "may_take_back": waiting and own,
        "hint": _(desk.CHOICE_HINTS[desk.Choice(found.choice)]),
        "colour": wording.COLOURS[desk.LEADS_TO[desk.Choice(found.choice)].value],
    }
    bad = 400 if form.is_bound else 200
    return render(request, "flows/money_decision.html", context, status=bad)


def _act(request: Request, row: Decision, answer: str) -> bool:
    act = request.POST.get("act", "")
    if act == "confirm":
        deciding.confirm_decision(by=request.actor, at=request.now, decision=row, answer=answer)
        messages.success(request, _("Confirmed. It holds from now on."))
    elif act == "decline":
        deciding.decline_decision(by=request.actor, at=request.now, decision=row, answer=answer)
        messages.success(request, _("Your no is written down, and your colleague sees it."))
    elif act == "take_back":
        deciding.take_back_decision(by=request.actor, at=request.now, decision=row)
        messages.success(request, _("Taken back."))
    else:
        return False
    return True
