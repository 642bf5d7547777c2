"""Addresses that do not ask who anybody is: no cookie comes in, none goes out, nothing is kept.

A view is nameless by `@public_page(nameless=True)`. A signed-in officer who opens such a page gets
the same bytes as a stranger: what comes with the request to tell who asks is taken off before any
other code sees it. docs/decisions/0013.
"""

import secrets
import threading
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import translation

from manumit.web import throttle
from manumit.web.crowd import Crowd
from manumit.web.middleware import Respond

_lock = threading.Lock()
_crowd = Crowd(key=secrets.token_bytes(32), began=0.0)
COST_OF_PAPER = 10  # a PDF takes about ten times the work of a page


def nameless(respond: Respond) -> Respond:
    """Take off who asks, let a crowd through but no flood, and let nothing be remembered."""

    def answer(request: HttpRequest) -> HttpResponse:
        view = _view(request)
        if not getattr(view, "nameless", False):
            return respond(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        cost = COST_OF_PAPER if getattr(view, "paper", False) else 1
        if reason := _why_not(request, cost):
            with translation.override(translation.get_language_from_request(request)):
                response = render(request, "429.html", {"reason": reason}, status=429)
            response["Retry-After"] = "60"
        else:
            response = respond(request)
        response.cookies.clear()
        response["Vary"] = "Accept-Encoding, Accept-Language"
        return response

    return answer


def _view(request: HttpRequest) -> object:
    try:
        return resolve(request.path_info).func
    except Resolver404:
        return None


def _why_not(request: HttpRequest, cost: int) -> str:
    now = time.monotonic()
    sender = throttle.network(
        throttle.client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            settings.MANUMIT_PROXIES,
        )
    )
    with _lock:
        if _crowd.over(now):
            forget(now)
        return _crowd.why_not(sender, cost)


def forget(now: float = 0.0) -> None:
    """Throw the counts away with their key: who asked before is unknown from here on."""
    global _crowd
    _crowd = Crowd(key=secrets.token_bytes(32), began=now)
