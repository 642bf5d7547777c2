"""Routes on a map: the legs around an entity or an inquiry, drawn on the server, with their table."""

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from manumit.core import forms as core_forms
from manumit.core.views import Request, page
from manumit.network import claims, graphs, models, outlines, routemap, routes, schemata
from manumit.network.actions import opening
from manumit.network.models import around
from manumit.network.views import charting, marks

MOST_LEGS = 60  # on one map


@functools.cache
def _world(build: Path) -> tuple[outlines.Ring, ...]:
    """Read the outlines that were built with the pages; none where they were not."""
    try:
        name = json.loads((build / "manifest.json").read_text("utf-8"))["world.json"]
        return outlines.rings(json.loads((build / name).read_text("utf-8")))
    except (OSError, KeyError):
        return ()


@page("network.read")
def entity_routes(request: Request, entity_id: UUID) -> HttpResponse:
    """Show the legs on which an entity is said to have been, or to have moved people."""
    row = charting.entity(request, entity_id)
    back = reverse("entity", args=[row.id])
    return _routes(request, row.register, [row.id], back)


@page("inquiry.read")
def inquiry_routes(request: Request, inquiry_id: UUID) -> HttpResponse:
    """Show the legs around everybody who appears in an inquiry."""
    row = charting.inquiry(request, inquiry_id)
    back = reverse("inquiry", args=[row.id])
    return _routes(request, row.register, charting.appearing(request, [row]), back)


def _routes(
    request: Request, register: models.Register, starts: Sequence[UUID], back: str
) -> HttpResponse:
    graph, whole = _around(request, register, starts)
    known = charting.know(request, register, graph.nodes)
    graph = charting.only_known(graph, known)
    found = routes.legs(graph, known.schemata, {})
    journeys = {leg.entity for leg in found if known.schemata.get(leg.entity) == routes.JOURNEY}
    ends = {end for leg in found for end in (leg.origin, leg.destination)}
    seen = opening.seen(
        by=request.actor,
        at=request.now,
        purpose=charting.PURPOSE,
        entities=[known.rows[one] for one in sorted(ends | journeys)],
    )
    days = {one: _days(seen[one]) for one in journeys}
    found = routes.legs(graph, known.schemata, days)[:MOST_LEGS]
    places = {one: routes.place(seen[one]) for one in ends}
    context = {
        "back": back,
        "legs": _rows(found, known, graph),
        "marked": marks.marked(request, {one for leg in found for one in _with(leg, graph)}),
        "map": _map(found, places, known) if found else None,
        "guessed": any(p.point and not p.exact for p in places.values()),
        "missing": charting.names(known, [one for one in sorted(ends) if not places[one].point]),
        "whole": whole,
    }
    return render(request, "network/routes.html", context)


def _around(
    request: Request, register: models.Register, starts: Sequence[UUID]
) -> tuple[graphs.Graph, bool]:
    """Read two steps around the starts; a leg that is reached is itself a relation with two ends."""
    near, whole = around.neighbourhood(starts, asker=request.actor.id)
    legs = {one for one in near.nodes if one not in starts}
    rows = around.entities(legs, register=register.id, asker=request.actor.id)
    on_legs = [one for one, row in rows.items() if row.schema in {routes.LEG, routes.JOURNEY}]
    places = [one for one, row in rows.items() if schemata.is_a(row.schema, "Address")]
    far, all_ = around.neighbourhood(on_legs, asker=request.actor.id)
    of_places, every = around.neighbourhood(
        places, asker=request.actor.id, keep=lambda edge: edge.schema == routes.LEG
    )
    own = [_as_edge(rows[one]) for one in on_legs if rows[one].tail_id]
    return (
        graphs.build([*near.edges, *far.edges, *of_places.edges, *own]),
        whole and all_ and every,
    )


def _as_edge(row: models.Entity) -> graphs.Edge:
    if row.tail_id is None or row.head_id is None:
        raise ValueError("a leg has two ends")
    return graphs.Edge(
        row.tail_id, row.head_id, str(row.id), row.schema, row.role, row.since, row.until,
        row.certainty,
    )  # fmt: skip


def _days(seen: claims.Seen) -> tuple[str, str]:
    first = (*seen.values("startDate"), *seen.values("date"), "")[0]
    return first, (*seen.values("endDate"), first)[0]


def _map(
    found: Sequence[routes.Leg], places: Mapping[UUID, routes.Place], known: charting.Known
) -> SafeString:
    drawn = routemap.draw(
        found,
        places,
        {one: known.label(one) for one in places},
        _world(Path(settings.STATIC_ROOT) / "build"),
        title=_("Routes"),
        says=_("A map of the legs in the table below, with the same numbers."),
        numbers=[core_forms.number(at + 1) for at in range(len(found))],
    )
    return mark_safe(drawn.svg)  # noqa: S308 (each word in it is escaped)


def _rows(
    found: Sequence[routes.Leg],
    known: charting.Known,
    graph: graphs.Graph,
) -> list[dict[str, Any]]:
    return [
        {
            "number": core_forms.number(at + 1),
            "origin": known.label(leg.origin),
            "origin_url": reverse("entity", args=[leg.origin]),
            "destination": known.label(leg.destination),
            "destination_url": reverse("entity", args=[leg.destination]),
            "when": charting.between(leg.since, leg.until),
            "who": charting.names(known, _with(leg, graph)),
            "certainty": charting.certainty(leg.certainty),
            "url": reverse("entity", args=[leg.entity]),
        }
        for at, leg in enumerate(found)
    ]


def _with(leg: routes.Leg, graph: graphs.Graph) -> list[UUID]:
    """Return who is named on a leg, besides its places."""
    named = {e.other(leg.entity) for e in graph.at(leg.entity)}
    return sorted(named - {leg.origin, leg.destination})
