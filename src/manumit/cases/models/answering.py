"""How long each service really takes to answer, kept up with every answer."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.core import fields
from manumit.directory.models import Service


class AnsweringQuerySet(models.QuerySet["Answering"]):
    """Answering times."""

    def hours(self, services: Iterable[UUID]) -> dict[UUID, float]:
        """Return the median answering time in hours of each service that ever answered."""
        known = self.filter(service__in=list(services), median_hours__isnull=False)
        pairs = known.values_list("service_id", "median_hours")
        return {service: hours for service, hours in pairs if hours is not None}


class Answering(models.Model):
    """The newest answering times of a service (hours), their median, and how often none came."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    service = models.OneToOneField(Service, on_delete=models.PROTECT, related_name="+")
    recent_hours = models.JSONField(default=list)
    median_hours = models.FloatField(null=True)
    answers = models.PositiveIntegerField(default=0)
    no_answers = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    objects = AnsweringQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "service",
        "recent_hours",
        "median_hours",
        "answers",
        "no_answers",
        "updated_at",
    )
