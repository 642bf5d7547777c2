"""What is kept of keeping itself: legal holds, requests to erase, what ended by time.

A hold's reason is sealed under a key of its own, wrapped to the unit of the case and to the units of
the data-protection officers, so that whoever decides can read why and nothing else of the case.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.cases import retention
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass


class HoldQuerySet(reach.ReachQuerySet["Hold"]):
    """Holds, placed by their case."""

    units = ("case__unit",)

    def standing(self, on: date) -> "HoldQuerySet":
        """Return holds that stop every erasure on a day; one ends by itself after its last day."""
        return self.filter(confirmed_at__isnull=False, released_at=None, until__gte=on)

    def waiting(self) -> "HoldQuerySet":
        """Return proposals that nobody has confirmed or declined."""
        return self.filter(confirmed_at=None, declined_at=None)

    def of_case(self, case: Case) -> "HoldQuerySet":
        """Return every hold there ever was on a case, the newest first."""
        rows = self.filter(case=case).select_related("proposed_by", "confirmed_by", "released_by")
        return rows.order_by("-proposed_at", "id")


class Hold(models.Model):
    """That something must not be erased until a day. Proposed by one, confirmed by another."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    why = models.CharField(
        max_length=20, choices=[(r.value, retention.HOLD_LABELS[r]) for r in retention.HoldReason]
    )
    until = models.DateField()
    number = models.PositiveSmallIntegerField()  # 1 for the first hold on a case
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(null=True)
    release_asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    reason = fields.SealedField(FieldClass.LEGAL)

    objects = HoldQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "why",
        "until",
        "number",
        "proposed_by",
        "proposed_at",
        "confirmed_by",
        "confirmed_at",
        "declined_by",
        "declined_at",
        "release_asked_by",
        "released_by",
        "released_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(why__in=[r.value for r in retention.HoldReason]),
                name="hold_reason_known",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | (
                    models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                    & ~models.Q(confirmed_by=models.F("proposed_by"))
                ),
                name="hold_needs_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(released_by=None, released_at=None)
                | (
                    models.Q(released_at__isnull=False, release_asked_by__isnull=False)
                    & ~models.Q(released_by=models.F("release_asked_by"))
                ),
                name="hold_released_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(confirmed_at=None, declined_at=None),
                name="hold_proposed_once_at_a_time",
            ),
        )
        indexes = (models.Index(fields=["case", "until"], name="hold_of_case"),)

    @property
    def waiting(self) -> bool:
        """Tell whether a second person has still to decide."""
        return self.confirmed_at is None and self.declined_at is None

    def stands(self, on: date) -> bool:
        """Tell whether it stops every erasure on a day."""
        return self.confirmed_at is not None and self.released_at is None and self.until >= on


class ErasureQuerySet(reach.ReachQuerySet["Erasure"]):
    """Requests to erase, placed by their case."""

    units = ("case__unit",)

    def waiting(self) -> "ErasureQuerySet":
        """Return requests that nobody has confirmed or declined, the most pressing first."""
        rows = self.filter(done_at=None, declined_at=None)
        return rows.select_related("case", "asked_by").order_by("decide_by", "id")

    def newest_done(self) -> "ErasureQuerySet":
        """Return what was erased, the newest first."""
        return self.filter(done_at__isnull=False).select_related("case").order_by("-done_at", "id")

    def names_to_go(self) -> "ErasureQuerySet":
        """Return erasures after which the unit's name index was not rewritten yet."""
        return self.filter(done_at__isnull=False, names_gone_at=None)


class Erasure(models.Model):
    """A request to erase a person, and what became of it. It outlives what was erased."""

    class Why(models.TextChoices):
        """Who wants it."""

        PERSON = "person", "The person asked for it"
        MISTAKE = "mistake", "It should never have been written down"
        LAW = "law", "A court or authority ordered it"

    class Declined(models.TextChoices):
        """Why it was not done."""

        TAKEN_BACK = "taken_back", "The person took the request back"
        MISTAKE = "mistake", "It was asked for by mistake"
        HOLD = "hold", "A legal hold stands; the person was told until when"

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="erasures")
    why = models.CharField(max_length=10, choices=Why.choices)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decide_by = models.DateField()
    promised_by = models.DateField()
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    gone_on = models.DateField(null=True)  # the day from which no backup opens it
    names_before = models.BigIntegerField(null=True)  # pieces of the name index up to this one
    names_gone_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(null=True)
    declined_because = models.CharField(max_length=12, blank=True, choices=Declined.choices)

    objects = ErasureQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "why",
        "asked_by",
        "asked_at",
        "decide_by",
        "promised_by",
        "done_by",
        "done_at",
        "gone_on",
        "names_before",
        "names_gone_at",
        "declined_by",
        "declined_at",
        "declined_because",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(why__in=["person", "mistake", "law"]),
                name="erasure_reason_known",
            ),
            models.CheckConstraint(
                condition=models.Q(done_by=None, done_at=None)
                | (
                    models.Q(done_at__isnull=False, gone_on__isnull=False)
                    & ~models.Q(done_by=models.F("asked_by"))
                ),
                name="erasure_needs_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(declined_at=None) | ~models.Q(declined_because=""),
                name="erasure_declined_says_why",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(done_at=None, declined_at=None),
                name="erasure_asked_once_at_a_time",
            ),
        )

    @property
    def waiting(self) -> bool:
        """Tell whether a second person has still to decide."""
        return self.done_at is None and self.declined_at is None


class EndedContentQuerySet(models.QuerySet["EndedContent"]):
    """What ended by a rule."""

    def by_time(self, subject: UUID) -> "EndedContentQuerySet":
        """Return what of a case ended by time, its keys destroyed, and not by a consent's end."""
        by_consent = [r.id for r in retention.load() if r.event in retention.CONSENT_EVENTS]
        return self.filter(subject_id=subject).exclude(rule__in=by_consent)


class EndedContent(models.Model):
    """That one kind of content of a case, talk, letter or consent ended by a rule, and by which."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    subject_id = models.UUIDField()
    field_class = models.CharField(max_length=20, blank=True)  # "" for all of it
    rule = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects = EndedContentQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = ("id", "subject_id", "field_class", "rule", "at")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["subject_id", "rule"], name="content_ends_once"),
        )
        indexes = (models.Index(fields=["-at"], name="ended_content_newest"),)


class RetentionDay(models.Model):
    """That the rules were applied on a day; they look at everything, so once a day is enough."""

    on = models.DateField(primary_key=True)
    ended = models.PositiveIntegerField(default=0)
    erased = models.PositiveIntegerField(default=0)

    plain: ClassVar[tuple[str, ...]] = ("on", "ended", "erased")
