"""Every page × every role and a stranger × every method × whose thing it is.

Generated from the URL resolver and the permission table; nothing here is a list of pages that
somebody has to remember to extend.
"""

from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse

import signed_in
from manumit.core import roles
from manumit.core.views import page, public_page
from manumit.web import nameless
from meta import pages, things, undoing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ANSWERED = frozenset({200, 204, 302, 303, 400, 409, 422, 429})
ANYBODY = "account.own"  # what every role holds, in the place of a permission on open pages
# Pages on which another unit's thing is no secret though the permission is narrower, with the reason.
OPEN_TO_OTHER_UNITS: dict[str, str] = {
    "service_confirm": "services are public; the refusal says that it is another unit's to confirm",
}
# Pages that refuse to be asked for one's own thing as the world of this test has made it: why.
NOT_READY: dict[str, str] = {}


def undeclared(found: list[pages.Page]) -> list[str]:
    """Name each page that says neither who may see it nor why everybody may, or has no name."""
    return [
        p.name or p.route
        for p in found
        if not p.name or bool(p.permission) == bool(p.public) or not p.methods
    ]


def _ask(client: Client, method: str, address: str) -> int:
    cookies = client.cookies.output()
    with undoing.everything():
        status = client.generic(method, address, secure=True).status_code
    if client.cookies.output() != cookies:
        kept = SimpleCookie()
        kept.load("; ".join(line.split(": ", 1)[1].split(";")[0] for line in cookies.splitlines()))
        client.cookies = kept
    return int(status)


def _expected(the: pages.Page, role: roles.Role | None, method: str, relation: str) -> set[int]:
    if the.public:
        return set(ANSWERED) | {401, 403, 404, 410} if method in the.methods else {405}
    if role is None:
        return {302}
    if roles.why_not(role, the.permission):
        return {403}
    if method not in the.methods:
        return {405}
    if not the.kwargs:
        # A page of one's own work may still say why it cannot act now; it must not break.
        return set(ANSWERED) | {403}
    if relation == "none":
        return {404}
    scope = roles.scope(role, the.permission)
    if relation == "foreign":
        if set(the.kwargs) & set(things.PERSONAL):
            return {404}
        everybodys = scope is roles.Scope.ANY or the.name in OPEN_TO_OTHER_UNITS
        return set(ANSWERED) | {403, 404} if everybodys else {404}
    if not things.is_theirs(role, scope, the.kwargs):
        return {404}
    if method == "POST" or the.name in NOT_READY:
        return set(ANSWERED) | {403}
    return set(ANSWERED)


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """All these visitors come from one address, more often than people do."""
    monkeypatch.setattr(nameless, "_why_not", lambda _request, _cost: "")


@pytest.fixture
def visitors() -> tuple[dict[roles.Role | None, Client], things.World, things.World]:
    """A signed-in client per role, a stranger, their world and another unit's."""
    here, there = things.world(), things.world()
    clients: dict[roles.Role | None, Client] = {
        role: signed_in.client_for(user) for role, user in here.people.items()
    }
    return clients | {None: Client()}, here, there


def mismatches(the: pages.Page, visitors: Any) -> tuple[int, list[str]]:
    """Ask for a page as everybody in every way; return how many requests and what was wrong."""
    clients, here, there = visitors
    relations = ("unit", "foreign", "none") if the.kwargs else ("unit",)
    asked, wrong = 0, []
    for relation in relations:
        source = {"unit": here.thing, "foreign": there.thing, "none": things.nothing}[relation]
        address = reverse(the.name, kwargs={name: source(name) for name in the.kwargs})
        for role, client in clients.items():
            other = relation != "unit"
            if other and (role is None or roles.why_not(role, the.permission or ANYBODY)):
                continue  # was refused for a thing of its own already, before anybody looked for it
            for method in pages.METHODS:
                if other and method not in the.methods:
                    continue  # so was the method
                status = _ask(client, method, address)
                asked += 1
                if status not in _expected(the, role, method, relation):
                    wrong.append(
                        f"{method} {the.name} ({relation}) as {role or 'stranger'}: {status}"
                    )
    return asked, wrong


PAGES, PARTS = pages.every(), 8


def test_every_page_declares_who_may_see_it() -> None:
    assert undeclared(PAGES) == []
    assert len({p.name for p in PAGES}) == len(PAGES)


def test_every_kind_of_thing_in_an_address_can_be_made() -> None:
    assert {k for p in PAGES for k in p.kwargs} - set(things.FACTORIES) == set()


# Some pages a test: building everybody costs more than asking for a page.
@pytest.mark.parametrize("part", range(PARTS))
def test_everybody_gets_what_the_table_says(part: int, visitors: Any) -> None:
    for the in PAGES[part::PARTS]:
        asked, wrong = mismatches(the, visitors)
        assert asked >= 14 * 7
        assert wrong == []


# --- the controls --------------------------------------------------------------------------------
def _unguarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@page("account.manage")
def _honest(request: HttpRequest) -> HttpResponse:
    return HttpResponse("guarded")


def _pretends(request: HttpRequest) -> HttpResponse:
    return HttpResponse("says that it is guarded")


_pretends.permission, _pretends.methods = "account.manage", ("GET",)  # type: ignore[attr-defined]


@public_page(reason="planted")
def _open(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


urlpatterns = [
    path("", include("manumit.web.urls")),
    path("planted/honest", _honest, name="honest"),
    path("planted/open", _open, name="open"),
    path("planted/unguarded", _unguarded, name="unguarded"),
    path("planted/pretends", _pretends, name="pretends"),
    path("planted/nameless", _honest),
]


def test_an_unguarded_page_is_found() -> None:
    assert undeclared(pages.every(__name__)) == ["unguarded", "planted/nameless"]


def test_no_exception_is_left_over() -> None:
    assert {*OPEN_TO_OTHER_UNITS, *NOT_READY} <= {p.name for p in PAGES}


def test_a_page_that_only_pretends_is_found(visitors: Any) -> None:
    settings.ROOT_URLCONF, kept = __name__, settings.ROOT_URLCONF
    try:
        by_name = {p.name: p for p in pages.every(__name__)}
        assert mismatches(by_name["honest"], visitors)[1] == []
        # 14 strangers and wrong roles by 7 methods, and the right role by 5 wrong methods
        assert len(mismatches(by_name["pretends"], visitors)[1]) == 14 * 7 + 5
    finally:
        settings.ROOT_URLCONF = kept
