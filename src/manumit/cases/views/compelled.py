"""The page of what a person was made to do. It is opened on request, and nothing on it leaves."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.cases import compelled
from manumit.cases.actions import compelled as acts
from manumit.cases.forms import compelled as forms
from manumit.cases.models import Case, CompelledAct
from manumit.cases.views import cases
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing


@page("case.compelled", methods=("GET", "POST"), held=True)
def case_compelled(request: Request, case_id: UUID) -> HttpResponse:
    """Show what is written when asked to; write one thing down; strike one out."""
    row = cases.find(request, case_id, "case.compelled")
    strike = request.POST.get("strike", "")
    form = forms.Act(None if strike else posted(request))
    if strike:
        _strike(request, row, strike)
        return redirect("case_compelled", row.id)
    if form.is_bound and form.is_valid():
        try:
            acts.write_compelled_act(
                by=request.actor, at=request.now, case=row, **form.cleaned_data
            )
            messages.success(request, _("It is kept apart, for the defence of the person alone."))
            return redirect("case_compelled", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    written = CompelledAct.objects.of_case(row).count()
    shown = bool(request.GET.get("open")) and written > 0
    opened = acts.open_compelled_acts(by=request.actor, at=request.now, case=row) if shown else []
    labels = {kind.value: label for kind, label in compelled.LABELS.items()}
    context = {
        "case": row,
        "form": form,
        "written": written,
        "shown": shown,
        "elsewhere": written - len(opened) if shown else 0,
        "acts": [{"row": a.row, "kind": _(labels[a.kind]) if a.kind in labels else "",
                  "words": a.words} for a in opened],
    }  # fmt: skip
    code = 400 if form.is_bound else 200
    return render(request, "cases/case_compelled.html", context, status=code)


def _strike(request: Request, row: Case, given: str) -> None:
    act = guard.one_of(CompelledAct.objects.filter(case=row), given)
    acts.strike_compelled_act(by=request.actor, at=request.now, act=act)
    messages.success(request, _("It was struck out."))
