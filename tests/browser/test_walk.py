"""The main way through the house, walked in a real browser on a telephone, in both directions.

A person is screened, becomes a case with clocks running, is referred with consent to a service that
answers; the clock stops; the supervisor sees what is late; the auditor proves the record.
"""

import re

import pytest

from browser import driving

pytestmark = [pytest.mark.browser, pytest.mark.slow]


SHOWN = ("urgent-needs", "exploitation")  # the other pages of questions look the same


def screening(people, language, answer="yes", picture=True):
    """Walk a talk to its end; returns the officer's seat and the number of pages."""
    officer = people.person("officer", language)

    def shot(name):
        return name if picture else ""

    officer.look(shot("01-my-duties"))
    officer.go("/screening")
    pages = 1
    officer.look(shot("02-begin"))
    officer.page.locator("select[name=language]").select_option("ar")
    officer.choose("under_18", "no")
    officer.press("main form:has([name=under_18]) button")
    pages += 1
    officer.look(shot("03-consent"))
    officer.choose("interpreter", "yes")
    officer.fill("interpreter_name", "Sami Example")
    for box in officer.page.locator("[name=told]").all():
        box.check()
    for name in ("interview", "store_record", "contact_me", "share_for_research_statistics"):
        officer.choose(name, "yes")
    officer.onward()
    pages += 1
    officer.look(shot("04-person"))
    officer.fill("name", "Amal Example")
    officer.fill("age", "30")
    officer.choose("sex", "female")
    officer.fill("place", "Zaatari")
    officer.fill("contact", "+962 0000 111")
    officer.onward()
    while "/questions/" in officer.path:
        pages += 1
        theme = officer.path.rsplit("/", 1)[1]
        officer.look(shot(f"05-questions-{theme}") if theme in SHOWN else "")
        for each in officer.page.locator(f'input[type=radio][value="{answer}"]').all():
            each.check()
        officer.onward()
    pages += 1
    assert officer.path.endswith("/finding"), officer.path
    officer.look(shot("06-finding"))
    officer.fill("observations", "Fictional: looks at the door often.")
    officer.onward()
    pages += 1
    assert officer.path.endswith("/done"), officer.path
    officer.look(shot("07-handed-over"))
    return officer, pages


def reference_on(page_text):
    return re.search(r"\b[2-9B-Z]{2}-[2-9B-Z]{4}\b", page_text)[0]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_from_the_gate_to_an_answered_referral(people, language):
    officer, pages = screening(people, language)
    assert pages <= 12
    reference = reference_on(officer.text())

    worker = people.person("worker", language)
    worker.look("10-duties-of-a-case-worker")
    worker.go("/cases?whose=nobody&sort=newest")
    worker.look("11-cases")
    worker.follow(worker.page.get_by_role("link", name=reference))
    worker.look()
    worker.press('form[action$="/take"] button')
    worker.look("12-case")
    worker.go(f"{worker.path}?open=1")
    assert "Amal Example" in worker.text()
    worker.look("13-case-opened")
    case = worker.path.partition("?")[0]
    worker.go("/cases/search")
    worker.fill("q", "Amel Exempel")
    worker.press()
    worker.look("14-find-a-person")
    assert reference in worker.text(), "another spelling finds the person"

    worker.go(case)
    need = worker.page.locator('a[href*="/needs/"]', has_text=re.compile(".")).all()
    medical = next(n for n in (a.get_attribute("href") for a in need) if "refer" not in n)
    worker.go(_medical(worker, case) or medical)
    worker.look("15-need")
    worker.follow(worker.page.locator('a[href$="/refer"]').first)
    worker.look("16-services-offered")
    here = worker.page.locator(".m-offer", has_text="Demo").or_(
        worker.page.locator(".m-offer:has(strong)")
    )
    worker.follow(here.first.locator("a.govuk-button"))
    worker.look("17-what-would-be-told")
    for box in worker.page.locator("[name=told]").all():
        box.check()
    worker.choose("withheld", "age")
    worker.fill("message", "Fictional: the person can come today.")
    for box in worker.page.locator("[name=classes]:not([value=nothing])").all():
        box.check()
    worker.choose("agrees", "yes")
    worker.press("main form button.govuk-button")
    assert worker.path.startswith("/referrals/"), worker.text()
    worker.look("18-referral-sent")
    referral = worker.path

    focal = people.person("service", language)
    focal.go("/inbox")
    focal.look("20-inbox")
    focal.go(referral)
    letter = focal.text()
    assert "Amal Example" in letter
    assert reference not in letter
    focal.look("21-letter")
    focal.choose("answer", "yes")
    focal.fill("note", "Fictional: come at ten, ask for Farida.")
    focal.press('form[action$="/answer"] button')
    focal.look("22-letter-accepted")

    worker.go(f"{referral}?open=1")
    assert "Fictional: come at ten" in worker.text()
    assert worker.page.locator(".m-clock").count() == 0, "the clock has stopped"
    worker.look("23-referral-accepted")
    worker.go(case)
    worker.look("24-case-after-the-answer")

    supervisor = people.person("supervisor", language)
    supervisor.go("/board")
    supervisor.look("30-board")
    assert supervisor.page.locator(".m-figure").count() == 5
    supervisor.follow(supervisor.page.locator(".m-figure a").first)
    supervisor.look("31-what-is-late")
    supervisor.go(case)
    supervisor.look()

    auditor = people.person("auditor", language)
    auditor.go("/record")
    auditor.look("40-record")
    auditor.follow(auditor.page.locator("tbody a").first)
    auditor.go(f"{auditor.path}?proof=1")
    auditor.look("41-proof")
    auditor.go("/record/verify")
    auditor.press("main form button.govuk-button")
    assert auditor.page.locator(".govuk-panel--confirmation").count() == 1
    auditor.look("42-record-checked")


def _medical(worker, case):
    """Return the address of the need for medical care, whatever the language."""
    for link in worker.page.locator(f'a[href^="{case}/needs/"]').all():
        address = link.get_attribute("href")
        words = link.inner_text()
        if not address.endswith("refer") and any(w in words for w in ("Medical", "طب")):
            return address
    return ""


def test_every_other_page_is_clean_on_a_telephone(people):
    worker = people.person("worker")
    worker.go("/cases?whose=mine")
    first = worker.page.locator('tbody a[href^="/cases/"]').first
    case = first.get_attribute("href")
    for name in ("person", "consents", "note", "status", "needs/new", "close"):
        worker.go(f"{case}/{name}")
        worker.look()
    for address in ("/cases/new", "/cases/search", "/referrals", "/services", "/account"):
        worker.go(address)
        worker.look()
    coordinator = people.person("coordinator")
    coordinator.go("/board")
    coordinator.look("32-board-of-a-coordinator")
    for name in ("dpo", "admin", "monitor"):
        seat = people.person(name)
        seat.look()


def test_the_pages_stand_on_a_desk_too(people):
    seat = people.person("supervisor", size=driving.DESK)
    for address, picture in (("/board", "50-desk-board"), ("/cases", "51-desk-cases")):
        seat.go(address)
        seat.look(picture)


def test_a_talk_needs_no_script(people):
    officer = people.person("officer", java_script_enabled=False)
    officer.go("/screening")
    officer.page.locator("select[name=language]").select_option("en")
    officer.choose("under_18", "unknown")
    officer.press("main form:has([name=under_18]) button")
    for name in ("interview", "store_record", "contact_me", "share_for_research_statistics"):
        officer.choose(name, "no")
    officer.onward()
    assert officer.path.endswith("/person")
    officer.onward()
    assert officer.path.endswith("/urgent-needs")
    officer.press("button[name=then][value=pause]")
    assert officer.path == "/screening"


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ('<p style="width: 900px">Too wide</p>', "px wide"),
        ('<img src="data:,">', "image-alt"),
        ('<p style="color: #ccc">Too pale</p>', "color-contrast"),
        ("<script>console.error('planted')</script>", "planted"),
    ],
)
def test_looking_finds_what_is_wrong(people, planted, found):
    seat = people.seat("nobody")
    page = '<html lang="en"><title>x</title><body><main><h1>x</h1>{}</main></body></html>'
    seat.page.set_content(page.format(""))
    seat.look()
    seat.page.set_content(page.format(planted))
    with pytest.raises(AssertionError, match=found):
        seat.look()
