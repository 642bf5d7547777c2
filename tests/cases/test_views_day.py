"""Each role's day: duties with clocks, the board whose numbers lead to what they count."""

import re
from datetime import UTC, datetime, timedelta

import pytest

import casework
import make
from manumit.core.roles import Role
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=20)
LONG_AGO = NOW - timedelta(days=5)


@pytest.fixture
def world():
    return casework.World()


def text(client, address):
    response = client.get(address, secure=True)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def test_duties_are_listed_the_most_overdue_first_with_their_clocks(world):
    world.taken(at=NOW)
    late = world.taken(at=LONG_AGO)
    page = text(client_for(world.worker.person), "/duties")
    rows = re.findall(r'(?s)<tr class="govuk-table__row"><th scope="row".*?</tr>', page)
    assert late.reference in rows[0]
    assert "late" in rows[0]
    assert "left" in rows[-1]


def test_a_worker_sees_cases_that_nobody_works_on(world):
    case = world.handed_over(at=NOW)
    assert case.reference in text(client_for(world.worker.person), "/duties")


def test_an_officer_begins_the_day_with_a_talk_and_those_put_down(world):
    client = client_for(world.officer.person)
    page = text(client, "/duties")
    assert "Talk with a person" in page
    world.talk(at=NOW)
    assert "Talks to go on with" in text(client, "/duties")


def test_nothing_due_says_what_to_do(world):
    assert "Nothing is due" in text(client_for(world.worker.person), "/duties")


def test_every_number_on_the_board_leads_to_what_it_counts(world):
    world.taken(at=LONG_AGO)
    world.handed_over(at=LONG_AGO)
    world.sent(at=LONG_AGO)
    client = client_for(world.supervisor.person)
    page = text(client, "/board")
    figures = re.findall(
        r'm-figure__number">(\d+)</span><a class="govuk-link" href="([^"]+)"', page
    )
    assert len(figures) == 5
    for number, address in figures:
        listed = text(client, address.replace("&amp;", "&"))
        rows = len(re.findall(r'<th scope="row"', listed)) or len(
            re.findall(r"govuk-task-list__item--with-link", listed)
        )
        assert rows == int(number), address
    assert "What is late, by need" in page
    assert "What is late, by colleague" in page


def test_the_board_of_another_unit_counts_nothing_of_ours(world):
    world.taken(at=LONG_AGO)
    page = text(client_for(make.user(Role.SUPERVISOR)), "/board")
    assert set(re.findall(r'm-figure__number">(\d+)<', page)) == {"0"}


def test_the_coordinator_sees_counts_and_no_person(world):
    case = world.taken(at=LONG_AGO)
    unit = make.unit(organisation_=world.helping.organisation)
    client = client_for(make.user(Role.COORDINATOR, unit=unit))
    page = text(client, "/board")
    assert "Counts only" in page
    assert case.reference not in page
    assert world.worker.person.display_name not in page
    assert re.search(r'm-figure__number">[1-9]', page)
    assert "/cases" not in page


def test_three_people_stand_before_each_list(world):
    supervisor = client_for(world.supervisor.person)
    auditor = client_for(make.user(Role.AUDITOR))
    for address in ("/duties", "/board", "/referrals", "/cases", "/cases/search"):
        assert supervisor.get(address, secure=True).status_code == 200, address
        assert auditor.get(address, secure=True).status_code == 403, address


def test_a_list_is_narrowed_by_what_the_board_counted(world):
    world.taken(at=LONG_AGO)
    client = client_for(world.supervisor.person)
    page = text(client, f"/duties?late=1&need=medical&worker={world.worker.person.username}")
    assert "Medical care" in page
    assert "Legal advice" not in page.split("</table>")[0].split("<tbody")[-1]
    assert "Nothing is due" in text(client, "/duties?worker=nobody&late=1&need=education")


def test_a_key_that_makes_no_sense_shows_the_first_page(world):
    world.taken(at=NOW)
    client = client_for(world.worker.person)
    for key in ("x", "2026-01-01_x", "2026-01-01T00:00:00_x", "_"):
        assert "What is due" in text(client, f"/duties?after={key}")
