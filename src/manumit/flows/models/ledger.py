"""A unit's ledger, what was loaded into it, and the long work that runs on it.

The tables themselves are Parquet files under ``MANUMIT_DATA/flows/<ledger id>/``: pseudonyms in the
open, whatever names somebody sealed under the ledger's key.
"""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.models.reach import UnitReach
from manumit.flows import takingout
from manumit.flows.models import reach


class Ledger(models.Model):
    """One per unit; without a unit it is the bench, for published and made data (docs/flows.md)."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit = models.OneToOneField(Unit, null=True, on_delete=models.PROTECT, related_name="ledger")
    currency = models.CharField(max_length=3, default="USD")  # all amounts are also kept in this
    country = models.CharField(max_length=2, blank=True)  # whose thresholds hold
    time_zone = models.CharField(max_length=40, default="UTC")  # where a file says no zone
    four_eyes = models.BooleanField(default=True)  # a second person confirms what leaves
    open_limit = models.PositiveSmallIntegerField(default=25)  # open alerts one person may hold
    keep_years = models.PositiveSmallIntegerField(
        default=10
    )  # older loads are shown as kept too long
    rates = models.TextField(blank=True)  # CSV: currency, since, worth, source (flows.money)
    at = models.DateTimeField()

    objects = UnitReach["Ledger"].as_manager()

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "unit",
        "currency",
        "country",
        "time_zone",
        "four_eyes",
        "open_limit",
        "keep_years",
        "rates",
        "at",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(unit=None), name="one_bench"
            ),
        )


class SavedMapping(models.Model):
    """Which column of a bank's file is what, kept under a name for the next file."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="mappings")
    name = models.CharField(max_length=80)
    text = models.TextField()  # TOML
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = reach.LedgerReach["SavedMapping"].as_manager()

    plain: ClassVar[tuple[str, ...]] = ("id", "ledger", "name", "text", "by", "at")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ledger", "name"], name="mapping_name_once"),
        )


class State(models.TextChoices):
    """Of long work. What was interrupted says so by its silence (`seen_at`) and may be taken up."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Stopped"
    OUT = "out", "Taken out"  # of a load alone


class Load(models.Model):
    """One file that was brought in. The same bytes are brought in once."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="loads")
    number = models.PositiveIntegerField()  # 1, 2, 3 … in the ledger; part of file names
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    layout = models.CharField(max_length=40)  # reader or mapping that read it
    mapping = models.TextField(blank=True)  # TOML, where a mapping read it
    currency = models.CharField(max_length=3, blank=True)  # of rows that name none
    time_zone = models.CharField(max_length=40, blank=True)  # of times that name none
    size = models.PositiveBigIntegerField(default=0)  # bytes
    size_read = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    rows_read = models.PositiveBigIntegerField(default=0)
    rows_loaded = models.PositiveBigIntegerField(default=0)
    rows_known = models.PositiveBigIntegerField(default=0)  # were in the ledger before
    rows_rejected = models.PositiveBigIntegerField(default=0)
    rejected = models.JSONField(default=dict)  # reason code -> how many
    notes = models.JSONField(default=dict)  # what was taken all the same: code -> how often
    accounts = models.PositiveBigIntegerField(default=0)  # rows about accounts
    first_entry = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField(null=True)  # of its entries
    last_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=400, blank=True)  # why it stopped; never a value of a row
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField()  # last sign of life
    done_at = models.DateTimeField(null=True)
    out_why = models.CharField(
        max_length=15, blank=True, choices=list(takingout.WHY_LABELS.items())
    )
    out_asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    out_asked_at = models.DateTimeField(null=True)
    out_agreed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    out_at = models.DateTimeField(null=True)

    objects = reach.LedgerReach["Load"].as_manager()

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "ledger",
        "number",
        "digest",
        "layout",
        "mapping",
        "currency",
        "time_zone",
        "size",
        "size_read",
        "state",
        "rows_read",
        "rows_loaded",
        "rows_known",
        "rows_rejected",
        "rejected",
        "notes",
        "accounts",
        "first_entry",
        "first_at",
        "last_at",
        "said",
        "by",
        "at",
        "seen_at",
        "done_at",
        "out_why",
        "out_asked_by",
        "out_asked_at",
        "out_agreed_by",
        "out_at",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ledger", "digest"], name="load_once"),
            models.UniqueConstraint(fields=["ledger", "number"], name="load_number_once"),
            models.CheckConstraint(
                condition=~models.Q(state="out")
                | models.Q(out_asked_by__isnull=False, out_agreed_by__isnull=False),
                name="load_out_says_by_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(out_agreed_by=None)
                | ~models.Q(out_agreed_by=models.F("out_asked_by")),
                name="load_out_by_two",
            ),
        )

    def kept_too_long(self, now: datetime) -> bool:
        """Tell whether it is in the ledger for longer than the ledger's rule."""
        years = self.ledger.keep_years
        return self.done_at is not None and self.done_at < now - timedelta(days=365.25 * years)


class Scan(models.Model):
    """One search through the ledger as it stood, step by step; each step's table stays a file."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="scans")
    number = models.PositiveIntegerField()
    packs = models.JSONField(default=dict)  # pack id -> version date
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=60, blank=True)  # what runs now
    steps_done = models.PositiveIntegerField(default=0)
    steps_all = models.PositiveIntegerField(default=0)
    entries = models.PositiveBigIntegerField(default=0)
    alerts_found = models.PositiveIntegerField(default=0)
    alerts_new = models.PositiveIntegerField(default=0)
    cut = models.JSONField(default=list)  # what budgets left out, in words
    figures = models.JSONField(default=dict)  # precision and recall, where the data has labels
    said = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = reach.LedgerReach["Scan"].as_manager()

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "ledger",
        "number",
        "packs",
        "state",
        "step",
        "steps_done",
        "steps_all",
        "entries",
        "alerts_found",
        "alerts_new",
        "cut",
        "figures",
        "said",
        "by",
        "at",
        "seen_at",
        "done_at",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ledger", "number"], name="scan_number_once"),
        )
