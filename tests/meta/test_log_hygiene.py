"""A fault in any page, with somebody's words in the data, leaves no word in log, output or answer."""

import io
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.test import Client
from django.urls import reverse

import signed_in
from manumit.core import roles
from manumit.web import nameless
from meta import pages, things, undoing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

CANARY = "Canary-Zeynab-of-the-Fiction"  # what a person typed
FAULT = "Canary-Yusuf-of-the-Fault"  # what only the error itself knows
FIELDS = ("username", "passphrase", "q", "name", "text", "note", "near", "need", "answer", "reason")


@contextmanager
def heard(formatter: logging.Formatter | None = None) -> Iterator[io.StringIO]:
    """Listen where the product's own handlers write, through their own formatter."""
    loggers = [logging.getLogger(), *map(logging.getLogger, ("django", "manumit"))]
    handlers = {
        id(h): h
        for logger in loggers
        for h in logger.handlers
        if isinstance(h, logging.StreamHandler) and "manumit" in type(h.formatter).__module__
    }
    assert handlers, "the product's handlers are in place"
    buffer = io.StringIO()
    kept = [(h, h.stream, h.formatter) for h in handlers.values()]
    for handler in handlers.values():
        handler.setStream(buffer)
        handler.setFormatter(formatter or handler.formatter)
    try:
        yield buffer
    finally:
        for handler, stream, own in kept:
            handler.setStream(stream)
            handler.setFormatter(own)


def _cell_of_view(view: Any) -> Any:
    """Return where the guard keeps the view that it guards."""
    while view is not None:
        code = getattr(view, "__code__", None)
        if code and code.co_name == "guarded":
            return view.__closure__[code.co_freevars.index("view")]
        view = getattr(view, "__wrapped__", None)
    raise AssertionError("a page that has no guard")


def _broken(request: Any, *args: Any, **kwargs: Any) -> Any:
    words = {"name": FAULT, "request": request.POST}
    raise ValueError(f"cannot store {words} {args} {kwargs}")


@contextmanager
def _database_fails(after: int) -> Iterator[None]:
    """Let every statement after the first few fail, with the words in the error and parameters."""
    count = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count > after and not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            raise DatabaseError(f"could not write ({FAULT!r}) {params}")
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(wrapper))
        yield


def _someone(the: pages.Page, world: things.World) -> Client:
    """Return a client that may open the page."""
    if the.public:
        return Client(raise_request_exception=False)
    holders = roles.PERMISSIONS[the.permission]
    role = next(role for role in world.people if role in holders)
    return signed_in.client_for(world.people[role], raise_request_exception=False)


def _ask(the: pages.Page, client: Client, address: str) -> list[tuple[int, str]]:
    data = dict.fromkeys(FIELDS, CANARY)
    answers = []
    nameless.forget()
    for method in the.methods:
        with undoing.everything():
            send = {"GET": client.get, "HEAD": client.head, "POST": client.post}[method]
            answer = send(address, data if method == "POST" else {}, secure=True)
        body = "" if answer.streaming else answer.content.decode(errors="replace")
        answers.append((answer.status_code, f"{dict(answer.headers)} {body}"))
    assert answers
    return answers


PAGES, PARTS = pages.every(), 8


@pytest.mark.parametrize("part", range(PARTS))
def test_a_broken_page_says_nothing_of_its_data(part: int, capfd: Any) -> None:
    world = things.world()
    for the in PAGES[part::PARTS]:
        _break(the, world, capfd)


def _break(the: pages.Page, world: things.World, capfd: Any) -> None:
    address = reverse(the.name, kwargs={name: world.thing(name) for name in the.kwargs})
    client = _someone(the, world)
    cell = _cell_of_view(the.view)
    view, cell.cell_contents = cell.cell_contents, _broken
    try:
        with heard() as log:
            answers = _ask(the, client, address)
    finally:
        cell.cell_contents = view
    assert "ValueError" in log.getvalue(), "the fault itself is reported"
    with heard() as more:
        for after in (0, 4, 9):
            with _database_fails(after):
                answers += _ask(the, client, address)
    out = capfd.readouterr()
    for place in (log.getvalue(), more.getvalue(), out.out, out.err):
        assert CANARY not in place
        assert FAULT not in place
    assert 500 in {status for status, _ in answers}
    for status, told in answers:
        assert FAULT not in told
        # A form that is shown again holds what its person typed; an error page never does.
        assert status < 500 or CANARY not in told


def test_an_ordinary_formatter_would_be_caught() -> None:
    page = next(p for p in pages.every() if p.name == "alive")
    cell = _cell_of_view(page.view)
    view, cell.cell_contents = cell.cell_contents, _broken
    try:
        with heard(logging.Formatter("%(message)s")) as log:
            _ask(page, Client(raise_request_exception=False), reverse("alive"))
    finally:
        cell.cell_contents = view
    assert FAULT in log.getvalue()
