"""The one live session of a person: how it begins, how it is known to live, how it ends."""

from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.http import HttpRequest, HttpResponse

from manumit.core import models as core_models
from manumit.core.actions import acting
from manumit.web import actions, models, session_rules

BEGAN, SEEN, STEP, ENDED = "began_at", "seen_at", "second_step", "ended_because"
PENDING_USER, PENDING_AT, PENDING_HALF = "pending_user", "pending_at", "pending_half"
SECRET = "second_step_secret"  # noqa: S105 (the name of a place, not a secret)
DEVICE_DAYS = 180
ELSEWHERE = "You signed in somewhere else, so this session has ended."
UNFINISHED = "Please sign in."


def begin(request: HttpRequest, user: core_models.User, now: datetime, *, step: str) -> None:
    """Sign a person in after both steps: a new session, the only one they have."""
    half = request.session.pop(PENDING_HALF, "")
    for key in (PENDING_USER, PENDING_AT, SECRET):
        request.session.pop(key, None)
    login(request, user)
    mark(request.session, now, step=step)
    request.session.save()
    actions.sign_in(
        by=acting.Actor(user=user),
        at=now,
        session_key=str(request.session.session_key),
        half=half,
    )


def mark(session: object, now: datetime, *, step: str) -> None:
    """Write into a session when it began and by which second step."""
    stamps = {BEGAN: now.timestamp(), SEEN: now.timestamp(), STEP: step}
    session.update(stamps)  # type: ignore[attr-defined]


def why_ended(request: HttpRequest, now: datetime) -> str:
    """Return why the session of a signed-in person is over; "" while it lives."""
    session = request.session
    if not session.get(STEP) or BEGAN not in session or SEEN not in session:
        return UNFINISHED
    reason = session_rules.why_ended(
        began_at=_instant(session[BEGAN]), seen_at=_instant(session[SEEN]), now=now
    )
    if reason:
        return reason
    live = models.LiveSession.objects.filter(user=cast("core_models.User", request.user)).first()
    if live is None or live.session_key != session.session_key:
        return ELSEWHERE
    return ""


def note_seen(request: HttpRequest, now: datetime) -> None:
    """Remember that the person is here, at most twice a minute."""
    if session_rules.note_seen(seen_at=_instant(request.session[SEEN]), now=now):
        request.session[SEEN] = now.timestamp()


def end(request: HttpRequest, now: datetime) -> None:
    """Lock the keys of a session that is over, unless the person has a newer one."""
    live = models.LiveSession.objects.filter(user=cast("core_models.User", request.user)).first()
    if live and live.session_key == request.session.session_key:
        actions.end_session(by=acting.Actor(user=cast("core_models.User", request.user)), at=now)


def _instant(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


# --- cookies -------------------------------------------------------------------------------------
def remember_unlock(response: HttpResponse, secret: str) -> None:
    """Give the browser the half of the person's key that the server does not keep."""
    _set(response, settings.MANUMIT_UNLOCK_COOKIE, secret)


def remember_device(response: HttpResponse, user: core_models.User, device: str) -> None:
    """Mark this browser as one that has signed in to the account, for the count of guesses."""
    value = signing.dumps([str(user.id), device], salt="device")
    _set(response, settings.MANUMIT_DEVICE_COOKIE, value, seconds=DEVICE_DAYS * 86400)


def known_device(request: HttpRequest, user: core_models.User | None) -> str:
    """Return this browser's identifier if it has signed in to the account before, else ""."""
    value = request.COOKIES.get(settings.MANUMIT_DEVICE_COOKIE, "")
    try:
        user_id, device = signing.loads(value, salt="device", max_age=DEVICE_DAYS * 86400)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if user and str(user.id) == user_id else ""


def forget_unlock(response: HttpResponse) -> None:
    """Take the key half away from the browser; the device mark may stay."""
    _set(response, settings.MANUMIT_UNLOCK_COOKIE, "", seconds=0)


def _set(response: HttpResponse, name: str, value: str, *, seconds: int | None = None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        secure=settings.MANUMIT_HTTPS,
        httponly=True,
        samesite="Strict",
    )
