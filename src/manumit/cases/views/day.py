"""Each role's day: my duties, the board, and the lists that their numbers lead to."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.cases import deadlines, languages, needs, status
from manumit.cases.models import Case, Clock, Referral, Screening
from manumit.cases.views import paging, showing
from manumit.core import models, roles
from manumit.core.views import Request, page


@page("duty.read")
def duties(request: Request) -> HttpResponse:
    """List what this account must do next, the most overdue first."""
    user = request.actor.person
    rows = Clock.objects.open_for(user).exclude(kind__in=deadlines.NOT_A_DUTY)
    rows = _narrowed(request, rows)
    after = paging.key(request)
    if after:
        rows = rows.after(*after)
    found = paging.page(request, rows.select_related("worker"), lambda row: row.due_at)
    talks = [(talk, languages.name(talk.language)) for talk in _unfinished(user)]
    context = {
        "page": found,
        "duties": [_duty(row, request) for row in found.rows],
        "talks": talks,
        "unassigned": _unassigned(request) if found.first else [],
        "may_screen": not roles.why_not(request.actor.role, "screening.conduct"),
        "may_see_cases": not roles.why_not(request.actor.role, "case.read"),
        "narrowed": _narrowed_by(request),
    }
    return render(request, "cases/duties.html", context)


def _unfinished(user: models.User) -> list[Screening]:
    if roles.why_not(roles.Role(user.role), "screening.conduct"):
        return []
    return list(Screening.objects.unfinished(user)[:10])


def _narrowed(request: Request, rows: Any) -> Any:
    if request.GET.get("late"):
        rows = rows.filter(due_at__lt=request.now)
    kind = request.GET.get("need", "")
    if kind in needs.load().kinds:
        rows = rows.filter(need__kind=kind)
    worker = request.GET.get("worker", "").replace("\0", "")
    if worker == "nobody":
        rows = rows.filter(worker=None)
    elif worker:
        rows = rows.filter(worker__username=worker)
    return rows


def _narrowed_by(request: Request) -> str:
    words = []
    if request.GET.get("late"):
        words.append(_("overdue"))
    if request.GET.get("need", "") in needs.load().kinds:
        words.append(_(needs.label(request.GET["need"])))
    if request.GET.get("worker"):
        words.append(_("nobody's") if request.GET["worker"] == "nobody" else request.GET["worker"])
    return ", ".join(str(word) for word in words)


def _duty(row: Clock, request: Request) -> dict[str, Any]:
    return {
        "clock": showing.clock(row, request.now),
        "title": _(row.label()),
        "need": _(needs.label(row.need.kind)) if row.need else "",
        "case": row.case,
        "worker": row.worker,
        "url": reverse("referral", args=[row.referral_id])
        if row.referral_id
        else reverse("case", args=[row.case_id]),
    }


def _unassigned(request: Request) -> list[dict[str, Any]]:
    if roles.why_not(request.actor.role, "case.take"):
        return []
    rows = Case.objects.visible_to(request.actor.person, "case.take").unassigned().by_duty()
    return [
        {"case": case, "clock": showing.due(case.due_at, request.now) if case.due_at else None}
        for case in rows[:5]
    ]


@page("board.read")
def board(request: Request) -> HttpResponse:
    """Show what is late, by need and by worker; what no service answered; what nobody works on."""
    user = request.actor.person
    reads_cases = not roles.why_not(request.actor.role, "case.read")
    cases = Case.objects.visible_to(user, "board.read")
    clocks = Clock.objects.visible_to(user, "board.read").exclude(kind__in=deadlines.NOT_A_DUTY)
    late = clocks.overdue(request.now)
    context = {
        "reads_cases": reads_cases,
        "figures": _figures(request, cases, late, reads_cases),
        "by_need": _by_need(late, reads_cases),
        "by_worker": _by_worker(late, reads_cases),
        "by_unit": [] if reads_cases else _by_unit(late),
        "unanswered": _unanswered(request) if reads_cases else [],
        "unassigned": _unassigned(request),
    }
    return render(request, "cases/board.html", context)


def _link(reads: bool, name: str, query: str) -> str:
    return f"{reverse(name)}?{query}" if reads else ""


def _figures(request: Request, cases: Any, late: Any, reads: bool) -> list[dict[str, Any]]:
    waiting = _waiting(request)
    overdue = waiting.filter(due_at__lt=request.now).count()
    numbers = (
        (late.count(), _("Overdue duties"), _link(reads, "duties", "late=1"), True),
        (
            cases.unassigned().count(),
            _("Cases nobody works on"),
            _link(reads, "cases", "whose=nobody"),
            True,
        ),
        (
            waiting.count(),
            _("Referrals waiting for an answer"),
            _link(reads, "referrals", ""),
            False,
        ),
        (overdue, _("Referrals waiting too long"), _link(reads, "referrals", "late=1"), True),
        (
            cases.filter(case_status=status.CaseStatus.ACTIVE.value).count(),
            _("Active cases"),
            _link(reads, "cases", ""),
            False,
        ),
    )
    return [
        {"number": number, "text": text, "url": url, "late": alarming and number > 0}
        for number, text, url, alarming in numbers
    ]


def _waiting(request: Request) -> Any:
    """Referrals without an answer, as far as the board of this account reaches."""
    rows = Referral.objects.waiting()
    user = request.actor.person
    if roles.scope(request.actor.role, "board.read") is roles.Scope.ORGANISATION:
        return rows.filter(unit__organisation=user.unit.organisation_id)
    return rows.filter(unit=user.unit_id)


def _by_need(late: Any, reads: bool) -> list[dict[str, Any]]:
    rows = late.filter(need__isnull=False).values("need__kind").annotate(n=Count("id"))
    return [
        {
            "label": _(needs.label(row["need__kind"])),
            "number": row["n"],
            "url": _link(reads, "duties", f"late=1&need={row['need__kind']}"),
        }
        for row in rows.order_by("-n", "need__kind")
    ]


def _by_worker(late: QuerySet[Clock], reads: bool) -> list[dict[str, Any]]:
    if not reads:
        return []  # who works on what is the unit's own matter
    rows = late.values("worker__username", "worker__display_name").annotate(n=Count("id"))
    return [
        {
            "label": row["worker__display_name"] or _("Nobody"),
            "number": row["n"],
            "url": _link(reads, "duties", f"late=1&worker={row['worker__username'] or 'nobody'}"),
        }
        for row in rows.order_by("-n", "worker__display_name")
    ]


def _by_unit(late: QuerySet[Clock]) -> list[dict[str, Any]]:
    rows = late.values("unit__name").annotate(n=Count("id")).order_by("-n", "unit__name")
    return [{"label": row["unit__name"], "number": row["n"], "url": ""} for row in rows]


def _unanswered(request: Request) -> list[dict[str, Any]]:
    rows = _waiting(request).select_related("service", "need", "case").order_by("due_at", "id")
    return [_referral(row, request) for row in rows[:10]]


def _referral(row: Referral, request: Request) -> dict[str, Any]:
    return {
        "row": row,
        "need": _(needs.label(row.need.kind)),
        "clock": showing.due(row.due_at, request.now) if row.due_at else None,
    }


@page("referral.read")
def referrals(request: Request) -> HttpResponse:
    """List the referrals of my unit that wait for an answer, the most overdue first."""
    user = request.actor.person
    rows = Referral.objects.visible_to(user, "referral.read").waiting()
    if request.GET.get("late"):
        rows = rows.filter(due_at__lt=request.now)
    after = paging.key(request)
    if after:
        rows = rows.after(*after)
    rows = rows.select_related("service", "need", "case", "worker").order_by("due_at", "id")
    found = paging.page(request, rows, lambda row: row.due_at)
    listed = [_referral(row, request) for row in found.rows]
    return render(request, "cases/referrals.html", {"page": found, "referrals": listed})
