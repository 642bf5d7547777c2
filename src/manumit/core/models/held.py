"""Pages that answered a form, held for minutes so that the browser keeps the address alone."""

from typing import ClassVar

from django.db import models

from manumit.core.models.people import User


class HeldPage(models.Model):
    """One page, sealed under the browser's half of a session; `id` is a digest of its token."""

    id = models.CharField(primary_key=True, max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField()  # as HTTP says it
    body = models.BinaryField()  # sealed: only the browser that sent the form can open it

    plain: ClassVar[tuple[str, ...]] = ("id", "by", "at", "status", "body")
