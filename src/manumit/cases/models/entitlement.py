"""What must be known to say which State support a person may ask for. All of it is sealed."""

from typing import ClassVar

from django.db import models

from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass


class Entitlement(models.Model):
    """The facts for `cases.eligibility`, asked once and mended later; one row a case."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="entitlement")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    facts = fields.SealedField(FieldClass.LEGAL)

    plain: ClassVar[tuple[str, ...]] = ("id", "case", "by", "at", "seal_owner", "seal_version")
