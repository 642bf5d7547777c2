"""Pages that look across cases: counts, requests, and what teams chose to tell."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core import models as core
from manumit.core import traces as rules
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, posted, showing
from manumit.network import models
from manumit.network.actions import opening
from manumit.network.actions import traces as acts
from manumit.network.forms import traces as forms
from manumit.network.views import charting, marks

PURPOSE = "look across cases"
MOST = 100


def _link(request: Request, link_id: UUID) -> models.TraceLink:
    rows = models.TraceLink.objects.visible_to(request.actor.person, "trace.look")
    return guard.one_of(rows.select_related("entity__register"), link_id)


def _request(request: Request, ask_id: UUID) -> core.TraceRequest:
    rows = core.TraceRequest.objects.visible_to(request.actor.person, "trace.ask")
    return guard.one_of(rows.select_related("to_unit__organisation", "by"), ask_id)


def in_words(standing: acts.Standing, said: dict[str, Any]) -> dict[str, Any]:
    """Return one link for a page."""
    now = standing.now.cases
    kind = said.get("kind")
    return {
        "link": standing.link,
        "kind": _(rules.LABELS[rules.Kind(kind)]) if kind else "",
        "value": str(said.get("value") or ""),
        "cases": core_forms.number(now) if now else "",
        "before": core_forms.number(standing.link.cases),
        "grown": standing.grown,
        "kept_until": rules.look_ends_on(standing.link.looked_at.date()),
    }


def _whom(row: core.TraceRequest) -> str:
    """Name the team once it has chosen to answer: before, its name would tell where a case is."""
    if row.state in {rules.State.RELEASED.value, rules.State.TAKEN_BACK.value}:
        return f"{row.to_unit.name}, {row.to_unit.organisation.name}"
    return _("A team")


def _links(request: Request, links: list[models.TraceLink]) -> list[dict[str, Any]]:
    if not links:
        return []
    said = acts.open_links(by=request.actor, at=request.now, links=links, purpose=PURPOSE)
    pairs = zip(acts.standing(links), said, strict=True)
    return [in_words(one, words) for one, words in pairs]


@page("trace.look", methods=("GET", "POST"))
def traces(request: Request) -> HttpResponse:
    """List what was looked for, what was asked, and what has to be removed."""
    me = request.actor.person
    if request.method == "POST":
        return _remove(request)
    links = models.TraceLink.objects.visible_to(me, "trace.look").select_related("entity__register")
    newest = list(links.order_by("-looked_at", "id")[:MOST])
    rows = _links(request, newest)
    entities = list({link.entity_id: link.entity for link in newest}.values())
    labels = (
        opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=entities)
        if entities
        else {}
    )
    for row in rows:
        row["label"] = labels.get(row["link"].entity_id) or _("Without a name")
    asked = core.TraceRequest.objects.visible_to(me, "trace.ask").select_related(
        "to_unit__organisation"
    )
    context = {
        "marked": marks.marked(request, labels),
        "rows": sorted(rows, key=lambda row: not row["grown"]),
        "asked": [
            {"row": one, "whom": _whom(one), "state": _(one.state_label)}
            for one in asked.order_by("-at", "id")[:MOST]
        ],
        "to_remove": acts.to_remove(request.actor),
        "fewest": core_forms.number(rules.limits().fewest_cases),
    }
    return render(request, "network/traces.html", context)


def _remove(request: Request) -> HttpResponse:
    try:
        wanted = UUID(request.POST.get("remove", ""))
    except ValueError:
        return redirect("traces")
    acts.remove(by=request.actor, at=request.now, request=_request(request, wanted))
    messages.success(request, _("Removed. What was built on it has to be looked at again."))
    return redirect("traces")


@page("trace.look", methods=("GET", "POST"), held=True)
def entity_traces(request: Request, entity_id: UUID) -> HttpResponse:
    """Hold an identifier of an entity against what people of many cases named."""
    row = charting.entity(request, entity_id, "trace.look")
    # What is looked for stands on a list of the unit's: nobody's red claims are offered.
    opened = opening.seen(
        by=request.actor, at=request.now, purpose=PURPOSE, entities=[row], shared=True
    )
    label = opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=[row])
    seen = opened.get(row.id)
    known = forms.offered(row.schema, [(s.prop, s.value) for s in seen.said] if seen else [])
    form = forms.Look(posted(request), known=known)
    if form.is_bound and form.is_valid():
        try:
            acts.look(by=request.actor, at=request.now, entity=row, **form.cleaned_data)
            return redirect("entity_traces", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    links = list(models.TraceLink.objects.filter(entity=row).order_by("at", "id"))
    context = {
        "entity": row,
        "label": label.get(row.id) or _("Without a name"),
        "rows": _links(request, links),
        "form": form,
        "fewest": core_forms.number(rules.limits().fewest_cases),
    }
    code = 400 if form.is_bound else 200
    return render(request, "network/entity_traces.html", context, status=code)


@page("trace.ask", methods=("GET", "POST"), held=True)
def trace_ask(request: Request, trace_id: UUID) -> HttpResponse:
    """Ask the teams that hold such cases what they may tell."""
    link = _link(request, trace_id)
    now = acts.standing([link])[0].now
    form = forms.Ask(posted(request))
    back = reverse("entity_traces", args=[link.entity_id]), _("Back")
    if not now.cases:
        messages.error(request, _("There are none, or too few to ask about."))
        return redirect("entity_traces", link.entity_id)
    if form.is_bound and form.is_valid():
        try:
            acts.ask(
                by=request.actor,
                at=request.now,
                link=link,
                units=now.units,
                basis=form.cleaned_data["basis"],
                wanted=form.cleaned_data["wanted"],
            )
            messages.success(request, _("Asked. The teams decide with the people."))
            return redirect("traces")
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    intro = _(
        "You will not learn whose cases they are. A team may answer in words that it chooses, or "
        "decline; both are right."
    )
    title = _("Ask what may be told")
    return showing.form_page(request, form, title, back, intro=intro, button=_("Ask"))


@page("trace.ask", methods=("GET", "POST"))
def trace_asked(request: Request, ask_id: UUID) -> HttpResponse:
    """Show a request and its answer; enter the answer, or no longer ask."""
    row = _request(request, ask_id)
    link = acts.link_of(request.actor, row)
    if request.method == "POST":
        return _act(request, row, link)
    said = acts.open_request(by=request.actor, at=request.now, request=row)
    entered = models.TraceEntered.objects.filter(request=row).exists()
    context = {
        "row": row,
        "whom": _whom(row),
        "state": _(row.state_label),
        "kind": _(rules.LABELS[rules.Kind(said["kind"])]) if said else "",
        "said": said,
        "basis": _(rules.BASES[rules.Basis(row.basis)]),
        "asks": row.state == rules.State.ASKED.value,
        "over": _over(row, said),
        "gone": not said,
        "may_enter": "statement" in said and not entered and link is not None,
        "entered": entered,
    }
    return render(request, "network/trace_asked.html", context)


def _over(row: core.TraceRequest, said: dict[str, Any]) -> bool:
    """Tell whether an answer ended by time, and was not taken back before."""
    if row.state == rules.State.RELEASED.value:
        return "statement" not in said
    ended = row.answered_at.date() if row.answered_at else None
    return bool(row.ends_on and ended and ended > row.ends_on)


def _act(request: Request, row: core.TraceRequest, link: models.TraceLink | None) -> HttpResponse:
    by, at = request.actor, request.now
    try:
        if request.POST.get("act") == "drop":
            acts.drop(by=by, at=at, request=row)
        elif request.POST.get("act") == "enter" and link is not None:
            acts.enter(by=by, at=at, request=row, entity=link.entity)
            messages.success(
                request, _("It is entered as a source of its own, with a claim to be accepted.")
            )
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
    return redirect("trace_asked", row.id)
