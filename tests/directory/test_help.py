"""Finding help without being asked who one is."""

import io
import json
import logging
import time
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from test_models import PLAIN
from test_views import bring, counts

import make
import signed_in
from manumit.core import models as core
from manumit.directory import card
from manumit.web import nameless
from manumit.web.crowd import MOST_PER_WINDOW, Crowd

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ASKED = {"need": "legal_assistance", "place": "Exampletown"}
NAMES = ("find_help", "find_help_card", "find_help_file", "find_help_json")


@pytest.fixture(autouse=True)
def _an_empty_street(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nameless, "_crowd", Crowd(key=b"k" * 32, began=time.monotonic()))


def ask(client: Client, name: str, lang: str = "en", **more: object):
    if name == "find_help_json":
        query = {**ASKED, "lang": lang}
        return client.get(reverse(name), query, secure=True, **more)
    return client.post(f"{reverse(name)}?lang={lang}", ASKED, secure=True, **more)


def pdf_text(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)


# --- nothing is kept -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["en", "ckb", "xx"])
def test_no_cookie_no_row_no_line_of_a_log(name: str, lang: str, caplog, capsys) -> None:
    bring(PLAIN)
    before, client = counts(), Client()
    caplog.set_level(logging.DEBUG)
    with CaptureQueriesContext(connection) as captured:
        response = ask(client, name, lang)
        client.get(f"{reverse('find_help')}?lang={lang}", secure=True)
    assert response.status_code == 200
    assert not client.cookies
    assert "Set-Cookie" not in response
    assert "Cookie" not in response["Vary"]
    writes = ("INSERT", "UPDATE", "DELETE", "REPLACE")
    assert not [q["sql"] for q in captured if q["sql"].startswith(writes)]
    assert counts() == before
    said = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    out = capsys.readouterr()
    for text in (*said, out.out, out.err):
        assert "Exampletown" not in text
        assert "legal_assistance" not in text
        assert "find-help" not in text


def test_a_broken_search_logs_no_word_of_it(monkeypatch, capsys) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("manumit.directory.views.help._found", lambda form: 1 / 0)
    assert ask(client, "find_help").status_code == 500
    assert ask(client, "find_help_json").status_code == 500
    out = capsys.readouterr()
    assert "Exampletown" not in out.out + out.err
    assert "legal_assistance" not in out.out + out.err


def test_who_is_signed_in_gets_the_same_bytes_as_a_stranger() -> None:
    bring(PLAIN)
    user = make.user("case_worker")
    core.User.objects.filter(pk=user.pk).update(language="fr")
    officer = signed_in.client_for(user)
    officer.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    seen = dict(officer.session)
    address = f"{reverse('find_help')}?lang=en"
    assert officer.get(address, secure=True).content == Client().get(address, secure=True).content
    assert ask(officer, "find_help").content == ask(Client(), "find_help").content
    assert dict(officer.session) == seen


def test_what_is_the_same_for_all_may_be_kept_and_what_was_asked_may_not() -> None:
    bring(PLAIN)
    page = Client().get(reverse("find_help"), secure=True)
    assert page["Cache-Control"].startswith("public, max-age=")
    assert "public" in ask(Client(), "find_help_json")["Cache-Control"]
    for name in ("find_help", "find_help_card", "find_help_file"):
        assert ask(Client(), name)["Cache-Control"] == "no-store"


def test_a_page_for_somebody_is_never_kept() -> None:
    response = signed_in.client_for(make.user("case_worker")).get(reverse("services"), secure=True)
    assert response["Cache-Control"] == "no-store"


# --- a crowd, and a flood ------------------------------------------------------------------------


def test_a_flood_waits_a_minute_and_others_do_not() -> None:
    bring(PLAIN)
    for _ in range(MOST_PER_WINDOW):
        nameless._crowd.why_not("192.0.2.7")
    flood = ask(Client(), "find_help", REMOTE_ADDR="192.0.2.7")
    assert flood.status_code == 429
    assert flood["Retry-After"] == "60"
    assert "Wait a minute" in flood.content.decode()
    assert "Content-Security-Policy" in flood
    assert ask(Client(), "find_help", REMOTE_ADDR="192.0.2.8").status_code == 200


def test_the_count_names_nobody_and_does_not_grow_without_end(monkeypatch) -> None:
    monkeypatch.setattr("manumit.web.crowd.MOST_SENDERS", 3)
    crowd = Crowd(key=b"k" * 32, began=0.0)
    for number in range(10):
        assert crowd.why_not(f"192.0.2.{number}") == ""
    assert len(crowd.counts) == 4
    assert not any(b"192.0.2" in who for who in crowd.counts)
    assert not crowd.over(59.0)
    assert crowd.over(60.0)


# --- what is found -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "direction", "title"),
    [
        ("en", "ltr", "Useful addresses"),
        ("fr", "ltr", "Adresses utiles"),
        ("ar", "rtl", "عناوين مفيدة"),
        ("ckb", "rtl", "ناونیشانی بەسوود"),
    ],
)
def test_the_page_in_each_language_has_a_neutral_title(
    lang: str, direction: str, title: str
) -> None:
    bring(PLAIN)
    for response in (
        Client().get(f"{reverse('find_help')}?lang={lang}", secure=True),
        ask(Client(), "find_help", lang),
    ):
        page = response.content.decode()
        assert f'<html lang="{lang}" dir="{direction}"' in page
        assert f"<title>{title}</title>" in page
        assert "Manumit" not in page
        assert f"find-help?lang={lang}" in page


def test_a_service_nobody_confirmed_says_since_when() -> None:
    old = replace(PLAIN, confirmed_on=None, stated_on=date(2014, 12, 31))
    never = replace(PLAIN, source_id="b", confirmed_on=None, stated_on=None)
    bring(old, never)
    page = ask(Client(), "find_help").content.decode()
    assert "Nobody has confirmed this since 2014" in page
    assert "Nobody has ever confirmed this." in page
    worker = signed_in.client_for(make.user("case_worker"))
    listed = worker.get(reverse("services"), {"need": "legal_assistance"}, secure=True)
    assert "Nobody has confirmed this since 2014" in listed.content.decode()


def test_the_answer_for_programs() -> None:
    bring(PLAIN)
    answer = ask(Client(), "find_help_json", "fr").json()
    assert answer["language"] == "fr"
    assert answer["place_known"]
    assert answer["services"][0]["name"] == "Example advice"
    assert "known_on" in answer["services"][0]
    whole = Client().get(reverse("find_help_json"), {"lang": "ar"}, secure=True).json()
    assert whole["needs"]["food"] == "الغذاء"
    wrong = Client().get(reverse("find_help_json"), {"need": "magic"}, secure=True)
    assert wrong.status_code == 400
    assert "need" in json.loads(wrong.content)["error"]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_card_says_whom_to_call_and_not_what_for(lang: str) -> None:
    bring(replace(PLAIN, phone="+962 0000 111"))
    response = ask(Client(), "find_help_card", lang)
    assert response["Content-Type"] == "application/pdf"
    assert 'filename="addresses.pdf"' in response["Content-Disposition"]
    text = pdf_text(response.content)
    assert "0000 111" in text
    assert "Example advice" not in text
    assert "Manumit" not in text
    assert "Legal" not in text
    box = pypdf.PdfReader(io.BytesIO(response.content)).pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (105, 148)


def test_the_file_to_keep_needs_nothing_else_and_says_nothing_of_its_origin() -> None:
    bring(replace(PLAIN, phone="+962 0000 111"))
    response = ask(Client(), "find_help_file", "ckb")
    page = response.content.decode()
    assert 'attachment; filename="addresses.html"' in response["Content-Disposition"]
    assert "+962 0000 111" in page
    for absent in ("http", "src=", "href=", "Manumit", "Example advice", "find-help"):
        assert absent not in page


def test_card_and_file_with_nothing_chosen_show_the_page_again() -> None:
    for name in ("find_help_card", "find_help_file"):
        page = Client().post(reverse(name), {}, secure=True).content.decode()
        assert "There is a problem" in page


def test_the_hidden_spot_of_a_safe_house_is_on_no_card() -> None:
    bring(replace(PLAIN, needs=("safehouse",), place="Secret Street"))
    asked = {"need": "safehouse"}
    for name in ("find_help_card", "find_help_file"):
        response = Client().post(reverse(name), asked, secure=True)
        body = response.content
        text = pdf_text(body) if body.startswith(b"%PDF") else body.decode()
        assert "Secret" not in text


def test_a_long_card_stops_at_six() -> None:
    many = [card.Address(who=f"Example {number}", phone=str(number)) for number in range(9)]
    text = pdf_text(
        card.paper(many, card.Words("en", "Useful addresses", "A picture"), "https://e.example/")
    )
    assert "Example 5" in text
    assert "Example 6" not in text
