"""Questions across the wall and their answers: how long they are kept, and what their end does not tell."""

from datetime import date, timedelta

import pytest

import casework
from cases import traced
from manumit.cases import consent
from manumit.cases.actions import due, retention, traces
from manumit.cases.models import Consent, Hold
from manumit.core import traces as rules
from manumit.core.actions import acting
from manumit.core.models import KeyWrap, TraceDrawn, TraceRequest
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = traced.AT
DAY = timedelta(days=1)


@pytest.fixture
def world(db):
    return casework.World()


def _released(world, at=AT, agreed=AT):
    by = traced.investigator()
    case = traced.case_with(world, at=agreed)
    row = traced.asked(world, by, at=at)
    traced.told_authority(world, case, by.unit, at=agreed)
    traces.release(
        by=world.supervisor, at=at, request=row, statement="Used in spring.", cases=[case]
    )
    row.refresh_from_db()
    return by, case, row


def _due(at):
    return due.run(by=acting.SYSTEM, at=at)


# --- what the end of an answer tells -------------------------------------------------------------
@pytest.mark.parametrize(
    ("left", "step"), [(400, 90), (90, 90), (89, 60), (31, 30), (7, 7), (6, None)]
)
def test_the_last_day_is_a_step_and_never_beyond_the_first_yes(left, step):
    on = date(2026, 3, 1)
    ends = rules.ends_on(on, on + timedelta(days=left))
    assert ends == (None if step is None else on + timedelta(days=step))


def test_two_answers_on_yeses_of_different_days_end_on_one_day(world):
    asked = AT + 40 * DAY
    days = {_released(world, at=asked, agreed=AT + n * DAY)[2].ends_on for n in (10, 25)}
    assert days == {asked.date() + timedelta(days=60)}


def test_a_yes_to_traces_that_ends_sooner_counts_too(world):
    by = traced.investigator()
    case = traced.case_with(world)
    at = AT + timedelta(days=340)
    row = traced.asked(world, by, at=at)
    traced.told_authority(world, case, by.unit, at=at)
    traces.release(
        by=world.supervisor, at=at, request=row, statement="Used in spring.", cases=[case]
    )
    row.refresh_from_db()
    assert row.ends_on == at.date() + timedelta(days=14)
    (yes,) = Consent.objects.filter(purpose=consent.Purpose.TRACE.value)
    assert row.ends_on < yes.expires_on


def test_just_before_a_yes_ends_nothing_is_released(world):
    with pytest.raises(acting.Refused, match="Ask the person again"):
        _released(world, at=AT + 85 * DAY)
    assert TraceRequest.objects.get().state == "asked"


def test_time_takes_it_back_the_day_after_and_nothing_changes_when_the_yes_ends(world):
    _by, _case, row = _released(world, at=AT + 20 * DAY)
    _due(AT + 80 * DAY)
    row.refresh_from_db()
    assert (row.state, row.ends_on) == ("released", (AT + 80 * DAY).date())
    _due(AT + 81 * DAY)
    row.refresh_from_db()
    assert (row.state, row.statement) == ("taken_back", None)
    before = (row.state, row.answered_at)
    _due(AT + 92 * DAY)  # the yes has ended meanwhile
    assert Consent.objects.filter(lapsed_at__isnull=False).exists()
    row.refresh_from_db()
    assert (row.state, row.answered_at) == before


# --- how long a question is kept -----------------------------------------------------------------
def _emptied(row):
    row.refresh_from_db()
    words = (row.kind, row.value, row.wanted, row.why_not, row.statement)
    gone = (
        not any(words) and not row.token and not KeyWrap.objects.filter(object_id=row.id).exists()
    )
    assert gone or all(words[:3])
    return gone


def test_a_question_is_emptied_a_year_after_it_ended(world):
    by = traced.investigator()
    traced.case_with(world)
    row = traced.asked(world, by)
    traces.decline(by=world.supervisor, at=AT, request=row, reason="Nobody agreed.")
    _due(AT + 365 * DAY)
    assert not _emptied(row)
    report = _due(AT + 366 * DAY)
    assert _emptied(row)
    assert report.ended_by_rule >= 1
    assert row.state == "declined"
    assert (row.from_unit, row.to_unit) == (by.unit, world.helping)


def test_one_that_nobody_answered_counts_from_its_day(world):
    row = traced.asked(world, traced.investigator())
    _due(AT + 366 * DAY)
    assert _emptied(row)
    assert row.state == "dropped"


def test_an_answer_is_kept_while_it_can_be_read_and_a_year_more(world):
    _by, _case, row = _released(world)
    _due(AT + 91 * DAY)
    _due(AT + 91 * DAY + 365 * DAY)
    assert not _emptied(row)
    _due(AT + 91 * DAY + 366 * DAY)
    assert _emptied(row)
    assert not TraceDrawn.objects.exists()


def test_a_hold_on_a_case_that_it_drew_on_holds_it(world):
    _by, case, row = _released(world)
    _due(AT + 91 * DAY)
    later = AT + 91 * DAY + 400 * DAY
    hold = Hold.objects.create(
        case=case, why="court", until=(later + 5 * DAY).date(), number=1,
        proposed_by=world.supervisor.person, proposed_at=AT,
        confirmed_by=world.dpo.person, confirmed_at=AT, seal_owner=case.id,
    )  # fmt: skip
    _due(later)
    assert not _emptied(row)
    _due(later + 6 * DAY)
    assert _emptied(row)
    assert hold.pk


def test_only_the_system_ends_a_question(world):
    row = traced.asked(world, traced.investigator())
    with pytest.raises(acting.Refused):
        retention.end_request(by=world.supervisor, at=AT, request=row)
    assert retention.end_request(by=acting.SYSTEM, at=AT, request=row) == 0, "not yet"
    assert not _emptied(row)


# --- the pages -----------------------------------------------------------------------------------
def test_the_page_of_a_question_says_until_when_and_then_that_it_is_gone(world):
    row = traced.asked(world, traced.investigator(), at=casework.AT)
    client = client_for(world.supervisor.person)
    page = client.get(f"/traces/requests/{row.id}").content.decode()
    assert "Kept until" in page
    assert "When was it last used?" in page
    retention.end_request(by=acting.SYSTEM, at=AT + 366 * DAY, request=row)
    page = client.get(f"/traces/requests/{row.id}").content.decode()
    assert "is erased" in page
    assert "Kept until" not in page
    asker = client_for(row.by).get(f"/traces/asked/{row.id}").content.decode()
    assert "is erased" in asker


def test_what_ends_soon_stands_with_the_rest_for_who_answers_and_who_watches(world):
    from django.utils import timezone

    now = timezone.now()
    traced.asked(world, traced.investigator(), at=now - 340 * DAY)
    words = "A question of investigators"
    for who in (world.supervisor, world.dpo):
        page = client_for(who.person).get("/retention").content.decode()
        assert words in page
        assert "365 days after it ended" in page
    assert words not in client_for(world.worker.person).get("/retention").content.decode()
