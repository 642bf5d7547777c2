"""What people do with alerts: notes, decisions with their reasons, cases that join alerts.

What somebody wrote is sealed under the ledger's key, as the names in it are.
"""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass
from manumit.flows import desk
from manumit.flows.models import reach
from manumit.flows.models.alert import CHOICES, STAGES, Alert
from manumit.flows.models.ledger import Ledger

CLASSES = frozenset({FieldClass.FINANCE})
_ONE_OF_TWO = models.Q(alert__isnull=True, case__isnull=False) | models.Q(
    alert__isnull=False, case__isnull=True
)


class MoneyCase(models.Model):
    """Alerts that are one story, held by one person and decided together."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="cases")
    number = models.PositiveIntegerField()  # C-<number>, in the ledger
    stage = models.CharField(max_length=10, choices=STAGES, default=desk.Stage.TAKEN.value)
    held_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided = models.CharField(max_length=12, blank=True, choices=CHOICES)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    title = fields.SealedField(FieldClass.FINANCE)

    objects = reach.LedgerReach["MoneyCase"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "ledger",
        "number",
        "stage",
        "held_by",
        "decided",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ledger", "number"], name="money_case_number_once"),
            models.CheckConstraint(
                condition=models.Q(
                    stage__in=[
                        stage.value
                        for stage in desk.Stage
                        if stage not in {desk.Stage.NEW, desk.Stage.JOINED}
                    ]
                ),
                name="money_case_stage_known",
            ),
        )
        indexes = (models.Index(fields=["ledger", "stage", "-at"], name="money_case_list"),)

    def __str__(self) -> str:
        return f"C-{self.number}"

    @property
    def possible_victim(self) -> bool:
        """Tell whether somebody in one of its alerts may be a victim."""
        return self.alerts.filter(possible_victim=True).exists()


class DeskNote(models.Model):
    """What somebody saw or thought, for colleagues."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="+")
    alert = models.ForeignKey(Alert, null=True, on_delete=models.PROTECT, related_name="notes")
    case = models.ForeignKey(MoneyCase, null=True, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    text = fields.SealedField(FieldClass.FINANCE)

    objects = reach.LedgerReach["DeskNote"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "ledger",
        "alert",
        "case",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=_ONE_OF_TWO, name="desk_note_on_one_thing"),
        )


class Decision(models.Model):
    """A choice with its reason: proposed by one person, confirmed by another where it is set so."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="decisions")
    alert = models.ForeignKey(Alert, null=True, on_delete=models.PROTECT, related_name="decisions")
    case = models.ForeignKey(
        MoneyCase, null=True, on_delete=models.PROTECT, related_name="decisions"
    )
    choice = models.CharField(max_length=12, choices=CHOICES)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, label) for state, label in desk.DECISION_LABELS.items()],
        default=desk.DecisionState.PROPOSED.value,
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    four_eyes = models.BooleanField()  # whether a second person was needed
    victims = models.JSONField(default=list)  # accounts marked as possible victims by it

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    reason = fields.SealedField(FieldClass.FINANCE)
    answer = fields.SealedField(FieldClass.FINANCE)

    objects = reach.LedgerReach["Decision"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "ledger",
        "alert",
        "case",
        "choice",
        "state",
        "by",
        "at",
        "answered_by",
        "answered_at",
        "four_eyes",
        "victims",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=_ONE_OF_TWO, name="decision_on_one_thing"),
            models.CheckConstraint(
                condition=models.Q(state="proposed")
                | models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="decision_answered_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~models.Q(four_eyes=True, state="confirmed")
                | ~models.Q(answered_by=models.F("by")),
                name="decision_confirmed_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["alert"],
                condition=models.Q(state="proposed"),
                name="decision_open_once_per_alert",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state="proposed"),
                name="decision_open_once_per_case",
            ),
        )
        indexes = (
            models.Index(
                fields=["ledger", "at"],
                condition=models.Q(state="proposed"),
                name="decision_waiting",
            ),
        )
