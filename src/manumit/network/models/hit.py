"""What screening proposes: that an entity of ours may be somebody on a list; people decide.

Whom we hold against which entry would tell a thief whom we look at: the list, the entry, the reasons
and every word are sealed, and an entry is found again by a blinded value of its own.
"""

from typing import ClassVar, Self

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass
from manumit.network import hits
from manumit.network.models import reach
from manumit.network.models.register import Entity, Register
from manumit.network.models.watchlist import Version


class HitsOfRegister(reach.RegisterReach["Hit"]):
    """Hits, within reach of their register's unit."""

    def standing(self) -> Self:
        """Leave out what another question took the place of."""
        return self.exclude(state=hits.State.SUPERSEDED)

    def waiting(self) -> Self:
        """Keep what somebody has to decide; the likeliest first."""
        return self.filter(state__in=hits.WAITING).order_by("-score", "at", "id")


class Hit(models.Model):
    """One question: is this entity that entry? `found` is as `actions.hits` writes it."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="hits")
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="hits")
    blind = models.BinaryField(max_length=16)  # of list and reference, under the register's key
    score = models.PositiveSmallIntegerField()  # per cent
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in hits.State])
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)
    earlier = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="later")

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    found = fields.SealedField(FieldClass.NETWORK)  # list, reference, reasons, what changed
    reason = fields.SealedField(FieldClass.NETWORK)  # of the decision
    answer = fields.SealedField(FieldClass.NETWORK)  # of the second person

    objects = HitsOfRegister.as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "entity",
        "blind",
        "score",
        "state",
        "at",
        "decided_by",
        "decided_at",
        "second_by",
        "second_at",
        "earlier",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["entity", "blind"],
                condition=~models.Q(state="superseded"),
                name="hit_standing_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="same")
                | (models.Q(second_by__isnull=False) & ~models.Q(second_by=models.F("decided_by"))),
                name="hit_same_by_two_people",
            ),
        )
        indexes = (models.Index(fields=["register", "state", "-score"], name="hit_queue"),)

    @property
    def state_words(self) -> str:
        """Say in English where the question stands."""
        return hits.LABELS[hits.State(self.state)]


class Screened(models.Model):
    """How far a register was held against a list: next time only what changed is looked at."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    list = models.CharField(max_length=80)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()  # claims entered or changed after this were not seen
    compared = models.PositiveBigIntegerField()  # pairs of entity and entry, the last time
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = reach.RegisterReach["Screened"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "list",
        "version",
        "until",
        "compared",
        "at",
        "by",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["register", "list"], name="screened_once_per_list"),
        )
