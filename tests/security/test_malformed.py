"""Whatever is sent to a page, it answers: no server fault, and nothing of the fault in the answer.

Bayanat's BAY-01-035 to 038, 040 and 042 were malformed bodies. Here every page that takes a body gets
every hostile value in every field of its own form, and every broken body.
"""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import got_request_exception
from django.test import Client
from django.urls import reverse

import signed_in
from manumit.core import roles
from meta import pages, things
from security import fields

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

NOBODY = "00000000-0000-4000-8000-000000000000"
DEEP = "[" * 200_000
VALUES: dict[str, str] = {
    "nothing": "",
    "blank": " \t\r\n",
    "nul": "a\x00b",
    "not a character": "\ufffe\uffff",
    "right to left": "\u202egnp.exe\u2066\u200b",
    "combining": "a" + "\u0301" * 500,
    "long": "x" * 100_000,
    "many digits": "9" * 5_000,
    "too big": "99999999999999999999",
    "below": "-1",
    "infinite": "1e999",
    "no number": "NaN",
    "other digits": "١٢٣٤٥٦",
    "first instant": "0001-01-01T00:00",
    "last instant": "9999-12-31T23:59",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "nobody's id": NOBODY,
    "deep": DEEP,
    "lone surrogate in json": '{"a": "\\ud800", "id": "\\udfff"}',
    "big number in json": '{"a": ' + "9" * 5_000 + "}",
    "query": "' OR 1=1; --",
    "template": "{{ 7|add:7 }}{% url 'x' %}%s%(name)s{0}",
    "path": "../../../../etc/passwd",
}
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=frontier"
BODIES: dict[str, tuple[str, bytes]] = {
    "no type": ("", b"a=b"),
    "type of nothing": ("nonsense", b"a=b"),
    "surrogate bytes": (FORM, b"name=%ED%A0%80&q=%ED%A0%80&text=%C0%AF&reason=%FF"),
    "raw bytes": (FORM, bytes(range(256)) * 4),
    "percent signs": (FORM, b"%=%&%%%=%zz&name=%"),
    "too many fields": (FORM, b"&".join(b"f%d=1" % n for n in range(1_500))),
    "too large": (FORM, b"text=" + b"x" * 2_700_000),
    "unknown letters": (FORM + "; charset=klingon", b"name=a"),
    "other letters": (FORM + "; charset=utf-16", "name=a".encode("utf-16")),
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "bad boundary": ("multipart/form-data; boundary=" + "é" * 80, b"--x\r\n\r\n"),
    "broken off": (PARTS, b'--frontier\r\nContent-Disposition: form-data; name="name"\r\n\r\nab'),
    "no name": (
        PARTS,
        b"--frontier\r\nContent-Disposition: form-data\r\n\r\na\r\n--frontier--\r\n",
    ),
    "bad base64": (
        PARTS,
        b'--frontier\r\nContent-Disposition: form-data; name="given"; filename="a.csv"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--frontier--\r\n",
    ),
    "file for words": (
        PARTS,
        b'--frontier\r\nContent-Disposition: form-data; name="name"; filename="../../a\x00b"\r\n'
        b"\r\nabc\r\n--frontier--\r\n",
    ),
    "json": ("application/json", b'{"name": ["a"], "reason": {"b": 1}}'),
    "deep json": ("application/json", DEEP.encode()),
    "same field often": (FORM, b"&".join([b"name=a&to=b&status=c&added=d&told=e&act=f"] * 50)),
}


class Faults:
    """What went wrong inside, while a client that swallows faults asks."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __enter__(self) -> "Faults":
        got_request_exception.connect(self._hear)
        return self

    def __exit__(self, *_: Any) -> None:
        got_request_exception.disconnect(self._hear)

    def _hear(self, request: Any = None, **_: Any) -> None:
        import sys

        self.found.append(f"{request.method} {request.path}: {sys.exc_info()[1]!r:.200}")


def _visitor(the: pages.Page, world: things.World) -> Client:
    if the.public:
        return Client(raise_request_exception=False)
    holders = roles.PERMISSIONS[the.permission]
    owner = next((things.OWNERS[k] for k in the.kwargs if things.OWNERS.get(k) in holders), None)
    role = owner or next(role for role in holders if role is not roles.Role.SYSTEM)
    user = world.people.get(role) or things.make.user(role, unit=world.home_of(role))
    return signed_in.client_for(user, raise_request_exception=False)


def _address(the: pages.Page, world: things.World) -> str:
    return reverse(the.name, kwargs={name: world.thing(name) for name in the.kwargs})


def _sent(client: Client, the: pages.Page, address: str) -> dict[str, str]:
    """Return what the page's own forms would send; without a form, what others have."""
    found: dict[str, str] = {"act": "x", "end-how": "x", "reason": "x", "answer": "no"}
    if "GET" in the.methods:
        html = client.get(address, secure=True).content.decode(errors="replace")
        for form in fields.of(html):
            found |= form.values
    return found


ONE_BY_ONE = ("nul", "many digits", "first instant", "deep", "nobody's id", "long")


def attempts(values: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every hostile value in all fields, and the worst in one field at a time."""
    for label, hostile in VALUES.items():
        yield label, dict.fromkeys(values, hostile)
    for number, name in enumerate(values):
        label = ONE_BY_ONE[number % len(ONE_BY_ONE)]  # a long form meets each of them several times
        for chosen in {label, "nobody's id"}:
            yield f"{chosen} in {name}", values | {name: VALUES[chosen]}


POSTED = [the for the in pages.every() if "POST" in the.methods]


@pytest.mark.parametrize("the", POSTED, ids=lambda p: p.name)
def test_no_field_breaks_a_page(the: pages.Page) -> None:
    world = things.world(everybody=False)
    client, address = _visitor(the, world), _address(the, world)
    wrong = []
    with Faults() as faults:
        for label, data in attempts(_sent(client, the, address)):
            status = client.post(address, data, secure=True).status_code
            if status >= 500 and status != 503:
                wrong.append(f"{label}: {status} {faults.found[-1:]}")
    assert wrong == []


@pytest.mark.parametrize("the", POSTED, ids=lambda p: p.name)
def test_no_body_breaks_a_page(the: pages.Page) -> None:
    world = things.world(everybody=False)
    client, address = _visitor(the, world), _address(the, world)
    wrong = []
    with Faults() as faults:
        for label, (kind, body) in BODIES.items():
            answer = client.generic("POST", address, body, content_type=kind, secure=True)
            if answer.status_code >= 500 and answer.status_code != 503:
                wrong.append(f"{label}: {answer.status_code} {faults.found[-1:]}")
    assert wrong == []


# --- addresses -----------------------------------------------------------------------------------
STAMPS = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59+00:00",
    "2026-01-01T00:00:00",
)
QUERIES: dict[str, str] = {
    name: VALUES[name]
    for name in (
        "nul",
        "many digits",
        "infinite",
        "last day",
        "deep",
        "nobody's id",
        "right to left",
    )
} | {f"after {n}": f"{stamp}_{NOBODY}" for n, stamp in enumerate(STAMPS)}
QUERIES |= {f"instant {n}": stamp for n, stamp in enumerate(STAMPS)}


def _asked_for(the: pages.Page, html: str) -> set[str]:
    """Return the names that a page reads from its address, by its forms and by its code."""
    names = {name for form in fields.of(html) if form.method == "get" for name in form.values}
    code = inspect.getsource(inspect.getmodule(inspect.unwrap(the.view)))  # type: ignore[arg-type]
    return names | set(re.findall(r'(?:GET|given)(?:\.get\(|\[)"(\w+)"', code)) | {"page", "after"}


def questions(names: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every hostile value under all names, and two of them under one name at a time."""
    for label, hostile in QUERIES.items():
        yield label, dict.fromkeys(names, hostile)
    for number, name in enumerate(names):
        for label in {"nul", list(QUERIES)[number % len(QUERIES)]}:
            yield f"{label} in {name}", {name: QUERIES[label]}


OPENED = [the for the in pages.every() if "GET" in the.methods]


@pytest.mark.parametrize("the", OPENED, ids=lambda p: p.name)
def test_no_query_breaks_a_page(the: pages.Page) -> None:
    world = things.world(everybody=False)
    client, address = _visitor(the, world), _address(the, world)
    names = _asked_for(the, client.get(address, secure=True).content.decode(errors="replace"))
    wrong = []
    with Faults() as faults:
        for label, query in questions(sorted(names)):
            status = client.get(address, query, secure=True).status_code
            if status >= 500:
                wrong.append(f"{label}: {status} {faults.found[-1:]}")
        for raw in ("%ED%A0%80", "%FF=%FE&q=%00", "&&==&", "page=1&page=2", "q[]=1&q[a][b]=2"):
            answer = client.get(f"{address}?{raw}&q={raw}&after={raw}", secure=True)
            if answer.status_code >= 500:
                wrong.append(f"{raw}: {answer.status_code} {faults.found[-1:]}")
    assert wrong == []


@pytest.mark.parametrize(
    "path",
    [
        "/cases/%00", "/cases/" + "9" * 40, "/cases/" + "a" * 5_000, "/record/" + "9" * 30,
        "/account/second-step/" + "9" * 5_000 + "/remove", "/%ED%A0%80", "/%FF%FE", "//cases",
        "/cases/../record", "/cases/..%2frecord", "/record%0d%0aX: y", "/cases;a=b", "/cases/.json",
        "/static/%00", "/static/../../settings.py", "/static/" + "a/" * 2_000, "/cases%2F", "/*",
    ],
    ids=lambda path: path[:24],
)  # fmt: skip
def test_no_address_breaks_the_house(path: str) -> None:
    client = signed_in.client_for(
        things.make.user(roles.Role.AUDITOR), raise_request_exception=False
    )
    for who in (client, Client(raise_request_exception=False)):
        for method in ("GET", "POST", "PUT", "DELETE", "TRACE", "NONSENSE"):
            answer = who.generic(method, path, secure=True)
            assert answer.status_code in {301, 302, 400, 403, 404, 405}
            assert "X: y" not in str(answer.headers)
