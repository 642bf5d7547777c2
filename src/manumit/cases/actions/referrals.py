"""A referral from draft to its end, on both sides of it."""

import statistics
from collections.abc import Sequence
from datetime import datetime

from manumit.cases import consent as consent_rules
from manumit.cases import deadlines, minimise, needs
from manumit.cases import referral as rules
from manumit.cases.actions import clocks, consents, disclosing, letters
from manumit.cases.models import Answering, Case, Disclosure, Need, Referral
from manumit.cases.models import case as case_model
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.models import Unit
from manumit.directory.models import Service

KEPT_TIMES = 20  # answering times kept per service; the median is over these


@acting.action("referral.send")
def draft_referral(
    *, by: acting.Actor, at: datetime, case: Case, need: Need, service: Service, message: str = ""
) -> Referral:
    """Prepare a referral for one need to one service. Nothing leaves yet."""
    held = guard.hold(by, "referral.send", case)
    wanted = guard.hold(by, "case.assess_need", need)
    if not held.is_open:
        raise acting.Refused("This case is closed. Reopen it first.")
    if wanted.case_id != held.id or wanted.status != needs.Status.OPEN.value:
        raise acting.Refused("This need is not open on this case.")
    guard.refuse_if(service.why_not_refer())
    guard.refuse_if(disclosing.why_denied(held, service, by))
    open_states = [state.value for state in rules.OPEN]
    if Referral.objects.filter(need=wanted, service=service, state__in=open_states).exists():
        raise acting.Refused("There is an open referral to this service for this need already.")
    row = Referral(
        id=fields.new_id(),
        case=held,
        need=wanted,
        service=service,
        unit=held.unit,
        worker=held.worker,
        drafted_at=at,
    )
    row.seal_owner = row.id
    keys = sealed.create_keys(
        by=by, at=at, object_id=row.id, classes=letters.LETTER_CLASSES, units=[held.unit]
    )
    sealed.write(row, {"message": message.strip() or None}, keys)
    row.save(force_insert=True)
    return row


@acting.action("referral.send")
def consent_referral(
    *,
    by: acting.Actor,
    at: datetime,
    referral: Referral,
    given: bool,
    questions: Sequence[bool] = (),
    language: str = "",
    withheld: Sequence[str] = (),
    by_guardian: bool = False,
    interpreter_used: bool = False,
    classes: Sequence[str] | None = None,
) -> Referral:
    """Write down the person's yes or no to this service. A no ends the referral, not the help.

    A child whose guardian can be asked needs both; the referral is ready when both said yes.
    """
    held = guard.hold(by, "referral.send", referral)
    if held.state not in {rules.State.DRAFT.value, rules.State.CONSENTED.value}:
        guard.refuse_if(rules.why_not(held.state, rules.Act.CONSENT))
    case = held.case
    word = consents.write_consent(
        by=by,
        at=at,
        subject=case,
        purpose=consent_rules.Purpose.SHARE_WITH_SERVICE,
        given=given,
        questions=questions,
        language=language or case.language,
        recipient=held.service,
        by_guardian=by_guardian,
        interpreter_used=interpreter_used,
        withheld=withheld,
        classes=classes,
    )
    if not given:
        return consents.end_referral_by_withdrawal(at=at, row=held)
    if not by_guardian or held.consent_id is None:
        held.consent = word
    if not _why_not_share(by, held, at) and held.state == rules.State.DRAFT.value:
        held.state = rules.after(held.state, rules.Act.CONSENT).value
    held.save()
    return held


def _why_not_share(by: acting.Actor, row: Referral, at: datetime) -> str:
    share = consent_rules.Purpose.SHARE_WITH_SERVICE
    return disclosing.why_not(row.case, share, row.service, "referral", at.date(), by)


@acting.action("referral.send")
def send_referral(*, by: acting.Actor, at: datetime, referral: Referral) -> Referral:
    """Send the letter: only what need and consent allow, under a key that withdrawal destroys.

    Where the service uses this system its unit gets the key and its inbox the referral; else the
    worker passes it on and records the answer. The service's clock starts.
    """
    held = guard.hold(by, "referral.send", referral)
    guard.refuse_if(rules.why_not(held.state, rules.Act.SEND))
    guard.refuse_if(_why_not_share(by, held, at))
    guard.refuse_if(_why_other_recipient(held))
    case, need = held.case, held.need
    keys = sealed.keys_of(by, case.id, case_model.CLASSES)
    chosen = letters.decisions(held, at.date(), by)
    told = letters.values(case, need, sealed.read(case, keys), sealed.read(need, keys))
    letter = minimise.letter(told, chosen)
    sealed.write(held, {"letter": letter}, sealed.keys_of(by, held.id, letters.LETTER_CLASSES))
    held.sent_fields = sorted(letter)
    held.to_unit = _recipient_unit(held.service)
    _let_out(by, at, held, sorted({minimise.BY_NAME[name].field_class for name in letter} - {""}))
    held.state = rules.after(held.state, rules.Act.SEND).value
    held.sent_at, held.due_at = at, deadlines.answer_due_at(at, need.due_at)
    held.save()
    clocks.stop(case=case, act="send_referral", at=at, need=need, kinds=[deadlines.FIND_ANOTHER])
    clocks.start(
        case=case,
        kind=deadlines.REFERRAL_ANSWER,
        starts_at=at,
        due_at=held.due_at,
        referral=held,
    )
    return held


def _let_out(by: acting.Actor, at: datetime, row: Referral, carries: list[str]) -> None:
    """The letter leaves: as a key for the service's unit, or to be passed on by the worker."""
    if row.to_unit_id == row.unit_id:
        return  # the unit's own service
    share = consent_rules.Purpose.SHARE_WITH_SERVICE
    if row.to_unit is None:
        disclosing.note(
            by=by,
            at=at,
            case=row.case,
            purpose=share,
            recipient=row.service,
            classes=[*carries, *letters.LETTER_CLASSES],
            what="letter",
            how="spoken",
            object_id=row.id,
        )
        return
    disclosing.share(
        by=by,
        at=at,
        case=row.case,
        purpose=share,
        recipient=row.service,
        classes=letters.LETTER_CLASSES,
        object_id=row.id,
        to_unit=row.to_unit,
        what="letter",
        carries=carries,
    )


def _why_other_recipient(row: Referral) -> str:
    """Say why the service is no longer the one that was named to the person; "" when it is."""
    if row.consent is None or row.consent.recipient_name == consents.recipient_name(row.service):
        return ""
    return (
        "The service has another name, or another organisation runs it, since the person agreed. "
        "Please ask the person again."
    )


def _recipient_unit(service: Service) -> Unit | None:
    """The unit of the service's people, when they use this system and have keys."""
    unit = service.unit
    return unit if unit is not None and unit.generation else None


@acting.action("referral.answer")
def answer_referral(
    *,
    by: acting.Actor,
    at: datetime,
    referral: Referral,
    accept: bool,
    reason: rules.DeclineReason | str = "",
    note: str = "",
) -> Referral:
    """The service answers. When two of its people answer at once, the first one counts."""
    held = guard.hold(by, "referral.answer", referral)
    return _answer(by, at, held, accept, reason, note, by_phone=False)


@acting.action("referral.record_answer")
def record_answer(
    *,
    by: acting.Actor,
    at: datetime,
    referral: Referral,
    accept: bool,
    reason: rules.DeclineReason | str = "",
    note: str = "",
) -> Referral:
    """Write down the answer that a service gave by telephone or in person."""
    held = guard.hold(by, "referral.record_answer", referral)
    return _answer(by, at, held, accept, reason, note, by_phone=True)


def _answer(
    by: acting.Actor,
    at: datetime,
    row: Referral,
    accept: bool,
    reason: str,
    note: str,
    *,
    by_phone: bool,
) -> Referral:
    act = rules.Act.ACCEPT if accept else rules.Act.DECLINE
    guard.refuse_if(rules.why_not(row.state, act))
    if not accept and reason not in set(rules.DeclineReason):
        raise acting.Refused("Choose why the service says no from the list.")
    new = rules.after(row.state, act)
    outcome = rules.OUTCOME_OF[new].value
    # compare and set: of two answers at the same instant exactly one finds the state it expects
    changed = Referral.objects.filter(
        pk=row.pk, state__in=[state.value for state in rules.from_states(act)]
    ).update(
        state=new.value,
        answered_at=at,
        answered_by=by.person,
        answered_by_phone=by_phone,
        decline_reason="" if accept else reason,
        outcome_code=outcome,
        ended_at=None if accept else at,
    )
    row.refresh_from_db()
    if not changed:
        raise acting.Refused(rules.why_not(row.state, act) or "A colleague answered first.")
    if note.strip():
        keys = sealed.keys_of(by, row.id, letters.LETTER_CLASSES)
        sealed.write(row, {"answer_note": note.strip()}, keys)
        row.save()
    _note_answering_time(row, at)
    verb = "answer_referral:accept" if accept else "answer_referral:decline"
    clocks.stop(case=row.case, act=verb, at=at, referral=row)
    if accept:
        clocks.stop(case=row.case, act=verb, at=at, need=row.need)
        return row
    _end_rights(row, at)
    if row.need.status == needs.Status.OPEN.value:
        clocks.start(case=row.case, kind=deadlines.FIND_ANOTHER, starts_at=at, need=row.need)
    return row


def _end_rights(row: Referral, at: datetime) -> None:
    """The service's right to read ends with its part in the help; the sender's with the record."""
    Disclosure.objects.filter(object_id=row.id, ended_at=None).update(ended_at=at)
    if row.to_unit is not None and row.to_unit_id != row.unit_id:
        sealed.destroy_keys(object_id=row.id, unit=row.to_unit)
    consents.forget_ended_letters(row.case)


def _note_answering_time(row: Referral, at: datetime) -> None:
    """Keep the service's real answering time; the directory orders services by it."""
    if row.sent_at is None:
        return
    hours = round((at - row.sent_at).total_seconds() / 3600, 3)
    known, _ = Answering.objects.select_for_update(no_key=True).get_or_create(
        service=row.service, defaults={"updated_at": at}
    )
    known.recent_hours = [*known.recent_hours, hours][-KEPT_TIMES:]
    known.median_hours = statistics.median(known.recent_hours)
    known.answers += 1
    known.updated_at = at
    known.save()


def note_no_answer(row: Referral, at: datetime) -> None:
    """Count that a service did not answer in time, inside an action."""
    known, _ = Answering.objects.select_for_update(no_key=True).get_or_create(
        service=row.service, defaults={"updated_at": at}
    )
    known.no_answers += 1
    known.updated_at = at
    known.save()


@acting.action("referral.progress")
def start_service(*, by: acting.Actor, at: datetime, referral: Referral) -> Referral:
    """The help has begun; said by the service, or by the worker for one that is not here."""
    held = guard.hold(by, "referral.progress", referral)
    guard.refuse_if(rules.why_not(held.state, rules.Act.START))
    held.state = rules.after(held.state, rules.Act.START).value
    held.started_at = at
    held.save()
    return held


@acting.action("referral.progress")
def end_service(
    *, by: acting.Actor, at: datetime, referral: Referral, done: bool, outcome: str = ""
) -> Referral:
    """The help is done, or it stopped. Done: the need is met, and somebody asks later how it goes.

    Stopped: the clock of the need runs again.
    """
    held = guard.hold(by, "referral.progress", referral)
    act = rules.Act.FINISH if done else rules.Act.STOP
    guard.refuse_if(rules.why_not(held.state, act))
    new = rules.after(held.state, act)
    code = outcome or (rules.OUTCOME_OF[new].value if done else "")
    guard.refuse_if(rules.why_not_outcome(new, code))
    held.state, held.ended_at = new.value, at
    held.outcome_code = code
    held.save()
    _end_rights(held, at)
    clocks.stop(case=held.case, act=f"end_service:{new.value}", at=at, referral=held)
    need = held.need
    if need.status == needs.Status.OPEN.value:
        if done:
            _meet(by, at, need)
        else:
            clocks.start_need(need)
    if done and held.case.is_open and not need.courses.filter(ended_at=None).exists():
        clocks.start(case=held.case, kind=deadlines.COURSE_FOLLOW_UP, starts_at=at, need=need)
    return held


def _meet(by: acting.Actor, at: datetime, need: Need) -> None:
    need.status, need.met_at = needs.Status.MET.value, at
    need.outcome_code = rules.Outcome.REFERRED.value
    need.settled_by = by.person
    need.save()
    clocks.stop(case=need.case, act="end_service:done", at=at, need=need)


@acting.action("referral.read")
def mark_read(*, by: acting.Actor, at: datetime, referral: Referral) -> Referral:
    """Note that the recipient opened the letter for the first time: it can no longer be unread."""
    held = guard.hold(by, "referral.read", referral)
    if held.first_read_at is None and held.to_unit_id == by.person.unit_id:
        held.first_read_at = at
        held.save(update_fields=["first_read_at"])
        Disclosure.objects.filter(object_id=held.id, ended_at=None).update(first_read_at=at)
    return held
