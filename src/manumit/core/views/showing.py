"""What the pages of several packages share: a form on a page, a file, refusals, what a button needs."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from manumit.core import roles
from manumit.core.actions import acting
from manumit.core.forms import said
from manumit.core.views import Request

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}


def file(content: bytes | str, name: str, *, inline: bool = False) -> HttpResponse:
    """Give out a file of one of TYPES, under a name that tells nothing about anybody."""
    answer = HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    how = "inline" if inline else "attachment"
    answer["Content-Disposition"] = f'{how}; filename="{name}"'
    return answer


def refused(form: Any, refusal: acting.Refused) -> None:
    """Show a refusal on the form, so that nothing typed is lost; NotFound goes its own way."""
    if isinstance(refusal, acting.NotFound):
        raise refusal
    form.add_error(None, said(refusal.reason))


def say_no(request: Request, refusal: acting.Refused) -> None:
    """Show a refusal above the page; NotFound goes its own way."""
    if isinstance(refusal, acting.NotFound):
        raise refusal
    messages.error(request, said(refusal.reason))


def may(request: Request, permission: str) -> bool:
    """Tell whether a button makes sense on a page of the actor's own unit; the action decides."""
    return not roles.why_not(request.actor.role, permission)


def form_page(
    request: Request,
    form: Any,
    title: str,
    back: tuple[str, str],
    *,
    intro: str = "",
    button: str = "",
) -> HttpResponse:
    """Show one form; `back` is an address and its words."""
    context = {
        "form": form,
        "title": title,
        "intro": intro,
        "button": button or _("Save"),
        "back_url": back[0],
        "back_label": back[1],
    }
    return render(request, "form.html", context, status=400 if form.is_bound else 200)
