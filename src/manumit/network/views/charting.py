"""What every page of networks shares: finding where it begins, and edges and entities in words."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from manumit.core import forms as core_forms
from manumit.core.actions import acting, guard
from manumit.core.views import Request
from manumit.network import charts, claims, graphs, models, schemata, shown, spans
from manumit.network.actions import opening
from manumit.network.models import around

PURPOSE = "how entities hang together"


def entity(
    request: Request, entity_id: UUID | str, permission: str = "network.read"
) -> models.Entity:
    """Return an entity of the reader's register that is there for them; raises NotFound."""
    rows = models.Entity.objects.visible_to(request.actor.person, permission)
    row = guard.one_of(rows.filter(gone_at=None).select_related("register"), entity_id)
    if around.unseen([row.id], request.actor.id):
        raise acting.NotFound
    return row


def inquiry(request: Request, inquiry_id: UUID | str) -> models.Inquiry:
    """Return an inquiry of the reader's unit; raises NotFound."""
    rows = models.Inquiry.objects.visible_to(request.actor.person, "inquiry.read")
    return guard.one_of(rows.select_related("register"), inquiry_id)


def appearing(request: Request, inquiries: Collection[models.Inquiry]) -> list[UUID]:
    """Return who appears in inquiries and is there for the reader."""
    rows = models.Appearance.objects.filter(inquiry__in=inquiries).order_by("at", "id")
    found = list(dict.fromkeys(rows.values_list("entity", flat=True)))
    hidden = around.unseen(found, request.actor.id)
    return [one for one in found if one not in hidden]


def open_inquiries(request: Request) -> list[models.Inquiry]:
    """Return the inquiries of the unit that are not closed, the newest first."""
    rows = models.Inquiry.objects.visible_to(request.actor.person, "inquiry.read")
    return list(rows.filter(closed_at=None).order_by("-number"))


def keep(view: charts.View) -> Callable[[graphs.Edge], bool]:
    """Return the filter of a view: stood on the day, and certain enough."""
    return lambda edge: (
        edge.certainty >= view.least
        and (view.on is None or spans.stands(edge.since, edge.until, view.on))
    )


@dataclass(frozen=True)
class Known:
    """Entities with what they are called; opened once a page, on the record."""

    rows: Mapping[UUID, models.Entity]
    labels: Mapping[UUID, str]

    @property
    def schemata(self) -> dict[UUID, str]:
        """Return the schema of each entity."""
        return {one: row.schema for one, row in self.rows.items()}

    def label(self, one: UUID) -> str:
        """Return what an entity is called, safe to show; its kind where it has no name."""
        said = self.labels.get(one, "")
        if said:
            return shown.plainly(said)
        if one in self.rows and self.rows[one].tail_id:
            return self.kind(one)  # a relation that others name
        return _("%(kind)s without a name") % {"kind": self.kind(one)}

    def kind(self, one: UUID) -> str:
        """Return what kind of thing it is."""
        return kind(self.rows[one].schema) if one in self.rows else ""


def know(request: Request, register: models.Register, ids: Iterable[UUID]) -> Known:
    """Read entities and open what they are called."""
    rows = around.entities(ids, register=register.id, asker=request.actor.id)
    labels = opening.labels(
        by=request.actor, at=request.now, purpose=PURPOSE, entities=list(rows.values())
    )
    return Known(rows, labels)


def kind(schema: str) -> str:
    """Return the words for a schema."""
    found = schemata.find(schema)
    return _(found.label) if found else schema


def relation(edge: graphs.Edge, known: Known) -> str:
    """Return the words for a relation: what it is, and in which role."""
    if edge.via.startswith(graphs.PLAIN):
        prop = schemata.prop(known.rows[edge.tail].schema, edge.schema)
        return _(prop.label) if prop else edge.schema
    role = schemata.roles().get(edge.role, edge.role)
    return f"{kind(edge.schema)}: {_(role)}" if role else kind(edge.schema)


def span(edge: graphs.Edge) -> str:
    """Return from when to when a relation is said to have stood; "" where nothing is said."""
    return between(edge.since, edge.until)


def between(since: str, until: str) -> str:
    """Return a span in words, with partial dates as they were given."""
    # Isolated, so that 2014-08 is not turned round on a page that is read from right to left.
    one, other = (f"\u2066{core_forms.number(text)}\u2069" for text in (since, until))
    if since and until and since != until:
        return _("%(since)s to %(until)s") % {"since": one, "until": other}
    if since and until:
        return one
    if since:
        return _("since %(day)s") % {"day": one}
    return _("until %(day)s") % {"day": other} if until else ""


def certainty(level: int) -> str:
    """Return how sure something is held to be."""
    return _(claims.CERTAINTY_LABELS[claims.Certainty(level)])


def source_of(edge: graphs.Edge) -> str:
    """Return the address at which the claims behind a relation stand."""
    behind = str(edge.tail) if edge.via.startswith(graphs.PLAIN) else edge.via
    return reverse("entity", args=[behind])


def line(edge: graphs.Edge, known: Known, seen_from: UUID | None = None) -> dict[str, Any]:
    """Return one relation as a line of a table."""
    return {
        "via": edge.via,
        "tail": known.label(edge.tail),
        "tail_id": str(edge.tail),
        "tail_url": reverse("entity", args=[edge.tail]),
        "head": known.label(edge.head),
        "head_id": str(edge.head),
        "head_url": reverse("entity", args=[edge.head]),
        "words": relation(edge, known),
        "when": span(edge),
        "certainty": certainty(edge.certainty),
        "level": edge.certainty,
        "url": source_of(edge),
        "turned": seen_from is not None and edge.head == seen_from and edge.tail != seen_from,
    }


def only_known(graph: graphs.Graph, known: Known) -> graphs.Graph:
    """Keep what is there for the reader at both ends."""
    kept = tuple(e for e in graph.edges if e.tail in known.rows and e.head in known.rows)
    return graphs.Graph(kept, frozenset(one for one in graph.nodes if one in known.rows))


def group_names(view: charts.View, numbers: Mapping[UUID, int], known: Known) -> dict[int, str]:
    """Return what a chart's groups are called."""
    if view.grouping is charts.Grouping.KIND:
        return {number: known.kind(one) for one, number in numbers.items()}
    made = {
        number: pgettext("a group of entities", "Group %(n)s")
        % {"n": core_forms.number(number + 1)}
        for number in set(numbers.values())
        if number >= 0
    }
    return made | ({-1: _("In no group")} if -1 in numbers.values() else {})


def names(known: Known, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Return entities as links."""
    return [
        {"id": one, "label": known.label(one), "url": reverse("entity", args=[one])} for one in ids
    ]
