"""The pages of help that goes on: the courses of a case, one course, its sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from manumit.cases import course as rules
from manumit.cases import deadlines, needs
from manumit.cases.actions import courses
from manumit.cases.forms import support as forms
from manumit.cases.models import Case, Clock, Course, Need, Session
from manumit.cases.views import cases, plans
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing

TAGS = {
    rules.Session.PLANNED.value: "blue",
    rules.Session.HELD.value: "green",
    rules.Session.MISSED.value: "red",
    rules.Session.MOVED.value: "grey",
    rules.Session.CANCELLED.value: "grey",
}


@page("case.read")
def sessions(request: Request, case_id: UUID) -> HttpResponse:
    """List the help that goes on for a person, and what is next."""
    row = cases.find(request, case_id)
    opened = courses.open_courses(by=request.actor, at=request.now, case=row)
    asked: set[UUID | None] = set(
        Clock.objects.running()
        .filter(case=row, kind=deadlines.MISSED_TWICE)
        .values_list("need_id", flat=True)
    )
    context = {
        "case": row,
        "may": plans.may(request, row, "case.support") and row.is_open,
        "courses": [_course(one, opened, asked, request.now) for one in opened.courses],
    }
    return render(request, "cases/sessions.html", context)


def _course(
    row: Course, opened: courses.OpenedCourses, asked: set[UUID | None], now: datetime
) -> dict[str, Any]:
    listed = opened.sessions[row.id]
    words = opened.words[row.id]
    ahead = [s for s in listed if s.state == rules.Session.PLANNED.value]
    held = sum(s.state == rules.Session.HELD.value for s in listed)
    told = [s for s in listed if s.state in {"held", "missed"}]
    active = row.state == rules.State.ACTIVE.value
    return {
        "row": row,
        "title": _(needs.label(row.need.kind)),
        "aim": words.get("aim", ""),
        "ending": words.get("ending", ""),
        "next": ahead[0] if ahead else None,
        "held": held,
        "of": len([s for s in listed if s.state not in {"moved", "cancelled"}]),
        "told": len(told),
        "active": active,
        "ask": active and row.need_id in asked,
        "sessions": [_session(s, opened, now) for s in listed],
        "url": reverse("course", args=[row.case_id, row.id]),
    }


def _session(row: Session, opened: courses.OpenedCourses, now: datetime) -> dict[str, Any]:
    planned = row.state == rules.Session.PLANNED.value
    return {
        "row": row,
        "label": _(row.get_state_display()),
        "colour": TAGS[row.state],
        "note": opened.words[row.id].get("note", ""),
        "tell": planned and row.planned_at <= now,
        "planned": planned,
    }


@page("case.support", methods=("GET", "POST"), held=True)
def course_new(request: Request, case_id: UUID) -> HttpResponse:
    """Plan help that goes on."""
    row = cases.find(request, case_id, "case.support")
    open_needs = list(Need.objects.checklist(row))
    form = forms.Course(posted(request), need_rows=open_needs)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        need = next(need for need in open_needs if str(need.id) == given["need"])
        try:
            made = courses.start_course(
                by=request.actor,
                at=request.now,
                case=row,
                need=need,
                rhythm=given["rhythm"],
                # in the zone of the pages, so that an hour stays that hour in summer
                first=given["first"].astimezone(timezone.get_current_timezone()),
                count=given["count"],
                aim=given["aim"],
            )
            messages.success(
                request, _("The sessions are planned. The next one is in your duties.")
            )
            return redirect("course", row.id, made.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    back = reverse("sessions", args=[row.id]), _("Back to sessions")
    intro = _("Help that lasts is planned over months, not as one visit.")
    return plans.form_page(request, row, form, _("Plan sessions"), back, intro=intro)


@page("case.support", methods=("GET", "POST"), held=True)
def course(request: Request, case_id: UUID, course_id: UUID) -> HttpResponse:
    """Show one course: say how a session went, move it, add one, ask about the person, end it."""
    row = cases.find(request, case_id, "case.support")
    wanted = guard.one_of(Course.objects.filter(case=row), course_id)
    act = request.POST.get("act", "")
    told = {name: request.POST if act == name else None for name in ("mark", "move", "add", "end")}
    bound = {
        "mark": forms.Mark(told["mark"], prefix="mark"),
        "move": forms.When(told["move"], prefix="move"),
        "add": forms.When(told["add"], prefix="add"),
        "end": forms.End(told["end"], prefix="end"),
    }
    if request.method == "POST":
        try:
            if _act(request, row, wanted, act, bound):
                return redirect("course", row.id, wanted.id)
        except acting.Refused as refusal:
            showing.refused(bound[act], refusal) if act in bound else showing.say_no(
                request, refusal
            )
    opened = courses.open_courses(by=request.actor, at=request.now, case=row)
    asking = Clock.objects.running().filter(
        case=row, kind=deadlines.MISSED_TWICE, need=wanted.need_id
    )
    asked: set[UUID | None] = set(asking.values_list("need_id", flat=True))
    shown = next(
        _course(one, opened, asked, request.now) for one in opened.courses if one.id == wanted.id
    )
    waiting = [s for s in shown["sessions"] if s["planned"]]
    context = {
        "case": row,
        "course": shown,
        "forms": bound,
        "tell": next((s for s in waiting if s["tell"]), None),
        "first": waiting[0] if waiting else None,
        "open": row.is_open and shown["active"],
    }
    bad = any(form.is_bound for form in bound.values())
    return render(request, "cases/course.html", context, status=400 if bad else 200)


def _act(request: Request, row: Case, wanted: Course, act: str, bound: dict[str, Any]) -> bool:
    doing: dict[str, Any] = {"by": request.actor, "at": request.now, "case": row}
    if act == "reach":
        courses.reach_person(**doing, course=wanted)
        return True
    form = bound.get(act)
    if form is None or not form.is_valid():
        return False
    given = form.cleaned_data
    if act == "mark":
        session = _find(wanted, request.POST.get("session", ""))
        courses.mark_session(**doing, session=session, **given)
    elif act == "move":
        session = _find(wanted, request.POST.get("session", ""))
        courses.move_session(**doing, session=session, **given)
    elif act == "add":
        courses.add_session(**doing, course=wanted, **given)
    else:
        outcome, words = given["outcome"], given["words"]
        courses.end_course(
            **doing, course=wanted, outcome=outcome, words=words, finished=not given["stop"]
        )
    return True


def _find(wanted: Course, text: str) -> Session:
    return guard.one_of(Session.objects.filter(course=wanted), text)
