"""Reports to a financial intelligence unit: what is in them is sealed under the ledger's key."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass
from manumit.flows import reporting
from manumit.flows.models import reach
from manumit.flows.models.alert import Alert
from manumit.flows.models.desk import MoneyCase
from manumit.flows.models.ledger import Ledger

_STATES = [(state.value, label) for state, label in reporting.LABELS.items()]


class Report(models.Model):
    """One report on one alert or case. `file` is what was proposed: what is approved and leaves."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()  # R-<number>, in the ledger
    alert = models.ForeignKey(Alert, null=True, on_delete=models.PROTECT, related_name="reports")
    case = models.ForeignKey(MoneyCase, null=True, on_delete=models.PROTECT, related_name="reports")
    profile = models.CharField(max_length=60)  # id of the receiving unit's profile
    state = models.CharField(max_length=12, choices=_STATES, default=reporting.State.DRAFT.value)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    four_eyes = models.BooleanField(default=True)  # whether a second person was needed

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    known = fields.SealedField(FieldClass.FINANCE)  # known.plain
    answers = fields.SealedField(FieldClass.FINANCE)  # tables of goaml_answers
    narrative = fields.SealedField(FieldClass.FINANCE)  # {"language", "text"}
    file = fields.SealedField(FieldClass.FINANCE)  # the XML as text
    remark = fields.SealedField(FieldClass.FINANCE)  # why it was sent back

    objects = reach.LedgerReach["Report"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "ledger",
        "number",
        "alert",
        "case",
        "profile",
        "state",
        "by",
        "at",
        "proposed_by",
        "proposed_at",
        "approved_by",
        "approved_at",
        "four_eyes",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ledger", "number"], name="report_number_once"),
            models.CheckConstraint(
                condition=models.Q(alert__isnull=True, case__isnull=False)
                | models.Q(alert__isnull=False, case__isnull=True),
                name="report_on_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in reporting.State]),
                name="report_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "handed_over", "answered"])
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
                name="report_approved_says_by_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(four_eyes=False)
                | models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("proposed_by")),
                name="report_approved_by_a_second_person",
            ),
        )
        indexes = (models.Index(fields=["ledger", "state", "-at"], name="report_list"),)

    def __str__(self) -> str:
        return f"R-{self.number}"


class ReportFile(models.Model):
    """One file that goes with a report; its name says something too, so that it is sealed as well."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    size = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    name = fields.SealedField(FieldClass.FINANCE)
    content = fields.SealedField(FieldClass.FINANCE)  # base64

    objects = reach.LedgerReach["ReportFile"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "ledger",
        "report",
        "size",
        "by",
        "at",
        "seal_owner",
        "seal_version",
    )


class ReportDisclosure(models.Model):
    """That a report left: to whom, on which legal basis, which bytes; and what was answered."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="disclosures")
    basis = models.CharField(max_length=40)  # code of the profile's list
    digest = models.CharField(max_length=64)  # SHA-256 of the file that was handed over
    size = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reply = models.CharField(
        max_length=10,
        blank=True,
        choices=[(reply.value, label) for reply, label in reporting.REPLIES.items()],
    )
    replied_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    recipient = fields.SealedField(FieldClass.FINANCE)
    reply_text = fields.SealedField(FieldClass.FINANCE)

    objects = reach.LedgerReach["ReportDisclosure"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "ledger",
        "report",
        "basis",
        "digest",
        "size",
        "by",
        "at",
        "reply",
        "replied_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(basis=""), name="report_disclosure_has_a_basis"
            ),
        )
