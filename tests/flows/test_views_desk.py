"""The pages of the desk: queue, alert, picture, decision by two, case, limit."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import make
from flows import alerts_made, ledgers
from manumit.core import models as core
from manumit.core import roles
from manumit.flows import desk, models
from manumit.flows.actions import desk as acts
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WHY = "Looks like the pay day of one farm near Northgate."
NOW = datetime.now(UTC) - timedelta(minutes=20)


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.MANUMIT_DATA = tmp_path


@pytest.fixture
def home():
    return ledgers.bureau()


@pytest.fixture
def analyst(home):
    return client_for(home.analyst)


@pytest.fixture
def second(home):
    return client_for(make.user(roles.Role.FIU_ANALYST, home.unit))


def get(client, address):
    answer = client.get(address, secure=True)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def post(client, address, **data):
    return client.post(address, data, secure=True)


def taken(home, **told):
    alert = alerts_made.alert(home, **told)
    return acts.take_alert(by=home.analyst_actor, at=NOW, alert=alert)


def test_without_a_ledger_the_page_says_what_comes_first():
    lonely = client_for(make.user(roles.Role.FIU_ANALYST))
    assert "no ledger yet" in get(lonely, "/money")
    assert post(lonely, "/money").status_code == 200


def test_the_queue_filters_and_takes_the_next(home, analyst):
    assert "There is no alert yet" in get(analyst, "/money")
    alerts_made.store(home, score=0.9, typology="finance-a", amount_minor=90_000)
    alerts_made.store(home, score=0.2, typology="finance-b", possible_victim=True)
    page = get(analyst, "/money").split("<tbody")[-1]
    assert page.index("finance b") < page.index("finance a")  # victims first, though weaker
    assert "May be a victim" in page
    assert "900.00 USD" in page
    for query, there in (
        ("typology=finance-a", False),
        ("victims=on", True),
        ("score=50", False),
        ("amount=1000", True),
        ("since=2026-03-02", False),
        ("until=2026-02-27", False),
        ("sort=largest", True),
        ("sort=newest", True),
    ):
        rows = get(analyst, f"/money?stage=new&{query}").partition("<tbody")[2]
        assert ("finance b" in rows) == there, query
    for bad in (
        "until=9999-12-31",
        "since=0001-01-01",
        "after=x",
        "after=1_2",
        "sort=largest&after=9999999999999999999999_1",
        "score=a",
    ):
        assert get(analyst, f"/money?stage=new&{bad}") != 500
    answer = post(analyst, "/money")
    alert = models.Alert.objects.get(possible_victim=True)
    assert answer["Location"] == f"/money/alerts/{alert.id}"
    alert.refresh_from_db()
    assert alert.held_by_id == home.analyst.id
    assert "finance b" in get(analyst, "/money?stage=mine")


@pytest.mark.parametrize("order", ["", "newest", "largest"])
def test_every_alert_is_on_exactly_one_page(home, analyst, order):
    for n in range(60):
        alerts_made.store(
            home,
            score=round((n % 7) / 10, 2),
            possible_victim=n % 4 == 0,
            amount_minor=1000 * (n % 5),
            last_at=alerts_made.BEGIN + timedelta(days=n % 6),
        )
    query, seen = f"stage=new&sort={order}", []
    while query:
        with CaptureQueriesContext(connection) as asked:
            page = get(analyst, f"/money?{query}")
        assert len(asked) < 25
        seen += [int(number) for number in re.findall(r">A-(\d+)<", page)]
        onward = re.search(r'href="\?([^"]+)" rel="next"', page)
        query = html.unescape(onward[1]) if onward else ""
    assert len(seen) == len(set(seen)) == 60
    key = {
        "": lambda a: (-a.possible_victim, -a.score, a.number),
        "newest": lambda a: (-a.last_at.timestamp(), a.number),
        "largest": lambda a: (-a.amount_minor, a.number),
    }[order]
    rows = sorted(models.Alert.objects.all(), key=key)
    assert seen == [alert.number for alert in rows]


def test_an_alert_says_why_what_speaks_against_it_and_shows_the_money(home, analyst):
    alert = alerts_made.alert(home)
    address = f"/money/alerts/{alert.id}"
    page = get(analyst, address)
    for said in (
        "many payers",
        "at least 5",
        "FinCEN FIN-2014-A008",
        "steady",
        "<svg",
        "500.00 USD",
    ):
        assert said in page, said
    code = desk.code(ledgers.pseudonym(home, "EX-100"))
    assert code in page
    assert "Receiver EX-100" not in page
    opened = core.Leaf.objects.filter(act="open").count()
    named = get(analyst, f"{address}?names=1")
    assert "Payer EX-1" in named
    assert "Fictional words 0" in named
    assert core.Leaf.objects.filter(act="open").count() == opened + 2


def test_the_picture_zooms_follows_one_step_and_prints(home, analyst):
    alert = alerts_made.alert(home)
    ledgers.add(
        home,
        [
            {
                "source": "EX-100",
                "target": "EX-900",
                "at": alerts_made.BEGIN,
                "amount_minor": 777_700,
            }
        ],
    )
    collector = ledgers.pseudonym(home, "EX-100")
    address = f"/money/alerts/{alert.id}/picture"
    plain = get(analyst, address)
    assert "m-flow__fit" in plain
    assert "7,777.00" not in plain
    assert "m-flow__fit" not in get(analyst, f"{address}?zoom=150")
    further = get(analyst, f"{address}?further={collector}")
    assert "7,777.00 USD" in further
    assert desk.code(ledgers.pseudonym(home, "EX-900")) in further
    assert "the 1 largest of 1 other transfers" in further
    assert "Hide what is one step further" in further
    for odd in ("further=1", "further=-5", "further=x", "zoom=9", f"further={'9' * 40}"):
        assert "<svg" in get(analyst, f"{address}?{odd}")
    paper = analyst.get(f"/money/alerts/{alert.id}/print", secure=True)
    assert paper.content.startswith(b"%PDF")
    assert "print_picture" in bytes(core.Leaf.objects.latest("seq").body).decode()
    policy = analyst.get(address, secure=True)["Content-Security-Policy"]
    assert "unsafe-inline" not in policy


def test_arabic_has_the_mirror_image(home, analyst):
    alert = alerts_made.alert(home)
    post(analyst, "/language", language="ar", next="/")
    page = get(analyst, f"/money/alerts/{alert.id}/picture")
    assert 'dir="rtl"' in page
    assert 'direction="rtl"' in page


def test_two_people_decide_on_pages(home, analyst, second):
    alert = taken(home)
    address = f"/money/alerts/{alert.id}"
    assert "Decide" in get(analyst, address)
    assert post(analyst, f"{address}/decide", choice="report", reason="no").status_code == 400
    payer = ledgers.pseudonym(home, "EX-1")
    answer = post(analyst, f"{address}/decide", choice="help_first", reason=WHY, victims=[payer])
    assert answer["Location"] == address
    made = models.Decision.objects.get()
    own = get(analyst, f"/money/decisions/{made.id}")
    assert WHY in own
    assert "Take it back" in own
    assert "Yes, confirm it" not in own
    assert post(analyst, f"/money/decisions/{made.id}", act="confirm").status_code == 400
    assert "wait for a second person" in get(second, "/money")
    theirs = get(second, f"/money/decisions/{made.id}")
    assert desk.code(payer) in theirs
    assert post(second, f"/money/decisions/{made.id}", act="decline").status_code == 400
    assert post(second, f"/money/decisions/{made.id}", act="confirm")["Location"] == address
    page = get(analyst, address)
    assert "Somebody here may be a victim" in page
    assert "A second person confirmed the decision" in page
    assert "Help comes first" in page
    assert "Paper for the call" in get(analyst, f"{address}/help")


def test_acts_on_the_page_of_an_alert(home, analyst):
    alert = alerts_made.alert(home)
    address = f"/money/alerts/{alert.id}"
    post(analyst, address, act="take")
    post(analyst, address, act="note", text="Ask the bank for <May>")
    page = get(analyst, address)
    assert "Ask the bank for &lt;May&gt;" in page
    assert "The alert was taken" in page
    assert "Give it to a colleague" not in page
    post(analyst, address, act="give_back")
    head = client_for(home.head)
    assert "Give it to a colleague" in get(head, address)
    post(head, address, act="assign", to=str(home.analyst.id))
    alert.refresh_from_db()
    assert alert.held_by_id == home.analyst.id
    other = alerts_made.alert(home)
    assert "accounts shared: 6" in get(analyst, f"/money/alerts/{other.id}")


def test_a_case_on_pages(home, analyst, second):
    one, two = taken(home), taken(home)
    opened = post(analyst, f"/money/alerts/{one.id}", act="open_case", title="Farm by the river")
    address = opened["Location"]
    assert "Farm by the river" in get(analyst, address)
    assert "Farm by the river" in get(analyst, "/money/cases")
    post(analyst, address, act="join", number=two.number)
    page = get(analyst, address)
    assert f"A-{two.number}" in page
    assert "<svg" in page
    assert "<svg" in get(analyst, f"{address}/picture?zoom=100")
    post(analyst, address, act="join", number=999_999_999_999)
    assert "There is no alert of this number" in get(analyst, address)
    post(analyst, address, act="split", alert=str(two.id))
    post(analyst, f"/money/alerts/{two.id}", act="join", case=address.rsplit("/", 1)[1])
    post(analyst, address, act="note", text="One owner")
    post(analyst, address, act="title", title="Two farms")
    post(analyst, f"{address}/decide", choice="watch", reason=WHY)
    post(second, f"/money/decisions/{models.Decision.objects.get().id}", act="confirm")
    page = get(analyst, address)
    assert "Kept under watch" in page
    assert "Two farms" in page
    post(analyst, address, act="take")
    helper = models.Decision.objects.get().answered_by
    post(analyst, address, act="hand", to=str(helper.id))
    assert models.MoneyCase.objects.get().held_by_id == helper.id


def test_the_head_sets_the_limit_and_it_is_shown(home, analyst):
    head = client_for(home.head)
    assert post(head, "/money/desk", open_limit="0").status_code == 400
    assert post(head, "/money/desk", open_limit="1").status_code == 302
    taken(home)
    alerts_made.store(home)
    assert "Full" in get(analyst, "/money/desk")
    assert "Keep this limit" not in get(analyst, "/money/desk")
    assert "You hold 1 of at most 1" in get(analyst, "/money")
    answer = analyst.post("/money", secure=True, follow=True)
    assert "1 is the limit here" in answer.content.decode()
