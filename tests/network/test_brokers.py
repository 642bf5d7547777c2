from fractions import Fraction

import pytest
from hypothesis import given, settings

from manumit.network import brokers, graphs
from network.graphs_made import graph, networks, node


def shortest(made, start, end):
    """List all shortest ways, each as its entities."""
    far = graphs.steps(made, [start], 99)
    if end not in far:
        return []
    ways = [(start,)]
    for step in range(far[end]):
        ways = [
            (*w, n) for w in ways for n in made.neighbours(w[-1]) if far[n] == step + 1
        ]  # fmt: skip
    return [way for way in ways if way[-1] == end]


def slow_betweenness(made):
    score = dict.fromkeys(made.nodes, Fraction())
    for start in made.nodes:
        for end in made.nodes:
            ways = shortest(made, start, end) if start < end else []
            for way in ways:
                for one in way[1:-1]:
                    score[one] += Fraction(1, len(ways))
    return score


def without(made, gone):
    left = [n for n in made.nodes if n != gone]
    return graphs.build((e for e in made.edges if gone not in (e.tail, e.head)), left)


@settings(max_examples=60, deadline=None)
@given(made=networks())
def test_between_and_parting_are_what_slow_counting_says(made):
    slow = slow_betweenness(made)
    fast = brokers.betweenness(made)
    assert fast == {n: pytest.approx(float(v)) for n, v in slow.items()}
    pieces = len(graphs.pieces(made))
    parts = {n: len(graphs.pieces(without(made, n))) - pieces + 1 for n in made.nodes}
    assert brokers.parting(made) == {n: count for n, count in parts.items() if count > 1}


def test_a_broker_is_told_with_what_falls_apart():
    made = graph((1, 2), (2, 3), (1, 3), (3, 4), (4, 5), (4, 6))
    first = brokers.brokers(made)[0]
    assert (first.entity, first.parts) == (node(4), 3)
    assert 0 < first.share < 1
    assert brokers.brokers(graph((1, 2))) == []
