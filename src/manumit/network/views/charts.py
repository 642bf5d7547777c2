"""The link chart of an entity or an inquiry: picture, list and table of the same."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request, page, showing
from manumit.network import charts, claims, graphs, models
from manumit.network.actions import charts as acts
from manumit.network.models import around
from manumit.network.views import charting, marks

MOST_KEPT = 50  # views in the list


@dataclasses.dataclass(frozen=True)
class Begin:
    """Where a chart begins: an entity, or everybody who appears in an inquiry."""

    register: models.Register
    starts: Sequence[UUID]
    url: str
    more_url: str
    entity: models.Entity | None = None
    inquiry: models.Inquiry | None = None


def _of_entity(request: Request, entity_id: UUID) -> Begin:
    row = charting.entity(request, entity_id)
    return Begin(
        row.register,
        [row.id],
        reverse("entity_chart", args=[row.id]),
        reverse("entity_chart_more", args=[row.id]),
        entity=row,
    )


def _of_inquiry(request: Request, inquiry_id: UUID) -> Begin:
    row = charting.inquiry(request, inquiry_id)
    return Begin(
        row.register,
        charting.appearing(request, [row]),
        reverse("inquiry_chart", args=[row.id]),
        reverse("inquiry_chart_more", args=[row.id]),
        inquiry=row,
    )


@page("network.read", methods=("GET", "POST"), held=True)
def entity_chart(request: Request, entity_id: UUID) -> HttpResponse:
    """Show how an entity hangs together with others."""
    return _chart(request, _of_entity(request, entity_id))


@page("inquiry.read", methods=("GET", "POST"), held=True)
def inquiry_chart(request: Request, inquiry_id: UUID) -> HttpResponse:
    """Show how those who appear in an inquiry hang together."""
    return _chart(request, _of_inquiry(request, inquiry_id))


@page("network.read")
def entity_chart_more(request: Request, entity_id: UUID) -> HttpResponse:
    """Answer the chart's script: the same as the page, as data."""
    return _more(request, _of_entity(request, entity_id))


@page("inquiry.read")
def inquiry_chart_more(request: Request, inquiry_id: UUID) -> HttpResponse:
    """Answer the chart's script: the same as the page, as data."""
    return _more(request, _of_inquiry(request, inquiry_id))


def _more(request: Request, begin: Begin) -> HttpResponse:
    return JsonResponse(_drawn(request, begin, _asked(request)))


def _asked(request: Request) -> charts.View:
    given = request.POST if request.method == "POST" else request.GET
    return charts.chosen(
        given.getlist("more"), given.get("on", ""), given.get("least", ""), given.get("group", "")
    )


def _chart(request: Request, begin: Begin) -> HttpResponse:
    if request.method == "POST":
        answer = _posted(request, begin)
        if answer is not None:
            return answer
    view = _asked(request)
    kept = _kept(request, begin)
    chosen = next((one for one in kept if one["id"] == request.GET.get("view")), None)
    if chosen:
        view = charts.restored(chosen["content"])
    drawn = _drawn(request, begin, view)
    context = {
        "begin": begin,
        "title": drawn["nodes"][0]["label"] if begin.entity else str(begin.inquiry),
        "drawn": drawn,
        "marked": {node["id"] for node in drawn["nodes"] if node["marked"]},
        "chart": json.dumps(drawn, ensure_ascii=False),
        "view": view,
        "kept": kept,
        "chosen": chosen,
        "levels": [(c.value, _(label)) for c, label in claims.CERTAINTY_LABELS.items()],
        "groupings": _groupings(),
    }
    return render(request, "network/chart.html", context)


def _groupings() -> list[tuple[str, str]]:
    return [
        (charts.Grouping.KIND.value, _("What they are")),
        (charts.Grouping.GROUP.value, _("Who hangs together most (reckoned)")),
        (charts.Grouping.PIECE.value, _("What is joined at all")),
    ]


def _posted(request: Request, begin: Begin) -> HttpResponse | None:
    """Keep a view or throw one away; None where the page has to say why not."""
    try:
        if "forget" in request.POST:
            rows = models.SavedView.objects.visible_to(request.actor.person, "network.write")
            row = guard.one_of(rows, request.POST["forget"])
            acts.forget_view(by=request.actor, at=request.now, view=row)
            messages.success(request, _("The view is gone. Nothing that it showed was changed."))
            return redirect(begin.url)
        places = charts.placed(request.POST.get("places", ""))
        made = acts.keep_view(
            by=request.actor,
            at=request.now,
            name=request.POST.get("name", ""),
            view=dataclasses.replace(_asked(request), places=places),
            entity=begin.entity,
            inquiry=begin.inquiry,
        )
    except acting.Refused as refusal:
        showing.say_no(request, refusal)
        return None
    except charts.Unreadable as error:
        messages.error(request, core_forms.said(str(error)))
        return None
    messages.success(request, _("The view is kept. Your unit sees it here."))
    return redirect(f"{begin.url}?{urlencode({'view': made.id})}")


def _kept(request: Request, begin: Begin) -> list[dict[str, Any]]:
    rows = models.SavedView.objects.visible_to(request.actor.person, "network.read")
    rows = rows.filter(entity=begin.entity, inquiry=begin.inquiry).select_related("by", "register")
    views = list(rows.order_by("-at")[:MOST_KEPT])
    opened = acts.opened(by=request.actor, at=request.now, views=views, purpose=charting.PURPOSE)
    return [
        {
            "id": str(row.id),
            "name": told.get("name") or "",
            "content": told.get("content") or {},
            "by": row.by.display_name,
            "at": core_forms.instant(row.at),
        }
        for row, told in zip(views, opened, strict=True)
        if told.get("content")
    ]


def _drawn(request: Request, begin: Begin, view: charts.View) -> dict[str, Any]:
    """Return the chart as data: entities, relations, groups, and what was left out."""
    there = around.entities(view.unfolded, register=begin.register.id, asker=request.actor.id)
    unfolded = [one for one in view.unfolded if one in there]
    graph, whole = around.neighbourhood(
        [*begin.starts, *unfolded], asker=request.actor.id, keep=charting.keep(view)
    )
    graph, left_out = charts.shown(graph, [*begin.starts, *unfolded])
    known = charting.know(request, begin.register, graph.nodes)
    graph = charting.only_known(graph, known)
    numbers = charts.groups(graph, known.schemata, view.grouping)
    names = charting.group_names(view, numbers, known)
    marked = marks.marked(request, graph.nodes)
    starts = {*begin.starts, *unfolded}
    nodes = [
        _node(one, known, graph, starts, begin, view, numbers[one], names)
        | {"marked": str(one) in marked}
        for one in sorted(graph.nodes, key=lambda one: (one not in starts, known.label(one)))
    ]
    # Where a chart begins stands first.
    nodes.sort(key=lambda node: node["id"] not in {str(one) for one in begin.starts})
    return {
        "nodes": nodes,
        "edges": [
            {
                **charting.line(edge, known),
                "tail_marked": str(edge.tail) in marked,
                "head_marked": str(edge.head) in marked,
            }
            for edge in graph.edges
        ],
        "groups": [{"number": n, "name": names[n]} for n in sorted(names)],
        "places": {str(one): spot for one, spot in view.places.items() if one in known.rows},
        "unfolded": [str(one) for one in unfolded],
        "says": _says(graph, left_out, whole),
        "mark": _("May be a victim"),
        "more_url": begin.more_url,
    }


def _node(
    one: UUID,
    known: charting.Known,
    graph: graphs.Graph,
    starts: set[UUID],
    begin: Begin,
    view: charts.View,
    group: int,
    names: dict[int, str],
) -> dict[str, Any]:
    more = [str(u) for u in dict.fromkeys([*view.unfolded, one])]
    query = {"more": more, "least": view.least, "group": view.grouping.value}
    if view.on:
        query["on"] = view.on.isoformat()
    way = {"from": str(begin.starts[0]), "to": str(one)} if begin.entity else {}
    return {
        "id": str(one),
        "label": known.label(one),
        "kind": known.kind(one),
        "schema": known.rows[one].schema,
        "group": group,
        "says": known.kind(one)
        if view.grouping is charts.Grouping.KIND
        else f"{known.kind(one)} · {names[group]}",
        "start": one in begin.starts,
        "open": one in starts,
        "degree": core_forms.number(len(graph.neighbours(one))),
        "url": reverse("entity", args=[one]),
        "query": urlencode(query, doseq=True),
        "way_url": f"{reverse('paths')}?{urlencode(way)}" if way and one not in starts else "",
    }


def _says(graph: graphs.Graph, left_out: int, whole: bool) -> str:
    said = _("Entities: %(nodes)s. Relations: %(edges)s.") % {
        "nodes": core_forms.number(len(graph.nodes)),
        "edges": core_forms.number(len(graph.edges)),
    }
    if left_out:
        said += " " + _("%(n)s more lie farther away and are not shown.") % {
            "n": core_forms.number(left_out)
        }
    if not whole:
        said += " " + _("There are more relations than one chart can show; narrow it by time.")
    return said
