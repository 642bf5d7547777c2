"""The pages of searches and red flags: start, progress, figures, a version tried and published."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import make
from flows import ledgers
from flows.test_scan import everyday, funnel
from manumit.core import roles
from manumit.flows.actions import background, redflags, scanning
from manumit.flows.models import Scan, State, Typology
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC)
PACK = redflags.shipped_text("finance-funnel")


@pytest.fixture(autouse=True)
def _own_directory(settings, tmp_path):
    settings.MANUMIT_DATA = tmp_path


@pytest.fixture
def started(monkeypatch):
    """What a page starts, not yet done."""
    found = []
    monkeypatch.setattr(background, "start", lambda *words, secret: found.append(words))
    return found


def test_a_search_from_the_page_to_its_figures(started):
    home = ledgers.bureau(country="US")
    client = client_for(home.analyst)
    assert "Nothing is in the ledger yet" in client.get("/money/searches").content.decode()
    ledgers.add(home, [*funnel(), *({**row, "label_pattern": "cycle"} for row in everyday())])
    assert "Search the ledger" in client.get("/money/ledger").content.decode()
    response = client.post("/money/searches")
    scan = Scan.objects.get(ledger=home.ledger)
    assert response["Location"] == f"/money/searches/{scan.pk}"
    assert started == [("scan", str(scan.pk))]
    page = client.get(f"/money/searches/{scan.pk}").content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "You can leave this page" in page

    scanning.run(scan_id=scan.pk, secret=b"", clock=lambda: NOW)
    part = client.get(f"/money/searches/{scan.pk}", headers={"HX-Request": "true"})
    text = part.content.decode()
    assert "<html" not in text
    assert "hx-trigger" not in text
    assert "Funnel accounts" in text
    assert "Held against what the data says of itself" in text
    assert "Search 1" in client.get("/money/searches").content.decode()


def test_one_that_was_interrupted_goes_on(started):
    home = ledgers.bureau()
    long_ago = NOW - timedelta(minutes=10)
    scan = scanning.begin(by=home.analyst_actor, at=long_ago, ledger=home.ledger)
    client = client_for(home.analyst)
    page = client.get(f"/money/searches/{scan.pk}").content.decode()
    assert "Interrupted" in page
    assert "Go on" in page
    client.post(f"/money/searches/{scan.pk}")
    assert started == [("scan", str(scan.pk))]
    assert Scan.objects.get().state == State.WAITING


def test_others_see_none_of_it(started):
    home, other = ledgers.bureau(), ledgers.bureau()
    scan = scanning.begin(by=home.analyst_actor, at=NOW, ledger=home.ledger)
    row = redflags.propose(by=home.analyst_actor, at=NOW, ledger=home.ledger, text=PACK)
    stranger = client_for(other.analyst)
    assert stranger.get(f"/money/searches/{scan.pk}").status_code == 404
    assert stranger.post(f"/money/red-flags/{row.pk}", {"act": "try"}).status_code == 404
    worker = client_for(make.user(roles.Role.CASE_WORKER))
    assert worker.get("/money/searches").status_code == 403
    assert worker.get("/money/red-flags").status_code == 403
    assert not started


def test_a_version_is_brought_tried_and_published_by_the_head():
    home = ledgers.bureau(country="US")
    ledgers.add(home, funnel())
    analyst, head = client_for(home.analyst), client_for(home.head)
    assert "What the first search will look for" in analyst.get("/money/red-flags").content.decode()
    scan = scanning.begin(by=home.analyst_actor, at=NOW, ledger=home.ledger)
    scanning.carry_out(by=home.analyst_actor, scan=scan, clock=lambda: NOW)
    text = re.sub("version = .*", "version = 2026-12-01", PACK)
    file = SimpleUploadedFile("mine.toml", text.encode())
    response = analyst.post("/money/red-flags/new", {"file": file})
    row = Typology.objects.get(version="2026-12-01")
    url = f"/money/red-flags/{row.pk}"
    assert response["Location"] == url
    page = analyst.get(url).content.decode()
    assert "Not tried yet" in page
    assert "places where cash was paid in ≥ 3" in page
    assert "different accounts that paid in ≥ 10" in page
    assert "A question for you" in page
    analyst.post(url, {"act": "try"})
    assert "1 on the busiest" in analyst.get(url).content.decode()
    analyst.post(url, {"act": "publish"})
    assert not Typology.objects.get(pk=row.pk).live
    assert "Publish" in head.get(url).content.decode()
    head.post(url, {"act": "publish"})
    assert Typology.objects.get(pk=row.pk).live
    assert "In use" in head.get(url).content.decode()
    listed = head.get("/money/red-flags").content.decode()
    assert "Not in use" in listed
    head.post(url, {"act": "withdraw"})
    assert not Typology.objects.get(pk=row.pk).live


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Give a file, or paste"),
        ({"text": "id = 1"}, "Cure"),
        ({"file": SimpleUploadedFile("x.toml", b"\xff\xfe")}, "UTF-8"),
    ],
)
def test_a_bad_version_is_refused_on_the_form(data, says):
    home = ledgers.bureau()
    response = client_for(home.analyst).post("/money/red-flags/new", data)
    assert response.status_code == 400
    assert says in response.content.decode()
    assert not Typology.objects.exists()


def test_a_unit_without_a_ledger_is_told_what_to_do_first():
    head = client_for(make.user(roles.Role.FIU_HEAD, make.unit()))
    for url in ("/money/searches", "/money/red-flags"):
        assert head.get(url).status_code == 200
    assert head.get("/money/red-flags/new").status_code == 404
    assert isinstance(make.unit().id, UUID)


def test_a_version_that_came_with_the_product_is_brought_in_by_a_button() -> None:
    home = ledgers.bureau()
    first, second, *_ = redflags.shipped().values()
    redflags.propose(
        by=home.analyst_actor,
        at=ledgers.AT,
        ledger=home.ledger,
        text=redflags.shipped_text(first.id),
    )
    client = client_for(home.analyst)
    shown = client.get("/money/red-flags", secure=True).content.decode()
    assert f'value="{second.id}"' in shown
    assert f'value="{first.id}"' not in shown  # known already
    led = client.post("/money/red-flags", {"pack": second.id}, secure=True)
    row = Typology.objects.get(pack=second.id)
    assert led.url == f"/money/red-flags/{row.pk}"
    assert row.live is False
    again = client.post("/money/red-flags", {"pack": second.id}, secure=True)
    assert again.url == "/money/red-flags"
