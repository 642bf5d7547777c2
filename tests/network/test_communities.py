import itertools

import numpy
from hypothesis import given, settings

from manumit.network import communities, graphs
from network.graphs_made import graph, networks, numbers


def test_two_circles_joined_by_one_thread_are_two_groups():
    circles = [*itertools.combinations(range(1, 6), 2), *itertools.combinations(range(6, 11), 2)]
    found = communities.communities(graph(*circles, (5, 6)))
    assert [sorted(numbers(group)) for group in found] == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
    assert communities.communities(graph()) == []


@settings(max_examples=60, deadline=None)
@given(made=networks())
def test_groups_are_apart_and_connected(made):
    found = communities.communities(made)
    members = [one for group in found for one in group]
    assert len(members) == len(set(members))
    for group in found:
        inside = graphs.build(e for e in made.edges if e.tail in group and e.head in group)
        assert len(graphs.pieces(inside)) == 1


def _planted(groups, size, seed):
    rng = numpy.random.default_rng(seed)
    ends = rng.integers(0, groups * size, (groups * size * 6, 2))
    near = ends[:, 0] // size * size + rng.integers(0, size, len(ends))
    heads = numpy.where(rng.random(len(ends)) < 0.9, near, ends[:, 1])
    apart = ends[:, 0] != heads
    return ends[apart, 0], heads[apart]


def test_planted_groups_are_found_and_compiling_changes_nothing(monkeypatch):
    tails, heads = _planted(10, 30, 7)
    plain = communities.grouped(300, tails, heads)
    assert communities.modularity(300, tails, heads, plain) > 0.7
    assert all(len(numpy.unique(plain[n * 30 : (n + 1) * 30])) <= 3 for n in range(10))
    monkeypatch.setattr(communities, "LARGE", 10)
    assert (communities.grouped(300, tails, heads) == plain).all()


@settings(max_examples=60, deadline=None)
@given(made=networks(most=6, edges=8))
def test_modularity_is_never_below_leaving_everybody_alone(made):
    index = {one: at for at, one in enumerate(made.nodes)}
    pairs = {frozenset((index[e.tail], index[e.head])) for e in made.edges if e.tail != e.head}
    ends = numpy.array([sorted(pair) for pair in sorted(map(sorted, pairs))], dtype=int)
    tails, heads = ends.reshape(-1, 2).T
    count = len(index)
    found = communities.grouped(count, tails, heads)
    alone = communities.modularity(count, tails, heads, numpy.arange(count))
    assert communities.modularity(count, tails, heads, found) >= alone - 1e-9
