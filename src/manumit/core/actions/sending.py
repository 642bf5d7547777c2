"""The same form sent again is done once: a lost line, an impatient finger, a queue of an old phone.

The first action that a request does writes down, in its own transaction, that this form was sent;
so either both stand or neither. Who sends the same form again is led where the first one led.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from manumit.core.models import Sending, User

KEPT = timedelta(days=30)  # as long as a phone may carry a form that it could not send


class AlreadySent(Exception):  # noqa: N818 (an answer, not an error)
    """This form was sent and done before; `led_to` says where it led, "" when that was lost."""

    def __init__(self, led_to: str) -> None:
        super().__init__(led_to)
        self.led_to = led_to


@dataclass
class Form:
    """A form that is being worked on; `done` once an action of it stands."""

    id: str
    by: User
    at: datetime
    done: bool = False


_form: ContextVar[Form | None] = ContextVar("form_being_sent", default=None)


@contextmanager
def once(*, by: User, at: datetime, digest: str) -> Iterator[Form]:
    """Do what a form asks once; raises AlreadySent where it was done before."""
    _raise_if_sent(digest)
    form = Form(digest, by, at)
    token = _form.set(form)
    try:
        yield form
    finally:
        _form.reset(token)


def _raise_if_sent(digest: str) -> None:
    before = Sending.objects.filter(pk=digest).first()
    if before is not None:
        raise AlreadySent(before.led_to)


def claim() -> Form | None:
    """Write down, inside the transaction of an action, that its form was sent; None without one."""
    form = _form.get()
    if form is None or form.done:
        return None
    try:
        with transaction.atomic():
            Sending.objects.create(id=form.id, by=form.by, at=form.at)
    except IntegrityError:
        _raise_if_sent(form.id)
        raise
    return form


def led_to(form: Form, address: str) -> None:
    """Remember where a form led; a form that only showed something may be sent again."""
    if not form.done:
        return
    rows = Sending.objects.filter(pk=form.id)
    if address:
        rows.update(led_to=address[:500])
    else:
        rows.delete()


def forget(*, at: datetime) -> int:
    """Delete what is older than any form that could still come; returns how many."""
    return Sending.objects.filter(at__lt=at - KEPT).delete()[0]
