"""One page of a family or group, opened from one person's case; and linking cases."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.cases import course, deadlines, needs
from manumit.cases import groups as rules
from manumit.cases.actions import groups as acts
from manumit.cases.actions import reading
from manumit.cases.forms import group as forms
from manumit.cases.models import Case, Clock, Membership, Session
from manumit.cases.views import cases, plans, wording
from manumit.core.actions import acting
from manumit.core.views import Request, page, posted, showing

AHEAD = 30  # days of sessions, and number of duties, that the joint page shows


@page("case.read", methods=("GET", "POST"), held=True)
def case_group(request: Request, case_id: UUID) -> HttpResponse:
    """Show who belongs together, what is due for them, and plan joint appointments."""
    row = cases.find(request, case_id)
    opened = acts.open_group(by=request.actor, at=request.now, case=row)
    shown = list(opened.shown) if opened else []
    others = [one.case for one in shown if one.case_id != row.id]
    act = request.POST.get("act", "")
    visit = forms.Visit(request.POST if act == "visit" else None, others=others)
    if request.method == "POST":
        try:
            if _act(request, row, opened, act, visit):
                return redirect("case_group", row.id)
        except acting.Refused as refusal:
            showing.refused(visit, refusal) if visit.is_bound else showing.say_no(request, refusal)
    all_cases = [one.case for one in shown]
    context = {
        "case": row,
        "kind": _(opened.group.get_kind_display()) if opened else "",
        "members": [_member(one, row, opened, request) for one in shown],
        "apart": _apart(row, opened) if opened else [],
        "alone": bool(opened) and len(shown) == 1,
        "duties": _duties(all_cases, request) if opened else [],
        "sessions": _sessions(all_cases, request) if opened else [],
        "visit": visit if others else None,
        "visiting": _visiting(all_cases),
        "names": _names(request, all_cases) if request.GET.get("names") else {},
        "may": plans.may(request, row, "case.group"),
    }
    return render(request, "cases/case_group.html", context, status=400 if visit.is_bound else 200)


def _member(
    one: Membership, viewer: Case, opened: acts.OpenedGroup | None, request: Request
) -> dict[str, Any]:
    words = opened.words[one.pk] if opened else {}
    role = words.get("role", "")
    return {
        "row": one,
        "case": one.case,
        "here": one.case_id == viewer.id,
        "role": _(rules.ROLE_LABELS[rules.Role(role)]) if role in set(rules.Role) else "",
        "worker": one.case.worker.display_name if one.case.worker else _("Nobody yet"),
        "clock": wording.due(one.case.due_at, request.now) if one.case.due_at else None,
        "url": reverse("case", args=[one.case_id]),
    }


def _apart(viewer: Case, opened: acts.OpenedGroup) -> list[dict[str, Any]]:
    """Links kept apart that this account may manage; never the person of this very page."""
    seen = {one.pk for one in opened.shown}
    return [
        {"row": one, "case": one.case, "why": opened.words[one.pk].get("why_apart", "")}
        for one in opened.manageable
        if one.apart and one.pk not in seen and one.case_id != viewer.id
    ]


def _duties(all_cases: list[Case], request: Request) -> list[dict[str, Any]]:
    rows = Clock.objects.running().filter(case__in=all_cases).exclude(kind__in=deadlines.NOT_A_DUTY)
    listed = rows.select_related("case", "need").order_by("due_at", "id")[:AHEAD]
    return [
        {
            "title": _(one.label()),
            "need": _(needs.label(one.need.kind)) if one.need else "",
            "case": one.case,
            "clock": wording.clock(one, request.now),
        }
        for one in listed
    ]


def _sessions(all_cases: list[Case], request: Request) -> list[Session]:
    rows = Session.objects.filter(
        case__in=all_cases,
        state=course.Session.PLANNED.value,
        planned_at__range=(request.now, request.now + timedelta(days=AHEAD)),
    )
    return list(rows.select_related("case", "course__need").order_by("planned_at", "id")[:AHEAD])


def _visiting(all_cases: list[Case]) -> bool:
    rows = Clock.objects.running().filter(case__in=all_cases, kind=deadlines.JOINT_VISIT)
    return rows.exists()


def _names(request: Request, all_cases: list[Case]) -> dict[UUID, str]:
    opened = reading.open_people(
        by=request.actor, at=request.now, cases=all_cases, purpose="page of a group"
    )
    return {
        case.id: str(person.get("name") or _("No name"))
        for case, person in zip(all_cases, opened, strict=True)
    }


def _act(
    request: Request, row: Case, opened: acts.OpenedGroup | None, act: str, visit: forms.Visit
) -> bool:
    doing: dict[str, Any] = {"by": request.actor, "at": request.now, "case": row}
    if act == "visit" and visit.is_valid():
        given = visit.cleaned_data
        wanted = [UUID(one) for one in given["with_"]]
        acts.set_joint_visit(**doing, planned_at=given["planned_at"], with_=wanted)
        messages.success(request, _("Planned. It is a duty on each of their cases."))
    elif act == "visited":
        acts.end_joint_visit(**doing)
    elif act in {"apart", "show", "unlink"}:
        link = _link(opened, request.POST.get("link", ""))
        if act == "unlink":
            acts.unlink_case(**doing, membership=link)
        else:
            why = request.POST.get("why", "")
            acts.keep_apart(**doing, membership=link, apart=act == "apart", why=why)
    else:
        return False
    return True


def _link(opened: acts.OpenedGroup | None, text: str) -> Membership:
    rows = opened.manageable if opened else ()
    found = next((one for one in rows if str(one.pk) == text), None)
    if found is None:
        raise acting.NotFound
    return found


@page("case.group", methods=("GET", "POST"), held=True)
def group_link(request: Request, case_id: UUID) -> HttpResponse:
    """Link another case to this one."""
    row = cases.find(request, case_id, "case.group")
    form = forms.Link(posted(request), known=acts.of_case(row) is not None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            acts.link_cases(
                by=request.actor,
                at=request.now,
                case=row,
                other=given["other"],
                kind=given.get("kind", ""),
                role=given["role"],
                own_role=given.get("own_role", ""),
                apart=given["apart"],
                why_apart=given["why_apart"],
            )
            messages.success(request, _("Linked."))
            return redirect("case_group", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    back = reverse("case_group", args=[row.id]), _("Back")
    intro = _("A link helps to plan together. Nobody reads one person through another.")
    return plans.form_page(request, row, form, _("Link another case"), back, intro=intro)
