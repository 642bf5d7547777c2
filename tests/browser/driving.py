"""Driving the browser: signing in, going on, and looking at every page that is passed."""

import os
import time
from pathlib import Path

from manumit.cli import demo

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "docs" / "screenshots"
TALLEST = 1700  # pictures of long pages stop here
ALSO_MIRRORED = frozenset(
    {"03-consent", "05-questions-urgent-needs", "06-finding", "12-case", "21-letter", "30-board"}
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class House:
    """All people of a test, each with a browser of their own."""

    def __init__(self, server, chromium):
        self.server, self.chromium = server, chromium
        self.seats = []

    def seat(self, username, language="en", size=PHONE, **options):
        """Seat a person before an empty browser."""
        seat = Seat(self, username, language, size, options)
        self.seats.append(seat)
        return seat

    def person(self, username, language="en", size=PHONE, **options):
        """Seat a person and sign them in with passphrase and one-time code."""
        seat = self.seat(username, language, size, **options)
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
            self.press(f"button[name=language][value={self.language}]")
        self.page.locator("[name=username]").fill(self.username)
        self.page.locator("[name=passphrase]").fill(demo.PASSPHRASE)
        self.press("main form button")
        assert self.path == "/sign-in/code"
        while demo.code(time.time()) == self._codes.get(self.username):
            time.sleep(1)  # a code is good once
        self._codes[self.username] = code = demo.code(time.time())
        self.page.locator("[name=code]").fill(code)
        self.press("main form button")
        assert "sign-in" not in self.path
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.press(f"button[name=language][value={self.language}]")

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
        self.follow(self.page.locator(selector).first)

    def follow(self, thing):
        """Press what leads to another page, and wait for that page."""
        with self.page.expect_navigation(wait_until="load"):
            thing.click()

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
        if self.scripts:  # axe is a script itself
            self._axe(where)
        if picture and os.environ.get("MANUMIT_SCREENSHOTS"):
            self._picture(picture)

    def _picture(self, name):
        """Take a picture for the manual; in Arabic only of the pages that show most."""
        if self.language != "en" and name not in ALSO_MIRRORED:
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.evaluate("document.fonts.ready")
        high = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.screenshot(
            path=PICTURES / f"{name}-{self.language}.png",
            full_page=True,
            clip={"x": 0, "y": 0, "width": self.width, "height": min(high, TALLEST)},
        )

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
