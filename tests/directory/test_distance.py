import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.directory import distance

points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def test_known_distances() -> None:
    amman, irbid = (31.9539, 35.9106), (32.5556, 35.85)
    assert distance.km(amman, irbid) == pytest.approx(67.2, abs=0.5)
    quarter = math.pi / 2 * distance.EARTH_KM
    assert distance.km((0, 0), (90, 0)) == pytest.approx(quarter)
    assert distance.km((0, 179.5), (0, -179.5)) == pytest.approx(111.2, abs=0.1)


@given(points, points)
def test_it_is_the_same_both_ways_and_nought_to_itself(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    assert distance.km(here, there) == pytest.approx(distance.km(there, here), abs=1e-6)
    assert distance.km(here, here) == 0


@given(points, points, st.floats(1, 3000))
def test_the_box_leaves_no_one_out(
    here: tuple[float, float], there: tuple[float, float], radius: float
) -> None:
    if distance.km(here, there) <= radius:
        south, north, west, east = distance.box(here, radius)
        assert south <= there[0] <= north
        assert west <= there[1] <= east
