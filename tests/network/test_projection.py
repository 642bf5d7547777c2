import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.network import projection

POINTS = st.lists(
    st.tuples(st.floats(-180, 180), st.floats(-80, 80)), min_size=1, max_size=6
)  # fmt: skip


@given(points=POINTS)
def test_every_point_is_on_the_sheet(points):
    sheet = projection.window(points)
    assert sheet.height <= 520.0 + 1e-6
    for point in points:
        x, y = sheet.at(point)
        assert -1e-6 <= x <= sheet.width + 1e-6
        assert -1e-6 <= y <= sheet.height + 1e-6


def test_north_is_up_and_east_is_right():
    sheet = projection.window([(43.0, 36.0), (44.0, 33.0)])
    west, east = sheet.at((43.0, 36.0)), sheet.at((44.0, 33.0))
    assert west[0] < east[0]
    assert west[1] < east[1]


def test_a_route_over_the_antimeridian_stays_together():
    sheet = projection.window([(179.0, 0.0), (-179.0, 0.0)])
    assert abs(sheet.at((179.0, 0.0))[0] - sheet.at((-179.0, 0.0))[0]) < sheet.width / 2


def test_what_lies_beside_the_sheet_is_left_off():
    sheet = projection.window([(43.0, 36.0)])
    assert projection.clipped([(10.0, 10.0), (11.0, 10.0), (11.0, 11.0)], sheet)
    assert not projection.clipped([(42.0, 35.0), (44.0, 35.0), (44.0, 37.0)], sheet)


@pytest.mark.parametrize(
    ("latitude", "longitude", "fits"),
    [(36.3, 43.1, True), (91, 0, False), (0, 181, False), (float("nan"), 0, False)],
)
def test_what_coordinates_are(latitude, longitude, fits):
    assert (projection.why_not(latitude, longitude) == "") is fits
