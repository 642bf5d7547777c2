"""Who has how much work, with its reasons, and who might take the next case."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.cases import caseload as rules
from manumit.cases import course, deadlines, needs
from manumit.cases.models import Case, Clock, Need, Session
from manumit.cases.views import paging, wording
from manumit.core import models, roles
from manumit.core.views import Request, page

_WORK = (roles.Role.CASE_WORKER.value, roles.Role.SUPERVISOR.value)
Counts = dict[Any, dict[str, int]]


@page("caseload.read")
def caseload(request: Request) -> HttpResponse:
    """Show the load of each colleague, and of one colleague case by case."""
    user = request.actor.person
    open_cases = Case.objects.visible_to(user, "caseload.read").open()
    people = list(
        models.User.objects.filter(
            unit=user.unit_id, is_active=True, admitted_at__isnull=False, role__in=_WORK
        ).order_by("display_name", "id")
    )
    counted = _by_worker(open_cases, request)
    loads = {one.id: rules.weigh(counted.get(one.id, {})) for one in people}
    workers = [one for one in people if one.role == roles.Role.CASE_WORKER.value] or people
    order = rules.suggest(rules.Colleague(one.id, loads[one.id]) for one in workers)
    chosen = next((p for p in people if p.username == request.GET.get("worker")), None)
    full = rules.load().full
    context = {
        "reasons": [_(reason.label) for reason in rules.load().reasons],
        "rows": [_row(one, loads[one.id], full) for one in people],
        "next": next((one for one in people if order and one.id == order[0]), None),
        "nobody": counted.get(None, {}).get("cases", 0),
        "spread": rules.spread(loads[one.id] for one in workers),
        "full": full,
        "weights": rules.load(),
        "chosen": chosen,
        **(_cases_of(request, open_cases.filter(worker=chosen)) if chosen else {}),
    }
    return render(request, "cases/caseload.html", context)


def _row(one: models.User, load: rules.Load, full: float) -> dict[str, Any]:
    by_code = {part.reason.code: part for part in load.parts}
    return {
        "name": one.display_name,
        "role": _(roles.LABELS[roles.Role(one.role)]),
        "url": f"{reverse('caseload')}?worker={one.username}#cases",
        "total": load.total,
        "cells": [
            {"label": _(r.label), "count": by_code[r.code].count if r.code in by_code else 0}
            for r in rules.load().reasons
        ],
        "full": load.total >= full,
    }


def _by_worker(open_cases: Any, request: Request) -> Counts:
    """Count what makes work, for all colleagues at once: five queries, whatever their number."""
    kept = open_cases.order_by()
    rows = kept.values("worker").annotate(
        cases=Count("id"),
        urgent=Count("id", filter=Q(urgent=True)),
        minors=Count("id", filter=Q(minor=True)),
    )
    counted: Counts = {row.pop("worker"): row for row in rows}
    for code, tally in _others("case__worker", Q(case__in=kept.values("id")), request).items():
        for worker, number in tally:
            counted.setdefault(worker, {})[code] = number
    return counted


def _others(by: str, which: Q, request: Request) -> dict[str, list[tuple[Any, int]]]:
    week = (request.now, request.now + timedelta(days=7))
    late = Clock.objects.overdue(request.now).exclude(kind__in=deadlines.NOT_A_DUTY)
    rows: dict[str, Any] = {
        "late": late.filter(which),
        "needs": Need.objects.filter(which, status=needs.Status.OPEN.value),
        "sessions": Session.objects.filter(
            which, state=course.Session.PLANNED.value, planned_at__range=week
        ),
    }
    return {
        code: list(found.order_by().values_list(by).annotate(Count("id")))
        for code, found in rows.items()
    }


def _cases_of(request: Request, rows: Any) -> dict[str, Any]:
    after = paging.key(request)
    found = paging.page(request, rows.by_duty(after), lambda row: row.next_due_at)
    counted = _by_case(found.rows, request)
    listed = [
        {
            "case": case,
            "load": rules.weigh(counted[case.id]),
            "clock": wording.due(case.due_at, request.now) if case.due_at else None,
            "assign": reverse("case_assign", args=[case.id]),
        }
        for case in found.rows
    ]
    return {"page": found, "cases": listed}


def _by_case(cases: Iterable[Case], request: Request) -> dict[UUID, dict[str, int]]:
    counted = {
        case.id: {"cases": 1, "urgent": int(case.urgent), "minors": int(bool(case.minor))}
        for case in cases
    }
    for code, tally in _others("case_id", Q(case__in=list(counted)), request).items():
        for case_id, number in tally:
            counted[case_id][code] = number
    return counted
