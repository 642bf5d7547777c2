"""The pages about who may be known already: inside one unit, kindly, undone without loss."""

import html

import pytest
from django.urls import reverse

import casework
import signed_in
from manumit.cases.actions import samepeople
from manumit.cases.models import Case, ParentNames, SamePerson, SameVerdict
from manumit.core import models

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world():
    return casework.World()


def twins(world):
    one = world.taken(name="Amal Hassan Example", age=23)
    other = world.taken(name="أمل حسن اكسامبل", age=24)
    return one, other


def client(actor):
    return signed_in.client_for(actor.person)


def text(response):
    return html.unescape(response.content.decode())


def test_a_case_shows_who_may_be_the_same_and_why(world):
    one, other = twins(world)
    shown = text(client(world.worker).get(reverse("case_same", args=[one.id]), secure=True))
    assert other.reference in shown
    assert "The names are alike" in shown
    assert "The ages go together" in shown
    assert reverse("case_same_as", args=[one.id, other.id]) in shown


def test_side_by_side_decide_and_take_back(world):
    one, other = twins(world)
    browser = client(world.worker)
    address = reverse("case_same_as", args=[one.id, other.id])
    shown = text(browser.get(address, secure=True))
    for words in (
        "Amal Hassan Example",
        "أمل حسن اكسامبل",
        "romanised alike",
        "One person or two?",
    ):
        assert words in shown
    given = {"act": "judge", "verdict": "same", "reason": "The mother said so"}
    assert browser.post(address, given, secure=True).status_code == 302
    shown = text(browser.get(address, secure=True))
    assert "The mother said so" in shown
    assert "What was done in both cases" in shown
    assert other.reference in text(browser.get(reverse("case_same", args=[one.id]), secure=True))
    back = {"act": "undo", "back": "It was her sister"}
    assert browser.post(address, back, secure=True).status_code == 302
    shown = text(browser.get(address, secure=True))
    assert "The mother said so" in shown
    assert "It was her sister" in shown
    assert "What was done in both cases" not in shown
    assert Case.objects.filter(pk__in=[one.pk, other.pk]).count() == 2


def test_a_decision_needs_words(world):
    one, other = twins(world)
    address = reverse("case_same_as", args=[one.id, other.id])
    answer = client(world.worker).post(
        address, {"act": "judge", "verdict": "same", "reason": "x"}, secure=True
    )
    assert answer.status_code == 400
    assert "so that a colleague can follow it" in text(answer)
    assert not SameVerdict.objects.exists()


def test_another_case_by_its_reference_only_of_ones_unit(world):
    one, other = twins(world)
    far = casework.World().taken()
    browser = client(world.worker)
    address = reverse("case_same", args=[one.id])
    found = browser.post(address, {"other": other.reference}, secure=True)
    assert found["Location"] == reverse("case_same_as", args=[one.id, other.id])
    for reference in (far.reference, "nonsense", one.reference):
        answer = browser.post(address, {"other": reference}, secure=True)
        assert answer.status_code == 400
    assert (
        browser.get(reverse("case_same_as", args=[one.id, far.id]), secure=True).status_code == 404
    )


def test_everybody_is_looked_through_from_the_page(world):
    one, other = twins(world)
    browser = client(world.supervisor)
    address = reverse("duplicates")
    assert "No pair waits" in text(browser.get(address, secure=True))
    assert "1 new pair" in text(browser.post(address, secure=True, follow=True))
    shown = text(browser.get(address, secure=True))
    assert one.reference in shown
    assert other.reference in shown
    assert "Amal" not in shown
    named = text(browser.get(address, {"names": "1"}, secure=True))
    assert "Amal Hassan Example" in named
    pair = SamePerson.objects.get()
    samepeople.judge(
        by=world.supervisor,
        at=casework.AT,
        case=pair.case,
        other=pair.other,
        verdict="different",
        reason="They came together",
    )
    assert "No pair waits" in text(browser.get(address, secure=True))


def test_who_is_written_down_may_be_known(world):
    one, _other = twins(world)
    newcomer = world.taken(name="Somebody Else")
    page = reverse("case_person", args=[newcomer.id])
    browser = client(world.worker)
    given = {"name": "Hassan Amal Example", "age": "23", "sex": "female"}
    answer = browser.post(page, given, secure=True)
    assert answer["Location"] == reverse("case_same", args=[newcomer.id])
    shown = text(browser.get(answer["Location"], secure=True))
    assert "We may know this person already" in shown
    assert one.reference in shown
    again = browser.post(page, given, secure=True)
    assert again["Location"] == reverse("case", args=[newcomer.id])


def test_in_a_talk_only_who_may_look_is_told(world):
    one, _other = twins(world)
    for officer, told in ((world.worker, True), (world.officer, False)):
        here = casework.World.__new__(casework.World)
        here.officer = officer
        talk = casework.World.talk(here, name=None, at=casework.AT)
        page = reverse("screening_person", args=[talk.id])
        given = {"name": "Amal Hasan Example", "age": "23", "sex": "female", "then": "next"}
        browser = client(officer)
        answer = browser.post(page, given, secure=True)
        known = reverse("screening_known", args=[talk.id])
        assert (answer["Location"] == known) is told
        shown = text(browser.get(known, secure=True))
        assert (one.reference in shown) is told
        onward = browser.post(reverse("screening_resume", args=[talk.id]), secure=True)
        assert "/questions/" in onward["Location"]


def test_birth_and_parents_are_written_and_sealed(world):
    one, _other = twins(world)
    page = reverse("case_marks", args=[one.id])
    browser = client(world.worker)
    assert browser.post(page, {"birth": "in the spring"}, secure=True).status_code == 302
    given = {"birth": "1369/02/16", "mother": "Khadija Example", "father": "Hassan"}
    assert browser.post(page, given, secure=True).status_code == 302
    assert b"Khadija" not in bytes(ParentNames.objects.get().mother)
    shown = text(browser.get(page, secure=True))
    assert "Khadija Example" in shown
    assert "1369/02/16" in shown


def test_every_look_is_on_the_record(world):
    one, _other = twins(world)
    before = models.Leaf.objects.filter(act="open").count()
    client(world.worker).get(reverse("case_same", args=[one.id]), secure=True)
    assert models.Leaf.objects.filter(act="open").count() > before
