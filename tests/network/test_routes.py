from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree

import pytest

from manumit.network import claims, routemap, routes
from network.graphs_made import edge, graph, node

AT = datetime(2026, 11, 22, tzinfo=UTC)


def _seen(number, **says):
    said = tuple(
        claims.Said(
            claim=UUID(int=1), entity=node(number), prop=prop, value=value, source=UUID(int=2),
            reliability="B", credibility="2", handling=claims.Handling.AMBER,
            state=claims.State.ACCEPTED, at=AT,
        )
        for prop, value in says.items()
    )  # fmt: skip
    return claims.Seen(node(number), "Site", said)


def _leg(tail, head, since="", **more):
    return edge(tail, head, str(node(100 * tail + head)), "RouteLeg", since=since, **more)


def test_legs_follow_each_other_in_time_and_undated_ones_where_they_fit():
    made = graph(_leg(2, 3, "2015-03"), _leg(1, 2, "2014-08-03"), _leg(3, 4), _leg(8, 9))
    found = routes.legs(made, {}, {})
    assert [(leg.origin.int, leg.destination.int) for leg in found] == [
        (1, 2), (2, 3), (3, 4), (8, 9),
    ]  # fmt: skip


def test_a_journey_has_its_ends_in_links():
    made = graph(edge(7, 1, "link-1", "startLocation"), edge(7, 2, "link-2", "endLocation"))
    (leg,) = routes.legs(made, {node(7): "Trip"}, {node(7): ("2015", "2016")})
    assert (leg.entity, leg.since, leg.rests_on) == (node(7), "2015", ("link-1", "link-2"))
    assert routes.legs(made, {node(7): "Event"}, {}) == []


@pytest.mark.parametrize(
    ("says", "exact", "found"),
    [
        ({"latitude": "36.3", "longitude": "43.1"}, True, True),
        ({"latitude": "north", "longitude": "43.1", "country": "iq"}, False, True),
        ({"latitude": "136.3", "longitude": "43.1"}, False, False),
        ({"country": "Iraq"}, False, True),
        ({"country": "nowhere"}, False, False),
    ],
)
def test_where_a_place_lies(says, exact, found):
    place = routes.place(_seen(1, **says))
    assert (place.exact, place.point is not None) == (exact, found)


def test_the_map_has_every_leg_and_escapes_every_word():
    places = {
        node(1): routes.Place((43.1, 36.3), exact=True), node(2): routes.Place((42.4, 35.3)),
        node(3): routes.Place(None),
    }  # fmt: skip
    made = routes.legs(
        graph(_leg(1, 2, "2014"), _leg(2, 1, "2015"), _leg(2, 3, "2016"), _leg(1, 1, "2017")),
        {},
        {},
    )
    square = ((42.0, 35.0), (44.0, 35.0), (44.0, 37.0), (42.0, 35.0))
    far = ((1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 1.0))
    drawn = routemap.draw(
        made, places, {node(1): "<Example & Co>"}, [square, far], title="Routes", says="Two ways"
    )
    tree = ElementTree.fromstring(drawn.svg)
    texts = [e.text for e in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert "<Example & Co>" in texts
    assert {"1", "2", "4"} <= set(texts)
    assert drawn.missing == (node(3),)
    assert drawn.svg.count(routemap.LAND + '" stroke="#b1') == 1
    assert "style=" not in drawn.svg
