"""Bringing a file in: give it and say whose word it is, see what is in it, agree, see what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.core import forms as core_forms
from manumit.core.actions import acting
from manumit.core.views import Request, page, posted, showing
from manumit.network import claims, dossier, ftm, givenfile, models, schemata, shown
from manumit.network.actions import givenfiles as acts
from manumit.network.actions import hits, opening, registers
from manumit.network.forms import entities as entity_forms
from manumit.network.forms import files as forms
from manumit.network.models import around
from manumit.network.views import entering, saying
from manumit.network.views import inquiries as listing

MOST_NAMED = 20  # entities that a page names
MOST_KEPT = 20
MOST_VALUES = 4  # of one property, in a row that is shown
KEPT_APART = {
    "schema": gettext_noop("A kind that is not known here"),
    "property": gettext_noop("A property that is not known here"),
    "value": gettext_noop("A value that does not fit its property"),
}


@page("network.import", methods=("GET", "POST"), held=True)
def file_new(request: Request) -> HttpResponse:
    """Give a file and say whose word it is; it is sealed at once, and nothing is brought in yet."""
    register = registers.mine(request.actor)
    rows = acts.sources_of(register)[-entering.MOST_SOURCES :]
    told = opening.sources(by=request.actor, at=request.now, purpose=acts.PURPOSE, sources=rows)
    sources = [
        (str(one.id), f"{shown.safely(told[one.id]['title'])} ({one.reliability})")
        for one in reversed(rows)
    ]
    kept = dict(request.session.get("entering") or {})
    form = forms.GiveFile(
        posted(request),
        request.FILES or None,
        lost=not request.FILES and _size(request) > givenfile.MOST_BYTES,
        sources=sources,
        initial={**kept, "source": entity_forms.NEW},
    )
    if request.method == "POST" and form.is_valid():
        name, data = form.cleaned_data["file"]
        try:
            made = acts.give(
                by=request.actor, at=request.now, register=register,
                name=name, data=data, whose=_whose(form),
            )  # fmt: skip
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            return redirect("file", made)
    status = 400 if form.is_bound else 200
    return render(request, "network/file_new.html", {"form": form}, status=status)


def _size(request: Request) -> int:
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return 0


def _whose(form: forms.GiveFile) -> acts.Whose:
    given = form.cleaned_data
    is_new = given["source"] == entity_forms.NEW
    return acts.Whose(
        title=given["new_title"] if is_new else "",
        source="" if is_new else given["source"],
        kind=given["new_kind"] or models.SourceKind.REPORT.value,
        reliability=given["new_reliability"] or "F",
        on=given["on"].isoformat() if given["on"] else "",
        credibility=given["credibility"],
        handling=given["handling"],
    )


@page("network.import", methods=("GET", "POST"), held=True)
def file(request: Request, file_id: UUID) -> HttpResponse:
    """Show a file that waits, or what came of it; say its columns, bring it in, or forget it."""
    register = registers.mine(request.actor)
    ours: dict[str, Any] = {"register": register, "file_id": file_id}
    given = acts.opened(by=request.actor, at=request.now, **ours)
    if isinstance(given, acts.Told):
        return _done(request, given)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "leave":
        acts.leave(by=request.actor, at=request.now, **ours)
        messages.success(request, _("The file was forgotten. Nothing of it stays."))
        return redirect("file_new")
    is_table = given.kind is givenfile.Kind.TABLE
    if is_table and (not given.mapping or "columns" in request.GET or act == "columns"):
        return _columns(request, given, ours)
    if act == "bring":
        try:
            acts.bring(by=request.actor, clock=lambda: request.now, **ours)
        except acting.Refused as refusal:
            showing.say_no(request, refusal)
        else:
            hits.soon(by=request.actor, at=request.now)
        return redirect("file", file_id)
    return _look(request, register, given, is_table)


# --- which column is what ------------------------------------------------------------------------
def _columns(request: Request, given: acts.Given, ours: dict[str, Any]) -> HttpResponse:
    why = givenfile.why_no_columns(given.data)
    asked = request.GET.get("kind", "")
    schema = asked if asked in entity_forms.KINDS else ""
    seen = givenfile.columns(given.data, entity_forms.KINDS, schema, given.mapping)
    said = posted(request) if request.POST.get("act") == "columns" else None
    form = forms.Columns(said, request.FILES or None if said else None, seen=seen)
    if form.is_bound and form.is_valid():
        try:
            acts.say_columns(by=request.actor, at=request.now, mapping=form.text(), **ours)
            return redirect("file", given.id)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
    context = {
        "form": form,
        "file": given.id,
        "name": shown.safely(given.name),
        "why": why,
        "twice": [shown.safely(one) for one in seen.twice],
        "kinds": entity_forms.kinds(),
        "kind": seen.schema,
    }
    status = 400 if form.is_bound else 200
    return render(request, "network/file_columns.html", context, status=status)


# --- what is in it -------------------------------------------------------------------------------
def _look(
    request: Request, register: models.Register, given: acts.Given, is_table: bool
) -> HttpResponse:
    notes = ftm.Notes()
    seen = givenfile.look(givenfile.reader(given.data, given.mapping, notes)())
    why = givenfile.too_large() if not seen.whole else ""
    found = None
    if not why:
        found = acts.foresee(by=request.actor, at=request.now, register=register, given=given)
    context = {
        "file": given.id,
        "is_table": is_table,
        "why": why,
        "counts": _counts(seen),
        "first": [_row(one, seen) for one in seen.first],
        "kept": _kept(notes.told(MOST_KEPT)),
        "faults": [_fault(one) for one in seen.faults],
        "faults_count": seen.faults_count,
        "whose": _summary(given, found),
        "found": found,
        "over": _named(request, found.does.over) if found else [],
        "over_more": max(0, len(found.does.over) - MOST_NAMED) if found else 0,
        "may": bool(found and seen.rows and not found.does.known),
        "nothing": not seen.rows,
    }
    return render(request, "network/file.html", context)


def _summary(given: acts.Given, found: acts.Foreseen | None) -> list[dict[str, Any]]:
    title = shown.safely(found.title) if found else ""
    if found and found.source:
        title = _("%(source)s, which is here already") % {"source": title}
    handling = claims.HANDLING_LABELS[claims.Handling(given.whose.handling)]
    said = (
        (_("File"), shown.safely(given.name)),
        (_("Source"), title),
        (_("How far is this believed?"), _(claims.CREDIBILITY[given.whose.credibility])),
        (_("Who may see it?"), _(handling)),
    )
    return [{"key": key, "value": value} for key, value in said if value]


def _counts(seen: givenfile.Glance) -> list[tuple[str, int]]:
    people, groups = seen.count("Person"), seen.count("Organization", "ArmedUnit")
    rest = seen.kinds.total() - people - groups - seen.relations
    return [
        (_("Rows that were read"), seen.rows),
        (_("People"), people),
        (_("Groups and companies"), groups),
        (_("Relations"), seen.relations),
        (_("Other things"), rest),
    ]


def _row(one: ftm.Row, seen: givenfile.Glance) -> dict[str, Any]:
    found = schemata.schema(one.schema)
    said = []
    for name, values in one.says.items():
        prop = found.props.get(name)
        label = _("Kept apart") if name == schemata.KEPT else _(prop.label) if prop else name
        if prop and prop.type == "entity":
            values = [seen.names.get(value) or value for value in values]
        elif prop and prop.type == "country":
            values = [saying.country(value) for value in values]
        elif name == schemata.KEPT:
            values = [_with_label(found, value) for value in values]
        several = [shown.safely(value) for value in values[:MOST_VALUES]]
        said.append((label, several, max(0, len(values) - MOST_VALUES)))
    name = seen.names[one.id]
    return {
        "name": entering.name(name),
        "kind": _(found.label),
        "said": said,
        "odd": [_(odd) for odd in shown.warnings(name)],
        "victim": "true" in one.says.get(dossier.MAY_BE_VICTIM, ()),
    }


def _kept(told: list[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """Return what was kept apart: why, what, and how often."""
    found = []
    for text, count in told:
        what, _blank, rest = text.partition(" ")
        words = KEPT_APART.get(what)
        found.append((_(words), _place(rest), count) if words else (_(text), "", count))
    return found


def _place(text: str) -> str:
    """Return Person.birthDate as a reader calls it; shown safely, as it stands, where nobody knows it."""
    kind, _blank, name = text.partition(".")
    found = schemata.find(kind)
    if found is None:
        return shown.safely(text)
    prop = found.props.get(name)
    return f"{_(found.label)}: {_(prop.label) if prop else shown.safely(name)}"


def _with_label(schema: schemata.Schema, text: str) -> str:
    """Return birthDate=31/13/1970 with the property as a reader calls it."""
    name, _blank, value = text.partition("=")
    prop = schema.props.get(name)
    return f"{_(prop.label) if prop else name}: {value}"


def _fault(one: ftm.Fault) -> dict[str, Any]:
    return {
        "line": one.line,
        "field": shown.safely(one.field),
        "reason": shown.plainly(core_forms.said(one.reason)),
        "cure": core_forms.said(one.cure),
    }


def _named(request: Request, ids: tuple[UUID, ...]) -> list[dict[str, Any]]:
    """Return the first of those whom a file no longer names, for a list."""
    hidden = around.unseen(ids[: 2 * MOST_NAMED], request.actor.id)
    some = [one for one in ids[: 2 * MOST_NAMED] if one not in hidden][:MOST_NAMED]
    rows = models.Entity.objects.in_bulk(some)
    return listing.entities_shown(request, [rows[one] for one in some])


# --- what came of it -----------------------------------------------------------------------------
def _done(request: Request, told: acts.Told) -> HttpResponse:
    source = entering.source_of(request, told.source)
    words = opening.sources(
        by=request.actor, at=request.now, purpose=acts.PURPOSE, sources=[source]
    )
    parcels = models.Parcel.objects.filter(source=source, run=told.run)
    rows = models.Entity.objects.visible_to(request.actor.person, "network.read").filter(
        seal_owner__in=list(parcels.values_list("id", flat=True)), tail=None, gone_at=None
    )
    said = models.Claim.objects.filter(source=source).values("entity")  # others are only named
    found = list(rows.filter(id__in=said).order_by("at", "id")[:MOST_NAMED])
    hidden = around.unseen([one.id for one in found], request.actor.id)
    found = [one for one in found if one.id not in hidden]
    counted = told.counted
    context = {
        "title": shown.safely(words[source.id]["title"]),
        "told": told,
        "counts": [
            (_("New: people, groups and things"), counted["entities"]),
            (_("New: relations"), counted["relations"]),
            (_("Said otherwise than before"), counted["changed"]),
            (_("Claims that ended"), counted["ended"]),
            (_("Named, and not in the file"), counted["missing"]),
        ],
        "kept": _kept(told.kept),
        "faults": [_fault(one) for one in told.faults],
        "faults_count": counted["faults_count"],
        "rows": listing.entities_shown(request, found),
        "more": max(0, counted["entities"] - MOST_NAMED),
    }
    return render(request, "network/file_done.html", context)
