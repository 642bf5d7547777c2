"""The person's side of their own door: come in, read, say, ask, take back, go.

Behind the other code there is nothing: the keys of that side open no class of the case, and what is
typed there is kept, marked for the worker, and asks for nothing.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from manumit.cases import door as rules
from manumit.cases.actions import clocks, consents, doorkeys
from manumit.cases.models import Case, Clock, Consent, Door, DoorMessage, DoorVisit, Need
from manumit.core import fields, sealing
from manumit.core.actions import acting, guard, sealed

PURPOSE = "the person's own door"
STRAINED = "door_strained"
MOST_A_DAY = 40
_COOKIE_BYTES = 32


@dataclass(frozen=True)
class Visit:
    """A visit that goes on: who is here, on which page, and what a form must carry."""

    by: doorkeys.Person
    page: str
    token: str = field(repr=False)
    row: DoorVisit = field(repr=False)


def _here(by: acting.Actor) -> doorkeys.Person:
    if not isinstance(by, doorkeys.Person):
        raise acting.Refused("Only the person can do this, at their own door.")
    return by


def _own(by: acting.Actor, case: Case) -> doorkeys.Person:
    """Return the person when this is their case and their door still stands; raises NotFound."""
    here = _here(by)
    row = doorkeys.standing(here.door.id)
    if row is None or row.case_id != case.pk:
        raise acting.NotFound
    return here


# --- coming and going ----------------------------------------------------------------------------
@acting.action("door.use")
def enter(*, by: acting.Actor, at: datetime, case: Case, opened: doorkeys.Opened) -> str:
    """Begin a visit; returns what lives only in the browser. Visits that are over are forgotten."""
    here = _own(by, case)
    if not here.alone:
        Door.objects.filter(pk=here.door.id).update(strained_at=at)
        clocks.start(case=case, kind=STRAINED, starts_at=at)
    cookie = secrets.token_bytes(_COOKIE_BYTES)
    place = _place(cookie)
    DoorVisit.objects.filter(seen_at__lt=at - rules.IDLE).delete()
    DoorVisit.objects.create(
        id=place,
        door_id=here.door.id,
        wrap=sealing.wrap_key(_key(cookie), opened.to_bytes(), _aad(place)),
        began_at=at,
        seen_at=at,
    )
    return base64.urlsafe_b64encode(cookie).decode()


def _place(cookie: bytes) -> UUID:
    return UUID(bytes=hashlib.sha256(b"door visit" + cookie).digest()[:16])


def _key(cookie: bytes) -> bytes:
    return sealing.subkey(cookie, b"door visit")


def _aad(place: UUID) -> bytes:
    return f"door visit|{place}".encode()


def _token(cookie: bytes) -> str:
    return hmac.new(cookie, b"form", hashlib.sha256).hexdigest()[:32]


def visit(cookie: str, at: datetime) -> Visit | None:
    """Return the visit that a browser's secret belongs to; None when there is none, or it is over."""
    try:
        raw = base64.urlsafe_b64decode(cookie.encode())
    except (ValueError, binascii.Error):
        return None
    if len(raw) != _COOKIE_BYTES or base64.urlsafe_b64encode(raw).decode() != cookie:
        return None
    row = DoorVisit.objects.filter(pk=_place(raw)).first()
    if row is None or rules.ended(began=at - row.began_at, idle=at - row.seen_at):
        return None
    door = doorkeys.standing(row.door_id)
    try:
        kept = sealing.unwrap_key(_key(raw), bytes(row.wrap), _aad(row.id))
    except sealing.SealBroken:
        return None
    if door is None:
        return None
    by = doorkeys.person(doorkeys.Opened.from_bytes(door, kept), at)
    return Visit(by, row.page, _token(raw), row)


def turn(*, at: datetime, visit: Visit, page: str) -> None:
    """Remember which page of a visit is open, and that somebody is there."""
    DoorVisit.objects.filter(pk=visit.row.id).update(page=page[:60], seen_at=at)


def leave(*, visit: Visit) -> None:
    """End a visit: what the browser holds opens nothing any more."""
    DoorVisit.objects.filter(pk=visit.row.id).delete()


# --- reading -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Facts:
    """What may be shown of a case, and what is kept but not shown here."""

    person: dict[str, Any] = field(default_factory=dict)
    needs: list[tuple[Need, dict[str, Any]]] = field(default_factory=list)
    shown: frozenset[str] = frozenset()
    notes: int = 0
    more: bool = False


@guard.opening("door.use")
def open_facts(*, by: acting.Actor, at: datetime, case: Case) -> Facts:
    """Open what the person chose to see here; one opening on the record.

    Notes of those who help are counted, not shown: they may say what whoever reads along must not
    know that the person told.
    """
    here = _own(by, case)
    if not here.alone:
        return Facts()
    wanted = rules.classes(here.door.parts)
    held = {name for _, name in by.keys().keys([case.id], wanted)}
    needs = list(Need.objects.checklist(case))
    opened = sealed.open_rows(by=by, at=at, purpose=PURPOSE, rows=[case, *needs], classes=held)
    return Facts(
        person=opened[0],
        needs=list(zip(needs, opened[1:], strict=True)),
        shown=frozenset(held),
        notes=case.notes.count(),
        more=len(held) < len(rules.classes(rules.Part)),
    )


@guard.opening("door.use")
def open_thread(*, by: acting.Actor, at: datetime, case: Case) -> list[tuple[DoorMessage, str]]:
    """Open what was said on this side of the door, the newest first; one opening on the record."""
    here = _own(by, case)
    rows = list(DoorMessage.objects.of_thread(here.thread)[:50])
    opened = sealed.open_rows(by=by, at=at, purpose=PURPOSE, rows=rows, classes=doorkeys.THREAD)
    return [(row, str(each.get("text") or "")) for row, each in zip(rows, opened, strict=True)]


# --- saying and asking ---------------------------------------------------------------------------
@acting.action("door.use")
def say(*, by: acting.Actor, at: datetime, case: Case, kind: str, text: str) -> DoorMessage:
    """Send a message or ask for something; a request starts its clock."""
    here = _own(by, case)
    meant = rules.Kind(kind)
    if meant is rules.Kind.ANSWER:
        raise acting.Refused("Only a case worker answers.")
    if meant in {rules.Kind.MESSAGE, rules.Kind.CORRECTION} and not text.strip():
        raise acting.Refused("Write something first.")
    since = at - timedelta(days=1)
    if DoorMessage.objects.of_thread(here.thread).filter(at__gt=since).count() >= MOST_A_DAY:
        raise acting.Refused("That was a lot for one day. Please go on tomorrow.")
    keys = sealed.keys_of(by, here.thread, doorkeys.THREAD)
    made = DoorMessage(
        id=fields.new_id(),
        case=case,
        door=here.door,
        kind=meant.value,
        at=at,
        seal_owner=here.thread,
    )
    words = text.strip()[: rules.MESSAGE_LENGTH]
    sealed.write(made, {"text": words or None}, keys)
    made.save(force_insert=True)
    if here.alone:
        _start_clock(case, rules.CLOCKS[meant], at)
    return made


def _start_clock(case: Case, kind: str, at: datetime) -> None:
    """Start the clock of a request; asking again does not put the day off."""
    if not Clock.objects.running().filter(case=case, kind=kind).exists():
        clocks.start(case=case, kind=kind, starts_at=at)


@acting.action("door.use")
def take_back(*, by: acting.Actor, at: datetime, case: Case, consent: Consent) -> Consent:
    """Take a consent back; it takes effect everywhere at once.

    Without the consent to keep a record there is nothing to look at any more: the door closes.
    """
    here = _own(by, case)
    if not here.alone or consent.subject_id not in case.subject_ids() or consent.by_guardian:
        raise acting.NotFound
    return consents.withdraw_consent(by=by, at=at, consent=consent).consent


@acting.action("door.use")
def shut(*, by: acting.Actor, at: datetime, case: Case) -> Case:
    """Close the door at the person's wish. The other code closes itself alone."""
    here = _own(by, case)
    if here.alone:
        doorkeys.end(case=case, at=at, because=rules.Closed.PERSON)
    else:
        doorkeys.lose_side(here.door.id, here.side)
    return case


@acting.action("door.use")
def take_copy(*, by: acting.Actor, at: datetime, case: Case) -> Case:
    """Put on the record that a copy was taken on the person's own telephone."""
    _own(by, case)
    return case
