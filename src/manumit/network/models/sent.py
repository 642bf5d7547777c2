"""What left a register: to whom, what for, on which basis, and which claims and entities were in it."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass
from manumit.network.models import reach
from manumit.network.models.dossier import Dossier
from manumit.network.models.register import Register


class What(models.TextChoices):
    """What left."""

    DOSSIER = "dossier", "A dossier"
    EXPORT = "export", "An export of the register"
    JUDGEMENTS = "judgements", "Decisions on who is the same person"


class Sent(models.Model):
    """One disclosure. Whom a correction concerns is found by the identifiers, packed in order."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="sent")
    what = models.CharField(max_length=12, choices=What.choices)
    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.PROTECT, related_name="sent")
    basis = models.CharField(max_length=40)  # code of data/dossiers.toml, or "own" on the bench
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file
    size = models.PositiveBigIntegerField(default=0)  # bytes
    claims = models.BinaryField()  # correction.packed
    entities = models.BinaryField()  # correction.packed
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    replied_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    recipient = fields.SealedField(FieldClass.NETWORK)
    purpose = fields.SealedField(FieldClass.NETWORK)
    reply = fields.SealedField(FieldClass.NETWORK)

    objects = reach.RegisterReach["Sent"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "what",
        "dossier",
        "basis",
        "digest",
        "size",
        "claims",
        "entities",
        "by",
        "at",
        "replied_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~models.Q(basis=""), name="sent_has_a_basis"),
        )
        indexes = (models.Index(fields=["register", "-at"], name="sent_list"),)
