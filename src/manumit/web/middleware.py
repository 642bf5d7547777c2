"""What holds for every request: headers, the life of the session, the language, plain errors."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from manumit.web import live_session

Respond = Callable[[HttpRequest], HttpResponse]

# Everything a page never needs; a page that shows none of them cannot be made to.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture",
        "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection",
        "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
        "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
    )
) + ", publickey-credentials-create=(self), publickey-credentials-get=(self)"  # fmt: skip


def headers(respond: Respond) -> Respond:
    """Put the same strict headers on every answer, whatever its address, method or status."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if not request.path.startswith(settings.STATIC_URL) or response.status_code >= 400:
            response["Cache-Control"] = getattr(response, "kept", "no-store")
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["X-Content-Type-Options"] = "nosniff"
        # Not no-referrer: with it browsers send "Origin: null" with a form, and no form is accepted.
        response["Referrer-Policy"] = "same-origin"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Frame-Options"] = "DENY"
        return response

    return answer


def session(respond: Respond) -> Respond:
    """End sessions that are over, that another sign-in has replaced, or that skipped a step."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return respond(request)
        now = datetime.now(UTC)
        reason = live_session.why_ended(request, now)
        if not reason:
            live_session.note_seen(request, now)
            return respond(request)
        live_session.end(request, now)
        logout(request)
        request.user = AnonymousUser()
        if reason != live_session.UNFINISHED:
            request.session[live_session.ENDED] = reason
        # What was sent with a dead session is not carried out; a page is asked for anew.
        response = respond(request) if request.method in {"GET", "HEAD"} else redirect("sign_in")
        live_session.forget_unlock(response)
        return response

    return answer


def language(respond: Respond) -> Respond:
    """Speak the language that the address asks for (?lang=), else the person's, else the browser's."""

    def answer(request: HttpRequest) -> HttpResponse:
        known = {code for code, _ in settings.LANGUAGES}
        wishes = (
            request.GET.get("lang", ""),
            getattr(request.user, "language", ""),
            request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
        )
        chosen = next((wish for wish in wishes if wish in known), "")
        code = chosen or translation.get_language_from_request(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = respond(request)
            response.headers.setdefault("Content-Language", code)
        return response

    return answer


def plain_errors(respond: Respond) -> Respond:
    """Give a wrong method a page that says so, instead of an empty answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if response.status_code == 405 and not response.content and request.method != "HEAD":
            allowed = response["Allow"]
            response = render(request, "405.html", status=405)
            response["Allow"] = allowed
        return response

    return answer
