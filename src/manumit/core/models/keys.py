"""Keys, all of them wrapped, in keys.db. No key can be recovered from this file alone.

A user's secret key is wrapped under the passphrase (Argon2id) and under the recovery code; a
unit's key to each member's public key; a class key of an object to each entitled unit. For the
length of a session the user's secret is also wrapped under a secret that only the browser holds.
"""

from datetime import datetime
from typing import ClassVar

from django.db import models

from manumit.core import fields


class UserKey(models.Model):
    """A person's key pair; the secret half under passphrase and recovery code."""

    user_id = models.UUIDField(primary_key=True)
    public_key = models.BinaryField()
    kdf_memory_kib = models.PositiveIntegerField()
    kdf_time = models.PositiveIntegerField()
    passphrase_salt = models.BinaryField()
    by_passphrase = models.BinaryField()
    recovery_salt = models.BinaryField()
    by_recovery = models.BinaryField()

    database: ClassVar[str] = "keys"
    plain: ClassVar[tuple[str, ...]] = (
        "user_id",
        "public_key",
        "kdf_memory_kib",
        "kdf_time",
        "passphrase_salt",
        "by_passphrase",
        "recovery_salt",
        "by_recovery",
    )


class UnitKey(models.Model):
    """The secret half of a unit's key pair, wrapped under the unit's own symmetric key."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit_id = models.UUIDField()
    generation = models.PositiveIntegerField()
    secret_wrap = models.BinaryField()
    made_at = models.DateTimeField()

    database: ClassVar[str] = "keys"
    plain: ClassVar[tuple[str, ...]] = ("id", "unit_id", "generation", "secret_wrap", "made_at")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["unit_id", "generation"], name="unit_key_once"),
        )


class UnitKeyWrap(models.Model):
    """A unit's symmetric key, wrapped (HPKE) to one member."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit_id = models.UUIDField()
    generation = models.PositiveIntegerField()
    user_id = models.UUIDField(db_index=True)
    wrap = models.BinaryField()

    database: ClassVar[str] = "keys"
    plain: ClassVar[tuple[str, ...]] = ("id", "unit_id", "generation", "user_id", "wrap")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["unit_id", "generation", "user_id"], name="unit_key_wrap_once"
            ),
        )


class EscrowKey(models.Model):
    """The key pair to which a unit's key is also wrapped; its secret opens with 3 of 5 shares."""

    unit_id = models.UUIDField(primary_key=True)
    public_key = models.BinaryField()
    secret_wrap = models.BinaryField()
    generation = models.PositiveIntegerField()
    unit_key_wrap = models.BinaryField()
    made_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)  # when three shares were shown to work

    database: ClassVar[str] = "keys"
    plain: ClassVar[tuple[str, ...]] = (
        "unit_id",
        "public_key",
        "secret_wrap",
        "generation",
        "unit_key_wrap",
        "made_at",
        "proved_at",
    )


class KeyWrapQuerySet(models.QuerySet["KeyWrap"]):
    """Wraps that still count."""

    def live(self, at: datetime) -> "KeyWrapQuerySet":
        """Leave out grants that have expired."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=at))


class KeyWrap(models.Model):
    """One class key of one object, wrapped to one unit. Deleting it erases what it opened."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    object_id = models.UUIDField()
    field_class = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)
    unit_id = models.UUIDField()
    generation = models.PositiveIntegerField()
    hpke = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    wrap = models.BinaryField()

    database: ClassVar[str] = "keys"
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "object_id",
        "field_class",
        "version",
        "unit_id",
        "generation",
        "hpke",
        "expires_at",
        "wrap",
    )
    objects = KeyWrapQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["object_id", "field_class", "version", "unit_id"], name="key_wrap_once"
            ),
        )
        indexes = (models.Index(fields=["unit_id", "generation"], name="key_wrap_by_unit"),)


class DestroyedWrap(models.Model):
    """That a wrap was destroyed: what an instance restored from an older backup destroys again."""

    id = models.UUIDField(primary_key=True, editable=False)  # of the wrap that was
    object_id = models.UUIDField()
    field_class = models.CharField(max_length=20)
    unit_id = models.UUIDField()

    database: ClassVar[str] = "keys"
    plain: ClassVar[tuple[str, ...]] = ("id", "object_id", "field_class", "unit_id")

    @classmethod
    def of(cls, wrap: KeyWrap) -> "DestroyedWrap":
        """Return the unsaved row for a wrap that is about to go."""
        return cls(
            id=wrap.id,
            object_id=wrap.object_id,
            field_class=wrap.field_class,
            unit_id=wrap.unit_id,
        )


class Unlock(models.Model):
    """A user's secret for one session, under a secret that lives only in the browser's cookie."""

    user_id = models.UUIDField(primary_key=True)
    wrap = models.BinaryField()
    at = models.DateTimeField()

    database: ClassVar[str] = "keys"
    plain: ClassVar[tuple[str, ...]] = ("user_id", "wrap", "at")
