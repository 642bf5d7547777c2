"""What a person needs, how soon, and which kinds of service answer it.

Medical, psychosocial and legal help stand on every checklist (S/RES/2331 (2016), paragraph 2(d));
signs of an urgent-needs finding make needs more urgent and may start a health clock. All of it is
data in data/needs.toml.
"""

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

from manumit.cases import deadlines


class Status(StrEnum):
    """Where a need stands."""

    OPEN = "open"
    MET = "met"
    DECLINED = "declined"
    NOT_APPLICABLE = "not_applicable"


STATUS_LABELS: dict[Status, str] = {
    Status.OPEN: "Open",
    Status.MET: "Met",
    Status.DECLINED: "The person does not want it",
    Status.NOT_APPLICABLE: "Not needed",
}


class CloseReason(StrEnum):
    """Why a case closes."""

    GOALS_REACHED = "goals_reached"
    PERSON_ASKED = "person_asked"
    MOVED = "moved"
    HANDED_OVER = "handed_over"
    LOST_CONTACT = "lost_contact"
    DIED = "died"
    RETURNED = "returned"
    RESETTLED = "resettled"
    UNSAFE = "unsafe_to_contact"
    OPENED_BY_MISTAKE = "opened_by_mistake"
    OTHER = "other"


CLOSE_LABELS: dict[CloseReason, str] = {
    CloseReason.GOALS_REACHED: "The help is complete",
    CloseReason.PERSON_ASKED: "The person asked for it",
    CloseReason.MOVED: "The person moved away",
    CloseReason.HANDED_OVER: "Another body took over",
    CloseReason.LOST_CONTACT: "No contact any more",
    CloseReason.DIED: "The person died",
    CloseReason.RETURNED: "The person went home, by their own choice",
    CloseReason.RESETTLED: "The person was resettled to another country",
    CloseReason.UNSAFE: "Contact would put the person in danger",
    CloseReason.OPENED_BY_MISTAKE: "Opened by mistake",
    CloseReason.OTHER: "Another reason",
}


class BadNeeds(ValueError):  # noqa: N818 (said as people say it)
    """The data file cannot be used; the message names entry, key and cure."""


@dataclass(frozen=True)
class Kind:
    """One kind of need."""

    kind: str
    label: str
    always: bool
    urgency: deadlines.Urgency
    services: tuple[str, ...]
    letter: tuple[str, ...]


@dataclass(frozen=True)
class Trigger:
    """A sign that makes a need urgent."""

    pack: str
    indicator: str
    need: str
    urgency: deadlines.Urgency
    clocks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A need of one person: how soon, and the clocks that run beside it."""

    kind: str
    urgency: deadlines.Urgency
    clocks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Knowledge:
    """The whole file."""

    kinds: Mapping[str, Kind]
    triggers: tuple[Trigger, ...]


# the most urgent first
_ORDER = {urgency: place for place, urgency in enumerate(deadlines.Urgency)}


def parse(text: str) -> Knowledge:
    """Read the data file; raises BadNeeds that names entry, key and cure."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadNeeds(f"needs.toml: {error}. Mend the line that is named.") from error
    kinds = {}
    for number, entry in enumerate(raw.get("need", []), 1):
        kind = _kind(number, entry)
        kinds[kind.kind] = kind
    triggers = tuple(
        _trigger(number, entry, kinds) for number, entry in enumerate(raw.get("trigger", []), 1)
    )
    return Knowledge(kinds, triggers)


def _urgency(place: str, value: object) -> deadlines.Urgency:
    try:
        return deadlines.Urgency(str(value))
    except ValueError:
        known = ", ".join(deadlines.Urgency)
        raise BadNeeds(f"needs.toml, {place}: “urgency” must be one of {known}.") from None


def _kind(number: int, entry: dict[str, Any]) -> Kind:
    place = f"need {number} ({entry.get('kind', '?')})"
    for key in ("kind", "label", "services", "letter"):
        if not entry.get(key):
            raise BadNeeds(f"needs.toml, {place}: “{key}” is missing.")
    return Kind(
        kind=entry["kind"],
        label=entry["label"],
        always=bool(entry.get("always", False)),
        urgency=_urgency(place, entry.get("urgency")),
        services=tuple(entry["services"]),
        letter=tuple(entry["letter"]),
    )


def _trigger(number: int, entry: dict[str, Any], kinds: Mapping[str, Kind]) -> Trigger:
    place = f"trigger {number} ({entry.get('indicator', '?')})"
    for key in ("pack", "indicator", "need"):
        if not entry.get(key):
            raise BadNeeds(f"needs.toml, {place}: “{key}” is missing.")
    if entry["need"] not in kinds:
        raise BadNeeds(f"needs.toml, {place}: “need” must be one of {', '.join(kinds)}.")
    return Trigger(
        pack=entry["pack"],
        indicator=entry["indicator"],
        need=entry["need"],
        urgency=_urgency(place, entry.get("urgency")),
        clocks=tuple(entry.get("clocks", ())),
    )


@functools.cache
def load() -> Knowledge:
    """Return what the product knows about needs."""
    return parse(resources.files("manumit.cases").joinpath("data/needs.toml").read_text("utf-8"))


def kind(name: str) -> Kind:
    """Return one kind of need; raises KeyError with the kinds there are."""
    known = load().kinds
    if name not in known:
        raise KeyError(f"no such need: {name}; there are {', '.join(known)}")
    return known[name]


def label(name: str) -> str:
    """Return the need in words."""
    found = load().kinds.get(name)
    return found.label if found else name


def why_not(name: str) -> str:
    """Say why a need cannot be written down; "" when it can."""
    return "" if name in load().kinds else "Choose a need from the list."


def services_for(name: str) -> tuple[str, ...]:
    """Return the kinds of service that answer a need, the best fitting first."""
    return kind(name).services


def for_service(service: str, known: Knowledge | None = None) -> str | None:
    """Return the need that a kind of service answers best; None for one that answers none."""
    places = [
        (kind.services.index(service), kind.kind)
        for kind in (known or load()).kinds.values()
        if service in kind.services
    ]
    return min(places, key=lambda place: place[0])[1] if places else None


def urgency_of(within: str) -> deadlines.Urgency | None:
    """Turn "1h", "3h", "1d", "3d", "72h" of a pack's advice into an urgency; None for "".

    A time between two steps counts as the shorter one.
    """
    said = re.fullmatch(r"(\d+)\s*([hd])", within.strip())
    if not said:
        return None
    hours = int(said[1]) * (24 if said[2] == "d" else 1)
    steps = {1: deadlines.Urgency.HOUR, 3: deadlines.Urgency.THREE_HOURS, 24: deadlines.Urgency.DAY}
    shorter = [urgency for limit, urgency in steps.items() if hours < _NEXT[limit]]
    return shorter[0] if shorter else deadlines.Urgency.THREE_DAYS


_NEXT = {1: 3, 3: 24, 24: 72}


def checklist(
    signs: Iterable[tuple[str, str]],
    calls: Iterable[tuple[str, str]] = (),
    *,
    minor: bool = False,
    known: Knowledge | None = None,
) -> tuple[Wanted, ...]:
    """Return the needs a case starts with, the most urgent first.

    `signs` are (pack, indicator) pairs that findings gave as reasons; `calls` are (kind of service,
    within) pairs of their advice. A child always has the need of child protection. One need is
    listed once, at its greatest urgency.
    """
    knowledge = known or load()
    found = {
        k.kind: Wanted(k.kind, k.urgency)
        for k in knowledge.kinds.values()
        if k.always or (minor and k.kind == "child_protection")
    }
    for service, within in calls:
        need = for_service(service, knowledge)
        if need:
            urgency = urgency_of(within) or knowledge.kinds[need].urgency
            found[need] = _sharper(found.get(need), Wanted(need, urgency))
    present = set(signs)
    for trigger in knowledge.triggers:
        if (trigger.pack, trigger.indicator) in present:
            wanted = Wanted(trigger.need, trigger.urgency, frozenset(trigger.clocks))
            found[trigger.need] = _sharper(found.get(trigger.need), wanted)
    return tuple(sorted(found.values(), key=lambda w: (_ORDER[w.urgency], w.kind)))


def _sharper(before: Wanted | None, wanted: Wanted) -> Wanted:
    if before is None:
        return wanted
    urgency = min(before.urgency, wanted.urgency, key=_ORDER.__getitem__)
    return Wanted(wanted.kind, urgency, before.clocks | wanted.clocks)


def is_urgent(wanted: Iterable[Wanted]) -> bool:
    """Tell whether one of the needs cannot wait a day."""
    return any(_ORDER[w.urgency] < _ORDER[deadlines.Urgency.DAY] for w in wanted)
