"""Sentences with places to fill, so that a rule's answer can be read in any language.

A rule knows nothing of pages: it answers in English, and what it answers is a plain `str`, so that
it can be compared, stored and printed by commands. A reason that names something (a date, a number,
a label, a country) keeps its sentence and its values apart, and a page puts both into the reader's
language when it shows it (`said`).

    say("It is for {whom} only.", whom=say("women and girls"))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Self

ISOLATE, END = "\u2066", "\u2069"  # a span of figures stays in order on a right-to-left page


class Reason(str):
    """A sentence in English that remembers what it was made of."""

    __slots__ = ("low", "template", "values")
    template: str
    values: Mapping[str, Any]
    low: bool

    def __new__(cls, template: str, values: Mapping[str, Any], *, low: bool = False) -> Self:
        """Fill the places of the template; `low` begins with a small letter, within a sentence."""
        text = filled(template, {name: _english(value) for name, value in values.items()})
        made = super().__new__(cls, _lowered(text) if low else text)
        made.template, made.values, made.low = template, values, low
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles stay whole."""
        return _made, (self.template, dict(self.values), self.low)


class Word(str):
    """A word of a list that has its own words for each language (such as directory/codes)."""

    __slots__ = ("texts",)
    texts: Mapping[str, str]

    def __new__(cls, english: str, texts: Mapping[str, str]) -> Self:
        """Take the English word and the words by language code."""
        made = super().__new__(cls, english)
        made.texts = texts
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles stay whole."""
        return Word, (str(self), dict(self.texts))


@dataclass(frozen=True)
class Voice:
    """How a language says things: a sentence by its English, a date, a number."""

    language: str
    translate: Callable[[str], str]
    date: Callable[[date], str]
    number: Callable[[int | str], str]  # a number, or a text of figures such as 08:30


def say(template: str, **values: Any) -> Reason:
    """Return a sentence; a value is a text, a number, a date, a time, a Reason, a Word or a list.

    Dates are written "3 March 2025", lists with commas; a text is never translated.
    """
    return Reason(template, values)


def low(label: str) -> Reason:
    """Return a label as it stands within a sentence: with a small first letter."""
    return Reason(label, {}, low=True)


def together(*sentences: str) -> Reason:
    """Return sentences one after the other, leaving out empty ones."""
    kept = [sentence for sentence in sentences if sentence]
    return Reason(
        " ".join(f"{{s{number}}}" for number in range(len(kept))),
        {f"s{number}": sentence for number, sentence in enumerate(kept)},
    )


def said(sentence: str, voice: Voice) -> str:
    """Return a sentence in the language of the voice, with all that stands in it."""
    if isinstance(sentence, Word):
        return sentence.texts.get(voice.language.split("-")[0]) or voice.translate(str(sentence))
    if not isinstance(sentence, Reason):
        return voice.translate(sentence) if sentence else ""
    # a template of places alone has nothing to translate
    bare = not filled(sentence.template, dict.fromkeys(sentence.values, "")).strip(" .:;,")
    template = sentence.template if bare else voice.translate(sentence.template)
    values = {name: _value(value, voice) for name, value in sentence.values.items()}
    text = filled(template, values)
    return _lowered(text) if sentence.low else text


def _value(value: Any, voice: Voice) -> str:
    if isinstance(value, Reason | Word):
        return said(value, voice)
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return voice.number(value)
    if isinstance(value, date):
        return voice.date(value)
    if isinstance(value, time):
        return voice.number(f"{value:%H:%M}")
    return _comma(voice.language).join(_value(each, voice) for each in value)


def _english(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Sequence):
        return ", ".join(_english(each) for each in value)
    raise TypeError(f"a reason cannot hold {type(value).__name__}: give text, number, date or list")


def _comma(language: str) -> str:
    return "، " if language.split("-")[0] in {"ar", "ckb"} else ", "


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def filled(template: str, values: Mapping[str, str]) -> str:
    """Fill the places `{name}` of a text; what a value says is never read as a place."""
    parts = template.split("{")
    out = [parts[0]]
    for part in parts[1:]:
        name, closed, rest = part.partition("}")
        out.append(f"{values[name]}{rest}" if closed and name in values else "{" + part)
    return "".join(out)


def _made(template: str, values: Mapping[str, Any], low_: bool) -> Reason:
    return Reason(template, values, low=low_)
