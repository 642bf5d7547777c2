"""The pages of the ledger: open it, give a file, say how it is read, see what came of it."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import make
from flows import ledgers
from manumit.core import models as core
from manumit.core import roles
from manumit.core.actions import acting
from manumit.flows import batch, models
from manumit.flows.actions import background, bringing, names, store
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=5)
ROWS = (
    "Booking date;Debit account;Debit name;Credit account;Credit name;Amount;Currency\n"
    "01/02/2026;EX100;Amal Example;EX200;Example Farm;1.200,50;EUR\n"
    "15/02/2026;EX100;Amal Example;EX300;Example Shop;99,00;EUR\n"
    "16/02/2026;EX100;Amal Example;EX300;Example Shop;twelve;EUR\n"
)


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.MANUMIT_DATA = tmp_path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Do at once what a page starts; returns what was started."""
    found: list[tuple[str, ...]] = []

    def at_once(*words: str, secret: bytes) -> None:
        found.append(words)
        load = models.Load.objects.get(pk=words[1])
        by = acting.Actor(user=load.by)
        bringing.take_up(by=by, load_id=load.pk, key=secret, clock=lambda: datetime.now(UTC))

    monkeypatch.setattr(background, "start", at_once)
    return found


def give(client: Client, text: str, name: str = "Amal Example.csv") -> Any:
    return client.post("/money/ledger/load", {"file": SimpleUploadedFile(name, text.encode())})


def test_the_head_opens_the_ledger_and_the_analyst_waits_for_it() -> None:
    unit = make.unit()
    head = client_for(make.user(roles.Role.FIU_HEAD, unit))
    unit.refresh_from_db()
    analyst = client_for(make.user(roles.Role.FIU_ANALYST, unit))
    assert b"The head of the unit can open one" in analyst.get("/money/ledger").content
    assert analyst.get("/money/ledger/settings").status_code == 403
    told = {"currency": "jod", "country": "jo", "time_zone": "Asia/Amman", "four_eyes": "on"}
    wrong = head.post("/money/ledger/settings", told | {"currency": "???"})
    assert wrong.status_code == 400
    assert b"ISO 4217" in wrong.content
    assert head.post("/money/ledger/settings", told).url == "/money/ledger"
    ledger = models.Ledger.objects.get()
    assert (ledger.currency, ledger.country, ledger.unit_id) == ("JOD", "JO", unit.id)
    assert b"Nothing is in it yet" in analyst.get("/money/ledger").content
    rates = "currency,since,worth,source\nEUR,2026-01-01,0.77,Example\n"
    changed = {"country": "JO", "time_zone": "UTC", "rates": rates, "keep_years": "7"}
    assert head.post("/money/ledger/settings", changed).status_code == 302
    bad = head.post("/money/ledger/settings", changed | {"rates": "EUR,1"})
    assert b"The rates cannot be used" in bad.content


def test_a_file_is_given_mapped_loaded_and_its_refused_rows_come_back(
    started: list[tuple[str, ...]], tmp_path: Path
) -> None:
    home = ledgers.bureau(currency="EUR")
    client = client_for(home.analyst)
    answer = give(client, ROWS)
    load = models.Load.objects.get()
    assert answer.url == f"/money/ledger/loads/{load.id}/reading"
    on_disk = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert b"Amal" not in on_disk
    page = client.get(answer.url)
    assert b"Booking date" in page.content
    told = {
        "style": "plain",
        "column_at": "Booking date",
        "column_source": "Debit account",
        "column_source_name": "Debit name",
        "column_target": "Credit account",
        "column_target_name": "Credit name",
        "column_amount": "Amount",
        "column_currency": "Currency",
        "formats": "%d/%m/%Y",
        "decimal": ",",
        "thousands": ".",
        "name": "Example bank",
    }
    assert client.post(answer.url, told).url == f"/money/ledger/loads/{load.id}"
    assert started == [("load", str(load.id))]
    load.refresh_from_db()
    assert (load.state, load.rows_read, load.rows_loaded) == ("done", 3, 2)
    assert sorted(store.entries(home.ledger).collect()["base_minor"]) == [9900, 120050]
    shown = client.get(f"/money/ledger/loads/{load.id}").content.decode()
    assert "See them line by line" in shown
    rows = client.get(f"/money/ledger/loads/{load.id}/rows").content.decode()
    assert "twelve" in rows
    book = client.get(f"/money/ledger/loads/{load.id}/rows?as=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet["A2"].value == "4"
    assert not list(tmp_path.rglob("*.sealed"))
    assert models.SavedMapping.objects.get().name == "Example bank"
    again = give(client, ROWS.replace("twelve", "12,00"))
    kept = str(models.SavedMapping.objects.get().id)
    client.post(again.url, told | {"saved": kept, "name": ""})
    second = models.Load.objects.get(number=2)
    assert (second.rows_known, second.rows_loaded) == (2, 1)


def test_a_page_says_what_cannot_be_loaded(started: list[tuple[str, ...]]) -> None:
    home = ledgers.bureau()
    client = client_for(home.analyst)
    assert give(client, "").status_code == 400
    assert client.post("/money/ledger/load", {}).status_code == 400
    answer = give(client, ROWS)
    wrong = client.post(answer.url, {"style": "plain", "formats": "%d/%m/%Y", "decimal": ","})
    assert wrong.status_code == 400
    assert started == []


def test_a_file_that_waits_can_be_forgotten(tmp_path: Path) -> None:
    home = ledgers.bureau()
    client = client_for(home.analyst)
    give(client, ROWS)
    load = models.Load.objects.get()
    assert list(tmp_path.rglob("*.sealed"))
    client.post(f"/money/ledger/loads/{load.id}", {"act": "forget"})
    assert not list(tmp_path.rglob("*.sealed"))
    page = client.get(f"/money/ledger/loads/{load.id}").content
    assert b"This file was forgotten." in page
    done = ledgers.add(home, [{}])
    client.post(f"/money/ledger/loads/{done.id}", {"act": "forget"})
    done.refresh_from_db()
    assert done.state == "done"


def test_an_interrupted_load_can_be_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    home = ledgers.bureau()
    client = client_for(home.analyst)
    load = ledgers.add(home, [{}])
    models.Load.objects.filter(pk=load.pk).update(state="running", seen_at=NOW)
    started = []
    monkeypatch.setattr(background, "start", lambda *words, secret: started.append(words))
    page = client.get(f"/money/ledger/loads/{load.id}")
    assert b"The work was interrupted" in page.content
    assert client.post(f"/money/ledger/loads/{load.id}").status_code == 302
    assert started == [("load", str(load.id))]
    models.Load.objects.filter(pk=load.pk).update(seen_at=datetime.now(UTC))
    part = client.get(f"/money/ledger/loads/{load.id}", HTTP_HX_REQUEST="true")
    assert b"every 2s" in part.content
    assert b"<html" not in part.content


def test_an_entry_in_kind_is_written_down_sealed_and_counted(tmp_path: Path) -> None:
    home = ledgers.bureau()
    client = client_for(home.analyst)
    assert client.get("/money/ledger/entry").status_code == 200
    told = {
        "kind": "in_kind",
        "purpose": "labour_extracted",
        "at": "2026-03-01T00:00",
        "precision": "2",
        "amount": "",
        "currency": "USD",
        "source_name": "Test Person 3",
        "target_name": "Example Group",
        "text": "Forty days of building work, told by a neighbour.",
    }
    answer = client.post("/money/ledger/entry", told)
    assert answer.status_code == 302
    row = store.entries(home.ledger).collect().row(0, named=True)
    assert (row["kind"], row["purpose"], row["amount_minor"]) == ("in_kind", "labour_extracted", 0)
    opened = names.open_entries(
        by=home.analyst_actor,
        at=ledgers.AT,
        ledger=home.ledger,
        entries=[row["entry"]],
        purpose="t",
    )
    assert opened[row["entry"]]["text"].startswith("Forty days")
    on_disk = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert b"Forty days" not in on_disk
    assert client.post("/money/ledger/entry", told | {"amount": "x"}).status_code == 400
    assert client.post("/money/ledger/entry", told | {"kind": "hawala"}).status_code == 400


def test_other_units_and_roles_see_nothing_of_it() -> None:
    home, other = ledgers.bureau(), ledgers.bureau()
    bad = batch.Rejected(3, "amount", "amount_bad", "Correct it.", "Amal Example;twelve")
    load = ledgers.add(home, [{}], rejected=[bad])
    stranger = client_for(other.analyst)
    for address in ("", "/reading", "/rows"):
        assert stranger.get(f"/money/ledger/loads/{load.id}{address}").status_code == 404
    before = core.Leaf.objects.filter(act="open").count()
    assert b"Amal" in client_for(home.analyst).get(f"/money/ledger/loads/{load.id}/rows").content
    assert core.Leaf.objects.filter(act="open").count() == before + 1
