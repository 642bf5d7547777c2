"""What a sheet of the case data standard said of a person, and sheets that are being looked at."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from manumit.cases import access
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass

KEPT = timedelta(days=1)  # a sheet that nobody confirmed, and the rows that did not come in


class HtcdsRecordQuerySet(reach.ReachQuerySet["HtcdsRecord"]):
    """Records, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)


class HtcdsRecord(models.Model):
    """One row as it came in, sealed by class of content; stays behind, empty, when it is erased.

    An empty one is how a sheet that is loaded again finds out that the person was erased here, or
    took consent back, without knowing who it was.
    """

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="htcds")
    version = models.CharField(max_length=10)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    named = models.BooleanField()  # came in with who it is

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    identity = fields.SealedField(FieldClass.IDENTITY)
    contact = fields.SealedField(FieldClass.CONTACT)
    screening = fields.SealedField(FieldClass.SCREENING)
    medical = fields.SealedField(FieldClass.MEDICAL)
    legal = fields.SealedField(FieldClass.LEGAL)
    plan = fields.SealedField(FieldClass.PLAN)

    objects = HtcdsRecordQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "version",
        "by",
        "at",
        "changed_at",
        "named",
        "seal_owner",
        "seal_version",
    )

    def place_in_house(self) -> access.Place:
        """Return where this record stands, for `access`."""
        return self.case.place_in_house()


class CaseSheetQuerySet(reach.ReachQuerySet["CaseSheet"]):
    """Sheets of a unit."""

    own = "by"
    units = ("unit",)

    def over(self, at: datetime) -> "CaseSheetQuerySet":
        """Return sheets that are kept no longer."""
        return self.filter(at__lt=at - KEPT).exclude(file=None, rejected=None)


class CaseSheet(models.Model):
    """A sheet of people that was given and looked at; after a day, or when loaded, it is gone."""

    class State(models.TextChoices):
        """How far it came."""

        CHECKED = "checked", "Waits to be confirmed"
        LOADED = "loaded", "Loaded"
        DROPPED = "dropped", "Forgotten"

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKED.value)
    told = models.BooleanField(default=False)  # the importer vouches for the seven points
    loaded_at = models.DateTimeField(null=True)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    file = fields.SealedField(FieldClass.IDENTITY)
    sender = fields.SealedField(FieldClass.IDENTITY)
    rejected = fields.SealedField(FieldClass.IDENTITY)

    objects = CaseSheetQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "unit",
        "by",
        "at",
        "state",
        "told",
        "loaded_at",
        "made",
        "changed",
        "same",
        "left",
        "refused",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["checked", "loaded", "dropped"]),
                name="case_sheet_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="loaded")
                | models.Q(file__isnull=True, loaded_at__isnull=False),
                name="case_sheet_loaded_keeps_no_file",
            ),
        )
        indexes = (models.Index(fields=["unit", "-at"], name="case_sheet_of_unit"),)

    def place_in_house(self) -> access.Place:
        """Return where this sheet stands, for `access`."""
        return access.Place(owner=self.by_id, units=frozenset({self.unit_id}))
