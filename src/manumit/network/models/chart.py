"""Charts that somebody kept: what was unfolded, where it stood, and how it was filtered."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass
from manumit.network.models import reach
from manumit.network.models.inquiry import Inquiry
from manumit.network.models.register import Entity, Register


class SavedView(models.Model):
    """A kept chart, which begins at an entity or at an inquiry; sealed under the register's key."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    entity = models.ForeignKey(Entity, null=True, on_delete=models.PROTECT, related_name="+")
    inquiry = models.ForeignKey(Inquiry, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    name = fields.SealedField(FieldClass.NETWORK)
    content = fields.SealedField(FieldClass.NETWORK)  # network.charts.View as JSON

    objects = reach.RegisterReach["SavedView"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "entity",
        "inquiry",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(entity=None) ^ models.Q(inquiry=None),
                name="saved_view_begins_once",
            ),
        )
