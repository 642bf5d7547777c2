"""Security test 31: every address, method and status carries the strict headers."""

import re
import uuid
from html.parser import HTMLParser

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path

import make
import signed_in
from manumit.core import roles
from manumit.web import middleware, urls

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SAME_FOR_ALL = frozenset({"/find-help", "/find-help.json"})  # decision 0013
SAMPLES = {
    "uuid": str(uuid.UUID(int=7)),
    "int": "7",
    "str": "example",
    "slug": "example",
    "path": "a",
}


def addresses(patterns=None, prefix: str = "/") -> list[str]:
    """Return one address for each pattern of the resolver."""
    found = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            found += addresses(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            route = str(entry.pattern)
            filled = re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES[m.group(1) or "str"], route)
            found.append(prefix + filled)
    return found


def cache(response) -> str:
    """Return who may keep an answer: nobody, but for what is the same for all who ask."""
    asked = getattr(response, "request", {})
    same = asked.get("PATH_INFO") in SAME_FOR_ALL and asked["REQUEST_METHOD"] in ("GET", "HEAD")
    return "public, max-age=600" if same and response.status_code == 200 else "no-store"


def complaint(response) -> str:
    """Return what is missing from an answer's headers; "" when nothing is."""
    policy = response.headers.get("Content-Security-Policy", "")
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    wanted = {
        "Cache-Control": cache(response),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }
    for name, value in wanted.items():
        if response.headers.get(name) != value:
            return f"{name}: {response.headers.get(name)}"
    if "camera=()" not in response.headers.get("Permissions-Policy", ""):
        return "Permissions-Policy"
    if directives.get("default-src") != "'none'" or "unsafe" in policy or "http" in policy:
        return f"policy {policy}"
    fixed = {"frame-ancestors": "'none'", "base-uri": "'none'", "form-action": "'self'"}
    for name, value in (fixed | {"require-trusted-types-for": "'script'"}).items():
        if directives.get(name) != value:
            return f"{name}: {directives.get(name)}"
    return ""


class Page(HTMLParser):
    """Collect what a strict page must not have."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self._data_block = False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.problems.append(f"{tag} {name}")
            away = (value or "").lower().strip()
            if name in {"src", "action", "href"} and away.startswith("javascript:"):
                self.problems.append(f"{tag} {name}")
            loads = name in {"src", "action", "srcset", "data"} or (tag, name) == ("link", "href")
            if loads and re.match(r"(https?:)?//|data:", away):
                self.problems.append(f"{tag} {name} {value}")
        if tag == "style":
            self.problems.append("style element")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.problems.append("inline script")


def inline(text: str) -> list[str]:
    """Return inline code, styles and foreign origins of a page."""
    page = Page()
    page.feed(text)
    return page.problems


@pytest.fixture(scope="module")
def every_address():
    return addresses()


def test_every_address_and_method_for_a_stranger(every_address):
    client = Client(raise_request_exception=False)
    for address in every_address:
        for method in METHODS:
            response = client.generic(method, address)
            assert complaint(response) == "", f"{method} {address} {response.status_code}"


@pytest.mark.parametrize(
    "role",
    [roles.Role.CASE_WORKER, roles.Role.SUPERVISOR, roles.Role.ADMINISTRATOR, roles.Role.AUDITOR],
)
def test_every_page_for_who_is_signed_in_has_nothing_inline_and_nothing_foreign(
    role, every_address
):
    person = make.user(role=role)
    for address in every_address:
        client = signed_in.client_for(person, raise_request_exception=False)
        for method in ("GET", "POST"):
            response = client.generic(method, address)
            assert complaint(response) == "", f"{method} {address} {response.status_code}"
            if response.headers.get("Content-Type", "").startswith("text/html"):
                assert inline(response.content.decode()) == [], f"{method} {address}"


@pytest.mark.parametrize(
    ("status", "address"),
    [
        (400, "/sign-in"),
        (403, "/accounts"),
        (404, "/nothing/here"),
        (405, "/sign-out"),
        (301, "/x"),
    ],
)
def test_error_pages_carry_the_headers_too(status, address, settings):
    if status == 301:
        settings.SECURE_SSL_REDIRECT = True
    client = signed_in.client_for(make.user())
    rest = {"HTTP_HOST": "evil.example"} if status == 400 else {}
    response = client.get(address, **rest)
    assert response.status_code == status
    assert complaint(response) == ""
    if status != 301:
        assert inline(response.content.decode()) == []
        assert b"<h1" in response.content


def broken(_request):
    raise ValueError("Amal-Canary-Example")


def test_a_broken_page_says_so_and_nothing_else(settings, capsys, caplog):
    urls.urlpatterns.append(path("broken-for-a-test", broken))
    try:
        from django.urls import clear_url_caches

        clear_url_caches()
        response = Client(raise_request_exception=False).get("/broken-for-a-test")
    finally:
        urls.urlpatterns.pop()
        clear_url_caches()
    assert response.status_code == 500
    assert complaint(response) == ""
    assert b"Something went wrong" in response.content
    assert b"Canary" not in response.content
    assert inline(response.content.decode()) == []


def test_a_form_from_elsewhere_is_refused_with_a_page():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-in", {"username": "a", "passphrase": "b"})
    assert response.status_code == 403
    assert b"This form was open for too long" in response.content
    assert complaint(response) == ""


def test_the_checks_of_this_file_find_what_they_look_for():
    assert complaint(HttpResponse()) != ""
    for bad in (
        "<style>a{}</style>",
        "<p style='x'>",
        "<p onclick='x'>",
        "<script>x</script>",
        "<script src='https://cdn.example/x.js'></script>",
        "<img src='data:x'>",
        "<a href='javascript:x'>",
        "<link rel='stylesheet' href='//cdn.example/a.css'>",
    ):
        assert inline(bad), bad
    assert (
        inline("<a href='https://example.org/'>x</a><script type='application/json'>1</script>")
        == []
    )


def test_a_view_cannot_make_its_answer_cachable():
    def respond(_request):
        answer = HttpResponse("x")
        answer["Cache-Control"] = "public, max-age=3600"
        return answer

    answer = middleware.headers(respond)(RequestFactory().get("/x"))
    assert answer["Cache-Control"] == "no-store"


def test_static_files_may_be_kept():
    answer = middleware.headers(lambda _: HttpResponse("x"))(
        RequestFactory().get("/static/build/a.css")
    )
    assert "Cache-Control" not in answer
