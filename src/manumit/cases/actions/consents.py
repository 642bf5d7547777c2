"""Consent: given, refused, withdrawn. A withdrawal takes effect everywhere in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from manumit.cases import consent as rules
from manumit.cases import deadlines, door, screening, telling, texts
from manumit.cases import referral as referrals
from manumit.cases.actions import clocks, disclosing, doorkeys, recalling, tracing
from manumit.cases.models import (
    Account,
    BirthFacts,
    Case,
    Consent,
    Disclosure,
    HtcdsRecord,
    ParentNames,
    Referral,
    Screening,
)
from manumit.core.actions import acting, guard, names, sealed
from manumit.core.sealing import FieldClass
from manumit.directory.models import Service

# What tells who somebody is; kept only with consent to a record with the name.
NAMING: frozenset[str] = frozenset({"name", "also_called", "birth", "contact", "safe_contact"})
_CONTACT: frozenset[str] = frozenset({"contact", "safe_contact"})


@dataclass(frozen=True)
class Withdrawal:
    """What a withdrawal did. `to_tell` names recipients that a person must tell."""

    consent: Consent
    ended: tuple[Referral, ...] = ()
    told: tuple[str, ...] = ()
    to_tell: tuple[str, ...] = ()
    cannot_recall: tuple[recalling.CannotRecall, ...] = ()


def rules_for(subjects: Sequence[UUID]) -> list[rules.Consent]:
    """Return every word on these subjects as the rules see it."""
    return [row.rule() for row in Consent.objects.about(subjects)]


@acting.action("consent.give")
def give_consent(
    *,
    by: acting.Actor,
    at: datetime,
    subject: Screening | Case,
    purpose: rules.Purpose | str,
    given: bool,
    questions: Sequence[bool] = (),
    language: str = "",
    recipient: disclosing.Whom = None,
    by_guardian: bool = False,
    interpreter_used: bool = False,
    withheld: Sequence[str] = (),
    classes: Iterable[str] | None = None,
) -> Consent:
    """Write down a yes or a no. A no is always taken; a yes only when everything was said.

    `classes` names what the yes covers; None is all that the purpose can reach.
    """
    held = guard.hold(by, "consent.give", subject)
    return write_consent(
        by=by,
        at=at,
        subject=held,
        purpose=rules.Purpose(purpose),
        given=given,
        questions=questions,
        language=language or held.language,
        recipient=recipient,
        by_guardian=by_guardian,
        interpreter_used=interpreter_used,
        withheld=withheld,
        classes=classes,
    )


def write_consent(
    *,
    by: acting.Actor,
    at: datetime,
    subject: Screening | Case,
    purpose: rules.Purpose,
    given: bool,
    questions: Sequence[bool],
    language: str,
    recipient: disclosing.Whom,
    by_guardian: bool,
    interpreter_used: bool,
    withheld: Sequence[str] = (),
    classes: Iterable[str] | None = None,
) -> Consent:
    """Write a consent row inside an action that has checked who may."""
    whom = disclosing.recipient_of(recipient)
    covers = None if classes is None else sorted(set(classes))
    country = subject.unit.organisation.country
    guard.refuse_if(
        rules.why_not_record(
            purpose,
            given=given,
            recipient=whom.id,
            questions=questions,
            language=language,
            classes=covers,
        )
    )
    if by_guardian and not subject.subject().needs_guardian():
        raise acting.Refused("Nobody else can consent for this person.")
    if given and isinstance(subject, Case):
        guard.refuse_if(rules.why_denied(disclosing.words(subject, by).denials, whom))
    if given and purpose in rules.NEVER_FOR_A_CHILD and subject.minor is not False:
        raise acting.Refused("This is never asked of a person under 18, or of unknown age.")
    return Consent.objects.create(
        subject_id=subject.id,
        unit_id=subject.unit_id,
        purpose=purpose.value,
        recipient_id=UUID(whom.id) if whom.id else None,
        recipient_name=whom.name,
        recipient_kind=whom.kind.value if whom.id else "",
        withheld=sorted(set(withheld)),
        classes=sorted(rules.REACHES[purpose]) if given and covers is None else covers,
        given=given,
        by_guardian=by_guardian,
        questions=[bool(answer) for answer in questions],
        language=language,
        text_version=texts.of(language).version,
        interpreter_used=interpreter_used,
        explained_by=by.person,
        at=at,
        expires_on=rules.expires_on(purpose, at.date(), country) if given else None,
    )


def recipient_name(service: Service) -> str:
    """Return what a person is told the recipient is called."""
    return disclosing.recipient_of(service).name


@acting.action("consent.withdraw")
def withdraw_consent(*, by: acting.Actor, at: datetime, consent: Consent) -> Withdrawal:
    """Take a consent back: grants are destroyed, recipients told, and what cannot be recalled named."""
    held = guard.hold(by, "consent.withdraw", consent)
    if held.withdrawn_at is not None:
        raise acting.Refused("This consent was already withdrawn.")
    held.withdrawn_at = at
    held.save(update_fields=["withdrawn_at"])
    return _take_effect(by, at, held)


def _take_effect(by: acting.Actor, at: datetime, held: Consent) -> Withdrawal:
    purpose = rules.Purpose(held.purpose)
    case = Case.objects.select_for_update(no_key=True).filter(pk=held.subject_id).first()
    talk = Screening.objects.select_for_update(no_key=True).filter(pk=held.subject_id).first()
    if case is None and talk is not None:
        case = Case.objects.select_for_update(no_key=True).filter(screening=talk).first()
    if talk is None and case is not None and case.screening_id:
        talk = Screening.objects.select_for_update(no_key=True).get(pk=case.screening_id)
    if purpose in rules.NAMED_RECIPIENT and case is not None:
        return _end_shares(by, at, held, case)
    if purpose is rules.Purpose.STORE_RECORD:
        forget_identity(by=by, at=at, case=case, talk=talk, columns=NAMING)
        if case is not None:
            doorkeys.end(case=case, at=at, because=door.Closed.WITHDRAWN, erase=True)
    elif purpose is rules.Purpose.TRACE and case is not None:
        tracing.take_out(case=case, at=at)
    elif purpose is rules.Purpose.CONTACT_ME:
        forget_identity(by=by, at=at, case=case, talk=talk, columns=_CONTACT)
    elif purpose is rules.Purpose.INTERVIEW:
        if talk is not None:
            _forget_answers(at, talk)
        if case is not None:
            forget_accounts(at=at, case=case)
    return Withdrawal(held)


def _forget_answers(at: datetime, talk: Screening) -> None:
    sealed.destroy_keys(object_id=talk.id, classes=[FieldClass.SCREENING])
    if talk.state in {s.value for s in screening.UNFINISHED}:
        talk.state, talk.outcome = screening.State.STOPPED.value, screening.Outcome.STOPPED.value
        talk.finished_at = at
    talk.observations = talk.stop_note = None
    talk.save()


def forget_accounts(*, at: datetime, case: Case) -> None:
    """Destroy what the person told, here and where it was given, inside an action."""
    for row in Account.objects.select_for_update(no_key=True).filter(case=case):
        sealed.destroy_keys(object_id=row.id)
        row.words = row.place = row.asked_by = row.interpreter = None
        row.save()
    left = Disclosure.objects.standing().filter(case=case, what=recalling.ACCOUNT)
    left.update(ended_at=at, withdrawn=True)
    given = case.account_requests.filter(state=telling.Request.GIVEN)
    given.update(state=telling.Request.TAKEN_BACK.value)


def forget_identity(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case | None,
    talk: Screening | None,
    columns: frozenset[str],
) -> None:
    """Empty the columns that tell who somebody is, and take their names out of the unit's index."""
    emptied = dict.fromkeys(columns)
    for row in (case, talk):
        if row is not None:
            for column in emptied:
                setattr(row, column, None)
            if "name" in columns:
                row.with_name = False
            row.save()
    if case is not None:
        forget_ended_letters(case)
        HtcdsRecord.objects.filter(case=case).update(contact=None)
    if case is not None and "name" in columns:
        HtcdsRecord.objects.filter(case=case).update(identity=None)
        ParentNames.objects.filter(case=case).update(mother=None, father=None)
        names.forget(by=by, at=at, unit=case.unit, object_id=case.id)
        BirthFacts.objects.filter(case=case).update(mother_name=None, mother_birth=None)
        for act in case.compelled_acts.values_list("id", flat=True):
            sealed.destroy_keys(object_id=act)
        case.compelled_acts.update(kind=None, words=None)


def forget_ended_letters(case: Case) -> None:
    """Destroy ended letters that tell who somebody is where the case itself no longer does.

    A letter that a service still works with stands under the consent to that service.
    """
    emptied = {name for name in NAMING if getattr(case, name) is None}
    going_on = [state.value for state in referrals.OPEN]
    for row in Referral.objects.filter(case=case).exclude(state__in=going_on):
        if emptied & set(row.sent_fields):
            sealed.destroy_keys(object_id=row.id)
            Referral.objects.filter(pk=row.pk).update(letter=None, message=None, answer_note=None)


def _end_shares(by: acting.Actor, at: datetime, held: Consent, case: Case) -> Withdrawal:
    purpose = rules.Purpose(held.purpose)
    left = Disclosure.objects.select_for_update(no_key=True, of=("self",)).select_related("to_unit")
    shared = left.standing().filter(
        case=case, purpose=purpose.value, recipient_id=held.recipient_id
    )
    ended_now = recalling.end(by=by, at=at, case=case, rows=list(shared), withdrawn=True)
    ended: list[Referral] = []
    told: list[str] = []
    to_tell: list[str] = []
    gone: list[recalling.CannotRecall] = []
    rows = Referral.objects.select_related("service__organisation", "to_unit").filter(
        case=case, service=held.recipient_id
    )
    letters = purpose is rules.Purpose.SHARE_WITH_SERVICE
    for row in rows.order_by("drafted_at", "id") if letters else ():
        sent_at, who = row.sent_at, recipient_name(row.service)
        if row.state in {s.value for s in referrals.OPEN}:
            row = withdraw_referral(by=by, at=at, referral=row)
            ended.append(row)
        else:
            sealed.destroy_keys(object_id=row.id)
        if sent_at:
            gone.append(recalling.CannotRecall(who, tuple(row.sent_fields), sent_at))
            (told if row.to_unit_id else to_tell).append(who)
    return Withdrawal(
        held,
        tuple(ended),
        (*told, *ended_now.told),
        (*to_tell, *ended_now.to_tell),
        (*gone, *ended_now.cannot_recall),
    )


@acting.action("consent.withdraw")
def withdraw_referral(*, by: acting.Actor, at: datetime, referral: Referral) -> Referral:
    """End a referral because the person takes it back; its letter can be read by nobody any more.

    The service sees at once that it was withdrawn. Where the service does not use this system, a
    clock reminds the worker to tell it.
    """
    held = guard.hold(by, "consent.withdraw", referral)
    return end_referral_by_withdrawal(at=at, row=held)


def end_referral_by_withdrawal(*, at: datetime, row: Referral) -> Referral:
    """Move a referral to withdrawn, destroy its keys, stop its clocks; inside an action."""
    guard.refuse_if(referrals.why_not(row.state, referrals.Act.WITHDRAW))
    was_sent, case = row.sent_at is not None, row.case
    row.state = referrals.State.WITHDRAWN.value
    row.outcome_code = referrals.Outcome.REFERRAL_DECLINED_BY_SURVIVOR.value
    row.ended_at = at
    row.letter = row.message = row.answer_note = None
    row.save()
    sealed.destroy_keys(object_id=row.id)
    Disclosure.objects.filter(object_id=row.id, ended_at=None).update(ended_at=at, withdrawn=True)
    clocks.stop(case=case, act="withdraw", at=at, referral=row)
    if was_sent and row.to_unit_id is None:
        clocks.start(case=case, kind=deadlines.TELL_RECIPIENT, starts_at=at, referral=row)
    if row.need.status == "open":
        clocks.start_need(row.need)
    return row
