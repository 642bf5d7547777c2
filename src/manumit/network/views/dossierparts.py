"""The parts of a dossier, each on a page of its own, and the whole as its recipient would see it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.actions import acting
from manumit.core.forms import said
from manumit.core.views import Request, page, posted, showing
from manumit.network import claims as claiming
from manumit.network import (
    dossier,
    dossier_chart,
    dossier_draft,
    dossier_kinds,
    dossier_states,
    models,
    schemata,
    shown,
)
from manumit.network.actions import dossiers as acts
from manumit.network.actions import handing, opening
from manumit.network.forms import dossiers as forms
from manumit.network.models import around
from manumit.network.views import charting, marks
from manumit.network.views import dossiers as pages

MOST = 300  # rows to choose from on one page


def _opened(request: Request, dossier_id: UUID) -> acts.Opened:
    row = pages.find(request, dossier_id, "dossier.write")
    return acts.open_dossier(by=request.actor, at=request.now, dossier=row)


def _give(request: Request, opened: acts.Opened) -> dict[str, Any]:
    return {"by": request.actor, "at": request.now, "dossier": opened.row}


def prop(schema: str, name: str) -> str:
    """Return the name of a property in words."""
    found = schemata.prop(schema, name)
    return _(found.label) if found else dossier_draft.plain(name)


def _told(whole: dossier.Dossier, values: Iterable[claiming.Said]) -> str:
    """Return a claim in one line: who, what, how graded, how old."""
    rows = list(values)
    first = rows[0]
    seen = whole.entities[first.entity]
    who = shown.safely(whole.labels.get(first.entity, "")) or charting.kind(seen.schema)
    link = next((one for one in whole.relations if one.id == first.entity), None)
    if link is not None:
        ends = (shown.safely(whole.labels.get(end, "")) or "?" for end in (link.tail, link.head))
        who = " – ".join(ends)
    what = "; ".join(
        f"{prop(seen.schema, one.prop)}: {_worded(seen.schema, one.prop, one.value)}"
        for one in rows
    )
    return f"{who} · {what} ({first.reliability}{first.credibility}, {core_forms.day(first.at.date())})"


def _choices(whole: dossier.Dossier, *, among: Iterable[UUID] | None = None) -> list[Any]:
    """Return the claims that may leave, to choose from."""
    wanted = None if among is None else set(among)
    hidden = dossier.shielded(whole)
    return [
        (str(claim), _told(whole, values))
        for claim, values in whole.said().items()
        if not dossier.why_not_claim(values)
        and (wanted is None or claim in wanted)
        and values[0].entity not in hidden
        and values[0].prop != dossier.MAY_BE_VICTIM
    ]


# --- statement of case ---------------------------------------------------------------------------


@page("dossier.write", methods=("GET", "POST"), held=True)
def dossier_statement(request: Request, dossier_id: UUID) -> HttpResponse:
    """Show the sentences and what each stands on; have a first version drafted, take one out."""
    opened = _opened(request, dossier_id)
    if request.method == "POST":
        try:
            if request.POST.get("act") == "draft":
                acts.draft(**_give(request, opened))
            elif request.POST.get("act") == "remove":
                place = request.POST.get("place", "")
                number = int(place) if place.isascii() and place.isdigit() else -1
                acts.remove_sentence(**_give(request, opened), place=number)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect("dossier_statement", opened.row.id)
    whole, gone = opened.whole, dossier.marks(opened.whole)
    said_by = whole.said()
    context = {
        "dossier": opened.row,
        "writing": opened.row.state == dossier_states.State.DRAFT,
        "sentences": [
            {
                "place": place,
                "text": one.text,
                "on": one.on,
                "criterion": said(dossier_kinds.criteria().get(one.criterion, "")),
                "stands_on": [
                    _told(whole, said_by[claim]) for claim in one.claims if claim in said_by
                ],
                "marks": [said(reason) for reason in gone.get(place, [])],
            }
            for place, one in enumerate(whole.sentences)
        ],
    }
    return render(request, "network/dossier_statement.html", context)


@page("dossier.write", methods=("GET", "POST"), held=True)
def dossier_sentence_new(request: Request, dossier_id: UUID) -> HttpResponse:
    """Write one more sentence."""
    return _sentence(request, _opened(request, dossier_id), None)


@page("dossier.write", methods=("GET", "POST"), held=True)
def dossier_sentence(request: Request, dossier_id: UUID, place: int) -> HttpResponse:
    """Change a sentence, or what it stands on."""
    opened = _opened(request, dossier_id)
    if place >= len(opened.whole.sentences):
        raise acting.NotFound
    return _sentence(request, opened, place)


def _sentence(request: Request, opened: acts.Opened, place: int | None) -> HttpResponse:
    now = opened.whole.sentences[place] if place is not None else dossier.Sentence("", ())
    initial = {
        "text": now.text,
        "on": now.on,
        "criterion": now.criterion,
        "claims": [str(claim) for claim in now.claims],
    }
    choices = _choices(opened.whole, among=opened.whole.chosen | set(now.claims))
    form = forms.Sentence(
        posted(request), claims=choices[:MOST], kind=opened.row.kind, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            acts.save_sentence(
                **_give(request, opened),
                place=place,
                text=given["text"],
                claims=[UUID(one) for one in given["claims"]],
                on=given["on"],
                criterion=given.get("criterion", ""),
            )
            return redirect("dossier_statement", opened.row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    back = reverse("dossier_statement", args=[opened.row.id]), _("Statement of case")
    intro = _("Say what sources say, and no more. Every sentence stands on at least one claim.")
    return showing.form_page(request, form, _("Sentence"), back, intro=intro)


# --- who and what is in it -------------------------------------------------------------------------


@page("dossier.write", methods=("GET", "POST"), held=True)
def dossier_claims(request: Request, dossier_id: UUID) -> HttpResponse:
    """Choose which claims go into it."""
    opened = _opened(request, dossier_id)
    choices = _choices(opened.whole)
    initial = {"chosen": [str(claim) for claim in opened.whole.chosen]}
    label = _("Claims that go into the dossier")
    form = forms.Chosen(posted(request), label=label, choices=choices[:MOST], initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = [UUID(one) for one in form.cleaned_data["chosen"]]
        return _keep(request, opened, "claims", chosen)
    intro = _(
        "Only accepted claims whose handling lets them leave can be chosen. Sources that are"
        " protected are told by number, kind and grade alone."
    )
    title = _("Claims and identifiers")
    return showing.form_page(request, form, title, pages.back_to(opened.row), intro=intro)


def _keep(request: Request, opened: acts.Opened, what: str, chosen: list[Any]) -> HttpResponse:
    try:
        if what == "claims":
            acts.choose_claims(**_give(request, opened), claims=chosen)
        else:
            acts.choose_entities(**_give(request, opened), entities=chosen)
        messages.success(request, _("Kept."))
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
    return redirect("dossier", opened.row.id)


@page("dossier.write", methods=("GET", "POST"), held=True)
def dossier_people(request: Request, dossier_id: UUID) -> HttpResponse:
    """Choose who else and which relations are in it."""
    opened = _opened(request, dossier_id)
    near = _near(request, opened)
    labels = opening.labels(
        by=request.actor, at=request.now, purpose=pages.PURPOSE, entities=list(near.values())
    )
    ends = _ends(request, near, labels)
    marked = marks.marked(request, near)
    choices = [
        (
            str(key),
            _named(one, labels, ends) + (f" – {_('May be a victim')}" * (str(key) in marked)),
        )
        for key, one in near.items()
    ]
    initial = {"chosen": [str(one) for one in opened.whole.entities]}
    label = _("Others and relations in the dossier")
    form = forms.Chosen(posted(request), label=label, choices=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = [near[UUID(one)] for one in form.cleaned_data["chosen"]]
        return _keep(request, opened, "entities", chosen)
    intro = _(
        "Somebody who may be a victim is mentioned in a relation only, without a name. A relation"
        " brings both of its ends."
    )
    title = _("Others and relations")
    return showing.form_page(request, form, title, pages.back_to(opened.row), intro=intro)


def _near(request: Request, opened: acts.Opened) -> dict[UUID, models.Entity]:
    """Return what is chosen and what lies around it, without the subject."""
    rows = models.Entity.objects.filter(register=opened.row.register, gone_at=None)
    known = list(opened.whole.entities)
    links = rows.filter(Q(tail__in=known) | Q(head__in=known)).order_by("at")[:MOST]
    ids = dict.fromkeys([*known, *(one.id for one in links)])
    ids |= dict.fromkeys(end for one in links for end in (one.tail_id, one.head_id) if end)
    ids.pop(opened.row.subject_id, None)
    hidden = around.unseen(list(ids), request.actor.id)
    found = {one.id: one for one in rows.filter(pk__in=list(ids)[:MOST])}
    return {key: found[key] for key in ids if key in found and key not in hidden}


def _ends(
    request: Request, near: dict[UUID, models.Entity], labels: dict[UUID, str]
) -> dict[UUID, str]:
    wanted = {e for one in near.values() for e in (one.tail_id, one.head_id) if e} - set(labels)
    rows = list(models.Entity.objects.filter(pk__in=wanted))
    give: dict[str, Any] = {"by": request.actor, "at": request.now, "purpose": pages.PURPOSE}
    return labels | opening.labels(**give, entities=rows)


def _named(one: models.Entity, labels: dict[UUID, str], ends: dict[UUID, str]) -> str:
    kind = charting.kind(one.schema)
    if one.tail_id and one.head_id:
        role = said(schemata.roles().get(one.role, one.role))
        both = " – ".join(shown.safely(ends.get(e, "")) or "?" for e in (one.tail_id, one.head_id))
        return f"{both} ({', '.join(bit for bit in (kind, role, one.since) if bit)})"
    return f"{shown.safely(labels.get(one.id, '')) or '?'} ({kind})"


# --- texts and the mark ------------------------------------------------------------------------------


@page("dossier.write", methods=("GET", "POST"), held=True)
def dossier_part(request: Request, dossier_id: UUID, part: str) -> HttpResponse:
    """Write a part that is a text of its own."""
    opened = _opened(request, dossier_id)
    found = {one.code: one for one in dossier_kinds.parts(opened.row.kind)}.get(part)
    if found is None or found.form is not dossier_kinds.Form.TEXT:
        raise acting.NotFound
    initial = {"text": opened.whole.texts.get(part, "")}
    title, asks = said(found.title), said(found.asks)
    form = forms.Text(posted(request), label=title, asks=asks, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            acts.save_text(**_give(request, opened), part=part, text=form.cleaned_data["text"])
            return redirect("dossier", opened.row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    intro = _("Where this is asked for: %(source)s (%(status)s)") % {
        "source": found.source,
        "status": found.status,
    }
    return showing.form_page(request, form, title, pages.back_to(opened.row), intro=intro)


@page("dossier.read", methods=("GET", "POST"), held=True)
def dossier_mark(request: Request, dossier_id: UUID) -> HttpResponse:
    """Ask, or answer, whether somebody who may be a victim can be the subject of a dossier."""
    row = pages.find(request, dossier_id)
    opened = acts.open_dossier(by=request.actor, at=request.now, dossier=row)
    waits = row.lift_asked_at is not None and row.lifted_at is None
    answering = waits and row.lift_asked_by_id != request.actor.id
    form = (forms.LiftAnswer if answering else forms.Reason)(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if answering:
                allow = form.cleaned_data["allow"] == "yes"
                acts.answer_lift(**_give(request, opened), allow=allow, reason=reason)
            else:
                acts.ask_lift(**_give(request, opened), reason=reason)
            return redirect("dossier", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "dossier": row,
        "about": shown.safely(opened.whole.labels.get(row.subject_id, "")),
        "marked": dossier.may_be_victim(opened.whole.entities[row.subject_id])
        if row.subject_id in opened.whole.entities
        else False,
        "opened": opened,
        "waits": waits,
        "answering": answering,
        "form": form,
    }
    status = 400 if form.is_bound else 200
    return render(request, "network/dossier_mark.html", context, status=status)


def _worded(schema: str, name: str, value: str) -> str:
    return shown.safely(dossier_draft.worded(schema, name, value, core_forms.language()))


# --- the whole ---------------------------------------------------------------------------------------


@page("dossier.read")
def dossier_preview(request: Request, dossier_id: UUID) -> HttpResponse:
    """Show a dossier as its recipient would see it."""
    row = pages.find(request, dossier_id)
    opened = acts.open_dossier(by=request.actor, at=request.now, dossier=row)
    whole = dossier_draft.outward(opened.whole)
    gone = dossier.marks(whole)
    schema = whole.entities[row.subject_id].schema if row.subject_id in whole.entities else ""
    context = {
        "dossier": row,
        **pages.stands(row),
        "about": shown.safely(whole.labels.get(row.subject_id, "")),
        "identifiers": [
            {
                "name": prop(schema, name),
                "values": [_worded(schema, name, v) for v in dict.fromkeys(values)],
            }
            for name, values in dossier.identifiers(whole)
        ],
        "sentences": [one for place, one in enumerate(whole.sentences) if place not in gone],
        "chronology": [
            {"on": dossier_draft.day(one.on, whole.language), "text": one.text}
            for one in dossier.chronology(whole)
        ],
        "chart": dossier_chart.svg(whole),
        "relations": [
            {
                "tail": shown.safely(whole.labels.get(one.tail, "?")),
                "head": shown.safely(whole.labels.get(one.head, "?")),
                "what": said(one.words.partition(":")[2]) or one.words.partition(":")[0],
                "since": one.since,
                "until": one.until,
                "certainty": _(claiming.CERTAINTY_LABELS[claiming.Certainty(one.certainty)]),
            }
            for one in whole.relations
        ],
        "texts": [
            {"title": said(part.title), "text": whole.texts[part.code]}
            for part in dossier_kinds.parts(row.kind)
            if whole.texts.get(part.code)
        ],
        "sources": [
            shown.safely(dossier_draft.cover(one, number, whole.language))
            for number, one in enumerate(dossier.numbered(whole), 1)
        ],
        "contested": [
            {
                "who": shown.safely(whole.labels.get(one.entity, "?")),
                "what": dossier_draft.plain(one.prop),
                "value": shown.safely(one.value),
            }
            for one in dossier.contested(whole)
        ],
    }
    return render(request, "network/dossier_preview.html", context)


@page("dossier.read", methods=("POST",))
def dossier_paper(request: Request, dossier_id: UUID) -> HttpResponse:
    """Give out the paper of a dossier as a draft to read; it is not the package that leaves."""
    row = pages.find(request, dossier_id)
    opened = acts.open_dossier(by=request.actor, at=request.now, dossier=row)
    number = f"{row} ({_('draft')})"
    return showing.file(handing.preview(opened.whole, number=number), f"draft-{row.number}.pdf")
