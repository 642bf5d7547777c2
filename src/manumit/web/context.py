"""What every template may use: the built files' names, who is signed in, the bar's links."""

import functools
import json
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import translation

from manumit.core import models, roles
from manumit.web import navigation, texts


@functools.cache
def routed() -> frozenset[str]:
    """Return the names of all addresses that take no argument."""
    names = (name for name in get_resolver().reverse_dict if isinstance(name, str))
    found = set()
    for name in names:
        try:
            reverse(name)
        except NoReverseMatch:
            continue
        found.add(name)
    return frozenset(found)


@functools.cache
def _manifest() -> dict[str, str]:
    path = settings.STATIC_ROOT / "build" / "manifest.json"
    try:
        return cast("dict[str, str]", json.loads(path.read_text()))
    except OSError:
        return {}


def built(name: str) -> str:
    """Return the address of a built file, with its digest where it has been built."""
    if settings.DEBUG:
        _manifest.cache_clear()
    manifest = _manifest()
    return f"{settings.STATIC_URL}build/{manifest.get(name, name)}"


def _drafts(code: str) -> int:
    """Return how many sentences of a language nobody has read, for those who work with it."""
    found = texts.status(code)
    return found.draft + found.missing


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what `base.html` needs. Works for any request, even one that failed early."""
    code = translation.get_language() or settings.LANGUAGE_CODE
    user = getattr(request, "user", None)
    person = cast("models.User", user) if user is not None and user.is_authenticated else None
    rtl = translation.get_language_bidi()
    return {
        "language": code,
        "direction": "rtl" if rtl else "ltr",
        "languages": settings.LANGUAGES,
        "draft_sentences": _drafts(code) if person else 0,
        "style": built("app-rtl.css" if rtl else "app.css"),
        "script": built("app.js"),
        "leave_script": built("leave.js"),
        "chart_script": built("chart.js"),
        "icon": built("icon.svg"),
        "person": person,
        "role_label": roles.LABELS[roles.Role(person.role)] if person else "",
        "links": navigation.links(roles.Role(person.role), routed()) if person else (),
        "leave_to": settings.MANUMIT_LEAVE_TO,
    }
