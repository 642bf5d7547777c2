"""Corrections: what was mistaken about somebody, where it went, and who has been told."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.network import claims as claiming
from manumit.network import correction as rules
from manumit.network import models, shown
from manumit.network.actions import corrections as acts
from manumit.network.actions import opening
from manumit.network.forms import corrections as forms
from manumit.network.views import charting, dossierparts

LISTED = 200
MOST = 300
COLOURS = {
    rules.State.TO_SEND: "yellow",
    rules.State.SENT: "blue",
    rules.State.ANSWERED: "green",
}


@page("correction.read")
def corrections(request: Request) -> HttpResponse:
    """List the corrections, open ones first; nothing sealed is opened."""
    rows = models.Correction.objects.visible_to(request.actor.person, "correction.read")
    rows = rows.defer("what", "right", "claims").select_related("by", "register__unit")
    told = [
        {
            "row": row,
            "wrong": _(rules.WRONGS[rules.Wrong(row.wrong)]),
            "at": core_forms.instant(row.at),
            "unit": row.register.unit,
            "to_send": row.notices.filter(state=rules.State.TO_SEND.value).count(),
            "open": row.closed_at is None,
        }
        for row in rows.order_by("-at")[:LISTED]
    ]
    told.sort(key=lambda one: not one["open"])
    may_write = showing.may(request, "correction.write")
    return render(request, "network/corrections.html", {"rows": told, "may_write": may_write})


@page("correction.write", methods=("GET", "POST"), held=True)
def entity_correct(request: Request, entity_id: UUID) -> HttpResponse:
    """Begin a correction: what was wrong, where it went, who is to be told."""
    entity = charting.entity(request, entity_id, "correction.write")
    give: dict[str, Any] = {"by": request.actor, "at": request.now}
    seen = opening.seen(**give, purpose=acts.PURPOSE, entities=[entity])[entity.id]
    label = opening.labels(**give, purpose=acts.PURPOSE, entities=[entity])[entity.id]
    where = acts.survey(**give, entity=entity)
    form = forms.Begin(
        posted(request),
        claims=_claims(seen)[:MOST],
        judgements=_judgements(request, entity, where),
        initial={"language": "en"},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = models.Claim.objects.filter(entity=entity, id__in=given.pop("claims"))
        undone = set(given.pop("judgements", ()))
        judgements = [one for one in where.judgements if str(one.id) in undone]
        try:
            made = acts.begin(
                **give, entity=entity, claims=list(chosen), judgements=judgements, **given
            )
            messages.success(request, _("Taken back. Now tell everybody who received it."))
            return redirect("correction", made.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "form": form,
        "entity": entity,
        "label": shown.safely(label),
        "sent": [
            {"what": one.get_what_display(), "to": said.get("recipient", ""), "at": one.at}
            for one, said in where.sent
        ],
        "dossiers": where.dossiers,
        "hits": where.hits,
        "leads": where.leads,
    }
    status = 400 if form.is_bound else 200
    return render(request, "network/entity_correct.html", context, status=status)


def _judgements(
    request: Request, entity: models.Entity, where: acts.Where
) -> list[tuple[str, str]]:
    others = {
        one.id: one.right if one.left_id == entity.id else one.left for one in where.judgements
    }
    labels = opening.labels(
        by=request.actor, at=request.now, purpose=acts.PURPOSE, entities=list(others.values())
    )
    return [
        (
            str(one.id),
            _("The same as %(who)s (%(on)s)")
            % {
                "who": shown.safely(labels.get(others[one.id].id, "")) or "?",
                "on": core_forms.day(one.at.date()),
            },
        )
        for one in where.judgements
    ]


def _claims(seen: claiming.Seen) -> list[tuple[str, str]]:
    values: dict[UUID, list[claiming.Said]] = {}
    for one in seen.said:
        if one.state is not claiming.State.WITHDRAWN:
            values.setdefault(one.claim, []).append(one)
    return [
        (
            str(claim),
            "; ".join(
                f"{dossierparts.prop(seen.schema, one.prop)}: {shown.safely(one.value)}"
                for one in said
            )
            + f" ({said[0].reliability}{said[0].credibility}, {core_forms.day(said[0].at.date())})",
        )
        for claim, said in values.items()
    ]


def _find(request: Request, correction_id: UUID) -> models.Correction:
    rows = models.Correction.objects.visible_to(request.actor.person, "correction.write")
    return guard.one_of(rows.select_related("register", "entity"), correction_id)


@page("correction.write", methods=("GET", "POST"), held=True)
def correction(request: Request, correction_id: UUID) -> HttpResponse:
    """Show a correction and its notices; note what was sent and answered, and close it."""
    row = _find(request, correction_id)
    if request.method == "POST":
        try:
            _act(request, row)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("correction", row.id)
    opened = acts.open_correction(by=request.actor, at=request.now, correction=row)
    context = {
        "correction": row,
        "what": opened.what,
        "right": opened.right,
        "wrong": _(rules.WRONGS[rules.Wrong(row.wrong)]),
        "notices": [
            {
                "row": one,
                "to": to,
                "text": words["text"]["text"],
                "language": words["text"]["language"],
                "answer": words.get("answer") or "",
                "state": _(rules.LABELS[rules.State(one.state)]),
                "colour": COLOURS[rules.State(one.state)],
            }
            for one, words, to in opened.notices
        ],
        "answer_form": forms.Answer(auto_id=False),
    }
    return render(request, "network/correction.html", context)


def _act(request: Request, row: models.Correction) -> None:
    give: dict[str, Any] = {"by": request.actor, "at": request.now}
    act = request.POST.get("act", "")
    if act == "close":
        acts.close(**give, correction=row)
        messages.success(request, _("Closed. Everybody who received it has been told."))
        return
    found = {str(one.pk): one for one in row.notices.all()}.get(request.POST.get("notice", ""))
    if found is None:
        raise acting.Refused("This notice does not belong to the correction.")
    if act == "sent":
        acts.send_notice(**give, notice=found)
    elif act == "answer":
        acts.answer_notice(**give, notice=found, text=request.POST.get("text", "")[:4000])


@page("correction.write", methods=("POST",))
def notice_letter(request: Request, notice_id: UUID) -> HttpResponse:
    """Give out the letter of a notice as PDF."""
    rows = models.Notice.objects.visible_to(request.actor.person, "correction.write")
    row = guard.one_of(rows.select_related("correction"), notice_id)
    letter = acts.letter(by=request.actor, at=request.now, notice=row)
    return showing.file(letter, f"correction-{row.correction}.pdf")
