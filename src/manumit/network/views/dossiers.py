"""Dossiers: the list, one dossier with what it lacks and where it stands, handing over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.forms import said
from manumit.core.views import Request, leaving, page, posted, showing
from manumit.network import dossier, dossier_kinds, dossier_states, models, shown
from manumit.network.actions import dossiers as acts
from manumit.network.actions import handing, opening
from manumit.network.actions import sent as sents
from manumit.network.dossier_states import State
from manumit.network.forms import dossiers as forms
from manumit.network.views import charting, marks

LISTED = 100
PURPOSE = "dossiers"
# Where a part that is drawn from claims is changed.
DRAWN = {
    "subject": "dossier_mark",
    "identifiers": "dossier_claims",
    "criteria": "dossier_statement",
    "chronology": "dossier_statement",
    "chart": "dossier_people",
    "sources": "dossier_claims",
}


def find(request: Request, dossier_id: UUID, permission: str = "dossier.read") -> models.Dossier:
    """Return a dossier of the actor's unit; raises NotFound."""
    rows = models.Dossier.objects.visible_to(request.actor.person, permission)
    return guard.one_of(rows.select_related("register", "subject", "inquiry"), dossier_id)


def back_to(row: models.Dossier) -> tuple[str, str]:
    """Return the way back to a dossier."""
    return reverse("dossier", args=[row.id]), f"{_('Dossier')} {row}"


def stands(row: models.Dossier) -> dict[str, Any]:
    """Return where a dossier stands, in words and colour."""
    state = State(row.state)
    return {
        "state": _(dossier_states.LABELS[state]),
        "colour": leaving.COLOURS[state],
        "kind": said(dossier_kinds.kinds()[row.kind]),
        "at": core_forms.instant(row.at),
    }


@page("dossier.read")
def dossiers(request: Request) -> HttpResponse:
    """List the unit's dossiers, what waits for a second person first."""
    rows = models.Dossier.objects.visible_to(request.actor.person, "dossier.read")
    rows = rows.defer("content", "file", "remark", "lift").select_related("by", "subject")
    listed = leaving.waiting_first(rows.order_by("-at")[:LISTED])
    subjects = [row.subject for row in {row.subject_id: row for row in listed}.values()]
    labels = opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=subjects)
    told = [
        {"row": row, "about": shown.plainly(labels.get(row.subject_id, "")), **stands(row)}
        for row in listed
    ]
    marked = marks.marked(request, labels)
    return render(request, "network/dossiers.html", {"rows": told, "marked": marked})


@page("dossier.write", methods=("GET", "POST"))
def dossier_new(request: Request) -> HttpResponse:
    """Begin a dossier on the entity that the address names."""
    subject = _entity(request, request.GET.get("entity", ""))
    if subject is None:
        return render(request, "network/dossier_whom.html")
    initial = {"language": "fr" if core_forms.language() == "fr" else "en"}
    form = forms.Begin(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        within = request.GET.get("inquiry", "")
        try:
            made = acts.begin(
                by=request.actor,
                at=request.now,
                subject=subject,
                inquiry=charting.inquiry(request, within) if within else None,
                **form.cleaned_data,
            )
            return redirect("dossier", made.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    labels = opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=[subject])
    label = shown.safely(labels[subject.id])
    intro = _(
        "It begins with this person's relations and with the claims that may leave. Nothing leaves"
        " before a second person has approved it."
    )
    back = reverse("dossiers"), _("Dossiers")
    title = _("New dossier on %(who)s") % {"who": label} if label else _("New dossier")
    return showing.form_page(request, form, title, back, intro=intro, button=_("Begin"))


def _entity(request: Request, text: str) -> models.Entity | None:
    if not text:
        return None
    found = charting.entity(request, text)
    if found.tail_id:
        raise acting.NotFound
    return found


@page("dossier.read", methods=("GET", "POST"), held=True)
def dossier_page(request: Request, dossier_id: UUID) -> HttpResponse:
    """Show a dossier, what it lacks, where it stands; propose, approve, send back."""
    row = find(request, dossier_id)
    back = forms.SendBack(request.POST if request.POST.get("act") == "send_back" else None)
    if request.method == "POST":
        try:
            _act(request, row, back)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("dossier", row.id)
    opened = acts.open_dossier(by=request.actor, at=request.now, dossier=row)
    lacks = dossier.why_not_ready(opened.whole)
    writing = row.state == State.DRAFT
    me = request.actor.id
    gone = row.sent.defer("claims", "entities").order_by("-at")
    context = {
        "dossier": row,
        **stands(row),
        "about": shown.safely(opened.whole.labels.get(row.subject_id, "")),
        "writing": writing,
        "missing": _missing(row, lacks) if writing else [],
        "tasks": _tasks(row, opened.whole, lacks, writing),
        "marked": len(dossier.marks(opened.whole)),
        "remark": opened.remark,
        "lift_waits": row.lift_asked_at is not None and row.lifted_at is None,
        "lift_mine": row.lift_asked_by_id == me,
        "shielded": len(dossier.shielded(opened.whole) - {row.subject_id}),
        "send_back": back,
        "mine": row.proposed_by_id == me,
        "disclosures": [
            _disclosed(one, told)
            for one, told in sents.open_sent(by=request.actor, at=request.now, sent=gone)
        ],
    }
    return render(request, "network/dossier.html", context)


def _act(request: Request, row: models.Dossier, back: forms.SendBack) -> None:
    give: dict[str, Any] = {"by": request.actor, "at": request.now, "dossier": row}
    act = request.POST.get("act", "")
    if act == "propose":
        handing.propose(**give)
        messages.success(request, _("Proposed. A second person reads it now."))
    elif act == "approve":
        handing.approve(**give)
        messages.success(request, _("Approved. It can be handed over."))
    elif act == "send_back" and back.is_valid():
        handing.send_back(**give, remark=back.cleaned_data["remark"])
    elif act == "reopen":
        handing.reopen(**give)
    elif act == "withdraw":
        handing.withdraw(**give)


def address(row: models.Dossier, part: dossier_kinds.Part) -> str:
    """Return where a part is filled in."""
    if part.form is dossier_kinds.Form.TEXT:
        return reverse("dossier_part", args=[row.id, part.code])
    return reverse(DRAWN.get(part.code, "dossier_statement"), args=[row.id])


def _missing(row: models.Dossier, lacks: list[dossier.Lack]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for lack in lacks:
        part = dossier_kinds.part(lack.part)
        here = found.setdefault(
            lack.part, {"title": said(part.title), "url": address(row, part), "says": []}
        )
        here["says"].append(f"{said(lack.missing)} {said(lack.cure)}")
    return list(found.values())


def _tasks(
    row: models.Dossier, whole: dossier.Dossier, lacks: list[dossier.Lack], writing: bool
) -> list[dict[str, Any]]:
    lacking = {lack.part for lack in lacks}
    needed = dossier_kinds.needs(row.kind)
    tasks = []
    for part in dossier_kinds.parts(row.kind):
        status, colour = _("Complete"), ""
        if part.code in lacking:
            status, colour = _("To do"), "yellow"
        elif part.code not in needed:
            status = _("Optional, written") if whole.texts.get(part.code) else _("Optional")
            if part.form is not dossier_kinds.Form.TEXT:
                status = _("Drawn from the claims")
        tasks.append(
            {
                "title": said(part.title),
                "url": address(row, part) if writing else "",
                "status": status,
                "status_colour": colour,
            }
        )
    return tasks


def _disclosed(one: models.Sent, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one.id,
        "recipient": told.get("recipient", ""),
        "purpose": told.get("purpose", ""),
        "basis": said(dossier_kinds.bases().get(one.basis, one.basis)),
        "at": core_forms.instant(one.at),
        "digest": leaving.fingerprint(one.digest),
        "reply": told.get("reply") or "",
    }


@page("dossier.export", methods=("GET", "POST"), held=True)
def dossier_hand_over(request: Request, dossier_id: UUID) -> HttpResponse:
    """Hand an approved dossier over: to whom, what for, on which legal basis."""
    row = find(request, dossier_id, "dossier.export")
    form = forms.HandOver(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            handing.hand_over(by=request.actor, at=request.now, dossier=row, **form.cleaned_data)
            messages.success(request, _("Written down. Download the package and send it."))
            return redirect("dossier", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    usual = said(dossier_kinds.usual_recipient(row.kind))
    intro = _("Usually it goes to: %(whom)s. Who received it stays with the dossier.") % {
        "whom": usual
    }
    return showing.form_page(
        request, form, _("Hand over"), back_to(row), intro=intro, button=_("Hand over")
    )


@page("dossier.export", methods=("POST",))
def dossier_download(request: Request, dossier_id: UUID) -> HttpResponse:
    """Give out the package that was handed over."""
    row = find(request, dossier_id, "dossier.export")
    try:
        done = handing.download(by=request.actor, at=request.now, dossier=row)
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
        return redirect("dossier", row.id)
    return showing.file(done.content, done.name)


@page("dossier.write", methods=("GET", "POST"), held=True)
def dossier_answer(request: Request, sent_id: UUID) -> HttpResponse:
    """Write down what a recipient answered."""
    rows = models.Sent.objects.visible_to(request.actor.person, "dossier.write")
    gone = guard.one_of(rows.select_related("dossier"), sent_id)
    if gone.dossier is None:
        raise acting.NotFound
    form = forms.Answer(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            handing.record_answer(
                by=request.actor, at=request.now, dossier=gone.dossier, sent=gone,
                text=form.cleaned_data["text"],
            )  # fmt: skip
            return redirect("dossier", gone.dossier.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    return showing.form_page(request, form, _("Their answer"), back_to(gone.dossier))
