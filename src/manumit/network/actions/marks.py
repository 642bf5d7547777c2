"""Who is said to be a possible victim, as far as the asker may see it: for lists of names.

Wherever a name stands, the mark stands beside it, so that nobody takes somebody who may have been
harmed for one of those responsible. It counts for every record held to be the same person.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from manumit.core.actions import acting, guard
from manumit.network import claims, dossier, models, schemata
from manumit.network.actions import dossierfacts, registers

PURPOSE = dossierfacts.MARKED
_AT_ONCE = 500


@guard.opening("network.read")
def marked(*, by: acting.Actor, at: datetime, entities: Collection[UUID]) -> frozenset[UUID]:
    """Return who of them may be a victim by what the asker may see; the claims are opened."""
    if not entities:
        return frozenset()
    register = registers.mine(by)
    of = dossierfacts.records_of(entities)
    rows = [
        row
        for row in _standing(register, list(of))
        if not claims.hidden(row.handling, row.by_id, by.id)
    ]
    opened = registers.opened(by, at, rows, PURPOSE)
    return frozenset(
        one
        for row, words in zip(rows, opened, strict=True)
        if says_so((words.get("says") or {}).get(dossier.MAY_BE_VICTIM, ()))
        for one in of[row.entity_id]
    )


def says_so(values: Iterable[str]) -> bool:
    """Tell whether the values of the property say yes."""
    return any(value.casefold() == "true" for value in values)


def _standing(register: models.Register, ids: list[UUID]) -> Iterable[models.Claim]:
    """Return the claims that stand about those of whom it can be said at all."""
    people = [one.name for one in schemata.every() if dossier.MAY_BE_VICTIM in one.props]
    for start in range(0, len(ids), _AT_ONCE):
        yield from models.Claim.objects.filter(
            register=register,
            entity__in=ids[start : start + _AT_ONCE],
            entity__schema__in=people,
            ended_at=None,
        ).exclude(state=claims.State.WITHDRAWN.value)
