"""A unit's register: its keys, and how its sealed words are written and read."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import models as db_models

from manumit.core import sealing
from manumit.core.actions import acting, guard, record, sealed
from manumit.core.sealing import FieldClass
from manumit.network import models

Keys = dict[FieldClass, bytes]
Row = TypeVar("Row", bound=db_models.Model)


def bench() -> models.Register | None:
    """Return the bench: the register for published and made data, which belongs to no unit."""
    return models.Register.objects.filter(unit=None).first()


def mine(by: acting.Actor) -> models.Register:
    """Return the register of the actor's unit, or the bench for the system; raises Refused."""
    unit = by.unit if by.user else None
    found = models.Register.objects.filter(unit=unit).first()
    if found is None:
        raise acting.Refused("Your unit has no register yet. Open one on the page Inquiries.")
    return found


def why_not(by: acting.Actor, register: models.Register) -> str:
    """Return why a register is not the actor's to use; "" when it is."""
    unit_id = by.user.unit_id if by.user else None
    return "" if register.unit_id == unit_id else acting.NotFound().reason


def keys(by: acting.Actor, register: models.Register) -> Keys:
    """Return the keys that seal what is entered by hand; raises Refused, NotFound.

    The bench's come from the instance's own secret.
    """
    return keys_for(by, register, [register.id])[register.id]


def keys_for(
    by: acting.Actor, register: models.Register, owners: Iterable[UUID]
) -> dict[UUID, Keys]:
    """Return the keys of a register and of parcels in it, by whom they seal for."""
    if why_not(by, register):
        raise acting.NotFound
    wanted = list(set(owners))
    if register.unit_id is None:
        secret = hashlib.sha256(b"manumit bench network" + settings.SECRET_KEY.encode()).digest()
        return {one: {FieldClass.NETWORK: sealing.subkey(secret, one.bytes)} for one in wanted}
    held = by.keys().keys(wanted, models.CLASSES)
    if len(held) < len(wanted):
        raise acting.Refused("Your unit holds no key for this.")
    return {one: {FieldClass.NETWORK: held[one, FieldClass.NETWORK]} for one in wanted}


def new_keys(by: acting.Actor, at: datetime, register: models.Register, object_id: UUID) -> Keys:
    """Make the key of a register or of a parcel, inside an action; the bench needs none made."""
    if register.unit is None:
        return keys_for(by, register, [object_id])[object_id]
    return sealed.create_keys(
        by=by, at=at, object_id=object_id, classes=models.CLASSES, units=[register.unit]
    )


def read(by: acting.Actor, register: models.Register, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Open sealed columns of rows inside an action that records itself; one dictionary a row."""
    ring = keys_for(by, register, (row.seal_owner for row in rows))
    return [sealed.read(row, ring[row.seal_owner]) for row in rows]


def own(by: acting.Actor, rows: Sequence[Any]) -> models.Register:
    """Return the actor's register when all rows are in it; raises NotFound."""
    register = mine(by)
    if any(row.register_id != register.pk for row in rows):
        raise acting.NotFound
    return register


def opened(
    by: acting.Actor, at: datetime, rows: Sequence[Any], purpose: str
) -> list[dict[str, Any]]:
    """Open sealed columns of rows of the actor's register outside an action; recorded first.

    One dictionary a row; raises NotFound for another register's rows.
    """
    if not rows:
        return []
    register = own(by, rows)
    if register.unit_id is not None:
        return sealed.open_rows(by=by, at=at, purpose=purpose, rows=rows, classes=models.CLASSES)
    owners = tuple(sorted({row.seal_owner for row in rows}))
    said = ",".join(sorted(models.CLASSES))
    record.append(by=by.id, at=at, act="open", field_class=said, purpose=purpose, object_ids=owners)
    return read(by, register, rows)


def hold(by: acting.Actor, permission: str, row: Row) -> Row:
    """Return a row of the actor's own register (the system's: the bench), locked; NotFound."""
    found = guard.hold(by, permission, row)
    register: models.Register = found.register  # type: ignore[attr-defined]
    if why_not(by, register):
        raise acting.NotFound
    return found


def next_number(register: models.Register, table: type[db_models.Model]) -> int:
    """Return the number after a table's last one; the register is held, so that no two get it."""
    models.Register.objects.select_for_update(no_key=True).get(pk=register.pk)
    rows = table._default_manager.filter(register=register)
    last: int | None = rows.aggregate(last=db_models.Max("number"))["last"]
    return (last or 0) + 1
