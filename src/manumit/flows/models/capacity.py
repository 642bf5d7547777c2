"""The register of help between financial intelligence units: who asks, who offers, what came of it.

About bodies, never about people: it is kept in the open, so that coordinators can read it.
"""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.flows import capacity


class Capacity(models.Model):
    """One request for technical assistance, or one offer of it."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)  # T-<number>
    kind = models.CharField(
        max_length=10, choices=[(k.value, capacity.KINDS[k]) for k in capacity.Kind]
    )
    body = models.CharField(max_length=200)  # the unit that asks or offers
    country = models.CharField(max_length=2, blank=True)
    topic = models.CharField(
        max_length=30, choices=[(t.value, capacity.TOPICS[t]) for t in capacity.Topic]
    )
    about = models.CharField(max_length=1000)
    state = models.CharField(
        max_length=10,
        choices=[(s.value, capacity.LABELS[s]) for s in capacity.State],
        default=capacity.State.ASKED.value,
    )
    match = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="matched")
    since = models.DateField()
    until = models.DateField(null=True)  # when it is wanted or there
    next_step = models.CharField(max_length=300, blank=True)
    next_on = models.DateField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "number",
        "kind",
        "body",
        "country",
        "topic",
        "about",
        "state",
        "match",
        "since",
        "until",
        "next_step",
        "next_on",
        "by",
        "at",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in capacity.State]),
                name="capacity_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="matched") | models.Q(match__isnull=False),
                name="capacity_matched_says_with_what",
            ),
        )
        indexes = (models.Index(fields=["state", "next_on"], name="capacity_list"),)

    def __str__(self) -> str:
        return f"T-{self.number}"


class CapacityStep(models.Model):
    """What happened to one of them, and when."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    entry = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(
        max_length=10, choices=[(s.value, capacity.LABELS[s]) for s in capacity.State]
    )
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    plain: ClassVar[tuple[str, ...]] = ("id", "entry", "state", "note", "by", "at")
