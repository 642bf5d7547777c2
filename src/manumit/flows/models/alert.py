"""What a scan found, and what became of it. Accounts and entries are numbers of the ledger."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.flows.models.ledger import Ledger, Scan


class Stage(models.TextChoices):
    """Of an alert on the desk."""

    NEW = "new", "New"
    TAKEN = "taken", "Being looked at"
    PROPOSED = "proposed", "Waiting for a second person"
    JOINED = "joined", "In a case"
    CLOSED = "closed", "Closed"


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
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.NEW)
    held_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

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
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ledger", "fingerprint"], name="alert_once"),
            models.UniqueConstraint(fields=["ledger", "number"], name="alert_number_once"),
        )
        indexes = (
            models.Index(fields=["ledger", "stage", "-score", "number"], name="alert_queue"),
            models.Index(fields=["held_by", "stage"], name="alert_held"),
        )


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
