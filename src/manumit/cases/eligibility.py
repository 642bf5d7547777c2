"""Which State support a person may ask for as a victim of terrorism, with reasons.

Resolution 2331 (2016), paragraph 10: people trafficked, and people who suffered sexual violence, by
terrorist groups are victims of terrorism, so that they may have the support, recognition and redress
that States give to these. Each State's programme is dated data with a source (data/eligibility.toml).
The answer is never a verdict: covered as far as is known, not covered by this programme and why, or
what is still missing. A country without a programme in the data is "not determined".
"""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from typing import Any

GIVES: dict[str, str] = {
    "recognition": "Recognition",
    "redress": "Redress and reparation",
    "relief": "Help with daily life",
    "monthly_payment": "A monthly payment",
    "one_payment": "A payment",
    "land_or_home": "Land or a home",
    "health": "Health care",
    "psychosocial": "Someone to talk to",
    "education": "School and training",
    "work": "Work",
}
PAPERS: dict[str, str] = {
    "identity": "A paper that shows who the person is",
    "investigation": "Papers of an investigation or a court",
    "medical": "A report by a doctor",
    "death_or_missing": "A paper on who died or is missing",
}
KINDS: dict[str, str] = {
    "captivity": "Taken and held",
    "sold": "Sold or given away",
    "sexual_violence": "Sexual violence",
    "forced_marriage": "Forced marriage",
    "forced_conversion": "Forced to change religion",
    "forced_labour": "Forced to work or to fight",
    "separated": "Separated from the family by force",
    "mass_killing": "Survived a mass killing",
    "injury": "Injury or lasting illness",
    "killed_relative": "A close relative was killed",
    "missing_relative": "A close relative is missing",
    "property": "Lost home or property",
    "work_or_study": "Lost work or study",
}
COMMUNITIES: dict[str, str] = {
    "yazidi": "Yazidi",
    "turkmen": "Turkmen",
    "christian": "Christian",
    "shabak": "Shabak",
    "other": "Another community",
}
FACTS: dict[str, str] = {
    "status": "Whether the person may be a victim",
    "group": "Which group it was",
    "country": "In which country it happened",
    "since": "When it happened",
    "kinds": "What was suffered",
    "nationality": "Nationality",
    "community": "Community, when the person wants to say it",
    "sex": "Sex",
    "minor_then": "Whether the person was under 18 then",
    "freed": "Whether the person is free now",
}


class Result(StrEnum):
    """What can be said about one programme."""

    MAY_ASK = "may_ask"
    MISSING = "missing"
    NOT_COVERED = "not_covered"


RESULT_LABELS: dict[Result, str] = {
    Result.MAY_ASK: "The person may ask for it",
    Result.MISSING: "Something is not known yet",
    Result.NOT_COVERED: "Not by this programme",
}
_BEST = {Result.MAY_ASK: 0, Result.MISSING: 1, Result.NOT_COVERED: 2}
_STATUSES = {"verified", "secondary", "pending"}


class BadProgrammes(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names entry, key and cure."""


@dataclass(frozen=True)
class Condition:
    """One thing that must be so. Exactly one of `any` and `since` is used."""

    fact: str
    words: str
    any: frozenset[str] = frozenset()
    since: date | None = None

    def holds(self, facts: Mapping[str, Any]) -> bool | None:
        """Tell whether it is so; None when it is not known."""
        value = facts.get(self.fact)
        if value in (None, "", []) or value == "unknown":
            return None
        if self.since is not None:
            return bool(value >= self.since)
        said = {str(v) for v in (value if isinstance(value, list | tuple | set) else [value])}
        return bool(said & self.any)


@dataclass(frozen=True)
class Programme:
    """What one State, or the Security Council, says; each path is one way to be covered."""

    id: str
    country: str
    title: str
    law: str
    valid_from: date
    gives: tuple[str, ...]
    papers: tuple[str, ...]
    ask_at: str
    mind: str
    source: str
    source_status: str
    paths: tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True)
class Knowledge:
    """The whole file."""

    programmes: tuple[Programme, ...]
    groups: Mapping[str, str]


@dataclass(frozen=True)
class Reason:
    """One condition and how it stands: True, False, or None for not known."""

    words: str
    holds: bool | None


@dataclass(frozen=True)
class Answer:
    """What can be said about one programme, and why."""

    programme: Programme
    result: Result
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    papers: tuple[str, ...]  # asked for and not there


def parse(text: str) -> Knowledge:
    """Read the data file; raises BadProgrammes that names entry, key and cure."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadProgrammes(f"eligibility.toml: {error}. Mend the line that is named.") from error
    groups = {entry["code"]: entry["label"] for entry in raw.get("group", [])}
    return Knowledge(tuple(_programme(entry) for entry in raw.get("programme", [])), groups)


def _programme(entry: dict[str, Any]) -> Programme:
    place = f"eligibility.toml, programme {entry.get('id', '?')}"
    for key in ("id", "title", "law", "ask_at", "mind", "source"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise BadProgrammes(f"{place}: “{key}” is missing.")
    if entry.get("source_status") not in _STATUSES:
        raise BadProgrammes(f"{place}: “source_status” must be one of {sorted(_STATUSES)}.")
    if not isinstance(entry.get("from"), date):
        raise BadProgrammes(f"{place}: “from” must be a day.")
    for key, known in (("gives", GIVES), ("papers", PAPERS)):
        unknown = set(entry.get(key, ())) - set(known)
        if unknown:
            raise BadProgrammes(f"{place}: “{key}” knows no {sorted(unknown)}; use {list(known)}.")
    paths = tuple(
        tuple(_condition(place, said) for said in path.get("condition", ()))
        for path in entry.get("path", ())
    )
    if not paths or not all(paths):
        raise BadProgrammes(f"{place}: give at least one path, each with a condition.")
    return Programme(
        id=entry["id"],
        country=entry.get("country", ""),
        title=entry["title"],
        law=entry["law"],
        valid_from=entry["from"],
        gives=tuple(entry.get("gives", ())),
        papers=tuple(entry.get("papers", ())),
        ask_at=entry["ask_at"],
        mind=entry["mind"],
        source=entry["source"],
        source_status=entry["source_status"],
        paths=paths,
    )


def _condition(place: str, said: dict[str, Any]) -> Condition:
    if said.get("fact") not in FACTS:
        raise BadProgrammes(f"{place}: “fact” must be one of {list(FACTS)}.")
    if ("any" in said) == ("since" in said) or not said.get("words"):
        raise BadProgrammes(f"{place}: a condition has words, and either “any” or “since”.")
    return Condition(said["fact"], said["words"], frozenset(said.get("any", ())), said.get("since"))


@functools.cache
def load() -> Knowledge:
    """Return the programmes that come with the product."""
    return parse(
        resources.files("manumit.cases").joinpath("data/eligibility.toml").read_text("utf-8")
    )


def answer(programme: Programme, facts: Mapping[str, Any], on: date) -> Answer | None:
    """Return what a programme says about these facts on a day; None before it existed.

    Of several ways to be covered the best one is told. Not known is never taken for no.
    """
    if on < programme.valid_from:
        return None
    tried = [_try(path, facts) for path in programme.paths]
    result, reasons, missing = min(tried, key=lambda t: (_BEST[t[0]], len(t[2])))
    held = set(facts.get("papers") or ())
    papers = tuple(paper for paper in programme.papers if paper not in held)
    return Answer(programme, result, reasons, missing, papers)


def _try(
    path: Sequence[Condition], facts: Mapping[str, Any]
) -> tuple[Result, tuple[Reason, ...], tuple[str, ...]]:
    reasons = tuple(Reason(c.words, c.holds(facts)) for c in path)
    missing = tuple(
        dict.fromkeys(c.fact for c, r in zip(path, reasons, strict=True) if r.holds is None)
    )
    if any(reason.holds is False for reason in reasons):
        return Result.NOT_COVERED, reasons, ()
    return (Result.MISSING if missing else Result.MAY_ASK), reasons, missing


def answers(
    facts: Mapping[str, Any], on: date, known: Knowledge | None = None
) -> tuple[Answer, ...]:
    """Return what can be said about every programme that may matter, the best first.

    These are the general rule and the programmes of the countries where it happened, of
    nationality and of residence; while none of them is known, all programmes are asked.
    """
    places = {str(facts.get("country") or ""), str(facts.get("residence") or "")}
    places |= {str(code) for code in facts.get("nationality") or ()}
    places.discard("")
    asked = [
        p
        for p in (known or load()).programmes
        if not p.country or not places or p.country in places
    ]
    found = [said for said in (answer(p, facts, on) for p in asked) if said is not None]
    return tuple(sorted(found, key=lambda a: (_BEST[a.result], a.programme.country)))


def not_determined(facts: Mapping[str, Any], known: Knowledge | None = None) -> tuple[str, ...]:
    """Return the countries that matter and of which no programme is in the data."""
    there = {p.country for p in (known or load()).programmes}
    places = [facts.get("country"), facts.get("residence"), *(facts.get("nationality") or ())]
    return tuple(dict.fromkeys(str(p) for p in places if p and str(p) not in there))
