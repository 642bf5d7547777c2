"""A person's plan as rows: looks at each need, safety plans by version, goals and their steps."""

from typing import ClassVar

from django.db import models

from manumit.cases import plan
from manumit.cases.models.case import Case, Need
from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass


class Look(models.Model):
    """One assessment of one need. Never changed: the next one shows what became of it."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="looks")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="looks")
    on = models.DateField()
    level = models.CharField(
        max_length=12, choices=[(x.value, plan.LEVEL_LABELS[x]) for x in plan.Level]
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    wish = fields.SealedField(FieldClass.PLAN)  # what the person wants, in their own words
    seen = fields.SealedField(FieldClass.PLAN)  # what the worker sees

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "need",
        "on",
        "level",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(level__in=[x.value for x in plan.Level]),
                name="look_level_known",
            ),
        )
        indexes = (models.Index(fields=["case", "need", "at"], name="look_of_case"),)


class SafetyPlan(models.Model):
    """A safety plan as it was on a day; the newest version counts."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="safety_plans")
    version = models.PositiveIntegerField()
    card_wanted = models.BooleanField(default=False)
    review_on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    said = fields.SealedField(FieldClass.PLAN)  # words by the parts of `plan.SAFETY`
    card = fields.SealedField(FieldClass.PLAN)  # what may stand on a card, and nothing else

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "version",
        "card_wanted",
        "review_on",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "version"], name="safety_plan_version_once"),
        )


class Goal(models.Model):
    """What the person wants to reach, in their words."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="goals")
    area = models.CharField(
        max_length=40, choices=[(a.value, plan.AREA_LABELS[a]) for a in plan.Area]
    )
    due_on = models.DateField(null=True)
    state = models.CharField(
        max_length=10,
        choices=[(s.value, plan.GOAL_LABELS[s]) for s in plan.GoalState],
        default=plan.GoalState.OPEN.value,
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    words = fields.SealedField(FieldClass.PLAN)

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "area",
        "due_on",
        "state",
        "by",
        "at",
        "ended_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(area__in=[a.value for a in plan.Area]), name="goal_area_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at=None)
                | models.Q(state__in=["dropped", "reached"], ended_at__isnull=False),
                name="goal_ended_says_when",
            ),
        )
        indexes = (models.Index(fields=["case", "at"], name="goal_of_case"),)


class Step(models.Model):
    """One step towards a goal."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="steps")
    doer = models.CharField(
        max_length=10, choices=[(d.value, plan.DOER_LABELS[d]) for d in plan.Doer]
    )
    due_on = models.DateField(null=True)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    words = fields.SealedField(FieldClass.PLAN)

    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "goal",
        "doer",
        "due_on",
        "at",
        "done_at",
        "done_by",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(doer__in=[d.value for d in plan.Doer]), name="step_doer_known"
            ),
            models.CheckConstraint(
                condition=models.Q(done_at=None) | models.Q(done_by__isnull=False),
                name="step_done_says_by_whom",
            ),
        )
        indexes = (models.Index(fields=["goal", "at"], name="step_of_goal"),)
