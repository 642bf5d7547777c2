"""Opening what claims say. Each opening is on the record before it happens; call it outside actions.

Red claims are opened for whoever entered them and for nobody else.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from manumit.core.actions import acting, guard
from manumit.network import claims, models
from manumit.network.actions import registers

_AT_ONCE = 500
_ACTS = frozenset(act.value for act in claims.Act)


@guard.opening("network.read")
def seen(
    *,
    by: acting.Actor,
    at: datetime,
    purpose: str,
    entities: Sequence[models.Entity],
    when: datetime | None = None,
    according_to: Collection[UUID] = (),
    shared: bool = False,
) -> dict[UUID, claims.Seen]:
    """Return entities as their claims make them, at one time, according to some sources (or all).

    `shared`: for what colleagues will see as well; then the asker's own red claims stay out of it.
    """
    if not entities:
        return {}
    register = registers.own(by, entities)
    rows = claims_of(by, register, [one.id for one in entities])
    if shared:
        rows = [row for row in rows if row.handling != claims.Handling.RED]
    opened = registers.opened(by, at, rows, purpose)
    said: dict[UUID, list[claims.Said]] = {one.id: [] for one in entities}
    for row, words in zip(rows, opened, strict=True):
        said[row.entity_id].extend(said_by(row, words, when))
    return {
        one.id: claims.Seen(
            one.id,
            one.schema,
            claims.as_of(said[one.id], when=when, according_to=according_to),
        )
        for one in entities
    }


@guard.opening("network.read")
def stated(
    *,
    by: acting.Actor,
    at: datetime,
    purpose: str,
    entity: models.Entity,
    rows: Sequence[models.Claim],
) -> list[dict[str, Any]]:
    """Return {"says", "note"} of some claims about one entity, one dictionary a claim."""
    registers.own(by, [entity])
    red = any(claims.hidden(row.handling, row.by_id, by.id) for row in rows)
    if red or any(row.entity_id != entity.id for row in rows):
        raise acting.NotFound
    return registers.opened(by, at, rows, purpose)


@guard.opening("network.read")
def labels(
    *, by: acting.Actor, at: datetime, purpose: str, entities: Sequence[models.Entity]
) -> dict[UUID, str]:
    """Return what entities are called; "" where nothing is known but that they are there."""
    opened = registers.opened(by, at, entities, purpose)
    return {
        one.id: str((words.get("card") or {}).get("label") or "")
        for one, words in zip(entities, opened, strict=True)
    }


@guard.opening("network.read")
def sources(
    *, by: acting.Actor, at: datetime, purpose: str, sources: Sequence[models.Source]
) -> dict[UUID, dict[str, str]]:
    """Return what sources are called and where they are kept: {"title", "reference"} of each."""
    opened = registers.opened(by, at, sources, purpose)
    return {
        one.id: {name: str(words.get(name) or "") for name in ("title", "reference")}
        for one, words in zip(sources, opened, strict=True)
    }


def claims_of(
    by: acting.Actor, register: models.Register, entities: Sequence[UUID]
) -> list[models.Claim]:
    """Return all claims about entities that the actor may see, ended ones too, oldest first."""
    found: list[models.Claim] = []
    for start in range(0, len(entities), _AT_ONCE):
        wanted = entities[start : start + _AT_ONCE]
        rows = models.Claim.objects.filter(register=register, entity__in=wanted)
        found += [
            row
            for row in rows.order_by("at", "id")
            if not claims.hidden(row.handling, row.by_id, by.id)
        ]
    return found


def said_by(
    row: models.Claim, words: dict[str, Any], when: datetime | None = None
) -> list[claims.Said]:
    """Return what one claim says, value by value, in the state it was in at that time."""
    state = _state_at(row, words.get("note") or [], when)
    return [
        claims.Said(
            claim=row.id,
            entity=row.entity_id,
            prop=prop,
            value=value,
            source=row.source_id,
            reliability=row.reliability,
            credibility=row.credibility,
            handling=claims.Handling(row.handling),
            state=state,
            at=row.at,
            on=row.on,
            by=row.by_id,
            ended_at=row.ended_at,
        )
        for prop, value in claims.statements(words.get("says") or {})
    ]


def _state_at(
    row: models.Claim, notes: list[dict[str, Any]], when: datetime | None
) -> claims.State:
    if when is None:
        return claims.State(row.state)
    state = claims.State.ACCEPTED if _born_accepted(row) else claims.State.PROPOSED
    for note in notes:
        act = note["act"]
        if act in _ACTS and datetime.fromisoformat(note["at"]) <= when:
            state = claims.TRANSITIONS[state].get(claims.Act(act), state)
    return state


def _born_accepted(row: models.Claim) -> bool:
    """Tell whether it was accepted from its first moment: imported, or parted from such a one."""
    return row.accepted_at is not None and row.accepted_at <= row.at
