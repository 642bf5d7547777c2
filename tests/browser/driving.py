"""Driving the browser: signing in, going on, and looking at every page that is passed."""

import os
import re
import time
from pathlib import Path

from manumit.cli import demo

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "docs" / "screenshots"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class House:
    """All people of a test, each with a browser of their own."""

    def __init__(self, server, chromium):
        self.server, self.chromium = server, chromium
        self.seats = []

    def person(self, username, language="en", size=PHONE, **options):
        """Seat a person and sign them in with passphrase and one-time code."""
        seat = Seat(self, username, language, size, options)
        self.seats.append(seat)
        seat.sign_in()
        return seat

    def close(self):
        for seat in self.seats:
            seat.context.close()


class Seat:
    """One person before one browser; every page that is looked at is checked."""

    _codes: dict[str, str] = {}

    def __init__(self, house, username, language, size, options):
        self.house, self.username, self.language = house, username, language
        self.scripts = options.get("java_script_enabled", True)
        self.context = house.chromium.new_context(viewport=size, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.width = size["width"]
        self.trouble = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))

    def _hear(self, message):
        # a form that is sent back with an error is a 400, which the browser writes down
        if message.type == "error" and "status of 400" not in message.text:
            self.trouble.append(message.text)

    def go(self, path):
        self.page.goto(self.house.server["address"] + path)

    def sign_in(self):
        self.go("/sign-in")
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.page.locator(f"button[name=language][value={self.language}]").click()
        self.page.locator("[name=username]").fill(self.username)
        self.page.locator("[name=passphrase]").fill(demo.PASSPHRASE)
        self.page.locator("main form button").first.click()
        self.page.wait_for_url("**/sign-in/code")
        while demo.code(time.time()) == self._codes.get(self.username):
            time.sleep(1)  # a code is good once
        self._codes[self.username] = code = demo.code(time.time())
        self.page.locator("[name=code]").fill(code)
        self.page.locator("main form button").first.click()
        self.page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.page.locator(f"button[name=language][value={self.language}]").click()

    # --- acting ---

    def choose(self, name, value):
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    def fill(self, name, text):
        self.page.locator(f'[name="{name}"]').fill(text)

    def unfold(self, name):
        """Open the fold in which a field lies."""
        fold = self.page.locator("details", has=self.page.locator(f'[name="{name}"]'))
        if fold.count() and fold.get_attribute("open") is None:
            fold.locator("summary").click()

    def press(self, selector="main form button.govuk-button"):
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state("load")

    def onward(self):
        self.press("button[name=then][value=next]")

    @property
    def path(self):
        return self.page.url.removeprefix(self.house.server["address"])

    def text(self):
        return self.page.locator("main").inner_text()

    # --- looking ---

    def look(self, picture=""):
        """Check the page in sight: nothing wider than the screen, no error, no barrier."""
        where = f"{self.path} ({self.language}, {self.username})"
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.width, f"{where} is {wide} px wide on a screen of {self.width}"
        direction = self.page.evaluate("getComputedStyle(document.documentElement).direction")
        assert direction == ("rtl" if self.language in {"ar", "ckb"} else "ltr"), where
        assert self.trouble == [], f"{where}: {self.trouble}"
        if AXE.exists() and self.scripts:
            self._axe(where)
        if picture and os.environ.get("MANUMIT_SCREENSHOTS"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.evaluate("document.fonts.ready")
            path = PICTURES / f"{picture}-{self.language}.png"
            self.page.screenshot(path=path, full_page=True)

    def _axe(self, where):
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", _RULES
        )
        problems = [
            f"{each['id']} ({each['impact']}): {node['html'][:160]} {node['failureSummary'][:300]}"
            for each in found["violations"]
            for node in each["nodes"][:3]
        ]
        assert problems == [], f"{where}:\n" + "\n".join(problems)
