import itertools
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.network import graphs, spans
from network.graphs_made import edge, graph, networks, node, numbers

LINE = graph((1, 2), (2, 3), (3, 4))


def slow_ways(made, start, end, most):
    """List every way that passes nobody twice, with the most certain relation at each step."""
    ways = []
    others = [n for n in made.nodes if n not in (start, end)]
    for size in range(most):
        for middle in itertools.permutations(others, size):
            nodes = (start, *middle, end)
            steps = list(itertools.pairwise(nodes))
            if all(any(e.other(a) == b for e in made.at(a)) for a, b in steps):
                ways.append((nodes, min(graphs.strongest(made, a, b).certainty for a, b in steps)))
    return ways


def test_who_is_reached_in_how_many_steps():
    assert graphs.steps(LINE, [node(1)], 2) == {node(1): 0, node(2): 1, node(3): 2}


def test_the_shortest_way_names_its_weakest_step():
    made = graph(
        edge(1, 2, certainty=3), edge(2, 4, certainty=1), edge(1, 3, certainty=2),
        edge(3, 4, certainty=2), edge(1, 5, certainty=3), edge(5, 6, certainty=3),
        edge(6, 4, certainty=3),
    )  # fmt: skip
    best = graphs.best_path(made, node(1), node(4))
    assert numbers(best.nodes) == [1, 3, 4]
    assert best.certainty == 2
    assert best.weakest.via == "r1-3"
    assert numbers(graphs.surest_path(made, node(1), node(4)).nodes) == [1, 5, 6, 4]


def test_no_way_and_the_way_to_oneself():
    made = graph((1, 2), (3, 4))
    assert graphs.best_path(made, node(1), node(4)) is None
    assert graphs.best_path(made, node(1), node(1)).certainty == 3
    assert graphs.best_path(made, node(9), node(9)) is None
    assert [len(p) for p in graphs.pieces(made)] == [2, 2]


@settings(max_examples=60, deadline=None)
@given(made=networks(most=6, edges=9), most=st.integers(1, 5))
def test_ways_are_those_a_slow_search_finds(made, most):
    if not {node(1), node(2)} <= set(made.nodes):
        return
    slow = slow_ways(made, node(1), node(2), most)
    found, whole = graphs.all_paths(made, node(1), node(2), most, limit=1000)
    assert whole
    assert {(p.nodes, p.certainty) for p in found} == set(slow)
    best = graphs.best_path(made, node(1), node(2), most)
    surest = graphs.surest_path(made, node(1), node(2), most)
    if not slow:
        assert best is surest is None
        return
    shortest = min(len(nodes) for nodes, _sure in slow)
    assert len(best.nodes) == shortest
    assert best.certainty == max(sure for nodes, sure in slow if len(nodes) == shortest)
    assert surest.certainty == max(sure for _nodes, sure in slow)


def test_a_search_that_stops_early_says_so():
    made = graph(*[(1, n) for n in range(3, 9)], *[(n, 2) for n in range(3, 9)])
    found, whole = graphs.all_paths(made, node(1), node(2), limit=3)
    assert (len(found), whole) == (3, False)


def test_a_way_in_time_does_not_go_back():
    made = graph(
        edge(1, 2, since="2016", until="2016"), edge(2, 3, since="2014", until="2015"),
        edge(1, 4, since="2013", until="2014"), edge(4, 5, since=""), edge(5, 3, since="2015-02"),
    )  # fmt: skip
    found = graphs.path_in_time(made, node(1), node(3))
    assert numbers(found.path.nodes) == [1, 4, 5, 3]
    assert found.days == (date(2013, 1, 1), date(2013, 1, 1), date(2015, 2, 1))
    assert [e.via for e in found.undated] == ["r4-5"]
    assert graphs.path_in_time(made, node(2), node(9)) is None


@settings(max_examples=60, deadline=None)
@given(made=networks(most=6, edges=10))
def test_a_way_in_time_arrives_as_early_as_any_way_can(made):
    def arrives(edges):
        at = date.min
        for one in edges:
            at = max(at, spans.first_day(one.since) or date.min)
            if at > (spans.last_day(one.until) or date.max):
                return None
        return at

    def every(at, edges, passed):
        if at == node(2):
            yield edges
        for one in made.at(at):
            if one.other(at) not in passed and at != node(2):
                yield from every(one.other(at), [*edges, one], passed | {one.other(at)})

    slow = [d for e in every(node(1), [], {node(1)}) if (d := arrives(e)) is not None]
    found = graphs.path_in_time(made, node(1), node(2), 6)
    assert (found is None) == (not slow)
    if found:
        assert arrives(found.path.edges) == min(slow)


def test_what_stood_on_a_day_and_is_certain_enough():
    made = graph(edge(1, 2, since="2015", certainty=2), edge(2, 3, until="2014", certainty=3))
    kept = graphs.chosen(made, on=date(2015, 5, 1), least=2)
    assert [e.via for e in kept.edges] == ["r1-2"]
    assert numbers(kept.nodes) == [1, 2, 3]
