"""The ground in a real Chromium: passkeys, the strict policy, the quick way out, both directions."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import Page, sync_playwright

import make
from manumit.core import roles
from web import signing

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci)"),
]


@pytest.fixture(scope="module")
def chromium():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def complaints() -> list[str]:
    """What the browser says about the page's policy and scripts; none by the end of a test."""
    return []


@pytest.fixture
def page(chromium, live_server, complaints) -> Iterator[Page]:
    cache.clear()
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, base_url=live_server.url, locale="en-GB"
    )
    shown = context.new_page()
    shown.on(
        "console",
        lambda said: (
            complaints.append(said.text)
            if re.search("Content Security|Trusted|policy|Refused", said.text)
            else None
        ),
    )
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    yield shown
    context.close()
    assert complaints == []


def authenticator(page: Page) -> None:
    """Give the browser a security key that confirms by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def first_step(page: Page, user) -> None:
    page.goto("/sign-in")
    page.fill("#id_username", user.username)
    page.fill("#id_passphrase", make.PASSPHRASE)
    page.click("main button")
    page.wait_for_url(re.compile("/sign-in/"))


def sign_in(page: Page, user) -> None:
    first_step(page, user)
    page.fill("#id_code", signing.code())
    page.click("main button")
    page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))


def violations(page: Page) -> list[str]:
    """Return what axe finds. It runs in a world of its own, so the page's policy stays on."""
    session = page.context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
    place = {"contextId": world["executionContextId"], "returnByValue": True}
    session.send("Runtime.evaluate", {"expression": AXE.read_text(), **place})
    run = "axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target)))"
    answer = session.send("Runtime.evaluate", {"expression": run, "awaitPromise": True, **place})
    return answer["result"]["value"]


def test_a_passkey_is_made_at_the_first_sign_in_and_used_at_the_next(page):
    user = make.user()
    authenticator(page)
    first_step(page, user)
    page.fill("#id_name", "Example key")
    page.click("text=Set up a passkey")
    page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))
    assert Authenticator.objects.get(user=user).type == "webauthn"
    page.goto("/account")
    assert "Example key" in page.inner_text("main")
    page.click("text=Sign out")
    first_step(page, user)
    page.click("text=Continue with a passkey")
    page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))
    page.goto("/account")
    assert "Unlocked for this session" in page.inner_text("main")


def test_a_second_passkey_is_added_with_the_passphrase(page):
    user = signing.with_code_app(make.user())
    authenticator(page)
    sign_in(page, user)
    page.goto("/account/passkey")
    page.fill("#id_name", "Work telephone")
    page.fill("#id_passphrase", make.PASSPHRASE)
    page.click("main button")
    page.wait_for_url(re.compile("/account$"))
    assert "Work telephone" in page.inner_text("main")
    assert Authenticator.objects.filter(user=user).count() == 2


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_accessibility_violation_and_no_sideways_scrolling_on_a_telephone(page, language):
    head = signing.with_code_app(make.user(role=roles.Role.ADMINISTRATOR, language=language))
    newcomer = make.user(role=roles.Role.SUPERVISOR)
    page.goto("/sign-in")
    page.click(f"button[value={language}]") if language != "en" else None
    found = {}
    for address in ("/sign-in", "/sign-in/recover", "/signed-out", "/nothing"):
        page.goto(address)
        found[address] = violations(page)
    first_step(page, newcomer)
    found["set-up"] = violations(page)
    page.context.clear_cookies()
    sign_in(page, head)
    for address in (
        "/account",
        "/account/code-app",
        "/account/passkey",
        "/account/passphrase",
        "/account/recovery-code",
        "/accounts",
        "/accounts/new",
        "/accounts/unit",
        "/accounts/organisation",
        f"/accounts/{newcomer.id}",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
        found[address] = violations(page)
    assert {address: bad for address, bad in found.items() if bad} == {}


def test_a_form_with_mistakes_leads_to_them_and_is_accessible(page):
    page.goto("/sign-in")
    page.click("main button")
    assert page.title().startswith("Error:")
    assert violations(page) == []
    page.click(".govuk-error-summary a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_username"


def test_axe_would_have_seen_a_fault(page):
    page.goto("/sign-in")
    page.evaluate("document.querySelector('label').remove()")
    assert any("label" in bad for bad in violations(page))


def test_the_policy_stops_what_somebody_might_smuggle_in(page, complaints):
    page.goto("/sign-in")
    page.evaluate(
        """() => {
          const box = document.createElement('div')
          box.innerHTML = '<img src=x onerror="window.smuggled = 1"><style>body{display:none}</style>'
          document.body.append(box)
          const code = document.createElement('script')
          try { code.text = 'window.smuggled = 1' } catch (refused) {}
          document.body.append(code)
          const far = document.createElement('script')
          try { far.src = 'https://cdn.example/x.js' } catch (refused) { window.refused = 1 }
        }"""
    )
    assert page.evaluate("window.smuggled") is None
    assert page.evaluate("window.refused") == 1
    assert page.evaluate("getComputedStyle(document.body).display") != "none"
    assert len(complaints) >= 3
    complaints.clear()


def test_leaving_quickly_goes_to_a_neutral_page_and_leaves_no_way_back(page):
    page.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="neutral"))
    page.goto("/sign-in")
    page.goto("/find-help")
    link = page.locator("[data-leave-quickly]")
    assert link.get_attribute("href") == "https://www.wikipedia.org/"
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("https://www.wikipedia.org/**")
    page.go_back()
    assert "/find-help" not in page.url


def test_pages_work_without_a_script(chromium, live_server):
    cache.clear()
    user = signing.with_code_app(make.user())
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, user)
    page.goto("/account")
    assert "Unlocked for this session" in page.inner_text("main")
    page.click("text=Sign out")
    assert "You are signed out" in page.inner_text("main")
    context.close()
