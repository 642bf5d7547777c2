"""The person's own door in a real Chromium: what is left on the telephone, and how it looks.

The profile directory of the browser is searched like a stolen disk. A control shows that the search
finds what an ordinary page leaves there.
"""

import http.server
import os
import shutil
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

import casework
from browser import driving
from manumit.cases import door as rules
from manumit.cases.actions import atdoor, doorkeys, doors
from manumit.cases.models import DoorMessage, DoorVisit
from manumit.core import models as core
from manumit.core import sealing
from stolen_disk import disk
from web import signing
from web.test_browser import sign_in, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
]
NAME, PLACE = "Quxella Vrandimo", "Zwirbelhausen"  # fictional, and in no word list of a browser
TYPED, ANSWER = "Grompf Tuesday knillor", "Flarnish answer pobbel"
NEUTRAL = "Weather for gardeners"
CODE_WORDS = "kelpwing sorbald trinomax"
FORM = (
    b"<form method=post autocomplete=off><input name=x autocomplete=off><button>x</button></form>"
)
PAGES = ("facts", "looked", "help", "words", "messages", "ask", "correction", "erasure", "copy",
         "copy-here", "close")  # fmt: skip
WAYS = {"correction": ["ask"], "erasure": ["ask"], "copy": ["ask"], "close": ["ask"],
        "copy-here": ["ask", "copy"]}  # fmt: skip
SHOWN = {"facts", "looked", "words", "messages", "copy-here"}


@pytest.fixture(scope="module", autouse=True)
def unsafe():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def neutral(settings):
    """Serve the page that one leaves to."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!DOCTYPE html><title>{NEUTRAL}</title><p>{NEUTRAL}".encode() + FORM)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.MANUMIT_LEAVE_TO = f"http://127.0.0.1:{server.server_port}/"
        yield settings.MANUMIT_LEAVE_TO
        server.shutdown()


@pytest.fixture
def made(monkeypatch):
    """Open a door for somebody whose every fact is a word to look for."""
    monkeypatch.setattr(doorkeys, "COST", sealing.KdfCost(memory_kib=64, time=1))
    cache.clear()
    at = datetime.now(UTC) - timedelta(minutes=30)
    cast = casework.World()
    row = cast.sent(case=cast.taken(at=at, name=NAME, place=PLACE), at=at)
    made = doors.open_door(
        by=cast.worker, at=at, case=row.case, parts=list(rules.Part), ending=CODE_WORDS
    )
    doors.reply(by=cast.worker, at=at, case=row.case, text=ANSWER)
    return made


def profile_of(chromium, home, **options):
    """Start a browser that keeps its profile, as a telephone does."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    return chromium.browser_type.launch_persistent_context(
        str(home),
        executable_path=path,
        args=["--no-sandbox", "--disable-dev-shm-usage"],
        viewport=driving.PHONE,
        **options,
    )


def press(page, go):
    with page.expect_navigation(wait_until="load"):
        page.locator(f'button[name=go][value="{go}"]').first.click()


def come_in(page, address, code, language="en"):
    page.goto(f"{address}/d")
    page.locator("#code").fill(code)
    with page.expect_navigation(wait_until="load"):
        page.locator("main button").click()
    if page.get_attribute("html", "lang") != language:
        press(page, f"language:{language}")


def walk_to(page, name):
    """Go from the start to a page, by its buttons."""
    for step in (*WAYS.get(name, ()), name):
        press(page, step)


def words_on_disk(home, words):
    return {(hit.file.split("/")[-1], hit.word) for hit in disk.Searcher(words).search_tree(home)}


def secrets(made):
    ending = rules.read(made.other).ending
    return [NAME, PLACE, TYPED, ANSWER, CODE_WORDS, *CODE_WORDS.split(), ending,
            made.door.case.reference, casework.NAME]  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_nothing_stays_on_the_telephone(chromium, live_server, neutral, made, tmp_path, scripts):
    home = tmp_path / "profile"
    context = profile_of(chromium, home, java_script_enabled=scripts)
    page = context.new_page()
    come_in(page, live_server.url, made.code)
    for name in PAGES:
        walk_to(page, name)
        assert page.url == f"{live_server.url}/d"
        assert page.title() == "Notes"
        press(page, "home")
    press(page, "facts")
    assert NAME in page.inner_text("main")
    assert PLACE in page.inner_text("main")
    press(page, "home")
    press(page, "messages")
    page.locator("textarea").fill(TYPED)
    press(page, "say=message")
    assert TYPED in page.inner_text("main")
    assert ANSWER in page.inner_text("main")
    # the telephone is taken away in the middle, before anybody could leave
    shutil.copytree(home, tmp_path / "taken", ignore=shutil.ignore_patterns("Singleton*"))
    assert words_on_disk(tmp_path / "taken", secrets(made)) == set()

    with page.expect_navigation(url=neutral):
        page.locator("[data-leave-quickly]").click()
    assert page.title() == NEUTRAL
    assert not DoorVisit.objects.exists()
    assert context.cookies() == []
    page.go_back(wait_until="load")
    seen = page.content()
    for word in secrets(made):
        assert word not in seen
    if page.url.startswith(live_server.url):
        assert page.locator("#code").input_value() == ""
    for _ in range(20):
        if page.go_back(wait_until="load") is None:
            break
        assert not any(word in page.content() for word in secrets(made))
    context.close()
    assert words_on_disk(home, secrets(made)) == set()
    assert DoorMessage.objects.filter(kind="message").count() == 1


def test_the_search_finds_what_an_ordinary_page_leaves(chromium, neutral, tmp_path):
    home = tmp_path / "profile"
    context = profile_of(chromium, home)
    page = context.new_page()
    page.goto(neutral)
    page.evaluate(f"localStorage.setItem('note', '{TYPED}')")
    page.goto(f"{neutral}?name={NAME.split()[0]}")
    # a form that is answered by a page, without a redirect: why the door never does that
    page.locator("input").fill(ANSWER.replace(" ", ""))
    with page.expect_navigation():
        page.locator("button").click()
    context.close()
    words = [TYPED, NEUTRAL, NAME.split()[0], ANSWER.replace(" ", "")]
    assert {word for _file, word in words_on_disk(home, words)} == set(words)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_is_readable_for_everybody(chromium, live_server, made, language):
    context = chromium.new_context(viewport=driving.PHONE, base_url=live_server.url)
    page = context.new_page()
    trouble = []
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    page.goto("/d")
    if language != "en":
        press(page, f"language:{language}")
    found = {"enter": violations(page)}
    picture(page, "60-door-code", language)
    come_in(page, live_server.url, made.code, language)
    found["home"] = violations(page)
    picture(page, "61-door-home", language)
    for name in PAGES:
        walk_to(page, name)
        found[name] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
        if name in SHOWN:
            picture(page, f"62-door-{name}", language)
        press(page, "home")
    assert {name: bad for name, bad in found.items() if bad} == {}
    page.set_viewport_size({"width": 240, "height": 320})  # the smallest telephones with a browser
    press(page, "facts")
    assert page.evaluate("document.documentElement.scrollWidth") <= 240
    assert trouble == []
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_workers_pages(chromium, live_server, made, language):
    worker = made.door.case.worker
    core.User.objects.filter(pk=worker.pk).update(language=language)
    by = doorkeys.person(doorkeys.unlock(rules.read(made.other)), datetime.now(UTC))
    opened = doorkeys.unlock(rules.read(made.other))
    case, now = made.door.case, datetime.now(UTC)
    atdoor.enter(by=by, at=now, case=case, opened=opened)
    atdoor.say(by=by, at=now, case=case, kind="message", text="I am fine")
    own = doorkeys.person(doorkeys.unlock(rules.read(made.code)), now)
    atdoor.say(by=own, at=now, case=case, kind="erasure", text="Please call first")
    context = chromium.new_context(viewport=driving.PHONE, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, signing.with_code_app(worker))
    found = {}
    for name, address in (("messages", f"/cases/{case.id}/messages"), ("requests", "/requests"),
                          ("open", f"/cases/{case.id}/door")):  # fmt: skip
        page.goto(address)
        found[name] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        picture(page, f"63-door-worker-{name}", language)
    page.locator("[name=present]").check()
    with page.expect_navigation(wait_until="load"):
        page.locator("main form:has([name=present]) button").click()
    found["made"] = violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "63-door-worker-made", language)
    assert {name: bad for name, bad in found.items() if bad} == {}
    context.close()


def picture(page, name, language):
    if os.environ.get("MANUMIT_SCREENSHOTS"):
        driving.PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=driving.PICTURES / f"{name}-{language}.png", full_page=True)


def test_three_times_escape_leaves(chromium, live_server, neutral, made):
    context = chromium.new_context(viewport=driving.PHONE)
    page = context.new_page()
    come_in(page, live_server.url, made.code)
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url(neutral)
    assert not DoorVisit.objects.exists()
    context.close()
