"""Hand-overs as rows: from whom, to whom, why, and what came of it."""

from typing import ClassVar

from django.db import models

from manumit.cases import access, handover
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass

CLASSES = frozenset({FieldClass.REFERRAL, FieldClass.LINK})


class HandoverQuerySet(reach.ReachQuerySet["Handover"]):
    """Hand-overs, seen by the unit that gives and the unit that takes."""

    own = "from_worker"
    units = ("from_unit", "to_unit")

    def waiting(self) -> "HandoverQuerySet":
        """Return what was not answered yet, the longest due first."""
        return self.filter(state=handover.State.PROPOSED.value).order_by("due_at", "id")


class Handover(models.Model):
    """One offer of a case. The sender is responsible until it is accepted.

    `package` holds the keys that go with the case, sealed to both units from the offer on; it
    becomes wraps of the receiving unit when somebody there says yes, and is emptied by any answer.
    """

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    kind = models.CharField(
        max_length=12, choices=[(k.value, handover.KIND_LABELS[k]) for k in handover.Kind]
    )
    reason = models.CharField(
        max_length=40, choices=[(r.value, handover.REASON_LABELS[r]) for r in handover.Reason]
    )
    state = models.CharField(
        max_length=10,
        choices=[(s.value, handover.LABELS[s]) for s in handover.State],
        default=handover.State.PROPOSED.value,
    )
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    from_worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to_worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(
        max_length=20,
        blank=True,
        choices=[(d.value, handover.DECLINE_LABELS[d]) for d in handover.Decline],
    )

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    message = fields.SealedField(FieldClass.REFERRAL)
    answer = fields.SealedField(FieldClass.REFERRAL)
    package = fields.SealedField(FieldClass.LINK)

    objects = HandoverQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "kind",
        "reason",
        "state",
        "from_unit",
        "from_worker",
        "to_unit",
        "to_worker",
        "proposed_by",
        "proposed_at",
        "due_at",
        "answered_by",
        "answered_at",
        "decline_reason",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in handover.State]),
                name="handover_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="proposed")
                | models.Q(answered_at__isnull=False, answered_by__isnull=False, package=None),
                name="handover_answered_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="declined") | ~models.Q(decline_reason=""),
                name="handover_declined_says_why",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state="proposed"),
                name="handover_open_once_per_case",
            ),
        )
        indexes = (
            models.Index(
                fields=["to_unit", "due_at", "id"],
                condition=models.Q(state="proposed"),
                name="handover_inbox",
            ),
            models.Index(
                fields=["from_unit", "due_at", "id"],
                condition=models.Q(state="proposed"),
                name="handover_out",
            ),
            models.Index(fields=["to_unit", "-answered_at"], name="handover_taken"),
        )

    def place_in_house(self) -> access.Place:
        """Return where this hand-over stands, for `access`."""
        return access.Place(
            owner=self.from_worker_id, units=frozenset({self.from_unit_id, self.to_unit_id})
        )
