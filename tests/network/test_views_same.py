"""The pages on who is one: compare, look, decide, agree, take back."""

import pytest
from django.conf import settings
from django.urls import reverse

import make
from manumit.core.roles import Role
from manumit.network import models
from manumit.network.actions import comparing, judging, registers
from manumit.network.clustering import Verdict
from network import standing_register as standing
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT = make.AT


@pytest.fixture
def pair(by):
    register = registers.mine(by)
    told = {"birthDate": "1981-07-16"}
    return [
        standing.entity(register, by, name="Noureddine Exampleh", nationality="sy", **told),
        standing.entity(register, by, name="Nuruddin Exampleh", **told),
    ]


def compare(by) -> None:
    row = comparing.begin(by=by, at=AT)
    comparing.carry_out(by=by, comparing=row, clock=lambda: AT)


def address(pair) -> str:
    return reverse("same_pair", args=[pair[0].pk, pair[1].pk])


def test_without_a_register_it_says_what_to_do():
    actor = standing.investigator()
    page = client_for(actor.person).get(reverse("same"))
    assert "no register yet" in page.content.decode()


def test_the_queue_shows_proposals_and_a_decision_takes_them_away(by, pair):
    compare(by)
    client = client_for(by.person)
    text = client.get(reverse("same")).content.decode()
    assert "Noureddine Exampleh" in text
    assert "pairs to look at: 1" in text
    page = client.get(address(pair)).content.decode()
    assert "Example report (B6)" in page
    assert "Only one says it" in page
    assert "The date of birth: <bdi>+10.0</bdi> (for one)" in page
    assert "sounding alike" in page
    sent = client.post(address(pair), {"verdict": "same", "reason": "One passport, seen."})
    assert sent.status_code == 302
    assert judging.identity_of(pair[0]) is not None
    text = client.get(reverse("same")).content.decode()
    assert "Nothing to look at" in text
    assert "Decided lately" in text
    assert client.get(address(pair)).status_code == 302


def test_what_is_alike_is_not_called_different(by):
    register = registers.mine(by)
    one = standing.entity(
        register,
        by,
        name="Mina Testova",
        birthDate="1990",
        passportNumber="EX 123",
        gender="female",
    )
    other = standing.entity(
        register,
        by,
        name="Mena Testova",
        birthDate="1990-01-05",
        passportNumber="EX123",
        gender="male",
    )
    page = client_for(by.person).get(address([one, other])).content.decode()
    tags = [page.count(f">{word}</strong>") for word in ("Agree", "Alike", "Differ")]
    assert tags == [1, 2, 1]


def test_a_decision_without_a_reason_is_asked_again(by, pair):
    page = client_for(by.person).post(address(pair), {"verdict": "same"})
    assert page.status_code == 400
    assert "Say in a sentence why" in page.content.decode()
    assert not models.Judgement.objects.exists()


def test_two_people_where_it_weighs(by, pair):
    third = standing.entity(registers.mine(by), by, name="Test Person 3")
    standing.relation(pair[0], third, by, role="Transporter")
    client = client_for(by.person)
    assert "when a colleague agrees" in client.get(address(pair)).content.decode()
    client.post(address(pair), {"verdict": "same", "reason": "One passport, seen."})
    made = models.Judgement.objects.get()
    url = reverse("same_judgement", args=[made.pk])
    page = client.get(url).content.decode()
    assert "A second person of your unit has to look at it" in page
    assert "I agree" not in page
    assert "You; a colleague has to agree" in client.get(reverse("same")).content.decode()
    other = make.user(Role.INVESTIGATOR, unit=by.unit)
    second = client_for(other)
    assert "One passport, seen." in second.get(url).content.decode()
    second.post(url, {"act": "agree", "agree-why": "I saw it too."})
    assert judging.identity_of(pair[0]) is not None
    assert "I saw it too." in client.get(url).content.decode()
    client.post(url, {"act": "back", "back-why": "The passport was another."})
    assert judging.identity_of(pair[0]) is None
    page = client.get(url).content.decode()
    assert "Taken back" in page
    assert "Decide anew" in page
    assert client.post(url, {"act": "agree", "agree-why": "Late."}).status_code == 400


def test_the_page_of_a_cluster_warns_of_contradictions(by, pair):
    one, other = pair
    third = standing.entity(registers.mine(by), by, name="Test Person 3")
    for left, right in ((one, other), (other, third)):
        judging.judge(
            by=by, at=AT, left=left, right=right, verdict=Verdict.SAME, reason="One passport."
        )
    client = client_for(by.person)
    url = reverse("identity", args=[judging.identity_of(one).pk])
    page = client.get(url).content.decode()
    assert "Test Person 3" in page
    assert "govuk-warning-text" not in page
    judging.judge(
        by=by, at=AT, left=one, right=third, verdict=Verdict.NOT_SAME, reason="Two passports."
    )
    page = client.get(url).content.decode()
    assert "Nothing is together here any more" in page
    assert "Were together with them before" in page


def test_comparing_runs_in_a_process_of_its_own(by, pair, monkeypatch):
    begun = []
    monkeypatch.setattr(comparing.subprocess, "Popen", lambda *a, **k: begun.append(a) or _Child())
    client = client_for(by.person)
    assert client.post(reverse("same")).status_code == 302
    assert begun[0][0][3:6] == ["network", "work", "compare"]
    row = models.Comparing.objects.get()
    text = client.get(reverse("same"), headers={"HX-Request": "true"}).content.decode()
    assert "the work goes on" in text
    secret = client.cookies[settings.MANUMIT_UNLOCK_COOKIE].value
    done = comparing.take_up(comparing_id=row.pk, secret=secret, clock=lambda: row.at)
    assert (done.state, done.proposals_count) == ("done", 1)


class _Child:
    stdin = None
