"""Starting, stopping and passing on clocks, inside an action; keeps the case's next duty true."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Min

from manumit.cases import deadlines, needs
from manumit.cases.models import Case, Clock, Need, Referral
from manumit.cases.models.case import NO_DUTY


def start(
    *,
    case: Case,
    kind: str,
    starts_at: datetime,
    due_at: datetime | None = None,
    need: Need | None = None,
    referral: Referral | None = None,
) -> Clock:
    """Start a clock; one that already runs for the same duty is moved instead."""
    due = due_at or deadlines.due_at(kind, starts_at, case.unit.organisation.country)
    due = max(due, starts_at)
    running = Clock.objects.running().filter(case=case, need=need, referral=referral, kind=kind)
    clock = running.first() or Clock(case=case, need=need, referral=referral, kind=kind)
    clock.unit_id, clock.worker_id = case.unit_id, case.worker_id
    clock.starts_at, clock.due_at = starts_at, due
    clock.save()
    settle(case)
    return clock


def start_need(need: Need, extra: Iterable[str] = ()) -> None:
    """Start the clock of a need, and the health clocks beside it, all from identification."""
    kinds = {need.urgency: need.due_at} | dict.fromkeys(extra)
    for kind, due in kinds.items():
        start(case=need.case, kind=kind, starts_at=need.identified_at, due_at=due, need=need)


def stop(
    *,
    case: Case,
    act: str,
    at: datetime,
    need: Need | None = None,
    referral: Referral | None = None,
    kinds: Iterable[str] | None = None,
) -> int:
    """Stop the running clocks of a need, of a referral, or of the whole case; returns how many.

    What goes on after a need is met (sessions, a follow-up) stops only by name or with the case.
    """
    rows = Clock.objects.running().filter(case=case)
    if need is not None:
        rows = rows.filter(need=need)
        rows = rows if kinds is not None else rows.exclude(kind__in=deadlines.OF_COURSES)
    if referral is not None:
        rows = rows.filter(referral=referral)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    stopped = rows.update(stopped_at=at, stopped_by_act=act)
    settle(case)
    return stopped


def settle(case: Case) -> None:
    """Write the next due instant to the case, for lists."""
    duties = Clock.objects.running().filter(case=case).exclude(kind__in=deadlines.NOT_A_DUTY)
    next_due = duties.aggregate(Min("due_at"))["due_at__min"] or NO_DUTY
    Case.objects.filter(pk=case.pk).update(next_due_at=next_due)
    case.next_due_at = next_due


def pass_on(case: Case) -> None:
    """Let the running clocks and open referrals follow the case's worker."""
    Clock.objects.running().filter(case=case).update(worker=case.worker_id)
    Referral.objects.filter(case=case).update(worker=case.worker_id)


def need_due_at(urgency: str, identified_at: datetime) -> datetime:
    """Return when a need of this urgency is due."""
    return identified_at + timedelta(hours=deadlines.rule(urgency, identified_at.date()).hours)


def add_need(
    *,
    case: Case,
    wanted: needs.Wanted,
    identified_at: datetime,
) -> Need:
    """Put a need on the checklist and start its clocks. Its sealed columns are empty."""
    need = Need(
        case=case,
        kind=wanted.kind,
        urgency=wanted.urgency.value,
        identified_at=identified_at,
        due_at=need_due_at(wanted.urgency.value, identified_at),
        seal_owner=case.id,
    )
    need.save(force_insert=True)
    start_need(need, wanted.clocks)
    return need
