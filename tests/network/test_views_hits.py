"""Pages of hits: the queue, two columns, a decision by two."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import make
import signed_in
from manumit.core.roles import Role
from manumit.network import models
from manumit.network.actions import hits as acts
from manumit.network.views import hits
from network import leads_made, lists, standing_register

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WHY = "Date of birth and the name of the father agree."


@pytest.fixture
def by():
    return standing_register.investigator()


@pytest.fixture
def client(by):
    return signed_in.client_for(by.person)


@pytest.fixture
def register(by):
    return standing_register.register(by.unit, by)


def get(client, address):
    answer = client.get(address, secure=True)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client, address, **given):
    return client.post(address, given, secure=True)


def test_reasons_say_in_words_how_much_they_weigh():
    told = hits.weighed("name +23.0 bits: karim: the same")
    assert told == {"about": "Name", "weight": "speaks strongly for it", "more": "karim: the same"}
    assert hits.weighed("another nationality -3.0 bits")["weight"] == "speaks against it"
    assert hits.weighed("something else")["weight"] == ""


def test_without_a_register_the_page_says_what_comes_first(client):
    assert "no register yet" in get(client, reverse("hits"))


def test_a_list_brought_in_is_held_against_the_register_at_once(client, by, register):
    karim = standing_register.entity(register, by, name="Karim Testovarian", birthDate="1970-02-03")
    assert "No list is kept yet" in get(client, reverse("hits"))
    raw = lists.xml(
        lists.person("XXi.1", "Karim", "Testovarian", lists.alias("Karim &lt;b&gt; T."))
    )
    given = {"given": SimpleUploadedFile("x", raw)}
    answer = client.post(reverse("watchlists"), given, secure=True, follow=True)
    assert "new proposals: 1" in answer.content.decode()
    queue = get(client, reverse("hits"))
    assert "Karim Testovarian" in queue
    assert "Everything was compared" in queue
    hit = models.Hit.objects.get(entity=karim)
    shown = get(client, reverse("hit", args=[hit.id]))
    assert "Karim &lt;b&gt; T." in shown
    assert shown.count("1970-02-03") == 2
    assert "speaks strongly for it" in shown


def test_what_changed_is_compared_by_a_button(client, by, register):
    leads_made.version(by, make.AT, "XXi.1", first="Karim", second="Testovarian")
    standing_register.entity(register, by, name="Karim Testovarian")
    assert "1 comparison is due" in get(client, reverse("hits"))
    post(client, reverse("hits"))
    assert models.Hit.objects.count() == 1


def test_more_than_a_page_can_compare_is_said_with_what_to_do(client, by, register, monkeypatch):
    leads_made.version(by, make.AT, "XXi.1", first="Karim", second="Testovarian")
    for name in ("Karim Testovarian", "Amal Example"):
        standing_register.entity(register, by, name=name)
    monkeypatch.setattr(acts, "AT_ONCE", 1)
    page = get(client, "/hits")
    assert "2 comparisons are due. This page does 1 at once" in page
    assert f"manumit watchlist rescreen --as {by.person.username}" in page
    assert "Compare now" not in page, "no button that only refuses"
    monkeypatch.setattr(acts, "AT_ONCE", 2)
    page = get(client, "/hits")
    assert "Compare now" in page
    assert "rescreen --as" not in page


def test_who_may_be_a_victim_is_said_to_be_one_first(client, by, register):
    entity = standing_register.entity(register, by, name="Test Person 9", possibleVictim="true")
    hit = leads_made.hit(by, make.AT, entity, leads_made.version(by, make.AT, "XXi.1"))
    assert "This person may be a victim" in get(client, reverse("hit", args=[hit.id]))


def test_the_same_is_decided_by_two_people_on_one_page(client, by, register):
    entity = standing_register.entity(register, by, name="Test Person 9")
    hit = leads_made.hit(by, make.AT, entity, leads_made.version(by, make.AT, "XXi.1"))
    address = reverse("hit", args=[hit.id])
    assert "Choose an answer" in post(client, address, reason=WHY).content.decode()
    short = post(client, address, answer="same", reason="yes")
    assert "in a sentence" in short.content.decode()
    assert post(client, address, answer="same", reason=WHY).status_code == 302
    assert "A second person of your unit" in get(client, address)
    again = post(client, address, answer="same", reason=WHY)
    assert "you gave the first answer" in again.content.decode()
    colleague = make.user(Role.INVESTIGATOR, unit=by.unit)
    second = signed_in.client_for(colleague)
    assert WHY in get(second, address)
    assert post(second, address, answer="same", reason="The passport agrees.").status_code == 302
    hit.refresh_from_db()
    assert (hit.state, hit.second_by) == ("same", colleague)
    assert "The passport agrees." in get(client, address)


def test_a_bad_file_among_the_queue_changes_nothing(client, by, register):
    del by, register
    given = {"given": SimpleUploadedFile("x", b"{broken")}
    answer = client.post(reverse("watchlists"), given, secure=True)
    assert "not whole JSON" in answer.content.decode()
    assert not models.Screened.objects.exists()
