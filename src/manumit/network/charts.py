"""A link chart: what of a network is shown, how it is grouped, and a view that is kept for later.

What a browser sends to be kept is checked here like any input: identifiers, a day, numbers in bounds.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from manumit.core.reasons import say
from manumit.network import graphs, spans
from manumit.network.claims import Certainty

MOST_UNFOLDED = 40  # entities unfolded on one chart
MOST_SHOWN = 300  # entities drawn; a chart of more is read by nobody
MOST_PLACED = 2_000
FARTHEST = 100_000.0  # pixels
NAME_LENGTH = 120


class Grouping(StrEnum):
    """By what entities get their colour."""

    KIND = "kind"
    GROUP = "group"  # who hangs together, by calculation
    PIECE = "piece"  # what nothing joins


@dataclass(frozen=True)
class View:
    """How a chart is looked at."""

    unfolded: tuple[UUID, ...] = ()
    on: date | None = None
    least: int = Certainty.POSSIBLE.value
    grouping: Grouping = Grouping.KIND
    places: Mapping[UUID, tuple[float, float]] = field(default_factory=dict)


class Unreadable(ValueError):  # noqa: N818 (an answer)
    """A view that cannot be what a chart sent; says why."""


def chosen(unfolded: Sequence[str] = (), on: str = "", least: str = "", grouping: str = "") -> View:
    """Return what an address asks for; what makes no sense is left out."""
    wanted = [one for text in unfolded[: 4 * MOST_UNFOLDED] if (one := _identifier(text))]
    return View(
        unfolded=tuple(dict.fromkeys(wanted))[:MOST_UNFOLDED],
        on=spans.first_day(on) if len(on) == len("2015-03-04") else None,
        least=int(least) if least in {"1", "2", "3"} else Certainty.POSSIBLE.value,
        grouping=Grouping(grouping) if grouping in set(Grouping) else Grouping.KIND,
    )


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def stored(view: View) -> dict[str, Any]:
    """Return a view as JSON can carry it."""
    return {
        "unfolded": [str(one) for one in view.unfolded],
        "on": view.on.isoformat() if view.on else "",
        "least": view.least,
        "grouping": view.grouping.value,
        "places": {str(one): [x, y] for one, (x, y) in view.places.items()},
    }


def restored(content: Mapping[str, Any]) -> View:
    """Return a view as it was stored."""
    view = chosen(
        content["unfolded"], content["on"], str(content["least"]), str(content["grouping"])
    )
    return View(view.unfolded, view.on, view.least, view.grouping, _places(content["places"]))


def placed(text: str) -> dict[UUID, tuple[float, float]]:
    """Read where a browser says that entities stand; "" is nowhere. Raises Unreadable."""
    if not text:
        return {}
    try:
        return _places(json.loads(text))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("The chart did not say where things stand. Keep it again.") from error


def _places(given: Mapping[str, Sequence[float]]) -> dict[UUID, tuple[float, float]]:
    if len(given) > MOST_PLACED:
        raise Unreadable(say("A chart keeps {most} places at most.", most=MOST_PLACED))
    made = {UUID(one): (float(x), float(y)) for one, (x, y) in given.items()}
    if not all(math.isfinite(c) and abs(c) <= FARTHEST for spot in made.values() for c in spot):
        raise Unreadable("The chart did not say where things stand. Keep it again.")
    return made


def why_not_name(name: str) -> str:
    """Say why a view cannot be kept under this name; "" when it can."""
    if not name.strip():
        return "Give it a name that you will know again."
    if len(name) > NAME_LENGTH:
        return say("A name has {most} letters at most.", most=NAME_LENGTH)
    return ""


def shown(graph: graphs.Graph, starts: Sequence[UUID]) -> tuple[graphs.Graph, int]:
    """Keep what lies nearest to the starts, as far as can be read; and how many were left out."""
    far = graphs.steps(graph, starts, len(graph.nodes))
    near = sorted(far, key=lambda one: (far[one], -len(graph.at(one)), one))[:MOST_SHOWN]
    kept = frozenset(near)
    inside = tuple(e for e in graph.edges if e.tail in kept and e.head in kept)
    return graphs.Graph(inside, kept), len(graph.nodes) - len(kept)


def groups(
    graph: graphs.Graph, schemata: Mapping[UUID, str], grouping: Grouping
) -> dict[UUID, int]:
    """Return the number of each entity's group, the largest group first; -1 for none."""
    if grouping is Grouping.KIND:
        names = [schemata.get(one, "") for one in graph.nodes]
        order = sorted(set(names), key=lambda name: (-names.count(name), name))
        return {one: order.index(name) for one, name in zip(graph.nodes, names, strict=True)}
    if grouping is Grouping.PIECE:
        parts = graphs.pieces(graph)
    else:
        from manumit.network import communities  # numpy is loaded where it is asked for

        parts = communities.communities(graph)
    found = dict.fromkeys(graph.nodes, -1)
    for number, part in enumerate(parts):
        found |= dict.fromkeys(part, number)
    return found
