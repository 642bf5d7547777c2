"""Where the day begins, the language switch, and the sign that the server is alive."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt

from manumit.core.actions import accounts, acting
from manumit.core.views import Request, page, public_page
from manumit.web import addresses, context, navigation


@page("account.own")
def home(request: Request) -> HttpResponse:
    """Lead to the page where this role's day begins."""
    return redirect(navigation.home(request.actor.role, context.routed()))


# Without a token, so that a public page sets no cookie on a survivor's telephone; the session
# cookie is SameSite=Strict, so another site can at most change the language of a stranger's page.
@csrf_exempt
@public_page(reason="everyone may read in their own language", methods=("POST",))
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language, in the account when signed in, else in this browser."""
    code, target = request.POST.get("language", ""), request.POST.get("next", "")
    response = redirect(addresses.own(target) or "/")
    if code not in {known for known, _ in settings.LANGUAGES}:
        return response
    if request.user.is_authenticated:
        by = acting.Actor(user=request.user)
        accounts.choose_language(by=by, at=datetime.now(UTC), language=code)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 86400,
        secure=settings.MANUMIT_HTTPS,
        httponly=True,
        samesite="Strict",
    )
    return response


@public_page(reason="a monitor asks whether the server answers; it tells nothing else")
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer that the server is up."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


@public_page(reason="tells search engines to stay away")
def robots(_request: HttpRequest) -> HttpResponse:
    """Ask every crawler to leave."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
