"""Routes: legs from place to place with their days, and where the places lie.

A leg is a relation from a place to a place (RouteLeg), or a journey with a place where it began and
one where it ended (FollowTheMoney's Trip). A place without coordinates is put in the middle of its
country, and said to be so; one of which nothing is known stands in the table alone.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from uuid import UUID

from manumit.network import countries, graphs, projection, spans
from manumit.network.claims import Seen

LEG, JOURNEY = "RouteLeg", "Trip"
_BEGINS = frozenset({"startLocation", "departureLocation"})
_ENDS = frozenset({"endLocation", "arrivalLocation"})
_MOST_STOPS = 30  # places in which one journey is said to have begun, or ended


@dataclass(frozen=True, order=True)
class Leg:
    """One leg: from where to where, when, and what says so."""

    origin: UUID
    destination: UUID
    entity: UUID  # the leg or the journey
    since: str = ""
    until: str = ""
    certainty: int = 1
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where a place lies; `exact` where its own coordinates are known."""

    point: projection.Point | None
    exact: bool = False


@cache
def _points() -> Mapping[str, projection.Point]:
    text = (resources.files("manumit.network") / "data" / "country_points.toml").read_text("utf-8")
    return {code: (lon, lat) for code, (lat, lon) in tomllib.loads(text)["points"].items()}


def legs(
    graph: graphs.Graph, schemata: Mapping[UUID, str], days: Mapping[UUID, tuple[str, str]]
) -> list[Leg]:
    """Return the legs in a graph in order of time; `days`: from when to when of each journey."""
    found = [
        Leg(e.tail, e.head, UUID(e.via), e.since, e.until, e.certainty, (e.via,))
        for e in graph.edges
        if e.schema == LEG
    ]
    for journey in graph.nodes:
        if schemata.get(journey) == JOURNEY:
            found += _of_journey(graph, journey, days.get(journey, ("", "")))
    return in_order(found)


def _of_journey(graph: graphs.Graph, journey: UUID, days: tuple[str, str]) -> list[Leg]:
    begins = [e for e in graph.at(journey) if e.tail == journey and e.schema in _BEGINS]
    ends = [e for e in graph.at(journey) if e.tail == journey and e.schema in _ENDS]
    return [
        Leg(a.head, b.head, journey, *days, min(a.certainty, b.certainty), (a.via, b.via))
        for a in begins[:_MOST_STOPS]
        for b in ends[:_MOST_STOPS]
    ]


def in_order(found: Iterable[Leg]) -> list[Leg]:
    """Return legs by day; those without one follow the leg that ends where they begin."""
    dated = sorted(
        (leg for leg in found if spans.dated(leg.since, leg.until)),
        key=lambda leg: (_day(leg), leg),
    )
    left = sorted(set(found) - set(dated))
    made: list[Leg] = []
    for leg in dated:
        made.append(leg)
        while follow := next((one for one in left if one.origin == made[-1].destination), None):
            left.remove(follow)
            made.append(follow)
    return made + left


def _day(leg: Leg) -> date:
    return spans.first_day(leg.since) or spans.last_day(leg.until) or date.max


def place(seen: Seen) -> Place:
    """Return where a place lies by what its accepted claims say."""
    for lat, lon in zip(seen.values("latitude"), seen.values("longitude"), strict=False):
        try:
            latitude, longitude = float(lat), float(lon)
        except ValueError:
            continue
        if math.isfinite(latitude) and not projection.why_not(latitude, longitude):
            return Place((longitude, latitude), exact=True)
    for said in (*seen.values("country"), *seen.values("jurisdiction")):
        code = said.upper() if said.upper() in _points() else countries.code(said)
        if code in _points():
            return Place(_points()[code])
    return Place(None)
