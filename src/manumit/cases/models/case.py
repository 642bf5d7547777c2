"""A case: one person who is helped, their needs, and notes about the help."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.cases import access, consent, deadlines, needs, status
from manumit.cases.models import reach
from manumit.cases.models.screening import Screening
from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass

CLASSES = frozenset(
    {
        FieldClass.IDENTITY,
        FieldClass.CONTACT,
        FieldClass.PLAN,
        FieldClass.MEDICAL,
        FieldClass.LEGAL,
    }
)
NO_DUTY = datetime(9999, 1, 1, tzinfo=UTC)  # sorts a case without a running clock to the end


class CaseQuerySet(reach.ReachQuerySet["Case"]):
    """Cases by worker and unit. Pages go on from a key, never by counting rows."""

    own = "worker"
    units = ("unit",)
    organisation = "unit__organisation"

    def open(self) -> "CaseQuerySet":
        """Leave out closed cases."""
        return self.filter(case_status__in=[s.value for s in status.OPEN])

    def unassigned(self) -> "CaseQuerySet":
        """Return open cases that nobody works on."""
        return self.filter(worker=None, case_status=status.CaseStatus.ACTIVE.value)

    def by_duty(self, after: tuple[datetime, UUID] | None = None) -> "CaseQuerySet":
        """Order by the next thing that is due; go on after (next_due_at, id) of the last row."""
        rows = self.order_by("next_due_at", "id")
        if after is None:
            return rows
        later = models.Q(next_due_at__gt=after[0])
        same = models.Q(next_due_at=after[0], id__gt=after[1])
        return rows.filter(later | same, next_due_at__gte=after[0])

    def newest(self, after: tuple[datetime, UUID] | None = None) -> "CaseQuerySet":
        """Order by opening, the newest first; go on after (opened_at, id) of the last row."""
        rows = self.order_by("-opened_at", "-id")
        if after is None:
            return rows
        earlier = models.Q(opened_at__lt=after[0])
        same = models.Q(opened_at=after[0], id__lt=after[1])
        return rows.filter(earlier | same, opened_at__lte=after[0])


class Case(models.Model):
    """What is known and owed to one person. Found by a reference that tells nothing."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    reference = models.CharField(max_length=9, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    screening = models.OneToOneField(
        Screening, on_delete=models.PROTECT, null=True, related_name="case"
    )
    case_status = models.CharField(
        max_length=20,
        choices=[(s.value, status.CASE_LABELS[s]) for s in status.CaseStatus],
        default=status.CaseStatus.ACTIVE.value,
    )
    trafficking_status = models.CharField(
        max_length=40,
        blank=True,
        choices=[(s.value, status.LABELS[s]) for s in status.Trafficking],
    )
    deciding_kind = models.CharField(
        max_length=40,
        blank=True,
        choices=[(d.value, status.DECIDER_LABELS[d]) for d in status.Decider],
    )
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    non_punishment = models.BooleanField(default=True)
    non_punishment_lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    non_punishment_lifted_at = models.DateTimeField(null=True)
    non_punishment_confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    language = models.CharField(max_length=8, blank=True)
    minor = models.BooleanField(null=True)
    guardian = models.CharField(
        max_length=12, blank=True, choices=[(g.value, g.value) for g in consent.Guardian]
    )
    with_name = models.BooleanField(default=False)
    conflict_nexus = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    identified_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    next_due_at = models.DateTimeField(default=NO_DUTY)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(
        max_length=40,
        blank=True,
        choices=[(r.value, needs.CLOSE_LABELS[r]) for r in needs.CloseReason],
    )
    erased_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    name = fields.SealedField(FieldClass.IDENTITY)
    also_called = fields.SealedField(FieldClass.IDENTITY)
    age = fields.SealedField(FieldClass.IDENTITY)
    birth = fields.SealedField(FieldClass.IDENTITY)
    sex = fields.SealedField(FieldClass.IDENTITY)
    nationality = fields.SealedField(FieldClass.IDENTITY)
    registration = fields.SealedField(FieldClass.IDENTITY)
    languages = fields.SealedField(FieldClass.IDENTITY)
    place = fields.SealedField(FieldClass.CONTACT)
    contact = fields.SealedField(FieldClass.CONTACT)
    safe_contact = fields.SealedField(FieldClass.CONTACT)
    deciding_organisation = fields.SealedField(FieldClass.LEGAL)

    objects = CaseQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "reference",
        "unit",
        "worker",
        "screening",
        "case_status",
        "trafficking_status",
        "deciding_kind",
        "decided_by",
        "decided_at",
        "non_punishment",
        "non_punishment_lifted_by",
        "non_punishment_lifted_at",
        "non_punishment_confirmed_by",
        "language",
        "minor",
        "guardian",
        "with_name",
        "conflict_nexus",
        "urgent",
        "identified_at",
        "opened_at",
        "next_due_at",
        "closed_at",
        "close_reason",
        "erased_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(case_status__in=[s.value for s in status.CaseStatus]),
                name="case_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(trafficking_status__in=["", status.Trafficking.POSSIBLE.value])
                | (
                    ~models.Q(deciding_kind="")
                    & models.Q(
                        deciding_organisation__isnull=False,
                        decided_by__isnull=False,
                        decided_at__isnull=False,
                    )
                )
                | models.Q(erased_at__isnull=False),
                name="case_final_status_names_who_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    trafficking_status__in=["", *(s.value for s in status.Trafficking)]
                ),
                name="case_trafficking_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(non_punishment=True)
                | (
                    models.Q(
                        non_punishment_lifted_by__isnull=False,
                        non_punishment_confirmed_by__isnull=False,
                        non_punishment_lifted_at__isnull=False,
                    )
                    & ~models.Q(non_punishment_lifted_by=models.F("non_punishment_confirmed_by"))
                ),
                name="case_non_punishment_lifted_by_two",
            ),
            models.CheckConstraint(
                condition=models.Q(case_status__in=sorted(s.value for s in status.OPEN))
                | (models.Q(closed_at__isnull=False) & ~models.Q(close_reason="")),
                name="case_closed_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(identified_at__lte=models.F("opened_at")),
                name="case_clock_from_identification",
            ),
        )
        indexes = (
            models.Index(fields=["unit", "case_status", "next_due_at", "id"], name="case_unit_due"),
            models.Index(
                fields=["unit", "case_status", "-opened_at", "-id"], name="case_unit_newest"
            ),
            models.Index(fields=["unit", "next_due_at", "id"], name="case_unit_all_due"),
            models.Index(fields=["unit", "-opened_at", "-id"], name="case_unit_all_newest"),
            models.Index(
                fields=["worker", "case_status", "next_due_at", "id"], name="case_worker_due"
            ),
            models.Index(
                fields=["worker", "case_status", "-opened_at", "-id"], name="case_worker_newest"
            ),
            # whole, not only where nobody works: SQLite cannot match a parameter to a condition
            models.Index(
                fields=["unit", "worker", "case_status", "next_due_at", "id"],
                name="case_unit_worker_due",
            ),
            models.Index(
                fields=["unit", "next_due_at", "id"],
                condition=models.Q(minor=True),
                name="case_children",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def place_in_house(self) -> access.Place:
        """Return where this case stands, for `access`."""
        return access.Place(
            owner=self.worker_id,
            units=frozenset({self.unit_id}),
            organisations=frozenset({self.unit.organisation_id}),
        )

    def subject(self) -> consent.Subject:
        """Return whose consent counts."""
        return consent.Subject(
            bool(self.minor), consent.Guardian(self.guardian) if self.guardian else None
        )

    def subject_ids(self) -> list[UUID]:
        """Return under which ids consents and assessments of this person stand."""
        return [self.id] + ([self.screening_id] if self.screening_id else [])

    @property
    def is_open(self) -> bool:
        """Tell whether work on it goes on."""
        return self.case_status in {s.value for s in status.OPEN}

    @property
    def due_at(self) -> datetime | None:
        """Return when the next duty is due; None when no clock runs."""
        return None if self.next_due_at >= NO_DUTY else self.next_due_at


class NeedQuerySet(reach.ReachQuerySet["Need"]):
    """Needs, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)

    def checklist(self, case: Case) -> "NeedQuerySet":
        """Return all needs of a case, the most urgent first."""
        return self.filter(case=case).order_by("due_at", "kind", "id")


class Need(models.Model):
    """One thing the person needs. Due from identification on, not from when it was typed in."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=30)
    urgency = models.CharField(
        max_length=20, choices=[(u.value, deadlines.URGENCY_LABELS[u]) for u in deadlines.Urgency]
    )
    status = models.CharField(
        max_length=20,
        choices=[(s.value, needs.STATUS_LABELS[s]) for s in needs.Status],
        default=needs.Status.OPEN.value,
    )
    outcome_code = models.CharField(max_length=60, blank=True)
    identified_at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    detail = fields.SealedField(FieldClass.PLAN)
    health = fields.SealedField(FieldClass.MEDICAL)

    objects = NeedQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "kind",
        "urgency",
        "status",
        "outcome_code",
        "identified_at",
        "due_at",
        "met_at",
        "settled_by",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in needs.Status]),
                name="need_status_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="met") | models.Q(met_at__isnull=False),
                name="need_met_says_when",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=models.Q(status="open"),
                name="need_open_once_per_kind",
            ),
        )

    def place_in_house(self) -> access.Place:
        """Return where this need stands, for `access`."""
        return self.case.place_in_house()


class NoteQuerySet(reach.ReachQuerySet["Note"]):
    """Notes, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)


class Note(models.Model):
    """A note for one audience: the column that is filled is the class of key that opens it."""

    class Audience(models.TextChoices):
        """Who the note is for."""

        TEAM = "team", "The case team"
        MEDICAL = "medical", "Medical"
        LEGAL = "legal", "Legal"

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    team = fields.SealedField(FieldClass.PLAN)
    medical = fields.SealedField(FieldClass.MEDICAL)
    legal = fields.SealedField(FieldClass.LEGAL)

    objects = NoteQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "audience",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(audience__in=["team", "medical", "legal"]),
                name="note_audience_known",
            ),
        )
        indexes = (models.Index(fields=["case", "-at", "id"], name="note_of_case"),)
