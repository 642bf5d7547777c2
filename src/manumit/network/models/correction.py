"""Corrections of what was mistaken, and a notice to everybody who received it."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass
from manumit.network import correction as rules
from manumit.network.models import reach
from manumit.network.models.register import Entity, Register
from manumit.network.models.sent import Sent


class Correction(models.Model):
    """One mistake about an entity, put right everywhere it went."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveIntegerField()  # K-<number>, in the register
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="corrections")
    wrong = models.CharField(
        max_length=10, choices=[(w.value, label) for w, label in rules.WRONGS.items()]
    )
    claims = models.BinaryField()  # that were withdrawn with it; correction.packed
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    what = fields.SealedField(FieldClass.NETWORK)  # was wrong
    right = fields.SealedField(FieldClass.NETWORK)

    objects = reach.RegisterReach["Correction"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "number",
        "entity",
        "wrong",
        "claims",
        "by",
        "at",
        "closed_by",
        "closed_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["register", "number"], name="correction_number_once"),
        )

    def __str__(self) -> str:
        return f"K-{self.number}"


class Notice(models.Model):
    """What one recipient is told."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="notices")
    sent = models.ForeignKey(Sent, on_delete=models.PROTECT, related_name="notices")
    state = models.CharField(
        max_length=10,
        choices=[(s.value, label) for s, label in rules.LABELS.items()],
        default=rules.State.TO_SEND.value,
    )
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    text = fields.SealedField(FieldClass.NETWORK)
    answer = fields.SealedField(FieldClass.NETWORK)

    objects = reach.RegisterReach["Notice"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "correction",
        "sent",
        "state",
        "by",
        "sent_at",
        "answered_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["correction", "sent"], name="notice_once"),
            models.CheckConstraint(
                condition=models.Q(state="to_send") | models.Q(sent_at__isnull=False),
                name="notice_sent_says_when",
            ),
        )
