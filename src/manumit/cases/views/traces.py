"""How those responsible could be found: noted with a yes; and requests about it, answered."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.cases import languages, retention
from manumit.cases.actions import consents, tracing
from manumit.cases.actions import retention as retaining
from manumit.cases.actions import traces as acts
from manumit.cases.forms import consent as consent_forms
from manumit.cases.forms import trace as forms
from manumit.cases.models import Case, CaseTrace, Consent
from manumit.cases.views import cases
from manumit.core import forms as core_forms
from manumit.core import traces as rules
from manumit.core.actions import acting, guard
from manumit.core.models import TraceRequest
from manumit.core.views import Request, page, showing

MOST = 100


@page("trace.note", methods=("GET", "POST"), held=True)
def case_traces(request: Request, case_id: UUID) -> HttpResponse:
    """Ask for the yes, note a trace, strike one out, or take the yes back."""
    row = cases.find(request, case_id, "trace.note")
    act = request.POST.get("act", "")
    if act in {"strike", "stop"}:
        return _take_out(request, row, act)
    may_not = acts.why_not_note(row, request.now.date())
    asking = _asking(request, row, act == "ask")
    form = forms.Trace(request.POST if act == "note" else None)
    if asking.is_bound and asking.is_valid():
        try:
            _write(request, row, asking)
            return redirect("case_traces", row.id)
        except acting.Refused as refusal:
            showing.refused(asking, refusal)
    if form.is_bound and form.is_valid():
        try:
            acts.note_trace(by=request.actor, at=request.now, case=row, **form.cleaned_data)
            messages.success(request, _("It is noted, and locked."))
            return redirect("case_traces", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    count = CaseTrace.objects.of_case(row).count()
    shown = bool(request.GET.get("open")) and count > 0
    opened = acts.open_traces(by=request.actor, at=request.now, case=row) if shown else []
    uncounted = bool(opened and tracing.waiting(row))
    if uncounted:  # noted before the key had come; whoever opens them makes up for it
        acts.count_waiting(by=request.actor, at=request.now, case=row)
        uncounted = bool(tracing.waiting(row))
    context = {
        "case": row,
        "may_not": may_not,
        "asking": asking,
        "form": form,
        "count": count,
        "shown": shown,
        "uncounted": uncounted,
        "elsewhere": count - len(opened) if shown else 0,
        "traces": [
            {"row": o.row, "kind": _(rules.LABELS[rules.Kind(o.kind)]), "value": o.value}
            for o in opened
        ],
        "spoken": row.language,
        "spoken_name": languages.name(row.language),
        "spoken_direction": languages.direction(row.language),
    }
    code = 400 if form.is_bound or asking.is_bound else 200
    return render(request, "cases/case_traces.html", context, status=code)


def _asking(request: Request, row: Case, bound: bool) -> consent_forms.Agree:
    return consent_forms.Agree(
        request.POST if bound else None,
        language=row.language,
        own=core_forms.language(),
        purpose=acts.PURPOSE,
        recipient="",
        guardian=row.subject().needs_guardian(),
        initial={"interpreter": "no"},
    )


def _write(request: Request, row: Case, form: consent_forms.Agree) -> None:
    _withdraw(request, row)
    for given, by_guardian in form.words():
        consents.give_consent(
            by=request.actor,
            at=request.now,
            subject=row,
            purpose=acts.PURPOSE,
            given=given,
            questions=form.questions(),
            language=form.texts.language,
            by_guardian=by_guardian,
            interpreter_used=form.cleaned_data["interpreter"] == "yes",
            classes=form.covers() if given else None,
        )
    messages.success(request, _("The person's words are written down."))


def _withdraw(request: Request, row: Case) -> None:
    standing = Consent.objects.about(row.subject_ids()).filter(
        purpose=acts.PURPOSE.value, given=True, withdrawn_at=None
    )
    for word in standing:
        consents.withdraw_consent(by=request.actor, at=request.now, consent=word)


def _take_out(request: Request, row: Case, act: str) -> HttpResponse:
    if act == "stop":
        _withdraw(request, row)
        messages.success(request, _("Taken back. Everything noted here is gone, everywhere."))
        return redirect("case_traces", row.id)
    found = guard.one_of(CaseTrace.objects.filter(case=row), request.POST.get("trace", ""))
    acts.strike_trace(by=request.actor, at=request.now, trace=found)
    messages.success(request, _("It was struck out."))
    return redirect("case_traces", row.id)


# --- requests ------------------------------------------------------------------------------------
@page("trace.answer")
def trace_requests(request: Request) -> HttpResponse:
    """List what others ask, what waits first."""
    rows = TraceRequest.objects.visible_to(request.actor.person, "trace.answer")
    newest = list(rows.select_related("from_unit__organisation").order_by("-at", "id")[:MOST])
    newest.sort(key=lambda row: row.state != rules.State.ASKED.value)
    context = {"rows": [{"row": row, "state": _(row.state_label)} for row in newest]}
    return render(request, "cases/trace_requests.html", context)


@page("trace.answer", methods=("GET", "POST"), held=True)
def trace_request(request: Request, ask_id: UUID) -> HttpResponse:
    """Read what is asked; release words, decline, or take an answer back."""
    rows = TraceRequest.objects.visible_to(request.actor.person, "trace.answer")
    row = guard.one_of(rows.select_related("from_unit__organisation", "by"), ask_id)
    act = request.POST.get("act", "")
    found = acts.possible(request.actor, row, request.now.date())
    may = [(str(p.case.pk), p.case.reference) for p in found if not p.reason]
    give = forms.Release(request.POST if act == "give" else None, cases=may)
    decline = forms.Decline(request.POST if act == "decline" else None)
    if request.method == "POST":
        done = _answer(request, row, act, give, decline, found)
        if done is not None:
            return done
    said = acts.open_request(by=request.actor, at=request.now, request=row)
    context = {
        "row": row,
        "state": _(row.state_label),
        "kind": _(rules.LABELS[rules.Kind(said["kind"])]) if said else "",
        "gone": not said,
        "kept_until": _kept_until(row, request.now.date()) if said else None,
        "said": said,
        "basis": _(rules.BASES[rules.Basis(row.basis)]),
        "asks": row.state == rules.State.ASKED.value,
        "told": row.state == rules.State.RELEASED.value,
        "found": found,
        "may": may,
        "give": give,
        "decline": decline,
    }
    code = 400 if request.method == "POST" else 200
    return render(request, "cases/trace_request.html", context, status=code)


def _kept_until(row: TraceRequest, on: date) -> date | None:
    """Return the last day of a question by the rules of keeping; None while its answer stands."""
    if row.state == rules.State.RELEASED.value:
        return None
    ends = retention.ends(retaining.facts_of_request(row, on), on)
    return ends[0].on if ends else None


def _answer(
    request: Request,
    row: TraceRequest,
    act: str,
    give: forms.Release,
    decline: forms.Decline,
    found: list[acts.Possible],
) -> HttpResponse | None:
    by, at = request.actor, request.now
    form: Any = give if act == "give" else decline
    try:
        if act == "take_back":
            acts.take_back(by=by, at=at, request=row)
        elif not form.is_bound or not form.is_valid():
            return None
        elif act == "give":
            wanted = set(form.cleaned_data["cases"])
            chosen = [p.case for p in found if str(p.case.pk) in wanted]
            statement = form.cleaned_data["statement"]
            acts.release(by=by, at=at, request=row, statement=statement, cases=chosen)
        else:
            acts.decline(by=by, at=at, request=row, reason=form.cleaned_data["reason"])
    except acting.Refused as refusal:
        if form.is_bound:
            showing.refused(form, refusal)
            return None
        showing.say_no(request, refusal)
    return redirect("trace_request", row.id)
