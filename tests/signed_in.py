"""A test client that has signed in with both steps, without the cost of the two hashes."""

from datetime import UTC, datetime

from django.conf import settings
from django.test import Client

import make
from manumit.core import models
from manumit.core.actions import acting, keys
from manumit.web import actions, live_session


def client_for(
    user: models.User, *, unlocked: bool = True, now: datetime | None = None, **options: object
) -> Client:
    """Return a client signed in as this account, keys unlocked; `options` go to Client."""
    at = now or datetime.now(UTC)
    client = Client(**options)  # type: ignore[arg-type]
    client.force_login(user)
    session = client.session
    live_session.mark(session, at, step="totp")
    session.save()
    actions.sign_in(by=acting.Actor(user=user), at=at, session_key=str(session.session_key))
    if unlocked:
        secret = keys.unlock(user=user, passphrase=make.PASSPHRASE, at=at)
        assert secret
        client.cookies[settings.MANUMIT_UNLOCK_COOKIE] = secret
    return client
