from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.directory import opening
from manumit.directory.entry import Hours
from manumit.directory.opening import Opening

WEEK = tuple(Hours(day, time(8, 30), time(17)) for day in (6, 0, 1, 2, 3))
AMMAN = Opening(WEEK, timezone="Asia/Amman", frequency="daily")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)  # 22 November 2026 is a Sunday


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (at(22, 5, 29), False),  # 08:29 in Amman
        (at(22, 5, 30), True),
        (at(22, 13, 59), True),
        (at(22, 14, 0), False),  # closing time itself is shut
        (at(27, 9), False),  # Friday
    ],
)
def test_hours_count_in_the_services_own_zone(when: datetime, expected: bool) -> None:
    assert opening.state(AMMAN, when).open is expected


def test_a_shut_service_says_when_it_opens() -> None:
    assert opening.state(AMMAN, at(27, 9)).reason == "Shut now. Opens Sunday at 08:30."
    assert opening.state(AMMAN, at(22, 4)).reason == "Shut now. Opens today at 08:30."


def test_a_span_over_midnight() -> None:
    night = Opening((Hours(6, time(20), time(4)),), timezone="Etc/UTC")
    assert opening.state(night, at(22, 19)).open is False
    assert opening.state(night, at(22, 21)).open is True
    assert opening.state(night, at(23, 3)).open is True
    assert opening.state(night, at(23, 4)).open is False
    assert opening.state(night, at(24, 3)).open is False


@pytest.mark.parametrize(
    "unsure",
    [
        Opening(),
        Opening(WEEK, timezone="Mars/Base"),
        Opening(WEEK, timezone="Asia/Amman", frequency="monthly"),
        Opening(WEEK, timezone="Asia/Amman", frequency="weekly"),  # which of the five days?
        Opening((Hours(6, time(8), None),), timezone="Asia/Amman"),
    ],
)
def test_what_is_not_known_is_never_called_open(unsure: Opening) -> None:
    answer = opening.state(unsure, at(22, 9))
    assert answer.open is None
    assert answer.reason


def test_an_unknown_closing_time_is_still_shut_before_it_opens() -> None:
    half = Opening((Hours(6, time(8), None),), timezone="Etc/UTC")
    assert opening.state(half, at(22, 7)).open is False


def test_always_open() -> None:
    assert opening.state(Opening(always=True), at(22, 3)).open is True


@given(
    opens=st.times(max_value=time(22)),
    length=st.integers(1, 60),
    shift=st.integers(0, 7 * 24 * 60 - 1),
)
def test_open_exactly_within_the_span(opens: time, length: int, shift: int) -> None:
    opens = opens.replace(second=0, microsecond=0)
    begin = at(22, opens.hour, opens.minute)
    closes = (begin + timedelta(minutes=length)).time()
    schedule = Opening((Hours(6, opens, closes),), timezone="Etc/UTC")
    when = at(22, 0) + timedelta(minutes=shift)
    assert opening.state(schedule, when).open is (begin <= when < begin + timedelta(minutes=length))
