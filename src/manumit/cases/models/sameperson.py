"""Two cases that may be one person's, and what people decided about it.

Cases are never merged: a link is a row, and taking it back changes nothing else. No name is here;
how alike two people are is kept in two steps only, and the words of a decision are sealed under a
key of their own.
"""

from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.cases import access, samepeople
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass


class ParentNamesQuerySet(reach.ReachQuerySet["ParentNames"]):
    """Parents' names, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)


class ParentNames(models.Model):
    """What the mother and the father are called, to tell two people of one name apart."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="parent_names")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    mother = fields.SealedField(FieldClass.IDENTITY)
    father = fields.SealedField(FieldClass.IDENTITY)

    objects = ParentNamesQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "case", "by", "at", "seal_owner", "seal_version")

    def place_in_house(self) -> access.Place:
        """Return where this stands, for `access`."""
        return self.case.place_in_house()


class SamePersonQuerySet(reach.ReachQuerySet["SamePerson"]):
    """Pairs of cases of one unit, placed by the first of the two."""

    own = "case__worker"
    units = ("case__unit",)

    def of_case(self, case: Case) -> "SamePersonQuerySet":
        """Return every pair with this case, whichever of the two it is."""
        both = models.Q(case=case) | models.Q(other=case)
        # A case that moved to another unit is out of sight here, and its pairs with it.
        same_unit = models.Q(case__unit=case.unit_id, other__unit=case.unit_id)
        rows = self.filter(both, same_unit)
        return rows.select_related("case__worker", "other__worker").order_by("-level", "id")

    def to_look_at(self, unit: Unit) -> "SamePersonQuerySet":
        """Return the pairs of a unit that nobody has decided, the likeliest first."""
        rows = self.filter(
            case__unit=unit,
            other__unit=unit,
            case__erased_at=None,
            other__erased_at=None,
        )
        waiting = [samepeople.Verdict.NONE.value, samepeople.Verdict.UNSURE.value]
        return rows.filter(verdict__in=waiting).order_by("verdict", "-level", "found_at", "id")


class SamePerson(models.Model):
    """A pair of cases: found to be alike, or looked at by somebody. One row a pair."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(
        choices=[(s.value, samepeople.LEVELS[s]) for s in samepeople.Level]
    )
    found_at = models.DateTimeField()
    verdict = models.CharField(
        max_length=12,
        blank=True,
        choices=[(v.value, samepeople.VERDICTS[v]) for v in samepeople.Verdict],
    )
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = SamePersonQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "unit",
        "case",
        "other",
        "level",
        "found_at",
        "verdict",
        "decided_by",
        "decided_at",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "other"], name="same_person_once_per_pair"),
            models.CheckConstraint(
                condition=models.Q(case__lt=models.F("other")), name="same_person_in_one_order"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="")
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="same_person_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=[v.value for v in samepeople.Verdict]),
                name="same_person_verdict_known",
            ),
        )
        indexes = (models.Index(fields=["unit", "verdict", "-level"], name="same_person_waiting"),)

    def place_in_house(self) -> access.Place:
        """Return where this pair stands, for `access`."""
        return access.Place(owner=self.case.worker_id, units=frozenset({self.case.unit_id}))

    def opposite(self, case_id: UUID) -> Case:
        """Return the other one of the two."""
        return self.other if self.case_id == case_id else self.case


class SameVerdictQuerySet(reach.ReachQuerySet["SameVerdict"]):
    """Decisions, placed by their pair."""

    own = "case__worker"
    units = ("case__unit",)


class SameVerdict(models.Model):
    """One decision about a pair. Never changed: the next one takes its place, and it stays."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(
        max_length=12,
        blank=True,
        choices=[(v.value, samepeople.VERDICTS[v]) for v in samepeople.Verdict],
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    reason = fields.SealedField(FieldClass.LINK)

    objects = SameVerdictQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "other",
        "verdict",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(case__lt=models.F("other")), name="same_verdict_in_one_order"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=[v.value for v in samepeople.Verdict]),
                name="same_verdict_known",
            ),
        )
        indexes = (models.Index(fields=["case", "other", "-at"], name="same_verdict_of_pair"),)

    def place_in_house(self) -> access.Place:
        """Return where this stands, for `access`."""
        return self.case.place_in_house()
