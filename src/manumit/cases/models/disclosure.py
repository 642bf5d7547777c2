"""What left the team that helps: to whom, for what, under which yes, and until when."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.cases import access, recipients
from manumit.cases import consent as rules
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.cases.models.consent import Consent
from manumit.core import fields
from manumit.core.models import Unit, User


class DisclosureQuerySet(reach.ReachQuerySet["Disclosure"]):
    """Disclosures, placed by their case; the unit that received one sees it while it stands."""

    own = "case__worker"
    units = ("case__unit",)
    organisation = "case__unit__organisation"
    referred = ("to_unit",)
    referred_when = models.Q(ended_at=None)

    def of_cases(self, cases: Iterable[UUID]) -> "DisclosureQuerySet":
        """Return all that left about these people, the newest first."""
        return self.filter(case_id__in=list(cases)).order_by("-at", "id")

    def standing(self) -> "DisclosureQuerySet":
        """Return what has not ended: keys that still open, papers that are still out."""
        return self.filter(ended_at=None)


class Disclosure(models.Model):
    """One thing that left, to one recipient, for one purpose.

    A key that was given can be taken back (`to_unit`, `object_id`); a paper, a file or a call
    cannot, and is listed as such when the person takes the consent back.
    """

    class How(models.TextChoices):
        """In which form it left."""

        KEY = "key", "Can be opened here, until it ends"
        PAPER = "paper", "On paper"
        FILE = "file", "As a file"
        SPOKEN = "spoken", "By telephone or in person"

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disclosures")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(
        max_length=40, choices=[(p.value, rules.LABELS[p]) for p in rules.Purpose]
    )
    recipient_id = models.UUIDField(null=True)
    recipient_name = models.CharField(max_length=300, blank=True)
    recipient_kind = models.CharField(
        max_length=20, choices=[(k.value, recipients.LABELS[k]) for k in recipients.Kind]
    )
    classes = models.JSONField(default=list)  # names of classes, not values
    what = models.CharField(max_length=40)  # a word for the thing: letter, account, statement …
    how = models.CharField(max_length=10, choices=How.choices)
    object_id = models.UUIDField(null=True)  # whose keys were given
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    first_read_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    withdrawn = models.BooleanField(default=False)  # it ended because the person took it back
    told_at = models.DateTimeField(null=True)  # when a person told the recipient that it ended

    objects = DisclosureQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "consent",
        "purpose",
        "recipient_id",
        "recipient_name",
        "recipient_kind",
        "classes",
        "what",
        "how",
        "object_id",
        "to_unit",
        "by",
        "at",
        "expires_at",
        "first_read_at",
        "ended_at",
        "withdrawn",
        "told_at",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(how__in=["key", "paper", "file", "spoken"]),
                name="disclosure_how_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(how="key")
                | models.Q(to_unit__isnull=False, object_id__isnull=False),
                name="disclosure_of_a_key_says_which_and_to_whom",
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose__in=sorted(p.value for p in rules.NAMED_RECIPIENT))
                | models.Q(recipient_id__isnull=False),
                name="disclosure_names_recipient",
            ),
        )
        indexes = (
            models.Index(fields=["case", "-at"], name="disclosure_of_case"),
            models.Index(
                fields=["to_unit", "object_id"],
                condition=models.Q(ended_at=None),
                name="disclosure_standing",
            ),
            models.Index(fields=["consent"], name="disclosure_by_consent"),
        )

    @property
    def seen(self) -> bool:
        """Tell whether the recipient knows it: all that did not leave as a key, or was opened."""
        return self.how != self.How.KEY.value or self.first_read_at is not None

    @property
    def to_tell(self) -> bool:
        """Tell whether somebody still has to tell the recipient that the person took it back."""
        return self.withdrawn and self.how != self.How.KEY.value and self.told_at is None

    def place_in_house(self) -> access.Place:
        """Return where this stands, for `access`."""
        seen = self.to_unit_id is not None and self.ended_at is None
        place = self.case.place_in_house()
        return access.Place(
            owner=place.owner,
            units=place.units,
            organisations=place.organisations,
            referred_to=frozenset({self.to_unit_id} if seen and self.to_unit_id else ()),
        )
