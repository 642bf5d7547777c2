"""The short lists of words that the directory uses, read from `data/codes.toml`.

Service types are those of the Primero case system, used across child-protection and
gender-based-violence programmes; every other list says in the file where it comes from.
"""

import csv
import tomllib
from importlib import resources
from typing import Any

import icu

from manumit.core import reasons


def load(name: str) -> dict[str, Any]:
    """Return a TOML file of this package's data folder."""
    text = resources.files("manumit.directory").joinpath("data", name).read_text("utf-8")
    return tomllib.loads(text)


_ALL = load("codes.toml")
LISTS: dict[str, dict[str, dict[str, str]]] = {
    name: values for name, values in _ALL.items() if name != "about"
}
NEEDS: tuple[str, ...] = tuple(LISTS["needs"])


def label(list_name: str, code: str, language: str = "en") -> str:
    """Return the words for a code in a language, else in English, else the code itself."""
    texts = LISTS[list_name].get(code, {})
    return texts.get(language.split("-")[0]) or texts.get("en") or code


def word(list_name: str, code: str) -> reasons.Word:
    """Return the words for a code as part of a reason, which is said in the reader's language."""
    return reasons.Word(label(list_name, code), LISTS[list_name].get(code, {}))


def _countries() -> dict[str, dict[str, str]]:
    path = resources.files("manumit.directory").joinpath("data", "countries.csv")
    rows = csv.DictReader(path.read_text("utf-8").splitlines())
    return {row["code"]: _named(row) for row in rows}


def _named(row: dict[str, str]) -> dict[str, str]:
    names = {language: name for language, name in row.items() if language != "code"}
    sorani = icu.Locale("", row["code"]).getDisplayCountry(icu.Locale("ckb"))
    return names if sorani == row["code"] else {**names, "ckb": str(sorani)}


# ISO 3166-1 alpha-2: names in en, fr, ar (datasets/country-codes, PDDL); in ckb by Unicode CLDR
COUNTRIES = _countries()
