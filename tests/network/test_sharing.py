from datetime import UTC, datetime
from uuid import UUID

import pytest

from manumit.network import claims, sharing
from network.graphs_made import edge, graph, node, numbers

AT = datetime(2026, 11, 22, tzinfo=UTC)


def _said(claim, entity, prop, value, state=claims.State.ACCEPTED):
    return claims.Said(
        claim=UUID(int=claim), entity=node(entity), prop=prop, value=value, source=UUID(int=99),
        reliability="B", credibility="2", handling=claims.Handling.AMBER, state=state, at=AT,
    )  # fmt: skip


def _seen(entity, *said):
    return claims.Seen(node(entity), "Person", said)


SCHEMATA = {node(1): "Person", node(2): "Person", node(3): "Person", node(9): "Address"}


def test_things_that_several_are_related_to():
    made = graph((1, 9), (2, 9), (3, 1))
    (found,) = sharing.things(made, SCHEMATA)
    assert (found.kind, found.thing) == ("address", node(9))
    assert numbers(found.holders) == [1, 2]
    assert found.rests_on == ("r1-9", "r2-9")
    assert sharing.things(graph((1, 9)), SCHEMATA) == []


def test_the_same_place_at_times_that_meet():
    made = graph(
        edge(1, 9, since="2014", until="2015"), edge(2, 9, since="2015-06"),
        edge(3, 9, until="2013"), edge(4, 9),
    )  # fmt: skip
    pairs = sharing.together(made, node(9))
    assert [(p.one.int, p.other.int, p.dated) for p in pairs] == [
        (1, 2, True), (1, 4, False), (2, 4, False), (3, 4, False),
    ]  # fmt: skip
    assert pairs[0].rests_on == ("r1-9", "r2-9")


def test_that_two_were_together_is_never_confirmed_by_reckoning():
    made = graph(edge(1, 9, certainty=3), edge(2, 9, certainty=3))
    assert sharing.together(made, node(9))[0].certainty == claims.Certainty.LIKELY


def test_equal_values_of_different_entities():
    found = sharing.values(
        [
            _seen(1, _said(11, 1, "phone", "+964 (770) 000-1122")),
            _seen(2, _said(12, 2, "phone", "00964 770 0001122"), _said(13, 2, "name", "Test")),
            _seen(3, _said(14, 3, "phone", "+9647700001122", claims.State.PROPOSED)),
            _seen(4, _said(15, 4, "name", "Test")),
        ]
    )
    assert [(one.kind, one.value, numbers(one.holders)) for one in found] == [
        ("phone", "9647700001122", [1, 2])
    ]
    assert found[0].rests_on == (str(UUID(int=11)), str(UUID(int=12)))


@pytest.mark.parametrize(
    ("prop", "value", "folded"),
    [
        ("phone", "112", ""),
        ("phone", "٠٧٧٠ ٠٠٠ ١١٢٢", "07700001122"),
        ("address", "1  Example\tStreet", "1 example street"),
        ("iban", "GB00 EXAM 1234", "gb00exam1234"),
    ],
)
def test_how_values_are_compared(prop, value, folded):
    assert sharing.folded(prop, value) == folded
