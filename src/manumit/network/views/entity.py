"""One entity: what its claims say, each with its source, grade, age and handling; its relations."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, showing
from manumit.network import claims, models, schemata, shown
from manumit.network.actions import claiming as acts
from manumit.network.actions import corrections, hits, judging, leads, opening
from manumit.network.actions import inquiries as inquiry_acts
from manumit.network.claims import Certainty, Handling, State
from manumit.network.forms import entities as forms
from manumit.network.models import around
from manumit.network.views import charting, entering, inquiries, marks, saying

PURPOSE = "one entity"
CLAIMS = 300  # opened for one page
RELATIONS = 50


def find(request: Request, entity_id: UUID) -> models.Entity:
    """Return an entity of the reader's register, also one that is gone; raises NotFound."""
    rows = models.Entity.objects.visible_to(request.actor.person, "network.read")
    row = guard.one_of(rows.select_related("register"), entity_id)
    if row.gone_at is None and around.unseen([row.id], request.actor.id):
        raise acting.NotFound
    return row


@page("network.read", methods=("GET", "POST"), held=True)
def entity(request: Request, entity_id: UUID) -> HttpResponse:
    """Show what accepted claims say, what is contested or waits, as of a day, by chosen sources."""
    row = find(request, entity_id)
    if request.method == "POST":
        try:
            _act(request, row, request.POST.get("act", ""))
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        return redirect(request.get_full_path())
    when, chosen = _asked(request)
    rows = _claims(request, row)
    shown_page = Paginator(rows, CLAIMS).get_page(request.GET.get("page"))
    some = list(shown_page)
    words = opening.stated(by=request.actor, at=request.now, purpose=PURPOSE, entity=row, rows=some)
    said = [
        one
        for claim, told in zip(some, words, strict=True)
        for one in opening.said_by(claim, told, when)
    ]
    standing = claims.as_of(said, when=when, according_to=chosen)
    label = opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=[row])
    titles = saying.titles(request, set(rows.order_by().values_list("source", flat=True)))
    ends, relations = _ends(request, row), _relations(request, row)
    others = [one["other"].id for one in relations["rows"]] + [one["entity"].id for one in ends]
    marked = marks.marked(request, [row.id, *others])
    context = {
        "entity": row,
        "name": entering.name(label[row.id]),
        "odd": [_(odd) for odd in shown.warnings(label[row.id])],
        "kind": charting.kind(row.schema),
        "relation": row.tail_id is not None,
        "certainty": _(claims.CERTAINTY_LABELS[Certainty(row.certainty)]),
        "certain_form": forms.Certain(),
        "groups": saying.groups(row.schema, standing, titles, request),
        "waiting": [one for one in standing if one.state is State.PROPOSED],
        "marked": marked,
        "victim": str(row.id) in marked,
        "page": shown_page,
        "query": _query(request),
        "when": when.date().isoformat() if when else "",
        "sources": [
            {"id": str(one), "title": title, "chosen": one in chosen}
            for one, title in titles.items()
        ],
        "chosen_any": bool(chosen),
        "ends": ends,
        "relations": relations,
        "corrected": corrections.of(row),
        "identity": judging.identity_of(row),
        "same": _same(request, row),
        "hits": hits.of(row),
        "leads": leads.of(row),
        "inquiries": _inquiries(request, row),
        "open_inquiries": charting.open_inquiries(request),
    }
    return render(request, "network/entity.html", context)


def _asked(request: Request) -> tuple[datetime | None, set[UUID]]:
    try:
        on = parse_date(request.GET.get("when", "")) or None
    except ValueError:
        on = None
    when = datetime.combine(on, time.max, UTC) if on else None
    chosen = set()
    for text in request.GET.getlist("source"):
        try:
            chosen.add(UUID(text))
        except ValueError:
            continue
    return when, chosen


def _query(request: Request) -> str:
    """Return the rest of the address for the next page: the day and the sources, never words."""
    kept = request.GET.copy()
    for name in list(kept):
        if name not in {"when", "source"}:
            del kept[name]
    return f"{kept.urlencode()}&" if kept else ""


def _claims(request: Request, row: models.Entity) -> QuerySet[models.Claim]:
    """Return the claims that the reader may see, oldest first; a page of them is opened."""
    theirs = Q(handling=Handling.RED) & ~Q(by=request.actor.person)
    return models.Claim.objects.filter(entity=row).exclude(theirs).order_by("at", "id")


def _ends(request: Request, row: models.Entity) -> list[dict[str, Any]]:
    """Return the two ends of a relation."""
    both = [one for one in (row.tail, row.head) if one is not None]
    hidden = around.unseen([one.id for one in both], request.actor.id)
    both = [one for one in both if one.id not in hidden]
    labels = opening.labels(by=request.actor, at=request.now, purpose=PURPOSE, entities=both)
    return [{"entity": one, "name": entering.name(labels[one.id])} for one in both]


def _relations(request: Request, row: models.Entity) -> dict[str, Any]:
    """Return relations and links of an entity, with who is at the other end."""
    rows = models.Entity.objects.filter(Q(tail=row) | Q(head=row), gone_at=None)
    count = rows.count()
    some = list(rows.select_related("tail", "head").order_by("-at")[:RELATIONS])
    links = models.Link.objects.filter(Q(tail=row) | Q(head=row), gone_at=None)
    linked = list(links.select_related("tail", "head")[:RELATIONS])
    # A link has no claim of its own: a red one of somebody else may be what says it.
    kept_back = around.with_red({one.tail_id for one in linked}, request.actor.id)
    linked = [one for one in linked if one.tail_id not in kept_back]
    joined: list[models.Entity | models.Link] = [*some, *linked]
    others = [_far(one, row) for one in joined]
    hidden = around.unseen([o.id for o in others if o] + [s.id for s in some], request.actor.id)
    labels = opening.labels(
        by=request.actor,
        at=request.now,
        purpose=PURPOSE,
        entities=list({o.id: o for o in others if o and o.id not in hidden}.values()),
    )
    made: list[dict[str, Any]] = []
    for one, other in zip(joined, others, strict=True):
        if other is None or other.id not in labels or one.pk in hidden:
            continue
        made.append(_joined(one) | {"other": other, "name": entering.name(labels[other.id])})
    return {"rows": made, "more": core_forms.number(count - len(some)) if count > len(some) else ""}


def _far(one: models.Entity | models.Link, row: models.Entity) -> models.Entity | None:
    return one.head if one.tail_id == row.pk else one.tail


def _joined(one: models.Entity | models.Link) -> dict[str, Any]:
    if isinstance(one, models.Link):
        prop = schemata.prop(one.tail.schema, one.name)
        return {"what": _(prop.label) if prop else one.name, "relation": None}
    words = {**schemata.roles(), **schemata.positions()}
    return {
        "what": charting.kind(one.schema),
        "relation": one,
        "role": _(words[one.role]) if one.role in words else "",
        "certainty": _(claims.CERTAINTY_LABELS[Certainty(one.certainty)]),
    }


def _same(request: Request, row: models.Entity) -> list[dict[str, Any]]:
    """Return the records that people hold to be the same, as far as the reader may see them."""
    others = judging.also_known_as(row)
    hidden = around.unseen([one.id for one in others], request.actor.id)
    return inquiries.entities_shown(request, [one for one in others if one.id not in hidden])


def _inquiries(request: Request, row: models.Entity) -> list[models.Inquiry]:
    mine = models.Inquiry.objects.visible_to(request.actor.person, "inquiry.read")
    return list(mine.filter(appearances__entity=row).order_by("-number"))


def _act(request: Request, row: models.Entity, act: str) -> None:
    given: dict[str, Any] = {"by": request.actor, "at": request.now}
    if act == "accept":
        wanted = request.POST.get("claim", "")
        for claim in _claims(request, row).filter(state=State.PROPOSED, ended_at=None):
            if wanted in {"all", str(claim.id)}:
                acts.accept(**given, claim=claim)
        hits.soon(**given)
        messages.success(request, _("It is accepted."))
    elif act == "certain":
        form = forms.Certain(request.POST)
        reason = form.cleaned_data.get("reason", "") if form.is_valid() else ""
        to = Certainty(int(form.cleaned_data.get("certainty") or 1))
        if to is Certainty.CONFIRMED:
            acts.confirm(**given, entity=row, reason=reason)
        else:
            acts.hold_for(**given, entity=row, certainty=to, reason=reason)
        messages.success(request, _("It is held so from now on."))
    elif act == "inquiry":
        inquiry = charting.inquiry(request, request.POST.get("inquiry", ""))
        inquiry_acts.add_to(**given, inquiry=inquiry, entity=row)
        messages.success(request, _("It appears in the inquiry."))
