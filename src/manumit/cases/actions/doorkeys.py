"""Keys of the person's own door: made, wrapped anew, opened by a code, and destroyed.

The ending of a code becomes a key by Argon2id and a secret of the server, so that neither a stolen
disk nor the server without the code opens anything. Whatever is typed costs the same: one look-up,
one derivation, two unwrappings, also when there is no such door.
"""

import hashlib
import hmac
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Max, QuerySet

from manumit.cases import door as rules
from manumit.cases.models import Case, Door, DoorLock, DoorMessage, DoorVisit
from manumit.core import models, roles, sealing
from manumit.core.actions import acting, sealed
from manumit.core.actions import keyring as keyrings
from manumit.core.sealing import FieldClass

COST = sealing.KdfCost()
GENERATION = 0  # a door has no generations; a unit's begin at 1
THREAD = frozenset({FieldClass.CONTACT})  # the class that seals what is said through a door
_ID_BYTES = 16
_NOTHING = b"\x11" + bytes(_ID_BYTES + 96 + 28)  # of the size of a wrap; nothing opens it


class DoorKeyring(keyrings.Keyring):
    """What one side of a door opens: wraps addressed to it, and no unit's."""

    def unit_key(self, unit_id: UUID, generation: int) -> bytes:
        """Refuse: a door is no member of any unit."""
        del unit_id, generation
        raise keyrings.NoKey("a door holds no key of a unit")

    def unit_secret(self, unit_id: UUID, generation: int) -> bytes:
        """Return the secret half of this side's own key pair; raises NoKey for another."""
        if (unit_id, generation) != (self.user_id, GENERATION):
            raise keyrings.NoKey("this is addressed to somebody else")
        return self.secret

    def units(self) -> list[UUID]:
        """Return the one holder whose wraps it opens."""
        return [self.user_id]


@dataclass(frozen=True)
class Person(acting.Actor):
    """The person at their own door, or whoever typed the other code. The door's id is on record."""

    door: Door = field(kw_only=True)
    thread: UUID = field(kw_only=True)
    side: int = field(kw_only=True)

    @property
    def role(self) -> roles.Role:
        """The role that decides what may be done here."""
        return roles.Role.THE_PERSON

    @property
    def id(self) -> UUID:
        """The door's identifier."""
        return self.door.id

    @property
    def alone(self) -> bool:
        """Tell whether this is the door itself, and not the empty one."""
        return self.thread == self.door.id


def person(opened: "Opened", at: datetime) -> Person:
    """Return who is at the door, with the keys of that side."""
    ring = DoorKeyring(user_id=opened.thread, secret=opened.secret, at=at)
    return Person(user=None, keyring=ring, door=opened.door, thread=opened.thread, side=opened.side)


# --- the lock ------------------------------------------------------------------------------------
def _server_key(label: bytes) -> bytes:
    own = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    return sealing.subkey(own, b"door " + label)


def blind(number: str) -> bytes:
    """Return the 16 bytes under which a door's number is found; without the server's key, noise."""
    text = number.encode(errors="replace")
    return hmac.digest(_server_key(b"number"), text, hashlib.sha256)[:_ID_BYTES]


def _kek(ending: str, salt: bytes, cost: sealing.KdfCost) -> bytes:
    slow = sealing.derive(ending, salt, cost)
    return hmac.digest(_server_key(b"ending"), slow, hashlib.sha256)


def _aad(blinded: bytes) -> bytes:
    return b"door lock|" + blinded


def make_lock(
    row: Door, number: str, endings: tuple[str, str], secrets: tuple[bytes, bytes]
) -> None:
    """Keep what the two endings open: the door's own side first, then the empty one.

    Their order on disk is random.
    """
    blinded, salt = blind(number), sealing.new_salt()
    wraps = [
        sealing.wrap_key(_kek(ending, salt, COST), thread.bytes + secret, _aad(blinded))
        for ending, thread, secret in zip(endings, row.threads(), secrets, strict=True)
    ]
    random.SystemRandom().shuffle(wraps)
    DoorLock.objects.create(
        door_id=row.id,
        blind=blinded,
        salt=salt,
        kdf_memory_kib=COST.memory_kib,
        kdf_time=COST.time,
        one=wraps[0],
        other=wraps[1],
    )


def free_number() -> str:
    """Return a number that no standing door has."""
    while True:
        number = rules.number_of(sealing.new_salt())
        if not DoorLock.objects.filter(blind=blind(number)).exists():
            return number


@dataclass(frozen=True)
class Opened:
    """What a code opened: a door, which side of it, that side's secret and its place in the lock."""

    door: Door
    thread: UUID
    side: int
    secret: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        """Return what a visit keeps of it, under the browser's secret."""
        return bytes([self.side]) + self.thread.bytes + self.secret

    @classmethod
    def from_bytes(cls, row: Door, kept: bytes) -> "Opened":
        """Return what a visit kept."""
        thread, secret = UUID(bytes=kept[1 : _ID_BYTES + 1]), kept[_ID_BYTES + 1 :]
        return cls(row, thread, kept[0], secret)


def unlock(code: rules.Code) -> Opened | None:
    """Return what a code opens; None for a wrong one. The work is the same for both."""
    blinded = blind(code.number)
    lock = DoorLock.objects.filter(blind=blinded).first() or _no_lock(blinded)
    cost = sealing.KdfCost(memory_kib=lock.kdf_memory_kib, time=lock.kdf_time)
    kek = _kek(code.ending, bytes(lock.salt), cost)
    sides = [_side(kek, bytes(wrap), blinded) for wrap in (lock.one, lock.other)]
    row = standing(lock.door_id)
    for side, inside in enumerate(sides):
        if row is not None and inside is not None:
            return Opened(row, UUID(bytes=inside[:_ID_BYTES]), side, inside[_ID_BYTES:])
    return None


def standing(door_id: UUID) -> Door | None:
    """Return a door that is not closed, of a case that was not erased."""
    rows = Door.objects.standing().filter(case__erased_at=None)
    return rows.select_related("case__unit__organisation").filter(pk=door_id).first()


def lose_side(door_id: UUID, side: int) -> None:
    """Destroy one of the two wraps of a lock; what stands in its place opens nothing."""
    lock = DoorLock.objects.get(door_id=door_id)
    nothing = _NOTHING[:1] + sealing.new_key() * 5
    setattr(lock, ("one", "other")[side], nothing[: len(_NOTHING)])
    lock.save()


def _side(kek: bytes, wrap: bytes, blinded: bytes) -> bytes | None:
    try:
        return sealing.unwrap_key(kek, wrap, _aad(blinded))
    except sealing.SealBroken:
        return None


def _no_lock(blinded: bytes) -> DoorLock:
    """Return a lock that nothing opens, of the usual size and cost."""
    return DoorLock(
        door_id=UUID(bytes=blinded),
        blind=blinded,
        salt=blinded,
        kdf_memory_kib=COST.memory_kib,
        kdf_time=COST.time,
        one=_NOTHING,
        other=_NOTHING,
    )


# --- grants to a door ----------------------------------------------------------------------------
def grant(
    *,
    holder: UUID,
    public: bytes,
    object_id: UUID,
    keys: Mapping[FieldClass, bytes],
    version: int = 1,
) -> None:
    """Wrap keys to one side of a door; what it held of the same version is replaced."""
    for field_class, key in keys.items():
        wrap = models.KeyWrap(
            object_id=object_id,
            field_class=field_class,
            version=version,
            unit_id=holder,
            generation=GENERATION,
            hpke=True,
        )
        wrap.wrap = sealing.hpke_wrap(public, key, keyrings.wrap_aad(wrap))
        same = {"object_id": object_id, "field_class": field_class, "version": version}
        models.KeyWrap.objects.filter(**same, unit_id=holder).delete()
        wrap.save(force_insert=True)


def versions(case: Case, classes: Iterable[FieldClass]) -> dict[FieldClass, int]:
    """Return the newest version of each class key of a case."""
    wraps = models.KeyWrap.objects.filter(object_id=case.id, field_class__in=list(classes))
    rows = wraps.values_list("field_class").annotate(Max("version")).order_by()
    return {FieldClass(field_class): int(version) for field_class, version in rows}


def rewrap(*, case: Case, keys: Mapping[FieldClass, bytes], version: int) -> None:
    """Give the door of a case the new class keys, after the case's keys were changed."""
    row = Door.objects.of_case(case)
    if row is None:
        return
    shown = rules.classes(row.parts)
    wanted = {field_class: key for field_class, key in keys.items() if field_class in shown}
    older = models.KeyWrap.objects.filter(unit_id=row.id, object_id=case.id)
    _destroy(older.filter(field_class__in=list(keys), version__lt=version))
    grant(
        holder=row.id,
        public=bytes(row.public_key),
        object_id=case.id,
        keys=wanted,
        version=version,
    )


def end(*, case: Case, at: datetime, because: rules.Closed, erase: bool = False) -> int:
    """Close the door of a case: its lock, its visits and its grants are destroyed.

    `erase` destroys what was said through any door of the case as well. Returns how many closed.
    Call it inside an action.
    """
    rows = list(Door.objects.filter(case=case))
    closed = 0
    for row in rows:
        if row.closed_at is None:
            row.closed_at, row.closed_because = at, because.value
            row.save(update_fields=["closed_at", "closed_because"])
            closed += 1
        DoorLock.objects.filter(door_id=row.id).delete()
        DoorVisit.objects.filter(door_id=row.id).delete()
        _destroy(models.KeyWrap.objects.filter(unit_id__in=row.threads()))
        if erase:
            for thread in row.threads():
                sealed.destroy_keys(object_id=thread)
    if erase:
        DoorMessage.objects.filter(case=case).update(text=None)
    return closed


def _destroy(wraps: QuerySet[models.KeyWrap]) -> None:
    """Destroy grants so that no older backup brings them back."""
    gone = [models.DestroyedWrap.of(wrap) for wrap in wraps]
    models.DestroyedWrap.objects.bulk_create(gone, ignore_conflicts=True)
    wraps.delete()
