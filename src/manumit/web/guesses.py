"""Counting guesses for a request: which buckets it falls into, and whether it has to wait."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from manumit.core import models as core_models
from manumit.web import environment, live_session, models, throttle


def buckets(
    request: HttpRequest, step: str, username: str, user: core_models.User | None
) -> tuple[throttle.Bucket, ...]:
    """Return what a wrong guess of this request would be counted on."""
    address = throttle.client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        settings.MANUMIT_PROXIES,
    )
    return throttle.buckets(
        key=environment.subkey(settings.SECRET_KEY, "throttle"),
        step=step,
        username=username,
        address=address,
        device=live_session.known_device(request, user),
    )


def why_wait(counted: tuple[throttle.Bucket, ...], now: datetime) -> str:
    """Return why the next guess has to wait; "" when it may be tried."""
    failures = models.FailedGuess.objects.counts(
        [bucket.digest for bucket in counted], now - throttle.WINDOW
    )
    return throttle.why_not(counted, failures)
