"""Help between units, and published numbers: rules, actions and pages."""

from datetime import UTC, datetime, timedelta

import pytest

import make
from flows import alerts_made, ledgers
from manumit.core.actions import acting
from manumit.core.roles import Role
from manumit.flows import capacity as rules
from manumit.flows.actions import capacities, moneystatistics
from manumit.flows.models import Capacity
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=5)
SOON = (NOW + timedelta(days=9)).date()
AT = ledgers.AT


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MANUMIT_DATA = tmp_path


@pytest.fixture
def coordinator():
    return make.user(Role.COORDINATOR)


def add(user, kind="request", topic="hawala", **told):
    usual = {"body": "Example Unit", "country": "JO", "about": "Fictional"}
    usual |= {"next_step": "Ask again", "next_on": SOON}
    by = make.actor(user)
    return capacities.add(by=by, at=NOW, kind=kind, topic=topic, **(usual | told))


def move(user, row, state, **told):
    usual = {"next_step": "Meet", "next_on": SOON} if rules.State(state) in rules.OPEN else {}
    by = make.actor(user)
    return capacities.move(by=by, at=NOW, capacity=row, state=state, **(usual | told))


def test_what_is_open_has_a_next_step_with_its_day():
    today = SOON
    assert rules.why_not_next("asked", "", today, today)
    assert rules.why_not_next("asked", "Ask", None, today)
    assert rules.why_not_next("asked", "Ask", today - timedelta(days=1), today)
    assert rules.why_not_next("asked", "Ask", today, today) == ""
    assert rules.why_not_next("done", "", None, today) == ""
    assert rules.late("asked", today - timedelta(days=1), today)
    assert not rules.late("done", today - timedelta(days=1), today)


def test_a_request_and_an_offer_are_matched_on_both_sides_and_come_apart(coordinator):
    asked, offered = add(coordinator), add(coordinator, kind="offer")
    with pytest.raises(acting.Refused, match="Choose with which"):
        move(coordinator, asked, "matched")
    with pytest.raises(acting.Refused, match="with an offer"):
        move(coordinator, asked, "matched", match=add(coordinator))
    with pytest.raises(acting.Refused, match="different topics"):
        move(coordinator, asked, "matched", match=add(coordinator, kind="offer", topic="goaml"))
    move(coordinator, asked, "matched", match=offered)
    offered.refresh_from_db()
    assert (offered.state, offered.match_id) == ("matched", asked.id)
    with pytest.raises(acting.Refused, match="cannot go"):
        move(coordinator, asked, "done")
    move(coordinator, asked, "asked")
    offered.refresh_from_db()
    assert (offered.state, offered.match_id) == ("asked", None)


def test_who_only_reads_writes_nothing(coordinator):
    with pytest.raises(acting.Refused, match="Your role"):
        add(make.user(Role.TRAINER))
    row = add(coordinator)
    client = client_for(make.user(Role.TRAINER))
    page = client.get(f"/money/help/{row.id}", secure=True).content.decode()
    assert "Go on" not in page
    answer = client.post(f"/money/help/{row.id}", {"state": "declined"}, secure=True)
    assert answer.status_code == 400
    row.refresh_from_db()
    assert row.state == "asked"


def test_pages_from_a_request_to_done(coordinator):
    client = client_for(coordinator)
    assert "Nothing is open." in client.get("/money/help", secure=True).content.decode()
    told = {"kind": "request", "body": "Example <Unit>", "country": "JO", "topic": "hawala"}
    told |= {"about": "How it is read", "next_step": "Ask", "next_on": f"{SOON}"}
    assert client.post("/money/help/new", told | {"body": ""}, secure=True).status_code == 400
    made = client.post("/money/help/new", told, secure=True)
    page = made["Location"]
    offer = add(coordinator, kind="offer")
    assert "Example &lt;Unit&gt;" in client.get("/money/help", secure=True).content.decode()
    step = {"next_step": "Meet", "next_on": f"{SOON}", "note": "They wrote"}
    matched = {**step, "state": "matched", "match": str(offer.id)}
    assert client.post(page, matched, secure=True).status_code == 302
    for state in ("under_way", "done"):
        assert client.post(page, step | {"state": state}, secure=True).status_code == 302
    shown = client.get(page, secure=True).content.decode()
    assert "They wrote" in shown
    assert Capacity.objects.get(body="Example <Unit>").next_on is None
    assert "Over" in client.get("/money/help", secure=True).content.decode()


def _found(home, count, typology="finance-funnel", quarter=1, **told):
    at = datetime(AT.year, quarter * 3 - 1, 5, tzinfo=UTC)
    for _ in range(count):
        alerts_made.store(home, typology=typology, first_at=at, last_at=at, **told)


def test_numbers_are_counted_hidden_and_given_as_a_file():
    home = ledgers.bureau()
    _found(home, 12, quarter=1)
    _found(home, 2, quarter=2)
    _found(home, 9, typology="finance-hawala", quarter=1)
    _found(home, 9, typology="finance-hawala", quarter=2)
    _found(home, 3, quarter=4)  # the quarter that is not over
    client = client_for(home.analyst)
    table = moneystatistics.count(
        by=home.analyst_actor, at=AT, year=AT.year,
        what=moneystatistics.What.FOUND, along=moneystatistics.By.PERIOD,
    )  # fmt: skip
    assert (table.total, table.hidden) == (32, 4)
    address = f"/money/statistics?year={AT.year}&what=found&along=period"
    shown = client.get(address, secure=True).content.decode()
    assert "32" in shown
    assert '<span class="govuk-visually-hidden">hidden</span>' in shown
    file = client.get(address.replace("?", "/file?"), secure=True).content.decode()
    assert "*,*,14" in file
    assert "Total,21,11,32" in file


def test_a_unit_counts_its_own_and_a_coordinator_all(coordinator):
    homes = [ledgers.bureau() for _ in range(2)]
    for home in homes:
        _found(home, 6)

    def total(by):
        return moneystatistics.count(
            by=by, at=AT, year=AT.year,
            what=moneystatistics.What.FOUND, along=moneystatistics.By.PERIOD,
        ).total  # fmt: skip

    assert total(homes[0].analyst_actor) == 6
    assert total(make.actor(coordinator)) == 12
    with pytest.raises(acting.Refused, match="Your role"):
        total(make.actor(make.user(Role.CASE_WORKER)))


def test_corridors_come_from_the_movements():
    home = ledgers.bureau()
    rows = [{"at": alerts_made.BEGIN, "country_from": "JO", "country_to": "IQ"}]
    load = ledgers.add(home, rows)
    _found(home, 6, entries=[load.number * 10**9 + 1])
    at = alerts_made.BEGIN
    for alert in home.ledger.alerts.all():
        alert.first_at = alert.last_at = at
        alert.save()
    table = moneystatistics.count(
        by=home.head_actor, at=AT, year=at.year,
        what=moneystatistics.What.FOUND, along=moneystatistics.By.CORRIDOR,
    )  # fmt: skip
    assert dict(table.column_totals) == {"JO>IQ": 6}
    page = client_for(home.head).get(
        f"/money/statistics?year={at.year}&what=found&along=corridor", secure=True
    )
    assert "JO → IQ" in page.content.decode()
