"""Small made networks for tests: entities are numbers, dressed as identifiers."""

from uuid import UUID

from hypothesis import strategies

from manumit.network import graphs


def node(number):
    return UUID(int=number)


def edge(tail, head, via="", schema="UnknownLink", **more):
    return graphs.Edge(node(tail), node(head), via or f"r{tail}-{head}", schema, **more)


def graph(*edges):
    return graphs.build(edge(*one) if isinstance(one, tuple) else one for one in edges)


def numbers(found):
    return [one.int for one in found]


@strategies.composite
def networks(draw, most=9, edges=16):
    """Draw a network with certainties and some years."""
    ends = strategies.integers(1, most)
    years = strategies.sampled_from(["", "2014", "2015", "2016"])
    made = draw(
        strategies.lists(
            strategies.tuples(ends, ends, strategies.integers(1, 3), years, years), max_size=edges
        )
    )
    return graphs.build(
        edge(tail, head, f"r{at}", certainty=sure, since=since, until=until)
        for at, (tail, head, sure, since, until) in enumerate(made)
    )
