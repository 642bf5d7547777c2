"""Work on a case: take, write down, decide, close, erase."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from manumit.cases import closing, consent, deadlines, needs, referral
from manumit.cases import status as rules
from manumit.cases.actions import clocks, closings, consents, opening
from manumit.cases.models import Case, Closing, EndedContent, Need, Note, Referral
from manumit.cases.models import case as case_model
from manumit.core import fields, roles
from manumit.core.actions import acting, guard, names, sealed
from manumit.core.models import User
from manumit.core.sealing import FieldClass

PERSON: frozenset[str] = frozenset(
    {
        "name",
        "also_called",
        "age",
        "birth",
        "sex",
        "nationality",
        "registration",
        "languages",
        "place",
        "contact",
        "safe_contact",
    }
)


def _keys(by: acting.Actor, case: Case) -> dict[FieldClass, bytes]:
    return sealed.keys_of(by, case.id, case_model.CLASSES)


@acting.action("case.open")
def open_case(
    *,
    by: acting.Actor,
    at: datetime,
    language: str,
    identified_at: datetime | None = None,
    values: Mapping[str, Any] | None = None,
    minor: bool | None = None,
    guardian: consent.Guardian | str = "",
    possible_victim: bool = True,
    conflict_nexus: bool = False,
) -> Case:
    """Open a case without a screening, for a person who came by themselves or was brought.

    The name is written down afterwards, by `edit_person`, when the person agreed to a record.
    """
    given = dict(values or {})
    if set(given) & consents.NAMING:
        raise acting.Refused("Ask for consent to keep a record first; then write the name.")
    seen = identified_at or at
    if seen > at:
        raise acting.Refused("The person cannot have been identified in the future.")
    known = rules.of_finding(possible_victim)
    case = Case(
        id=fields.new_id(),
        unit=by.unit,
        worker=by.person,
        trafficking_status=known.value if known else "",
        language=language,
        minor=minor,
        guardian=consent.Guardian(guardian).value if guardian else "",
        conflict_nexus=conflict_nexus,
        identified_at=seen,
    )
    wanted = needs.checklist((), minor=bool(minor))
    return opening.write_case(by=by, at=at, case=case, values=given, wanted=wanted)


@acting.action("case.edit")
def edit_person(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    values: Mapping[str, Any],
    minor: bool | None = None,
    guardian: consent.Guardian | str | None = None,
    language: str = "",
) -> Case:
    """Change what is known of the person; `values` by name of `PERSON`, None empties one."""
    held = guard.hold(by, "case.edit", case)
    unknown = set(values) - PERSON
    if unknown:
        raise ValueError(f"not fields of a person: {sorted(unknown)}")
    given = {name: value if value not in ("", [], None) else None for name, value in values.items()}
    if any(given.get(name) is not None for name in consents.NAMING):
        told = consents.rules_for(held.subject_ids())
        guard.refuse_if(consent.may_keep_name(told, at.date(), held.subject()))
    held.minor = held.minor if minor is None else minor
    if guardian is not None:
        held.guardian = consent.Guardian(guardian).value if guardian else ""
    held.language = language or held.language
    keys = _keys(by, held)
    sealed.write(held, given, keys)
    held.with_name = held.name is not None
    held.save()
    if set(given) & {"name", "also_called", "contact"}:
        names.forget(by=by, at=at, unit=held.unit, object_id=held.id)
        opening.remember_names(by=by, at=at, case=held, values=sealed.read(held, keys))
    return held


@acting.action("case.take")
def take_case(*, by: acting.Actor, at: datetime, case: Case) -> Case:
    """Take a case that nobody works on. Two who take it at once: one of them has it."""
    del at
    held = guard.hold(by, "case.take", case)
    if not held.is_open:
        raise acting.Refused("This case is closed. Reopen it first.")
    if held.worker_id == by.person.id:
        return held
    if held.worker_id is not None:
        raise acting.Refused("A colleague has taken this case already.")
    return _hand_to(held, by.person)


@acting.action("case.assign")
def assign_case(*, by: acting.Actor, at: datetime, case: Case, to: User) -> Case:
    """Give a case to a colleague of the unit; its running clocks go with it."""
    del at
    held = guard.hold(by, "case.assign", case)
    if to.unit_id != held.unit_id or not to.is_active or to.admitted_at is None:
        raise acting.Refused("This colleague is not an active member of the unit.")
    if to.role not in {roles.Role.CASE_WORKER, roles.Role.SUPERVISOR}:
        raise acting.Refused("Only a case worker or a supervisor can work on a case.")
    return _hand_to(held, to)


def _hand_to(case: Case, worker: User) -> Case:
    case.worker = worker
    case.save(update_fields=["worker"])
    clocks.pass_on(case)
    return case


@acting.action("case.note")
def add_note(
    *, by: acting.Actor, at: datetime, case: Case, text: str, audience: str = "team"
) -> Note:
    """Add a note for one audience. Notes are never changed; a new one corrects an old one."""
    held = guard.hold(by, "case.note", case)
    if not text.strip():
        raise acting.Refused("Write something, or leave the page.")
    if audience not in Note.Audience.values:
        raise acting.Refused("Choose who the note is for.")
    note = Note(
        id=fields.new_id(), case=held, audience=audience, by=by.person, at=at, seal_owner=held.id
    )
    sealed.write(note, {audience: text.strip()}, _keys(by, held))
    note.save(force_insert=True)
    return note


@acting.action("case.assess_need")
def record_need(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    kind: str,
    urgency: deadlines.Urgency | str | None = None,
    detail: str | None = None,
    health: str | None = None,
    identified_at: datetime | None = None,
    extra_clocks: Sequence[str] = (),
) -> Need:
    """Write down a need, or sharpen the open one of the same kind.

    A need found later counts from when it was found (`identified_at`, else now); one that is on
    the list keeps its start. `detail` and `health` None leave what stands; "" empties it.
    """
    held = guard.hold(by, "case.assess_need", case)
    guard.refuse_if(needs.why_not(kind))
    if not held.is_open:
        raise acting.Refused("This case is closed. Reopen it first.")
    known = needs.kind(kind)
    need = Need.objects.filter(case=held, kind=kind, status=needs.Status.OPEN.value).first()
    seen = identified_at or (need.identified_at if need else at)
    if seen > at:
        raise acting.Refused("The need cannot have been found in the future.")
    default = need.urgency if need else known.urgency
    wanted = needs.Wanted(kind, deadlines.Urgency(urgency or default), frozenset(extra_clocks))
    if need is None:
        need = clocks.add_need(case=held, wanted=wanted, identified_at=seen)
    else:
        old = need.urgency
        need.urgency, need.identified_at = wanted.urgency.value, seen
        need.due_at = clocks.need_due_at(need.urgency, seen)
        if old != need.urgency:
            clocks.stop(case=held, act="reassess", at=at, need=need, kinds=[old])
        if _running(need):
            clocks.start_need(need, wanted.clocks)
    if needs.is_urgent([wanted]):
        Case.objects.filter(pk=held.pk).update(urgent=True)
    texts = {"detail": detail, "health": health}
    said = {name: text.strip() or None for name, text in texts.items() if text is not None}
    if said:
        sealed.write(need, said, _keys(by, held))
    need.save()
    return need


def _running(need: Need) -> bool:
    """A need whose help was accepted has no running clock, and gets none by being edited."""
    with_service = [referral.State.ACCEPTED.value, referral.State.STARTED.value]
    return not need.referrals.filter(state__in=with_service).exists()


@acting.action("case.assess_need")
def settle_need(
    *, by: acting.Actor, at: datetime, need: Need, status: needs.Status | str, outcome: str = ""
) -> Need:
    """Close a need: met, not wanted by the person, or not needed. Its clocks stop."""
    held = guard.hold(by, "case.assess_need", need)
    new = needs.Status(status)
    if held.status != needs.Status.OPEN.value or new is needs.Status.OPEN:
        raise acting.Refused("This need is settled already.")
    unanswered = held.referrals.filter(state__in=[s.value for s in referral.OPEN]).count()
    if unanswered and new is not needs.Status.MET:
        raise acting.Refused("A referral for this need is still open. End or withdraw it first.")
    codes = {
        needs.Status.MET: referral.Outcome.SERVICE_PROVIDED_BY_YOUR_AGENCY,
        needs.Status.DECLINED: referral.Outcome.REFERRAL_DECLINED_BY_SURVIVOR,
        needs.Status.NOT_APPLICABLE: referral.Outcome.SERVICE_NOT_APPLICABLE,
    }
    held.status = new.value
    held.outcome_code = referral.Outcome(outcome or codes[new]).value
    held.settled_by = by.person
    held.met_at = at if new is needs.Status.MET else None
    held.save()
    clocks.stop(case=held.case, act=f"settle_need:{new.value}", at=at, need=held)
    return held


@acting.action("case.decide_status")
def decide_status(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    status: str,
    decider: str = "",
    organisation: str = "",
) -> Case:
    """Write down what a named body decided. No machine and no nameless body decides this."""
    held = guard.hold(by, "case.decide_status", case)
    guard.refuse_if(
        rules.why_not(status, decider=decider, organisation=organisation, by_person=True)
    )
    new = rules.Trafficking(status)
    final = new is not rules.Trafficking.POSSIBLE
    held.trafficking_status = new.value
    held.deciding_kind = decider if final else ""
    named = {"deciding_organisation": organisation.strip() if final else None}
    sealed.write(held, named, _keys(by, held))
    held.decided_by, held.decided_at = by.person, at
    held.save()
    if not final and not held.clocks.filter(kind=deadlines.RECOVERY).exists():
        clocks.start(case=held, kind=deadlines.RECOVERY, starts_at=held.identified_at)
    return held


@acting.action("case.close")
def close_case(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    reason: str,
    status: str = "Closed",
    words: str = "",
) -> Case:
    """Close a case, or hand it to another body for good ("ClosedReferred"). All clocks stop.

    What is not finished then is counted on the closing; the page has named it before.
    """
    held = guard.hold(by, "case.close", case)
    before_answer = [
        s.value for s in referral.WAITING | {referral.State.DRAFT, referral.State.CONSENTED}
    ]
    waiting = Referral.objects.filter(case=held, state__in=before_answer).count()
    guard.refuse_if(rules.why_not_move(held.case_status, status, reason=reason, waiting=waiting))
    if reason not in set(needs.CloseReason):
        raise acting.Refused("Choose why the case closes from the list.")
    ends = closings.open_ends(held)
    guard.refuse_if(closing.why_not(ends))
    closed = Closing.Act.CLOSED
    closings.note(by=by, at=at, case=held, act=closed, reason=reason, words=words, ends=ends)
    held.case_status = rules.CaseStatus(status).value
    held.closed_at, held.close_reason = at, reason
    held.save()
    clocks.stop(case=held, act="close_case", at=at)
    return held


@acting.action("case.close")
def follow_up(*, by: acting.Actor, at: datetime, case: Case, active: bool = False) -> Case:
    """Move an open case to follow-up, or back to active."""
    del at
    held = guard.hold(by, "case.close", case)
    new = rules.CaseStatus.ACTIVE if active else rules.CaseStatus.FOLLOW_UP
    guard.refuse_if(rules.why_not_move(held.case_status, new, reason="", waiting=0))
    held.case_status = new.value
    held.save()
    return held


@acting.action("case.close")
def reopen_case(*, by: acting.Actor, at: datetime, case: Case, words: str = "") -> Case:
    """Open a closed case again; the clocks of needs that are still open go on from where they were."""
    held = guard.hold(by, "case.close", case)
    if held.erased_at is not None:
        raise acting.Refused("This case was erased. Open a new one.")
    if EndedContent.objects.by_time(held.id).exists():
        raise acting.Refused("Part of this case was kept long enough and erased. Open a new one.")
    guard.refuse_if(
        rules.why_not_move(held.case_status, rules.CaseStatus.ACTIVE, reason="", waiting=0)
    )
    held.case_status = rules.CaseStatus.ACTIVE.value
    held.closed_at, held.close_reason = None, ""
    held.save()
    for need in Need.objects.filter(case=held, status=needs.Status.OPEN.value):
        if _running(need):
            clocks.start_need(need)
    closings.note(by=by, at=at, case=held, act=Closing.Act.REOPENED, words=words)
    closings.go_on(held, at)
    return held
