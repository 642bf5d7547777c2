"""How those responsible could be found, as a person told it and agreed that it is noted.

Kind and value are sealed under a key of the note's own. What others can meet is a token in
`core.models.Trace`; that both are one thing can only be worked out with the instance's own secret.
"""

from typing import ClassVar

from django.db import models

from manumit.cases import access
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass


class CaseTraceQuerySet(reach.ReachQuerySet["CaseTrace"]):
    """Traces, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)

    def of_case(self, case: Case) -> "CaseTraceQuerySet":
        """Return those of one case, the first written first."""
        return self.filter(case=case).order_by("at", "id")


class CaseTrace(models.Model):
    """One trace of one case."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="traces")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    kind = fields.SealedField(FieldClass.LEGAL)
    value = fields.SealedField(FieldClass.LEGAL)

    objects = CaseTraceQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "case", "by", "at", "seal_owner", "seal_version")

    class Meta:
        indexes = (models.Index(fields=["case", "at", "id"], name="trace_of_case"),)

    def place_in_house(self) -> access.Place:
        """Return where this stands, for `access`."""
        return self.case.place_in_house()
