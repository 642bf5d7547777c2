"""A person before a browser, without the browser: pages, forms, cookies, one line kept open."""

import http.client
import re
import time
import urllib.parse
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Answer:
    """What came back in the end: its address, status and text."""

    path: str
    status: int
    text: str

    def token(self) -> str:
        """Return the token of the page's forms; raises AttributeError where there is none."""
        found = _TOKEN.search(self.text)
        if found is None:
            raise AttributeError(f"{self.path} ({self.status}) has no form")
        return found.group(1)


@dataclass
class Person:
    """Somebody at work. Every request is noted as (page, seconds, status)."""

    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    noted: list[tuple[str, float, int]] = field(default_factory=list)
    line: http.client.HTTPConnection | None = None

    def open(self, page: str, path: str) -> Answer:
        """Open a page, and go where it leads."""
        return self._follow(page, self._ask(page, "GET", path))

    def send(self, page: str, path: str, token: str, **data: Any) -> Answer:
        """Send a form, and go where it leads."""
        return self._follow(page, self.post(page, path, token, **data))

    def post(self, page: str, path: str, token: str, **data: Any) -> Answer:
        """Send a form and stay."""
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **data}, doseq=True)
        return self._ask(page, "POST", path, body)

    def _follow(self, page: str, answer: Answer) -> Answer:
        while answer.status == 302:
            answer = self._ask(f"{page} (what follows)", "GET", answer.text)
        return answer

    def _ask(self, page: str, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{self.host}"
        begin = time.perf_counter()
        for attempt in (1, 2):
            line = self.line or http.client.HTTPConnection(self.host, timeout=120)
            self.line = line
            try:
                line.request(method, path, body, headers)
                got = line.getresponse()
                text = got.read().decode(errors="replace")
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # the server ends a line that was idle; the form is the same one, so it is safe
                line.close()
                self.line = None
                if attempt == 2:
                    raise
        self.noted.append((page, time.perf_counter() - begin, got.status))
        for cookie in got.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        where = got.headers.get("Location", "") if got.status == 302 else ""
        return Answer(path, got.status, where or text)
