"""Verbs of signing in, of looking after accounts, and of handing the record out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.sessions.models import Session

from manumit.core import models as core_models
from manumit.core.actions import acting, keys, record
from manumit.web import models, throttle


def note_failure(
    *, at: datetime, step: str, user: core_models.User | None, buckets: tuple[throttle.Bucket, ...]
) -> None:
    """Count a wrong guess and put it on the record; forgets guesses older than a day."""
    _count(at, buckets)
    record.append(
        by=None,
        at=at,
        act="account.own",
        verb="sign_in",
        outcome="refused",
        objects={"user": str(user.id)} if user else {},
        details={"step": step},
    )


def _count(at: datetime, buckets: tuple[throttle.Bucket, ...]) -> None:
    models.FailedGuess.objects.filter(at__lt=at - 96 * throttle.WINDOW).delete()
    models.FailedGuess.objects.bulk_create(
        [models.FailedGuess(digest=bucket.digest, at=at) for bucket in buckets]
    )


@acting.action("account.own")
def miss_passphrase(
    *, by: acting.Actor, at: datetime, buckets: tuple[throttle.Bucket, ...]
) -> core_models.User:
    """Count a wrong passphrase typed by somebody who is signed in, or who borrowed the session."""
    _count(at, buckets)
    return by.person


def note_wrong_code(*, at: datetime, digests: tuple[str, ...], number: bytes) -> None:
    """Count a wrong code at a person's door and put it on the record.

    `number` is the keyed digest of what was typed as the door's number, whether it exists or not.
    """
    _count(at, tuple(throttle.Bucket(digest, 0) for digest in digests))
    record.append(
        by=None,
        at=at,
        act="door.use",
        verb="enter",
        outcome="refused",
        objects={"number": str(UUID(bytes=number))},
    )


def forget_wrong_codes(*, digest: str) -> None:
    """Clear what this sender guessed wrong at this number."""
    models.FailedGuess.objects.filter(digest=digest).delete()


def forget_failures(*, buckets: tuple[throttle.Bucket, ...]) -> None:
    """Clear what was counted on this account and sender; the count on the address stays."""
    own = buckets[0].digest
    models.FailedGuess.objects.filter(digest=own).delete()


@acting.action("account.own")
def sign_in(
    *, by: acting.Actor, at: datetime, session_key: str, half: str = ""
) -> core_models.User:
    """Begin the one session of a person; a session elsewhere ends now.

    `half` is the server's half of their key, of `keys.halves`; "" keeps the keys as they are.
    """
    if half:
        keys.hold(user=by.person, half=half, at=at)
    live = models.LiveSession.objects.filter(user=by.person).first()
    if live and live.session_key != session_key:
        Session.objects.filter(session_key=live.session_key).delete()
    models.LiveSession.objects.update_or_create(
        user=by.person, defaults={"session_key": session_key, "began_at": at}
    )
    Session.objects.filter(expire_date__lt=at).delete()
    return by.person


@acting.action("account.own")
def sign_out(*, by: acting.Actor, at: datetime) -> core_models.User:
    """End the session: keys are locked at once."""
    models.LiveSession.objects.filter(user=by.person).delete()
    keys.lock(user=by.person)
    return by.person


@acting.action("account.own")
def end_session(*, by: acting.Actor, at: datetime) -> core_models.User:
    """End a session that ran out: keys are locked, and the record shows that time did it."""
    models.LiveSession.objects.filter(user=by.person).delete()
    keys.lock(user=by.person)
    return by.person


@acting.action("account.own")
def add_code_app(*, by: acting.Actor, at: datetime, secret: str) -> core_models.User:
    """Add a code app as second factor; one that was there before stops working."""
    Authenticator.objects.filter(user=by.person, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(by.person, secret)
    return by.person


@acting.action("account.own")
def add_passkey(
    *, by: acting.Actor, at: datetime, name: str, credential: dict[str, Any]
) -> core_models.User:
    """Add a passkey that has been checked against its challenge."""
    WebAuthn.add(by.person, name, credential)
    return by.person


@acting.action("account.own")
def remove_second_factor(*, by: acting.Actor, at: datetime, factor_id: int) -> core_models.User:
    """Remove one's own second factor, but never the last."""
    own = Authenticator.objects.filter(user=by.person)
    if own.count() < 2:
        raise acting.Refused("This is your only second step. Add another one first.")
    deleted, _ = own.filter(pk=factor_id).delete()
    if not deleted:
        raise acting.NotFound
    return by.person


@acting.action("account.manage")
def reset_second_factors(
    *, by: acting.Actor, at: datetime, user: core_models.User
) -> core_models.User:
    """Let a person set up their second step anew; their passphrase is still needed."""
    if by.user and by.user.id == user.id:
        raise acting.Refused("Ask another administrator to do this for your own account.")
    Authenticator.objects.filter(user=user).delete()
    live = models.LiveSession.objects.filter(user=user).first()
    if live:
        Session.objects.filter(session_key=live.session_key).delete()
        live.delete()
    keys.lock(user=user)
    return user


@acting.action("account.own")
def recover(*, by: acting.Actor, at: datetime, code: str, new_passphrase: str) -> str:
    """Set a new passphrase by the recovery code; returns the next code. Raises Refused."""
    next_code = keys.recover_user(user=by.person, code=code, new_passphrase=new_passphrase)
    by.person.set_password(new_passphrase)
    by.person.save()
    return next_code


@acting.action("record.checkpoint")
def sign_checkpoint(*, by: acting.Actor, at: datetime) -> core_models.Checkpoint:
    """Sign the head of the record as it is now, for somebody outside to keep."""
    return record.sign_checkpoint(at=at)


@acting.action("record.export")
def export_record(*, by: acting.Actor, at: datetime) -> int:
    """Put on the record that it is handed out; returns how many entries that is."""
    head = core_models.RecordHead.objects.filter(id=1).first()
    return head.size if head else 0
