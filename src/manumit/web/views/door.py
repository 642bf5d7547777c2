"""The person's own door: one address, one neutral title, nothing that stays on the telephone.

Every page has the address /d. What is sent answers with a redirect to it, so that neither a code
nor a message lies in the browser's history or in what it keeps for reopening its tabs. Which page
is open is remembered here, not in the address. The one cookie is an opaque secret that ends with the
browser; every form carries a token made from it. See docs/decisions/0011.
"""

import hmac
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from manumit.cases import door as rules
from manumit.cases.actions import atdoor, doorkeys
from manumit.cases.models import Consent
from manumit.core.actions import acting
from manumit.core.views import public_page, showing
from manumit.web import actions, context, environment, hashing, models, slowing, throttle
from manumit.web.views import door_copy, door_pages

WHY_OPEN = "the person comes to their own door with a code; nobody else is known here"
COOKIE = "__Host-n" if settings.MANUMIT_HTTPS else "n"
CLEAR = '"cache", "cookies", "storage"'
_STEP = "door"
_LANGUAGES = {code for code, _name in settings.LANGUAGES}


# It needs no token of ours: without a visit there is nothing to forge, and in a visit each form
# carries a token of the visit itself. So a first look leaves no cookie at all.
@sensitive_post_parameters()
@csrf_exempt
@public_page(reason=WHY_OPEN, methods=("GET", "POST"))
def door(request: HttpRequest) -> HttpResponse:
    """Show the page of a visit, or ask for the code; everything that is sent comes here."""
    now = datetime.now(UTC)
    visit = atdoor.visit(request.COOKIES.get(COOKIE, ""), now)
    if request.method == "POST":
        go = request.POST.get("go", "")
        if go.startswith("language:"):
            return _speak(go.partition(":")[2])
        if visit is None:
            return _enter(request, now) if "code" in request.POST else redirect("door")
        if not hmac.compare_digest(request.POST.get("t", "").encode(), visit.token.encode()):
            return redirect("door")
        return _act(request, visit, go, now)
    if visit is None:
        return _page(request, "enter", {"again": "again" in request.GET, "wait": _waiting(request)})
    return _show(request, visit, now)


@public_page(reason=WHY_OPEN)
def door_leave(request: HttpRequest) -> HttpResponse:
    """End the visit, have the browser forget, and go to a neutral page. One tap, no question."""
    visit = atdoor.visit(request.COOKIES.get(COOKIE, ""), datetime.now(UTC))
    if visit is not None:
        atdoor.leave(visit=visit)
    response = redirect(settings.MANUMIT_LEAVE_TO)
    _forget(response)
    return response


def _forget(response: HttpResponse) -> None:
    response["Clear-Site-Data"] = CLEAR
    for name in (COOKIE, settings.LANGUAGE_COOKIE_NAME):
        response.set_cookie(
            name, "", max_age=0, secure=settings.MANUMIT_HTTPS, httponly=True, samesite="Strict"
        )


def _remember(response: HttpResponse, name: str, value: str) -> None:
    """Set a cookie that ends with the browser."""
    response.set_cookie(
        name, value, secure=settings.MANUMIT_HTTPS, httponly=True, samesite="Strict"
    )


def _speak(code: str) -> HttpResponse:
    response = redirect("door")
    if code in _LANGUAGES:
        _remember(response, settings.LANGUAGE_COOKIE_NAME, code)
    return response


# --- coming in -----------------------------------------------------------------------------------
def _again(why: str) -> HttpResponse:
    return redirect(f"{reverse('door')}?{why}")


def _waiting(request: HttpRequest) -> int:
    """Return how many seconds a page says to wait; the wait itself is counted here, not there."""
    told = request.GET.get("wait", "")
    return min(int(told), 300) if told.isascii() and told.isdigit() and len(told) <= 3 else 0


def _enter(request: HttpRequest, now: datetime) -> HttpResponse:
    code = rules.read(request.POST.get("code", ""))
    digests = _digests(request, code.number)
    wait = _wait(digests, now)
    if wait:
        response = _again(f"wait={wait}")
        response["Retry-After"] = str(wait)
        return response
    try:
        with hashing.slot(settings.MANUMIT_DATA / "door-locks"):
            opened = doorkeys.unlock(code)
    except hashing.Busy:
        return _again("wait=5")
    if opened is None:
        number = doorkeys.blind(code.number)
        actions.note_wrong_code(at=now, digests=digests, number=number)
        return _again("again")
    actions.forget_wrong_codes(digest=digests[0])
    by = doorkeys.person(opened, now)
    cookie = atdoor.enter(by=by, at=now, case=opened.door.case, opened=opened)
    response = redirect("door")
    _remember(response, COOKIE, cookie)
    spoken = opened.door.case.language
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and spoken in _LANGUAGES:
        _remember(response, settings.LANGUAGE_COOKIE_NAME, spoken)
    return response


def _digests(request: HttpRequest, number: str) -> tuple[str, str, str]:
    """Return what a wrong code is counted on: this sender at this number, the sender, the number."""
    address = throttle.client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        settings.MANUMIT_PROXIES,
    )
    sender = throttle.network(address)
    key = environment.subkey(settings.SECRET_KEY, "throttle")
    return (
        throttle.digest(key, _STEP, "pair", number, sender),
        throttle.digest(key, _STEP, "address", sender),
        throttle.digest(key, _STEP, "number", number),
    )


def _wait(digests: tuple[str, str, str], now: datetime) -> int:
    """Return the seconds until the next guess may be made, rounded up; 0 when it may."""
    rows = models.FailedGuess.objects.tallies(list(digests), now - slowing.WINDOW)
    pair, sender, number = (slowing.tally(rows, digest) for digest in digests)
    left = slowing.wait(pair=pair, sender=sender, number=number, now=now)
    return math.ceil(left.total_seconds())


# --- in a visit ----------------------------------------------------------------------------------
def _show(request: HttpRequest, visit: atdoor.Visit, now: datetime) -> HttpResponse:
    page, _sign, note = visit.page.partition("!")
    name, _colon, rest = page.partition(":")
    if name in door_pages.WITH_ID:
        shown = door_pages.WITH_ID[name](visit, now, rest)
    elif name in door_pages.SIMPLE:
        shown = door_pages.SIMPLE[name](visit, now)
    else:
        name, shown = "home", {}
    atdoor.turn(at=now, visit=visit, page=page)
    response = _page(request, name, {**shown, "token": visit.token, "note": note})
    # Without a script, too, a page that is left open closes by itself.
    response["Refresh"] = f"{int(rules.IDLE.total_seconds())};url={reverse('door_leave')}"
    return response


def _page(request: HttpRequest, name: str, shown: dict[str, Any]) -> HttpResponse:
    frame = {
        "door_style": context.built("door.css"),
        "door_script": context.built("door.js"),
        "door_icon": context.built("door.svg"),
        "length": rules.MESSAGE_LENGTH,
    }
    return render(request, f"door/{name}.html", frame | shown)


def _act(request: HttpRequest, visit: atdoor.Visit, go: str, now: datetime) -> HttpResponse:
    verb, _sign, rest = go.partition("=")
    if verb in ACTS:
        try:
            return ACTS[verb](request, visit, rest, now)
        except acting.Refused:
            return _turn(visit, now, visit.page.partition("!")[0] + "!no")
    return _turn(visit, now, go if door_pages.known(go) else "home")


def _turn(visit: atdoor.Visit, now: datetime, page: str) -> HttpResponse:
    atdoor.turn(at=now, visit=visit, page=page)
    return redirect("door")


def _say(request: HttpRequest, visit: atdoor.Visit, kind: str, now: datetime) -> HttpResponse:
    text = request.POST.get("text", "").replace("\0", "")
    if kind not in door_pages.ASKED:
        return _turn(visit, now, "home")
    if kind in {rules.Kind.MESSAGE, rules.Kind.CORRECTION} and not text.strip():
        return _turn(visit, now, visit.page.partition("!")[0] + "!empty")
    atdoor.say(by=visit.by, at=now, case=visit.by.door.case, kind=kind, text=text)
    return _turn(visit, now, "messages!sent")


def _agree(request: HttpRequest, visit: atdoor.Visit, rest: str, now: datetime) -> HttpResponse:
    """A new yes is a wish: somebody talks about it where it is safe, and asks properly."""
    wanted = door_pages.agreeing(visit, now, rest)["word"]
    if wanted is None:
        return _turn(visit, now, "words")
    said = request.POST.get("text", "").replace("\0", "").strip()
    text = f"{wanted['label']} {wanted['recipient']}".strip() + (f"\n{said}" if said else "")
    kind = rules.Kind.YES.value
    atdoor.say(by=visit.by, at=now, case=visit.by.door.case, kind=kind, text=text)
    return _turn(visit, now, "messages!sent")


def _take(_request: HttpRequest, visit: atdoor.Visit, rest: str, now: datetime) -> HttpResponse:
    asked = door_pages.taking_back(visit, now, rest)["word"]
    row = Consent.objects.filter(pk=asked["id"]).first() if asked else None
    if row is None:
        return _turn(visit, now, "words")
    atdoor.take_back(by=visit.by, at=now, case=visit.by.door.case, consent=row)
    return _turn(visit, now, "words!taken")  # after the last consent the door is gone, and this too


def _close(_request: HttpRequest, visit: atdoor.Visit, _rest: str, now: datetime) -> HttpResponse:
    atdoor.shut(by=visit.by, at=now, case=visit.by.door.case)
    atdoor.leave(visit=visit)
    response = redirect("door")
    _forget(response)
    return response


def _copy(_request: HttpRequest, visit: atdoor.Visit, _rest: str, now: datetime) -> HttpResponse:
    """Give the copy that was asked for twice."""
    if visit.page.partition("!")[0] != "copy-here":
        return _turn(visit, now, "copy")
    atdoor.take_copy(by=visit.by, at=now, case=visit.by.door.case)
    return showing.file(door_copy.pdf(visit, now), "notes.pdf")


ACTS: dict[str, Callable[[HttpRequest, atdoor.Visit, str, datetime], HttpResponse]] = {
    "say": _say,
    "agree-sure": _agree,
    "take-sure": _take,
    "close-sure": _close,
    "copy-sure": _copy,
}
