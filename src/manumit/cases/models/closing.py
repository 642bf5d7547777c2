"""Each closing and reopening of a case, with its reason; the case itself keeps the last one."""

from typing import ClassVar

from django.db import models

from manumit.cases import needs
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass


class Closing(models.Model):
    """A case was closed, or opened again. `left_open` counts what was not finished then."""

    class Act(models.TextChoices):
        """What was done."""

        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Opened again"

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closings")
    act = models.CharField(max_length=10, choices=Act.choices)
    reason = models.CharField(
        max_length=40,
        blank=True,
        choices=[(r.value, needs.CLOSE_LABELS[r]) for r in needs.CloseReason],
    )
    left_open = models.JSONField(default=dict)  # how many of what, by `closing.LABELS`
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    words = fields.SealedField(FieldClass.PLAN)

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "act",
        "reason",
        "left_open",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(act="reopened") | ~models.Q(reason=""),
                name="closing_says_why",
            ),
        )
        indexes = (models.Index(fields=["case", "-at"], name="closing_of_case"),)
