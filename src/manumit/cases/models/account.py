"""What a person told, once; how often they were asked; and who asked to read it."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.cases import access, telling
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.cases.models.disclosure import Disclosure
from manumit.cases.models.screening import Screening
from manumit.core import fields
from manumit.core.models import Unit, User
from manumit.core.sealing import FieldClass

CLASSES = (FieldClass.TESTIMONY,)


class AccountQuerySet(reach.ReachQuerySet["Account"]):
    """Accounts, placed by their case; the unit that was given one sees it while that stands."""

    own = "case__worker"
    units = ("case__unit",)

    def of_case(self, case: Case) -> "AccountQuerySet":
        """Return the accounts of a person, the newest first."""
        return self.filter(case=case).order_by("-told_at", "-id")

    def given_to(self, unit: Unit) -> "AccountQuerySet":
        """Return the accounts that this unit may read now."""
        shared = Disclosure.objects.standing().filter(to_unit=unit, what="account")
        return self.filter(id__in=shared.values("object_id"))


class Account(models.Model):
    """What the person told, in the words in which it was written down. Never changed.

    It has a key of its own: no referral, letter or service comes near it.
    """

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="accounts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    told_at = models.DateTimeField()
    language = models.CharField(max_length=8)
    interpreter_used = models.BooleanField(default=False)
    why_again = models.CharField(
        max_length=20, blank=True, choices=[(w.value, telling.WHY_LABELS[w]) for w in telling.Why]
    )

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    words = fields.SealedField(FieldClass.TESTIMONY)
    place = fields.SealedField(FieldClass.TESTIMONY)
    asked_by = fields.SealedField(FieldClass.TESTIMONY)
    interpreter = fields.SealedField(FieldClass.TESTIMONY)

    objects = AccountQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "unit",
        "written_by",
        "written_at",
        "told_at",
        "language",
        "interpreter_used",
        "why_again",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(told_at__lte=models.F("written_at")),
                name="account_told_before_written",
            ),
        )
        indexes = (models.Index(fields=["case", "-told_at", "-id"], name="account_of_case"),)

    def place_in_house(self) -> access.Place:
        """Return where this stands, for `access`."""
        return self.case.place_in_house()


class TellingQuerySet(reach.ReachQuerySet["Telling"]):
    """Times a person was asked, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)

    def of_cases(self, cases: Iterable[UUID]) -> "TellingQuerySet":
        """Return every time that was written down, the oldest first."""
        return self.filter(case_id__in=list(cases)).order_by("at", "id")


class Telling(models.Model):
    """One time (or several elsewhere) that a person was asked what happened; never what they said."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tellings")
    kind = models.CharField(
        max_length=12, choices=[(k.value, telling.LABELS[k]) for k in telling.Kind]
    )
    times = models.PositiveSmallIntegerField(default=1)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    elsewhere = models.CharField(max_length=20, blank=True)  # a kind of body, never a name
    screening = models.ForeignKey(
        Screening, on_delete=models.PROTECT, null=True, related_name="tellings"
    )
    why_again = models.CharField(
        max_length=20, blank=True, choices=[(w.value, telling.WHY_LABELS[w]) for w in telling.Why]
    )
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = TellingQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "kind",
        "times",
        "unit",
        "elsewhere",
        "screening",
        "why_again",
        "written_by",
        "at",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in telling.Kind]),
                name="telling_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(times__gte=1, times__lte=99), name="telling_at_least_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="elsewhere") | ~models.Q(elsewhere=""),
                name="telling_elsewhere_says_by_whom",
            ),
        )
        indexes = (models.Index(fields=["case", "at", "id"], name="telling_of_case"),)


class AccountRequestQuerySet(reach.ReachQuerySet["AccountRequest"]):
    """Requests, placed by the unit that asks; `answer` goes by the case that is asked about."""

    own = "case__worker"
    units = ("case__unit",)

    def asked_by(self, unit: Unit) -> "AccountRequestQuerySet":
        """Return what this unit asked for, the newest first."""
        return self.filter(from_unit=unit).order_by("-at", "-id")

    def waiting(self) -> "AccountRequestQuerySet":
        """Return what nobody has answered, the oldest first."""
        return self.filter(state=telling.Request.WAITING.value).order_by("at", "id")


class AccountRequest(models.Model):
    """A request of another unit to read what a person told, instead of asking them again.

    Made with the reference that the person carries. A reference that names nobody makes the same
    row, so that asking tells nothing about who is known where.
    """

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    reference = models.CharField(max_length=9)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, related_name="account_requests"
    )
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    wanted_for = models.CharField(
        max_length=12, choices=[(f.value, telling.FOR_LABELS[f]) for f in telling.For]
    )
    at = models.DateTimeField()
    state = models.CharField(
        max_length=12,
        choices=[(s.value, telling.REQUEST_LABELS[s]) for s in telling.Request],
        default=telling.Request.WAITING.value,
    )
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(
        max_length=20, blank=True, choices=[(n.value, telling.NO_LABELS[n]) for n in telling.No]
    )

    objects = AccountRequestQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "reference",
        "case",
        "from_unit",
        "asked_by",
        "wanted_for",
        "at",
        "state",
        "answered_at",
        "answered_by",
        "reason",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in telling.Request]),
                name="account_request_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting")
                | models.Q(answered_at__isnull=False, answered_by__isnull=False)
                | models.Q(state="taken_back"),
                name="account_request_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(reason=""),
                name="account_request_refused_says_why",
            ),
            models.UniqueConstraint(
                fields=["from_unit", "reference"],
                condition=models.Q(state="waiting"),
                name="account_request_open_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["case", "at"],
                condition=models.Q(state="waiting"),
                name="account_request_waiting",
            ),
            models.Index(fields=["from_unit", "-at", "-id"], name="account_request_of_unit"),
        )

    def place_in_house(self) -> access.Place:
        """Return where this stands, for `access`."""
        return self.case.place_in_house() if self.case else access.Place()
