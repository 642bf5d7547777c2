"""Sealing and opening values. "No log, no key": an opening is on the record before it happens."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from django.db import models as db_models
from django.db import transaction

from manumit.core import fields, models, reasons, sealing
from manumit.core.actions import acting, record
from manumit.core.actions import keyring as keyrings
from manumit.core.sealing import FieldClass


class Sealable(Protocol):
    """A row with sealed columns: whose class keys seal it, and how often it was written."""

    id: UUID
    seal_owner: UUID
    seal_version: int


def sealed_fields(row: Any) -> list[fields.SealedField]:
    """Return the sealed columns of a row or model."""
    return [f for f in row._meta.concrete_fields if isinstance(f, fields.SealedField)]


def create_keys(
    *,
    by: acting.Actor,
    at: datetime,
    object_id: UUID,
    classes: Iterable[FieldClass],
    units: Iterable[models.Unit],
    expires_at: datetime | None = None,
) -> dict[FieldClass, bytes]:
    """Make one random key per class and wrap it to every unit; return the keys.

    A unit that the actor belongs to gets a symmetric wrap, another one an HPKE wrap, which the
    actor cannot open again.
    """
    keys = {FieldClass(c): sealing.new_key() for c in classes}
    for unit in units:
        wrap_keys(by=by, at=at, object_id=object_id, keys=keys, unit=unit, expires_at=expires_at)
    return keys


def wrap_keys(
    *,
    by: acting.Actor,
    at: datetime,
    object_id: UUID,
    keys: Mapping[FieldClass, bytes],
    unit: models.Unit,
    expires_at: datetime | None = None,
    version: int = 1,
) -> None:
    """Wrap known class keys of an object to a unit."""
    del at  # the leaf of the surrounding action says when
    # Read anew: whoever renews the unit's key meanwhile would leave a wrap that nobody can open.
    unit = models.Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if not unit.generation:
        raise acting.Refused(
            reasons.say(
                "{unit} has no keys yet: nobody there has signed in so far.", unit=unit.name
            )
        )
    member_key = _member_key(by, unit)
    wraps = []
    for field_class, key in keys.items():
        wrap = models.KeyWrap(
            object_id=object_id,
            field_class=field_class,
            version=version,
            unit_id=unit.id,
            generation=unit.generation,
            hpke=member_key is None,
            expires_at=expires_at,
        )
        aad = keyrings.wrap_aad(wrap)
        wrap.wrap = (
            sealing.hpke_wrap(bytes(unit.public_key), key, aad)
            if member_key is None
            else sealing.wrap_key(member_key, key, aad)
        )
        wraps.append(wrap)
    models.KeyWrap.objects.bulk_create(wraps)


def _member_key(by: acting.Actor, unit: models.Unit) -> bytes | None:
    if by.keyring is None:
        return None
    try:
        return by.keyring.unit_key(unit.id, unit.generation)
    except keyrings.NoKey:
        return None


def share_keys(
    *,
    by: acting.Actor,
    at: datetime,
    object_id: UUID,
    classes: Iterable[FieldClass],
    to_unit: models.Unit,
    expires_at: datetime | None = None,
) -> None:
    """Wrap keys that the actor holds to one more unit; what the unit already has is left."""
    wanted = list(classes)
    held = by.keys().keys([object_id], wanted)
    known = models.KeyWrap.objects.filter(object_id=object_id, unit_id=to_unit.id)
    there = set(known.values_list("field_class", flat=True))
    keys = {c: key for (_, c), key in held.items() if c not in there}
    if len(held) < len(set(wanted)):
        raise acting.Refused("You do not hold the keys that would have to be shared.")
    wrap_keys(by=by, at=at, object_id=object_id, keys=keys, unit=to_unit, expires_at=expires_at)


def destroy_keys(
    *, object_id: UUID, classes: Iterable[FieldClass] | None = None, unit: models.Unit | None = None
) -> int:
    """Destroy wraps: what they opened is unreadable from now on. Returns how many there were.

    Call it inside an action, which puts it on the record.
    """
    wraps = models.KeyWrap.objects.filter(object_id=object_id)
    if classes is not None:
        wraps = wraps.filter(field_class__in=list(classes))
    if unit is not None:
        wraps = wraps.filter(unit_id=unit.id)
    gone = [models.DestroyedWrap.of(wrap) for wrap in wraps]
    models.DestroyedWrap.objects.bulk_create(gone, ignore_conflicts=True)
    return wraps.delete()[0]


def has_keys(object_id: UUID, classes: Iterable[FieldClass]) -> bool:
    """Tell whether anybody has a key of one of these classes of an object."""
    wraps = models.KeyWrap.objects.filter(object_id=object_id)
    return wraps.filter(field_class__in=list(classes)).exists()


def _context(row: Sealable, field: fields.SealedField, version: int) -> sealing.Context:
    table = cast("db_models.Model", row)._meta.db_table
    return sealing.Context(row.seal_owner, field.field_class, table, row.id, field.name, version)


def write(row: Any, values: Mapping[str, Any], keys: Mapping[FieldClass, bytes]) -> None:
    """Seal values into the row's columns; the caller saves the row.

    Values are anything JSON can carry; None empties the column. Every sealed column of the row is
    sealed anew under the next version, so that an old value cannot be played back: `keys` must
    hold the key of each class that the row carries.
    """
    by_name = {f.name: f for f in sealed_fields(row)}
    unknown = set(values) - set(by_name)
    if unknown:
        raise ValueError(f"not sealed columns of {type(row).__name__}: {sorted(unknown)}")
    merged = {n: v for n, v in read(row, keys).items() if n not in values} | dict(values)
    row.seal_version += 1
    for name, value in merged.items():
        if value is None:
            setattr(row, name, None)
            continue
        field = by_name[name]
        plaintext = json.dumps(value, ensure_ascii=False).encode()
        blob = sealing.seal(
            keys[field.field_class], plaintext, _context(row, field, row.seal_version)
        )
        setattr(row, name, blob)


def read(row: Any, keys: Mapping[FieldClass, bytes]) -> dict[str, Any]:
    """Open the sealed columns whose class key is given; raises SealBroken. Puts nothing on record.

    For use inside an action that records itself; pages use `open_rows`.
    """
    opened: dict[str, Any] = {}
    for field in sealed_fields(row):
        blob = getattr(row, field.name)
        if field.field_class not in keys or blob is None:
            continue
        plaintext = sealing.open_sealed(
            keys[field.field_class], bytes(blob), _context(row, field, row.seal_version)
        )
        opened[field.name] = json.loads(plaintext)
    return opened


def keys_of(
    by: acting.Actor, object_id: UUID, classes: Iterable[FieldClass]
) -> dict[FieldClass, bytes]:
    """Return the class keys of one object that the actor holds; raises Refused when one lacks."""
    wanted = set(classes)
    found = {c: key for (_, c), key in by.keys().keys([object_id], wanted).items()}
    if set(found) != wanted:
        raise acting.Refused("Your unit holds no key for this.")
    return found


def open_rows(
    *,
    by: acting.Actor,
    at: datetime,
    purpose: str,
    rows: Sequence[Any],
    classes: Iterable[FieldClass],
) -> list[dict[str, Any]]:
    """Open sealed columns of many rows, one dictionary a row; the opening is recorded first.

    Raises Refused when the actor's unit holds no key for a row that has something sealed in one
    of the classes; the refusal is recorded.
    """
    wanted = frozenset(classes)
    if not rows:
        return []
    owners = tuple(sorted({row.seal_owner for row in rows}))
    said = ",".join(sorted(wanted))
    if inside_action():
        raise RuntimeError("open_rows must commit its leaf first: call it outside a transaction")
    record.append(by=by.id, at=at, act="open", field_class=said, purpose=purpose, object_ids=owners)
    held = by.keys().keys(owners, wanted)
    opened = []
    for row in rows:
        keys = {c: held[row.seal_owner, c] for c in wanted if (row.seal_owner, c) in held}
        lacking = [
            f
            for f in sealed_fields(row)
            if f.field_class in wanted and f.field_class not in keys and getattr(row, f.name)
        ]
        if lacking:
            reason = "Your unit holds no key for this."
            acting.refuse(
                by=by, at=at, act="open", reason=reason, objects={"owner": str(row.seal_owner)}
            )
            raise acting.Refused(reason)
        opened.append(read(row, keys))
    return opened


def inside_action() -> bool:
    """Tell whether an action runs, which puts on record what it reads."""
    return transaction.get_connection().in_atomic_block and not _in_test_transaction()


def _in_test_transaction() -> bool:
    """Tell whether the only open transaction is the one pytest-django wraps a test in."""
    connection = transaction.get_connection()
    return getattr(connection, "savepoint_ids", None) == [] and any(
        getattr(block, "_from_testcase", False) for block in connection.atomic_blocks
    )
