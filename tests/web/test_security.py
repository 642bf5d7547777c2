"""One's own account: second steps, passphrase, recovery code."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

import make
import signed_in
from manumit.core import models as core_models
from manumit.core.actions import keys
from web import signing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NEW = "violet anchor under seven pines"


@pytest.fixture(autouse=True)
def fresh_codes():
    cache.clear()


@pytest.fixture
def person():
    return signing.with_code_app(make.user())


@pytest.fixture
def inside(person) -> Client:
    return signed_in.client_for(person)


def change(client: Client, old: str, new: str = NEW, again: str = ""):
    return client.post(
        reverse("change_passphrase"), {"old": old, "new": new, "again": again or new}
    )


def test_changing_the_passphrase_keeps_keys_and_session(inside, person):
    assert change(inside, make.PASSPHRASE)["Location"] == reverse("security")
    assert b"Unlocked for this session" in inside.get(reverse("security")).content
    assert signing.passphrase(Client(), person).status_code == 200
    assert signing.passphrase(Client(), person, NEW).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong wrong wrong", NEW, NEW, "not your present passphrase"),
        (make.PASSPHRASE, "short", "short", "at least 15"),
        (make.PASSPHRASE, "password password 1", "password password 1", "common words"),
        (make.PASSPHRASE, NEW, NEW + "x", "not the same"),
    ],
)
def test_a_change_that_is_not_right_changes_nothing(inside, person, old, new, again, said):
    page = change(inside, old, new, again)
    assert said in page.content.decode()
    person.refresh_from_db()
    assert person.check_password(make.PASSPHRASE)
    assert keys.unlock(user=person, passphrase=make.PASSPHRASE, at=make.AT)


def test_a_new_recovery_code_counts_only_after_it_was_typed_back(inside, person):
    key = core_models.UserKey.objects.get(user_id=person.id)
    page = inside.post(reverse("recovery_code"), {"passphrase": make.PASSPHRASE}).content.decode()
    code = re.search(r'<code class="m-code"[^>]*>([^<]+)</code>', page).group(1)
    sealed = re.search(r'name="sealed" value="([^"]+)"', page).group(1)
    assert code not in sealed
    wrong = inside.post(reverse("recovery_code"), {"code": "AAAA-BBBB", "sealed": sealed})
    assert "not the code shown above" in wrong.content.decode()
    assert core_models.UserKey.objects.get(user_id=person.id).by_recovery == key.by_recovery
    right = inside.post(reverse("recovery_code"), {"code": code.lower(), "sealed": sealed})
    assert right["Location"] == reverse("security")
    assert keys.recover_user(user=person, code=code, new_passphrase=NEW)


def test_a_code_sealed_for_another_person_is_refused(inside, person):
    other = signed_in.client_for(make.user())
    page = other.post(reverse("recovery_code"), {"passphrase": make.PASSPHRASE}).content.decode()
    sealed = re.search(r'name="sealed" value="([^"]+)"', page).group(1)
    code = re.search(r'<code class="m-code"[^>]*>([^<]+)</code>', page).group(1)
    response = inside.post(reverse("recovery_code"), {"code": code, "sealed": sealed})
    assert response["Location"] == reverse("recovery_code")


def test_adding_a_code_app_asks_for_the_passphrase_and_a_first_code(inside, person):
    page = inside.get(reverse("code_app")).content.decode()
    secret = re.search(r'<code class="m-code"[^>]*>([A-Z2-7 ]+)</code>', page).group(1)
    for code, passphrase in (("000000", make.PASSPHRASE), (signing.code(secret), "wrong wrong")):
        inside.post(reverse("code_app"), {"code": code, "passphrase": passphrase})
        assert Authenticator.objects.get(user=person).wrap().validate_code(signing.code())
        cache.clear()
    answer = {"code": signing.code(secret), "passphrase": make.PASSPHRASE}
    assert inside.post(reverse("code_app"), answer)["Location"] == reverse("security")
    cache.clear()
    assert Authenticator.objects.get(user=person).wrap().validate_code(signing.code(secret))


def test_a_made_up_passkey_is_refused(inside, person):
    inside.get(reverse("passkey"))
    for credential in (
        "",
        "{}",
        "[1]",
        "not json",
        '{"id":"x","rawId":"x","response":{}}',
        "[" * 5000,
    ):
        answer = {"name": "Key", "passphrase": make.PASSPHRASE, "credential": credential}
        assert inside.post(reverse("passkey"), answer).status_code == 200
    assert Authenticator.objects.filter(user=person).count() == 1


def test_a_made_up_answer_of_a_passkey_does_not_sign_in(person):
    client = Client()
    signing.passphrase(client, person)
    for credential in ("", "{}", '{"id":"x","rawId":"x","response":{}}'):
        assert client.post(reverse("sign_in_code"), {"credential": credential}).status_code == 200
    assert client.get(reverse("security")).status_code == 302


def test_the_last_second_step_cannot_be_removed_but_one_of_two_can(inside, person):
    first = Authenticator.objects.get(user=person)
    address = reverse("remove_second_factor", args=[first.pk])
    assert inside.post(address, {"passphrase": make.PASSPHRASE}).status_code == 403
    second = WebAuthn.add(person, "Key", {}).instance
    assert inside.post(address, {"passphrase": "wrong wrong wrong"}).status_code == 200
    assert inside.post(address, {"passphrase": make.PASSPHRASE}).status_code == 302
    assert list(Authenticator.objects.filter(user=person)) == [second]


def test_another_persons_second_step_does_not_exist_for_me(inside):
    other = signing.with_code_app(make.user())
    factor = Authenticator.objects.get(user=other)
    address = reverse("remove_second_factor", args=[factor.pk])
    assert inside.get(address).status_code == 404
    assert inside.post(address, {"passphrase": make.PASSPHRASE}).status_code == 404


def test_keys_stay_locked_without_the_browsers_half(person):
    client = signed_in.client_for(person)
    client.cookies[settings.MANUMIT_UNLOCK_COOKIE] = "bm90IHRoZSBoYWxm"
    assert b"Locked." in client.get(reverse("security")).content
    assert (
        b"Locked." in signed_in.client_for(person, unlocked=False).get(reverse("security")).content
    )


def test_a_borrowed_session_is_no_place_to_guess_the_passphrase(inside, person):
    for _ in range(3):
        change(inside, "wrong wrong wrong")
        inside.post(reverse("recovery_code"), {"passphrase": "wrong wrong wrong"})
    assert "Wait 15 minutes" in change(inside, make.PASSPHRASE).content.decode()
    page = inside.post(reverse("recovery_code"), {"passphrase": make.PASSPHRASE})
    assert "Wait 15 minutes" in page.content.decode()
    person.refresh_from_db()
    assert person.check_password(make.PASSPHRASE)
