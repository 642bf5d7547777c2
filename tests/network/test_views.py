"""Pages of watchlists."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import make
import signed_in
from manumit.core.roles import Role
from manumit.network import models
from network import lists

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

OLD = lists.xml(lists.person("XXi.1"), lists.person("XXi.2"))
NEW = (
    lists.xml(lists.person("XXi.2 ", more=lists.alias("Also <b>Called</b>")), lists.person("XXi.3"))
    .replace(b"2026-01-01T", b"2026-02-01T")
    .replace(b"<b>", b"&lt;b&gt;")
    .replace(b"</b>", b"")
)


@pytest.fixture
def client() -> Client:
    return signed_in.client_for(make.user(Role.INVESTIGATOR))


def send(client, raw):
    given = SimpleUploadedFile("list.xml", raw, content_type="text/xml")
    return client.post(reverse("watchlists"), {"given": given}, secure=True)


def test_a_list_is_kept_once_and_shown(client):
    for _ in range(2):
        led = send(client, OLD)
        assert led.status_code == 302
    assert models.Version.objects.count() == 1
    shown = client.get(led.url, secure=True).content.decode()
    assert "XXi.1" in shown
    assert "2 entries" in shown
    assert "Watchlist of 2026-01-01" in shown


def test_the_day_is_the_lists_own(client):
    late = OLD.replace(b"2026-01-01T00:00:00Z", b"2026-01-01T20:40:12.605-04:00")
    assert b"Watchlist of 2026-01-01" in client.get(send(client, late).url, secure=True).content


def test_what_changed(client):
    send(client, OLD)
    led = send(client, NEW)
    changes = client.get(f"{led.url}/changes", secure=True).content.decode()
    assert "1 entry added" in changes
    assert "1 entry removed" in changes
    assert "Also &lt;b&gt;Called" in changes
    entry = models.Entry.objects.get(version__dated__month=2, reference="XXi.2")
    shown = client.get(reverse("watchlist_entry", args=[entry.id]), secure=True).content.decode()
    assert "blanks around it" in shown
    assert "The same reference in other versions" in shown


def test_nothing_before_and_one_list_chosen(client):
    led = send(client, OLD)
    assert "No earlier version" in client.get(f"{led.url}/changes", secure=True).content.decode()
    assert "XXi.1" in client.get(f"{led.url}?list=Example", secure=True).content.decode()
    assert "XXi.1" not in client.get(f"{led.url}?list=Other", secure=True).content.decode()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"<html/>", "begins with &lt;html&gt;"),
        (OLD[:-40], "broken"),
        (lists.xml(lists.person(), head="<!DOCTYPE x>"), "document type"),
    ],
)
def test_a_bad_file_keeps_nothing(client, raw, words):
    answer = send(client, raw)
    assert words in answer.content.decode()
    assert not models.Version.objects.exists()


def test_an_empty_list_is_refused(client):
    assert send(client, lists.xml()).status_code == 403
    assert not models.Version.objects.exists()


def test_who_only_reads_brings_nothing_in():
    reader = signed_in.client_for(make.user(Role.FIU_ANALYST))
    assert b'type="file"' not in reader.get(reverse("watchlists"), secure=True).content
    assert send(reader, OLD).status_code == 403
    assert not models.Version.objects.exists()


FTM = b'{"id": "x-%d", "schema": "Person", "properties": {"name": ["Example Person"]}}\n'


def test_lists_are_known_by_their_content_and_kept_apart(client):
    send(client, OLD)
    unnamed = send(client, FTM % 1).content.decode()
    assert "does not say which list" in unnamed
    assert models.Version.objects.count() == 1
    for number in (1, 2):
        given = SimpleUploadedFile("list.xml", FTM % number)
        sent = {"given": given, "called": "Example List"}
        led = client.post(reverse("watchlists"), sent, secure=True)
        assert led.status_code == 302
    changes = client.get(f"{led.url}/changes", secure=True).content.decode()
    assert "1 entry added" in changes
    assert "x-1" in changes
    assert "XXi" not in changes
    assert [v.list for v in models.newest()] == ["Example List", "UN Security Council"]


def test_an_entry_with_ten_thousand_names_is_shown_in_part(client):
    names = ", ".join(f'"Example {n}"' for n in range(10_000)).encode()
    raw = b'{"id": "x", "schema": "Person", "properties": {"name": [%s]}}' % names
    given = SimpleUploadedFile("list.json", raw)
    client.post(reverse("watchlists"), {"given": given, "called": "Example"}, secure=True)
    entry = models.Entry.objects.get()
    shown = client.get(reverse("watchlist_entry", args=[entry.id]), secure=True).content.decode()
    assert "and 9800 more" in shown or "and 9,800 more" in shown
    assert "Example 9999" not in shown
