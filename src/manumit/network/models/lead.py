"""Leads: what is followed up, its history, and who does what by when."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass
from manumit.network import leads
from manumit.network.models import reach
from manumit.network.models.inquiry import Inquiry
from manumit.network.models.register import Entity, Register
from manumit.network.models.sighting import Sighting


class Lead(models.Model):
    """One lead, from a sighting or by hand."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="leads")
    number = models.PositiveIntegerField()  # L-<number>, in the register
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in leads.State])
    outcome = models.CharField(max_length=14, blank=True)  # leads.Outcome
    held_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    sighting = models.OneToOneField(
        Sighting, null=True, on_delete=models.PROTECT, related_name="lead"
    )
    entity = models.ForeignKey(Entity, null=True, on_delete=models.PROTECT, related_name="leads")
    inquiry = models.ForeignKey(Inquiry, null=True, on_delete=models.PROTECT, related_name="leads")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    title = fields.SealedField(FieldClass.NETWORK)
    text = fields.SealedField(FieldClass.NETWORK)

    objects = reach.RegisterReach["Lead"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "number",
        "state",
        "outcome",
        "held_by",
        "sighting",
        "entity",
        "inquiry",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["register", "number"], name="lead_number_once"),
            models.CheckConstraint(
                condition=models.Q(state="closed", outcome__gt="")
                | (~models.Q(state="closed") & models.Q(outcome="")),
                name="lead_closed_says_how",
            ),
        )

    def __str__(self) -> str:
        return f"L-{self.number}"


class LeadStep(models.Model):
    """One line of a lead's history."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=10, choices=[(a.value, a.value) for a in leads.Act])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    text = fields.SealedField(FieldClass.NETWORK)

    objects = reach.RegisterReach["LeadStep"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "lead",
        "act",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )


class Task(models.Model):
    """Something to do for a lead."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="tasks")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="tasks")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    words = fields.SealedField(FieldClass.NETWORK)

    objects = reach.RegisterReach["Task"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "lead",
        "owner",
        "due_on",
        "by",
        "at",
        "done_by",
        "done_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(done_by=None, done_at=None)
                | models.Q(done_by__isnull=False, done_at__isnull=False),
                name="task_done_says_by_whom",
            ),
        )
