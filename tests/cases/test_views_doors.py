"""The worker's pages about a person's own door."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse

import casework
import signed_in
from manumit.cases import door as rules
from manumit.cases.actions import atdoor, doorkeys
from manumit.cases.models import Clock, Door, DoorMessage
from manumit.cases.views import doors
from manumit.core import models, sealing

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime.now(UTC) - timedelta(minutes=30)


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(doorkeys, "COST", sealing.KdfCost(memory_kib=64, time=1))


@pytest.fixture
def cast():
    return casework.World()


@pytest.fixture
def case(cast):
    return cast.taken(at=NOW)


@pytest.fixture
def worker(cast):
    return signed_in.client_for(cast.worker.person)


def make_door(client, case, **more):
    given = {"present": "on", "parts": ["identity", "help"], **more}
    return client.post(reverse("case_door", args=[case.id]), given, secure=True, follow=True)


def codes(answer):
    return re.findall(r'class="m-code" translate="no">(.*?)</bdi>', answer.content.decode())


def come_in(code, at=None):
    at = at or datetime.now(UTC)
    opened = doorkeys.unlock(rules.read(code))
    by = doorkeys.person(opened, at)
    atdoor.enter(by=by, at=at, case=by.door.case, opened=opened)
    return by


def test_two_codes_are_made_and_shown_once(worker, case):
    answer = make_door(worker, case)
    assert answer.status_code == 200
    code, other = codes(answer)
    assert come_in(code).alone
    assert not come_in(other).alone
    assert Door.objects.get().parts == ["help", "identity"]
    again = worker.get(reverse("case_door_made", args=[case.id]), secure=True, follow=True)
    page = again.content.decode()
    assert "A door stands open" in page
    assert code not in page


def test_the_codes_go_to_the_next_page_in_a_cookie_that_tells_nothing(worker, case):
    given = {"present": "on", "ending": "kite window seven rivers"}
    answer = worker.post(reverse("case_door", args=[case.id]), given, secure=True)
    cookie = answer.cookies[doors.ONCE]
    assert cookie["max-age"] == cookie["expires"] == ""
    assert cookie["httponly"]
    assert cookie["secure"]
    assert "KITE" not in cookie.value.upper()
    assert answer["Location"] == reverse("case_door_made", args=[case.id])
    page = worker.get(answer["Location"], secure=True)
    assert page.cookies[doors.ONCE].value == ""
    assert len(codes(page)) == 2
    for wrong in ("", "x", cookie.value[:-8] + "AAAAAAA="):
        worker.cookies[doors.ONCE] = wrong
        again = worker.get(answer["Location"], secure=True)
        assert again["Location"] == reverse("case_door", args=[case.id])


def test_the_person_must_be_there(worker, case):
    address = reverse("case_door", args=[case.id])
    answer = worker.post(address, {"parts": "help"}, secure=True)
    assert answer["Location"] == address
    assert not Door.objects.exists()


@pytest.mark.parametrize("words", ["Amal kite window", "kite", "0790 123 456 789"])
def test_words_that_somebody_near_would_guess_are_refused_with_the_reason(worker, case, words):
    answer = make_door(worker, case, ending=words)
    assert not Door.objects.exists()
    assert codes(answer) == []
    assert "govuk-notification-banner" in answer.content.decode()
    assert re.search("Use |Leave out", answer.content.decode())


def test_words_of_their_own(worker, case):
    code, other = codes(make_door(worker, case, ending="kite window seven rivers"))
    assert come_in(code[:4] + " kite window seven rivers").alone
    assert not come_in(other).alone


def test_the_card_is_small_and_tells_nothing_but_the_code(worker, case):
    pypdf = pytest.importorskip("pypdf")
    code, _other = codes(make_door(worker, case))
    answer = worker.post(reverse("case_door_card", args=[case.id]), {"code": code}, secure=True)
    assert answer["Content-Disposition"] == 'attachment; filename="notes.pdf"'
    paper = pypdf.PdfReader(BytesIO(answer.content))
    assert len(paper.pages) == 1
    assert float(paper.pages[0].mediabox.width) < 300  # points: A6
    text = paper.pages[0].extract_text()
    assert code in text
    assert "/d" in text
    for word in (casework.NAME, case.reference, "Manumit", case.unit.name):
        assert word not in text + str(paper.metadata)


def test_no_other_text_goes_on_a_card(worker, case):
    for text in ("", "hello", "x" * 500):
        answer = worker.post(reverse("case_door_card", args=[case.id]), {"code": text}, secure=True)
        assert answer.status_code == 302


def test_closing(worker, case):
    code, _other = codes(make_door(worker, case))
    worker.post(reverse("case_door_close", args=[case.id]), secure=True)
    assert doorkeys.unlock(rules.read(code)) is None


def test_messages_go_there_and_back(worker, case):
    code, _other = codes(make_door(worker, case))
    by = come_in(code)
    now = datetime.now(UTC)
    atdoor.say(by=by, at=now, case=case, kind="message", text="Is <Tuesday> possible?")
    address = reverse("case_messages", args=[case.id])
    page = worker.get(address, secure=True).content.decode()
    assert "Is &lt;Tuesday&gt; possible?" in page
    assert "Waiting" in page
    worker.post(address, {"text": "Tuesday is fine"}, secure=True)
    assert (
        next(text for _, text in atdoor.open_thread(by=by, at=now, case=case)) == "Tuesday is fine"
    )
    asked = DoorMessage.objects.waiting().get()
    worker.post(address, {"done": str(asked.id)}, secure=True)
    assert not DoorMessage.objects.waiting().exists()
    assert not Clock.objects.running().filter(kind="door_message").exists()


@pytest.mark.parametrize("done", ["x", "00000000-0000-4000-8000-000000000000"])
def test_what_is_not_there_cannot_be_settled(worker, case, done):
    make_door(worker, case)
    answer = worker.post(reverse("case_messages", args=[case.id]), {"done": done}, secure=True)
    assert answer.status_code == 404


def test_the_code_for_danger_shows_here_and_in_the_duties(worker, case):
    _code, other = codes(make_door(worker, case))
    by = come_in(other)
    atdoor.say(by=by, at=datetime.now(UTC), case=case, kind="message", text="I am fine")
    page = worker.get(reverse("case_messages", args=[case.id]), secure=True).content.decode()
    assert "The code for danger was used" in page
    assert "Typed with the code for danger" in page
    duties = worker.get(reverse("duties"), secure=True).content.decode()
    assert "safety" in duties
    assert reverse("case_messages", args=[case.id]) in duties


def test_requests_are_seen_by_who_can_act(cast, worker, case):
    code, _other = codes(make_door(worker, case))
    atdoor.say(by=come_in(code), at=NOW, case=case, kind="erasure", text="all of it, please")
    for person, links in ((cast.worker, True), (cast.supervisor, True), (cast.dpo, False)):
        client = signed_in.client_for(person.person)
        page = client.get(reverse("requests"), secure=True).content.decode()
        assert "Please erase what is kept" in page
        assert case.reference in page
        assert (reverse("case_messages", args=[case.id]) in page) is links
        assert "all of it" not in page
    foreign = signed_in.client_for(casework.World().worker.person)
    assert case.reference not in foreign.get(reverse("requests"), secure=True).content.decode()


def test_a_colleague_reads_and_does_not_answer(cast, worker, case):
    code, _other = codes(make_door(worker, case))
    atdoor.say(by=come_in(code), at=NOW, case=case, kind="message", text="hello there")
    colleague = signed_in.client_for(cast.colleague.person)
    address = reverse("case_messages", args=[case.id])
    page = colleague.get(address, secure=True).content.decode()
    assert "hello there" in page
    assert "<textarea" not in page
    colleague.post(address, {"text": "not mine to answer"}, secure=True)
    assert DoorMessage.objects.filter(kind="answer").count() == 0


def test_reading_is_on_the_record(worker, case):
    code, _other = codes(make_door(worker, case))
    atdoor.say(by=come_in(code), at=NOW, case=case, kind="message", text="hello there")
    before = models.Leaf.objects.filter(act="open").count()
    worker.get(reverse("case_messages", args=[case.id]), secure=True)
    assert models.Leaf.objects.filter(act="open").count() == before + 1
