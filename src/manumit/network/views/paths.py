"""How two entities are joined: the ways between them, each with its weakest step named."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.views import Request, page
from manumit.network import charts, claims, graphs, models
from manumit.network.models import around
from manumit.network.views import charting, marks

MOST_STEPS = 6
MOST_WAYS = 20
LONGER = 1  # steps that other ways may have more than the shortest
MOST_NAMED = 300  # entities in the two lists


@page("network.read")
def paths(request: Request) -> HttpResponse:
    """Show the ways between two entities."""
    view = charts.chosen((), request.GET.get("on", ""), request.GET.get("least", ""))
    ends = [_end(request, name) for name in ("from", "to")]
    start, end = ends
    mates = charting.appearing(request, charting.open_inquiries(request))[:MOST_NAMED]
    register = models.Register.objects.visible_to(request.actor.person, "network.read").first()
    context: dict[str, Any] = {
        "start": start,
        "end": end,
        "view": view,
        "levels": [(c.value, _(label)) for c, label in claims.CERTAINTY_LABELS.items()],
        "register": register,
    }
    if register is None:
        return render(request, "network/paths.html", context)
    found = None
    if start and end:
        found = around.between(
            start.id, end.id, asker=request.actor.id, most=MOST_STEPS, keep=charting.keep(view)
        )
    ways = _ways(found.graph, start.id, end.id) if found and start and end else Ways()
    ids = {*mates, *(one.id for one in ends if one), *ways.entities()}
    known = charting.know(request, register, ids)
    named = [(one, known.label(one)) for one in ids if one in known.rows]
    marked = marks.marked(request, known.rows)
    context |= {
        "choices": sorted(
            [
                {"id": one, "label": label, "kind": known.kind(one), "marked": str(one) in marked}
                for one, label in named
            ],
            key=lambda choice: str(choice["label"]),
        ),
        "marked": marked,
        "asked": bool(start and end),
        "found": found,
        "names": [known.label(one.id) for one in ends if one],
        "ways": [_way(path, known) for path in ways.all],
        "surest": _way(ways.surest, known) if ways.surest else None,
        "in_time": _in_time(ways.in_time, known) if ways.in_time else None,
        "whole": ways.whole,
        "read": core_forms.number(found.read) if found else "",
    }
    return render(request, "network/paths.html", context)


class Ways:
    """All ways that a page shows."""

    def __init__(self) -> None:
        self.all: list[graphs.Path] = []
        self.whole = True
        self.surest: graphs.Path | None = None
        self.in_time: graphs.InTime | None = None

    def entities(self) -> set[UUID]:
        """Return everybody on the ways."""
        paths = [*self.all, self.surest, self.in_time.path if self.in_time else None]
        ends = {e for p in paths if p for edge in p.edges for e in (edge.tail, edge.head)}
        return ends | {node for p in paths if p for node in p.nodes}


def _end(request: Request, name: str) -> models.Entity | None:
    text = request.GET.get(name, "")
    return charting.entity(request, text) if text else None


def _ways(graph: graphs.Graph, start: UUID, end: UUID) -> Ways:
    made = Ways()
    best = graphs.best_path(graph, start, end, MOST_STEPS)
    if best is None or not best.edges:
        return made
    most = min(len(best.edges) + LONGER, MOST_STEPS)
    made.all, made.whole = graphs.all_paths(graph, start, end, most, MOST_WAYS)
    surest = graphs.surest_path(graph, start, end, MOST_STEPS)
    if surest and surest.certainty > best.certainty:
        made.surest = surest
    made.in_time = graphs.path_in_time(graph, start, end, MOST_STEPS)
    return made


def _way(path: graphs.Path, known: charting.Known) -> dict[str, Any]:
    weakest = path.weakest
    return {
        "steps": [
            {**charting.line(edge, known, node), "weakest": edge == weakest}
            for node, edge in zip(path.nodes, path.edges, strict=False)
        ],
        "length": len(path.edges),
        "length_said": core_forms.number(len(path.edges)),
        "weakest": charting.line(weakest, known) if weakest else None,
        "certainty": charting.certainty(path.certainty),
    }


def _in_time(found: graphs.InTime, known: charting.Known) -> dict[str, Any]:
    undated = {edge.via for edge in found.undated}
    way = _way(found.path, known)
    for step, day in zip(way["steps"], found.days, strict=True):
        step["day"] = core_forms.day(day) if day else ""
        step["undated"] = step["via"] in undated
    return way | {"undated": core_forms.number(len(undated)) if undated else ""}
