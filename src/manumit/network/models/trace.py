"""Which identifiers of entities were looked for across cases, and what was entered from an answer.

Neither says whose cases they are: this side of the wall knows a token, a count, and words that a team
chose to release.
"""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import TraceRequest, User
from manumit.core.sealing import FieldClass
from manumit.network.models import reach
from manumit.network.models.register import Claim, Entity, Register, Source


class TraceLink(models.Model):
    """One identifier of an entity that is held against the traces of cases."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="traces")
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="traces")
    token = models.BinaryField(max_length=16)
    cases = models.PositiveIntegerField()  # as told when somebody last looked; 0 also for too few
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    looked_at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    kind = fields.SealedField(FieldClass.NETWORK)
    value = fields.SealedField(FieldClass.NETWORK)
    reason = fields.SealedField(FieldClass.NETWORK)

    objects = reach.RegisterReach["TraceLink"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "entity",
        "token",
        "cases",
        "by",
        "at",
        "looked_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["entity", "token"], name="trace_link_once"),)


class TraceEntered(models.Model):
    """A released answer that was entered: its source and its claim, to take them back with it."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    request = models.OneToOneField(TraceRequest, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = reach.RegisterReach["TraceEntered"].as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "register", "request", "source", "claim", "at")
