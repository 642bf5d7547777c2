"""The statement for authorities: this person is a presumed victim, and these norms protect them.

It says nothing of what happened: whoever needs the protection need not tell their story for it
(S/RES/2331 (2016), paragraph 2(d)). It names the person only where the person agreed; otherwise it has a
reference and a line for writing by hand. There is no way to put a fact into it: `Wanted` has no place
for one.
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources

from manumit.cases import nationality_law as states
from manumit.cases import norms, status
from manumit.core import printing
from manumit.directory import codes

LANGUAGES = norms.LANGUAGES


class BadTexts(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names language, key and cure."""


@dataclass(frozen=True)
class Wanted:
    """One statement: for whom, in which two languages, given by whom, with or without the name."""

    state: str  # three-letter code
    languages: tuple[str, str]
    reference: str
    on: date
    organisation: str
    authority: str
    recognised: bool
    minor: bool
    name: str = ""


def why_not(
    *, trafficking: str, protected: bool, erased: bool, state: str, languages: tuple[str, str]
) -> str:
    """Say why no statement can be written; "" when one can."""
    if erased:
        return "This case was erased."
    if trafficking == status.Trafficking.NOT.value:
        return "A named body decided that the person is not a victim. Ask legal aid."
    if trafficking not in {status.Trafficking.POSSIBLE.value, status.Trafficking.ACTUAL.value}:
        return "No signs are written down so far. A statement says that there are some."
    if not protected:
        return "The protection from punishment was lifted by two people. Give it back first."
    if state not in states.states():
        return "Choose the State whose authorities will read it."
    if len(set(languages)) != 2 or not set(languages) <= set(LANGUAGES):
        return "Choose two different languages: the authority's, and another one."
    return ""


REQUIRED = (
    *("translation_status", "title", "possible", "actual", "child", "no_facts", "asked"),
    *("ask_victim", "ask_acts", "ask_help", "ask_safe", "ask_contact", "binding", "undetermined"),
    *("reference", "name", "for_authority", "state", "date", "organisation", "by_hand"),
    *(
        "signature",
        "stamp",
        "source_status",
        "parties",
        "verified",
        "secondary",
        "pending",
        "draft",
    ),
)
ASKED = ("ask_victim", "ask_acts", "ask_help", "ask_safe", "ask_contact")


def parse(text: str) -> tuple[str, Mapping[str, Mapping[str, str]]]:
    """Read the texts; returns version and texts by language. Raises BadTexts with the cure."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTexts(f"statement-texts.toml: {error}. Mend the line that is named.") from error
    for language in LANGUAGES:
        lacking = [key for key in REQUIRED if not raw.get(language, {}).get(key)]
        if lacking:
            raise BadTexts(f"statement-texts.toml, [{language}]: “{lacking[0]}” is missing.")
    return str(raw.get("version", "")), {language: raw[language] for language in LANGUAGES}


@functools.cache
def _load() -> tuple[str, Mapping[str, Mapping[str, str]]]:
    file = resources.files("manumit.cases").joinpath("data/statement-texts.toml")
    return parse(file.read_text("utf-8"))


def versions() -> str:
    """Return from which texts and norms a statement is made."""
    return f"{_load()[0]} {norms.version()}"


def draft(language: str) -> bool:
    """Tell whether the texts of a language were not reviewed yet."""
    return _load()[1][language]["translation_status"] == "draft"


def country(state: str, language: str) -> str:
    """Return a State's name in a language, in English where there is none."""
    known = states.states()[state]
    named = codes.COUNTRIES.get(known.iso2, {})
    return named.get(language) or named.get("en") or known.name


def sides(wanted: Wanted) -> list[printing.Side]:
    """Return both sides of the paper, in the order of the languages."""
    return [_side(wanted, language) for language in wanted.languages]


def _side(wanted: Wanted, language: str) -> printing.Side:
    words = _load()[1][language]
    state = country(wanted.state, language)
    facts = [
        (words["for_authority"], wanted.authority),
        (words["state"], state),
        (words["reference"], wanted.reference),
        (words["organisation"], wanted.organisation),
        (words["date"], wanted.on.isoformat()),
    ]
    if wanted.name:
        facts.insert(3, (words["name"], wanted.name))
    parts = [
        printing.rows([pair for pair in facts if pair[1]]),
        printing.text(words["actual" if wanted.recognised else "possible"]),
    ]
    if wanted.minor:
        parts.append(printing.text(words["child"]))
    parts += [
        printing.text(words["no_facts"]),
        printing.heading(words["asked"]),
        printing.items([words[key] for key in ASKED]),
    ]
    found = norms.for_state(wanted.state, minor=wanted.minor)
    for answer, title in (
        (norms.Applies.YES, words["binding"]),
        (norms.Applies.NOT_DETERMINED, words["undetermined"]),
    ):
        if found[answer]:
            parts.append(printing.heading(title.replace("{country}", state)))
            for norm in found[answer]:
                parts += _norm(norm, answer, words, language)
    by_hand = [] if wanted.name else [words["by_hand"]]
    parts.append(printing.lines([*by_hand, words["signature"], words["stamp"]]))
    if words["translation_status"] == "draft":
        parts.append(printing.small(words["draft"]))
    return printing.Side(language, words["title"], parts)


def _norm(
    norm: norms.Norm, answer: norms.Applies, words: Mapping[str, str], language: str
) -> list[printing.Part]:
    where = words["source_status"].replace("{status}", words[norm.status])
    if norm.parties and answer is norms.Applies.YES:
        parties = words["parties"].replace("{year}", str(norm.parties_as_of))
        where += "; " + parties.replace("{status}", words[norm.parties_status])
    return [
        printing.text(f"{norm.names[language]}: {norm.words[language]}"),
        printing.small(f"{norm.source}. {where}"),
    ]
