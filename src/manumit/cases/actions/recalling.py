"""What happens to things that left when the person takes them back: ended, keys made new, told.

A key that was given is destroyed and the class gets a new one, so that a copy opens nothing that is
kept or written from now on. What was read, printed, sent or said cannot be recalled: it is listed,
and somebody tells the recipient.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from manumit.cases import deadlines, telling
from manumit.cases.actions import clocks, doorkeys, tracing
from manumit.cases.models import AccountRequest, Case, Disclosure, KeyRotation
from manumit.core.actions import acting, guard, rotating, sealed
from manumit.core.models import Unit
from manumit.core.sealing import FieldClass

LETTER = "letter"  # its own referral ends with it
ACCOUNT = "account"


@dataclass(frozen=True)
class CannotRecall:
    """Something that already left: who has it, fields of a letter or kinds of content, when."""

    recipient: str
    fields: tuple[str, ...]
    sent_at: datetime
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ended:
    """What was ended: recipients that see it here, those a person must tell, what stays known."""

    told: tuple[str, ...] = ()
    to_tell: tuple[str, ...] = ()
    cannot_recall: tuple[CannotRecall, ...] = ()


def end(
    *, by: acting.Actor, at: datetime, case: Case, rows: Iterable[Disclosure], withdrawn: bool
) -> Ended:
    """End what left, inside an action: keys destroyed and made new, recipients to be told named."""
    told: list[str] = []
    to_tell: list[str] = []
    stays: list[CannotRecall] = []
    for row in rows:
        row.ended_at, row.withdrawn = at, withdrawn
        row.save(update_fields=["ended_at", "withdrawn"])
        if row.what == LETTER:
            continue  # its referral ends with it and tells the same
        if row.what == tracing.WHAT:
            tracing.end_answers(case=case, at=at, recipient=row.recipient_id)
        if row.what == ACCOUNT and withdrawn:
            _say_so(case, row.to_unit)
        if row.how == Disclosure.How.KEY.value and row.object_id and row.to_unit:
            _take_back(by, at, case, row.object_id, row.classes, row.to_unit)
        elif withdrawn:
            clocks.start(case=case, kind=deadlines.TELL_RECIPIENT, starts_at=at)
        (to_tell if row.how != Disclosure.How.KEY.value else told).append(row.recipient_name)
        if row.seen:
            stays.append(CannotRecall(row.recipient_name, (), row.at, tuple(row.classes)))
    return Ended(tuple(told), tuple(to_tell), tuple(stays))


def _say_so(case: Case, unit: Unit | None) -> None:
    """The team that was given an account sees at once that it was taken back."""
    given = AccountRequest.objects.filter(case=case, from_unit=unit, state=telling.Request.GIVEN)
    given.update(state=telling.Request.TAKEN_BACK.value)


def _take_back(
    by: acting.Actor, at: datetime, case: Case, object_id: UUID, classes: list[str], unit: Unit
) -> None:
    if unit.id == case.unit_id:
        return
    sealed.destroy_keys(object_id=object_id, unit=unit)
    renew_keys(by=by, at=at, case=case, object_id=object_id, classes=classes)


def renew_keys(
    *, by: acting.Actor, at: datetime, case: Case, object_id: UUID, classes: Iterable[str]
) -> bool:
    """Make the keys of classes of an object new, inside an action; False when that has to wait.

    Who holds no keys (the person at their own door, the clock) leaves it to the next colleague who
    opens the case: the wraps of who lost the right are gone already.
    """
    wanted = sorted({FieldClass(name) for name in classes})
    if not _rotate(by, at, case, object_id, wanted):
        KeyRotation.objects.create(
            case=case, object_id=object_id, classes=list(wanted), asked_at=at
        )
        return False
    return True


def _rotate(
    by: acting.Actor, at: datetime, case: Case, object_id: UUID, classes: list[FieldClass]
) -> bool:
    made = rotating.rotate(by=by, at=at, object_id=object_id, classes=classes)
    if made is not None and object_id == case.id:
        doorkeys.rewrap(case=case, keys=made.keys, version=made.version)
    return made is not None


def waiting(case: Case) -> bool:
    """Tell whether keys of this case wait to be made new."""
    return KeyRotation.objects.filter(case=case, done_at=None).exists()


@acting.action("consent.withdraw")
def renew_waiting_keys(*, by: acting.Actor, at: datetime, case: Case) -> int:
    """Make keys new that waited for somebody who holds them; returns how many objects."""
    held = guard.hold(by, "consent.withdraw", case)
    done = 0
    for row in KeyRotation.objects.select_for_update(no_key=True).filter(case=held, done_at=None):
        classes = [FieldClass(name) for name in row.classes]
        gone = not sealed.has_keys(row.object_id, classes)
        if gone or _rotate(by, at, held, row.object_id, classes):
            row.done_at = at
            row.save(update_fields=["done_at"])
            done += 1
    return done


@acting.action("consent.withdraw")
def note_told(*, by: acting.Actor, at: datetime, disclosure: Disclosure) -> Disclosure:
    """Write down that a person told the recipient; the duty ends when all were told."""
    held = guard.hold(by, "consent.withdraw", disclosure)
    if not held.to_tell:
        raise acting.Refused("There is nothing to tell them, or they were told already.")
    held.told_at = at
    held.save(update_fields=["told_at"])
    rows = Disclosure.objects.filter(case=held.case, withdrawn=True, told_at=None)
    if not rows.exclude(how=Disclosure.How.KEY.value).exists():
        kinds = [deadlines.TELL_RECIPIENT]
        clocks.stop(case=held.case, act="note_told", at=at, kinds=kinds)
    return held
