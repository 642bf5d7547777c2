"""Whom a service takes: sex, age, nationality, papers, and groups it gives priority to.

A refusal needs a known fact on both sides. What we do not know about the person is never held
against them: it becomes a question to ask the service. Referral is to existing services; a
person is not asked for papers that help does not need.
"""

from dataclasses import dataclass

from manumit.directory import codes

CHILD_GROUPS = frozenset({"child_at_risk", "unaccompanied_child"})
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
    whom = {"female": "women and girls", "male": "men and boys"}[service.sex]
    if not person.sex:
        return "", f"It is for {whom} only."
    return ("", "") if person.sex == service.sex else (f"It is for {whom} only.", "")


def _age(service: Eligibility, person: Person) -> tuple[str, str]:
    low, high = service.minimum_age, service.maximum_age
    if low is None and high is None:
        return "", ""
    span = f"It takes people aged {low or 0} to {high}" if high is not None else f"From age {low}"
    if person.age is None:
        return "", f"{span}."
    if low is not None and person.age < low:
        return f"{span}.", ""
    if high is not None and person.age > high:
        return f"{span}.", ""
    return "", ""


def _nationality(service: Eligibility, person: Person) -> tuple[str, str]:
    only, never = service.nationalities, service.nationalities_not
    if not only and not never:
        return "", ""
    if only:
        rule = f"It takes nationals of {_countries(only)} only."
    else:
        rule = f"It does not take nationals of {_countries(never)}."
    if not person.nationality:
        return "", rule
    fits = person.nationality in only if only else person.nationality not in never
    return ("", "") if fits else (rule, "")


def _countries(listed: tuple[str, ...]) -> str:
    return ", ".join(country(code) for code in listed)


def _papers(service: Eligibility, person: Person) -> tuple[str, str]:
    if not service.documents:
        return "", ""
    names = " and ".join(codes.label("documents", d) for d in service.documents)
    valid = "valid or expired" if service.expired_documents else "valid"
    rule = f"It asks for {names} ({valid})."
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
    names = "; ".join(codes.label("groups", g) for g in service.groups)
    return "", f"It gives priority to: {names}."


def country(code: str, language: str = "en") -> str:
    """Return the name of a country by its ISO 3166-1 code, or the code itself."""
    return codes.COUNTRIES.get(code, {}).get(language) or code
