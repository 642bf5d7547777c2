"""Groups of cases and who belongs to them. What one is to the other is sealed."""

from typing import ClassVar

from django.db import models

from manumit.cases import groups
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass

CLASSES = frozenset({FieldClass.LINK})


class Group(models.Model):
    """Some people who belong together, in one unit; its key opens what they are to each other."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=20, choices=[(k.value, groups.KIND_LABELS[k]) for k in groups.Kind]
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    plain: ClassVar[tuple[str, ...]] = ("id", "unit", "kind", "by", "at")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in groups.Kind]),
                name="group_kind_known",
            ),
        )


class Membership(models.Model):
    """One person in one group. `apart`: on no joint page and in no letter; why is sealed."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="memberships")
    apart = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    role = fields.SealedField(FieldClass.LINK)
    why_apart = fields.SealedField(FieldClass.LINK)

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "group",
        "case",
        "apart",
        "by",
        "at",
        "ended_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["group", "case"],
                condition=models.Q(ended_at=None),
                name="membership_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["case"], condition=models.Q(ended_at=None), name="membership_of_case"
            ),
        )
