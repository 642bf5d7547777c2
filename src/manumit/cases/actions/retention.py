"""Keeping and erasing: holds and requests by two people, and what the rules of keeping end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from manumit.cases import consent, needs
from manumit.cases import retention as rules
from manumit.cases.actions import erasing, officers, tracing
from manumit.cases.models import (
    Case,
    Consent,
    EndedContent,
    Erasure,
    Hold,
    Referral,
    RetentionDay,
    Screening,
    keeping,
)
from manumit.core import fields, roles
from manumit.core.actions import acting, guard, restoring, sealed, traces
from manumit.core.models import TraceRequest, User
from manumit.core.sealing import FieldClass

_PURPOSES = {
    rules.Event.RECORD_CONSENT_ENDED: consent.Purpose.STORE_RECORD,
    rules.Event.CONTACT_CONSENT_ENDED: consent.Purpose.CONTACT_ME,
}


# --- legal holds ---------------------------------------------------------------------------------
@acting.action("case.propose_hold")
def propose_hold(
    *, by: acting.Actor, at: datetime, case: Case, why: str, text: str, until: date
) -> Hold:
    """Propose that nothing of a case is erased until a day. It counts once somebody confirms it.

    Longer than the hold that stands is a new hold, with a number that shows: two people again.
    """
    held = guard.hold(by, "case.propose_hold", case)
    guard.refuse_if(rules.why_not_hold(why, text, until, at.date()))
    if held.erased_at is not None:
        raise acting.Refused("This case was erased. There is nothing left to hold.")
    if Hold.objects.waiting().filter(case=held).exists():
        raise acting.Refused("A hold was proposed already. Somebody else has to decide on it.")
    before = Hold.objects.filter(case=held, confirmed_at__isnull=False).count()
    hold = Hold(
        id=fields.new_id(),
        case=held,
        why=rules.HoldReason(why).value,
        until=until,
        number=before + 1,
        proposed_by=by.person,
        proposed_at=at,
    )
    hold.seal_owner = hold.id
    keys = sealed.create_keys(
        by=by,
        at=at,
        object_id=hold.id,
        classes=[FieldClass.LEGAL],
        units=officers.who_read_why(held),
    )
    sealed.write(hold, {"reason": text.strip()}, keys)
    hold.save(force_insert=True)
    return hold


@acting.action("case.confirm_hold")
def confirm_hold(*, by: acting.Actor, at: datetime, hold: Hold) -> Case:
    """Confirm a hold, as the second person. It ends by itself after its last day."""
    held = _undecided(by, "case.confirm_hold", hold)
    _two(by, held.proposed_by)
    if held.until < at.date():
        raise acting.Refused("The last day of this hold has passed. Propose it again.")
    held.confirmed_by, held.confirmed_at = by.person, at
    held.save(update_fields=["confirmed_by", "confirmed_at"])
    return held.case  # so that the record names the case too


@acting.action("case.confirm_hold")
def decline_hold(*, by: acting.Actor, at: datetime, hold: Hold) -> Case:
    """Decline a hold, or take one's own proposal back."""
    held = _undecided(by, "case.confirm_hold", hold)
    held.declined_by, held.declined_at = by.person, at
    held.save(update_fields=["declined_by", "declined_at"])
    return held.case


@acting.action("case.confirm_hold")
def release_hold(*, by: acting.Actor, at: datetime, hold: Hold) -> Case:
    """End a hold before its day: the first who says so asks, the second ends it."""
    held = guard.hold(by, "case.confirm_hold", hold)
    if not held.stands(at.date()):
        raise acting.Refused("This hold does not stand any more.")
    if held.release_asked_by is None:
        held.release_asked_by = by.person
    else:
        _two(by, held.release_asked_by)
        held.released_by, held.released_at = by.person, at
    held.save(update_fields=["release_asked_by", "released_by", "released_at"])
    return held.case


def _undecided(by: acting.Actor, permission: str, hold: Hold) -> Hold:
    held = guard.hold(by, permission, hold)
    if not held.waiting:
        raise acting.Refused("Somebody has decided on this already.")
    return held


def _two(by: acting.Actor, first: User) -> None:
    both = [by.role, roles.Role(first.role)]
    guard.refuse_if(rules.why_not_two(first.id, by.person.id, both))


@guard.opening("retention.read")
def open_reason(*, by: acting.Actor, at: datetime, hold: Hold) -> str:
    """Open why a hold stands; on the record."""
    held = guard.see(by, "retention.read", hold)
    opened = sealed.open_rows(
        by=by, at=at, purpose="legal hold", rows=[held], classes={FieldClass.LEGAL}
    )
    return str(opened[0].get("reason", ""))


# --- erasing on request --------------------------------------------------------------------------
@acting.action("case.ask_erasure")
def ask_erasure(*, by: acting.Actor, at: datetime, case: Case, why: str) -> Erasure:
    """Write down that a person is to be erased. Two people, and two days to decide."""
    held = guard.hold(by, "case.ask_erasure", case)
    if why not in Erasure.Why.values:
        raise acting.Refused("Choose who wants it.")
    if held.erased_at is not None:
        raise acting.Refused("This case was erased already.")
    if Erasure.objects.waiting().filter(case=held).exists():
        raise acting.Refused("This was asked for already. Somebody else has to decide on it.")
    return Erasure.objects.create(
        case=held,
        why=why,
        asked_by=by.person,
        asked_at=at,
        decide_by=rules.decide_by(at.date()),
        promised_by=rules.promised_by(at.date()),
    )


@acting.action("case.erase")
def confirm_erasure(*, by: acting.Actor, at: datetime, erasure: Erasure) -> Case:
    """Erase a person, as the second person. This cannot be undone by anybody.

    Names stay in the unit's index until a member's next search rewrites it; `names_gone_at` says
    when that was.
    """
    row = _asked(by, erasure)
    _two(by, row.asked_by)
    held = Case.objects.select_for_update(no_key=True).get(pk=row.case_id)
    facts = keeping.facts_of([held], at.date())[held.id]
    guard.refuse_if(rules.why_not_erase(facts, at.date(), asked=True))
    row.names_before = erasing.erase(by=by, at=at, case=held, reason=needs.CloseReason.PERSON_ASKED)
    row.done_by, row.done_at = by.person, at
    row.gone_on = rules.gone_from_backups_on(at.date())
    row.save()
    return held


@acting.action("case.erase")
def decline_erasure(*, by: acting.Actor, at: datetime, erasure: Erasure, because: str) -> Case:
    """Do not erase, and say why; who asked may take it back alone."""
    row = _asked(by, erasure)
    if because not in Erasure.Declined.values:
        raise acting.Refused("Choose why it is not done.")
    row.declined_by, row.declined_at, row.declined_because = by.person, at, because
    row.save()
    return row.case


def _asked(by: acting.Actor, erasure: Erasure) -> Erasure:
    row = guard.hold(by, "case.erase", erasure)
    if not row.waiting:
        raise acting.Refused("Somebody has decided on this already.")
    return row


# --- what the rules end --------------------------------------------------------------------------
@dataclass(frozen=True)
class Ended:
    """How much the rules ended on a day: kinds of content, and whole people."""

    ended: int = 0
    erased: int = 0
    names_gone: int = 0


def run(*, by: acting.Actor, at: datetime) -> Ended:
    """Do what the rules say, once a day; a second run on the day changes nothing."""
    names_gone = note_names(by=by, at=at) if Erasure.objects.names_to_go().exists() else 0
    if RetentionDay.objects.filter(pk=at.date()).exists():
        return Ended(names_gone=names_gone)
    ended = erased = 0
    for cases in _portions(keeping.cases_to_look_at(at.date())):
        facts, gone = keeping.facts_of(cases, at.date()), keeping.ended([c.id for c in cases])
        for case in cases:
            if rules.new_ends(facts[case.id], gone.get(case.id, {}), at.date()):
                kinds, whole = end_case(by=by, at=at, case=case)
                ended, erased = ended + kinds, erased + whole
    for talk in keeping.talks_to_look_at(at.date()).iterator(chunk_size=200):
        if rules.due(keeping.facts_of_talk(talk), at.date()):
            ended += end_talk(by=by, at=at, talk=talk)
    for row in keeping.letters_to_look_at(at.date()).iterator(chunk_size=200):
        if rules.due(keeping.facts_of_letter(row, at.date()), at.date()):
            ended += end_letter(by=by, at=at, letter=row)
    for ask in keeping.requests_to_look_at(at.date()).iterator(chunk_size=200):
        if rules.due(facts_of_request(ask, at.date()), at.date()):
            ended += end_request(by=by, at=at, request=ask)
    note_day(by=by, at=at, ended=ended, erased=erased)
    return Ended(ended, erased, names_gone)


def _portions(rows: Iterable[Case], size: int = 200) -> Iterable[list[Case]]:
    portion: list[Case] = []
    for row in rows:
        portion.append(row)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion


@acting.action("retention.run")
def end_case(*, by: acting.Actor, at: datetime, case: Case) -> tuple[int, bool]:
    """End what is due of a case; all of it when nothing is left to keep. Returns kinds, and whether
    the person was erased.

    """
    held = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    facts = keeping.facts_of([held], at.date())[held.id]
    gone = keeping.ended([held.id]).get(held.id, {})
    new = rules.new_ends(facts, gone, at.date())
    if new and rules.nothing_left(facts, gone, new, at.date()):
        erasing.erase(by=by, at=at, case=held, reason=needs.CloseReason(held.close_reason))
        return len(new), True
    for end in new:
        purpose = _PURPOSES.get(end.rule.event)
        if purpose is not None:
            erasing.forget_what_a_yes_allowed(by=by, at=at, case=held, purpose=purpose)
        else:
            erasing.destroy(held, [FieldClass(end.field_class)])
            if end.field_class == FieldClass.LEGAL:
                tracing.take_out(case=held, at=at)
            if end.field_class == FieldClass.IDENTITY:
                Case.objects.filter(pk=held.pk).update(with_name=False)
    _note_ends(held.id, at, new)
    return len(new), False


@acting.action("retention.run")
def end_talk(*, by: acting.Actor, at: datetime, talk: Screening) -> int:
    """End everything of a talk after which no case opened."""
    erasing.destroy(talk)
    Screening.objects.filter(pk=talk.pk).update(with_name=False)
    ends = rules.due(keeping.facts_of_talk(talk), at.date())
    _note_ends(talk.id, at, ends)
    return len(ends)


@acting.action("retention.run")
def end_letter(*, by: acting.Actor, at: datetime, letter: Referral) -> int:
    """End a letter that ended long ago."""
    erasing.forget_letter(letter)
    ends = rules.due(keeping.facts_of_letter(letter, at.date()), at.date())
    _note_ends(letter.id, at, ends)
    return len(ends)


def facts_of_request(row: TraceRequest, on: date) -> rules.Facts:
    """Return the facts of a question of investigators, with the last day of a hold that holds it."""
    drawn = {bytes(each.strand) for each in row.drawn.all()}
    holds = Hold.objects.standing(on) if drawn else Hold.objects.none()
    until = [hold.until for hold in holds if tracing.strand(hold.case_id) in drawn]
    return keeping.facts_of_request(row, max(until, default=None))


@acting.action("retention.run")
def end_request(*, by: acting.Actor, at: datetime, request: TraceRequest) -> int:
    """End a question of investigators that was answered, or asked in vain, long ago."""
    held = TraceRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    ends = rules.due(facts_of_request(held, at.date()), at.date())
    if ends:
        traces.forget(row=held, at=at)
        _note_ends(held.id, at, ends)
    return len(ends)


def _note_ends(subject: UUID, at: datetime, ends: Iterable[rules.End]) -> None:
    for end in ends:
        EndedContent.objects.update_or_create(
            subject_id=subject,
            rule=end.rule.id,
            defaults={"field_class": end.field_class, "at": at},
        )


@acting.action("retention.run")
def note_day(*, by: acting.Actor, at: datetime, ended: int, erased: int) -> RetentionDay:
    """Put on the record that the rules were applied, and how much they ended."""
    return RetentionDay.objects.create(on=at.date(), ended=ended, erased=erased)


@acting.action("retention.run")
def note_names(*, by: acting.Actor, at: datetime) -> int:
    """Note after which erasures the unit's name index has been rewritten; returns how many."""
    noted = 0
    for row in (
        Erasure.objects.names_to_go()
        .select_related("case")
        .select_for_update(no_key=True, of=("self",))
    ):
        if erasing.names_rewritten(row.case.unit_id, row.names_before):
            row.names_gone_at = at
            row.save(update_fields=["names_gone_at"])
            noted += 1
    return noted


@acting.action("backup.restore")
def erase_again(
    *,
    by: acting.Actor,
    at: datetime,
    cases: Iterable[UUID],
    wraps: Iterable[UUID],
    consents: Iterable[UUID] = (),
) -> tuple[int, int]:
    """Erase, in an instance restored from an older backup, what had been erased since, and take back
    the consents that had been taken back.

    Returns how many people and how many keys.
    """
    people = 0
    for word in Consent.objects.filter(pk__in=list(consents), given=True, withdrawn_at=None):
        Consent.objects.filter(pk=word.pk).update(withdrawn_at=at)
        case = Case.objects.filter(
            Q(pk=word.subject_id) | Q(screening=word.subject_id), erased_at=None
        ).first()
        purpose = consent.Purpose(word.purpose)
        if case is not None and purpose in _PURPOSES.values():
            erasing.forget_what_a_yes_allowed(by=by, at=at, case=case, purpose=purpose)
        elif case is not None and purpose is consent.Purpose.TRACE:
            tracing.take_out(case=case, at=at)
    for case in Case.objects.filter(pk__in=list(cases), erased_at=None).select_for_update(
        no_key=True
    ):
        erasing.erase(by=by, at=at, case=case, reason=needs.CloseReason.PERSON_ASKED)
        people += 1
    return people, restoring.destroy_again(wraps=wraps)
