"""A held page opens for who sent the form, with the browser's half, at its place, for ten minutes."""

from datetime import timedelta

import pytest

import make
from manumit.core.actions import holding
from manumit.core.models import HeldPage

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
HALF, PATH = "the browser's half", "/cases/search"
PAGE = holding.Shown("<p>Amal Example زينب</p>".encode(), 400)


@pytest.fixture
def person():
    return make.user()


def held(person, **other):
    said = {"by": person, "at": make.AT, "half": HALF, "path": PATH, "shown": PAGE} | other
    return holding.hold(**said)


def shown(person, token, **other):
    said = {"by": person, "at": make.AT, "half": HALF, "path": PATH, "token": token} | other
    return holding.show(**said)


def test_it_opens_as_often_as_it_is_looked_at(person):
    token = held(person)
    assert shown(person, token) == shown(person, token) == PAGE


@pytest.mark.parametrize(
    "other",
    [{"half": "another half"}, {"half": ""}, {"path": "/cases/new"}, {"token": "0" * 32},
     {"token": "\x00\ud800"}, {"at": make.AT + holding.KEPT + timedelta(seconds=1)}],
    ids=["half", "no half", "place", "token", "no token", "late"],
)  # fmt: skip
def test_nothing_else_opens_it(person, other):
    token = held(person)
    assert (
        shown(person, other.get("token", token), **{k: v for k, v in other.items() if k != "token"})
        is None
    )


def test_nobody_else_opens_it(person):
    assert shown(make.user(), held(person)) is None


def test_the_row_shows_no_word_and_its_id_is_not_the_token(person):
    token = held(person)
    row = HeldPage.objects.get()
    assert b"Amal" not in bytes(row.body)
    assert token not in row.id


def test_what_is_over_is_deleted(person):
    held(person)
    assert holding.forget(at=make.AT + holding.KEPT) == 0
    held(person, at=make.AT + holding.KEPT * 2)
    assert HeldPage.objects.count() == 1
