"""What is recorded to find a child's nationality: sealed; readable is only how soon somebody must look.

There is no column for how a child came to be, and none for free text about a parent.
"""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import functions

from manumit.cases import access, nationality_steps
from manumit.cases.models import reach
from manumit.cases.models.case import Case, CaseQuerySet
from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass

# How soon somebody must look: children of whom nothing is recorded come first.
NOT_RECORDED = 0
RANK: dict[nationality_steps.Level, int] = {
    nationality_steps.Level.HIGH: 1,
    nationality_steps.Level.NOT_DETERMINED: 2,
    nationality_steps.Level.RAISED: 3,
    nationality_steps.Level.LOW: 4,
}


def by_risk(cases: CaseQuerySet, after: tuple[int, UUID] | None = None) -> CaseQuerySet:
    """Order cases by risk of statelessness; go on after (rank, id) of the last row."""
    rank = functions.Coalesce("birth_facts__rank", NOT_RECORDED)
    rows = cases.annotate(risk_rank=rank).order_by("risk_rank", "id")
    if after is None:
        return rows
    same = models.Q(risk_rank=after[0], id__gt=after[1])
    return rows.filter(models.Q(risk_rank__gt=after[0]) | same)


class BirthFactsQuerySet(reach.ReachQuerySet["BirthFacts"]):
    """Facts of birth, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)


class BirthFacts(models.Model):
    """Where and when somebody was born, and what of the parents the laws ask for."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="birth_facts")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    rank = models.PositiveSmallIntegerField()
    # The same for every try, so that a registry takes the same notification once.
    transaction_id = models.UUIDField(default=fields.new_id, editable=False)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    facts = fields.SealedField(FieldClass.LEGAL)
    mother_name = fields.SealedField(FieldClass.IDENTITY)
    mother_birth = fields.SealedField(FieldClass.IDENTITY)

    objects = BirthFactsQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "by",
        "at",
        "rank",
        "transaction_id",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(rank__gt=NOT_RECORDED, rank__lte=max(RANK.values())),
                name="birth_rank_known",
            ),
        )

    def place_in_house(self) -> access.Place:
        """Return where this stands, for `access`."""
        return self.case.place_in_house()

    @property
    def level(self) -> nationality_steps.Level:
        """Return the risk as it was when the facts were last written."""
        return next(level for level, rank in RANK.items() if rank == self.rank)
