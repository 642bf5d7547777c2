"""Claims: what a source says, how far it is believed, who may see it, and what follows.

An entity is what its accepted claims say. Grades follow the Admiralty scheme (reliability of the
source A-F, credibility of what it says 1-6); handling follows the Traffic Light Protocol 2.0 (FIRST,
2022). Nothing is ever overwritten: a claim ends, and another one is made, so that one can ask what
was known when, and according to whom.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID


class Handling(StrEnum):
    """Who may see a claim (TLP 2.0)."""

    RED = "red"  # only whoever entered it, and those they name
    AMBER_STRICT = "amber_strict"  # the unit
    AMBER = "amber"  # the organisation and those who need it to act
    GREEN = "green"  # partners
    CLEAR = "clear"  # everybody


class State(StrEnum):
    """What has become of a claim."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CONTESTED = "contested"  # somebody gave a reason against it; it stays visible as such
    WITHDRAWN = "withdrawn"


class Certainty(IntEnum):
    """How sure a relation or an identification is held to be."""

    POSSIBLE = 1
    LIKELY = 2
    CONFIRMED = 3  # by a second person


@dataclass(frozen=True, slots=True)
class Said:
    """One value of one claim."""

    claim: UUID
    entity: UUID
    prop: str
    value: str
    source: UUID
    reliability: str
    credibility: str
    handling: Handling
    state: State
    at: datetime  # entered
    on: date | None = None  # said or seen
    by: UUID | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """An entity as its claims make it, for one asker, at one time, according to some sources."""

    id: UUID
    schema: str
    said: tuple[Said, ...]

    def values(self, prop: str) -> tuple[str, ...]:
        """Return the accepted values of a property, each once, the best graded first."""
        best = sorted(
            (s for s in self.said if s.prop == prop and s.state is State.ACCEPTED),
            key=lambda s: (s.credibility, s.reliability),
        )
        return tuple(dict.fromkeys(s.value for s in best))

    @property
    def contested(self) -> tuple[Said, ...]:
        """Return what somebody gave a reason against."""
        return tuple(s for s in self.said if s.state is State.CONTESTED)


def as_of(
    said: Iterable[Said], *, when: datetime | None = None, according_to: Collection[UUID] = ()
) -> tuple[Said, ...]:
    """Keep what was entered and not withdrawn by then, from these sources (all where none is named)."""
    return tuple(
        s
        for s in said
        if (not according_to or s.source in according_to)
        and (
            s.at <= when and not (s.ended_at and s.ended_at <= when) if when else s.ended_at is None
        )
    )


def statements(says: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """Return (property, value) of what a claim says, in order."""
    return [(prop, value) for prop, values in says.items() for value in values]
