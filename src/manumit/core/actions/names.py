"""Finding a person by name, in memory, per unit: nothing on disk tells who is known here.

A unit's index is stored in sealed segments. A colleague of the unit seals under the unit's link
key; somebody from outside (a gate that hands over) seals under a fresh key wrapped to the unit.
Who searches gathers loose segments into one. The process keeps opened indexes, each under a
fingerprint of the unit's link key, so that only who holds the key can reach one.
"""

import base64
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models as db_models
from django.db import transaction

from manumit.core import models, nameindex, sealing
from manumit.core import names as spelling
from manumit.core.actions import acting, record, sealed
from manumit.core.actions import keyring as keyrings
from manumit.core.sealing import FieldClass

LOOSE_SEGMENTS = 200  # more than this are gathered into one at the next search
KEPT_INDEXES = 8


@dataclass
class _Opened:
    index: nameindex.NameIndex
    seq: int
    guard: threading.Lock = field(default_factory=threading.Lock)


_opened: OrderedDict[str, _Opened] = OrderedDict()
_opened_guard = threading.Lock()


def remember(
    *, by: acting.Actor, at: datetime, unit: models.Unit, object_id: UUID, names: list[str]
) -> None:
    """Add a person's names to a unit's index, inside an action."""
    _add_segment(by, at, unit, {"id": str(object_id), "names": [n for n in names if n.strip()]})


def remember_all(
    *, by: acting.Actor, at: datetime, unit: models.Unit, called: Mapping[UUID, list[str]]
) -> None:
    """Add the names of many at once to a unit's index, inside an action: one sealed piece."""
    if called:
        said = {str(owner): names for owner, names in called.items()}
        _add_segment(by, at, unit, {"all": said})


def forget(*, by: acting.Actor, at: datetime, unit: models.Unit, object_id: UUID) -> None:
    """Take a person out of a unit's index, inside an action; the next search rewrites it."""
    _add_segment(by, at, unit, {"id": str(object_id), "forget": True})
    models.BlindIdentifier.objects.filter(unit_id=unit.id, object_id=object_id).delete()


def _add_segment(by: acting.Actor, at: datetime, unit: models.Unit, entry: dict[str, Any]) -> None:
    _hold(unit)
    last = models.NameSegment.objects.filter(unit_id=unit.id).aggregate(db_models.Max("seq"))
    segment = models.NameSegment(unit_id=unit.id, seq=(last["seq__max"] or 0) + 1)
    try:
        keys = {FieldClass.LINK: by.keys().key(unit.id, FieldClass.LINK)}
        segment.seal_owner = unit.id
    except (keyrings.NoKey, acting.Refused):
        segment.seal_owner = segment.id
        keys = sealed.create_keys(
            by=by, at=at, object_id=segment.id, classes=[FieldClass.LINK], units=[unit]
        )
    sealed.write(segment, {"entries": entry}, keys)
    segment.save(force_insert=True)


def _hold(unit: models.Unit) -> None:
    """Let one at a time add to a unit's index: until its transaction ends, the next one waits.

    Keys commit before content, so the lock on keys ends before what was added can be seen.
    """
    models.Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def search(*, by: acting.Actor, at: datetime, query: str, limit: int = 25) -> list[nameindex.Hit]:
    """Find people of the actor's unit by name; recorded as an opening before it happens."""
    unit = by.unit
    reason = "" if by.keyring else "Your keys are locked. Sign in again to search."
    if reason:
        acting.refuse(by=by, at=at, act="case.search", reason=reason)
        raise acting.Refused(reason)
    record.append(
        by=by.id,
        at=at,
        act="open",
        field_class=FieldClass.LINK,
        purpose="name search",
        objects={"unit": str(unit.id)},
    )
    opened = _load(by, unit)
    with opened.guard:
        return opened.index.search(query, limit)


def everybody(*, by: acting.Actor, at: datetime, purpose: str) -> dict[UUID, list[str]]:
    """Return all names of the actor's unit by person, in memory; recorded before it happens."""
    unit = by.unit
    by.keys()  # raises Refused when they are locked
    record.append(
        by=by.id,
        at=at,
        act="open",
        field_class=FieldClass.LINK,
        purpose=purpose,
        objects={"unit": str(unit.id)},
    )
    opened = _load(by, unit)
    called: dict[UUID, list[str]] = {}
    with opened.guard:
        for owner, name in opened.index.entries():
            called.setdefault(owner, []).append(name)
    return called


def _load(by: acting.Actor, unit: models.Unit) -> _Opened:
    link_key = by.keys().key(unit.id, FieldClass.LINK)
    fingerprint = hashlib.sha256(b"name index" + link_key + unit.id.bytes).hexdigest()
    with _opened_guard:
        opened = _opened.get(fingerprint)
        if opened is None:
            opened = _opened[fingerprint] = _Opened(nameindex.build([]), 0)
        _opened.move_to_end(fingerprint)
        while len(_opened) > KEPT_INDEXES:
            _opened.popitem(last=False)
    with opened.guard:
        _catch_up(by, unit, opened)
    return opened


def _catch_up(by: acting.Actor, unit: models.Unit, opened: _Opened) -> None:
    # Only what is newer is read: the whole index of a large unit is a hundred megabytes.
    segments = models.NameSegment.objects.filter(unit_id=unit.id)
    compact = segments.filter(compact=True, seq__gt=opened.seq).order_by("-seq").first()
    if compact:
        opened.index = nameindex.NameIndex.from_bytes(base64.b64decode(_entries(by, compact)))
        opened.seq = compact.seq
    loose = list(segments.filter(compact=False, seq__gt=opened.seq).order_by("seq"))
    forgot = False
    for segment in loose:
        entry = _entries(by, segment)
        if many := entry.get("all"):
            for owner, names in many.items():
                opened.index.add(UUID(owner), names)
        elif entry.get("forget"):
            opened.index.remove(UUID(entry["id"]))
            forgot = True
        else:
            opened.index.add(UUID(entry["id"]), entry["names"])
        opened.seq = segment.seq
    if forgot or len(loose) > LOOSE_SEGMENTS:
        _gather(by, unit, opened)


def _entries(by: acting.Actor, segment: models.NameSegment) -> Any:
    keys = _segment_keys(by, segment)
    for key in keys:
        try:
            return sealed.read(segment, {FieldClass.LINK: key})["entries"]
        except sealing.SealBroken:
            continue
    raise sealing.SealBroken("a piece of the name index does not open")


def _segment_keys(by: acting.Actor, segment: models.NameSegment) -> list[bytes]:
    """The segment's own key, or every version of the unit's link key, the newest first."""
    ring = by.keys()
    wraps = models.KeyWrap.objects.filter(
        object_id=segment.seal_owner, field_class=FieldClass.LINK, unit_id=segment.unit_id
    )
    return [ring.open_wrap(wrap) for wrap in wraps.order_by("-version")]


def _gather(by: acting.Actor, unit: models.Unit, opened: _Opened) -> None:
    with transaction.atomic(), transaction.atomic(using="keys"):
        _hold(unit)
        if models.NameSegment.objects.filter(
            unit_id=unit.id, compact=True, seq__gte=opened.seq
        ).exists():
            return  # another process gathered meanwhile
        covered = models.NameSegment.objects.filter(unit_id=unit.id, seq__lte=opened.seq)
        own_keys = list(covered.exclude(seal_owner=unit.id).values_list("id", flat=True))
        covered.delete()
        models.KeyWrap.objects.filter(object_id__in=own_keys).delete()
        whole = models.NameSegment(
            unit_id=unit.id, seq=opened.seq, compact=True, seal_owner=unit.id
        )
        keys = {FieldClass.LINK: by.keys().key(unit.id, FieldClass.LINK)}
        text = base64.b64encode(opened.index.to_bytes()).decode()
        sealed.write(whole, {"entries": text}, keys)
        whole.save(force_insert=True)


def remember_identifier(
    *, by: acting.Actor, unit: models.Unit, object_id: UUID, kind: str, value: str
) -> None:
    """Make a telephone or document number findable by exactly itself, inside an action."""
    key = by.keys().key(unit.id, FieldClass.LINK)
    models.BlindIdentifier.objects.get_or_create(
        unit_id=unit.id,
        blind=sealing.blind(key, kind, spelling.identifier(value)),
        object_id=object_id,
    )


def find_identifier(*, by: acting.Actor, at: datetime, kind: str, value: str) -> list[UUID]:
    """Return whose identifier this is in the actor's unit; recorded as an opening."""
    found = find_identifiers(by=by, at=at, kind=kind, values=[value])
    return list(dict.fromkeys(found.get(value, [])))  # once, under however many keys


def find_identifiers(
    *, by: acting.Actor, at: datetime, kind: str, values: Iterable[str]
) -> dict[str, list[UUID]]:
    """Return whose identifiers these are in the actor's unit, by value; one opening on the record."""
    unit = by.unit
    record.append(
        by=by.id,
        at=at,
        act="open",
        field_class=FieldClass.LINK,
        purpose=f"{kind} search",
        objects={"unit": str(unit.id)},
    )
    ring = by.keys()
    wraps = models.KeyWrap.objects.filter(object_id=unit.id, field_class=FieldClass.LINK)
    keys = [ring.open_wrap(wrap) for wrap in wraps.order_by("-version")]
    wanted = {
        sealing.blind(key, kind, spelling.identifier(value)): value
        for value in values
        for key in keys
    }
    found: dict[str, list[UUID]] = {}
    blinds = list(wanted)
    for start in range(0, len(blinds), 500):
        rows = models.BlindIdentifier.objects.filter(
            unit_id=unit.id, blind__in=blinds[start : start + 500]
        )
        for row in rows:
            found.setdefault(wanted[bytes(row.blind)], []).append(row.object_id)
    return found


def remember_identifiers(
    *, by: acting.Actor, unit: models.Unit, said: Iterable[tuple[UUID, str, str]]
) -> None:
    """Make many identifiers findable at once, inside an action: (object, kind, value) each."""
    key = by.keys().key(unit.id, FieldClass.LINK)
    rows = {
        (blind, object_id): models.BlindIdentifier(
            unit_id=unit.id, blind=blind, object_id=object_id
        )
        for object_id, kind, value in said
        for blind in [sealing.blind(key, kind, spelling.identifier(value))]
    }
    models.BlindIdentifier.objects.bulk_create(rows.values(), ignore_conflicts=True)
