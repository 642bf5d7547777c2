"""The pages of keeping: what ends soon and why, legal holds, erasing by two people."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from manumit.cases import retention as rules
from manumit.cases.actions import retention as acts
from manumit.cases.forms import retention as forms
from manumit.cases.models import Case, EndedContent, Erasure, Hold, RetentionDay, keeping
from manumit.cases.views import cases
from manumit.core import roles
from manumit.core.actions import acting, guard
from manumit.core.forms import said
from manumit.core.models import TraceRequest
from manumit.core.views import Request, page, posted, showing

LENGTH = 100
CLASSES = {
    "identity": gettext_noop("Who the person is"),
    "contact": gettext_noop("Where the person is"),
    "plan": gettext_noop("Plans and notes of help"),
    "medical": gettext_noop("Notes on health"),
    "legal": gettext_noop("Decisions and statements"),
    "screening": gettext_noop("Answers of the first talk"),
    "testimony": gettext_noop("What the person told"),
    "compelled": gettext_noop("What the person was made to do"),
    "referral": gettext_noop("Letters to services"),
    "": gettext_noop("All of it"),
}


def _may(request: Request, *permissions: str) -> dict[str, bool]:
    held = {p: not roles.why_not(request.actor.role, p) for p in permissions}
    return {p.removeprefix("case."): yes for p, yes in held.items()}


def _name(field_class: str) -> str:
    return _(CLASSES[field_class]) if field_class in CLASSES else field_class


def _end(end: rules.End) -> dict[str, Any]:
    days = end.rule.days
    after = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return {
        "what": _name(end.field_class),
        "on": end.on,
        "why": _(end.rule.purpose),
        "rule": f"{after} {_(rules.EVENT_LABELS[end.rule.event])}",
        "source": end.rule.source,
        "status": end.rule.source_status,
    }


@page("retention.read")
def retention(request: Request) -> HttpResponse:
    """Show what will be erased in the next 30 days and why, what is held, and who asked to be erased."""
    user, today = request.actor.person, request.now.date()
    mine = Case.objects.visible_to(user, "retention.read")
    soon = today + timedelta(days=rules.SOON_DAYS)
    found = list(keeping.cases_to_look_at(soon).filter(pk__in=mine.values("pk"))[: LENGTH * 5])
    facts, gone = keeping.facts_of(found, today), keeping.ended([case.id for case in found])
    ending = []
    for case in found:
        done = gone.get(case.id, {})
        for end in rules.ends(facts[case.id], today):
            if end.on < soon and done.get(end.rule.id, end.on - timedelta(days=1)) < end.on:
                told = _end(end) | {"case": case, "late": end.on < today}
                told["stopped"] = said(rules.why_not_erase(facts[case.id], today))
                ending.append(told)
    ending += _questions(request, soon)
    ending.sort(key=lambda e: (e["on"], e["case"].reference if e["case"] else ""))
    holds = Hold.objects.visible_to(user, "retention.read").select_related("case", "proposed_by")
    asked = Erasure.objects.visible_to(user, "retention.read")
    context = {
        "ending": ending[:LENGTH],
        "more": max(0, len(ending) - LENGTH),
        "asked": [{"row": row, "late": row.decide_by < today} for row in asked.waiting()[:LENGTH]],
        "proposed": holds.waiting().order_by("proposed_at", "id")[:LENGTH],
        "standing": holds.standing(today).order_by("until", "id")[:LENGTH],
        "done": asked.newest_done()[:20],
        "today": today,
        "last": RetentionDay.objects.order_by("-on").first(),
        "may": _may(request, "case.erase", "case.confirm_hold"),
    }
    return render(request, "cases/retention.html", context)


def _questions(request: Request, soon: date) -> list[dict[str, Any]]:
    """Return the ends of questions of investigators, for who answers them and who watches over it."""
    role, today = request.actor.role, request.now.date()
    rows = keeping.requests_to_look_at(soon)
    if roles.scope(role, "retention.read") is not roles.Scope.ANY:
        mine = TraceRequest.objects.visible_to(request.actor.person, "trace.answer")
        answers = not roles.why_not(role, "trace.answer")
        rows = rows.filter(pk__in=mine.values("pk")) if answers else rows.none()
    found = []
    for row in rows[:LENGTH]:
        facts = acts.facts_of_request(row, today)
        for end in rules.ends(facts, today):
            told = {"case": None, "late": end.on < today, "what": _("A question of investigators")}
            told["stopped"] = said(rules.why_not_erase(facts, today))
            found.append(_end(end) | told)
    return found


@page("retention.read")
def case_keep(request: Request, case_id: UUID) -> HttpResponse:
    """Show how long each kind of content of a case is kept, why, and what holds it."""
    row = cases.find(request, case_id, "retention.read")
    today = request.now.date()
    facts = keeping.facts_of([row], today)[row.id]
    gone = EndedContent.objects.filter(subject_id=row.id).order_by("at")
    done = keeping.ended([row.id]).get(row.id, {})
    context = {
        "case": row,
        "ends": [_end(e) for e in rules.ends(facts, today) if e.rule.id not in done],
        "gone": [{"what": _name(g.field_class), "at": g.at} for g in gone],
        "holds": [{"row": h, "stands": h.stands(today)} for h in Hold.objects.of_case(row)],
        "erasures": row.erasures.select_related("asked_by", "done_by").order_by("-asked_at"),
        "why_not": said(rules.why_not_erase(facts, today)),
        "child": bool(row.minor),
        "reads_case": not roles.why_not(request.actor.role, "case.read"),
        "may": _may(request, "case.propose_hold", "case.ask_erasure", "case.erase",
                    "case.confirm_hold"),
    }  # fmt: skip
    return render(request, "cases/case_keep.html", context)


@page("case.propose_hold", methods=("GET", "POST"), held=True)
def case_hold(request: Request, case_id: UUID) -> HttpResponse:
    """Propose a legal hold; somebody else confirms it."""
    row = cases.find(request, case_id, "case.propose_hold")
    quarter = request.now.date() + timedelta(days=90)
    form = forms.NewHold(posted(request), initial={"until": quarter.isoformat()})
    if form.is_bound and form.is_valid():
        try:
            acts.propose_hold(by=request.actor, at=request.now, case=row, **form.cleaned_data)
            messages.success(
                request, _("A second person has to confirm it. Until then it holds nothing.")
            )
            return redirect("case_keep", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "case": row,
        "form": form,
        "title": _("Propose a legal hold"),
        "intro": _("While a hold stands nothing of this case is erased, whoever asks. Tell the "
                   "person that it stands, and until when."),
        "button": _("Propose"),
    }  # fmt: skip
    code = 400 if form.is_bound else 200
    return render(request, "cases/keep_form.html", context, status=code)


@page("case.ask_erasure", methods=("GET", "POST"), held=True)
def case_erase(request: Request, case_id: UUID) -> HttpResponse:
    """Ask that a person is erased; somebody else confirms it."""
    row = cases.find(request, case_id, "case.ask_erasure")
    form = forms.NewErasure(posted(request))
    if form.is_bound and form.is_valid():
        try:
            asked = acts.ask_erasure(
                by=request.actor, at=request.now, case=row, why=form.cleaned_data["why"]
            )
            day = asked.promised_by.isoformat()
            messages.success(request, _("Asked for. By %(day)s nothing opens it.") % {"day": day})
            return redirect("case_keep", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "case": row,
        "form": form,
        "title": _("Erase this person"),
        "intro": _("Two people decide within two days, one of them the data-protection officer. Then "
                   "every key is destroyed; after 28 more days no backup opens it either. Help can go "
                   "on in a new case without a name."),
        "button": _("Ask for it"),
    }  # fmt: skip
    code = 400 if form.is_bound else 200
    return render(request, "cases/keep_form.html", context, status=code)


@page("case.confirm_hold", methods=("GET", "POST"))
def hold(request: Request, hold_id: UUID) -> HttpResponse:
    """Read why a case should be held; confirm, decline or end it, as a second person."""
    rows = Hold.objects.visible_to(request.actor.person, "case.confirm_hold")
    row = guard.one_of(
        rows.select_related("case", "proposed_by", "confirmed_by", "release_asked_by"), hold_id
    )
    decide = {
        "confirm": acts.confirm_hold, "decline": acts.decline_hold, "release": acts.release_hold,
    }  # fmt: skip
    chosen = decide.get(request.POST.get("act", ""))
    if chosen is not None:
        try:
            chosen(by=request.actor, at=request.now, hold=row)
            messages.success(request, _("Written down."))
            return redirect("case_keep", row.case_id)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
    reason = ""
    if request.GET.get("open"):
        try:
            reason = acts.open_reason(by=request.actor, at=request.now, hold=row)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
    context = {
        "row": row,
        "reason": reason,
        "opened": bool(reason),
        "mine": row.proposed_by_id == request.actor.id,
        "asked_by_me": row.release_asked_by_id == request.actor.id,
        "stands": row.stands(request.now.date()),
    }
    return render(request, "cases/hold.html", context)


@page("case.erase", methods=("GET", "POST"), held=True)
def erasure(request: Request, erasure_id: UUID) -> HttpResponse:
    """See what would be erased; confirm it or say why not, as a second person."""
    rows = Erasure.objects.visible_to(request.actor.person, "case.erase")
    row = guard.one_of(rows.select_related("case", "asked_by", "done_by"), erasure_id)
    declining = request.POST.get("act") == "decline"
    form = forms.NotErased(request.POST if declining else None)
    try:
        if request.POST.get("act") == "confirm":
            acts.confirm_erasure(by=request.actor, at=request.now, erasure=row)
            messages.success(request, _("Erased. No key is left."))
            return redirect("erasure", row.id)
        if declining and form.is_valid():
            because = form.cleaned_data["because"]
            acts.decline_erasure(by=request.actor, at=request.now, erasure=row, because=because)
            messages.success(request, _("Not erased. Tell the person why."))
            return redirect("retention")
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
    today = request.now.date()
    case = Case.objects.select_related("unit__organisation", "screening").get(pk=row.case_id)
    facts = keeping.facts_of([case], today)[case.id]
    both = [request.actor.role, roles.Role(row.asked_by.role)]
    why_not = rules.why_not_two(row.asked_by_id, request.actor.id, both)
    context = {
        "row": row,
        "case": case,
        "form": form,
        "late": row.waiting and row.decide_by < today,
        "open_referrals": facts.open_referrals,
        "notes": case.notes.count(),
        "referrals": case.referrals.count(),
        "why_not": said(rules.why_not_erase(facts, today, asked=True) or why_not),
    }
    return render(request, "cases/erasure.html", context, status=400 if form.is_bound else 200)
