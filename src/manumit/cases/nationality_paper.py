"""The paper about a child's nationality, in two languages: what an authority or the family may see.

Made from `Finding.for_authority` alone, which is decided anew from facts that hold nothing private; there
is no other way into it. The name is written by hand. Texts are data (data/citizenship/paper-texts.toml).
"""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from manumit.cases import nationality, nationality_facts, nationality_steps, norms, statement
from manumit.cases import nationality_law as law
from manumit.cases.nationality_claim import Basis, Effect
from manumit.cases.nationality_facts import Document, Facts, Parent, Situation
from manumit.core import printing, reasons

LANGUAGES = norms.LANGUAGES
SHOWN = (Situation.STATELESS, Situation.UNKNOWN, Situation.NOT_GIVEN)
LIMITS = (
    *("absent", "nothing", "dual", "wedlock", "gender", "group", "generation"),
    *("residence", "father-born", "age", "stay", "parents", "unread"),
)
_PARTS: dict[str, tuple[str, ...]] = {
    "ask": tuple(nationality.ASKED),
    "effects": tuple(e.value for e in Effect if e is not Effect.NOT_APPLICABLE),
    "bases": tuple(b.value for b in Basis),
    "limits": LIMITS,
    "situations": tuple(s.value for s in SHOWN),
    "documents": tuple(d.value for d in Document),
    "norm": ("crc-7", "1961-1", "1961-2", "1961-4"),
}
_WORDS = (
    *("translation_status", "title", "born", "year", "mother", "father", "nationality"),
    *("not_determined", "only_a_state", "asked", "laws", "safeguards", "there", "norms", "law_of"),
    *("name", "signature", "stamp", "parties", "draft"),
)


class BadTexts(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names language, key and cure."""


def parse(text: str) -> Mapping[str, Mapping[str, Any]]:
    """Read the texts by language; raises BadTexts with what is missing."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTexts(f"paper-texts.toml: {error}. Mend the line that is named.") from error
    for language in LANGUAGES:
        words = raw.get(language, {})
        wanted = [(key, words.get(key)) for key in _WORDS]
        wanted += [
            (f"{part}.{key}", words.get(part, {}).get(key))
            for part, keys in _PARTS.items()
            for key in keys
        ]
        lacking = [key for key, there in wanted if not there]
        if lacking:
            raise BadTexts(f"paper-texts.toml, [{language}]: “{lacking[0]}” is missing.")
    return {language: raw[language] for language in LANGUAGES}


@functools.cache
def texts() -> Mapping[str, Mapping[str, Any]]:
    """Return the texts of every language."""
    file = resources.files("manumit.cases").joinpath("data/citizenship/paper-texts.toml")
    return parse(file.read_text("utf-8"))


def why_not_send(facts: Facts, *, embassy: bool) -> str:
    """Say why nothing may go to the body that asks; "" when it may.

    `embassy` is for an embassy, or authorities of a country of origin.
    """
    reason = nationality.why_not(facts) or nationality_steps.why_not_show(facts)
    if not reason and embassy and nationality_steps.not_to_contact(facts):
        return "The family fled a State, or may have: nothing goes to an embassy. Ask a lawyer."
    return reason


def why_not(
    facts: Facts,
    languages: tuple[str, str],
    *,
    guardian_implicated: bool = False,
    embassy: bool = False,
) -> str:
    """Say why no paper can be made; "" when one can."""
    reason = why_not_send(facts, embassy=embassy)
    if reason:
        return reason
    if len(set(languages)) != 2 or not set(languages) <= set(LANGUAGES):
        return "Choose two different languages: the authority's, and another one."
    if guardian_implicated:
        return "The adult may be involved: give nothing to take home. Go through a lawyer or UNHCR."
    return ""


def sides(facts: Facts, languages: tuple[str, str]) -> list[printing.Side]:
    """Return both sides of the paper; raises ValueError when the facts may not be shown."""
    refused = nationality_steps.why_not_show(facts)
    if refused:
        raise ValueError(refused)
    told = nationality.decide(facts).for_authority()
    shown = nationality_facts.for_authority(facts)
    return [_side(told, shown, language) for language in languages]


def _side(told: Mapping[str, Any], shown: Facts, language: str) -> printing.Side:
    words = texts()[language]
    parts = [
        printing.rows(
            [
                (words["born"], statement.country(shown.born, language)),
                (words["year"], str(shown.year)),
                (words["mother"], _parent(shown.mother, words, language)),
                (words["father"], _parent(shown.father, words, language)),
                (words["nationality"], words["not_determined"]),
            ]
        ),
        printing.text(words["only_a_state"]),
        printing.heading(words["asked"]),
        printing.items([words["ask"][one["code"]] for one in told["asked"]]),
    ]
    for key in ("laws", "safeguards"):
        rows = [_claim(one, words, language) for one in told[key] if _counts(one)]
        if rows:
            parts += [printing.heading(words[key]), printing.rows(rows)]
    there = [words["documents"][one["code"]] for one in told["documents"]["there"]]
    if there:
        parts += [printing.heading(words["there"]), printing.items(there)]
    parts += [
        printing.heading(words["norms"]),
        printing.items([words["norm"][norm["id"]] for norm in told["norms"]]),
        printing.small(words["parties"]),
        printing.small(told["table"]["source"]),
        printing.lines([words["name"], words["signature"], words["stamp"]]),
    ]
    if words["translation_status"] == "draft":
        parts.append(printing.small(words["draft"]))
    return printing.Side(language, words["title"], parts)


def _counts(claim: Mapping[str, Any]) -> bool:
    return bool(claim["effect"] != Effect.NOT_APPLICABLE.value)


def _parent(parent: Parent, words: Mapping[str, Any], language: str) -> str:
    said = [statement.country(state, language) for state in parent.nationalities]
    said += [words["situations"][s.value] for s in SHOWN if s in parent.situations]
    return ", ".join(said)


def limit(mode: str, code: str) -> str:
    """Return the key of `LIMITS` for a code of the table."""
    kind = law.limit(mode, code)
    if mode == "A03b" and kind == "residence":
        return "stay"
    return kind if kind in LIMITS else "unread"


def _claim(claim: Mapping[str, Any], words: Mapping[str, Any], language: str) -> tuple[str, str]:
    by = claim["law"]
    title = f"{statement.country(claim['state'], language)}: {words['bases'][claim['basis']]}"
    says = words["limits"][limit(by["mode"], by["code"])]
    code = f"{reasons.ISOLATE}{by['mode']}={by['code']}{reasons.END}"  # in order also in Arabic
    where = f"{code}, {words['law_of']} {by['year']}"
    return title, f"{words['effects'][claim['effect']]}: {says} ({where})"
