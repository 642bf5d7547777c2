"""Which sentences of a language somebody has read, which are drafts, and which are missing.

A translation is a draft until a person who speaks the language and knows the field has read it. What
they have read stands in `locale/<language>/reviewed.csv`: a digest of the sentence and its
translation, who read it and when. So a sentence that is changed afterwards, in English or in the
translation, is a draft again by itself. English is the original. docs/decisions/0013.
"""

import ast
import csv
import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
ORIGINAL = "en"


@dataclass(frozen=True)
class Text:
    """One entry of a catalogue; `said` holds its translation in each plural form."""

    sentence: str
    said: tuple[str, ...]
    context: str = ""
    plural: str = ""

    @property
    def missing(self) -> bool:
        """Tell whether any form of it is not translated."""
        return not all(self.said)

    @property
    def digest(self) -> str:
        """Return what a review is bound to."""
        parts = (self.context, self.sentence, self.plural, *self.said)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Status:
    """How many sentences of a language are in which state."""

    language: str
    reviewed: int
    draft: int
    missing: int

    @property
    def sentences(self) -> int:
        """All of them."""
        return self.reviewed + self.draft + self.missing

    @property
    def whole(self) -> bool:
        """Tell whether everything is translated and read."""
        return self.reviewed == self.sentences


def entries(catalogue: str) -> Iterator[Text]:
    """Yield the entries of a catalogue (the text of a .po file), without its header."""
    held: dict[str, str] = {}
    key = ""
    for line in [*catalogue.splitlines(), ""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if held.get("msgid"):
                yield _text(held)
            held, key = {}, ""
        elif line.startswith('"'):
            held[key] += ast.literal_eval(line)
        else:
            key, _, words = line.partition(" ")
            held[key] = ast.literal_eval(words)


def _text(held: dict[str, str]) -> Text:
    forms = sorted((key, words) for key, words in held.items() if key.startswith("msgstr"))
    return Text(
        sentence=held["msgid"],
        said=tuple(words for _, words in forms),
        context=held.get("msgctxt", ""),
        plural=held.get("msgid_plural", ""),
    )


def texts(language: str, folder: Path = LOCALE) -> list[Text]:
    """Return the entries of a language, and nothing for the original."""
    path = folder / language / "LC_MESSAGES" / "django.po"
    return list(entries(path.read_text("utf-8"))) if path.exists() else []


def reviewed(language: str, folder: Path = LOCALE) -> dict[str, tuple[str, str]]:
    """Return who has read a text and on which day, by its digest."""
    path = folder / language / "reviewed.csv"
    if not path.exists():
        return {}
    rows = csv.DictReader(path.read_text("utf-8").splitlines())
    return {row["digest"]: (row["by"], row["on"]) for row in rows}


def drafts(language: str, folder: Path = LOCALE) -> list[Text]:
    """Return the translations that nobody has read yet."""
    known = reviewed(language, folder)
    return [t for t in texts(language, folder) if not t.missing and t.digest not in known]


@functools.cache
def status(language: str, folder: Path = LOCALE) -> Status:
    """Count the sentences of a language; it is read once, for the files change with the product."""
    every, waiting = texts(language, folder), drafts(language, folder)
    missing = sum(each.missing for each in every)
    return Status(
        language=language,
        reviewed=len(every) - len(waiting) - missing,
        draft=len(waiting),
        missing=missing,
    )
