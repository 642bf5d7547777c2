"""Tokens of traces: made, counted, taken out. What the two sides of the wall have in common.

The key of tokens is random, and wrapped to the units that note or look: who takes the disk, with the
instance's secret and nobody signed in, can try no number. What a withdrawal needs, who may hold no
keys (the person at their own door, the clock), comes from the instance's secret instead: which tokens
stand on a case. Nobody is given strands: the accountability side gets a count, and "none or too few"
below the limit. The functions here run inside actions of either side.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import models as db_models

from manumit.core import models, roles, sealing
from manumit.core import traces as rules
from manumit.core.actions import acting, sealed
from manumit.core.sealing import FieldClass

_BYTES = 16
# What the key of tokens belongs to: no row, the house itself.
HOUSE = UUID("6d616e75-6d69-4000-8000-747261636573")
_USE = ("trace.note", "trace.look")


@dataclass(frozen=True)
class Shared:
    """How many cases have a trace, and which units hold them; 0 for none and for too few."""

    cases: int = 0
    units: tuple[models.Unit, ...] = ()


def key(*, by: acting.Actor, at: datetime) -> bytes:
    """Return the key of tokens (32 bytes), inside an action; raises Refused where it has not come yet."""
    found = key_if_here(by=by, at=at)
    if found is None:
        raise acting.Refused(
            "The key for this has not reached your unit yet. It comes by itself when another team "
            "notes or looks for something."
        )
    return found


def key_if_here(*, by: acting.Actor, at: datetime) -> bytes | None:
    """Return the key of tokens, inside an action; None where it has not come yet.

    Whoever needs it first makes it. Whoever uses it passes it on to units that have none yet.
    """
    models.RecordHead.objects.select_for_update(no_key=True).get_or_create(id=1)  # one at a time
    held = by.keys().keys([HOUSE], [FieldClass.LINK])
    wraps = models.KeyWrap.objects.filter(object_id=HOUSE)
    there = set(wraps.values_list("unit_id", flat=True))
    units = [unit for unit in _units() if unit.pk not in there]
    if not there:
        made = sealed.create_keys(
            by=by, at=at, object_id=HOUSE, classes=[FieldClass.LINK], units=units
        )
        return made[FieldClass.LINK]
    if not held:
        return None
    (found,) = held.values()
    for unit in units:
        sealed.wrap_keys(by=by, at=at, object_id=HOUSE, keys={FieldClass.LINK: found}, unit=unit)
    return found


def _units() -> list[models.Unit]:
    """Return the units in which somebody may note or look."""
    may = [role.value for name in _USE for role in roles.PERMISSIONS[name]]
    people = models.User.objects.filter(is_active=True, admitted_at__isnull=False, role__in=may)
    rows = models.Unit.objects.filter(pk__in=people.values("unit"), generation__gt=0)
    return list(rows.order_by("pk"))


def token(house: bytes, kind: rules.Kind | str, value: str) -> bytes:
    """Return the 16 bytes under which a trace is compared; the same value of two kinds differs."""
    return sealing.blind(house, rules.Kind(kind).value, rules.normal(kind, value))


def hidden(label: bytes, thing: UUID) -> bytes:
    """Return 16 bytes that stand for a thing, and lead back to it with the instance's secret alone."""
    own = sealing.subkey(hashlib.sha256(settings.SECRET_KEY.encode()).digest(), b"trace " + label)
    return hmac.digest(own, thing.bytes, hashlib.sha256)[:_BYTES]


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


def put(*, id: UUID, strand: bytes, unit: models.Unit, token: bytes, on: date) -> models.Trace:
    """Put a token where others can meet it."""
    return models.Trace.objects.create(
        id=id, token=token, strand=strand, unit=unit, month=rules.month(on)
    )


def known(ids: Collection[UUID]) -> set[UUID]:
    """Return which of these identifiers of tokens are there, for the side that made them."""
    return set(models.Trace.objects.filter(pk__in=list(ids)).values_list("id", flat=True))


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


def over(on: date) -> "db_models.QuerySet[models.TraceRequest]":
    """Return released answers whose last day has passed."""
    return models.TraceRequest.objects.filter(state=rules.State.RELEASED.value, ends_on__lt=on)


def forget(*, row: models.TraceRequest, at: datetime) -> None:
    """Empty a request, inside an action: its keys are destroyed for both sides, the token goes.

    That one unit asked another on a day, on which ground and with what end, stays.
    """
    sealed.destroy_keys(object_id=row.id)
    row.drawn.all().delete()
    if row.state == rules.State.ASKED.value:
        row.state, row.answered_at = rules.State.DROPPED.value, at
    row.token = b""
    row.kind = row.value = row.wanted = row.why_not = row.statement = None
    row.save()


def take_back(*, row: models.TraceRequest, at: datetime) -> None:
    """Take an answer back, inside an action: its key is destroyed, for both sides."""
    sealed.destroy_keys(object_id=row.id, classes=[FieldClass.NETWORK])
    row.state, row.statement = rules.State.TAKEN_BACK.value, None
    row.answered_at = at
    row.save(update_fields=["state", "statement", "answered_at"])
