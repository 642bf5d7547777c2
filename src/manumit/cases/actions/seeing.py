"""Who can see what of a person, and why: told from the keys that exist, not from what should be.

A right to read is a key that is wrapped to a unit and a role that may use it. Each is matched with
its reason: the team that helps, the talk that began it, a yes of the person that stands. A key
without a reason is shown as one, so that somebody looks.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from manumit.cases import consent
from manumit.cases.models import Account, Case, Disclosure, Handover, Referral
from manumit.core import models, roles

OPENINGS = 400  # the newest openings that are looked at


class Because(StrEnum):
    """Why a unit can open something."""

    TEAM = "team"
    TALK = "talk"
    CONSENT = "consent"
    HAND_OVER = "hand_over"
    PERSON = "person"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Opened:
    """When somebody last opened something, and how often of late."""

    at: datetime
    times: int
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reader:
    """An account that can open something, or could with another role."""

    name: str
    role: str
    may: bool
    opened: Opened | None = None


@dataclass(frozen=True)
class Sees:
    """One unit (or the person at their own door): what it holds keys of, why, until when, who reads."""

    unit: models.Unit | None
    because: Because
    classes: tuple[str, ...]
    until: datetime | None = None
    disclosure: Disclosure | None = None
    readers: tuple[Reader, ...] = ()
    narrow: bool = False  # within the team only the case's own worker and who leads it


@dataclass(frozen=True)
class _Place:
    """What is told together: one unit, one reason, one width."""

    unit: UUID
    why: Because
    given: UUID | None
    narrow: bool


@dataclass
class _Things:
    """The objects of a case that carry keys of their own, each with what it is."""

    case: Case
    letters: dict[UUID, Referral] = field(default_factory=dict)
    accounts: dict[UUID, Account] = field(default_factory=dict)
    handovers: dict[UUID, Handover] = field(default_factory=dict)

    @property
    def ids(self) -> list[UUID]:
        return [*self.case.subject_ids(), *self.letters, *self.accounts, *self.handovers]


def _things(case: Case) -> _Things:
    return _Things(
        case,
        Referral.objects.filter(case=case).in_bulk(),
        Account.objects.filter(case=case).in_bulk(),
        Handover.objects.filter(case=case).in_bulk(),
    )


def who_sees(case: Case, at: datetime) -> list[Sees]:
    """Return every unit that holds a live key of something of this person, with its reason."""
    things = _things(case)
    given = list(Disclosure.objects.of_cases([case.id]).standing().filter(how="key"))
    found: dict[_Place, set[str]] = {}
    ends: dict[_Place, datetime | None] = {}
    for wrap in models.KeyWrap.objects.live(at).filter(object_id__in=things.ids):
        why, row = _why(wrap, things, given)
        place = _Place(wrap.unit_id, why, row.id if row else None, _narrow(wrap, why, things))
        found.setdefault(place, set()).add(wrap.field_class)
        ends[place] = wrap.expires_at
    units = models.Unit.objects.select_related("organisation").in_bulk({p.unit for p in found})
    lately = opened_lately(things.ids)
    by_id = {row.id: row for row in given}
    seen = [
        Sees(
            unit=units.get(place.unit),
            because=place.why,
            classes=tuple(sorted(classes)),
            until=ends[place],
            disclosure=by_id.get(place.given) if place.given else None,
            readers=_readers(units.get(place.unit), place, case, lately),
            narrow=place.narrow,
        )
        for place, classes in found.items()
    ]
    order = list(Because)
    return sorted(
        seen,
        key=lambda s: (order.index(s.because), s.unit.name if s.unit else "", s.narrow, s.classes),
    )


def _narrow(wrap: models.KeyWrap, why: Because, things: _Things) -> bool:
    """Tell whether in the team that helps not every case worker may open it."""
    never_leaves = not any(wrap.field_class in reach for reach in consent.REACHES.values())
    return why is Because.TEAM and (never_leaves or wrap.object_id in things.accounts)


def _why(
    wrap: models.KeyWrap, things: _Things, given: Iterable[Disclosure]
) -> tuple[Because, Disclosure | None]:
    """Return the reason of one key."""
    case = things.case
    if not wrap.generation:
        return Because.PERSON, None
    for row in given:
        if row.to_unit_id == wrap.unit_id and row.object_id == wrap.object_id:
            return Because.CONSENT, row
    if wrap.unit_id == case.unit_id:
        return Because.TEAM, None
    talk = case.screening
    if talk is not None and wrap.object_id == talk.id and wrap.unit_id == talk.unit_id:
        return Because.TALK, None
    offer = things.handovers.get(wrap.object_id)
    if offer is not None and wrap.unit_id in {offer.from_unit_id, offer.to_unit_id}:
        return Because.HAND_OVER, None
    return Because.NOTHING, None


# What a role needs to use a unit's keys for, by the reason of the key.
_NEEDS: dict[Because, str] = {
    Because.TEAM: "case.read",
    Because.TALK: "screening.read",
    Because.HAND_OVER: "case.read",
    Because.NOTHING: "case.read",
}


def _readers(
    unit: models.Unit | None, place: _Place, case: Case, lately: dict[UUID, Opened]
) -> tuple[Reader, ...]:
    if unit is None:
        return ()
    people = unit.people.filter(is_active=True, admitted_at__isnull=False).order_by("display_name")
    return tuple(
        Reader(
            person.display_name,
            str(roles.LABELS[roles.Role(person.role)]),
            _may(roles.Role(person.role), place.why)
            and (not place.narrow or _leads_or_works(person, case)),
            lately.get(person.id),
        )
        for person in people
    )


def _leads_or_works(person: models.User, case: Case) -> bool:
    return person.role == roles.Role.SUPERVISOR or person.id == case.worker_id


def _may(role: roles.Role, why: Because) -> bool:
    if why is Because.CONSENT:  # a letter, or what another team was given
        shared = ("referral.read", "telling.read_shared", "case.read")
        return any(not roles.why_not(role, name) for name in shared)
    return not roles.why_not(role, _NEEDS.get(why, "case.read"))


def opened_lately(ids: Iterable[UUID]) -> dict[UUID, Opened]:
    """Return, by account, when it last opened one of these things, of the newest openings."""
    leaves = models.Leaf.objects.filter(act="open", objects_named__object_id__in=list(ids))
    found: dict[UUID, Opened] = {}
    for leaf in leaves.order_by("-seq").distinct()[:OPENINGS]:
        if leaf.by is None:
            continue
        said = str(json.loads(bytes(leaf.body)).get("field_class") or "")
        classes = frozenset(filter(None, said.split(",")))
        known = found.get(leaf.by)
        newest = known.at if known else leaf.at
        so_far = known.classes if known else frozenset()
        found[leaf.by] = Opened(newest, (known.times if known else 0) + 1, so_far | classes)
    return found


def strangers(case: Case, sees: Iterable[Sees]) -> list[tuple[models.User, Opened]]:
    """Return who opened something of late and is in none of the teams that can today."""
    now = {each.unit.id for each in sees if each.unit}
    lately = opened_lately(_things(case).ids)
    people = models.User.objects.select_related("unit").in_bulk(lately)
    return [
        (people[key], opened)
        for key, opened in lately.items()
        if key in people and people[key].unit_id not in now
    ]


def left(case: Case) -> list[Disclosure]:
    """Return what is known outside and cannot be recalled: read, printed, sent or said."""
    rows = Disclosure.objects.of_cases([case.id]).select_related("to_unit", "by")
    return [row for row in rows if row.seen]
