"""Ways in that are none: forged forms, other sites, old cookies, other hosts, addresses that lead away."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

import casework
import make
import signed_in
from manumit.core.actions import accounts, acting, keys
from manumit.core.roles import Role
from meta import pages, things
from web import signing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=20)
CANARY = "Canary-Zeynab-of-the-Doors"


@pytest.fixture(autouse=True)
def fresh_codes():
    cache.clear()


# Only a page that keeps nothing and changes nothing of somebody else may be posted without a token.
# A person's own door carries a token of its visit instead: tests/web/test_door.py.
WITHOUT_TOKEN = {"find_help", "find_help_card", "find_help_file", "choose_language", "door"}


@pytest.mark.parametrize(
    "the", [p for p in pages.every() if "POST" in p.methods], ids=lambda p: p.name
)
def test_no_form_is_taken_without_its_token(the):
    """BAY threat list: a session cookie alone made 2 000 records there."""
    world = things.world()
    address = reverse(the.name, kwargs={name: world.thing(name) for name in the.kwargs})
    role = next(iter(things.roles.PERMISSIONS[the.permission])) if the.permission else Role.AUDITOR
    client = signed_in.client_for(world.people[role], enforce_csrf_checks=True)
    answer = client.post(address, {"act": "x"}, secure=True)
    assert (answer.status_code == 403) == (the.name not in WITHOUT_TOKEN)
    if the.name not in WITHOUT_TOKEN:
        assert b"Nothing was changed" in answer.content


def test_a_token_of_another_site_is_refused():
    client = signed_in.client_for(make.user(Role.ADMINISTRATOR), enforce_csrf_checks=True)
    html = client.get(reverse("account_organisation"), secure=True).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html).group(1)
    data = {"csrfmiddlewaretoken": token, "name": "Example", "kind": "NGO"}
    address = reverse("account_organisation")
    for origin in ("https://evil.example", "null", "http://testserver", "https://testserver.evil"):
        assert client.post(address, data, secure=True, HTTP_ORIGIN=origin).status_code == 403
    own = client.post(address, data, secure=True, HTTP_ORIGIN="https://testserver")
    assert own.status_code == 302


AWAY = (
    "https://evil.example/",
    "//evil.example/",
    r"/\evil.example/",
    r"\\evil.example",
    "///evil.example",
    "http:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt://%0aalert(1)",
    "data:text/html,x",
    "\x08//evil.example",
    " //evil.example",
    "/%09/evil.example\r\nSet-Cookie: a=b",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
)
NOWHERE = (
    "nowhere",
    "record_leaf",
    "case",
    "..",
    "x" * 5_000,
    "/" + "x" * 5_000,
    "?",
    "#",
    "[",
    "//[",
)


def _leads(answer):
    """Return where an answer leads, as a browser would read it."""
    return answer["Location"].replace("\\", "/").lstrip()


@pytest.mark.parametrize("target", AWAY + NOWHERE, ids=lambda t: repr(t)[:30])
def test_the_language_switch_leads_nowhere_else(client, target):
    answer = client.post(reverse("choose_language"), {"language": "ar", "next": target})
    assert answer.status_code in {302, 400}
    if answer.status_code == 302:
        assert re.match(r"/(?!/)", _leads(answer))
        assert "evil" not in _leads(answer).partition("?")[0].partition("/x")[0][:2]
        assert "Set-Cookie" not in str(answer.headers.get("Location")).partition("%0D")[0]


@pytest.mark.parametrize("target", AWAY + NOWHERE, ids=lambda t: repr(t)[:30])
def test_signing_in_leads_nowhere_else(client, target):
    person = signing.with_code_app(make.user())
    query = {"next": target}
    given = {"username": person.username, "passphrase": make.PASSPHRASE}
    first = client.post(reverse("sign_in", query=query), given, secure=True)
    assert first["Location"] == reverse("sign_in_code")
    answer = client.post(reverse("sign_in_code"), {"code": signing.code()}, secure=True)
    assert answer.status_code == 302
    assert re.match(r"/(?!/)", _leads(answer))


def test_what_somebody_looked_for_does_not_go_with_them_to_the_sign_in_page(client):
    """A query may hold a name; the way back keeps the page alone."""
    for address in ("/cases", "/cases/search", "/services", "/record"):
        answer = client.get(address, {"q": CANARY, "after": CANARY}, secure=True)
        assert answer.status_code == 302
        assert CANARY not in answer["Location"]
        assert answer["Location"].endswith(f"next={address}")
    given = {"username": make.user().username, "passphrase": make.PASSPHRASE}
    query = {"next": f"/cases/search?q={CANARY}"}
    client.post(reverse("sign_in", query=query), given, secure=True)
    for row in Session.objects.all():
        assert CANARY not in str(row.get_decoded())


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "a b", "[", "testserver:x", "\x00"]
)
def test_another_host_is_refused_and_not_repeated(client, host):
    for the in pages.every():
        if the.public and not the.kwargs:
            answer = client.get(reverse(the.name), secure=True, HTTP_HOST=host)
            assert answer.status_code == 400, the.name
            assert b"evil" not in answer.content


def test_a_proxy_header_of_a_sender_changes_nothing(client):
    answer = client.get(
        "/cases", secure=True, HTTP_X_FORWARDED_HOST="evil.example", HTTP_X_FORWARDED_PROTO="http"
    )
    assert "evil" not in answer["Location"]


# --- sessions ------------------------------------------------------------------------------------
def _reads_names(client) -> bool:
    answer = client.get(reverse("cases"), {"names": "1"}, secure=True)
    return answer.status_code == 200 and casework.NAME in answer.content.decode()


def test_a_leaver_with_a_live_session_reads_nothing_from_the_next_request_on():
    world = casework.World()
    world.taken(at=NOW)
    client = signed_in.client_for(world.worker.person)
    assert _reads_names(client)
    accounts.deactivate_user(by=acting.SYSTEM, at=NOW, user=world.worker.person)
    answer = client.get(reverse("cases"), {"names": "1"}, secure=True)
    assert answer.status_code == 302
    assert not _reads_names(client)


def test_of_two_sessions_of_one_person_the_first_ends_with_its_key():
    world = casework.World()
    world.taken(at=NOW)
    first = signed_in.client_for(world.worker.person)
    second = signed_in.client_for(world.worker.person)
    assert _reads_names(second)
    assert not _reads_names(first)


def test_a_stolen_session_cookie_without_the_other_half_opens_nothing():
    world = casework.World()
    case = world.taken(at=NOW)
    owner = signed_in.client_for(world.worker.person)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = owner.cookies[settings.SESSION_COOKIE_NAME].value
    assert case.reference in thief.get(reverse("cases"), secure=True).content.decode()
    opened = thief.get(reverse("case", args=[case.id]), {"open": "1"}, secure=True)
    assert opened.status_code == 403
    assert casework.NAME not in opened.content.decode()


def test_the_other_half_alone_opens_nothing():
    world = casework.World()
    world.taken(at=NOW)
    owner = signed_in.client_for(world.worker.person)
    thief = Client()
    name = settings.MANUMIT_UNLOCK_COOKIE
    thief.cookies[name] = owner.cookies[name].value
    assert not _reads_names(thief)


def test_the_half_of_a_colleague_opens_nothing_for_me():
    world = casework.World()
    world.taken(at=NOW)
    mine, theirs = (signed_in.client_for(a.person) for a in (world.worker, world.colleague))
    name = settings.MANUMIT_UNLOCK_COOKIE
    mine.cookies[name] = theirs.cookies[name].value
    assert not _reads_names(mine)


@pytest.mark.parametrize("value", ["", "x", "%00", "é" * 40, "=" * 44, "A" * 44, "A" * 5_000])
def test_a_made_up_half_opens_nothing_and_breaks_nothing(value):
    world = casework.World()
    world.taken(at=NOW)
    client = signed_in.client_for(world.worker.person, raise_request_exception=False)
    client.cookies[settings.MANUMIT_UNLOCK_COOKIE] = value
    answer = client.get(reverse("cases"), {"names": "1"}, secure=True)
    assert answer.status_code in {200, 403}
    assert not _reads_names(client)


@pytest.mark.parametrize("name", ["session", "csrf", "device", "language", "messages"])
@pytest.mark.parametrize("value", ["", "\x00", "é" * 50, "x" * 4_000, "a:b:c", "[[1]]"])
def test_no_made_up_cookie_breaks_a_page(name, value):
    client = signed_in.client_for(make.user(), raise_request_exception=False)
    cookie = name if name == "messages" else f"__Host-{name}"
    client.cookies[cookie] = value
    for address in ("/", "/cases", "/sign-in", "/find-help"):
        assert client.get(address, secure=True).status_code < 500


def test_a_session_chosen_by_somebody_else_is_never_the_one_that_is_signed_in(client):
    """Session fixation: whatever key the browser came with, another one is signed in."""
    person = signing.with_code_app(make.user())
    chosen = "abcdefghijklmnopqrstuvwxyz012345"
    client.cookies[settings.SESSION_COOKIE_NAME] = chosen
    signing.passphrase(client, person, secure=True)
    after_one = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("sign_in_code"), {"code": signing.code()}, secure=True)
    after_two = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert len({chosen, after_one, after_two}) == 3
    for old in (chosen, after_one):
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = old
        assert thief.get(reverse("security"), secure=True).status_code == 302


def test_who_knows_only_the_passphrase_does_not_lock_the_person_out_of_their_work():
    """The first step alone changes nothing for who is signed in with both."""
    world = casework.World()
    world.taken(at=NOW)
    person = signing.with_code_app(world.worker.person)
    client = signed_in.client_for(person)
    assert _reads_names(client)
    assert signing.passphrase(Client(), person, secure=True).status_code == 302
    assert _reads_names(client)


def test_nobody_reaches_the_developers_pages_or_the_frameworks_own(client):
    for address in ("/admin/", "/admin/login/", "/accounts/login/", "/accounts/signup/", "/__debug__/",
                    "/static/../manage.py", "/static/%2e%2e/settings.py", "/.git/config", "/media/x",
                    "/api/", "/metrics", "/server-status", "/create-admin"):  # fmt: skip
        answer = client.get(address, secure=True)
        assert answer.status_code in {302, 404}, address
        if answer.status_code == 302:
            assert answer["Location"].startswith("/sign-in")


def test_what_the_server_keeps_of_a_sign_in_is_no_secret_of_the_person(client):
    person = signing.with_code_app(make.user())
    signing.both(client, person, secure=True)
    held = str([row.get_decoded() for row in Session.objects.all()])
    assert make.PASSPHRASE not in held
    assert client.cookies[settings.MANUMIT_UNLOCK_COOKIE].value not in held
    assert keys.rotation_due(person.unit) is False
