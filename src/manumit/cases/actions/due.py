"""What time does: answers that did not come, consents that ended, duties that are late.

Run by `manumit due`, as often as one likes: a second run at the same instant changes nothing.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import F

from manumit.cases import consent as consent_rules
from manumit.cases import deadlines, needs
from manumit.cases import referral as rules
from manumit.cases.actions import clocks, recalling, referrals, retention, tracing
from manumit.cases.models import Case, Clock, Consent, Disclosure, Referral
from manumit.core.actions import acting, guard, record, sealed, traces
from manumit.core.models import TraceRequest

AT_ONCE = 500  # clocks escalated in one act


@dataclass(frozen=True)
class Report:
    """How much was done, and the signed head of the record after it."""

    no_answer: int
    consents_ended: int
    escalated: int
    ended_by_rule: int
    erased_by_rule: int
    checkpoint_size: int

    def as_dict(self) -> dict[str, int]:
        """Return the figures for JSON."""
        return asdict(self)


def run(*, by: acting.Actor, at: datetime) -> Report:
    """Do everything that is due at this instant, each thing as an act of its own."""
    late = Referral.objects.filter(state=rules.State.SENT.value, due_at__lt=at)
    unanswered = 0
    for row in late.order_by("due_at", "id").iterator(chunk_size=200):
        unanswered += time_out(by=by, at=at, referral=row) is not None
    for ask in traces.over(at.date()).iterator(chunk_size=200):
        end_answer(by=by, at=at, request=ask)
    ended = 0
    for word in Consent.objects.run_out(at.date()).iterator(chunk_size=200):
        end_consent(by=by, at=at, consent=word)
        ended += 1
    escalated = 0
    while moved := escalate(by=by, at=at):
        escalated += moved
    kept = retention.run(by=by, at=at)
    head = record.sign_checkpoint(at=at)
    return Report(unanswered, ended, escalated, kept.ended, kept.erased, head.size)


@acting.action("due.run")
def time_out(*, by: acting.Actor, at: datetime, referral: Referral) -> Referral | None:
    """Mark a referral that nobody answered in time, and give its worker the next duty.

    Returns None when somebody answered in the meantime.
    """
    held = guard.hold(by, "due.run", referral)
    if rules.why_not(held.state, rules.Act.TIME_OUT):
        return None
    held.state = rules.after(held.state, rules.Act.TIME_OUT).value
    held.escalations += 1
    held.save()
    referrals.note_no_answer(held, at)
    if held.need.status == needs.Status.OPEN.value:
        clocks.stop(case=held.case, act="time_out", at=at, referral=held)
        clocks.start(case=held.case, kind=deadlines.FIND_ANOTHER, starts_at=at, need=held.need)
    return held


@acting.action("due.run")
def end_answer(*, by: acting.Actor, at: datetime, request: TraceRequest) -> TraceRequest:
    """Take an answer to investigators back whose last day has passed.

    So nothing changes on their side on the later day on which a yes behind it ends.
    """
    held = TraceRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if traces.over(at.date()).filter(pk=held.pk).exists():  # nobody took it back meanwhile
        traces.take_back(row=held, at=at)
    return held


@acting.action("due.run")
def end_consent(*, by: acting.Actor, at: datetime, consent: Consent) -> Consent:
    """Destroy the grants of a consent whose last day has passed. The person's own record stays."""
    held = guard.hold(by, "due.run", consent)
    held.lapsed_at = at
    held.save(update_fields=["lapsed_at"])
    for row in Referral.objects.filter(consent=held).exclude(to_unit=None):
        if row.to_unit_id != row.unit_id:
            sealed.destroy_keys(object_id=row.id, unit=row.to_unit)
    left = Disclosure.objects.standing().filter(consent=held).select_related("to_unit", "case")
    for gone in left:
        recalling.end(by=by, at=at, case=gone.case, rows=[gone], withdrawn=False)
    if held.purpose == consent_rules.Purpose.TRACE.value:
        for case in Case.objects.filter(pk=held.subject_id):
            tracing.take_out(case=case, at=at)
    return held


@acting.action("due.run")
def _escalate(*, by: acting.Actor, at: datetime, level: int) -> int:
    del by
    entry = next(e for e in deadlines.load().escalations if e.level == level)
    limit = at - deadlines.hours(entry.hours)
    rows = Clock.objects.running().exclude(kind__in=deadlines.NOT_A_DUTY)
    late = rows.filter(due_at__lt=limit, level__lt=level).order_by("due_at", "id")
    ids = list(late.values_list("id", flat=True)[:AT_ONCE])
    Referral.objects.filter(clocks__in=ids).update(escalations=F("escalations") + 1)
    return Clock.objects.filter(id__in=ids).update(level=level, escalated_at=at)


def escalate(*, by: acting.Actor, at: datetime) -> int:
    """Bring late duties before more people, at most `AT_ONCE` a level; returns how many.

    A level is reached once; nothing is put on the record when nothing is late.
    """
    moved = 0
    for entry in sorted(deadlines.load().escalations, key=lambda e: e.level):
        limit = at - deadlines.hours(entry.hours)
        rows = Clock.objects.running().exclude(kind__in=deadlines.NOT_A_DUTY)
        if rows.filter(due_at__lt=limit, level__lt=entry.level).exists():
            moved += _escalate(by=by, at=at, level=entry.level)
    return moved
