"""The worker's pages about a person's own door: open and close it, print the card, messages, requests."""

import base64
import hashlib
import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from manumit.cases import door as rules
from manumit.cases.actions import doors as acts
from manumit.cases.actions import reading
from manumit.cases.forms import door as forms
from manumit.cases.models import Case, Clock, Door, DoorMessage
from manumit.cases.views import cases, paging, wording
from manumit.core import forms as core_forms
from manumit.core import pictures, printing, roles, sealing
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, showing

ONCE = "__Host-once" if settings.MANUMIT_HTTPS else "once"
_KNOWN = ("name", "also_called", "place", "contact", "nationality")


# A browser keeps the body of a form that made a page, to reopen its tabs after a crash. So words that
# the person chose are answered by a redirect, and the codes travel in a cookie that is read once.
@sensitive_post_parameters()
@page("door.open", methods=("GET", "POST"), held=True)
def case_door(request: Request, case_id: UUID) -> HttpResponse:
    """Open a door with the person beside you; the codes are shown on the next page, once."""
    row = cases.find(request, case_id, "door.open")
    if request.method == "POST":
        form = forms.OpenDoor(request.POST)
        reasons = [str(text) for texts in form.errors.values() for text in texts]
        try:
            made = _open(request, row, form.cleaned_data) if not reasons else None
        except acting.NotFound:
            raise
        except acting.Refused as refusal:
            made, reasons = None, [str(core_forms.said(refusal.reason))]
        if made is not None:
            return _hand_over(row, made)
        for reason in reasons:
            messages.error(request, reason)
        return redirect("case_door", row.id)
    stands = Door.objects.of_case(row)
    context = {"case": row, "form": forms.OpenDoor(), "door": stands, "parts": _parts(stands)}
    return render(request, "cases/case_door.html", context)


def _once() -> bytes:
    return sealing.subkey(hashlib.sha256(settings.SECRET_KEY.encode()).digest(), b"codes once")


def _hand_over(row: Case, made: acts.Made) -> HttpResponse:
    """Give the codes to this browser, sealed, until the next page."""
    codes = json.dumps([made.code, made.other]).encode()
    sealed = sealing.wrap_key(_once(), codes, made.door.id.bytes)
    response = redirect("case_door_made", row.id)
    _set_once(response, base64.urlsafe_b64encode(sealed).decode())
    return response


def _set_once(response: HttpResponse, value: str) -> None:
    response.set_cookie(
        ONCE,
        value,
        max_age=None if value else 0,
        secure=settings.MANUMIT_HTTPS,
        httponly=True,
        samesite="Strict",
    )


@page("door.open")
def case_door_made(request: Request, case_id: UUID) -> HttpResponse:
    """Show the two codes that were just made; asked a second time, it shows nothing."""
    row = cases.find(request, case_id, "door.open")
    stands = Door.objects.of_case(row)
    try:
        sealed = base64.urlsafe_b64decode(request.COOKIES.get(ONCE, "").encode())
        opened = sealing.unwrap_key(_once(), sealed, stands.id.bytes if stands else b"")
    except (ValueError, sealing.SealBroken):
        return redirect("case_door", row.id)
    code, other = json.loads(opened)
    shown = {"case": row, "code": code, "other": other, "address": _address(request)}
    response = render(request, "cases/door_made.html", shown)
    _set_once(response, "")
    return response


def _open(request: Request, row: Case, given: dict[str, Any]) -> acts.Made:
    known: list[str] = []
    if given["ending"] or given["other"]:
        person = reading.open_case(
            by=request.actor, at=request.now, case=row, purpose="words that others would guess"
        )
        for name in _KNOWN:
            value = person.get(name) or []
            known += map(str, value) if isinstance(value, list) else [str(value)]
    return acts.open_door(
        by=request.actor,
        at=request.now,
        case=row,
        parts=given["parts"],
        ending=given["ending"],
        other=given["other"],
        known=known,
    )


def _parts(row: Door | None) -> list[str]:
    shown = set(row.parts) if row else set()
    return [_(label) for part, label in rules.PART_LABELS.items() if part.value in shown]


def _address(request: Request) -> str:
    return request.build_absolute_uri(reverse("door"))


@sensitive_post_parameters()
@page("door.open", methods=("POST",))
def case_door_card(request: Request, case_id: UUID) -> HttpResponse:
    """Give a card with one code: small, neutral, in the person's language. Nothing of it is kept."""
    row = cases.find(request, case_id, "door.open")
    code = request.POST.get("code", "")
    if not rules.is_printable(code):
        return redirect("case_door", row.id)
    return showing.file(_card(row, code, _address(request)), "notes.pdf")


def _card(row: Case, code: str, address: str) -> bytes:
    spoken = row.language if row.language in dict(settings.LANGUAGES) else "en"
    with translation.override(spoken):
        title = _("Notes")
        parts = [
            printing.text(f"\u2066{address}\u2069"),
            printing.heading(f"\u2068{code}\u2069"),
            printing.picture(pictures.square(address), title),
        ]
        return printing.pdf([printing.Side(spoken, title, parts)], size="a6")


@page("door.open", methods=("POST",))
def case_door_close(request: Request, case_id: UUID) -> HttpResponse:
    """Close the door of a case."""
    row = cases.find(request, case_id, "door.open")
    acts.close_door(by=request.actor, at=request.now, case=row)
    messages.success(request, _("The door is closed. Its codes open nothing any more."))
    return redirect("case_door", row.id)


@page("door.read", methods=("GET", "POST"), held=True)
def case_messages(request: Request, case_id: UUID) -> HttpResponse:
    """Read what the person said and asked, answer, and say what is done."""
    row = cases.find(request, case_id, "door.read")
    form = forms.Answer()
    if request.method == "POST" and request.POST.get("done"):
        return _settle(request, row, request.POST["done"])
    if request.method == "POST":
        form = forms.Answer(request.POST)
        if form.is_valid():
            text = form.cleaned_data["text"]
            acts.reply(by=request.actor, at=request.now, case=row, text=text)
            messages.success(request, _("The person finds it at their door."))
            return redirect("case_messages", row.id)
    said = acts.open_messages(by=request.actor, at=request.now, case=row)
    context = {
        "case": row,
        "form": form,
        "door": Door.objects.of_case(row),
        "messages_said": [_message(each, text) for each, text in said],
        "may_answer": Case.objects.visible_to(request.actor.person, "door.open")
        .filter(pk=row.pk)
        .exists(),
    }
    code = 400 if form.is_bound else 200
    return render(request, "cases/case_messages.html", context, status=code)


def _settle(request: Request, row: Case, message_id: str) -> HttpResponse:
    found = guard.one_of(DoorMessage.objects.filter(case=row), message_id)
    acts.settle(by=request.actor, at=request.now, message=found)
    return redirect("case_messages", row.id)


def _message(row: DoorMessage, text: str) -> dict[str, Any]:
    asks = row.kind != rules.Kind.ANSWER
    return {
        "row": row,
        "text": text,
        "kind": _(rules.KIND_LABELS[rules.Kind(row.kind)]),
        "by": row.by.display_name if row.by else _("The person"),
        "waits": asks and row.settled_at is None and not row.strained,
    }


@page("request.read")
def requests(request: Request) -> HttpResponse:
    """List what people asked for at their doors and what is not done yet, the oldest first."""
    rows = DoorMessage.objects.visible_to(request.actor.person, "request.read").waiting()
    after = paging.key(request)
    if after:
        rows = rows.after(*after)
    found = paging.page(request, rows.select_related("case"), lambda row: row.at)
    due = {
        (clock.case_id, clock.kind): clock
        for clock in Clock.objects.running().filter(
            case__in=[row.case_id for row in found.rows], kind__in=list(rules.CLOCKS.values())
        )
    }
    reads_cases = not roles.why_not(request.actor.role, "case.read")
    listed = [_request(row, due, request, reads_cases) for row in found.rows]
    return render(request, "cases/requests.html", {"page": found, "requests": listed})


def _request(
    row: DoorMessage, due: dict[tuple[UUID, str], Clock], request: Request, reads_cases: bool
) -> dict[str, Any]:
    clock = due.get((row.case_id, rules.CLOCKS[rules.Kind(row.kind)]))
    return {
        "row": row,
        "title": _(rules.KIND_LABELS[rules.Kind(row.kind)]),
        "clock": wording.clock(clock, request.now) if clock else None,
        "url": reverse("case_messages", args=[row.case_id]) if reads_cases else "",
    }
