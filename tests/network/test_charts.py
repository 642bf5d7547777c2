import json
from datetime import date

import pytest

from manumit.network import charts
from network.graphs_made import graph, node, numbers


def test_what_an_address_asks_for():
    view = charts.chosen([str(node(1)), "nobody", str(node(1))], "2015-03-04", "2", "group")
    assert view == charts.View((node(1),), date(2015, 3, 4), 2, charts.Grouping.GROUP)
    assert charts.chosen([], "2015", "9", "colour") == charts.View()
    many = charts.chosen([str(node(n)) for n in range(100)])
    assert len(many.unfolded) == charts.MOST_UNFOLDED


def test_a_view_is_stored_and_restored_whole():
    view = charts.View(
        (node(1),), date(2015, 3, 4), 3, charts.Grouping.PIECE, {node(2): (1.5, -2.0)}
    )
    assert charts.restored(json.loads(json.dumps(charts.stored(view)))) == view
    assert charts.restored(charts.stored(charts.View())) == charts.View()


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]x", "[1]", '{"nobody": [1, 2]}', f'{{"{node(1)}": [1]}}',
        f'{{"{node(1)}": [1e9, 0]}}', f'{{"{node(1)}": [NaN, 0]}}', "[" * 100_000,
    ],
)  # fmt: skip
def test_what_no_chart_sends_is_refused(text):
    with pytest.raises(charts.Unreadable):
        charts.placed(text)


def test_places_are_read():
    assert charts.placed("") == {}
    assert charts.placed(f'{{"{node(1)}": [1, 2]}}') == {node(1): (1.0, 2.0)}
    too_many = {str(node(n)): [0, 0] for n in range(charts.MOST_PLACED + 1)}
    with pytest.raises(charts.Unreadable):
        charts.placed(json.dumps(too_many))


def test_a_view_has_a_name():
    assert charts.why_not_name("Example") == ""
    assert charts.why_not_name("  ")
    assert charts.why_not_name("x" * 200)


def test_what_lies_nearest_is_shown(monkeypatch):
    monkeypatch.setattr(charts, "MOST_SHOWN", 3)
    kept, left_out = charts.shown(graph((1, 2), (2, 3), (3, 4), (4, 5)), [node(1)])
    assert numbers(kept.nodes) == [1, 2, 3]
    assert (len(kept.edges), left_out) == (2, 2)


def test_groups_by_kind_by_piece_and_by_reckoning():
    made = graph((1, 2), (2, 3), (1, 3), (8, 9))
    kinds = dict.fromkeys(made.nodes, "Person") | {node(9): "Vehicle"}
    assert charts.groups(made, kinds, charts.Grouping.KIND)[node(9)] == 1
    for how in (charts.Grouping.PIECE, charts.Grouping.GROUP):
        found = charts.groups(made, kinds, how)
        assert {one.int: number for one, number in found.items()} == {
            1: 0, 2: 0, 3: 0, 8: 1, 9: 1,
        }  # fmt: skip
    alone = charts.shown(graph((1, 2)), [node(5), node(1)])[0]
    assert charts.groups(alone, {}, charts.Grouping.GROUP)[node(5)] == -1
