"""Clocks: each duty with a start at identification, a due instant and, one day, a stop."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.cases import access, deadlines
from manumit.cases.models import reach
from manumit.cases.models.case import Case, Need
from manumit.cases.models.referral import Referral
from manumit.core import fields
from manumit.core.models import Unit, User


class ClockQuerySet(reach.ReachQuerySet["Clock"]):
    """Running clocks; unit and worker are copied from the case so that lists stay flat."""

    own = "worker"
    units = ("unit",)
    organisation = "unit__organisation"

    def running(self) -> "ClockQuerySet":
        """Leave out stopped clocks."""
        return self.filter(stopped_at=None)

    def open_for(self, user: User, permission: str = "duty.read") -> "ClockQuerySet":
        """Return the duties of this account, the most overdue first, with their case."""
        rows = self.visible_to(user, permission).running()
        return rows.select_related("case", "need", "referral").order_by("due_at", "id")

    def after(self, due_at: datetime, last: UUID) -> "ClockQuerySet":
        """Go on after the last row of a page ordered by (due_at, id)."""
        later = models.Q(due_at__gt=due_at) | models.Q(due_at=due_at, id__gt=last)
        return self.filter(later, due_at__gte=due_at)

    def overdue(self, at: datetime) -> "ClockQuerySet":
        """Return running clocks that are past due."""
        return self.running().filter(due_at__lt=at)

    def of_case(self, case: Case) -> "ClockQuerySet":
        """Return the running clocks of a case, the next first."""
        return self.running().filter(case=case).order_by("due_at", "id")


class Clock(models.Model):
    """A duty in time. Stopped by the act that fulfils it, never by waiting."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, related_name="clocks")
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, null=True, related_name="clocks"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_by_act = models.CharField(max_length=40, blank=True)
    escalated_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)

    objects = ClockQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "need",
        "referral",
        "unit",
        "worker",
        "kind",
        "starts_at",
        "due_at",
        "stopped_at",
        "stopped_by_act",
        "escalated_at",
        "level",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(due_at__gte=models.F("starts_at")), name="clock_runs_forward"
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_at=None) | ~models.Q(stopped_by_act=""),
                name="clock_stopped_by_an_act",
            ),
            models.UniqueConstraint(
                fields=["need", "kind"],
                condition=models.Q(stopped_at=None, referral=None),
                name="clock_once_per_need",
            ),
            models.UniqueConstraint(
                fields=["referral", "kind"],
                condition=models.Q(stopped_at=None),
                name="clock_once_per_referral",
            ),
        )
        indexes = (
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=models.Q(stopped_at=None),
                name="clock_unit_running",
            ),
            models.Index(
                fields=["unit", "kind", "due_at"],
                condition=models.Q(stopped_at=None),
                name="clock_kind_running",
            ),
            models.Index(
                fields=["worker", "due_at", "id"],
                condition=models.Q(stopped_at=None),
                name="clock_worker_running",
            ),
            models.Index(
                fields=["due_at", "level"],
                condition=models.Q(stopped_at=None),
                name="clock_all_running",
            ),
        )

    def state(self, now: datetime) -> deadlines.ClockState:
        """Return how this clock stands now."""
        return deadlines.state(self.starts_at, self.due_at, self.stopped_at, now)

    def label(self) -> str:
        """Return what has to be done, in words."""
        return deadlines.label(self.kind)

    def place_in_house(self) -> access.Place:
        """Return where this clock stands, for `access`."""
        return access.Place(owner=self.worker_id, units=frozenset({self.unit_id}))
