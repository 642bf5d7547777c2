"""Each role's day: my duties, the board, and the lists that their numbers lead to."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.cases import deadlines, door, languages, needs
from manumit.cases.models import Case, Clock, Referral, Screening
from manumit.cases.models import board as counting
from manumit.cases.views import paging, wording
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
        "clock": wording.clock(row, request.now),
        "title": _(row.label()),
        "need": _(needs.label(row.need.kind)) if row.need else "",
        "case": row.case,
        "worker": row.worker,
        "url": _where(row),
    }


# Where a duty is done, when that is not the page of the case.
_PLACES = {
    deadlines.SESSION: "sessions",
    deadlines.MISSED_TWICE: "sessions",
    deadlines.COURSE_FOLLOW_UP: "plan",
    deadlines.SAFETY_REVIEW: "plan",
    deadlines.HANDOVER: "case_handover",
    deadlines.HANDOVER_FAR: "case_handover",
    deadlines.JOINT_VISIT: "case_group",
} | dict.fromkeys((*door.CLOCKS.values(), "door_strained"), "case_messages")


def _where(row: Clock) -> str:
    if row.referral_id:
        return reverse("referral", args=[row.referral_id])
    return reverse(_PLACES.get(row.kind, "case"), args=[row.case_id])


def _unassigned(request: Request) -> list[dict[str, Any]]:
    if roles.why_not(request.actor.role, "case.take"):
        return []
    rows = Case.objects.visible_to(request.actor.person, "case.take").unassigned().by_duty()
    return [
        {"case": case, "clock": wording.due(case.due_at, request.now) if case.due_at else None}
        for case in rows[:5]
    ]


@page("board.read")
def board(request: Request) -> HttpResponse:
    """Show what is late, by need and by worker; what no service answered; what nobody works on."""
    reads = not roles.why_not(request.actor.role, "case.read")
    seen = counting.board(request.actor.person, request.now)
    context = {
        "reads_cases": reads,
        "figures": _figures(seen, reads),
        "capped": counting.CAP if seen.overdue.capped else 0,
        "by_need": [
            _counted(_(needs.label(kind)), number, _link(reads, "duties", f"late=1&need={kind}"))
            for kind, number in seen.overdue_by_need.items()
        ],
        "by_worker": _by_worker(seen) if reads else [],  # the unit's own matter
        "by_unit": [_counted(name, n, "") for name, n in seen.overdue_by_unit.items()],
        "unanswered": _unanswered(request) if reads else [],
        "unassigned": _unassigned(request),
    }
    return render(request, "cases/board.html", context)


def _link(reads: bool, name: str, query: str) -> str:
    return f"{reverse(name)}?{query}" if reads else ""


def _counted(label: str, number: int, url: str) -> dict[str, Any]:
    return {"label": label, "number": number, "url": url}


def _by_worker(seen: counting.Board) -> list[dict[str, Any]]:
    return [
        _counted(
            name or _("Nobody"),
            number,
            _link(True, "duties", f"late=1&worker={username or 'nobody'}"),
        )
        for (username, name), number in seen.overdue_by_worker.items()
    ]


def _figures(seen: counting.Board, reads: bool) -> list[dict[str, Any]]:
    numbers = (
        (seen.overdue, _("Overdue duties"), ("duties", "late=1"), True),
        (seen.unassigned, _("Cases nobody works on"), ("cases", "whose=nobody"), True),
        (seen.waiting, _("Referrals waiting for an answer"), ("referrals", ""), False),
        (seen.waiting_late, _("Referrals waiting too long"), ("referrals", "late=1"), True),
        (seen.active, _("Active cases"), ("cases", ""), False),
    )
    return [
        {
            "number": str(number),
            "text": text,
            "url": _link(reads, *way),
            "late": alarming and number.number > 0,
        }
        for number, text, way, alarming in numbers
    ]


def _unanswered(request: Request) -> list[dict[str, Any]]:
    rows = counting.waiting(request.actor.person).order_by("due_at", "id")
    rows = rows.select_related("service", "need", "case")
    return [_referral(row, request) for row in rows[:10]]


def _referral(row: Referral, request: Request) -> dict[str, Any]:
    return {
        "row": row,
        "need": _(needs.label(row.need.kind)),
        "clock": wording.due(row.due_at, request.now) if row.due_at else None,
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
