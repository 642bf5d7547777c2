"""What a person was made to do: kept apart, each under a key of its own, that nothing leaves with.

Not even the kind stands readable: whoever takes the disk learns that something is written down, and
not what.
"""

from typing import ClassVar

from django.db import models

from manumit.cases import access
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass


class CompelledActQuerySet(reach.ReachQuerySet["CompelledAct"]):
    """Compelled acts, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)

    def of_case(self, case: Case) -> "CompelledActQuerySet":
        """Return those of one case, the first written first."""
        return self.filter(case=case).order_by("at", "id")


class CompelledAct(models.Model):
    """One thing that a person was made to do, in their own words."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="compelled_acts")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    kind = fields.SealedField(FieldClass.COMPELLED)
    words = fields.SealedField(FieldClass.COMPELLED)

    objects = CompelledActQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "case", "by", "at", "seal_owner", "seal_version")

    class Meta:
        indexes = (models.Index(fields=["case", "at", "id"], name="compelled_of_case"),)

    def place_in_house(self) -> access.Place:
        """Return where this stands, for `access`."""
        return self.case.place_in_house()
