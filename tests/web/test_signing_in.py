"""The pages of signing in, asked as a browser asks them."""

import itertools
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

import make
import signed_in
from manumit.core import models as core_models
from manumit.core.actions import keys
from manumit.web import hashing, live_session, models, second_factors
from web import signing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh_codes():
    cache.clear()


@pytest.fixture
def person():
    return signing.with_code_app(make.user())


def inside(client: Client) -> bool:
    """Tell whether the client can open its own account page."""
    return client.get(reverse("security")).status_code == 200


def leaves(verb: str) -> list[tuple[str, str]]:
    """Return outcome and actor of each leaf of a verb."""
    bodies = [json.loads(bytes(leaf.body)) for leaf in core_models.Leaf.objects.order_by("seq")]
    return [(body["outcome"], body["by"]) for body in bodies if body.get("verb") == verb]


def test_both_steps_open_the_door_and_unlock_the_keys(client, person):
    response = signing.passphrase(client, person)
    assert response["Location"] == reverse("sign_in_code")
    assert not inside(client)
    response = client.post(reverse("sign_in_code"), {"code": signing.code()})
    assert response["Location"] == reverse("home")
    page = client.get(reverse("security"))
    assert b"Unlocked for this session" in page.content
    assert leaves("sign_in") == [("done", str(person.id))]


def test_the_passphrase_alone_reaches_nothing(client, person):
    signing.passphrase(client, person)
    for name in ("home", "security", "code_app", "passkey", "recovery_code", "accounts"):
        assert reverse("sign_in") in client.get(reverse(name))["Location"]
    assert client.post(reverse("sign_out")).status_code == 302
    assert models.LiveSession.objects.count() == 0


def test_who_has_no_second_step_sets_one_up_first(client):
    person = make.user()
    assert signing.passphrase(client, person)["Location"] == reverse("sign_in_set_up")
    page = client.get(reverse("sign_in_set_up")).content.decode()
    assert not inside(client)
    secret = re.search(r'<code class="m-code"[^>]*>([A-Z2-7 ]+)</code>', page).group(1)
    picture = client.get(reverse("sign_in_picture"))
    assert picture["Content-Type"] == "image/svg+xml"
    assert client.post(reverse("sign_in_set_up"), {"code": "000000"}).status_code == 200
    assert not inside(client)
    response = client.post(reverse("sign_in_set_up"), {"code": signing.code(secret)})
    assert response["Location"] == reverse("home")
    assert inside(client)
    assert second_factors.has(person, "totp")
    assert leaves("add_code_app") == [("done", str(person.id))]


def test_who_has_a_second_step_cannot_set_up_another_in_its_place(client, person):
    signing.passphrase(client, person)
    assert client.get(reverse("sign_in_set_up"))["Location"] == reverse("sign_in_code")
    assert client.post(reverse("sign_in_set_up"), {"code": signing.code()}).status_code == 302
    assert not inside(client)
    assert Authenticator.objects.filter(user=person).count() == 1


def test_known_and_unknown_names_get_the_same_answer(client, person):
    stranger = core_models.User(username="nobody.example")
    answers = [signing.passphrase(client, who, "wrong wrong wrong") for who in (person, stranger)]
    texts = [
        answer.content.decode().replace(who.username, "NAME")
        for answer, who in zip(answers, (person, stranger), strict=True)
    ]
    strip = [re.sub(r'value="[A-Za-z0-9]{64}"', "", text) for text in texts]
    assert answers[0].status_code == answers[1].status_code == 200
    assert strip[0] == strip[1]
    assert "is not right" in strip[0]


def test_known_and_unknown_names_cost_the_same_derivations(client, person, settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["manumit.web.hashing.Argon2"]
    costs = []
    encode, verify = hashing.Argon2.encode, hashing.Argon2.verify
    monkeypatch.setattr(
        hashing.Argon2, "encode", lambda s, *a: costs.append("one") or encode(s, *a)
    )
    monkeypatch.setattr(
        hashing.Argon2, "verify", lambda s, *a: costs.append("one") or verify(s, *a)
    )
    person.set_password(make.PASSPHRASE)
    person.save()
    counts = []
    for who in (person, core_models.User(username="nobody.example")):
        costs.clear()
        signing.passphrase(client, who, "wrong wrong wrong")
        counts.append(len(costs))
    assert counts[0] == counts[1] == 1


def test_a_failed_sign_in_is_on_the_record_without_the_name(client, person):
    signing.passphrase(client, person, "wrong wrong wrong")
    assert leaves("sign_in") == [("refused", "system")]
    bodies = b"".join(bytes(leaf.body) for leaf in core_models.Leaf.objects.all())
    assert str(person.id).encode() in bodies
    assert person.username.encode() not in bodies


def test_a_wrong_code_does_not_open(client, person):
    signing.passphrase(client, person)
    wrong = f"{(int(signing.code()) + 500_000) % 1_000_000:06d}"
    response = client.post(reverse("sign_in_code"), {"code": wrong})
    assert b"not right" in response.content
    assert not inside(client)


def test_a_code_works_once(person):
    first, second = Client(), Client()
    assert signing.both(first, person).status_code == 302
    assert signing.both(second, person).status_code == 200
    assert not inside(second)


def test_six_wrong_codes_have_to_wait_even_the_right_one(client, person):
    signing.passphrase(client, person)
    for n in range(5):
        client.post(reverse("sign_in_code"), {"code": f"00000{n}"})
    response = client.post(reverse("sign_in_code"), {"code": signing.code()})
    assert response.status_code == 429
    assert not inside(client)


def test_wrong_guesses_from_anywhere_do_not_lock_a_known_device_out(person):
    mine = Client()
    signing.both(mine, person)
    mine.post(reverse("sign_out"))
    for n, _ in itertools.product(range(4), range(8)):
        signing.passphrase(Client(), person, "wrong wrong wrong", REMOTE_ADDR=f"198.51.100.{n}")
    for _ in range(8):
        signing.passphrase(Client(), person, "wrong wrong wrong")
    assert signing.passphrase(Client(), person).status_code == 429
    assert signing.passphrase(mine, person)["Location"] == reverse("sign_in_code")
    elsewhere = signing.passphrase(Client(), person, REMOTE_ADDR="203.0.113.5")
    assert elsewhere["Location"] == reverse("sign_in_code")


def test_a_device_mark_is_good_for_its_own_account_only(person):
    mine = Client()
    signing.both(mine, person)
    other = make.user()
    mine.post(reverse("sign_out"))
    for _ in range(5):
        signing.passphrase(mine, other, "wrong wrong wrong")
    assert signing.passphrase(mine, other).status_code == 429


def test_waiting_ends_after_fifteen_minutes(client, person):
    with time_machine.travel(NOW, tick=False):
        for _ in range(6):
            signing.passphrase(client, person, "wrong wrong wrong")
        assert signing.passphrase(client, person).status_code == 429
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        assert signing.passphrase(client, person).status_code == 302


def test_a_busy_server_asks_to_try_again_and_counts_no_guess(client, person, monkeypatch):
    monkeypatch.setattr(hashing.slot.__wrapped__, "__kwdefaults__", {"wait": 0.05})
    directory = settings.MANUMIT_DATA / "locks"
    with hashing.slot(directory), hashing.slot(directory):
        response = signing.passphrase(client, person)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert models.FailedGuess.objects.count() == 0


def test_the_second_step_has_to_follow_within_ten_minutes(client, person):
    with time_machine.travel(NOW, tick=False):
        signing.passphrase(client, person)
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        response = client.post(reverse("sign_in_code"), {"code": signing.code()})
        assert response["Location"] == reverse("sign_in")
        assert not inside(client)


def test_a_person_has_one_session(person):
    first, second = Client(), Client()
    signing.both(first, person)
    assert inside(first)
    cache.clear()
    signing.both(second, person)
    assert inside(second)
    assert not inside(first)
    assert models.LiveSession.objects.count() == 1


def test_the_session_gets_a_new_key_at_each_step(client, person):
    client.get(reverse("sign_in"))
    signing.passphrase(client, person)
    pending = client.session.session_key
    client.post(reverse("sign_in_code"), {"code": signing.code()})
    assert client.session.session_key != pending
    assert not Session.objects.filter(session_key=pending).exists()


@pytest.mark.parametrize(
    ("later", "said"), [({"minutes": 15}, "15 minutes"), ({"hours": -3}, "set back")]
)
def test_an_idle_session_or_a_clock_set_back_ends_it_and_locks_the_keys(later, said):
    person = make.user()
    client = signed_in.client_for(person, now=NOW)
    with time_machine.travel(NOW + timedelta(minutes=14), tick=False):
        assert inside(client)
    with time_machine.travel(NOW + timedelta(minutes=14) + timedelta(**later), tick=False):
        assert not inside(client)
        assert said in client.get(reverse("sign_in")).content.decode()
    assert core_models.Unlock.objects.count() == 0
    assert leaves("end_session") == [("done", str(person.id))]


def test_twelve_hours_end_the_session_of_who_never_rests():
    client = signed_in.client_for(make.user(), now=NOW)
    at = NOW
    while at - NOW < timedelta(hours=12):
        with time_machine.travel(at, tick=False):
            assert inside(client)
        at += timedelta(minutes=14)
    with time_machine.travel(NOW + timedelta(hours=12), tick=False):
        assert not inside(client)


def test_what_is_sent_with_a_dead_session_is_not_carried_out():
    person = make.user()
    client = signed_in.client_for(person, now=NOW)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        response = client.post(reverse("change_passphrase"), {"old": make.PASSPHRASE})
    assert response["Location"] == reverse("sign_in")


def test_a_session_that_skipped_the_second_step_is_not_one(client):
    client.force_login(make.user())
    assert not inside(client)


def test_signing_out_locks_the_keys_and_clears_the_browser(client, person):
    signing.both(client, person)
    assert core_models.Unlock.objects.count() == 1
    response = client.post(reverse("sign_out"))
    assert response["Location"] == reverse("signed_out")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert response.cookies[settings.MANUMIT_UNLOCK_COOKIE].value == ""
    assert core_models.Unlock.objects.count() == 0
    assert not inside(client)
    assert leaves("sign_out") == [("done", str(person.id))]


def test_signing_out_is_a_post(client, person):
    signing.both(client, person)
    assert client.get(reverse("sign_out")).status_code == 405
    assert inside(client)


def test_cookies_are_bound_to_this_host_and_hidden_from_scripts(client, person):
    signing.passphrase(client, person)
    response = client.post(reverse("sign_in_code"), {"code": signing.code()})
    names = {settings.SESSION_COOKIE_NAME, settings.MANUMIT_DEVICE_COOKIE}
    assert names <= set(response.cookies)
    for name in (*names, settings.MANUMIT_UNLOCK_COOKIE):
        cookie = client.cookies[name]
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
    assert not client.cookies[settings.MANUMIT_UNLOCK_COOKIE]["max-age"]


def test_the_session_table_and_the_databases_hold_no_half_of_a_key(client, person):
    signing.both(client, person)
    secret = client.cookies[settings.MANUMIT_UNLOCK_COOKIE].value
    session = Session.objects.get()
    assert secret not in json.dumps(session.get_decoded())
    assert signing.SECRET not in json.dumps(session.get_decoded())
    stored = Authenticator.objects.get(user=person).data["secret"]
    assert signing.SECRET not in stored
    # A thief with both databases and the session table, but without the browser, opens nothing.
    guesses = [str(session.session_key), stored, *map(str, session.get_decoded().values())]
    now = datetime.now(UTC)
    assert all(keys.keyring_for(user=person, cookie_secret=g, at=now) is None for g in guesses)
    assert keys.keyring_for(user=person, cookie_secret=secret, at=now) is not None


def test_a_secret_being_set_up_is_sealed_in_the_session(client):
    signing.passphrase(client, make.user())
    page = client.get(reverse("sign_in_set_up")).content.decode()
    secret = re.search(r'<code class="m-code"[^>]*>([A-Z2-7 ]+)</code>', page).group(1)
    held = json.dumps(client.session._session)
    assert live_session.SECRET in held
    assert secret.replace(" ", "") not in held


def test_the_person_gets_where_they_wanted_and_never_to_another_site(person):
    for target, arrives in (
        ("/account/passphrase", "/account/passphrase"),
        ("https://evil.example/", "/"),
    ):
        cache.clear()
        client = Client()
        answer = {"username": person.username, "passphrase": make.PASSPHRASE}
        client.post(reverse("sign_in") + f"?next={target}", answer)
        response = client.post(reverse("sign_in_code"), {"code": signing.code()})
        assert response["Location"] == arrives


def test_an_ended_account_cannot_sign_in_and_its_session_stops(client, person):
    signing.both(client, person)
    person.is_active = False
    person.save()
    assert not inside(client)
    cache.clear()
    assert b"is not right" in signing.passphrase(Client(), person).content


def test_looking_at_the_sign_in_page_sets_no_session(client):
    client.get(reverse("sign_in"))
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    assert Session.objects.count() == 0


# --- a forgotten passphrase ----------------------------------------------------------------------
NEW = "violet anchor under seven pines"


def recover(client: Client, person, code: str, **rest):
    return client.post(
        reverse("recover"),
        {"username": person.username, "code": code, "new": NEW, "again": NEW} | rest,
    )


@pytest.fixture
def with_code(person):
    return person, keys.recover_user(
        user=person,
        code=_first_code(person),
        new_passphrase=make.PASSPHRASE,
    )


def _first_code(person) -> str:
    from manumit.core import sealing

    key = core_models.UserKey.objects.get(user_id=person.id)
    secret = keys._secret_by_passphrase(person, make.PASSPHRASE)
    code = keys._set_recovery(key, secret, sealing.new_recovery_code())
    key.save()
    return code


def test_the_recovery_code_sets_a_new_passphrase_and_is_spent(client, with_code):
    person, code = with_code
    page = recover(client, person, code).content.decode()
    assert "next recovery code" in page
    assert b"is not right" in recover(client, person, code).content
    assert not inside(client)
    assert signing.passphrase(client, person, NEW)["Location"] == reverse("sign_in_code")
    client.post(reverse("sign_in_code"), {"code": signing.code()})
    assert b"Unlocked for this session" in client.get(reverse("security")).content


def test_a_wrong_recovery_code_changes_nothing_and_has_to_wait(client, person):
    for _ in range(5):
        assert b"is not right" in recover(client, person, "AAAA-BBBB-CCCC-DDDD").content
    assert b"Wait 15 minutes" in recover(client, person, "AAAA-BBBB-CCCC-DDDD").content
    assert signing.passphrase(client, person).status_code == 302


def test_recovering_an_unknown_account_says_the_same(client):
    nobody = core_models.User(username="nobody.example")
    assert b"is not right" in recover(client, nobody, "AAAA-BBBB-CCCC-DDDD").content


def test_recovering_does_not_tell_by_its_rules_whether_an_account_exists(client, person):
    person.unit.name = "Violet Meadow"
    person.unit.save()
    weak = {"new": "Violet Meadow 2026", "again": "Violet Meadow 2026"}
    pages = [
        recover(client, who, "AAAA-BBBB-CCCC-DDDD", **weak).content.decode()
        for who in (person, core_models.User(username="nobody.example"))
    ]
    assert all("recovery code is not right" in page for page in pages)
