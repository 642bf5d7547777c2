"""The picture: labels lie on nothing, arrows go with time, words are only words."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manumit.flows import layers, moneyflow, picture

BEGIN = datetime(2026, 5, 3, 8, 30, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {
    "fan in of 20": [(n, 100) for n in range(1, 21)],
    "circle of 6": [(n, n % 6 + 1) for n in range(1, 7)],
    "scatter and gather": [(1, n) for n in range(2, 10)] + [(n, 20) for n in range(2, 10)],
    "bipartite": [(a, b) for a in range(1, 5) for b in range(11, 15)],
    "chain of 10": [(n, n + 1) for n in range(1, 11)],
    "there and back": [(1, 2), (2, 1)],
    "one": [(1, 2)],
}


def drawn(pairs, parts=None, mirrored=False, text="Example"):
    legs = [
        moneyflow.Leg(n + 1, BEGIN + timedelta(hours=n), s, t, 5000 + 977 * n, "USD")
        for n, (s, t) in enumerate(pairs)
    ]
    flow = moneyflow.of_legs(legs, parts or {})
    words = picture.Words(
        "Flow",
        "Who paid whom",
        {box.id: picture.BoxWords((text, "pays"), text, "?a=1&b=2") for box in flow.boxes},
        {n: (f"{n + 1}. 1,234.50 USD", "3 May 08:30") for n in range(len(flow.arcs))},
    )
    return flow, picture.draw(flow, words, mirrored=mirrored)


def rectangles(svg):
    """Return the boxes and labels of a picture as (left, top, right, bottom)."""
    root = ElementTree.fromstring(svg)
    found = []
    for one in root.iter(f"{SVG}rect"):
        if one.get("x"):
            x, y, w, h = (float(one.get(k)) for k in ("x", "y", "width", "height"))
            found.append((x, y, x + w, y + h))
    return root, found


def overlap(one, other):
    return min(one[2], other[2]) - max(one[0], other[0]) > 0.3 and (
        min(one[3], other[3]) - max(one[1], other[1]) > 0.3
    )


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("pairs", SHAPES.values(), ids=SHAPES)
def test_no_label_lies_on_another_or_on_a_box(pairs, mirrored):
    flow, made = drawn(pairs, mirrored=mirrored)
    root, found = rectangles(made.svg)
    assert len(found) >= len(flow.boxes) + len(flow.arcs)
    assert not [p for p in itertools.combinations(found, 2) if overlap(*p)]
    assert all(x >= 0 and y >= 0 and r <= made.width and b <= made.height for x, y, r, b in found)
    assert made.numbers_only == ()
    assert len(root.findall(f".//{SVG}path[@marker-end]")) == len(flow.arcs)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=40))
def test_any_picture_is_whole(pairs):
    flow, made = drawn(pairs, dict.fromkeys(range(1, 6), "middle"))
    _, found = rectangles(made.svg)
    assert not [p for p in itertools.combinations(found, 2) if overlap(*p)]
    assert made.svg.count("<path d=") == len(flow.arcs) + 1  # and the arrowhead


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=25))
def test_arrows_go_on_in_columns_unless_they_close_a_circle(pairs):
    arcs = list(dict.fromkeys((a, b) for a, b in pairs if a != b))
    boxes = sorted({end for arc in arcs for end in arc})
    placed = layers.place(boxes, arcs)
    assert set(placed.spots) == set(boxes)
    assert len({(s.column, s.row) for s in placed.spots.values()}) == len(boxes)
    if placed.winding:
        return
    for number, (source, target) in enumerate(arcs):
        onward = placed.spots[target].column - placed.spots[source].column
        assert (onward < 1) == (number in placed.back) or number in placed.back
        assert len(placed.ways.get(number, ())) == max(onward - 1, 0) * (number not in placed.back)


def test_the_first_payment_of_a_circle_points_forward():
    placed = layers.place([1, 2, 3, 9], [(1, 2), (2, 3), (3, 1), (9, 1)])
    assert placed.back == {2}
    assert placed.spots[9].column < placed.spots[1].column < placed.spots[3].column


def test_words_stay_words_and_nothing_needs_a_weaker_policy():
    _, made = drawn(SHAPES["one"], text="<script>\"&'</script>")
    assert "<script" not in made.svg
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", made.svg)
    ElementTree.fromstring(made.svg)


def test_mirrored_is_the_mirror_image():
    _, plain = drawn(SHAPES["scatter and gather"])
    _, mirror = drawn(SHAPES["scatter and gather"], mirrored=True)
    width = plain.width
    there = {(x, y, r) for x, y, r, _ in rectangles(plain.svg)[1]}
    here = {(x, y, r) for x, y, r, _ in rectangles(mirror.svg)[1]}
    for _, y, r in there:
        assert any(abs(width - r - x2) < 1.2 and y == y2 for x2, y2, _ in here)


def test_scaled_and_filling_the_page():
    _, made = drawn(SHAPES["one"])
    assert f'width="{made.width * 150 // 100}"' in picture.scaled(made, 150)
    assert 'class="m-flow__fit"' in picture.scaled(made, 0)
    assert picture.scaled(made, 100) == made.svg


def test_a_possible_victim_is_told_by_more_than_colour():
    flow, made = drawn([(1, 2)], {1: "possible_victim", 2: "collector"})
    assert 'stroke-width="3"' in made.svg
    assert {box.part for box in flow.boxes} == {"possible_victim", "collector"}
