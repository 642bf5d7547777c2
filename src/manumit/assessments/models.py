"""One use of one pack on one subject."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass


class Status(models.TextChoices):
    """Whether questions are still being asked."""

    OPEN = "open", "Open"
    COMPLETE = "complete", "Complete"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Assessments by subject."""

    def about(self, subjects: Iterable[UUID]) -> "AssessmentQuerySet":
        """Return the assessments of these subjects, in the order they were begun."""
        return self.filter(subject_id__in=list(subjects)).order_by("started_at", "id")


class Assessment(models.Model):
    """The answers, sealed; the pack's very bytes by their digest; the coded result."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    subject_id = models.UUIDField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    pack_id = models.CharField(max_length=80)
    pack_version = models.DateField()
    pack_digest = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    outcome = models.CharField(max_length=80, blank=True)
    possible_victim = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    answers = fields.SealedField(FieldClass.SCREENING)

    objects = AssessmentQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "subject_id",
        "unit",
        "pack_id",
        "pack_version",
        "pack_digest",
        "status",
        "outcome",
        "possible_victim",
        "urgent",
        "by",
        "started_at",
        "completed_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "complete"]),
                name="assessment_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status="open")
                | (models.Q(completed_at__isnull=False) & ~models.Q(outcome="")),
                name="assessment_complete_says_when_and_what",
            ),
            models.UniqueConstraint(
                fields=["subject_id", "pack_id"],
                condition=models.Q(status="open"),
                name="assessment_open_once_per_pack",
            ),
        )
        indexes = (models.Index(fields=["subject_id", "started_at"], name="assessment_of_subject"),)
