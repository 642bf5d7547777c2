"""Markup that somebody typed, imported or was named by stays text on every page (BAY-01-008, 034, 039)."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

import standing
from manumit.core import models
from manumit.directory.models import Place, Service
from security import canaries

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

HOSTILE = "\"'></title></textarea><script>alert(1)</script><img src=x onerror=alert(1)>{{7|add:7}}"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        own = (given.get("src") or "").startswith("/")
        if tag in {"img", "script"} and not own:
            self.wrong += [] if given.get("type") == "application/json" else [f"<{tag} {given}>"]
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.wrong.append(f"{tag} {name}")
            way = (value or "").strip().lower()
            if name in {"href", "src", "action", "formaction"} and ":" in way.partition("/")[0]:
                self.wrong += [] if way.startswith(("https:", "tel:", "mailto:")) else [way[:60]]


def faults(answer) -> list[str]:
    """Return what of an answer a browser would run or follow out of the house."""
    if not answer.headers.get("Content-Type", "").startswith(("text/html", "image/svg")):
        return (
            [] if answer.headers["X-Content-Type-Options"] == "nosniff" else ["may be guessed at"]
        )
    reader = _Reader()
    text = answer.content.decode()
    reader.feed(text)
    if "<script>alert" in text or "<img src=x" in text:
        reader.wrong.append("raw")
    return reader.wrong


def _hostile() -> canaries.Story:
    made = canaries.Story(HOSTILE)
    for model, names in (
        (models.Organisation, ("name", "description")),
        (models.Unit, ("name",)),
        (models.User, ("display_name",)),
        (Place, ("name",)),
    ):
        for number, row in enumerate(model.objects.all()):
            model.objects.filter(pk=row.pk).update(**dict.fromkeys(names, f"{HOSTILE}{number}"))
    texts = {"description": HOSTILE, "closed_reason": HOSTILE, "phone": HOSTILE, "email": HOSTILE,
             "answer_stated": HOSTILE, "timezone": "Asia/Amman"}  # fmt: skip
    Service.objects.update(
        name=HOSTILE, website="javascript:alert(1)", notes=[
            {"field": HOSTILE, "code": HOSTILE, "text": HOSTILE}
        ], languages=[HOSTILE], name_i18n={"ar": HOSTILE, "fr": HOSTILE}, **texts,
    )  # fmt: skip
    return made


_built, _django_db_helper, story = standing.once(_hostile)


@pytest.mark.parametrize(
    "visitor",
    ["officer", "worker", "supervisor", "clinic", "coordinator", "administrator", "auditor"],
)
def test_what_anybody_wrote_stays_text(story, visitor):
    who, may = story.everybody()[visitor]
    client, shown = canaries.client(who), set()
    for page, answer in canaries.walk(client, story.ids(), [HOSTILE], role=who.role):
        assert faults(answer) == [], page
        shown |= canaries.found_in(canaries.said(answer), story.words())
    assert bool(shown) == bool(may), "the words were there to be seen"


def test_the_open_pages_too(client, story):
    for name in ("find_help", "hsds_services", "sign_in", "recover"):
        for answer in (
            client.get(reverse(name), {"search": HOSTILE, "next": HOSTILE}, secure=True),
            client.post(
                reverse(name), {"place": HOSTILE, "need": "food", "username": HOSTILE}, secure=True
            ),
        ):
            assert faults(answer) == []
    shown = client.get(reverse("hsds_services"), {"full": "true"}, secure=True)
    assert shown["Content-Type"] == "application/json"


def test_the_reader_sees_what_it_looks_for():
    from django.http import HttpResponse

    for text in (
        f"<p>{HOSTILE}</p>", '<a href="javascript:alert(1)">', "<p onclick=x>", "<script>x</script>",
        '<a href="data:text/html,x">',
    ):  # fmt: skip
        assert faults(HttpResponse(text))
    assert not faults(HttpResponse('<a href="/cases?after=a:b">x</a><script src="/static/x.js">'))
