"""Consent and telling once in a real browser: a phone and a desk, both directions, no barrier."""

import pytest

from browser import driving
from manumit.cases import consent

pytestmark = pytest.mark.browser


def case_with_account(seat):
    """Return the address of the demo's case whose account was given to the legal aid team."""
    seat.go("/cases/search")
    seat.fill("q", "Farah Example")
    seat.press()
    return seat.page.locator('main a[href^="/cases/"]:not([href*="search"])').first.get_attribute(
        "href"
    )


@pytest.mark.parametrize(("language", "size"), [("en", driving.PHONE), ("ar", driving.DESK)])
def test_who_sees_what_never_tell_and_the_paper(people, language, size):
    worker = people.person("supervisor", language, size)
    case = case_with_account(worker)
    worker.go(f"{case}/who-sees")
    worker.look("60-who-sees")
    worker.go(f"{case}/never")
    worker.look("61-never-tell")
    worker.go(f"{case}/receipt")
    worker.look("62-paper")
    worker.go(f"{case}/agree")
    worker.look("63-ask-about-a-recipient")
    worker.choose("purpose", "share_with_authority")
    worker.choose("kind", "prosecution")
    worker.fill("name", "Example Office")
    worker.press()
    worker.look("64-the-question")
    for box in worker.page.locator("[name=told]").all():
        box.check()
    worker.choose("classes", "legal")
    worker.choose("agrees", "yes")
    worker.press()
    assert worker.path.endswith("/who-sees"), worker.text()
    assert "Example Office" in worker.text()
    assert consent.CLASS_LABELS["legal"] in worker.text() or language != "en"


@pytest.mark.parametrize(("language", "size"), [("en", driving.PHONE), ("ckb", driving.PHONE)])
def test_told_once_and_asked_for(people, language, size):
    worker = people.person("supervisor", language, size)
    case = case_with_account(worker)
    worker.go(f"{case}/told")
    worker.look("65-told-once")
    worker.go(f"{case}/told/new")
    worker.look("66-before-asking-again")
    lawyer = people.person("legal", language, size)
    lawyer.go("/told/requests")
    lawyer.look("67-accounts-asked-for")
    lawyer.follow(lawyer.page.locator('a[href^="/told/given/"]').first)
    lawyer.look("68-account-given")
    assert "kitchen" in lawyer.text()
