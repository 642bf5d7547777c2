"""Kinds of dossier: which parts each has, which it cannot do without, and where that is asked for.

All of it is data (data/dossiers.toml), with source and status: forms of the sanctions committees, the
model treaty on extradition, the convention's article on legal assistance.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from manumit.core.reasons import Word

_EMPTY = {"en": "Nothing is written here yet.", "fr": "Rien n'est encore écrit ici."}
_WRITE = {
    "en": "Write it on the page of this part.",
    "fr": "Écrivez-le sur la page de cette partie.",
}


class Form(StrEnum):
    """How a part is filled."""

    DRAWN = "drawn"  # from claims, by the product
    SENTENCES = "sentences"
    TEXT = "text"


@dataclass(frozen=True)
class Part:
    """One part of a dossier, as the data describes it."""

    code: str
    title: str
    form: Form
    asks: str
    missing: str
    cure: str
    source: str
    status: str


@cache
def _data() -> Mapping[str, Any]:
    path = resources.files("manumit.network").joinpath("data/dossiers.toml")
    return tomllib.loads(path.read_text("utf-8"))


def _word(texts: Mapping[str, str]) -> Word:
    return Word(texts["en"], texts)


def written(word: str, language: str) -> str:
    """Return a title or label in the language of a paper."""
    return word.texts.get(language, str(word)) if isinstance(word, Word) else word


def kinds() -> dict[str, str]:
    """Return the kinds of dossier and their labels."""
    return {code: _word(kind["label"]) for code, kind in _data()["kinds"].items()}


def usual_recipient(kind: str) -> str:
    """Return to whom such a dossier usually goes."""
    return _word(_data()["kinds"][kind]["to"])


def bases() -> dict[str, str]:
    """Return the legal bases on which a dossier may leave."""
    return {code: _word(words) for code, words in _data()["bases"].items()}


def criteria() -> dict[str, str]:
    """Return the criteria of listing and their labels."""
    return {code: _word(one["label"]) for code, one in _data()["criteria"].items()}


def part(code: str) -> Part:
    """Return one part; KeyError where there is none."""
    row = _data()["parts"][code]
    source = _data()["sources"][row["source"]]
    return Part(
        code,
        _word(row["title"]),
        Form(row["form"]),
        _word(row["asks"]) if "asks" in row else "",
        _word(row.get("missing", _EMPTY)),
        _word(row.get("cure", _WRITE)),
        source["name"],
        source["status"],
    )


def parts(kind: str) -> list[Part]:
    """Return the parts of a kind, in order."""
    return [part(code) for code in _data()["kinds"][kind]["parts"]]


def needs(kind: str) -> frozenset[str]:
    """Return the codes of the parts without which nothing is proposed."""
    return frozenset(_data()["kinds"][kind]["needs"])
