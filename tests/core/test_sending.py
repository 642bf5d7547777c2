"""A form sent again, at once, later, from two places or after a crash, is done once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

import make
import signed_in
from manumit.cases.models import Screening
from manumit.core.actions import acting, sending
from manumit.core.models import Leaf, Sending
from manumit.core.roles import Role

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def form_of(client, address: str) -> dict[str, str]:
    html = client.get(address, secure=True).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert token
    return {"csrfmiddlewaretoken": token.group(1)}


def send(client, data: dict[str, str], address: str = ""):
    address = address or reverse("screening_start")
    answer = client.post(address, data, secure=True, headers={"Referer": "https://testserver/"})
    assert answer.status_code == 302, answer.content[:300]
    return answer.headers["Location"]


@pytest.fixture
def officer():
    return make.user(Role.SCREENING_OFFICER)


@pytest.fixture
def client(officer):
    return signed_in.client_for(officer, enforce_csrf_checks=True)


@pytest.fixture
def form(client):
    return form_of(client, reverse("screening_start")) | {
        "language": "en",
        "under_18": "no",
    }


def test_a_hundred_times_is_once(client, form):
    first = send(client, form)
    known = Leaf.objects.count()
    assert {send(client, form) for _ in range(99)} == {first}
    assert first == reverse("screening_consent", args=[Screening.objects.get().id])
    assert Leaf.objects.count() == known


def test_other_words_or_the_form_of_a_page_opened_anew_are_another_form(client, form):
    send(client, form)
    send(client, form | {"language": "fr"})
    send(client, form | form_of(client, reverse("screening_start")))
    assert Screening.objects.count() == 3


def test_a_form_is_its_senders_own(client, form, officer):
    send(client, form)
    colleague = make.user(Role.SCREENING_OFFICER, unit=officer.unit)
    other = signed_in.client_for(colleague, enforce_csrf_checks=True)
    other.cookies["csrftoken"] = form["csrfmiddlewaretoken"][-32:]
    other_form = form | form_of(other, reverse("screening_start"))
    send(other, other_form)
    assert Screening.objects.count() == 2


def test_what_was_refused_may_be_sent_again(client, form):
    wrong = client.post(
        reverse("screening_start"),
        form | {"language": "xx-none"},
        secure=True,
        headers={"Referer": "https://testserver/"},
    )
    assert wrong.status_code == 400
    assert not Sending.objects.exists()
    send(client, form)
    assert Screening.objects.count() == 1


@acting.action("screening.conduct")
def do(*, by: acting.Actor, at: datetime, fail: bool = False) -> Sending | None:
    if fail:
        raise acting.Refused("Not now.")
    return None


def test_the_mark_stands_and_falls_with_the_act(officer):
    by = make.actor(officer)
    with pytest.raises(acting.Refused), sending.once(by=officer, at=NOW, digest="a"):
        do(by=by, at=NOW, fail=True)
    assert not Sending.objects.exists()
    with sending.once(by=officer, at=NOW, digest="a") as form:
        do(by=by, at=NOW)
        do(by=by, at=NOW)
    assert form.done
    with pytest.raises(sending.AlreadySent) as known, sending.once(by=officer, at=NOW, digest="a"):
        pytest.fail("done twice")
    assert known.value.led_to == ""


def test_a_form_that_only_showed_something_may_be_sent_again(officer):
    with sending.once(by=officer, at=NOW, digest="a") as form:
        do(by=make.actor(officer), at=NOW)
    sending.led_to(form, "")
    assert not Sending.objects.exists()


def test_marks_are_forgotten_after_thirty_days(officer):
    with sending.once(by=officer, at=NOW, digest="a"):
        do(by=make.actor(officer), at=NOW)
    assert sending.forget(at=NOW + timedelta(days=30)) == 0
    assert sending.forget(at=NOW + timedelta(days=30, seconds=1)) == 1


def test_two_at_the_same_moment(officer):
    """Both have looked and found nothing; the other was quicker: this one does nothing."""
    before = Leaf.objects.count()
    by = make.actor(officer)
    with sending.once(by=officer, at=NOW, digest="a"):
        Sending.objects.create(id="a", by=officer, at=NOW, led_to="/elsewhere")
        with pytest.raises(sending.AlreadySent) as known:
            do(by=by, at=NOW)
    assert known.value.led_to == "/elsewhere"
    assert Leaf.objects.count() == before
