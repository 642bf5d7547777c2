"""The person's own door: what it may show, its lock, a visit, and what is said through it.

On disk nothing tells which of a lock's two wraps is the one that opens and which the empty one, nor
which of them a visit came in by. Keys of a case are wrapped to a door as to a unit (core `KeyWrap`
with the door's id in the place of the unit's, generation 0), so that what destroys a key destroys
this one too.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from manumit.cases import access
from manumit.cases import door as rules
from manumit.cases.models import reach
from manumit.cases.models.case import Case
from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass


class DoorQuerySet(reach.ReachQuerySet["Door"]):
    """Doors, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)

    def standing(self) -> "DoorQuerySet":
        """Leave out closed doors."""
        return self.filter(closed_at=None)

    def of_case(self, case: Case) -> "Door | None":
        """Return the door of a case that is not closed; None when there is none."""
        return self.standing().filter(case=case).first()


class Door(models.Model):
    """A way in for the person. One at most stands open for a case."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="doors")
    decoy = models.UUIDField(default=fields.new_id, unique=True)  # the thread behind the other code
    public_key = models.BinaryField()
    parts = models.JSONField(default=list)  # which classes may be shown, not what they hold
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    strained_at = models.DateTimeField(null=True)  # when the other code was last used
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(
        max_length=10, blank=True, choices=[(c.value, rules.CLOSED_LABELS[c]) for c in rules.Closed]
    )

    objects = DoorQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "decoy",
        "public_key",
        "parts",
        "opened_by",
        "opened_at",
        "strained_at",
        "closed_at",
        "closed_because",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(closed_at=None), name="door_one_per_case"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | ~models.Q(closed_because=""),
                name="door_closed_says_why",
            ),
        )

    def threads(self) -> tuple[UUID, UUID]:
        """Return the ids under which its two sides hold keys."""
        return self.id, self.decoy

    def place_in_house(self) -> access.Place:
        """Return where this door stands, for `access`."""
        return self.case.place_in_house()


class DoorLock(models.Model):
    """What a code opens: two wraps of equal size in random order, under keys made from two endings."""

    door_id = models.UUIDField(primary_key=True)
    blind = models.BinaryField(max_length=16, unique=True)  # keyed digest of the door's number
    salt = models.BinaryField()
    kdf_memory_kib = models.PositiveIntegerField()
    kdf_time = models.PositiveIntegerField()
    one = models.BinaryField()
    other = models.BinaryField()

    database: ClassVar[str] = "keys"
    plain: ClassVar[tuple[str, ...]] = (
        "door_id",
        "blind",
        "salt",
        "kdf_memory_kib",
        "kdf_time",
        "one",
        "other",
    )


class DoorVisit(models.Model):
    """One visit: what the code opened, under a secret that lives only in the browser's cookie."""

    id = models.UUIDField(primary_key=True)  # a digest of the cookie
    door_id = models.UUIDField(db_index=True)
    wrap = models.BinaryField()
    page = models.CharField(max_length=60, default="home")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    database: ClassVar[str] = "keys"
    plain: ClassVar[tuple[str, ...]] = ("id", "door_id", "wrap", "page", "began_at", "seen_at")


class DoorMessageQuerySet(reach.ReachQuerySet["DoorMessage"]):
    """Messages, placed by their case."""

    own = "case__worker"
    units = ("case__unit",)

    def waiting(self) -> "DoorMessageQuerySet":
        """Return what was asked at the real door and is not settled yet, the oldest first.

        What was typed behind the other code asks for nothing, and an erased case has been answered.
        """
        said = self.filter(
            settled_at=None, seal_owner=models.F("door_id"), case__erased_at__isnull=True
        )
        return said.exclude(kind=rules.Kind.ANSWER).order_by("at", "id")

    def after(self, at: datetime, last: UUID) -> "DoorMessageQuerySet":
        """Go on after the last row of a page ordered by (at, id)."""
        later = models.Q(at__gt=at) | models.Q(at=at, id__gt=last)
        return self.filter(later, at__gte=at)

    def of_thread(self, thread: UUID) -> "DoorMessageQuerySet":
        """Return what was said on one side of a door, the newest first."""
        return self.filter(seal_owner=thread).order_by("-at", "id")


class DoorMessage(models.Model):
    """One thing said or asked through a door. Its thread's key seals it: the door's, or the decoy's."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="door_messages")
    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(
        max_length=12, choices=[(k.value, rules.KIND_LABELS[k]) for k in rules.Kind]
    )
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    text = fields.SealedField(FieldClass.CONTACT)

    objects = DoorMessageQuerySet.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "case",
        "door",
        "kind",
        "at",
        "by",
        "settled_at",
        "settled_by",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="answer", by__isnull=False)
                | (~models.Q(kind="answer") & models.Q(by=None)),
                name="door_message_answer_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at=None) | models.Q(settled_by__isnull=False),
                name="door_message_settled_by_somebody",
            ),
        )
        indexes = (
            models.Index(fields=["seal_owner", "-at"], name="door_message_of_thread"),
            models.Index(
                fields=["at", "id"],
                condition=models.Q(settled_at=None),
                name="door_message_waiting",
            ),
        )

    @property
    def strained(self) -> bool:
        """Tell whether it was typed behind the other code, with somebody reading along."""
        return self.seal_owner != self.door_id

    def place_in_house(self) -> access.Place:
        """Return where this message stands, for `access`."""
        return self.case.place_in_house()
