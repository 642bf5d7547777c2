"""The sealed index of names per unit, and the blind index of exact identifiers."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.sealing import FieldClass


class NameSegment(models.Model):
    """A sealed piece of a unit's index: many people when compacted, one when just added."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit_id = models.UUIDField(db_index=True)
    seq = models.BigIntegerField()
    compact = models.BooleanField(default=False)
    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    entries = fields.SealedField(FieldClass.LINK)

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "unit_id",
        "seq",
        "compact",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit_id", "seq"], name="segment_order"),)


class BlindIdentifier(models.Model):
    """A telephone or document number as a keyed hash; the key belongs to the unit."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit_id = models.UUIDField()
    blind = models.BinaryField()
    object_id = models.UUIDField(db_index=True)

    plain: ClassVar[tuple[str, ...]] = ("id", "unit_id", "blind", "object_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["unit_id", "blind", "object_id"], name="identifier_once"
            ),
        )
