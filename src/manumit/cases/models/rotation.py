"""Keys that must be made new because somebody who had them may not have them any more."""

from typing import ClassVar

from django.db import models

from manumit.cases.models.case import Case
from manumit.core import fields


class KeyRotation(models.Model):
    """One object whose class keys wait for somebody who holds them, to be made new.

    The wraps of who lost the right are gone at once; this is about a copy they may have kept.
    """

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rotations")
    object_id = models.UUIDField()
    classes = models.JSONField(default=list)  # names of classes
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "object_id",
        "classes",
        "asked_at",
        "done_at",
    )

    class Meta:
        indexes = (
            models.Index(
                fields=["case"], condition=models.Q(done_at=None), name="rotation_waiting"
            ),
        )
