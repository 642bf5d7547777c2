"""Finding an entity, entering a new one, and saying more of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.core.actions import acting, names
from manumit.core.views import Request, page, posted, showing
from manumit.network import models, schemata
from manumit.network.actions import claiming, hits, opening, registers
from manumit.network.actions import entering as acts
from manumit.network.actions import inquiries as inquiry_acts
from manumit.network.forms import entities as forms
from manumit.network.models import around
from manumit.network.views import charting, entering
from manumit.network.views import inquiries as listing

FOUND = 25


@page("network.read", methods=("GET", "POST"), held=True)
def entities(request: Request) -> HttpResponse:
    """Find an entity of the unit's register by a name in any script, or by a number."""
    form = forms.Find(posted(request))
    rows: list[dict[str, Any]] | None = None
    if request.method == "POST" and form.is_valid():
        rows = listing.entities_shown(request, find(request, form.cleaned_data["words"]))
    context = {"form": form, "rows": rows, "kinds": forms.kinds()}
    return render(request, "network/entities.html", context)


def find(request: Request, words: str) -> list[models.Entity]:
    """Return entities called or numbered like this, the likeliest first; on the record."""
    registers.mine(request.actor)
    given: dict[str, Any] = {"by": request.actor, "at": request.now}
    ids = [hit.object_id for hit in names.search(**given, query=words, limit=FOUND)]
    if any(letter.isdigit() for letter in words):
        for kind in ("phone", "identifier"):
            ids = [*names.find_identifier(**given, kind=kind, value=words), *ids]
    wanted = list(dict.fromkeys(ids))[: 2 * FOUND]
    rows = models.Entity.objects.visible_to(request.actor.person, "network.read")
    known = rows.filter(gone_at=None).in_bulk(wanted)
    hidden = around.unseen(list(known), request.actor.id)
    return [known[one] for one in wanted if one in known and one not in hidden]


@page("network.write", methods=("GET", "POST"), held=True)
def entity_new(request: Request) -> HttpResponse:
    """Ask what is known of somebody or something new: few fields, the source remembered."""
    registers.mine(request.actor)
    schema = request.GET.get("schema", "Person")
    if schema not in forms.KINDS:
        raise acting.NotFound
    form = forms.Entity(posted(request), schema=schema, **entering.begin_with(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.add_entity(
                by=request.actor,
                at=request.now,
                schema=schema,
                says=form.says(),
                **entering.said(request, form),
            )
            entering.accept_if_asked(request, form, made.claims.all())
            hits.soon(by=request.actor, at=request.now)
            return redirect(_after(request, made))
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "form": form,
        "kind": _(schemata.schema(schema).label),
        "schema": schema,
        "kinds": forms.kinds(),
        "query": _query(request),
    }
    return render(request, "network/entity_new.html", context, status=400 if form.is_bound else 200)


def _query(request: Request) -> str:
    """Return what goes along when another kind is chosen: the inquiry or entity it is for."""
    kept = [f"&{name}={value}" for name in ("inquiry", "with") if (value := _id(request, name))]
    return "".join(kept)


def _id(request: Request, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _after(request: Request, made: models.Entity) -> str:
    if inquiry_id := _id(request, "inquiry"):
        row = charting.inquiry(request, inquiry_id)
        inquiry_acts.add_to(by=request.actor, at=request.now, inquiry=row, entity=made)
        messages.success(request, _("It is entered, and appears in the inquiry."))
        return reverse("inquiry", args=[row.id])
    if other := _id(request, "with"):
        return f"{reverse('entity_relate', args=[other])}?other={made.id}"
    messages.success(request, _("It is entered."))
    return reverse("entity", args=[made.id])


@page("network.write", methods=("GET", "POST"), held=True)
def entity_say(request: Request, entity_id: UUID) -> HttpResponse:
    """Ask for one more thing that is said of an entity."""
    row = charting.entity(request, entity_id)
    form = forms.Claim(posted(request), schema=row.schema, **entering.begin_with(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = claiming.add_claim(
                by=request.actor,
                at=request.now,
                entity=row,
                prop=form.cleaned_data["prop"],
                values=form.cleaned_data["values"],
                **entering.said(request, form),
            )
            entering.accept_if_asked(request, form, [made])
            hits.soon(by=request.actor, at=request.now)
            messages.success(request, _("It is entered."))
            return redirect("entity", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    back = (reverse("entity", args=[row.id]), called(request, row))
    return _said_page(request, form, _("Add what is said"), back)


@page("network.write", methods=("GET", "POST"), held=True)
def entity_relate(request: Request, entity_id: UUID) -> HttpResponse:
    """Find the other one, then ask how the two hang together."""
    row = charting.entity(request, entity_id)
    other_id = _id(request, "other")
    if other_id is None:
        return _other(request, row)
    other = charting.entity(request, other_id)
    form = forms.Relation(posted(request), **entering.begin_with(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        tail, head = (other, row) if given["turned"] else (row, other)
        try:
            made = acts.relate(
                by=request.actor,
                at=request.now,
                tail=tail,
                head=head,
                schema=given["schema"],
                role=given["role"],
                since=given["since"],
                until=given["until"],
                **entering.said(request, form),
            )
            entering.accept_if_asked(request, form, made.claims.all())
            messages.success(request, _("The relation is entered."))
            return redirect("entity", row.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    back = (reverse("entity", args=[row.id]), called(request, row))
    intro = _("From %(one)s to %(other)s") % {
        "one": called(request, row),
        "other": called(request, other),
    }
    return _said_page(request, form, _("How they hang together"), back, intro)


def _said_page(
    request: Request, form: forms.Said, title: str, back: tuple[str, str], intro: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "intro": intro,
        "back_url": back[0],
        "back_label": back[1],
    }
    status = 400 if form.is_bound else 200
    return render(request, "network/entity_said.html", context, status=status)


def _other(request: Request, row: models.Entity) -> HttpResponse:
    form = forms.Find(posted(request))
    rows: list[dict[str, Any]] | None = None
    if request.method == "POST" and form.is_valid():
        found = [one for one in find(request, form.cleaned_data["words"]) if one.pk != row.pk]
        rows = listing.entities_shown(request, found)
    context = {
        "entity": row,
        "name": called(request, row),
        "form": form,
        "rows": rows,
        "kinds": forms.kinds(),
        "query": f"&with={row.id}",
    }
    return render(request, "network/entity_relate.html", context)


def called(request: Request, row: models.Entity) -> str:
    """Return what an entity is called, safely."""
    told = opening.labels(by=request.actor, at=request.now, purpose="one entity", entities=[row])
    return entering.name(told[row.id])
