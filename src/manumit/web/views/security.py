"""One's own account: second steps, passphrase, recovery code. What matters asks for the passphrase."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from manumit.core import sealing
from manumit.core.actions import accounts, acting, keys
from manumit.core.forms import said
from manumit.core.views import Request, page
from manumit.web import actions, forms, guesses, hashing, live_session, second_factors, throttle
from manumit.web.views import signing_in


@page("account.own")
def security(request: Request) -> HttpResponse:
    """Show how this account is protected and what can be changed."""
    factors = [
        {
            "id": factor.pk,
            "name": factor.wrap().name if factor.type == "webauthn" else _("Code app"),
            "kind": _("Passkey") if factor.type == "webauthn" else _("Code app"),
            "created_at": factor.created_at,
            "used_at": factor.last_used_at,
        }
        for factor in second_factors.of(request.actor.person)
    ]
    return render(request, "account/security.html", {"factors": factors})


@sensitive_post_parameters()
@page("account.own", methods=("GET", "POST"))
def code_app(request: Request) -> HttpResponse:
    """Add a code app, or put a new one in the old one's place."""
    person = request.actor.person
    form = forms.AddCodeApp(request.POST or None, user=person)
    secret = signing_in.held_secret(request)
    if _confirmed(request, form):
        if second_factors.code_is_right(secret, form.cleaned_data["code"]):
            actions.add_code_app(by=request.actor, at=request.now, secret=secret)
            request.session.pop(live_session.SECRET, None)
            messages.success(request, _("Your code app is set up."))
            return redirect("security")
        form.add_error("code", _("This code is not right. Wait for the next one."))
    shown = {"form": form, "secret": signing_in.grouped(secret)}
    return render(request, "account/code_app.html", shown)


@sensitive_post_parameters()
@page("account.own", methods=("GET", "POST"))
def passkey(request: Request) -> HttpResponse:
    """Add a passkey."""
    person = request.actor.person
    form = forms.AddPasskey(request.POST or None, user=person)
    if _confirmed(request, form):
        credential = second_factors.checked_credential(form.cleaned_data["credential"])
        if credential:
            actions.add_passkey(
                by=request.actor,
                at=request.now,
                name=form.cleaned_data["name"],
                credential=credential,
            )
            messages.success(request, _("Your passkey is set up."))
            return redirect("security")
        form.add_error("name", _("The passkey could not be checked. Try once more."))
    options = second_factors.passkey_options(person, create=True)
    return render(request, "account/passkey.html", {"form": form, "passkey_options": options})


@sensitive_post_parameters()
@page("account.own", methods=("GET", "POST"))
def remove_second_factor(request: Request, factor_id: int) -> HttpResponse:
    """Remove a second step that is no longer used."""
    form = forms.Confirm(request.POST or None, user=request.actor.person)
    if not any(factor.pk == factor_id for factor in second_factors.of(request.actor.person)):
        raise acting.NotFound
    if _confirmed(request, form):
        actions.remove_second_factor(by=request.actor, at=request.now, factor_id=factor_id)
        messages.success(request, _("It was removed."))
        return redirect("security")
    return render(request, "account/remove_second_factor.html", {"form": form})


@sensitive_post_parameters()
@page("account.own", methods=("GET", "POST"))
def change_passphrase(request: Request) -> HttpResponse:
    """Change one's own passphrase."""
    form = forms.ChangePassphrase(request.POST or None, user=request.actor.person)
    wait = _why_wait(request) if request.method == "POST" else ""
    if wait:
        form.add_error("old", _(wait))
    elif request.method == "POST" and form.is_valid():
        try:
            with hashing.slot(settings.MANUMIT_DATA / "locks"):
                person = accounts.change_passphrase(
                    by=request.actor,
                    at=request.now,
                    old=form.cleaned_data["old"],
                    new=form.cleaned_data["new"],
                )
            update_session_auth_hash(request, person)
            _follow_session(request)
            messages.success(request, _("Your passphrase was changed."))
            return redirect("security")
        except acting.Refused as refusal:
            _count(request)
            form.add_error("old", said(refusal.reason))
        except hashing.Busy:
            form.add_error(None, _("The server is busy. Wait a moment and try again."))
    return render(request, "account/change_passphrase.html", {"form": form})


def _follow_session(request: Request) -> None:
    """The session has a new key now; keep it the person's one session."""
    request.session.save()
    actions.sign_in(by=request.actor, at=request.now, session_key=str(request.session.session_key))


@sensitive_post_parameters()
@page("account.own", methods=("GET", "POST"))
def recovery_code(request: Request) -> HttpResponse:
    """Show a new recovery code; it counts only after it was typed back."""
    if "sealed" in request.POST:
        return _typed_back(request)
    form = forms.Confirm(request.POST or None, user=request.actor.person)
    if _confirmed(request, form):
        code = sealing.new_recovery_code()
        sealed = second_factors.seal(code, f"recovery {request.actor.id}")
        return _show_code(request, forms.TypeBack(initial={"sealed": sealed}), code)
    return render(request, "account/recovery_code.html", {"form": form})


def _typed_back(request: Request) -> HttpResponse:
    form = forms.TypeBack(request.POST)
    try:
        code = second_factors.unseal(request.POST["sealed"], f"recovery {request.actor.id}")
    except (sealing.SealBroken, ValueError):
        return redirect("recovery_code")
    if form.is_valid():
        if _same_code(form.cleaned_data["code"], code):
            keys.renew_recovery_code(by=request.actor, at=request.now, code=code)
            messages.success(request, _("Your new recovery code counts from now on."))
            return redirect("security")
        form.add_error("code", _("This is not the code shown above. Look again."))
    return _show_code(request, form, code)


def _same_code(typed: str, code: str) -> bool:
    def bare(text: str) -> str:
        return "".join(c for c in text.upper() if c.isalnum())

    return bare(typed) == bare(code)


def _show_code(request: Request, form: forms.TypeBack, code: str) -> HttpResponse:
    return render(request, "account/type_back.html", {"form": form, "code": code})


def _confirmed(request: Request, form: forms.Confirm) -> bool:
    """Tell whether a form with the passphrase in it was sent and is right.

    Wrong passphrases are counted here too: a borrowed session is no place to guess it.
    """
    if not form.is_bound:
        return False
    wait = _why_wait(request)
    form.wait = _(wait) if wait else ""
    try:
        with hashing.slot(settings.MANUMIT_DATA / "locks"):
            right = form.is_valid()
    except hashing.Busy:
        form.wait = _("The server is busy. Wait a moment and try again.")
        return form.is_valid()
    if "passphrase" in form.errors and not wait:
        _count(request)
    return right


def _buckets(request: Request) -> tuple[throttle.Bucket, ...]:
    person = request.actor.person
    return guesses.buckets(request, "confirm", person.username, person)


def _why_wait(request: Request) -> str:
    return guesses.why_wait(_buckets(request), request.now)


def _count(request: Request) -> None:
    actions.miss_passphrase(by=request.actor, at=request.now, buckets=_buckets(request))
