"""Which version of a pack of red flags looks at a ledger, and what it found when it was tried."""

from typing import ClassVar

from django.db import models

from manumit.core import fields
from manumit.core.models import User
from manumit.flows.models import reach
from manumit.flows.models.ledger import Ledger


class Typology(models.Model):
    """One version of a pack. It is tried against history; then the head of the unit lets it go live.

    The text is kept as it was, so that an alert can always be traced to the words that made it.
    """

    id = models.UUIDField(primary_key=True, default=fields.new_id, editable=False)
    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="typologies")
    pack = models.CharField(max_length=60)  # id of the pack
    version = models.DateField()
    digest = models.CharField(max_length=64)  # SHA-256 of the text
    text = models.TextField()  # TOML; a pack names nobody
    live = models.BooleanField(default=False)
    figures = models.JSONField(default=dict)  # of the last trial: backtest.Figures
    tried_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = reach.LedgerReach["Typology"].as_manager()
    plain: ClassVar[tuple[str, ...]] = (
        "id",
        "ledger",
        "pack",
        "version",
        "digest",
        "text",
        "live",
        "figures",
        "tried_at",
        "by",
        "at",
        "published_by",
        "published_at",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ledger", "digest"], name="typology_once"),
            models.UniqueConstraint(
                fields=["ledger", "pack"],
                condition=models.Q(live=True),
                name="typology_live_once",
            ),
        )
