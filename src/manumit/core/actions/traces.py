"""Tokens of traces: made, counted, taken out. What the two sides of the wall have in common.

The key comes from the instance's own secret, which is in no database and no backup: who takes the
disk without it can try no number. Nobody is given strands: the accountability side gets a count, and
"none or too few" below the limit. The functions here run inside actions of either side.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from manumit.core import models, sealing
from manumit.core import traces as rules
from manumit.core.actions import sealed
from manumit.core.sealing import FieldClass

_BYTES = 16


@dataclass(frozen=True)
class Shared:
    """How many cases have a trace, and which units hold them; 0 for none and for too few."""

    cases: int = 0
    units: tuple[models.Unit, ...] = ()


def _key(label: bytes) -> bytes:
    own = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    return sealing.subkey(own, b"trace " + label)


def token(kind: rules.Kind | str, value: str) -> bytes:
    """Return the 16 bytes under which a trace is compared; the same value of two kinds differs."""
    return sealing.blind(_key(b"token"), rules.Kind(kind).value, rules.normal(kind, value))


def hidden(label: bytes, thing: UUID) -> bytes:
    """Return 16 bytes that stand for a thing and that nobody can lead back to it without the key."""
    return hmac.digest(_key(label), thing.bytes, hashlib.sha256)[:_BYTES]


def shared(tokens: Collection[bytes]) -> dict[bytes, Shared]:
    """Return what may be said of tokens: cases and units where there are enough of them."""
    rows = models.Trace.objects.filter(token__in=list(tokens)).select_related("unit__organisation")
    strands: dict[bytes, set[bytes]] = defaultdict(set)
    units: dict[bytes, dict[UUID, models.Unit]] = defaultdict(dict)
    for row in rows:
        strands[bytes(row.token)].add(bytes(row.strand))
        units[bytes(row.token)][row.unit_id] = row.unit
    found = dict.fromkeys(map(bytes, tokens), Shared())
    for each, cases in strands.items():
        if count := rules.told(len(cases)):
            by_name = sorted(units[each].values(), key=lambda u: (u.name, str(u.id)))
            found[each] = Shared(count, tuple(by_name))
    return found


def put(
    *, id: UUID, strand: bytes, unit: models.Unit, kind: rules.Kind, value: str, on: date
) -> models.Trace:
    """Put a token where others can meet it."""
    return models.Trace.objects.create(
        id=id, token=token(kind, value), strand=strand, unit=unit, month=rules.month(on)
    )


def held(made_of: bytes, unit: models.Unit) -> set[UUID]:
    """Return the identifiers of a unit's traces with this token, for the unit's own side."""
    rows = models.Trace.objects.filter(token=made_of, unit=unit)
    return set(rows.values_list("id", flat=True))


def take_out(*, strand: bytes, at: datetime, only: UUID | None = None) -> int:
    """Take out the tokens of a case, or one of them, and every answer that draws on the case.

    Returns how many tokens there were.
    """
    rows = models.Trace.objects.filter(strand=strand)
    gone = (rows.filter(pk=only) if only else rows).delete()[0]
    if only is None or not models.Trace.objects.filter(strand=strand).exists():
        end_answers(strand=strand, at=at)
    return gone


def move(*, strand: bytes, unit: models.Unit) -> None:
    """Let the tokens of a case follow it to another unit."""
    models.Trace.objects.filter(strand=strand).update(unit=unit)


def end_answers(*, strand: bytes, at: datetime, organisation: UUID | None = None) -> int:
    """Take back the answers that draw on a case, to one organisation or to all."""
    rows = models.TraceRequest.objects.select_for_update(no_key=True).filter(
        pk__in=models.TraceDrawn.objects.filter(strand=strand).values("request"),
        state=rules.State.RELEASED.value,
    )
    if organisation is not None:
        rows = rows.filter(from_unit__organisation=organisation)
    found = list(rows)
    for row in found:
        take_back(row=row, at=at)
    return len(found)


def take_back(*, row: models.TraceRequest, at: datetime) -> None:
    """Take an answer back, inside an action: its key is destroyed, for both sides."""
    sealed.destroy_keys(object_id=row.id, classes=[FieldClass.NETWORK])
    row.state, row.statement = rules.State.TAKEN_BACK.value, None
    row.answered_at = at
    row.save(update_fields=["state", "statement", "answered_at"])
