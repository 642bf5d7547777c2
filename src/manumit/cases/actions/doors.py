"""The worker's side of the person's own door: open it, close it, answer, settle what was asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from manumit.cases import door as rules
from manumit.cases.actions import clocks, doorkeys
from manumit.cases.models import Case, Door, DoorMessage
from manumit.core import fields, sealing
from manumit.core.actions import acting, guard, sealed


@dataclass(frozen=True)
class Made:
    """A new door and its two codes, which are shown once and kept nowhere."""

    door: Door
    code: str = field(repr=False)
    other: str = field(repr=False)


@acting.action("door.open")
def open_door(
    *,
    by: acting.Actor,
    at: datetime,
    case: Case,
    parts: Iterable[str],
    ending: str = "",
    other: str = "",
    known: Iterable[str] = (),
) -> Made:
    """Open a door for a person who is present; an older one is closed with its code.

    `parts` are what may be shown (`door.Part`). `ending` and `other` are the person's own words for
    the code and for the code that opens an empty door; what is left out is made. `known` are words
    that somebody near would guess.
    """
    held = guard.hold(by, "door.open", case)
    if held.erased_at is not None:
        raise acting.Refused("This case was erased. Nothing is left to show.")
    shown = sorted({rules.Part(part).value for part in parts})
    endings = _ending(ending, known), _ending(other, known)
    guard.refuse_if(rules.why_not_both(*endings))
    doorkeys.end(case=held, at=at, because=rules.Closed.RENEWED)
    own, empty = sealing.new_key_pair(), sealing.new_key_pair()
    row = Door(
        id=fields.new_id(),
        case=held,
        public_key=own.public,
        parts=shown,
        opened_by=by.person,
        opened_at=at,
    )
    row.save(force_insert=True)
    number = doorkeys.free_number()
    doorkeys.make_lock(row, number, endings, (own.secret, empty.secret))
    for thread, pair in zip(row.threads(), (own, empty), strict=True):
        keys = sealed.create_keys(
            by=by, at=at, object_id=thread, classes=doorkeys.THREAD, units=[held.unit]
        )
        doorkeys.grant(holder=thread, public=pair.public, object_id=thread, keys=keys)
    _grant_case(by, held, row)
    return Made(row, *(rules.spoken(number, ending) for ending in endings))


def _ending(own: str, known: Iterable[str]) -> str:
    if not own:
        return rules.ending_of(sealing.new_salt())
    guard.refuse_if(rules.why_not_own(own, known))
    return rules.tidy(own)


def _grant_case(by: acting.Actor, case: Case, row: Door) -> None:
    """Wrap the class keys of the case to the door, each in its newest version."""
    shown = rules.classes(row.parts)
    held = by.keys().keys([case.id], shown)
    newest = doorkeys.versions(case, shown)
    for (_, field_class), key in held.items():
        doorkeys.grant(
            holder=row.id,
            public=bytes(row.public_key),
            object_id=case.id,
            keys={field_class: key},
            version=newest[field_class],
        )


@acting.action("door.open")
def close_door(*, by: acting.Actor, at: datetime, case: Case) -> Case:
    """Close the door: its code opens nothing any more. What was said stays with the case."""
    held = guard.hold(by, "door.open", case)
    if not doorkeys.end(case=held, at=at, because=rules.Closed.WORKER):
        raise acting.Refused("There is no door to close.")
    return held


@acting.action("door.open")
def reply(*, by: acting.Actor, at: datetime, case: Case, text: str) -> DoorMessage:
    """Write to the person; they read it when they next come to their door."""
    held = guard.hold(by, "door.open", case)
    row = Door.objects.of_case(held)
    if row is None:
        raise acting.Refused("There is no open door, so nobody could read this.")
    if not text.strip():
        raise acting.Refused("Write something first.")
    keys = sealed.keys_of(by, row.id, doorkeys.THREAD)
    made = DoorMessage(
        id=fields.new_id(),
        case=held,
        door=row,
        kind=rules.Kind.ANSWER.value,
        at=at,
        by=by.person,
        seal_owner=row.id,
    )
    sealed.write(made, {"text": text.strip()[: rules.MESSAGE_LENGTH]}, keys)
    made.save(force_insert=True)
    return made


@acting.action("door.open")
def settle(*, by: acting.Actor, at: datetime, message: DoorMessage) -> DoorMessage:
    """Say that what was asked is done; its clock stops when nothing else of the kind waits."""
    held = guard.hold(by, "door.open", message)
    if held.kind == rules.Kind.ANSWER.value:
        raise acting.Refused("Only what the person asked can be settled.")
    if held.settled_at is not None:
        raise acting.Refused("This was settled already.")
    held.settled_at, held.settled_by = at, by.person
    held.save(update_fields=["settled_at", "settled_by"])
    kind = rules.Kind(held.kind)
    if not DoorMessage.objects.waiting().filter(case=held.case, kind=held.kind).exists():
        clocks.stop(case=held.case, act="settle", at=at, kinds=[rules.CLOCKS[kind]])
    return held


@guard.opening("door.read")
def open_messages(
    *, by: acting.Actor, at: datetime, case: Case, purpose: str = "messages"
) -> list[tuple[DoorMessage, str]]:
    """Open what was said through the doors of a case, the newest first; one opening on the record."""
    guard.see(by, "door.read", case)
    rows = list(
        DoorMessage.objects.filter(case=case).select_related("by").order_by("-at", "id")[:200]
    )
    opened: list[dict[str, Any]] = sealed.open_rows(
        by=by, at=at, purpose=purpose, rows=rows, classes=doorkeys.THREAD
    )
    return [(row, str(each.get("text") or "")) for row, each in zip(rows, opened, strict=True)]
