"""A referral: one request for help to one service, with consent, until it is answered and ended."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.cases import access, referral
from manumit.cases.models import reach
from manumit.cases.models.case import Case, Need
from manumit.cases.models.consent import Consent
from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass
from manumit.directory.models import Service

# Sorted: a set has another order in every process, and a migration would see a change each time.
_SEEN = sorted(state.value for state in referral.SEEN_BY_SERVICE)
_OPEN = sorted(state.value for state in referral.OPEN)
_WAITING = sorted(state.value for state in referral.WAITING)
_IN_HAND = [referral.State.ACCEPTED.value, referral.State.STARTED.value]
_ANSWERED = sorted(state.value for state in referral.ANSWERED)
# The same as the states above, told by instants: an index over "is null" is one that SQLite can use
# whatever the parameters are. Constraints hold both ways of saying it equal.
_IS_WAITING = models.Q(sent_at__isnull=False, answered_at=None, ended_at=None)
_IS_IN_HAND = models.Q(answered_at__isnull=False, ended_at=None)


class ReferralQuerySet(reach.ReachQuerySet["Referral"]):
    """Referrals, placed by the unit that sends and the unit that answers."""

    own = "worker"
    units = ("unit",)
    organisation = "unit__organisation"
    referred = ("to_unit",)
    referred_when = models.Q(state__in=_SEEN)

    def inbox(self, unit: Unit) -> "ReferralQuerySet":
        """Return what waits for this unit's answer, the most overdue first."""
        return (
            self.filter(_IS_WAITING, to_unit=unit)
            .select_related("service", "unit")
            .order_by("due_at", "id")
        )

    def in_hand(self, unit: Unit) -> "ReferralQuerySet":
        """Return what this unit has accepted and not ended, the oldest first."""
        return (
            self.filter(_IS_IN_HAND, to_unit=unit)
            .select_related("service", "unit")
            .order_by("due_at", "id")
        )

    def ended(self, unit: Unit) -> "ReferralQuerySet":
        """Return what this unit has declined, ended, or was withdrawn from it, newest first."""
        return (
            self.filter(to_unit=unit, ended_at__isnull=False)
            .select_related("service", "unit")
            .order_by("-ended_at", "-id")
        )

    def ended_before(self, ended_at: datetime, last: UUID) -> "ReferralQuerySet":
        """Go on after the last row of a page of what has ended."""
        earlier = models.Q(ended_at__lt=ended_at) | models.Q(ended_at=ended_at, id__lt=last)
        return self.filter(earlier, ended_at__lte=ended_at)

    def after(self, due_at: datetime, last: UUID) -> "ReferralQuerySet":
        """Go on after the last row of a page ordered by (due_at, id)."""
        later = models.Q(due_at__gt=due_at) | models.Q(due_at=due_at, id__gt=last)
        return self.filter(later, due_at__gte=due_at)

    def waiting(self) -> "ReferralQuerySet":
        """Return referrals that no service has answered yet."""
        return self.filter(_IS_WAITING)

    def of_case(self, case: Case) -> "ReferralQuerySet":
        """Return all referrals of a case, the newest first."""
        return self.filter(case=case).select_related("service", "need").order_by("-drafted_at")


class Referral(models.Model):
    """What is asked of a service. Its letter has a key of its own, wrapped to who may read it."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="referrals")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[(s.value, referral.LABELS[s]) for s in referral.State],
        default=referral.State.DRAFT.value,
    )
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    sent_fields = models.JSONField(default=list)  # names of what the letter carries, not values
    drafted_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    first_read_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_by_phone = models.BooleanField(default=False)
    decline_reason = models.CharField(
        max_length=20,
        blank=True,
        choices=[(r.value, referral.DECLINE_LABELS[r]) for r in referral.DeclineReason],
    )
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome_code = models.CharField(
        max_length=60,
        blank=True,
        choices=[(o.value, referral.OUTCOME_LABELS[o]) for o in referral.Outcome],
    )
    escalations = models.PositiveSmallIntegerField(default=0)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    letter = fields.SealedField(FieldClass.REFERRAL)
    message = fields.SealedField(FieldClass.REFERRAL)  # from the worker to the service
    answer_note = fields.SealedField(FieldClass.REFERRAL)  # from the service

    objects = ReferralQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "need",
        "service",
        "unit",
        "worker",
        "to_unit",
        "state",
        "consent",
        "sent_fields",
        "drafted_at",
        "sent_at",
        "due_at",
        "first_read_at",
        "answered_at",
        "answered_by",
        "answered_by_phone",
        "decline_reason",
        "started_at",
        "ended_at",
        "outcome_code",
        "escalations",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in referral.State]),
                name="referral_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=_ANSWERED)
                | models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="referral_answered_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "withdrawn"])
                | models.Q(consent__isnull=False),
                name="referral_only_with_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "consented", "withdrawn"])
                | models.Q(sent_at__isnull=False, due_at__isnull=False),
                name="referral_sent_says_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="declined") | ~models.Q(decline_reason=""),
                name="referral_declined_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=_OPEN)
                | (models.Q(ended_at__isnull=False) & ~models.Q(outcome_code="")),
                name="referral_ended_says_when_and_how",
            ),
            models.CheckConstraint(
                condition=(models.Q(state__in=_WAITING) & _IS_WAITING)
                | (~models.Q(state__in=_WAITING) & ~_IS_WAITING),
                name="referral_waiting_says_so_twice",
            ),
            models.CheckConstraint(
                condition=(models.Q(state__in=_IN_HAND) & _IS_IN_HAND)
                | (~models.Q(state__in=_IN_HAND) & ~_IS_IN_HAND),
                name="referral_in_hand_says_so_twice",
            ),
            models.UniqueConstraint(
                fields=["need", "service"],
                condition=models.Q(state__in=_OPEN),
                name="referral_open_once_per_need_and_service",
            ),
        )
        indexes = (
            models.Index(
                fields=["to_unit", "due_at", "id"], condition=_IS_WAITING, name="referral_inbox"
            ),
            models.Index(
                fields=["to_unit", "due_at", "id"], condition=_IS_IN_HAND, name="referral_in_hand"
            ),
            models.Index(
                fields=["to_unit", "-ended_at", "-id"],
                condition=models.Q(ended_at__isnull=False),
                name="referral_ended",
            ),
            models.Index(fields=["case", "-drafted_at"], name="referral_of_case"),
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=_IS_WAITING,
                name="referral_unit_waiting",
            ),
            models.Index(
                fields=["due_at", "id"], condition=models.Q(state="sent"), name="referral_sent_due"
            ),
            models.Index(fields=["consent"], name="referral_by_consent"),
        )

    @property
    def with_service(self) -> bool:
        """Tell whether it is the service's turn; only then can the service read the letter."""
        return self.state in {state.value for state in referral.WITH_SERVICE}

    def place_in_house(self) -> access.Place:
        """Return where this referral stands, for `access`."""
        seen = self.state in _SEEN and self.to_unit_id is not None
        return access.Place(
            owner=self.worker_id,
            units=frozenset({self.unit_id}),
            referred_to=frozenset({self.to_unit_id} if seen and self.to_unit_id else ()),
        )
