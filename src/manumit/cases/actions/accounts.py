"""What a person told: written down once, read by who may, asked for and given with their yes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from manumit.cases import consent as consent_rules
from manumit.cases import deadlines, recipients, reference, telling
from manumit.cases.actions import clocks, consents, disclosing
from manumit.cases.models import (
    Account,
    AccountRequest,
    Case,
    Disclosure,
    Screening,
    Telling,
)
from manumit.cases.models import account as account_model
from manumit.core import fields
from manumit.core.actions import acting, guard, sealed
from manumit.core.models import Unit
from manumit.core.sealing import FieldClass

SHARE = consent_rules.Purpose.SHARE_ACCOUNT
TEXTS: frozenset[str] = frozenset({"words", "place", "asked_by", "interpreter"})


def told(case: Case) -> telling.Told:
    """Return how often this person was asked, by whom, and how many accounts there are."""
    asked = [
        telling.Asked(telling.Kind(row.kind), _who(row), row.at, row.times)
        for row in Telling.objects.of_cases([case.id]).select_related("unit")
    ]
    first = case.screening
    if first is not None:
        unit = Unit.objects.get(pk=first.unit_id)
        asked.append(telling.Asked(telling.Kind.SCREENING, unit.name, first.started_at))
    known = Account.objects.of_case(case).select_related("unit")
    asked += [telling.Asked(telling.Kind.ACCOUNT, row.unit.name, row.told_at) for row in known]
    return telling.Told(telling.in_order(asked), len(known))


def _who(row: Telling) -> str:
    if row.unit is not None:
        return row.unit.name
    return recipients.LABELS[recipients.Kind(row.elsewhere)]


@acting.action("telling.record")
def record_account(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    texts: Mapping[str, Any],
    told_at: datetime | None = None,
    language: str = "",
    interpreter_used: bool = False,
    why_again: telling.Why | str = "",
) -> Account:
    """Write down what the person told; `texts` by name of `TEXTS`, each sealed under its own key.

    Needs the person's yes to being asked, and a reason when they told before.
    """
    held = guard.hold(by, "telling.record", case)
    when = told_at or at
    if when > at:
        raise acting.Refused("This time is still to come.")
    said = {name: str(texts.get(name) or "").strip() or None for name in TEXTS}
    if not said["words"]:
        raise acting.Refused("Write down what the person told, or leave the page.")
    guard.refuse_if(_why_not_ask(by, at, held))
    guard.refuse_if(telling.why_not_ask(told(held), why_again))
    row = Account(
        id=fields.new_id(),
        case=held,
        unit=held.unit,
        written_by=by.person,
        written_at=at,
        told_at=when,
        language=language or held.language,
        interpreter_used=interpreter_used,
        why_again=telling.Why(why_again).value if why_again else "",
    )
    row.seal_owner = row.id
    keys = sealed.create_keys(
        by=by, at=at, object_id=row.id, classes=account_model.CLASSES, units=[held.unit]
    )
    sealed.write(row, said, keys)
    row.save(force_insert=True)
    return row


def _why_not_ask(by: acting.Actor, at: datetime, case: Case) -> str:
    """Say why the person may not be asked what happened; "" when they agreed to it."""
    asking = consent_rules.Purpose.INTERVIEW
    return disclosing.why_not(case, asking, None, FieldClass.TESTIMONY, at.date(), by)


@acting.action("telling.record")
def note_telling(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    kind: telling.Kind | str,
    times: int = 1,
    elsewhere: recipients.Kind | str = "",
    screening: Screening | None = None,
    why_again: telling.Why | str = "",
) -> Telling:
    """Write down that the person was asked: elsewhere before, or here again and why."""
    held = guard.hold(by, "telling.record", case)
    kind = telling.Kind(kind)
    if not 1 <= times <= 99:
        raise acting.Refused("Say how many times, from 1 to 99.")
    away = kind is telling.Kind.ELSEWHERE
    if away and elsewhere not in set(recipients.Kind):
        raise acting.Refused("Choose from the list who asked.")
    if not away:
        guard.refuse_if(telling.why_not_ask(told(held), why_again))
    return Telling.objects.create(
        case=held,
        kind=kind.value,
        times=times,
        unit=None if away else by.unit,
        elsewhere=recipients.Kind(elsewhere).value if away else "",
        screening=screening,
        why_again=telling.Why(why_again).value if why_again else "",
        written_by=by.person,
        at=at,
    )


@guard.opening("telling.read")
def open_account(
    *, by: acting.Actor, at: datetime, account: Account, purpose: str = "account"
) -> dict[str, Any]:
    """Open an account that one's own team wrote down."""
    row = guard.see(by, "telling.read", account)
    return _open(by, at, row, purpose)


@guard.opening("telling.read_shared")
def open_given_account(
    *, by: acting.Actor, at: datetime, account: Account, purpose: str = "account given"
) -> dict[str, Any]:
    """Open an account that another team gave; the first opening is noted for the person."""
    row = guard.one_of(Account.objects.given_to(by.unit), account.pk)
    opened = _open(by, at, row, purpose)
    mark_account_read(by=by, at=at, account=row)
    return opened


def _open(by: acting.Actor, at: datetime, row: Account, purpose: str) -> dict[str, Any]:
    classes = account_model.CLASSES
    return sealed.open_rows(by=by, at=at, purpose=purpose, rows=[row], classes=classes)[0]


@acting.action("telling.read_shared")
def mark_account_read(*, by: acting.Actor, at: datetime, account: Account) -> Account:
    """Note that the unit that was given an account has read it: it can no longer be unread."""
    given = Disclosure.objects.standing().filter(object_id=account.id, to_unit=by.unit)
    given.filter(first_read_at=None).update(first_read_at=at)
    return account


@acting.action("telling.request")
def request_account(
    *, by: acting.Actor, at: datetime, code: str, wanted_for: telling.For | str
) -> AccountRequest:
    """Ask the team of a reference for what the person told; the answer says nothing yet.

    Whether the reference names somebody is not told: the row, and what is seen, is the same.
    """
    tidy = reference.tidy(code)
    if not tidy:
        raise acting.Refused("This is not a reference. It looks like MV-7K2QX.")
    if wanted_for not in set(telling.For):
        raise acting.Refused("Choose from the list what it is for.")
    if AccountRequest.objects.waiting().filter(from_unit=by.unit, reference=tidy).exists():
        raise acting.Refused(
            "Your team has asked for this already. The answer will be listed here."
        )
    found = Case.objects.exclude(unit=by.unit).filter(reference=tidy, erased_at=None).first()
    row = AccountRequest.objects.create(
        reference=tidy,
        case=found,
        from_unit=by.unit,
        asked_by=by.person,
        wanted_for=telling.For(wanted_for).value,
        at=at,
    )
    if found is not None and found.is_open:
        clocks.start(case=found, kind=deadlines.ACCOUNT_REQUEST, starts_at=at)
    return row


@acting.action("telling.answer")
def answer_request(
    *,
    by: acting.Actor,
    at: datetime,
    request: AccountRequest,
    give: bool,
    accounts: Sequence[Account] = (),
    reason: telling.No | str = "",
    questions: Sequence[bool] = (),
    language: str = "",
    interpreter_used: bool = False,
    guardian_agrees: bool = False,
) -> AccountRequest:
    """Answer with the person's word: their yes to this unit gives the accounts, a no gives none."""
    held = guard.hold(by, "telling.answer", request)
    guard.refuse_if(telling.why_not_answer(held.state, give=give, reason=reason))
    case = held.case
    if case is None:
        raise acting.NotFound
    if give or reason == telling.No.PERSON_SAID_NO:
        _write_words(
            by,
            at,
            case,
            held.from_unit,
            given=give,
            questions=questions,
            language=language,
            interpreter_used=interpreter_used,
            guardian_agrees=guardian_agrees,
        )
    if give:
        _give(by, at, case, held.from_unit, accounts)
    held.state = (telling.Request.GIVEN if give else telling.Request.REFUSED).value
    held.reason = "" if give else telling.No(reason).value
    held.answered_at, held.answered_by = at, by.person
    held.save()
    if not AccountRequest.objects.waiting().filter(case=case).exists():
        clocks.stop(case=case, act="answer_request", at=at, kinds=[deadlines.ACCOUNT_REQUEST])
    return held


def _write_words(
    by: acting.Actor,
    at: datetime,
    case: Case,
    unit: Unit,
    *,
    given: bool,
    questions: Sequence[bool],
    language: str,
    interpreter_used: bool,
    guardian_agrees: bool,
) -> None:
    for by_guardian in (False, True) if case.subject().needs_guardian() else (False,):
        consents.write_consent(
            by=by,
            at=at,
            subject=case,
            purpose=SHARE,
            given=given and (guardian_agrees or not by_guardian),
            questions=questions,
            language=language or case.language,
            recipient=unit,
            by_guardian=by_guardian,
            interpreter_used=interpreter_used,
            classes=[FieldClass.TESTIMONY.value] if given else None,
        )


def _give(
    by: acting.Actor, at: datetime, case: Case, unit: Unit, accounts: Sequence[Account]
) -> None:
    wanted = {account.pk for account in accounts}
    rows = list(Account.objects.filter(case=case, pk__in=wanted).order_by("told_at", "id"))
    if not rows or len(rows) != len(wanted):
        raise acting.Refused("Choose which account is given.")
    for row in rows:
        disclosing.share(
            by=by,
            at=at,
            case=case,
            purpose=SHARE,
            recipient=unit,
            classes=account_model.CLASSES,
            object_id=row.id,
            to_unit=unit,
            what="account",
        )
