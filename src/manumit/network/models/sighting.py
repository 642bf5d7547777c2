"""Sightings: what somebody reports to a unit that investigates, sealed to that unit alone.

Each has a key of its own, wrapped to the unit it is for (HPKE), so that whoever reports cannot open
it again. They see what became of it, and nothing else.
"""

from typing import ClassVar, Self

from django.db import models

from manumit.core import fields, roles
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass
from manumit.network import sightings

CLASSES = frozenset({FieldClass.NETWORK})


class SightingsOfUnit(models.QuerySet["Sighting"]):
    """Reports: their own for whoever reported, the unit's for whom they are for."""

    def visible_to(self, user: User, permission: str) -> Self:
        """Keep the rows that the account may use for the permission."""
        scope = roles.scope(roles.Role(user.role), permission)
        if scope is None:
            return self.none()
        if scope is roles.Scope.OWN:
            return self.filter(by=user)
        return self.filter(unit=user.unit_id)


class Sighting(models.Model):
    """One report. `said`: see `actions.sightings`."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sightings")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=10, choices=[(w.value, w.value) for w in sightings.Way])
    certainty = models.PositiveSmallIntegerField()  # claims.Certainty; never confirmed
    state = models.CharField(max_length=6, choices=[(s.value, s.value) for s in sightings.State])
    moved_at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    said = fields.SealedField(FieldClass.NETWORK)  # subject, words, place, area, point, time

    objects = SightingsOfUnit.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "unit",
        "by",
        "at",
        "way",
        "certainty",
        "state",
        "moved_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(certainty__lt=3), name="sighting_never_confirmed"
            ),
        )
        indexes = (models.Index(fields=["unit", "state", "-at"], name="sighting_inbox"),)


class CapturesOfUnit(models.QuerySet["Capture"]):
    """Captured pages, where the report is for the account's unit: never back to who sent them."""

    def visible_to(self, user: User, permission: str) -> Self:
        """Keep the rows that the account may use for the permission."""
        if roles.scope(roles.Role(user.role), permission) is not roles.Scope.UNIT:
            return self.none()
        return self.filter(sighting__unit=user.unit_id)


class Capture(models.Model):
    """A page as it stood, kept whole: evidence. Its figure and address say something too: sealed."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    sighting = models.ForeignKey(Sighting, on_delete=models.PROTECT, related_name="captures")
    size = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    about = fields.SealedField(FieldClass.NETWORK)  # address, kind, sha256, captured at
    content = fields.SealedField(FieldClass.NETWORK)  # base64

    objects = CapturesOfUnit.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "sighting",
        "size",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )
