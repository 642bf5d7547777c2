"""``@page``: the one guard in front of every page, and its twin for the few open ones.

A page declares the permission that it needs. A stranger is sent to sign in, a wrong method gets
405, a wrong role 403 with the refusal on the record, a thing that is not the actor's 404. The same
form sent again is led where the first one led. A page into which names are typed is `held`: its
form is answered by an address, so that no browser keeps what was typed (core/actions/holding).
"""

import functools
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import redirect, render

from manumit.core import models, roles
from manumit.core.actions import acting, holding, keys, sending

P = ParamSpec("P")


SHOWN = "shown"  # in an address: the token of a page that is held


class HttpResponseSeeOther(HttpResponseRedirect):
    """Look there with GET, whatever was asked here."""

    status_code = 303


class Request(HttpRequest):
    """A request that passed the guard: who acts, and when."""

    actor: acting.Actor
    now: datetime


def posted(request: Request) -> QueryDict | None:
    """Return what was sent, also when it is empty; None for a page that was only opened."""
    return request.POST if request.method == "POST" else None


View = Callable[Concatenate[Request, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def page(
    permission: str, *, methods: tuple[str, ...] = ("GET",), held: bool = False
) -> Callable[[View[P]], Guarded[P]]:
    """Guard a page by a permission of `core.roles`; HEAD goes with GET."""
    if permission not in roles.PERMISSIONS:
        raise ValueError(f"no such permission: {permission} (see core/roles.py)")
    allowed = tuple(methods) + (("HEAD",) if "GET" in methods else ())

    def decorate(view: View[P]) -> Guarded[P]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                # The page alone: a query may hold what somebody looked for.
                return redirect_to_login(request.path)
            asked = cast("Request", request)
            asked.now = datetime.now(UTC)
            asked.actor = actor_of(request, asked.now)
            reason = roles.why_not(asked.actor.role, permission)
            if reason:
                acting.refuse(by=asked.actor, at=asked.now, act=permission, reason=reason)
                return render(request, "403.html", {"reason": reason}, status=403)
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            try:
                if held and request.method == "GET" and SHOWN in request.GET:
                    return _shown(asked)
                given = _once(asked, lambda: view(asked, *args, **kwargs))
            except acting.NotFound:
                given = render(request, "404.html", status=404)
            except acting.Refused as refusal:
                given = render(request, "403.html", {"reason": refusal.reason}, status=403)
            return _hold(asked, given) if held else given

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.held = held  # type: ignore[attr-defined]
        guarded.methods = tuple(methods)  # type: ignore[attr-defined]
        return guarded

    return decorate


def _hold(request: Request, given: HttpResponse) -> HttpResponse:
    """Answer a form that a browser sent by an address at which its answer is shown.

    Only a person whose keys are unlocked has the half that seals; nobody else is shown names.
    """
    half = request.COOKIES.get(settings.MANUMIT_UNLOCK_COOKIE, "")
    page_for_a_browser = (
        request.method == "POST"
        and "text/html" in request.headers.get("Accept", "")
        and "HX-Request" not in request.headers
        and given.headers.get("Content-Type", "").startswith("text/html")
        and not (given.streaming or 300 <= given.status_code < 400)
    )
    if not half or not page_for_a_browser:
        return given
    token = holding.hold(
        by=request.actor.person,
        at=request.now,
        half=half,
        path=request.path,
        shown=holding.Shown(given.content, given.status_code),
    )
    return HttpResponseSeeOther(_here(request, token))


def _here(request: Request, token: str = "") -> str:
    """Return the page's own address with what was asked of it, and the token of what it shows."""
    query = request.GET.copy()
    query.pop(SHOWN, None)
    if token:
        query[SHOWN] = token
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _shown(request: Request) -> HttpResponse:
    found = holding.show(
        by=request.actor.person,
        at=request.now,
        half=request.COOKIES.get(settings.MANUMIT_UNLOCK_COOKIE, ""),
        path=request.path,
        token=request.GET[SHOWN],
    )
    if found is None:
        return HttpResponseRedirect(_here(request))
    return HttpResponse(found.body, status=found.status)


def _once(request: Request, answer: Callable[[], HttpResponse]) -> HttpResponse:
    digest = _digest(request)
    if not digest:
        return answer()
    try:
        with sending.once(by=request.actor.person, at=request.now, digest=digest) as form:
            given = answer()
    except sending.AlreadySent as before:
        return redirect(before.led_to or "/")
    sending.led_to(form, given.headers.get("Location", ""))
    return given


def _digest(request: Request) -> str:
    """Return what makes a sent form that one: its page's token (new each time a page is shown), its
    words, its files' names and sizes, who sent it and where; "" for what is no form of a page.
    """
    if request.method != "POST" or "csrfmiddlewaretoken" not in request.POST:
        return ""
    files = [(k, f.name, f.size) for k, every in request.FILES.lists() for f in every]
    what = [str(request.actor.id), request.get_full_path(), sorted(request.POST.lists()), files]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def public_page(
    *,
    reason: str,
    methods: tuple[str, ...] = ("GET",),
    nameless: bool = False,
    keep_seconds: int = 0,
) -> Callable[[Callable[Concatenate[HttpRequest, P], HttpResponse]], Guarded[P]]:
    """Declare a page open to everyone, and say why that is right.

    A `nameless` page never learns who asks (see web/nameless). What is the same for everybody may be
    kept by caches for `keep_seconds` when it was asked for by its address alone.
    """
    allowed = tuple(methods) + (("HEAD",) if "GET" in methods else ())

    def decorate(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Guarded[P]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            response = view(request, *args, **kwargs)
            if keep_seconds and request.method in ("GET", "HEAD") and response.status_code == 200:
                response.kept = f"public, max-age={keep_seconds}"  # type: ignore[attr-defined]
            return response

        guarded.public = reason  # type: ignore[attr-defined]
        guarded.nameless = nameless  # type: ignore[attr-defined]
        guarded.methods = tuple(methods)  # type: ignore[attr-defined]
        return guarded

    return decorate


def actor_of(request: HttpRequest, at: datetime) -> acting.Actor:
    """Return who is asking, with their keys unlocked as far as the cookie allows."""
    user = cast("models.User", request.user)
    secret = request.COOKIES.get(settings.MANUMIT_UNLOCK_COOKIE, "")
    ring = keys.keyring_for(user=user, cookie_secret=secret, at=at) if secret else None
    return acting.Actor(user=user, keyring=ring)
