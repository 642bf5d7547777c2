"""Courses of support and their sessions: when, and whether they took place. What was said is sealed."""

from typing import ClassVar

from django.db import models

from manumit.cases import course as rules
from manumit.cases.models.case import Case, Need
from manumit.cases.models.referral import Referral
from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass

_SESSION_STATES = [s.value for s in rules.Session]


class Course(models.Model):
    """Help that goes on for one need: a rhythm, an aim, one day an outcome."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="courses")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="courses")
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, null=True, related_name="courses"
    )
    rhythm = models.CharField(
        max_length=12, choices=[(r.value, rules.RHYTHM_LABELS[r]) for r in rules.Rhythm]
    )
    state = models.CharField(
        max_length=10,
        choices=[(s.value, rules.STATE_LABELS[s]) for s in rules.State],
        default=rules.State.ACTIVE.value,
    )
    outcome = models.CharField(
        max_length=20,
        blank=True,
        choices=[(o.value, rules.OUTCOME_LABELS[o]) for o in rules.Outcome],
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    aim = fields.SealedField(FieldClass.PLAN)
    ending = fields.SealedField(FieldClass.PLAN)  # how it ended, in words

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "need",
        "referral",
        "rhythm",
        "state",
        "outcome",
        "by",
        "at",
        "ended_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="active", ended_at=None)
                | (
                    models.Q(state__in=["finished", "stopped"], ended_at__isnull=False)
                    & ~models.Q(outcome="")
                ),
                name="course_ended_says_when_and_how",
            ),
            models.UniqueConstraint(
                fields=["need"], condition=models.Q(state="active"), name="course_active_once"
            ),
        )
        indexes = (models.Index(fields=["case", "at"], name="course_of_case"),)


class Session(models.Model):
    """One session of a course."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sessions")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    planned_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=[(s.value, rules.SESSION_LABELS[s]) for s in rules.Session],
        default=rules.Session.PLANNED.value,
    )
    moved_to = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="moved_from"
    )
    marked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    note = fields.SealedField(FieldClass.PLAN)

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "course",
        "planned_at",
        "state",
        "moved_to",
        "marked_by",
        "marked_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=_SESSION_STATES), name="session_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="planned")
                | models.Q(marked_by__isnull=False, marked_at__isnull=False),
                name="session_marked_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="moved") | models.Q(moved_to__isnull=False),
                name="session_moved_says_where_to",
            ),
            models.UniqueConstraint(
                fields=["course", "planned_at"],
                condition=~models.Q(state__in=["moved", "cancelled"]),
                name="session_once_at_a_time",
            ),
        )
        indexes = (
            models.Index(fields=["course", "planned_at"], name="session_of_course"),
            models.Index(
                fields=["case", "planned_at"],
                condition=models.Q(state="planned"),
                name="session_ahead",
            ),
        )
