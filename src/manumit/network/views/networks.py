"""What the network around a unit's inquiries looks like: who is in many, between others, above others.

Every line is a hypothesis of a calculation, with the relations it rests on. It is reckoned over what
lies around the open inquiries and is there for the reader, up to a number of relations that a page
can bear; where there is more, the page says so.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.core import forms as core_forms
from manumit.core.views import Request, page
from manumit.network import (
    brokers,
    charts,
    graphs,
    hierarchy,
    models,
    sharing,
)
from manumit.network.actions import opening
from manumit.network.models import around
from manumit.network.views import charting, marks

MOST_RECKONED = 1_200  # relations
MOST_ROWS = 20
MOST_OPENED = 300  # entities whose claims are held against each other
MOST_PAIRS = 10
KINDS = {
    "address": gettext_noop("Address"),
    "account": gettext_noop("Account"),
    "phone": gettext_noop("Telephone"),
    "vehicle": gettext_noop("Vehicle"),
    "document": gettext_noop("Document"),
    "place": gettext_noop("Place"),
    "event": gettext_noop("Event"),
    "journey": gettext_noop("Journey"),
}


class Ground:
    """What lies around the inquiries that are looked at, read and named once."""

    def __init__(self, request: Request, hops: int) -> None:
        asked = request.GET.get("inquiry", "")
        self.inquiries = charting.open_inquiries(request)
        self.chosen = next((one for one in self.inquiries if str(one.id) == asked), None)
        self.view = charts.chosen((), request.GET.get("on", ""), request.GET.get("least", ""))
        looked_at = [self.chosen] if self.chosen else self.inquiries
        self.starts = charting.appearing(request, looked_at)
        self.graph, self.whole = around.neighbourhood(
            self.starts,
            asker=request.actor.id,
            hops=hops,
            most=MOST_RECKONED,
            keep=charting.keep(self.view),
        )
        rows = models.Register.objects.visible_to(request.actor.person, "network.read")
        self.register = rows.first()
        self.known = charting.Known({}, {})
        if self.register is not None:
            self.known = charting.know(request, self.register, self.graph.nodes)
            self.graph = charting.only_known(self.graph, self.known)

    def context(self) -> dict[str, Any]:
        """Return what both pages show above their tables."""
        return {
            "register": self.register,
            "inquiries": self.inquiries,
            "chosen": self.chosen,
            "view": self.view,
            "whole": self.whole,
            "starts": core_forms.number(len(self.starts)),
            "nodes": core_forms.number(len(self.graph.nodes)),
            "edges": core_forms.number(len(self.graph.edges)),
        }


@page("network.read")
def networks(request: Request) -> HttpResponse:
    """Show who appears in several inquiries, stands between others, hangs together, leads."""
    ground = Ground(request, hops=2)
    lines = hierarchy.hierarchy(ground.graph.edges)
    context = ground.context() | {
        "many": _in_many(request, ground),
        "brokers": _brokers(ground),
        "groups": _groups(ground),
        "lines": [_line(row, ground.known) for row in lines.rows[:100]],
        "rings": [_ring(ring, ground.known) for ring in lines.rings[:MOST_ROWS]],
    }
    context["marked"] = marks.marked(request, _named(context))
    return render(request, "network/networks.html", context)


def _named(context: Mapping[str, Any]) -> set[UUID]:
    """Return everybody whose name stands on the page."""
    members = [one for group in context["groups"] for one in group["members"]]
    rows = [*context["many"], *context["brokers"], *members, *context["lines"]]
    ends = {
        one[end] for ring in context["rings"] for one in ring for end in ("upper_id", "lower_id")
    }
    return ends | {one["id"] for one in rows}


def _in_many(request: Request, ground: Ground) -> list[dict[str, Any]]:
    """Return who appears in more than one inquiry of the unit, closed ones too."""
    inquiries = models.Inquiry.objects.visible_to(request.actor.person, "inquiry.read")
    rows = models.Appearance.objects.filter(inquiry__in=inquiries).order_by().values("entity")
    many = rows.annotate(n=Count("inquiry")).filter(n__gt=1).order_by("-n", "entity")[:MOST_ROWS]
    counts = {row["entity"]: row["n"] for row in many}
    if ground.register is None or not counts:
        return []
    missing = [one for one in counts if one not in ground.known.rows]
    more = charting.know(request, ground.register, missing)
    known = charting.Known(
        {**ground.known.rows, **more.rows}, {**ground.known.labels, **more.labels}
    )
    where = models.Appearance.objects.filter(entity__in=counts).select_related("inquiry")
    return [
        {
            "id": one,
            "label": known.label(one),
            "url": reverse("entity", args=[one]),
            "kind": known.kind(one),
            "inquiries": sorted(
                (a.inquiry for a in where if a.entity_id == one), key=lambda i: i.number
            ),
        }
        for one in counts
        if one in known.rows
    ]


def _brokers(ground: Ground) -> list[dict[str, Any]]:
    return [
        {
            "id": one.entity,
            "label": ground.known.label(one.entity),
            "url": reverse("entity", args=[one.entity]),
            "chart": reverse("entity_chart", args=[one.entity]),
            "kind": ground.known.kind(one.entity),
            "share": core_forms.number(f"{one.share:.0%}"),
            "parts": core_forms.number(one.parts) if one.parts > 1 else "",
            "edges": core_forms.number(len(ground.graph.at(one.entity))),
        }
        for one in brokers.brokers(ground.graph, MOST_ROWS)
    ]


def _groups(ground: Ground) -> list[dict[str, Any]]:
    from manumit.network import communities  # numpy is loaded where it is asked for

    return [
        {
            "number": core_forms.number(at + 1),
            "size": core_forms.number(len(group)),
            "members": charting.names(ground.known, _first(group, ground)[:8]),
            "more": core_forms.number(len(group) - 8) if len(group) > 8 else "",
        }
        for at, group in enumerate(communities.communities(ground.graph)[:MOST_ROWS])
    ]


def _first(group: frozenset[UUID], ground: Ground) -> list[UUID]:
    """Put those first who are related to most others inside."""
    inside = {one: sum(n in group for n in ground.graph.neighbours(one)) for one in group}
    return sorted(group, key=lambda one: (-inside[one], ground.known.label(one)))


def _line(row: hierarchy.Row, known: charting.Known) -> dict[str, Any]:
    return {
        "id": row.entity,
        "label": known.label(row.entity),
        "url": reverse("entity", args=[row.entity]),
        "depth": min(row.depth, 8),
        "deep": core_forms.number(row.depth),
        "again": row.again,
        "edge": charting.line(row.line.edge, known) if row.line else None,
    }


def _ring(ring: Sequence[hierarchy.Line], known: charting.Known) -> list[dict[str, Any]]:
    return [
        {
            "upper": known.label(one.upper),
            "upper_id": one.upper,
            "lower": known.label(one.lower),
            "lower_id": one.lower,
            "edge": charting.line(one.edge, known),
        }
        for one in ring
    ]


@page("network.read")
def shared_things(request: Request) -> HttpResponse:
    """Show the phones, accounts, documents, addresses and places that several are said to have had."""
    ground = Ground(request, hops=2)
    things = sharing.things(ground.graph, ground.known.schemata)
    parties = [
        one for one in ground.known.rows if ground.known.rows[one].schema not in sharing.THINGS
    ]
    seen = opening.seen(
        by=request.actor,
        at=request.now,
        purpose=charting.PURPOSE,
        entities=[ground.known.rows[one] for one in parties[:MOST_OPENED]],
    )
    context = ground.context() | {
        "marked": marks.marked(request, parties),
        "things": [_thing(one, ground) for one in things[: 5 * MOST_ROWS]],
        "values": [_value(one, ground) for one in sharing.values(seen.values())[: 5 * MOST_ROWS]],
        "opened_all": len(parties) <= MOST_OPENED,
    }
    return render(request, "network/shared_things.html", context)


def _thing(one: sharing.Shared, ground: Ground) -> dict[str, Any]:
    if one.thing is None:
        raise ValueError("an equal value is not a thing")
    ties = [e for e in ground.graph.at(one.thing) if e.via in one.rests_on]
    ties.sort(key=lambda edge: (edge.since, ground.known.label(edge.tail)))
    pairs = sharing.together(graphs.build(ties), one.thing)
    return {
        "kind": _(KINDS[one.kind]),
        "label": ground.known.label(one.thing),
        "url": reverse("entity", args=[one.thing]),
        "holders": [
            {
                "id": edge.other(one.thing),
                "label": ground.known.label(edge.other(one.thing)),
                "url": reverse("entity", args=[edge.other(one.thing)]),
                "words": charting.relation(edge, ground.known),
                "when": charting.span(edge),
                "source": charting.source_of(edge),
            }
            for edge in ties
        ],
        "pairs": [
            f"{ground.known.label(pair.one)} – {ground.known.label(pair.other)}"
            for pair in itertools.islice((p for p in pairs if p.dated), MOST_PAIRS)
        ],
        "apart": not pairs,
    }


def _value(one: sharing.Shared, ground: Ground) -> dict[str, Any]:
    return {
        "kind": _(KINDS[one.kind]),
        "value": one.value,
        "holders": charting.names(ground.known, one.holders),
    }
