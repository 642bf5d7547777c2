"""Inquiries: opened for a purpose, with who appears in them, notes for colleagues, and an end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from manumit.core.actions import acting, guard, sealed
from manumit.network import models
from manumit.network.actions import judging, registers


@acting.action("inquiry.write")
def open_inquiry(*, by: acting.Actor, at: datetime, title: str, purpose: str) -> models.Inquiry:
    """Open an inquiry; nobody is looked into without a purpose and a basis."""
    register = registers.mine(by)
    _why_not_words(title, purpose)
    made = models.Inquiry(
        register=register,
        number=registers.next_number(register, models.Inquiry),
        held_by=by.person,
        at=at,
        seal_owner=register.id,
    )
    words = {"title": title.strip(), "purpose": purpose.strip()}
    sealed.write(made, words, registers.keys(by, register))
    made.save(force_insert=True)
    return made


@acting.action("inquiry.write")
def add_note(
    *, by: acting.Actor, at: datetime, inquiry: models.Inquiry, text: str
) -> models.Inquiry:
    """Write a note for colleagues."""
    row = _open(by, inquiry)
    if not text.strip():
        raise acting.Refused("Write the note first.")
    keys = registers.keys(by, row.register)
    before: list[dict[str, str]] = sealed.read(row, keys).get("notes") or []
    note = {"at": at.isoformat(), "by": str(by.id), "text": text.strip()}
    sealed.write(row, {"notes": [*before, note]}, keys)
    row.save()
    return row


@acting.action("inquiry.write")
def add_to(
    *, by: acting.Actor, at: datetime, inquiry: models.Inquiry, entity: models.Entity
) -> models.Appearance:
    """Note that somebody or something appears in an inquiry."""
    row = _open(by, inquiry)
    about = registers.hold(by, "inquiry.write", entity)
    try:
        with transaction.atomic():
            made = models.Appearance.objects.create(
                register=row.register, inquiry=row, entity=about, by=by.person, at=at
            )
    except IntegrityError as problem:
        raise acting.Refused("It appears in this inquiry already.") from problem
    judging.weigh_again(register=row.register, entities=[about.id], at=at)
    return made


@acting.action("inquiry.write")
def take_out(
    *, by: acting.Actor, at: datetime, inquiry: models.Inquiry, entity: models.Entity
) -> models.Inquiry:
    """Take somebody or something out of an inquiry; the record keeps that it was there."""
    row = _open(by, inquiry)
    gone, _ = models.Appearance.objects.filter(inquiry=row, entity=entity).delete()
    if not gone:
        raise acting.NotFound
    return row


@acting.action("inquiry.write")
def close(*, by: acting.Actor, at: datetime, inquiry: models.Inquiry) -> models.Inquiry:
    """Close an inquiry."""
    row = _open(by, inquiry)
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    return row


@acting.action("inquiry.write")
def reopen(*, by: acting.Actor, at: datetime, inquiry: models.Inquiry) -> models.Inquiry:
    """Take up a closed inquiry; it is yours then."""
    row = registers.hold(by, "inquiry.write", inquiry)
    if row.closed_at is None:
        raise acting.Refused("It is open.")
    row.closed_at, row.held_by = None, by.person
    row.save(update_fields=["closed_at", "held_by"])
    return row


@guard.opening("inquiry.read")
def open_words(
    *, by: acting.Actor, at: datetime, inquiries: Sequence[models.Inquiry], purpose: str
) -> list[dict[str, Any]]:
    """Return {"title", "purpose", "notes"} of inquiries, one dictionary a row; on the record."""
    return registers.opened(by, at, inquiries, purpose)


def _open(by: acting.Actor, inquiry: models.Inquiry) -> models.Inquiry:
    row = registers.hold(by, "inquiry.write", inquiry)
    if row.closed_at is not None:
        raise acting.Refused("This inquiry is closed. Open it again first.")
    return row


def _why_not_words(title: str, purpose: str) -> None:
    if not title.strip():
        raise acting.Refused("Give the inquiry a title that colleagues understand.")
    if not purpose.strip():
        raise acting.Refused("Say what the inquiry is for, and on which legal basis.")
