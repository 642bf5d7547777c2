"""Dossiers: what is in them is sealed under the register's key."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.core.sealing import FieldClass
from manumit.network import dossier_kinds, dossier_states
from manumit.network.models import reach
from manumit.network.models.inquiry import Inquiry
from manumit.network.models.register import Entity, Register

_STATES = [(state.value, label) for state, label in dossier_states.LABELS.items()]


class Dossier(models.Model):
    """One dossier. `file` is the package as it was proposed: what is approved and what leaves."""

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="dossiers")
    number = models.PositiveIntegerField()  # D-<number>, in the register
    kind = models.CharField(max_length=20, choices=list(dossier_kinds.kinds().items()))
    language = models.CharField(max_length=5)  # of what is written
    subject = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="dossiers")
    inquiry = models.ForeignKey(
        Inquiry, null=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    state = models.CharField(
        max_length=12, choices=_STATES, default=dossier_states.State.DRAFT.value
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    # that the mark "may be a victim" does not hold the dossier up: asked by one, allowed by another
    lift_asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    lift_asked_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    seal_owner = models.UUIDField()
    seal_version = models.PositiveIntegerField(default=0)
    content = fields.SealedField(FieldClass.NETWORK)  # {"entities", "claims", "sentences", "texts"}
    file = fields.SealedField(FieldClass.NETWORK)  # {"zip": base64, "claims": [id, …], "entities"}
    remark = fields.SealedField(FieldClass.NETWORK)  # why it was sent back
    lift = fields.SealedField(FieldClass.NETWORK)  # {"asked": reason, "answer": reason}

    objects = reach.RegisterReach["Dossier"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "register",
        "number",
        "kind",
        "language",
        "subject",
        "inquiry",
        "state",
        "by",
        "at",
        "proposed_by",
        "proposed_at",
        "approved_by",
        "approved_at",
        "lift_asked_by",
        "lift_asked_at",
        "lifted_by",
        "lifted_at",
        "seal_owner",
        "seal_version",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["register", "number"], name="dossier_number_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in dossier_states.State]),
                name="dossier_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "handed_over", "answered"])
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
                name="dossier_approved_says_by_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("proposed_by")),
                name="dossier_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_by__isnull=True)
                | (
                    models.Q(lift_asked_by__isnull=False)
                    & ~models.Q(lifted_by=models.F("lift_asked_by"))
                ),
                name="dossier_mark_lifted_by_a_second_person",
            ),
        )
        indexes = (models.Index(fields=["register", "state", "-at"], name="dossier_list"),)

    def __str__(self) -> str:
        return f"D-{self.number}"
