"""Pages that answer a form are held, and shown at an address of their own.

A browser keeps what was sent together with the page that answered it: typed names then lie in its
profile. So a form is answered by an address, and the page there is opened with the browser's half of
the session, which no disk of ours holds, for ten minutes and by the same person at the same place.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from manumit.core import sealing
from manumit.core.models import HeldPage, User

KEPT = timedelta(minutes=10)


@dataclass(frozen=True)
class Shown:
    """What answered: an HTML page and its status."""

    body: bytes
    status: int


def hold(*, by: User, at: datetime, half: str, path: str, shown: Shown) -> str:
    """Seal a page and return the token that finds it; `half` is the browser's half of the session."""
    forget(at=at)
    token = sealing.new_salt().hex()
    HeldPage.objects.create(
        id=_digest(token),
        by=by,
        at=at,
        status=shown.status,
        body=sealing.wrap_key(_key(half, token), shown.body, _place(by, path)),
    )
    return token


def show(*, by: User, at: datetime, half: str, path: str, token: str) -> Shown | None:
    """Return what was held; None where it is gone, somebody else's or of another place."""
    row = HeldPage.objects.filter(pk=_digest(token), by=by, at__gte=at - KEPT).first()
    if row is None:
        return None
    try:
        body = sealing.unwrap_key(_key(half, token), bytes(row.body), _place(by, path))
    except sealing.SealBroken:
        return None
    return Shown(body, row.status)


def forget(*, at: datetime) -> int:
    """Delete what nobody can be shown any more; returns how many."""
    return HeldPage.objects.filter(at__lt=at - KEPT).delete()[0]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _key(half: str, token: str) -> bytes:
    return sealing.subkey(hashlib.sha256(f"{token} {half}".encode()).digest(), b"held page")


def _place(by: User, path: str) -> bytes:
    return f"held page|{by.id}|{path}".encode()
