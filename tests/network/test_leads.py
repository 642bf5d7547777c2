"""Where a lead can go; what a sighting may say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.network import hits, leads, sightings

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_every_state_can_be_left_and_reached():
    reached = {to for ways in leads.MACHINE.values() for to in ways.values()}
    assert reached | {leads.State.NEW} == set(leads.State)
    assert all(leads.MACHINE[state] for state in leads.State)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_points_on_earth_are_read(latitude, longitude):
    found = sightings.point(f"{latitude:.5f}, {longitude:.5f}")
    assert found is not None
    assert abs(found[0] - latitude) < 1e-4
    assert abs(found[1] - longitude) < 1e-4


@given(st.text(max_size=30))
def test_other_words_are_no_point_or_one_on_earth(text):
    found = sightings.point(text)
    assert found is None or (abs(found[0]) <= 90 and abs(found[1]) <= 180)


def test_a_point_beyond_the_pole_is_none():
    assert sightings.point("90.5, 10") is None
    assert sightings.point("10, 180.5") is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"  <!DOCTYPE HTML><p>", "text/html"),
        (b"GIF89a", ""),
        (b"PK\x03\x04", ""),
    ],
)
def test_kinds_of_pages_by_their_bytes(content, kind):
    assert sightings.kind_of(content) == kind


def test_times_ahead_are_refused():
    assert sightings.why_not_time(NOW + timedelta(minutes=5), NOW) == ""
    assert "future" in sightings.why_not_time(NOW + timedelta(hours=1), NOW)
    assert sightings.why_not_time(None, NOW) == ""


def test_nobody_decides_the_same_alone():
    one = hits.State.SECOND.value
    assert hits.why_not(one, hits.Answer.SAME, user=None, first=None) != ""
    direct = [s for s, ways in hits.NEXT.items() if hits.State.SAME in ways.values()]
    assert direct == [hits.State.SECOND]
