"""Lifting the protection from punishment: one person proposes, another one decides.

The reason is sealed under a key of its own, wrapped to the unit of the case and to the units of the
data protection officers, so that whoever decides can read why and nothing else of the case.
"""

from typing import ClassVar

from django.db import models

from manumit.cases import access, protection
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass

_BY_ONE = [protection.State.PROPOSED.value, protection.State.TAKEN_BACK.value]


class ProtectionLiftQuerySet(reach.ReachQuerySet["ProtectionLift"]):
    """Proposals to lift the protection."""

    units = ("unit",)

    def waiting(self) -> "ProtectionLiftQuerySet":
        """Return what waits for a second person, the oldest first."""
        rows = self.filter(state=protection.State.PROPOSED.value)
        return rows.select_related("case", "proposed_by", "unit").order_by("proposed_at", "id")

    def of_case(self, case: Case) -> "ProtectionLiftQuerySet":
        """Return every proposal there ever was on a case, the newest first."""
        rows = self.filter(case=case).select_related("proposed_by", "decided_by")
        return rows.order_by("-proposed_at", "id")


class ProtectionLift(models.Model):
    """A proposal to lift the protection, and what became of it. It stays on the case."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="protection_lifts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[(s.value, protection.LABELS[s]) for s in protection.State],
        default=protection.State.PROPOSED.value,
    )
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    reason = fields.SealedField(FieldClass.LEGAL)

    objects = ProtectionLiftQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "unit",
        "state",
        "proposed_by",
        "proposed_at",
        "decided_by",
        "decided_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in protection.State]),
                name="protection_lift_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=_BY_ONE)
                | (
                    models.Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~models.Q(decided_by=models.F("proposed_by"))
                ),
                name="protection_lift_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state="proposed"),
                name="protection_lift_open_once",
            ),
        )

    def place_in_house(self) -> access.Place:
        """Return where this stands, for `access`."""
        return access.Place(units=frozenset({self.unit_id}))
