"""Traces across cases: tokens that open nothing, and requests to be told more.

A token is made with a key that opens for nobody who is not signed in (core/actions/traces). `strand`
says which tokens stand on one case without saying which: that takes the instance's own secret. Only
the month is kept.
"""

from typing import ClassVar, Self

from django.db import models

from manumit.core import fields, traces
from manumit.core.models.people import Unit, User
from manumit.core.sealing import FieldClass


class Trace(models.Model):
    """That some case of a unit has this token."""

    id = models.UUIDField(primary_key=True, editable=False)  # made from the note's id
    token = models.BinaryField(max_length=16)
    strand = models.BinaryField(max_length=16)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()

    plain: ClassVar[tuple[str, ...]] = ("id", "token", "strand", "unit", "month")

    class Meta:
        indexes = (
            models.Index(fields=["token"], name="trace_by_token"),
            models.Index(fields=["strand"], name="trace_by_strand"),
        )


class TraceRequestQuerySet(models.QuerySet["TraceRequest"]):
    """Requests, within reach of who asked and of who is asked."""

    def visible_to(self, user: User, permission: str) -> Self:
        """Keep those that the account's unit answers, or those that it asked."""
        side = {"trace.answer": "to_unit", "trace.ask": "from_unit"}.get(permission)
        return self.filter(**{side: user.unit_id}) if side else self.none()


class TraceRequest(models.Model):
    """One unit asks another what it may be told about a trace; the answer is words they choose."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    token = models.BinaryField(max_length=16)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=12)
    state = models.CharField(max_length=12, default=traces.State.ASKED.value)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    ends_on = models.DateField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    kind = fields.SealedField(FieldClass.REFERRAL)
    value = fields.SealedField(FieldClass.REFERRAL)
    wanted = fields.SealedField(FieldClass.REFERRAL)
    why_not = fields.SealedField(FieldClass.REFERRAL)
    statement = fields.SealedField(FieldClass.NETWORK)

    objects = TraceRequestQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "token",
        "from_unit",
        "to_unit",
        "basis",
        "state",
        "by",
        "at",
        "answered_by",
        "answered_at",
        "ends_on",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in traces.State]),
                name="trace_request_state_known",
            ),
            models.UniqueConstraint(
                fields=["token", "from_unit", "to_unit"],
                condition=models.Q(state="asked"),
                name="trace_request_open_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="released")
                | models.Q(answered_by__isnull=False, ends_on__isnull=False),
                name="trace_released_says_by_whom_and_until",
            ),
        )

    @property
    def state_label(self) -> str:
        """Return the state in words."""
        return traces.STATES[traces.State(self.state)]


class TraceDrawn(models.Model):
    """On which strands a released answer draws: it ends when one of them is taken back."""

    id = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(TraceRequest, on_delete=models.PROTECT, related_name="drawn")
    strand = models.BinaryField(max_length=16)

    plain: ClassVar[tuple[str, ...]] = ("id", "request", "strand")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["request", "strand"], name="trace_drawn_once"),
        )
