from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.network import graphs, hierarchy
from network.graphs_made import edge, graph, node, numbers


def test_command_lines_from_the_top():
    found = hierarchy.hierarchy(
        [
            edge(2, 1, schema="Membership"),  # 2 is a member of 1
            edge(3, 1, schema="Membership"),
            edge(4, 2, schema="UnknownLink", role="reports_to"),
            edge(5, 6, schema="Family"),  # means nobody stands above
        ]
    )
    assert [(row.entity.int, row.depth) for row in found.rows] == [(1, 0), (2, 1), (4, 2), (3, 1)]
    assert found.rings == ()


def test_a_ring_is_reported_and_dates_can_open_it():
    edges = [
        edge(1, 2, role="commander", until="2014"),
        edge(2, 3, role="commander"),
        edge(3, 1, role="commander", since="2016"),
    ]
    whole = hierarchy.hierarchy(edges)
    assert [numbers([one.upper for one in ring]) for ring in whole.rings] == [[1, 2, 3]]
    assert {row.entity for row in whole.rows} == {node(1), node(2), node(3)}
    later = graphs.chosen(graph(*edges), on=date(2015, 1, 1))
    assert hierarchy.hierarchy(later.edges).rings == ()


@settings(max_examples=60, deadline=None)
@given(
    ends=st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), max_size=12),
)
def test_everybody_is_shown_and_rings_are_told_when_there_are_any(ends):
    edges = [edge(a, b, role="commander") for a, b in ends]
    found = hierarchy.hierarchy(edges)
    lines = {(a, b) for a, b in ends if a != b}
    assert {row.entity.int for row in found.rows if not row.again} == {x for p in lines for x in p}

    left = set(lines)
    while peeled := {(a, b) for a, b in left if b not in {x for x, _y in left}}:
        left -= peeled
    assert bool(found.rings) == bool(left)
    for ring in found.rings:
        assert ring[0].upper == ring[-1].lower
