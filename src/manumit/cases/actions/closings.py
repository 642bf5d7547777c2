"""What is open when a case closes, and the row that each closing and reopening leaves."""

from datetime import datetime

from manumit.cases import closing, course, deadlines, handover, needs, plan, referral
from manumit.cases.actions import clocks
from manumit.cases.models import Case, Clock, Closing
from manumit.core import fields
from manumit.core.actions import acting, sealed
from manumit.core.sealing import FieldClass

_WAITING = [s.value for s in referral.WAITING | {referral.State.DRAFT, referral.State.CONSENTED}]
_HELPING = [referral.State.ACCEPTED.value, referral.State.STARTED.value]


def open_ends(case: Case) -> closing.OpenEnds:
    """Return what is not finished on a case."""
    running = Clock.objects.of_case(case).exclude(kind__in=deadlines.NOT_A_DUTY)
    return closing.OpenEnds(
        needs=case.needs.filter(status=needs.Status.OPEN.value).count(),
        referrals_waiting=case.referrals.filter(state__in=_WAITING).count(),
        referrals_with_service=case.referrals.filter(state__in=_HELPING).count(),
        courses=case.courses.filter(state=course.State.ACTIVE.value).count(),
        sessions=case.sessions.filter(state=course.Session.PLANNED.value).count(),
        clocks=running.count(),
        goals=case.goals.filter(state=plan.GoalState.OPEN.value).count(),
        handovers=case.handovers.filter(state=handover.State.PROPOSED.value).count(),
    )


def note(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    act: Closing.Act,
    reason: str = "",
    words: str = "",
    ends: closing.OpenEnds | None = None,
) -> Closing:
    """Write down that a case was closed or opened again, inside an action."""
    row = Closing(
        id=fields.new_id(),
        case=case,
        act=act.value,
        reason=reason,
        left_open={code: number for code, _, number in closing.named(ends)} if ends else {},
        by=by.person,
        at=at,
        seal_owner=case.id,
    )
    if words.strip():
        keys = sealed.keys_of(by, case.id, {FieldClass.PLAN})
        sealed.write(row, {"words": words.strip()}, keys)
    row.save(force_insert=True)
    return row


def go_on(case: Case, at: datetime) -> None:
    """Start again, inside an action, what a reopened case needs beside the clocks of its needs."""
    if case.safety_plans.exists():
        clocks.start(case=case, kind=deadlines.SAFETY_REVIEW, starts_at=at)
