"""The pages of inquiries: where an investigator's day begins, and one inquiry with who appears."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core import models as core
from manumit.core.actions import acting
from manumit.core.views import Request, page, posted, showing
from manumit.network import claims, models, shown
from manumit.network.actions import entering as entering_acts
from manumit.network.actions import inquiries as acts
from manumit.network.actions import opening
from manumit.network.forms import entities as forms
from manumit.network.models import around
from manumit.network.views import charting, entering, marks
from manumit.network.views import leads as lead_pages

PURPOSE = "inquiries"
PER_PAGE = 50
RECENT = 10


@page("inquiry.read", methods=("GET", "POST"))
def inquiries(request: Request) -> HttpResponse:
    """List the inquiries of the unit, the open ones first, and what was entered last."""
    me = request.actor.person
    register = models.Register.objects.filter(unit=me.unit).first()
    if request.method == "POST":
        try:
            entering_acts.open_register(by=request.actor, at=request.now)
            messages.success(request, _("The register is open. Nobody but your unit can read it."))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("inquiries")
    rows = models.Inquiry.objects.visible_to(me, "inquiry.read").select_related("held_by")
    listed = Paginator(rows.order_by("closed_at", "-number"), PER_PAGE)
    shown_page = listed.get_page(request.GET.get("page"))
    found = sorted(shown_page, key=lambda one: (one.closed_at is not None, -one.number))
    words = acts.open_words(by=request.actor, at=request.now, inquiries=found, purpose=PURPOSE)
    appear = list(
        models.Appearance.objects.filter(inquiry__in=found).values_list("inquiry", "entity")
    )
    hidden = around.unseen({who for _inquiry, who in appear}, request.actor.id)
    counts = Counter(where for where, who in appear if who not in hidden)
    context = {
        "register": register,
        "page": shown_page,
        "rows": [
            {
                "inquiry": one,
                "title": shown.safely(said.get("title") or ""),
                "who": core_forms.number(counts[one.id]),
                "holder": _("You") if one.held_by_id == me.id else one.held_by.display_name,
            }
            for one, said in zip(found, words, strict=True)
        ],
        "kinds": forms.kinds(),
        "tasks": lead_pages.tasks(request),
        "recent": _recent(request, register) if register else [],
        "waiting": models.Claim.objects.visible_to(me, "network.read")
        .filter(state="proposed", ended_at=None)
        .exclude(Q(handling=claims.Handling.RED) & ~Q(by=me))
        .count()
        if register
        else 0,
    }
    return render(request, "network/inquiries.html", context)


def _recent(request: Request, register: models.Register) -> list[dict[str, Any]]:
    rows = models.Entity.objects.filter(
        register=register, tail=None, gone_at=None, seal_owner=F("register")
    )
    found = list(rows.order_by("-at")[: RECENT * 2])
    hidden = around.unseen([one.id for one in found], request.actor.id)
    return entities_shown(request, [one for one in found if one.id not in hidden][:RECENT])


def entities_shown(request: Request, rows: list[models.Entity]) -> list[dict[str, Any]]:
    """Return entities for a list: what they are called and of what kind they are."""
    labels = opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=rows)
    marked = marks.marked(request, labels)
    return [
        {
            "entity": one,
            "marked": marked,
            "name": entering.name(labels[one.id]),
            "kind": charting.kind(one.schema),
            "odd": [_(odd) for odd in shown.warnings(labels[one.id])],
        }
        for one in rows
    ]


@page("inquiry.write", methods=("GET", "POST"), held=True)
def inquiry_new(request: Request) -> HttpResponse:
    """Ask what an inquiry is called and what it is for."""
    form = forms.Inquiry(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.open_inquiry(by=request.actor, at=request.now, **form.cleaned_data)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            return redirect("inquiry", made.id)
    back = (reverse("inquiries"), _("Inquiries"))
    return showing.form_page(request, form, _("New inquiry"), back, button=_("Open it"))


@page("inquiry.read", methods=("GET", "POST"), held=True)
def inquiry(request: Request, inquiry_id: UUID) -> HttpResponse:
    """Show an inquiry: what it is for, who appears in it, notes, and its end."""
    row = charting.inquiry(request, inquiry_id)
    if request.method == "POST":
        try:
            _act(request, row, request.POST.get("act", ""))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("inquiry", row.id)
    words = acts.open_words(by=request.actor, at=request.now, inquiries=[row], purpose=PURPOSE)[0]
    ids = charting.appearing(request, [row])
    appearing = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    rows = models.Entity.objects.in_bulk(list(appearing))
    found = [rows[one] for one in appearing if one in rows]
    context = {
        "inquiry": row,
        "title": shown.safely(words.get("title") or ""),
        "purpose": shown.safely(words.get("purpose") or ""),
        "holder": row.held_by.display_name,
        "page": appearing,
        "rows": entities_shown(request, found),
        "notes": _notes(words.get("notes") or []),
        "note_form": forms.Note(),
        "kinds": forms.kinds(),
        "goes_along": f"&inquiry={row.id}",
        "first": not found,
        "is_open": row.closed_at is None,
    }
    return render(request, "network/inquiry.html", context)


def _notes(said: list[dict[str, str]]) -> list[dict[str, Any]]:
    people = {
        str(one.id): one.display_name
        for one in core.User.objects.filter(id__in={n["by"] for n in said})
    }
    return [
        {
            "at": datetime.fromisoformat(note["at"]),
            "by": people.get(note["by"], ""),
            "text": shown.safely(note["text"]),
        }
        for note in reversed(said)
    ]


def _act(request: Request, row: models.Inquiry, act: str) -> None:
    given: dict[str, Any] = {"by": request.actor, "at": request.now, "inquiry": row}
    if act == "note":
        note = forms.Note(request.POST)
        acts.add_note(**given, text=note.cleaned_data["text"] if note.is_valid() else "")
    elif act == "out":
        entity = charting.entity(request, request.POST.get("entity", ""))
        acts.take_out(**given, entity=entity)
        messages.success(request, _("It no longer appears in this inquiry."))
    elif act == "close":
        acts.close(**given)
        messages.success(request, _("The inquiry is closed."))
    elif act == "reopen":
        acts.reopen(**given)
        messages.success(request, _("The inquiry is open, and yours."))
