"""A new key for what somebody was allowed to open and is not any more.

Destroying a wrap takes the key away from who reads here; who copied the key keeps it. So the class
gets a new key, every row is sealed anew under it, and the old key opens nothing that is kept or
written from now on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Max

from manumit.core import models, sealing
from manumit.core.actions import acting, sealed
from manumit.core.sealing import FieldClass


@dataclass(frozen=True)
class Rotated:
    """The new keys of an object and their version."""

    keys: Mapping[FieldClass, bytes]
    version: int


def rotate(
    *, by: acting.Actor, at: datetime, object_id: UUID, classes: Iterable[FieldClass]
) -> Rotated | None:
    """Give classes of an object a new key, seal its rows anew, wrap it to the units that stay.

    Inside an action, after the wraps of who leaves were destroyed. Returns None, having changed
    nothing, when the actor does not hold every key that the rows need.
    """
    wraps = models.KeyWrap.objects.filter(object_id=object_id)
    there = set(wraps.values_list("field_class", flat=True))
    wanted = {FieldClass(name) for name in classes} & {FieldClass(name) for name in there}
    if not wanted or by.keyring is None:
        return None
    old = {c: key for (_, c), key in by.keys().keys([object_id], list(FieldClass)).items()}
    rows = _rows(object_id, wanted)
    if wanted - set(old) or any(_closed(row, old) for row in rows):
        return None
    opened = [(row, sealed.read(row, old)) for row in rows]
    version = (wraps.aggregate(Max("version"))["version__max"] or 0) + 1
    new = {name: sealing.new_key() for name in wanted}
    _wrap(by, at, object_id, new, version)
    for row, values in opened:
        _seal_anew(row, values, old | new)
    # Who stays has the new key, so the old wraps need no mark that they were destroyed. A door of
    # the person themselves (generation 0) is wrapped anew by who keeps it.
    wraps.filter(field_class__in=wanted, version__lt=version, generation__gt=0).delete()
    return Rotated(new, version)


def _rows(object_id: UUID, classes: set[FieldClass]) -> list[Any]:
    """Return every row that is sealed under one of these class keys, locked."""
    found: list[Any] = []
    for table in apps.get_models():
        held = {f.field_class for f in sealed.sealed_fields(table)}
        if held & classes:
            rows = table._default_manager.filter(seal_owner=object_id)
            found += rows.select_for_update(no_key=True, of=("self",)).order_by("pk")
    return found


def _closed(row: Any, keys: Mapping[FieldClass, bytes]) -> bool:
    """Tell whether a column of the row is filled and its key is not here."""
    fields = sealed.sealed_fields(row)
    return any(f.field_class not in keys and getattr(row, f.name) is not None for f in fields)


def _wrap(
    by: acting.Actor, at: datetime, object_id: UUID, new: Mapping[FieldClass, bytes], version: int
) -> None:
    """Wrap the new keys to each unit that has the old ones, until the same end."""
    stays = models.KeyWrap.objects.live(at).filter(
        object_id=object_id, field_class__in=list(new), generation__gt=0
    )
    grants: dict[tuple[UUID, datetime | None], set[FieldClass]] = {}
    for wrap in stays:
        grants.setdefault((wrap.unit_id, wrap.expires_at), set()).add(FieldClass(wrap.field_class))
    for (unit_id, expires_at), names in grants.items():
        sealed.wrap_keys(
            by=by,
            at=at,
            object_id=object_id,
            keys={name: new[name] for name in names},
            unit=models.Unit.objects.get(pk=unit_id),
            version=version,
            expires_at=expires_at,
        )


def _seal_anew(row: Any, values: dict[str, Any], keys: Mapping[FieldClass, bytes]) -> None:
    columns = [f.name for f in sealed.sealed_fields(row)]
    for name in columns:
        setattr(row, name, None)
    sealed.write(row, values, keys)
    row.save(update_fields=[*columns, "seal_version"])
