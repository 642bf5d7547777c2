"""Who is one person: what people decided of two records, the clusters that follow, and proposals.

A judgement is never changed: it is undone, and another one made. An identity is the name of a
cluster that others may refer to; it is never given to another cluster. Proposals are thrown away
with each new comparison.
"""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass
from manumit.network.models import reach
from manumit.network.models.register import Entity, Register


class SameVerdict(models.TextChoices):
    """What was decided of two records (clustering.Verdict)."""

    SAME = "same", "The same"
    NOT_SAME = "not_same", "Not the same"
    UNSURE = "unsure", "Not sure"


class JudgementsWithin(reach.RegisterReach["Judgement"]):
    """Judgements of a register."""

    def standing(self) -> "JudgementsWithin":
        """Keep what was not undone and, where two must agree, was confirmed."""
        enough = models.Q(needs_two=False) | models.Q(second_by__isnull=False)
        return self.filter(enough, undone_at=None)

    def waiting(self) -> "JudgementsWithin":
        """Keep what a second person has still to confirm."""
        return self.filter(undone_at=None, needs_two=True, second_by=None)


class Judgement(models.Model):
    """What a person decided of two records, and who agreed."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="judgements")
    left = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=SameVerdict.choices)
    needs_two = models.BooleanField(default=False)  # one of them may be responsible for something
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    reason = fields.SealedField(FieldClass.NETWORK)
    second_reason = fields.SealedField(FieldClass.NETWORK)
    undone_reason = fields.SealedField(FieldClass.NETWORK)

    objects = JudgementsWithin.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "left",
        "right",
        "verdict",
        "needs_two",
        "by",
        "at",
        "second_by",
        "second_at",
        "undone_by",
        "undone_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="judged_lower_first"
            ),
            models.CheckConstraint(
                condition=models.Q(second_by=None) | ~models.Q(second_by=models.F("by")),
                name="judged_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["left", "right"],
                condition=models.Q(undone_at=None),
                name="judged_once_at_a_time",
            ),
        )
        indexes = (models.Index(fields=["register", "-at"], name="judgement_by_time"),)


class Identity(models.Model):
    """A cluster of records that people hold to be one; what others may refer to."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = reach.RegisterReach["Identity"].as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "register", "at", "ended_at")


class Membership(models.Model):
    """That a record belonged to an identity, from when until when."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="memberships")
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="memberships")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = reach.RegisterReach["Membership"].as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "register", "identity", "entity", "at", "ended_at")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["entity"], condition=models.Q(ended_at=None), name="one_identity_at_a_time"
            ),
        )


class ComparingState(models.TextChoices):
    """How far a comparison of a register's records is."""

    RUNNING = "running", "Under way"
    DONE = "done", "Done"
    FAILED = "failed", "Stopped"


class Comparing(models.Model):
    """One comparison of all records of a register with each other."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ComparingState.choices)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField()  # its last sign of life
    done_at = models.DateTimeField(null=True)
    entities_count = models.PositiveIntegerField(default=0)
    entities_read = models.PositiveIntegerField(default=0)
    proposals_count = models.PositiveIntegerField(default=0)
    said = models.TextField(blank=True)  # why it stopped: a sentence of the product

    objects = reach.RegisterReach["Comparing"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "number",
        "state",
        "by",
        "at",
        "seen_at",
        "done_at",
        "entities_count",
        "entities_read",
        "proposals_count",
        "said",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["register", "number"], name="comparing_number_once"),
        )


class Proposal(models.Model):
    """Two records that may be one, as the last comparison left them."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    comparing = models.ForeignKey(Comparing, on_delete=models.PROTECT, related_name="proposals")
    left = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    bits = models.FloatField()  # for being one; 0 is even odds
    together = models.PositiveIntegerField()  # records in the cluster that it would belong to

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    weights = fields.SealedField(FieldClass.NETWORK)  # {what: bits}

    objects = reach.RegisterReach["Proposal"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "comparing",
        "left",
        "right",
        "bits",
        "together",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["left", "right"], name="proposed_once"),)
        indexes = (models.Index(fields=["register", "-bits"], name="proposal_by_bits"),)
