"""A screening: a talk at a gate, with or without a name."""

from typing import ClassVar

from django.db import models

from manumit.cases import access, consent, screening
from manumit.cases.models import reach
from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass

CLASSES = frozenset({FieldClass.IDENTITY, FieldClass.CONTACT, FieldClass.SCREENING})


class ScreeningQuerySet(reach.ReachQuerySet["Screening"]):
    """Screenings by officer and unit; the unit that took over sees the finished one."""

    own = "officer"
    units = ("unit", "handed_to")

    def unfinished(self, user: User) -> "ScreeningQuerySet":
        """Return what this officer has begun or put down, the oldest first."""
        open_states = [state.value for state in screening.UNFINISHED]
        mine = self.filter(officer=user, unit=user.unit_id, state__in=open_states)
        return mine.order_by("started_at", "id")


class Screening(models.Model):
    """One talk with one person; answers to packs stand in `assessments.Assessment`."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    handed_to = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10,
        choices=[(s.value, screening.LABELS[s]) for s in screening.State],
        default=screening.State.STARTED.value,
    )
    outcome = models.CharField(
        max_length=20, blank=True, choices=[(o.value, o.value) for o in screening.Outcome]
    )
    profile = models.CharField(max_length=40, default="gate")
    added_packs = models.JSONField(default=list)  # optional packs that the officer chose
    step = models.CharField(max_length=80, blank=True)  # where to go on after a pause
    language = models.CharField(max_length=8)
    interpreter_used = models.BooleanField(default=False)
    with_name = models.BooleanField(default=False)
    minor = models.BooleanField(null=True)  # None: not known
    guardian = models.CharField(
        max_length=12, blank=True, choices=[(g.value, g.value) for g in consent.Guardian]
    )
    officer_asks = models.BooleanField(default=False)
    identified_at = models.DateTimeField()
    started_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    name = fields.SealedField(FieldClass.IDENTITY)
    also_called = fields.SealedField(FieldClass.IDENTITY)
    age = fields.SealedField(FieldClass.IDENTITY)
    birth = fields.SealedField(FieldClass.IDENTITY)
    sex = fields.SealedField(FieldClass.IDENTITY)
    nationality = fields.SealedField(FieldClass.IDENTITY)
    place = fields.SealedField(FieldClass.CONTACT)
    contact = fields.SealedField(FieldClass.CONTACT)
    safe_contact = fields.SealedField(FieldClass.CONTACT)
    interpreter_name = fields.SealedField(FieldClass.IDENTITY)
    observations = fields.SealedField(FieldClass.SCREENING)
    stop_note = fields.SealedField(FieldClass.SCREENING)

    objects = ScreeningQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "unit",
        "handed_to",
        "officer",
        "state",
        "outcome",
        "profile",
        "added_packs",
        "step",
        "language",
        "interpreter_used",
        "with_name",
        "minor",
        "guardian",
        "officer_asks",
        "identified_at",
        "started_at",
        "paused_at",
        "finished_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in screening.State]),
                name="screening_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="finished")
                | (models.Q(finished_at__isnull=False) & ~models.Q(outcome="")),
                name="screening_finished_says_when_and_how",
            ),
            models.CheckConstraint(
                condition=models.Q(identified_at__lte=models.F("started_at")),
                name="screening_clock_from_identification",
            ),
        )
        indexes = (
            models.Index(fields=["officer", "state", "started_at"], name="screening_mine"),
            models.Index(fields=["unit", "-started_at", "id"], name="screening_of_unit"),
            models.Index(fields=["handed_to", "-started_at", "id"], name="screening_handed"),
        )

    def place_in_house(self) -> access.Place:
        """Return where this screening stands, for `access`."""
        units = {self.unit_id} | ({self.handed_to_id} if self.handed_to_id else set())
        return access.Place(owner=self.officer_id, units=frozenset(units))

    def subject(self) -> consent.Subject:
        """Return whose consent counts."""
        return consent.Subject(
            bool(self.minor), consent.Guardian(self.guardian) if self.guardian else None
        )
