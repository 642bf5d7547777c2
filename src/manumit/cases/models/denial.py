"""Who must never be told: a standing no that no later yes opens."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.cases import access, consent, recipients
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass


class DenialQuerySet(reach.ReachQuerySet["Denial"]):
    """Denials, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)

    def about(self, cases: Iterable[UUID]) -> "DenialQuerySet":
        """Return every denial of these people, also those that were taken back."""
        return self.filter(case_id__in=list(cases)).order_by("-at", "id")

    def standing(self) -> "DenialQuerySet":
        """Leave out what the person took back."""
        return self.filter(taken_back_at=None)


class Denial(models.Model):
    """One recipient, or a whole kind of bodies, that the person never wants told.

    A service or organisation of the directory stands by its identifier. A person or a body outside
    of it is named under seal: who somebody is afraid of tells who they are.
    """

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="denials")
    kind = models.CharField(
        max_length=20, choices=[(k.value, recipients.LABELS[k]) for k in recipients.Kind]
    )
    recipient_id = models.UUIDField(null=True)  # of the directory; None: by kind, or by name
    recipient_name = models.CharField(max_length=300, blank=True)  # of the directory
    by_name = models.BooleanField(default=False)  # the name is in `name`, sealed
    language = models.CharField(max_length=8, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    name = fields.SealedField(FieldClass.PLAN)

    objects = DenialQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "kind",
        "recipient_id",
        "recipient_name",
        "by_name",
        "language",
        "written_by",
        "at",
        "taken_back_at",
        "taken_back_by",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in recipients.Kind]),
                name="denial_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(recipient_id__isnull=False)
                | models.Q(by_name=True)
                | models.Q(kind__in=[k.value for k in recipients.WHOLE_KIND]),
                name="denial_says_whom",
            ),
            models.UniqueConstraint(
                fields=["case", "recipient_id"],
                condition=models.Q(taken_back_at=None, recipient_id__isnull=False),
                name="denial_once_per_recipient",
            ),
        )
        indexes = (models.Index(fields=["case", "-at"], name="denial_of_case"),)

    def rule(self, name: str = "") -> consent.Denial:
        """Return this row as the rules see it; `name` is the opened name, when there is one."""
        return consent.Denial(
            at=self.at,
            recipient=str(self.recipient_id) if self.recipient_id else "",
            kind=recipients.Kind(self.kind),
            by_name=self.by_name,
            name=recipients.folded(name),
            taken_back_at=self.taken_back_at,
        )

    def place_in_house(self) -> access.Place:
        """Return where this stands, for `access`."""
        return self.case.place_in_house()
