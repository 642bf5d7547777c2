"""The register of help between units: written down, matched, moved, never forgotten."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from manumit.core.actions import acting, guard
from manumit.directory import codes
from manumit.flows import capacity as rules
from manumit.flows.models import Capacity, CapacityStep


def listed() -> QuerySet[Capacity]:
    """Return the register, what is due next first, what is over last."""
    rows = Capacity.objects.select_related("match")
    return rows.order_by("next_on", "number")


@acting.action("capacity.write")
def add(
    *,
    by: acting.Actor,
    at: datetime,
    kind: str,
    body: str,
    country: str,
    topic: str,
    about: str,
    next_step: str,
    next_on: date | None,
    until: date | None = None,
) -> Capacity:
    """Write down a request or an offer, with what comes next."""
    if kind not in set(rules.Kind) or topic not in set(rules.Topic):
        raise acting.Refused("Choose from the lists.")
    if len(body.strip()) < 3 or len(about.strip()) < 3:
        raise acting.Refused("Say which body it is, and what it is about.")
    if country and country not in codes.COUNTRIES:
        raise acting.Refused("Choose the country from the list.")
    guard.refuse_if(rules.why_not_next(rules.State.ASKED, next_step, next_on, at.date()))
    last = Capacity.objects.select_for_update(no_key=True).order_by("-number").first()
    made = Capacity.objects.create(
        number=(last.number if last else 0) + 1,
        kind=kind,
        body=body.strip(),
        country=country,
        topic=topic,
        about=about.strip(),
        since=at.date(),
        until=until,
        next_step=next_step.strip(),
        next_on=next_on,
        by=by.person,
        at=at,
    )
    _step(made, by, at, "")
    return made


@acting.action("capacity.write")
def move(
    *,
    by: acting.Actor,
    at: datetime,
    capacity: Capacity,
    state: str,
    note: str = "",
    next_step: str = "",
    next_on: date | None = None,
    match: Capacity | None = None,
) -> Capacity:
    """Say where it stands now and what comes next; a match is told on both sides."""
    row = _held(capacity)
    guard.refuse_if(rules.why_not_move(row.state, state))
    guard.refuse_if(rules.why_not_next(state, next_step, next_on, at.date()))
    told: dict[str, Any] = {"next_step": next_step.strip(), "next_on": next_on}
    if state == rules.State.MATCHED and row.state != state:
        _match(row, match, by, at, told, note)
    elif state == rules.State.ASKED and row.match_id:
        _part(row, by, at, note)
    _write(row, by, at, state, told, note)
    return row


def _held(capacity: Capacity) -> Capacity:
    return guard.one_of(Capacity.objects.select_for_update(no_key=True), capacity.pk)


def _match(
    row: Capacity,
    match: Capacity | None,
    by: acting.Actor,
    at: datetime,
    told: dict[str, Any],
    note: str,
) -> None:
    if match is None:
        raise acting.Refused("Choose with which one it is matched.")
    other = _held(match)
    guard.refuse_if(rules.why_not_match(row.kind, row.topic, other.kind, other.topic))
    guard.refuse_if(rules.why_not_move(other.state, rules.State.MATCHED))
    if other.state != rules.State.ASKED:
        raise acting.Refused("That one is matched already.")
    row.match, other.match = other, row
    _write(other, by, at, rules.State.MATCHED.value, told, note)


def _part(row: Capacity, by: acting.Actor, at: datetime, note: str) -> None:
    """End a match: the other one is open again too, where nothing began there."""
    other = _held(row.match) if row.match else None
    row.match = None
    if other is not None and other.state == rules.State.MATCHED:
        other.match = None
        told = {"next_step": other.next_step, "next_on": other.next_on}
        _write(other, by, at, rules.State.ASKED.value, told, note)


def _write(
    row: Capacity, by: acting.Actor, at: datetime, state: str, told: dict[str, Any], note: str
) -> None:
    row.state = state
    if rules.State(state) in rules.OPEN:
        row.next_step, row.next_on = told["next_step"], told["next_on"]
    else:
        row.next_step, row.next_on = "", None
    row.save()
    _step(row, by, at, note)


def _step(row: Capacity, by: acting.Actor, at: datetime, note: str) -> None:
    CapacityStep.objects.create(entry=row, state=row.state, note=note.strip(), by=by.person, at=at)
