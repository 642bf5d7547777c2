"""The paper that a person takes away: what was agreed, with whom, until when, how to change it.

In the person's language, in words that tell whoever finds it nothing (data/receipt-texts.toml).
A recipient is called by a neutral name that the person chooses; without one, by its first letters.
"""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from manumit.cases import consent, recipients
from manumit.core import printing

FALLBACK = "en"
STATUSES = ("original", "reviewed", "draft")
_WORDS = (
    "title",
    "agreed",
    "not_agreed",
    "what",
    "with",
    "us",
    "until",
    "about",
    "changing",
    "how",
    "number",
    "who",
    "note",
    "day",
)
CLASSES: tuple[str, ...] = tuple(
    name for name in consent.CLASS_LABELS if name not in consent.ENVELOPE
)


class BadReceiptTexts(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names language, key and cure."""


@dataclass(frozen=True)
class Texts:
    """All words of one language."""

    language: str
    version: str
    translation_status: str
    words: Mapping[str, str]
    purposes: Mapping[str, str]
    classes: Mapping[str, str]

    @property
    def draft(self) -> bool:
        """Tell whether nobody of the field has reviewed this translation yet."""
        return self.translation_status == "draft"


def parse(text: str) -> dict[str, Texts]:
    """Read the data file; raises BadReceiptTexts that names language, key and cure."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadReceiptTexts(
            f"receipt-texts.toml: {error}. Mend the line that is named."
        ) from error
    read = {name: _texts(name, raw) for name, part in raw.items() if isinstance(part, dict)}
    if FALLBACK not in read:
        raise BadReceiptTexts("receipt-texts.toml: [en] is missing; others fall back to it.")
    return read


def _texts(language: str, raw: Mapping[str, Any]) -> Texts:
    part = raw[language]
    wanted: dict[str, Sequence[str]] = {
        "purposes": [purpose.value for purpose in consent.Purpose],
        "classes": CLASSES,
    }
    missing = [name for name in _WORDS if not part.get(name)]
    missing += [
        f"{p}.{n}" for p, names in wanted.items() for n in names if not part.get(p, {}).get(n)
    ]
    if missing:
        raise BadReceiptTexts(f"receipt-texts.toml, [{language}]: “{missing[0]}” is missing.")
    if part.get("translation_status") not in STATUSES:
        raise BadReceiptTexts(
            f"receipt-texts.toml, [{language}]: “translation_status” must be one of "
            f"{', '.join(STATUSES)}."
        )
    return Texts(
        language,
        str(raw.get("version", "")),
        part["translation_status"],
        {name: part[name] for name in _WORDS},
        part["purposes"],
        part["classes"],
    )


@functools.cache
def load() -> dict[str, Texts]:
    """Return the words of every language there is."""
    file = resources.files("manumit.cases").joinpath("data/receipt-texts.toml")
    return parse(file.read_text("utf-8"))


def of(language: str) -> Texts:
    """Return the words of a language; English where there are none (see `Texts.language`)."""
    return load().get(language) or load()[FALLBACK]


def neutral(name: str) -> str:
    """Return a name's first letters, such as "E C": who knows it knows, who finds it does not."""
    parts = [part for part in recipients.folded(name.split(",")[0]).split() if part]
    return " ".join(part[0].upper() for part in parts[:4])


@dataclass(frozen=True)
class Line:
    """One word of the person, as the paper says it."""

    what: str
    whom: str
    about: str
    until: str
    given: bool


def lines(
    said: Sequence[consent.Consent], texts: Texts, on: date, names: Mapping[str, str]
) -> list[Line]:
    """Return the newest word on each purpose and recipient; `names`: neutral names by recipient."""
    newest: dict[tuple[consent.Purpose, str], consent.Consent] = {}
    for word in sorted(said, key=lambda w: (w.at, not w.given)):
        newest[word.purpose, word.recipient] = word
    return [_line(word, texts, on, names) for word in newest.values()]


def _line(word: consent.Consent, texts: Texts, on: date, names: Mapping[str, str]) -> Line:
    stands = word.stands(on)
    kinds = () if word.classes is None or not stands else word.classes
    offered = consent.offered_classes(word.purpose)
    told = [texts.classes[name] for name in CLASSES if name in kinds and name in offered]
    whom = names.get(word.recipient) or neutral(word.recipient_name) if word.recipient else ""
    return Line(
        what=texts.purposes[word.purpose.value],
        whom=whom or texts.words["us"],
        about=", ".join(told) if word.recipient else "",
        until=word.expires_on.isoformat() if stands and word.expires_on else "",
        given=stands,
    )


def side(found: Sequence[Line], texts: Texts, on: date, code: str) -> printing.Side:
    """Return the paper's one side; `code` is the reference that the person may be asked for."""
    words = texts.words
    parts: list[printing.Part] = []
    for given, title in ((True, words["agreed"]), (False, words["not_agreed"])):
        some = [line for line in found if line.given is given]
        if some:
            parts.append(printing.heading(title))
            parts.append(printing.rows([(line.what, _told(line, words)) for line in some]))
    parts += [
        printing.heading(words["changing"]),
        printing.text(words["how"]),
        printing.lines([words["number"], words["who"]]),
        printing.small(f"{words['day']}: {on.isoformat()} · {words['note']}: {code}"),
    ]
    return printing.Side(texts.language, words["title"], parts)


def _told(line: Line, words: Mapping[str, str]) -> str:
    told = [f"{words['with']}: {line.whom}"]
    if line.about:
        told.append(f"{words['about']}: {line.about}")
    if line.until:
        told.append(f"{words['until']}: {line.until}")
    return " · ".join(told)
