"""The pages of the person's own door: one address, no trace, small, in four languages, no script."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

import casework
from manumit.cases import door as rules
from manumit.cases.actions import doorkeys, doors, reading
from manumit.cases.models import Consent, Door, DoorMessage, DoorVisit
from manumit.core import models, sealing
from manumit.web import context, slowing
from manumit.web import models as web_models
from manumit.web.views import door, door_pages

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=30)
ALL = [part.value for part in rules.Part]
PAGES = ("home", "facts", "looked", "help", "words", "messages", "ask", "correction", "erasure",
         "copy", "copy-here", "close")  # fmt: skip
TELLING = re.compile(r"traffick|victim|manumit|survivor|exploit|case_|police|slave", re.IGNORECASE)


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(doorkeys, "COST", sealing.KdfCost(memory_kib=64, time=1))
    cache.clear()


class Phone:
    """A telephone in front of the door."""

    def __init__(self, **options):
        self.client = Client(enforce_csrf_checks=True, **options)

    def get(self, address="/d"):
        return self.client.get(address, secure=True)

    def type(self, code):
        return self.client.post("/d", {"code": code}, secure=True)

    def text(self):
        return self.get().content.decode()

    def press(self, go, **more):
        """Press a button of the page that is open, as the browser would send it."""
        token = re.search(r'name="t" value="([0-9a-f]+)"', self.text())[1]
        answer = self.client.post("/d", {"t": token, "go": go, **more}, secure=True)
        if answer.status_code != 200:  # a file
            assert (answer.status_code, answer["Location"]) == (302, "/d")
        return answer

    def open(self, page):
        self.press(page)
        return self.text()


@pytest.fixture
def row():
    return casework.World().sent(at=NOW)


@pytest.fixture
def made(row):
    by = casework.make.actor(row.worker, NOW)
    return doors.open_door(by=by, at=NOW, case=row.case, parts=ALL)


@pytest.fixture
def phone(made):
    there = Phone()
    there.client.post("/d", {"go": "language:en"}, secure=True)
    assert there.type(made.code)["Location"] == "/d"
    return there


@pytest.fixture
def feared(made):
    there = Phone()
    there.client.post("/d", {"go": "language:en"}, secure=True)
    there.type(made.other)
    return there


def test_before_the_code_there_is_nothing_and_no_cookie():
    answer = Phone().get()
    assert answer.status_code == 200
    assert not answer.cookies
    assert "<title>Notes</title>" in answer.content.decode()


def test_each_page_shows_what_it_is_for(phone, row):
    assert casework.NAME in phone.open("facts")
    assert "Medical" in phone.text()
    assert "Something is wrong" in phone.text()
    looked = phone.open("looked")
    assert "Somebody with your code" in looked
    assert row.service.name in phone.open("help")
    assert "They must answer by" in phone.text()
    words = phone.open("words")
    assert words.count("You said yes.") == 5
    assert "No messages yet." in phone.open("messages")


def test_who_looked_is_told_by_role_and_unit_and_not_by_name(phone, made, row):
    by = casework.make.actor(row.worker, NOW)
    reading.open_case(by=by, at=NOW, case=row.case)
    page = phone.open("looked")
    assert "Case worker" in page
    assert row.unit.name in page
    assert row.worker.display_name not in page


def test_the_other_code_opens_a_door_that_looks_the_same_and_shows_nothing(phone, feared, row):
    for page in PAGES:
        own, empty = phone.open(page), feared.open(page)
        for word in (casework.NAME, row.service.name, row.unit.name, "+962", "You said"):
            assert word not in empty, page
        if page in {"home", "ask", "correction", "erasure", "copy", "copy-here", "close"}:
            assert _bare(own) == _bare(empty)
    assert set(re.findall(r"<h1>(.*?)</h1>", own)) == set(re.findall(r"<h1>(.*?)</h1>", empty))


def _bare(page):
    return re.sub(r'name="t" value="\w+"', "", page)


def test_behind_the_other_code_everything_seems_to_work(feared, row):
    feared.press("say=message", text="typed by somebody else")
    assert "typed by somebody else" in feared.text()
    feared.press("say=erasure", text="")
    assert "Please erase what is kept" in feared.text()
    feared.press("take:" + str(row.consent_id))
    feared.press("take-sure=" + str(row.consent_id))
    assert Consent.objects.get(pk=row.consent_id).withdrawn_at is None
    feared.press("close-sure")
    assert "Your code" in feared.text()


# --- no enumeration, no lock-out -----------------------------------------------------------------
def test_a_wrong_code_and_a_number_that_nobody_has_get_the_same_answer(made):
    told = []
    for code in (made.code[:4] + "2" * 12, "ZZZZ" + "2" * 12, "x", "\0" * 40, "é" * 5000):
        first = Phone()
        answer = first.type(code)
        told.append((answer.status_code, answer["Location"], first.get(answer["Location"]).content))
        assert not answer.cookies
    assert len(set(told)) == 1
    assert b"did not open anything" in told[0][2]


def test_guessing_slows_down_and_ends_by_itself(made):
    with time_machine.travel(NOW, tick=False) as clock:
        wrong = made.code[:4] + "2" * 12
        for _ in range(slowing.FREE):
            assert Phone().type(wrong)["Location"] == "/d?again"
        answer = Phone().type(made.code)
        assert answer["Location"] == "/d?wait=5"
        assert "Please wait 5 seconds" in Phone().get("/d?wait=5").content.decode()
        leaves = models.Leaf.objects.count()
        Phone().type(wrong)
        assert models.Leaf.objects.count() == leaves, "a guess that waits is not tried"
        clock.shift(5)
        assert Phone().type(made.code)["Location"] == "/d"


def test_who_guesses_from_elsewhere_keeps_nobody_waiting(made):
    wrong = made.code[:4] + "2" * 12
    for n in range(slowing.UNDER_ATTACK + 5):
        Phone(REMOTE_ADDR=f"192.0.2.{n}").type(wrong)
    assert Phone(REMOTE_ADDR="198.51.100.7").type(made.code)["Location"] == "/d"


def test_wrong_codes_are_counted_and_recorded_without_telling_the_code(made):
    Phone().type(made.code[:4] + "2" * 12)
    assert web_models.FailedGuess.objects.count() == 3
    leaf = models.Leaf.objects.latest("seq")
    assert leaf.outcome == "refused"
    assert made.code[:4] not in bytes(leaf.body).decode()


def test_when_the_machine_is_busy_it_says_so(made, monkeypatch):
    def busy(_directory):
        raise door.hashing.Busy

    monkeypatch.setattr(door.hashing, "slot", busy)
    assert Phone().type(made.code)["Location"] == "/d?wait=5"


# --- no trace ------------------------------------------------------------------------------------
def test_every_address_is_one_and_nothing_is_kept(phone):
    for page in PAGES:
        phone.press(page)
        answer = phone.get()
        assert answer["Cache-Control"] == "no-store"
        assert answer["Refresh"] == "600;url=/d/leave"
        html = answer.content.decode()
        assert set(re.findall(r'(?:href|action)="([^"]*)"', html)) - {"/d", "/d/leave"} == {
            context.built("door.css"), context.built("door.svg")
        }  # fmt: skip
        assert "<title>Notes</title>" in html
        assert not TELLING.search(html), page


def test_the_cookie_tells_nothing_and_ends_with_the_browser(phone):
    assert set(phone.client.cookies) <= {door.COOKIE, "__Host-language"}
    for cookie in phone.client.cookies.values():
        assert cookie["max-age"] == cookie["expires"] == ""
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
    assert len(door.COOKIE) < 12


def test_leaving_is_one_tap_and_ends_everything(phone, settings):
    kept = phone.client.cookies[door.COOKIE].value
    assert phone.text().index("/d/leave") < phone.text().index("<main>")
    answer = phone.get("/d/leave")
    assert answer["Location"] == settings.MANUMIT_LEAVE_TO
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.cookies[door.COOKIE].value == ""
    assert not DoorVisit.objects.exists()
    phone.client.cookies[door.COOKIE] = kept
    assert 'name="code"' in phone.text()
    assert Phone().get("/d/leave").status_code == 302


def test_after_ten_minutes_it_is_over(phone):
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert 'name="code"' in phone.text()


def test_a_form_without_its_token_does_nothing(phone, row):
    phone.press("messages")
    for token in ("", "0" * 32, "é"):
        data = {"t": token, "go": "say=message", "text": "forged"}
        assert phone.client.post("/d", data, secure=True)["Location"] == "/d"
    assert not DoorMessage.objects.exists()


def test_what_no_page_sends_does_nothing(phone, row):
    for go in ("", "nothing", "facts:x", "take", "take:", "take:x", "say=answer", "say=yes", "say=",
               "take-sure=x", "agree-sure=x", "copy-sure", "../etc", "home!sent", "\0", "é" * 200):  # fmt: skip
        phone.press(go, text="x")
        assert phone.get().status_code == 200, go
    assert not DoorMessage.objects.exists()


# --- what a person can do ------------------------------------------------------------------------
def test_taking_a_yes_back(phone, row):
    page = phone.open(f"take:{row.consent_id}")
    assert row.service.name in page
    phone.press(f"take-sure={row.consent_id}")
    page = phone.text()
    assert "You took it back. It counts from now on" in page
    assert "What cannot be made unread" in page
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_taking_back_the_record_closes_the_door(phone, made, row):
    word = Consent.objects.about(row.case.subject_ids()).get(purpose="store_record", given=True)
    assert "this door closes" in phone.open(f"take:{word.id}")
    phone.press(f"take-sure={word.id}")
    assert 'name="code"' in phone.text()
    assert Phone().type(made.code)["Location"] == "/d?again"


def test_a_new_yes_is_a_wish_and_not_a_yes(phone, row):
    phone.press(f"take-sure={row.consent_id}")
    phone.open(f"agree:{row.consent_id}")
    phone.press(f"agree-sure={row.consent_id}", text="Tuesday")
    assert "I want to agree to something" in phone.text()
    assert DoorMessage.objects.get().kind == "yes"
    assert not Consent.objects.filter(at__gt=NOW + timedelta(minutes=1)).exists()


def test_asking(phone):
    for kind in ("correction", "erasure", "copy", "message"):
        phone.press(kind if kind != "message" else "messages")
        phone.press(f"say={kind}", text=f"with <b>these</b> words: {kind}")
        page = phone.text()
        assert "It is on its way" in page
        assert f"with &lt;b&gt;these&lt;/b&gt; words: {kind}" in page
    assert page.count("You get an answer by") == 4


def test_nothing_written_is_not_sent(phone):
    phone.press("messages")
    phone.press("say=message", text="  ")
    assert "Write something first." in phone.text()
    assert not DoorMessage.objects.exists()


def test_a_copy_only_when_asked_twice(phone, row):
    pypdf = pytest.importorskip("pypdf")
    phone.press("copy-sure")
    assert "The safest way" in phone.text()
    assert "Who holds the telephone" in phone.open("copy-here")
    answer = phone.press("copy-sure")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="notes.pdf"'
    paper = pypdf.PdfReader(BytesIO(answer.content))
    text = "".join(page.extract_text() for page in paper.pages)
    assert casework.NAME in text
    assert row.service.name in text
    assert not TELLING.search(text)
    assert not TELLING.search(str(paper.metadata))
    verbs = [json.loads(bytes(leaf.body)).get("verb") for leaf in models.Leaf.objects.all()]
    assert verbs.count("take_copy") == 1


def test_closing(phone, made):
    phone.open("close")
    answer = phone.press("close-sure")
    assert answer["Clear-Site-Data"]
    assert not Door.objects.standing().exists()
    assert Phone().type(made.code)["Location"] == "/d?again"


# --- size and languages --------------------------------------------------------------------------
def test_each_page_with_all_that_it_loads_is_small(phone, made, row):
    for n in range(20):
        phone.press("say=message", text=f"{n} " + "word " * 60)
    build = context.settings.STATIC_ROOT / "build"
    loaded = 0
    for name in ("door.css", "door.js", "door.svg"):
        path = build / context.built(name).rpartition("/")[2]
        if not path.exists():
            pytest.skip("the pages are not built: run make ground")
        loaded += path.stat().st_size
    sizes = {page: len(phone.open(page).encode()) + loaded for page in PAGES}
    print(sizes)
    assert max(sizes.values()) <= 100_000
    assert max(sizes[page] for page in PAGES if page != "messages") <= 25_000


@pytest.mark.parametrize(
    ("code", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl"), ("ckb", "rtl")]
)
def test_every_language_at_every_page(made, code, direction):
    there = Phone()
    answer = there.client.post("/d", {"go": f"language:{code}"}, secure=True)
    assert answer.cookies["__Host-language"]["max-age"] == ""
    there.type(made.code)
    for page in PAGES:
        html = there.open(page)
        assert f'<html lang="{code}" dir="{direction}">' in html


def test_the_language_of_the_person_comes_by_itself(made):
    there = Phone()
    there.type(made.code)
    assert '<html lang="ar" dir="rtl">' in there.text()


def test_every_page_has_a_template_and_every_request_a_page():
    assert set(door_pages.SIMPLE) == set(PAGES)
    assert {"correction", "erasure", "copy", "message"} == door_pages.ASKED
