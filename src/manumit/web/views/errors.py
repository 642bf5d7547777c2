"""Error pages. They say what happened and what to do, never what was asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils import translation

from manumit.web import context


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """400."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """403."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403, because the form came from somewhere else or was open for too long."""
    return render(request, "403.html", {"stale_form": True}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """404."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """500; its page asks nothing about the person, because that may be what broke."""
    code = translation.get_language() or "en"
    rtl = translation.get_language_bidi()
    text = loader.get_template("500.html").render(
        {
            "language": code,
            "direction": "rtl" if rtl else "ltr",
            "style": context.built("app-rtl.css" if rtl else "app.css"),
        }
    )
    return HttpResponse(text, status=500)
