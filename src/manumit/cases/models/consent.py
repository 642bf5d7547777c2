"""Consents as rows: one word of the person on one purpose and one recipient."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.cases import access, consent
from manumit.cases.models import reach
from manumit.core import fields
from manumit.core.models import Unit, User


class ConsentQuerySet(reach.ReachQuerySet["Consent"]):
    """Consents of a unit or of the colleague who took them."""

    own = "explained_by"
    units = ("unit",)

    def about(self, subjects: Iterable[UUID]) -> "ConsentQuerySet":
        """Return every word on these subjects (a case and its screening), the newest first."""
        return self.filter(subject_id__in=list(subjects)).order_by("-at", "id")

    def run_out(self, on: date) -> "ConsentQuerySet":
        """Return yeses whose last day has passed and whose grants still stand."""
        return self.filter(
            given=True, withdrawn_at=None, lapsed_at=None, expires_on__lt=on
        ).order_by("expires_on")


class Consent(models.Model):
    """A yes or a no. A new word does not change the old one; a withdrawal marks it."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    subject_id = models.UUIDField()  # a screening or a case
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(
        max_length=40, choices=[(p.value, consent.LABELS[p]) for p in consent.Purpose]
    )
    recipient_id = models.UUIDField(null=True)  # a service, organisation or unit, or a named body
    recipient_name = models.CharField(max_length=300, blank=True)
    recipient_kind = models.CharField(max_length=20, blank=True)
    withheld = models.JSONField(default=list)  # names of fields, not values
    classes = models.JSONField(null=True)  # what the yes covers; None: all the purpose reaches
    given = models.BooleanField()
    by_guardian = models.BooleanField(default=False)
    questions = models.JSONField(default=list)  # the seven answers of HTCDS, as booleans
    language = models.CharField(max_length=8)
    text_version = models.CharField(max_length=20)
    interpreter_used = models.BooleanField(default=False)
    explained_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)  # when the grants of an expired consent ended

    objects = ConsentQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "subject_id",
        "unit",
        "purpose",
        "recipient_id",
        "recipient_name",
        "recipient_kind",
        "withheld",
        "classes",
        "given",
        "by_guardian",
        "questions",
        "language",
        "text_version",
        "interpreter_used",
        "explained_by",
        "at",
        "expires_on",
        "withdrawn_at",
        "lapsed_at",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(purpose__in=[p.value for p in consent.Purpose]),
                name="consent_purpose_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose__in=sorted(p.value for p in consent.NAMED_RECIPIENT))
                | models.Q(recipient_id__isnull=False),
                name="consent_to_share_names_recipient",
            ),
            models.CheckConstraint(
                condition=models.Q(given=False) | models.Q(expires_on__isnull=False),
                name="consent_given_has_an_end",
            ),
        )
        indexes = (
            models.Index(fields=["subject_id", "-at"], name="consent_of_subject"),
            models.Index(
                fields=["expires_on"],
                condition=models.Q(given=True, withdrawn_at=None, lapsed_at=None),
                name="consent_running",
            ),
        )

    def rule(self) -> consent.Consent:
        """Return this row as the rules see it."""
        return consent.Consent(
            purpose=consent.Purpose(self.purpose),
            given=self.given,
            at=self.at,
            recipient=str(self.recipient_id) if self.recipient_id else "",
            recipient_name=self.recipient_name,
            by_guardian=self.by_guardian,
            expires_on=self.expires_on,
            withdrawn_at=self.withdrawn_at,
            withheld=frozenset(self.withheld),
            classes=None if self.classes is None else frozenset(self.classes),
        )

    def place_in_house(self) -> access.Place:
        """Return where this consent stands, for `access`."""
        return access.Place(owner=self.explained_by_id, units=frozenset({self.unit_id}))
