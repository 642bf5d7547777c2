"""The keys that one person may use during one request. Reads wraps, writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from manumit.core import models, sealing


class NoKey(Exception):  # noqa: N818 (said as people say it)
    """No live wrap of this key is addressed to a unit of this person."""


def unit_info(unit_id: UUID, generation: int, user_id: UUID) -> bytes:
    """Return what binds a unit key's wrap to its place."""
    return f"unit|{unit_id}|{generation}|{user_id}".encode()


def unit_secret_aad(unit_id: UUID, generation: int) -> bytes:
    """Return what binds the wrap of a unit's secret key to its place."""
    return f"unit-secret|{unit_id}|{generation}".encode()


def wrap_aad(wrap: models.KeyWrap) -> bytes:
    """Return what binds a class key's wrap to object, class, version, unit and generation."""
    return (
        f"class|{wrap.object_id}|{wrap.field_class}|{wrap.version}|{wrap.unit_id}|{wrap.generation}"
    ).encode()


@dataclass
class Keyring:
    """A person's secret key, unlocked at sign-in, and what it opens; gone with the request."""

    user_id: UUID
    secret: bytes = field(repr=False)
    at: datetime
    _unit_keys: dict[tuple[UUID, int], bytes] = field(default_factory=dict, repr=False)
    _unit_secrets: dict[tuple[UUID, int], bytes] = field(default_factory=dict, repr=False)
    _class_keys: dict[tuple[UUID, str, int], bytes] = field(default_factory=dict, repr=False)

    def unit_key(self, unit_id: UUID, generation: int) -> bytes:
        """Return the unit's symmetric key of a generation; raises NoKey."""
        place = (unit_id, generation)
        if place not in self._unit_keys:
            wrap = models.UnitKeyWrap.objects.filter(
                unit_id=unit_id, generation=generation, user_id=self.user_id
            ).first()
            if wrap is None:
                raise NoKey("you hold no key of this unit")
            self._unit_keys[place] = sealing.hpke_unwrap(
                self.secret, bytes(wrap.wrap), unit_info(unit_id, generation, self.user_id)
            )
        return self._unit_keys[place]

    def unit_secret(self, unit_id: UUID, generation: int) -> bytes:
        """Return the secret half of the unit's key pair; raises NoKey."""
        place = (unit_id, generation)
        if place not in self._unit_secrets:
            held = models.UnitKey.objects.filter(unit_id=unit_id, generation=generation).first()
            if held is None:
                raise NoKey("this generation of the unit's key is gone")
            self._unit_secrets[place] = sealing.unwrap_key(
                self.unit_key(unit_id, generation),
                bytes(held.secret_wrap),
                unit_secret_aad(unit_id, generation),
            )
        return self._unit_secrets[place]

    def open_wrap(self, wrap: models.KeyWrap) -> bytes:
        """Return the class key inside a wrap; raises NoKey, SealBroken."""
        if wrap.hpke:
            secret = self.unit_secret(wrap.unit_id, wrap.generation)
            return sealing.hpke_unwrap(secret, bytes(wrap.wrap), wrap_aad(wrap))
        key = self.unit_key(wrap.unit_id, wrap.generation)
        return sealing.unwrap_key(key, bytes(wrap.wrap), wrap_aad(wrap))

    def units(self) -> list[UUID]:
        """Return the units whose key this person holds."""
        held = models.UnitKeyWrap.objects.filter(user_id=self.user_id)
        return list(held.values_list("unit_id", flat=True).distinct())

    def keys(
        self, object_ids: Iterable[UUID], classes: Iterable[sealing.FieldClass]
    ) -> dict[tuple[UUID, sealing.FieldClass], bytes]:
        """Return the newest class key of each object and class that this person may open.

        What they may not open is left out.
        """
        wanted = [sealing.FieldClass(c) for c in classes]
        # The units are compared here: an object has few wraps, a unit has millions, and a database
        # that chose to go by unit would read them all.
        wraps = models.KeyWrap.objects.live(self.at).filter(
            object_id__in=list(object_ids), field_class__in=wanted
        )
        mine = set(self.units())
        found: dict[tuple[UUID, sealing.FieldClass], bytes] = {}
        for wrap in wraps.order_by("version"):
            if wrap.unit_id not in mine:
                continue
            place = (wrap.object_id, wrap.field_class, wrap.version)
            try:
                if place not in self._class_keys:
                    self._class_keys[place] = self.open_wrap(wrap)
            except NoKey:
                continue
            found[wrap.object_id, sealing.FieldClass(wrap.field_class)] = self._class_keys[place]
        return found

    def key(self, object_id: UUID, field_class: sealing.FieldClass) -> bytes:
        """Return the newest key of one class of one object; raises NoKey."""
        found = self.keys([object_id], [field_class])
        if not found:
            raise NoKey(f"no key for {field_class} of this object is addressed to your unit")
        return next(iter(found.values()))
