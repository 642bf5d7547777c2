"""What lies around entities, read step by step from the tables, and a way between two of them.

Every question begins at entities the asker may see; their relations lie in the same register. A
relation or an entity that is only said in claims another person keeps to themselves (TLP:RED) is not
there for anybody else, nor is one whose claims were all withdrawn. The register is not part of the
conditions: its index would tempt the database to read millions of rows where two would do.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import models

from manumit.network import claims, graphs
from manumit.network.models.register import Claim, Entity, Link

AT_ONCE = 400  # identifiers in one query; SQLite takes at most 999 values on older systems
MOST_EDGES = 2_000  # read around entities for one page
BUDGET = 50_000  # relations a search for a way may read
LONGER = 2  # steps that ways beside the shortest may have more

_COLUMNS = ("id", "tail_id", "head_id", "schema", "role", "since", "until", "certainty")


@dataclass(frozen=True)
class Around:
    """Relations that were read, and whether these are all."""

    edges: tuple[graphs.Edge, ...]
    whole: bool = True


@dataclass(frozen=True)
class Between:
    """What a search for a way has read, and what stopped it before it had read all."""

    graph: graphs.Graph
    met: bool
    read: int
    whole: bool  # False: the budget ended it


def _batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    wanted = sorted(ids)
    return (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))


def _all(_edge: graphs.Edge) -> bool:
    return True


def edges_at(
    nodes: Iterable[UUID],
    *,
    asker: UUID | None,
    most: int = MOST_EDGES,
    keep: Callable[[graphs.Edge], bool] = _all,
    checked: bool = True,
) -> Around:
    """Return the relations and links at entities, as far as the asker may see them.

    Not `checked`, it returns all: nothing of that may reach a page before it has been checked.
    """
    found: dict[str, graphs.Edge] = {}
    whole = True
    for ids in _batches(set(nodes)):
        for rows in (_relations(ids, most + 1), _links(ids, most + 1)):
            found |= {edge.via: edge for edge in rows}
        if len(found) > most:
            whole = False
            break
    kept = [edge for edge in found.values() if keep(edge)]
    unseen = _unseen_edges(kept, asker) if checked else frozenset()
    return Around(tuple(e for e in kept if e.via not in unseen)[:most], whole)


def _relations(ids: Sequence[UUID], most: int) -> Iterator[graphs.Edge]:
    for end in ("tail", "head"):
        rows = Entity.objects.filter(**{f"{end}__in": ids}, gone_at=None).order_by()
        for via, *rest in rows.values_list(*_COLUMNS)[:most]:
            tail, head, schema, role, since, until, certainty = rest
            yield graphs.Edge(tail, head, str(via), schema, role, since, until, certainty)


def _links(ids: Sequence[UUID], most: int) -> Iterator[graphs.Edge]:
    for end in ("tail", "head"):
        rows = Link.objects.filter(**{f"{end}__in": ids}, gone_at=None).order_by()
        for pk, tail, head, name in rows.values_list("id", "tail_id", "head_id", "name")[:most]:
            yield graphs.Edge(tail, head, f"{graphs.PLAIN}-{pk}", name)


def _unseen_edges(edges: Sequence[graphs.Edge], asker: UUID | None) -> frozenset[str]:
    """Return which edges the asker may not see; nobody (a command on the bench) sees all.

    A link has no claim of its own: where its entity has any claim kept to somebody else, that claim
    may be what says it, so the link is not shown.
    """
    relations = {UUID(e.via) for e in edges if not e.via.startswith(graphs.PLAIN)}
    ends = {end for edge in edges for end in (edge.tail, edge.head)}
    hidden = unseen(relations | ends, asker)
    tails = {e.tail for e in edges if e.via.startswith(graphs.PLAIN)}
    kept_back = with_red(tails, asker)
    return frozenset(
        e.via
        for e in edges
        if hidden & {e.tail, e.head}
        or (e.tail in kept_back if e.via.startswith(graphs.PLAIN) else UUID(e.via) in hidden)
    )


def _standing() -> models.QuerySet[Claim]:
    """Return the claims about the entity of the query around it that have not ended."""
    rows = Claim.objects.filter(entity=models.OuterRef("pk"), ended_at=None).order_by()
    return rows.exclude(state=claims.State.WITHDRAWN)


def unseen(entities: Collection[UUID], asker: UUID | None) -> frozenset[UUID]:
    """Return which entities have claims, but none that stands and that the asker may see."""
    told = models.Exists(Claim.objects.filter(entity=models.OuterRef("pk")).order_by())
    seen = models.Exists(_standing().exclude(_kept_by_others(asker)))
    return _among(entities, told & ~seen)


def with_red(entities: Collection[UUID], asker: UUID | None) -> frozenset[UUID]:
    """Return which entities have a standing claim that somebody else keeps to themselves."""
    return _among(entities, models.Exists(_standing().filter(_kept_by_others(asker))))


def _among(entities: Collection[UUID], which: models.Q | models.Exists) -> frozenset[UUID]:
    """Return the few of many for which something holds: the database answers with these alone."""
    found: set[UUID] = set()
    for ids in _batches(entities):
        rows = Entity.objects.filter(which, pk__in=ids).order_by()
        found |= set(rows.values_list("pk", flat=True))
    return frozenset(found)


def _kept_by_others(asker: UUID | None) -> models.Q:
    return models.Q(handling=claims.Handling.RED) & ~models.Q(by=asker)


def entities(ids: Iterable[UUID], *, register: UUID, asker: UUID | None) -> dict[UUID, Entity]:
    """Return the entities of one register that are there for the asker."""
    wanted = sorted(set(ids))
    hidden = unseen(wanted, asker)
    found: dict[UUID, Entity] = {}
    for some in _batches(wanted):
        rows = Entity.objects.filter(pk__in=some, gone_at=None).order_by()
        found |= {e.id: e for e in rows if e.register_id == register and e.id not in hidden}
    return found


def neighbourhood(
    starts: Collection[UUID],
    *,
    asker: UUID | None,
    hops: int = 1,
    most: int = MOST_EDGES,
    keep: Callable[[graphs.Edge], bool] = _all,
) -> tuple[graphs.Graph, bool]:
    """Return what lies around entities up to so many steps, and whether it is all."""
    edges: set[graphs.Edge] = set()
    reached, new = set(starts), set(starts)
    whole = True
    for _ in range(hops):
        found = edges_at(new, asker=asker, most=most, keep=keep)
        edges |= set(found.edges)
        whole = whole and found.whole and len(edges) <= most
        new = {end for e in found.edges for end in (e.tail, e.head)} - reached
        reached |= new
        if not new or not whole:
            break
    return graphs.build(edges, reached), whole


def between(
    start: UUID,
    end: UUID,
    *,
    asker: UUID | None,
    most: int = 8,
    budget: int = BUDGET,
    keep: Callable[[graphs.Edge], bool] = _all,
) -> Between:
    """Search from both ends at once, the smaller side first, until the two meet.

    When they have met, every shortest way is among what is returned. Most of what a search reads lies
    on no way, so only what does is checked for the asker; where that parts every shortest way, the
    search begins again and checks each step.
    """
    rough = _search(start, end, asker, most, budget, keep, checked=False)
    if not rough.met:
        return Between(graphs.build((), {start, end}), rough.met, rough.read, rough.whole)
    near = _near_ways(rough.graph, start, end)
    unseen = _unseen_edges(near.edges, asker)
    seen = graphs.build((e for e in near.edges if e.via not in unseen), {start, end})
    shortest = graphs.steps(near, [start], most)[end]
    if graphs.steps(seen, [start], most).get(end) == shortest:
        return Between(seen, True, rough.read, rough.whole)
    return _search(start, end, asker, most, budget, keep, checked=True)


def _near_ways(graph: graphs.Graph, start: UUID, end: UUID) -> graphs.Graph:
    """Keep what lies on ways that are a little longer than the shortest at most."""
    count = len(graph.nodes)
    there, back = graphs.steps(graph, [start], count), graphs.steps(graph, [end], count)
    most = there[end] + LONGER
    kept = {one for one in there if there[one] + back[one] <= most}
    inside = tuple(e for e in graph.edges if e.tail in kept and e.head in kept)
    return graphs.Graph(inside, frozenset({start, end}))


def _search(
    start: UUID,
    end: UUID,
    asker: UUID | None,
    most: int,
    budget: int,
    keep: Callable[[graphs.Edge], bool],
    *,
    checked: bool,
) -> Between:
    edges: dict[str, graphs.Edge] = {}
    sides = ({start}, {end})
    fronts = [{start}, {end}]
    whole = True
    for _ in range(most):
        if start == end or sides[0] & sides[1] or not (fronts[0] and fronts[1]):
            break
        side = 0 if len(fronts[0]) <= len(fronts[1]) else 1
        left = budget - len(edges)
        found = edges_at(fronts[side], asker=asker, most=left, keep=keep, checked=checked)
        edges |= {edge.via: edge for edge in found.edges}
        near = {one for e in found.edges for one in (e.tail, e.head)}
        fronts[side] = near - sides[side]
        sides[side].update(near)
        if not found.whole or len(edges) >= budget:
            whole = False
            break
    met = bool(sides[0] & sides[1])
    return Between(graphs.build(edges.values(), {start, end}), met, len(edges), whole)
