"""What a scan found, and what became of it. Accounts and entries are numbers of the ledger."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.flows import desk
from manumit.flows.models import reach
from manumit.flows.models.ledger import Ledger, Scan

STAGES = [(stage.value, label) for stage, label in desk.LABELS.items()]
CHOICES = [(choice.value, label) for choice, label in desk.CHOICE_LABELS.items()]


class AlertQuerySet(reach.LedgerReach["Alert"]):
    """Alerts as the desk asks for them."""

    def held_open(self, user: User) -> "AlertQuerySet":
        """Return what counts as a person's open work; alerts in a case count as the case."""
        return self.filter(held_by=user, stage__in=[stage.value for stage in desk.OPEN])

    def waiting(self) -> "AlertQuerySet":
        """Return what nobody has, in the order in which it is taken: possible victims first."""
        return self.filter(stage=desk.Stage.NEW.value).order_by(
            "-possible_victim", "-score", "number"
        )


class Alert(models.Model):
    """One finding, cited to its entries. A later scan that finds the same changes nothing here."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="alerts")
    scan = models.ForeignKey(Scan, null=True, on_delete=models.PROTECT, related_name="alerts")
    number = models.PositiveIntegerField()  # A-<number>, in the ledger
    fingerprint = models.CharField(max_length=32)
    typology = models.CharField(max_length=60)  # id of the pack
    outcome = models.CharField(max_length=60)  # code of its outcome
    score = models.FloatField()
    possible_victim = models.BooleanField(default=False)
    accounts = models.JSONField()  # [[pseudonym, Part], …]
    entries = models.JSONField()  # [entry, …] in order of time, at most 500
    entry_count = models.PositiveIntegerField()
    reasons = models.JSONField()  # [{sign, value, threshold, strength, source, status}, …]
    against = models.JSONField(default=list)
    cut = models.JSONField(default=list)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    amount_minor = models.BigIntegerField()
    found_at = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=STAGES, default=desk.Stage.NEW.value)
    held_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    case = models.ForeignKey(
        "MoneyCase", null=True, on_delete=models.PROTECT, related_name="alerts"
    )
    decided = models.CharField(max_length=12, blank=True, choices=CHOICES)  # last one confirmed
    shaken_at = models.DateTimeField(null=True)  # an entry it rests on was taken out of the ledger

    objects = AlertQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "ledger",
        "scan",
        "number",
        "fingerprint",
        "typology",
        "outcome",
        "score",
        "possible_victim",
        "accounts",
        "entries",
        "entry_count",
        "reasons",
        "against",
        "cut",
        "first_at",
        "last_at",
        "amount_minor",
        "found_at",
        "stage",
        "held_by",
        "taken_at",
        "case",
        "decided",
        "shaken_at",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ledger", "fingerprint"], name="alert_once"),
            models.UniqueConstraint(fields=["ledger", "number"], name="alert_number_once"),
            models.CheckConstraint(
                condition=models.Q(stage__in=[stage.value for stage in desk.Stage]),
                name="alert_stage_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="joined") | models.Q(case__isnull=False),
                name="alert_joined_says_where",
            ),
        )
        # One for each order of the queue, so that a page of 100,000 costs what the first one does.
        indexes = (
            models.Index(
                fields=["ledger", "stage", "-possible_victim", "-score", "number"],
                name="alert_queue",
            ),
            models.Index(
                fields=["ledger", "-possible_victim", "-score", "number"], name="alert_all"
            ),
            models.Index(fields=["ledger", "stage", "-last_at", "number"], name="alert_newest"),
            models.Index(
                fields=["ledger", "stage", "-amount_minor", "number"], name="alert_largest"
            ),
            models.Index(fields=["ledger", "typology", "stage", "-score"], name="alert_typology"),
            models.Index(fields=["held_by", "stage"], name="alert_held"),
            models.Index(fields=["case"], name="alert_in_case"),
        )

    def __str__(self) -> str:
        return f"A-{self.number}"


class AlertAccount(models.Model):
    """Which accounts an alert names: links alerts to each other."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="named")
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="+")
    account = models.BigIntegerField()

    plain: ClassVar[tuple[str, ...]] = ("id", "alert", "ledger", "account")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["alert", "account"], name="alert_account_once"),
        )
        indexes = (models.Index(fields=["ledger", "account"], name="alert_by_account"),)
