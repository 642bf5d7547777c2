"""Signing in: name and passphrase, then a code or a passkey; both steps, every time, for everyone.

Nobody is signed in between the two steps: what was proven so far stands in the session under a
key of its own and runs out after ten minutes. Who has no second step yet sets one up first and
can reach nothing else. Known and unknown names take the same time and get the same answer.
"""

import secrets
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from manumit.core import models as core_models
from manumit.core import sealing
from manumit.core.actions import acting, keys
from manumit.core.views import Request, page, public_page
from manumit.web import (
    actions,
    addresses,
    forms,
    guesses,
    hashing,
    live_session,
    second_factors,
    session_rules,
    throttle,
)

_OPEN = "a person signs in here, so nobody can be known yet"
_NEXT = "sign_in_next"


def _busy(request: HttpRequest) -> HttpResponse:
    response = render(request, "account/busy.html", status=503)
    response["Retry-After"] = "5"
    return response


@sensitive_post_parameters()
@public_page(reason=_OPEN, methods=("GET", "POST"))
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and passphrase; lead on to the second step."""
    if request.user.is_authenticated:
        return redirect("home")
    form = forms.SignIn(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with hashing.slot(settings.MANUMIT_DATA / "locks"):
                answer = _check_passphrase(request, form)
        except hashing.Busy:
            return _busy(request)
        if answer is not None:
            return answer
    status = 429 if getattr(form, "must_wait", False) else 200
    ended = _(request.session.pop(live_session.ENDED, "")) if _was_here(request) else ""
    return render(
        request, "account/sign_in.html", {"form": form, "ended_because": ended}, status=status
    )


def _was_here(request: HttpRequest) -> bool:
    """Tell whether a session ended a moment ago; asking an empty session costs no query."""
    return request.method == "GET" and bool(request.session.get(live_session.ENDED))


def _check_passphrase(request: HttpRequest, form: forms.SignIn) -> HttpResponse | None:
    """Return where to go next, or None when the form has to be shown again."""
    now = datetime.now(UTC)
    username, passphrase = form.cleaned_data["username"].strip(), form.cleaned_data["passphrase"]
    claimed = core_models.User.objects.filter(username=username).first()
    buckets = guesses.buckets(request, "passphrase", username, claimed)
    reason = guesses.why_wait(buckets, now)
    if reason:
        form.must_wait = True  # type: ignore[attr-defined]
        form.add_error(None, _(reason))
        return None
    user = authenticate(request, username=username, password=passphrase)
    if user is None:
        actions.note_failure(at=now, step="passphrase", user=claimed, buckets=buckets)
        form.add_error(None, _("The account name or the passphrase is not right."))
        return None
    actions.forget_failures(buckets=buckets)
    halves = keys.halves(user=user, passphrase=passphrase)
    return _first_step_done(request, user, halves, now)


def _first_step_done(
    request: HttpRequest, user: core_models.User, halves: tuple[str, str] | None, now: datetime
) -> HttpResponse:
    target = addresses.own(request.GET.get("next", ""))
    request.session.flush()
    request.session[live_session.PENDING_USER] = str(user.id)
    request.session[live_session.PENDING_AT] = now.timestamp()
    if target:
        request.session[_NEXT] = target
    response = redirect("sign_in_code" if second_factors.of(user) else "sign_in_set_up")
    if halves:
        browsers, request.session[live_session.PENDING_HALF] = halves
        live_session.remember_unlock(response, browsers)
    return response


def _pending(request: HttpRequest, now: datetime) -> core_models.User | None:
    """Return who has given their passphrase and not yet the second step; None when it ran out."""
    held = request.session.get(live_session.PENDING_USER)
    stamp = request.session.get(live_session.PENDING_AT)
    if request.user.is_authenticated or not held or not isinstance(stamp, float):
        return None
    given_at = datetime.fromtimestamp(stamp, UTC)
    if session_rules.why_not_continue(passphrase_at=given_at, now=now):
        request.session.flush()
        return None
    return core_models.User.objects.filter(pk=held, is_active=True).first()


def _finish(request: HttpRequest, user: core_models.User, now: datetime, step: str) -> HttpResponse:
    target = request.session.pop(_NEXT, "")
    device = live_session.known_device(request, user) or secrets.token_urlsafe(16)
    live_session.begin(request, user, now, step=step)
    response = redirect(target or "home")
    live_session.remember_device(response, user, device)
    return response


@sensitive_post_parameters()
@public_page(reason=_OPEN, methods=("GET", "POST"))
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the second step: a code, or a passkey where the person has one."""
    now = datetime.now(UTC)
    user = _pending(request, now)
    if user is None:
        return redirect("sign_in")
    if not second_factors.of(user):
        return redirect("sign_in_set_up")
    buckets = guesses.buckets(request, "code", user.username, user)
    form = forms.Code(request.POST if "code" in request.POST else None)
    wait = guesses.why_wait(buckets, now)
    problem = _(wait) if wait else ""
    if request.method == "POST" and not wait:
        step = _second_step(request, user, form)
        if step:
            actions.forget_failures(buckets=buckets)
            return _finish(request, user, now, step)
        actions.note_failure(at=now, step="code", user=user, buckets=buckets)
        problem = _("This was not right. Try again with a new code, or with your passkey.")
    return render(
        request,
        "account/code.html",
        _code_page(user, form, problem),
        status=429 if wait else 200,
    )


def _second_step(request: HttpRequest, user: core_models.User, form: forms.Code) -> str:
    """Return how the second step was taken; "" when it was not."""
    if "credential" in request.POST:
        factor = second_factors.factor_for_passkey(user, request.POST["credential"])
    else:
        code = form.cleaned_data["code"] if form.is_valid() else ""
        factor = second_factors.factor_for_code(user, code) if code else None
    if factor is None:
        return ""
    factor.record_usage()
    return str(factor.type)


def _code_page(user: core_models.User, form: forms.Code, problem: str) -> dict[str, Any]:
    passkey = second_factors.has(user, "webauthn")
    return {
        "form": form if second_factors.has(user, "totp") else None,
        "passkey_options": second_factors.passkey_options(user, create=False) if passkey else None,
        "problem": problem,
    }


@public_page(reason=_OPEN, methods=("GET", "POST"))
def sign_in_set_up(request: HttpRequest) -> HttpResponse:
    """Set up the first second step, before anything else can be reached."""
    now = datetime.now(UTC)
    user = _pending(request, now)
    if user is None:
        return redirect("sign_in")
    if second_factors.of(user):
        return redirect("sign_in_code")
    by = acting.Actor(user=user)
    code_form = forms.Code(request.POST if "code" in request.POST else None)
    passkey_form = forms.FirstPasskey(request.POST if "credential" in request.POST else None)
    secret = held_secret(request)
    if code_form.is_bound and code_form.is_valid():
        if second_factors.code_is_right(secret, code_form.cleaned_data["code"]):
            actions.add_code_app(by=by, at=now, secret=secret)
            return _finish(request, user, now, "totp")
        code_form.add_error("code", _("This code is not right. Wait for the next one."))
    if passkey_form.is_bound and passkey_form.is_valid():
        credential = second_factors.checked_credential(passkey_form.cleaned_data["credential"])
        if credential:
            name = passkey_form.cleaned_data["name"]
            actions.add_passkey(by=by, at=now, name=name, credential=credential)
            return _finish(request, user, now, "webauthn")
        passkey_form.add_error("name", _("The passkey could not be checked. Try once more."))
    return render(
        request,
        "account/set_up.html",
        {
            "form": code_form,
            "passkey_form": passkey_form,
            "secret": grouped(secret),
            "passkey_options": second_factors.passkey_options(user, create=True),
        },
    )


def held_secret(request: HttpRequest) -> str:
    """Return the code-app secret that is being set up; the session holds it sealed."""
    held = request.session.get(live_session.SECRET)
    if held:
        try:
            return second_factors.unseal(held, "set-up")
        except (sealing.SealBroken, ValueError):
            pass
    secret = second_factors.new_secret()
    request.session[live_session.SECRET] = second_factors.seal(secret, "set-up")
    return secret


def grouped(secret: str) -> str:
    """Return a secret in groups of four, for typing."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


@public_page(reason=_OPEN)
def sign_in_picture(request: HttpRequest) -> HttpResponse:
    """Return the picture that a code app scans; only to the person who is setting it up."""
    now = datetime.now(UTC)
    signed_in = request.user if request.user.is_authenticated else None
    user = signed_in or _pending(request, now)
    if user is None or live_session.SECRET not in request.session:
        return render(request, "404.html", status=404)
    picture = second_factors.qr(user, held_secret(request))
    return HttpResponse(picture, content_type="image/svg+xml")


@sensitive_post_parameters()
@public_page(reason="who forgot the passphrase cannot be signed in", methods=("GET", "POST"))
def recover(request: HttpRequest) -> HttpResponse:
    """Set a new passphrase by the recovery code; the second step is still asked for after."""
    now = datetime.now(UTC)
    username = request.POST.get("username", "").strip()
    user = core_models.User.objects.filter(username=username, is_active=True).first()
    form = forms.Recover(request.POST or None)
    if request.method == "POST" and form.is_valid():
        buckets = guesses.buckets(request, "recover", username, user)
        wait = guesses.why_wait(buckets, now)
        next_code = "" if wait else _recovered(form, user, now, buckets)
        if next_code:
            return render(request, "account/recovered.html", {"code": next_code})
        form.add_error(None, _(wait or "The account name or the recovery code is not right."))
    return render(request, "account/recover.html", {"form": form})


def _recovered(
    form: forms.Recover,
    user: core_models.User | None,
    now: datetime,
    buckets: tuple[throttle.Bucket, ...],
) -> str:
    try:
        with hashing.slot(settings.MANUMIT_DATA / "locks"):
            if user is None:
                core_models.User().set_password(form.cleaned_data["new"])
            else:
                return actions.recover(
                    by=acting.Actor(user=user),
                    at=now,
                    code=form.cleaned_data["code"],
                    new_passphrase=form.cleaned_data["new"],
                )
    except (acting.Refused, hashing.Busy):
        pass
    actions.note_failure(at=now, step="recover", user=user, buckets=buckets)
    return ""


@page("account.own", methods=("POST",))
def sign_out(request: Request) -> HttpResponse:
    """End the session here and lock the keys; the browser forgets what it kept of the pages."""
    actions.sign_out(by=request.actor, at=request.now)
    logout(request)
    response = redirect("signed_out")
    live_session.forget_unlock(response)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@public_page(reason="shown after signing out")
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that the session has ended."""
    return render(request, "account/signed_out.html")
