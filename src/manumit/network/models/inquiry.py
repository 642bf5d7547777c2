"""Inquiries: what an investigator works on, and who appears in it."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass
from manumit.network.models import reach
from manumit.network.models.register import Entity, Register


class Inquiry(models.Model):
    """One investigation of a unit; sealed under the register's key."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="inquiries")
    number = models.PositiveIntegerField()  # I-<number>, in the register
    held_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    title = fields.SealedField(FieldClass.NETWORK)
    purpose = fields.SealedField(FieldClass.NETWORK)  # and the legal basis
    notes = fields.SealedField(FieldClass.NETWORK)  # [{"at", "by", "text"}]

    objects = reach.RegisterReach["Inquiry"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "number",
        "held_by",
        "at",
        "closed_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["register", "number"], name="inquiry_number_once"),
        )

    def __str__(self) -> str:
        return f"I-{self.number}"


class Appearance(models.Model):
    """That an entity appears in an inquiry."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="appearances")
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="appearances")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = reach.RegisterReach["Appearance"].as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "register", "inquiry", "entity", "by", "at")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["inquiry", "entity"], name="appears_once"),)
