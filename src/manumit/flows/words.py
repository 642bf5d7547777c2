"""Words that banks use in headings and cells, in five languages, and what they stand for."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources


def even(text: str) -> str:
    """Return a heading for comparing: no case, accents, marks; one form of each Arabic letter."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", plain.replace("ـ", "")).strip()


def _read(name: str) -> dict[str, dict[str, list[str]]]:
    text = resources.files("manumit.flows").joinpath("data").joinpath(name).read_text("utf-8")
    return tomllib.loads(text)


@cache
def headings() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return field -> (heading, language)."""
    return {
        field: tuple((even(word), code) for code, words in table.items() for word in words)
        for field, table in _read("headings.toml").items()
    }


@cache
def _cells(table: str) -> Mapping[str, str]:
    found = _read("words.toml")[table]
    return {even(word) or word: code for code, words in found.items() for word in words}


def kind(word: str) -> str:
    """Return the way of payment that a word stands for, "" where it is not known."""
    return _cells("kind").get(even(word), "")


def direction(word: str) -> str:
    """Return "out" or "in", "" where the word says neither."""
    return _cells("direction").get(even(word) or word.strip(), "")
