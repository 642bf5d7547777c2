"""Where names are typed a browser is answered by an address: what was typed is not in it."""

import pytest
from django.urls import reverse

import casework
import signed_in
from manumit.core.models import HeldPage
from meta import pages

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LOOKED_FOR = "Amal Exampel"


@pytest.fixture
def world():
    return casework.World()


@pytest.fixture
def client(world):
    return signed_in.client_for(world.worker.person, headers=BROWSER)


def search(client):
    return client.post(reverse("case_search"), {"q": LOOKED_FOR}, secure=True)


def test_a_search_is_answered_by_an_address_without_the_name(world, client):
    case = world.taken()
    answer = search(client)
    assert answer.status_code == 303
    assert answer["Location"].startswith(f"{reverse('case_search')}?shown=")
    assert "Exampel" not in answer["Location"]
    for _ in range(2):  # also when the page is loaded again
        page = client.get(answer["Location"], secure=True)
        assert page.status_code == 200
        assert case.reference in page.content.decode()
        assert LOOKED_FOR in page.content.decode()


def test_a_form_with_a_mistake_comes_back_with_what_was_typed(world, client):
    address = reverse("case_person", args=[world.taken().id])
    answer = client.post(address, {"name": "Noor Fictional", "age": "many"}, secure=True)
    assert answer.status_code == 303
    page = client.get(answer["Location"], secure=True)
    assert page.status_code == 400
    assert "Noor Fictional" in page.content.decode()


def test_a_form_that_is_right_goes_on_as_ever(world, client):
    address = reverse("case_person", args=[world.taken().id])
    answer = client.post(address, {"name": "Noor Fictional", "age": "31"}, secure=True)
    assert answer.status_code == 302
    assert not HeldPage.objects.exists()


def test_somebody_else_and_another_session_are_led_to_the_empty_page(world, client):
    where = search(client)["Location"]
    again = signed_in.client_for(world.worker.person, headers=BROWSER)
    other = signed_in.client_for(world.colleague.person, headers=BROWSER)
    for visitor in (again, other):
        answer = visitor.get(where, secure=True)
        assert (answer.status_code, answer["Location"]) == (302, reverse("case_search"))


def test_what_was_asked_of_the_page_is_asked_again(world, client):
    """A page for one of many (?n=3) stays that one, also when its form is sent a second time."""
    address = f"{reverse('case_search')}?n=3"
    first = client.post(address, {"q": LOOKED_FOR}, secure=True)["Location"]
    again = client.post(first, {"q": f"{LOOKED_FOR} again"}, secure=True)["Location"]
    assert again != first
    for where in (first, again):
        assert where.startswith(f"{address}&shown=")
        assert where.count("shown=") == 1
    HeldPage.objects.all().delete()
    assert client.get(again, secure=True)["Location"] == address


def test_a_refusal_is_an_address_too(world, client):
    other = casework.World().taken()
    address = reverse("case_person", args=[other.id])
    answer = client.post(address, {"name": "Noor Fictional"}, secure=True)
    assert answer.status_code == 303
    assert client.get(answer["Location"], secure=True).status_code == 404


def test_what_is_no_browser_is_answered_at_once(world):
    machine = signed_in.client_for(world.worker.person)
    assert search(machine).status_code == 200
    part = signed_in.client_for(world.worker.person, headers=BROWSER | {"hx-request": "true"})
    assert search(part).status_code == 200


def test_a_held_page_can_also_be_opened():
    """Where only a form may be sent there is no address to lead to."""
    held = [the for the in pages.every() if getattr(the.view, "held", False)]
    assert len(held) >= 5
    assert [the.name for the in held if not {"GET", "POST"} <= set(the.methods)] == []
