"""Counts of who is found how often, by group: no person, no small number, readable without a key."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.network.models import reach
from manumit.network.models.register import Register


class FairnessRun(models.Model):
    """What one run counted. `counts` is protected before it is kept (fairness.protected)."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="fairness_runs")
    counts = models.JSONField()  # as actions.fairness writes it
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = reach.RegisterReach["FairnessRun"].as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "register", "counts", "by", "at")

    class Meta:
        indexes = (models.Index(fields=["register", "-at"], name="fairness_runs"),)
