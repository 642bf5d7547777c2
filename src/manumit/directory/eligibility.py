"""Whom a service takes: sex, age, nationality, papers, and groups it gives priority to.

A refusal needs a known fact on both sides. What we do not know about the person is never held
against them: it becomes a question to ask the service. Referral is to existing services; a
person is not asked for papers that help does not need.
"""

from dataclasses import dataclass

from manumit.core.reasons import Word, say
from manumit.directory import codes

EXPIRED = "_expired"


@dataclass(frozen=True)
class Person:
    """What may be told of a person to find a service. `None` and "" mean not known.

    `registration` holds the papers the person has (codes of the list "documents"; an expired
    one ends in "_expired"); an empty set means: known to have none.
    """

    age: int | None = None
    sex: str = ""
    nationality: str = ""
    registration: frozenset[str] | None = None


@dataclass(frozen=True)
class Eligibility:
    """Whom a service takes; empty means no limit."""

    sex: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    nationalities: tuple[str, ...] = ()
    nationalities_not: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    expired_documents: bool = False
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """`why_not` is "" when nothing known speaks against; `to_ask` is what to ask the service."""

    why_not: str
    to_ask: tuple[str, ...]


def answer(service: Eligibility, person: Person) -> Answer:
    """Say why this service would not take this person, and what must be asked first."""
    checks = (
        _sex(service, person),
        _age(service, person),
        _nationality(service, person),
        _papers(service, person),
        _groups(service),
    )
    refused = [why for why, _ in checks if why]
    asked = tuple(ask for _, ask in checks if ask)
    return Answer(refused[0] if refused else "", asked)


def why_not(service: Eligibility, person: Person) -> str:
    """Return why this service would not take this person; "" when nothing known forbids it."""
    return answer(service, person).why_not


def _sex(service: Eligibility, person: Person) -> tuple[str, str]:
    if not service.sex:
        return "", ""
    rule = {
        "female": say("It is for women and girls only."),
        "male": say("It is for men and boys only."),
    }[service.sex]
    if not person.sex:
        return "", rule
    return ("", "") if person.sex == service.sex else (rule, "")


def _age(service: Eligibility, person: Person) -> tuple[str, str]:
    low, high = service.minimum_age, service.maximum_age
    if low is None and high is None:
        return "", ""
    if high is not None:
        rule = say("It takes people aged {low} to {high}.", low=low or 0, high=high)
    else:
        rule = say("From age {low}.", low=low or 0)
    if person.age is None:
        return "", rule
    if low is not None and person.age < low:
        return rule, ""
    if high is not None and person.age > high:
        return rule, ""
    return "", ""


def _nationality(service: Eligibility, person: Person) -> tuple[str, str]:
    only, never = service.nationalities, service.nationalities_not
    if not only and not never:
        return "", ""
    if only:
        rule = say("It takes nationals of these countries only: {names}.", names=_countries(only))
    else:
        rule = say("It does not take nationals of: {names}.", names=_countries(never))
    if not person.nationality:
        return "", rule
    fits = person.nationality in only if only else person.nationality not in never
    return ("", "") if fits else (rule, "")


def _countries(listed: tuple[str, ...]) -> list[Word]:
    return [Word(country(code), codes.COUNTRIES.get(code, {})) for code in listed]


def _papers(service: Eligibility, person: Person) -> tuple[str, str]:
    if not service.documents:
        return "", ""
    names = [codes.word("documents", d) for d in service.documents]
    if service.expired_documents:
        rule = say("It asks for these papers, valid or expired: {names}.", names=names)
    else:
        rule = say("It asks for these papers, and valid ones: {names}.", names=names)
    held = person.registration
    if held is None:
        return "", rule
    missing = [d for d in service.documents if not _held(d, held, service.expired_documents)]
    return (rule, "") if missing else ("", "")


def _held(document: str, held: frozenset[str], expired_too: bool) -> bool:
    return document in held or (expired_too and document + EXPIRED in held)


def _groups(service: Eligibility) -> tuple[str, str]:
    if not service.groups or "open_to_all" in service.groups:
        return "", ""
    names = [codes.word("groups", g) for g in service.groups]
    return "", say("It gives priority to: {names}.", names=names)


def country(code: str, language: str = "en") -> str:
    """Return the name of a country by its ISO 3166-1 code, or the code itself."""
    return codes.COUNTRIES.get(code, {}).get(language) or code
