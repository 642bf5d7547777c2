"""The record: one leaf per act, refusal and opening; its head; its signed checkpoints."""

from typing import ClassVar

from django.db import models

from manumit.core import fields


class RecordHead(models.Model):
    """The one row that every append locks: how many leaves, and the peaks of their tree."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.PositiveBigIntegerField(default=0)
    frontier = models.BinaryField(default=bytes)

    plain: ClassVar[tuple[str, ...]] = ("id", "size", "frontier")

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_record_head"),)


class Leaf(models.Model):
    """What was done, by whom, when, to which things. Identifiers only, never a value."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    body = models.BinaryField()  # the canonical bytes that the tree covers
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    act = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10)

    plain: ClassVar[tuple[str, ...]] = ("seq", "body", "at", "by", "act", "outcome")

    class Meta:
        # Each filter of the record browser, the newest first.
        indexes = (
            models.Index(fields=["act", "-seq"], name="leaf_by_act"),
            models.Index(fields=["by", "-seq"], name="leaf_by_actor"),
            models.Index(fields=["at"], name="leaf_by_day"),
            models.Index(fields=["outcome", "-seq"], name="leaf_by_outcome"),
        )


class LeafObject(models.Model):
    """Which things a leaf is about, for the timeline of a case and the auditor's questions."""

    id = models.BigAutoField(primary_key=True)
    leaf = models.ForeignKey(Leaf, on_delete=models.PROTECT, related_name="objects_named")
    object_id = models.UUIDField()

    plain: ClassVar[tuple[str, ...]] = ("id", "leaf", "object_id")

    class Meta:
        indexes = (models.Index(fields=["object_id", "leaf"], name="leaf_by_object"),)


class LeafDetail(models.Model):
    """Details committed to by salted hash in the leaf; erasable without breaking a proof."""

    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, primary_key=True)
    salt = models.BinaryField()
    details = models.JSONField()

    plain: ClassVar[tuple[str, ...]] = ("leaf", "salt", "details")


class Checkpoint(models.Model):
    """A signed head of the record."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    size = models.PositiveBigIntegerField(unique=True)
    text = models.TextField()
    at = models.DateTimeField()

    plain: ClassVar[tuple[str, ...]] = ("id", "size", "text", "at")
