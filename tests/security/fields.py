"""The forms of a page as a browser sees them: every field with a value that a person could send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXTS = {"datetime-local": "2026-03-01T10:00", "number": "1", "date": "2026-03-01"}


@dataclass
class Form:
    """One form: where it goes, by which method, and what it would send."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)  # fields that take any words
    required: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.open)
        if self.open is None:
            return
        if tag == "option" and self.select:
            if given.get("value") and not self.open.values.get(self.select):
                self.open.values[self.select] = given["value"]
            return
        name = given.get("name", "")
        if not name:
            return
        if tag == "select":
            self.select = name
            self.open.values.setdefault(name, "")
        elif tag == "textarea":
            self.area = name
            self.open.values.setdefault(name, "")
            self.open.texts.append(name)
        elif tag in {"input", "button"}:
            self._input(name, given)

    def _input(self, name: str, given: dict[str, str]) -> None:
        assert self.open is not None
        kind = given.get("type", "text")
        if kind in {"radio", "checkbox"}:
            if given.get("value") and (not self.open.values.get(name) or "checked" in given):
                self.open.values[name] = given["value"]
        elif kind in {"hidden", "submit"}:
            self.open.values.setdefault(name, given.get("value", ""))
        elif kind != "file":
            self.open.values[name] = given.get("value") or TEXTS.get(kind, "")
            if kind in {"text", "search"}:
                self.open.texts.append(name)

    def handle_data(self, data):
        if self.area and self.open is not None:
            self.open.values[self.area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.area = ""


def of(html: str) -> list[Form]:
    """Return the forms of a page, without the ones of the frame (signing out, language)."""
    reader = _Reader()
    reader.feed(html)
    for form in reader.forms:
        form.values.pop("csrfmiddlewaretoken", None)
    return [form for form in reader.forms if form.action not in {"/language", "/sign-out"}]
